/* SPDX-License-Identifier: MIT */
/* Trace lines for the eye. The ladder at the end says it better; this says it
 * now. */
#include "cli/live.h"

#include "base/text.h"

enum { START_MAX = 100 };

static struct str party_of(const struct prog *prog, const struct event *ev)
{
	return ev->party < prog->nparties ? prog->parties[ev->party].name
					  : STR("sipladder");
}

static void add_message(const struct prog *prog, const struct event *ev,
			struct buf *out)
{
	struct str party = party_of(prog, ev), start;

	str_cut(ev->bytes, '\n', &start, &(struct str){ 0 });
	if (ev->out)
		buf_addf(out, STR_F " -> dut  ", STR_A(party));
	else
		buf_addf(out, "dut -> " STR_F "  ", STR_A(party));
	text_printable(out, str_sub(str_trim(start), 0, START_MAX));
}

static void add_words(struct buf *out, const char *what, struct str text)
{
	struct str first;

	str_cut(text, '\n', &first, &(struct str){ 0 });
	buf_add_z(out, what);
	text_printable(out, first);
}

static void add_event(const struct prog *prog, const struct event *ev,
		      struct buf *out)
{
	switch (ev->kind) {
	case EV_REC:
		add_message(prog, ev, out);
		break;
	case EV_PHASE:
		add_words(out, "---- ", ev->name);
		break;
	case EV_MISS:
		add_words(out, "missing: ", ev->wanted);
		break;
	case EV_TRIGGER:
		add_words(out, ev->ok ? "done: " : "", ev->text);
		break;
	case EV_CHECK:
		if (!ev->ok)
			add_words(out, "check failed: ", ev->wanted);
		break;
	case EV_LATE:
	case EV_AFTER:
		add_words(out, "not in time: ", ev->wanted);
		break;
	case EV_GUARD:
		buf_add_z(out, "guard broken");
		break;
	case EV_UNEXPECTED:
		add_words(out, "unexpected: ", ev->text);
		break;
	case EV_PROBLEM:
	case EV_PREAMBLE:
	case EV_ERROR:
		add_words(out, "problem: ", ev->text);
		break;
	case EV_LIVENESS:
		buf_add_z(out, ev->ok ? "the device is alive"
				      : "the device does not answer");
		break;
	case EV_END:
		add_words(out, "end: ", ev->text);
		break;
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
}

void live_line(const struct prog *prog, struct str line, struct buf *out)
{
	struct trace tr = { .arena = arena_new() };
	buf_auto text = { 0 }, words = { 0 };
	struct fail why;

	buf_add_str(&text, line);
	buf_add_char(&text, '\n');
	if (trace_read(&tr, buf_str(&text), &why) && tr.n)
		add_event(prog, &tr.list[0], &words);
	if (words.len)
		buf_addf(out, "%+9.3f  " STR_F "  " STR_F "\n",
			 (double)tr.list[0].t / 1e9, STR_A(prog->id),
			 STR_A(buf_str(&words)));
	arena_free(tr.arena);
}
