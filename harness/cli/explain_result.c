/* SPDX-License-Identifier: MIT */
/* Why a recorded scenario ended as it did: what happened, what the rule asks,
 * wanted and got, and where to look. */
#include <stdio.h>

#include "base/text.h"
#include "cli/explain.h"
#include "cli/recorded.h"
#include "report/point.h"

struct why {
	struct buf *out;
	const struct recorded *rec;
	const struct result *r;
	const struct ladder *ladder; /* NULL: there is no trace */
	uint32_t shown; /* the record that was shown last; 0: none */
};

struct saying {
	const char *word, *text;
};

static const char *say(const struct saying *list, struct str word)
{
	for (; list->word; list++)
		if (str_is(word, list->word))
			return list->text;
	return "";
}

/* By the reason of a result that says nothing. */
static const struct saying reasons[] = {
	{ "preamble", "The setup did not work out, so the test never began." },
	{ "trigger", "The device file's trigger did not make the device do "
		     "what the scenario needs." },
	{ "network", "The network, not the device, was in the way." },
	{ "other-permitted-branch", "The device did something else that is "
				    "legal too, so the scenario could not "
				    "look at what it is about." },
	{ "timeout-before-purpose", "A step on the way to the test did not "
				    "come; no rule asks for it, so it is no "
				    "failure." },
	{ "device-gone", "The device had already stopped answering, or did so "
			 "while several plays ran: -j 1 tells which." },
	{ "crash", "The device no longer answers." },
	{ NULL, NULL }
};

static const char *verdict_says(enum verdict v)
{
	switch (v) {
	case VERDICT_PASS:
		return "passed: all that was looked at held.";
	case VERDICT_WARN:
		return "warned: only what the standards recommend was broken.";
	case VERDICT_KNOWN:
		return "failed as the device file says it would.";
	case VERDICT_INCONCLUSIVE:
		return "says nothing about the device.";
	case VERDICT_FAIL:
		return "failed.";
	case VERDICT_ERROR:
		return "could not be judged: sipladder itself is at fault.";
	case VERDICT_SKIP:
		return "was skipped.";
	case VERDICT_NOT_RUN:
		return "was not run.";
	case VERDICT_NONE:
		break;
	}
	return "was not reached.";
}

/* ---- what stands around a message ---- */

/* The row of its message; of what did not come, the one that says so. */
static bool is_row_of(const struct ladder_row *row, const struct finding *f)
{
	if (f->rec)
		return row->rec == f->rec;
	return row->kind == LADDER_SAY && row->t / NS_US == f->t / NS_US;
}

/* That row and a few before it. */
static void put_excerpt(struct why *w, const struct finding *f)
{
	enum { BEFORE = 3 };
	struct ladder part;
	size_t at = 0;

	if (!w->ladder || !f->t)
		return;
	while (at < w->ladder->n && !is_row_of(&w->ladder->rows[at], f))
		at++;
	if (at == w->ladder->n)
		return;
	part = *w->ladder;
	part.rows += at > BEFORE ? at - BEFORE : 0;
	part.n = (at > BEFORE ? BEFORE : at) + 1;
	buf_add_z(w->out, "    what went before\n");
	ladder_rows(&part, true, w->out);
}

/* What the code of a response means that was not what had to come. */
static void put_code(struct why *w, const struct finding *f)
{
	const struct status_info *info = point_status(f);

	if (!info)
		return;
	buf_addf(w->out, "    %u means: ", info->status);
	terminal_wrap(w->out,
		      arena_strf(w->r->arena, "%s. %c%s.", info->meaning,
				 *info->cure & ~0x20, info->cure + 1),
		      15);
}

static void put_look(struct why *w, const struct finding *f)
{
	const char *text = explain_look(f);

	if (!*text)
		return;
	buf_add_z(w->out, "      look at  ");
	terminal_wrap(w->out, str_from(text), 15);
}

static void put_message(struct why *w, const struct finding *f)
{
	if (f->rec && f->rec == w->shown) {
		buf_add_z(w->out, "    the same message as above\n");
		return;
	}
	w->shown = f->rec;
	put_excerpt(w, f);
	if (f->rec)
		buf_addf(w->out,
			 "    the message in full: number %u of " STR_F
			 "/" STR_F "/messages.txt\n",
			 f->rec, STR_A(w->rec->folder), STR_A(w->r->id));
}

static void put_finding(struct why *w, const struct finding *f, unsigned n)
{
	buf_addf(w->out, "\n%u. ", n);
	terminal_wrap(w->out, str_from(explain_event(f)), 3);
	terminal_finding(f, &w->rec->report, w->out);
	put_code(w, f);
	put_look(w, f);
	put_message(w, f);
}

static bool is_reason(const struct finding *f)
{
	return f->verdict >= VERDICT_WARN || f->verdict == VERDICT_SKIP;
}

static void put_findings(struct why *w)
{
	unsigned n = 0;

	for (size_t i = 0; i < w->r->n; i++)
		if (is_reason(&w->r->findings[i]))
			put_finding(w, &w->r->findings[i], ++n);
}

static void put_head(struct why *w)
{
	const struct result *r = w->r;
	const char *text = say(reasons, r->reason);

	text_printable(w->out, r->id);
	buf_addf(w->out, " %s\n", verdict_says(r->verdict));
	if (r->title.len) {
		buf_add_z(w->out, "It is about: ");
		text_printable(w->out, r->title);
		buf_add_char(w->out, '\n');
	}
	if (*text)
		terminal_wrap(w->out, str_from(text), 0);
	else if (r->reason.len) {
		buf_add_z(w->out, "Because: ");
		terminal_wrap(w->out, r->reason, 9);
	}
}

static unsigned count(const struct result *r, enum verdict v)
{
	unsigned n = 0;

	for (size_t i = 0; i < r->n; i++)
		n += r->findings[i].verdict == v;
	return n;
}

static void put_end(struct why *w)
{
	if (w->r->verdict == VERDICT_PASS)
		buf_addf(w->out,
			 "%u lines and checks held, and %u checks of "
			 "the monitors.\n",
			 count(w->r, VERDICT_PASS), w->r->monitor_checks);
	if (!recorded_was_played(w->r))
		return;
	buf_addf(w->out, "\nThe ladder: sipladder show " STR_F " ",
		 STR_A(w->rec->folder));
	text_printable(w->out, w->r->id);
	buf_addf(w->out, "\nThe rules:  sipladder explain ");
	text_printable(w->out, w->r->id);
	buf_add_char(w->out, '\n');
}

static int explain_one(struct buf *out, const struct recorded *rec,
		       const struct result *r)
{
	struct why w = { .out = out, .rec = rec, .r = r };
	struct trace tr = { .arena = arena_new() };
	struct fail why;
	int status = 0;

	if (recorded_was_played(r)) {
		if (recorded_trace(rec, r, &tr, &why)) {
			w.ladder = ladder_new(r, &tr, tr.arena);
		} else {
			fprintf(stderr, "sipladder explain: %s\n", why.text);
			status = EXIT_TEXT;
		}
	}
	put_head(&w);
	put_findings(&w);
	put_end(&w);
	arena_free(tr.arena);
	return status;
}

/* Without an id: the first that failed, else the first that says nothing. */
static const struct result *first_bad(const struct recorded *rec)
{
	struct tally t;

	tally_run(&rec->run, &t);
	return t.first_bad ? t.first_bad : rec->run.n ? rec->run.list[0] : NULL;
}

static int explain_found(struct buf *out, const struct recorded *rec,
			 const char *id)
{
	enum { ROWS_MAX = 500 };
	const struct result *list[ROWS_MAX];
	size_t n = 1;
	int status = 0;

	list[0] = first_bad(rec);
	if (id)
		n = recorded_find(rec, "explain", id, list, ROWS_MAX);
	if (!n)
		return EXIT_USAGE;
	for (size_t i = 0; i < n && list[i]; i++) {
		int one;

		if (out->len)
			buf_add_char(out, '\n');
		one = explain_one(out, rec, list[i]);
		status = one > status ? one : status;
	}
	return status;
}

int explain_result(struct buf *out, const char *where, const char *id)
{
	struct recorded rec;
	struct fail why;
	int status = EXIT_TEXT;

	if (recorded_open(&rec, where, &why))
		status = explain_found(out, &rec, id);
	else
		fprintf(stderr, "sipladder explain: %s\n", why.text);
	recorded_close(&rec);
	return status;
}
