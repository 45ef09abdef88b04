/* SPDX-License-Identifier: MIT */
/* Trace lines for the eye: rows of the ladder while it grows. The one at the
 * end knows more, which line took a message and what it carries. */
#include "cli/live.h"

#include "base/text.h"
#include "report/ladder.h"

enum { WIDEST = 9 /* SUBSCRIBE */, NAME_SHOWN = 14 };

/* ---- a row of it ---- */

/* "SIP/2.0 200 OK" -> "200" and "OK", "REFER sip:x SIP/2.0" -> "REFER" and
 * "sip:x"; what is neither is shown as it is. */
static void read_start(struct ladder *l, struct str bytes,
		       struct ladder_row *row)
{
	struct str start, first, rest;
	buf_auto text = { 0 };

	str_cut(bytes, '\n', &start, &(struct str){ 0 });
	str_cut(str_trim(start), ' ', &first, &rest);
	if (str_is(first, "SIP/2.0")) {
		str_cut(rest, ' ', &row->text, &row->note);
	} else if (str_ends(rest, " SIP/2.0")) {
		row->text = first;
		row->note = str_sub(rest, 0, rest.len - strlen(" SIP/2.0"));
	} else {
		row->note = str_trim(start);
	}
	text_printable(&text, str_sub(row->text, 0, NAME_SHOWN));
	row->text = arena_str(l->arena, buf_str(&text));
}

/* What sipladder itself asks, whether the device lives, is no row of it. */
static bool add_message(struct ladder *l, const struct event *ev,
			struct ladder_row *row)
{
	row->kind = LADDER_ARROW;
	read_start(l, ev->bytes, row);
	row->lane = ev->party;
	row->out = ev->out;
	return ev->party < l->nlanes;
}

static void say(struct ladder_row *row, const char *mark, struct arena *a,
		const char *what, struct str text)
{
	struct str first;

	str_cut(text, '\n', &first, &(struct str){ 0 });
	row->kind = LADDER_SAY;
	row->mark = mark;
	row->text = arena_strf(a, "%s" STR_F, what, STR_A(first));
}

/* False: it is no news. */
static bool add_event(struct ladder *l, const struct event *ev,
		      struct ladder_row *row)
{
	struct arena *a = l->arena;

	switch (ev->kind) {
	case EV_REC:
		return add_message(l, ev, row);
	case EV_PHASE:
		row->kind = LADDER_PHASE;
		row->text = ev->name;
		return true;
	case EV_MISS:
		say(row, "!!", a, "missing: ", ev->wanted);
		return true;
	case EV_TRIGGER:
		say(row, "", a, ev->ok ? "done: " : "", ev->text);
		return true;
	case EV_CHECK:
		say(row, "!!", a, "check failed: ", ev->wanted);
		return !ev->ok;
	case EV_LATE:
	case EV_AFTER:
		say(row, "!!", a, "not in time: ", ev->wanted);
		return true;
	case EV_GUARD:
		say(row, "!!", a, "guard broken", STR_NONE);
		return true;
	case EV_UNEXPECTED:
		say(row, "!!", a, "unexpected: ", ev->text);
		return true;
	case EV_PROBLEM:
	case EV_PREAMBLE:
	case EV_ERROR:
		say(row, "??", a, "problem: ", ev->text);
		return true;
	case EV_LIVENESS:
		say(row, ev->ok ? "" : "!!", a,
		    ev->ok ? "the device is alive"
			   : "the device does not answer",
		    STR_NONE);
		return true;
	case EV_END:
		say(row, "", a, "end: ", ev->text);
		return true;
	case EV_BEGIN:
	case EV_PARTY:
	case EV_CLASS:
	case EV_OPEN:
	case EV_SENT:
	case EV_TAKE:
	case EV_NOTE:
	case EV_SKIP:
	case EV_EARLY:
	case EV_BRANCH:
	case EV_MONITOR:
	case EV_AUTO:
		break;
	}
	return false;
}

/* ---- the ladder it belongs to ---- */

static void add_lanes(struct ladder *l, const struct prog *prog)
{
	l->nlanes = prog->nparties < LADDER_LANES_MAX ? prog->nparties
						      : LADDER_LANES_MAX;
	l->lanes = ARENA_ARRAY(l->arena, struct str, l->nlanes + 1);
	for (unsigned i = 0; i < l->nlanes; i++)
		l->lanes[i] = prog->parties[i].name;
}

static void draw(struct live *v, const struct prog *prog, struct ladder *l,
		 struct buf *out)
{
	bool turn = v->last != prog;

	if (turn) {
		buf_addf(out, "%s", v->last ? "\n" : "");
		text_printable(out, prog->id);
		buf_add_char(out, '\n');
	}
	v->last = prog;
	ladder_rows(l, turn, out);
}

void live_line(struct live *v, const struct prog *prog, struct str line,
	       struct buf *out)
{
	struct trace tr = { .arena = arena_new() };
	struct ladder l = { .arena = tr.arena, .widest = WIDEST };
	struct ladder_row row = { .mark = "" };
	buf_auto text = { 0 };
	struct fail why;

	buf_add_str(&text, line);
	buf_add_char(&text, '\n');
	add_lanes(&l, prog);
	if (trace_read(&tr, buf_str(&text), &why) && tr.n &&
	    add_event(&l, &tr.list[0], &row)) {
		row.t = tr.list[0].t;
		l.rows = &row;
		l.n = 1;
		draw(v, prog, &l, out);
	}
	arena_free(tr.arena);
}
