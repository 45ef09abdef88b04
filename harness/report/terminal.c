/* SPDX-License-Identifier: MIT */
/* What a person reads: one line a scenario, and under a bad one what failed,
 * where it is written, wanted and got, the rule, and where to look. */
#include "report/point.h"
#include "report/repeat.h"

#include "base/text.h"

enum { OTHERS_MAX = 5 }; /* plays of a --repeat; the files have more */
enum { PLACE_COLUMN = 72, TEXT_WIDTH = 78, DETAIL_LINES = 20 };

static const char indent[] = "      ";

static const char *color_of(enum verdict v)
{
	switch (v) {
	case VERDICT_PASS:
		return "\033[32m";
	case VERDICT_FAIL:
	case VERDICT_ERROR:
		return "\033[31m";
	case VERDICT_WARN:
	case VERDICT_KNOWN:
	case VERDICT_INCONCLUSIVE:
		return "\033[33m";
	case VERDICT_NONE:
	case VERDICT_SKIP:
	case VERDICT_NOT_RUN:
		break;
	}
	return "\033[2m";
}

static void add_verdict(struct buf *out, enum verdict v, bool color)
{
	const char *word = v == VERDICT_FAIL    ? "FAIL"
			   : v == VERDICT_ERROR ? "ERROR"
						: verdict_word(v);

	if (color)
		buf_add_z(out, color_of(v));
	buf_add_z(out, word);
	if (color)
		buf_add_z(out, "\033[0m");
	buf_add_fill(out, ' ', strlen(word) < 6 ? 6 - strlen(word) : 1);
}

static const char *heading(const struct finding *f)
{
	static const struct {
		const char *kind, *words;
	} rows[] = {
		{ "line", "missing:" },          { "check", "check failed:" },
		{ "late", "too late:" },         { "after", "too early:" },
		{ "guard", "guard broken:" },    { "monitor", "monitor:" },
		{ "unexpected", "unexpected:" }, { "liveness", "crash:" },
		{ "branch", "branch:" },         { "preamble", "preamble:" },
		{ "error", "error:" },           { "problem", "problem:" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (strcmp(rows[i].kind, f->kind) == 0)
			return rows[i].words;
	return "note:";
}

static void add_place(struct buf *out, const struct finding *f, size_t from)
{
	size_t column = text_width(str_tail(buf_str(out), from));

	if (!f->line)
		return;
	buf_add_fill(out, ' ',
		     column < PLACE_COLUMN ? PLACE_COLUMN - column : 2);
	text_printable(out, f->file);
	buf_addf(out, ":%u", f->line);
	if (f->used_line)
		buf_addf(out, " (used in line %u)", f->used_line);
}

static void add_what(struct buf *out, const struct finding *f)
{
	size_t from = out->len;
	struct str what = f->what;

	buf_addf(out, "  %-15s ", heading(f));
	if (strcmp(f->kind, "unexpected") == 0 &&
	    str_starts(f->what, "unexpected "))
		what = str_tail(f->what, strlen("unexpected "));
	text_printable(out, what);
	if (f->verdict != VERDICT_FAIL && f->verdict != VERDICT_ERROR)
		buf_addf(out, "  (%s)", verdict_word(f->verdict));
	add_place(out, f, from);
	buf_add_char(out, '\n');
}

static void add_came(struct buf *out, const struct finding *f)
{
	if (!f->message.len)
		return;
	buf_addf(out, "%scame     %+.3f s  ", indent, (double)f->t / 1e9);
	text_printable(out, str_sub(f->message, 0, 200));
	buf_add_char(out, '\n');
}

/* A sentence, broken between words, from this column on. */
static void add_wrapped(struct buf *out, struct str s, size_t column)
{
	size_t at = column;

	while (s.len) {
		struct str word;
		size_t width;

		str_cut(s, ' ', &word, &s);
		width = text_width(word);
		if (at > column && at + 1 + width > TEXT_WIDTH) {
			buf_add_char(out, '\n');
			buf_add_fill(out, ' ', column);
			at = column;
		} else if (at > column) {
			buf_add_char(out, ' ');
			at++;
		}
		text_printable(out, word);
		at += width;
	}
	buf_add_char(out, '\n');
}

static void add_rules(struct buf *out, const struct finding *f,
		      const struct report_opts *opts)
{
	struct str ids = f->reqs, id, text;

	while (ids.len) {
		str_cut(ids, ' ', &id, &ids);
		buf_addf(out, "%srule     ", indent);
		text_printable(out, id);
		buf_add_char(out, '\n');
		text = opts->sentence ? opts->sentence(opts->ctx, id)
				      : STR_NONE;
		if (!text.len)
			continue;
		buf_add_fill(out, ' ', 15);
		add_wrapped(out, text, 15);
	}
}

static void add_detail(struct buf *out, struct str detail)
{
	unsigned n = 0;
	struct str line;

	while (detail.len) {
		str_cut(detail, '\n', &line, &detail);
		if (n++ == DETAIL_LINES) {
			buf_addf(out, "%s...\n", indent);
			return;
		}
		buf_add_z(out, indent);
		text_printable(out, line);
		buf_add_char(out, '\n');
	}
}

/* The heading of a line or a guard has said what was wanted. */
static bool is_told(const struct finding *f)
{
	return strcmp(f->kind, "line") == 0 || strcmp(f->kind, "guard") == 0;
}

static void add_finding(struct buf *out, const struct finding *f,
			const struct report_opts *opts)
{
	bool told = is_told(f);
	bool came = f->message.len && str_eq(f->got, f->message);

	add_what(out, f);
	if (f->verdict == VERDICT_KNOWN)
		return;
	contrast_add(out, indent, told ? STR_NONE : f->wanted,
		     came ? STR_NONE : f->got);
	add_came(out, f);
	add_rules(out, f, opts);
	add_detail(out, f->detail);
}

/* What was noted on the side is worth a line where nothing else is said. */
static bool is_worth_noting(const struct finding *f)
{
	return f->verdict == VERDICT_NONE && f->op == EV_NONE && f->detail.len;
}

static void add_findings(struct buf *out, const struct result *r,
			 const struct report_opts *opts)
{
	bool any = false;

	for (size_t i = 0; i < r->n; i++) {
		const struct finding *f = &r->findings[i];

		if (point_is_bad(f) || is_worth_noting(f))
			add_finding(out, f, opts);
		any |= point_is_bad(f);
	}
	if (!any || !opts->out.len)
		return;
	buf_addf(out, "%ssee      ", indent);
	point_artefact(out, opts, r, "ladder.txt");
	buf_add_char(out, '\n');
}

static void add_plays(struct buf *out, const struct result *r)
{
	if (!r->nothers && !r->play)
		return;
	if (r->verdict >= VERDICT_INCONCLUSIVE) {
		buf_addf(out, "%splays    ", indent);
		repeat_words(r, out);
		buf_addf(out, "; this was play %u\n", r->play);
	}
	repeat_list(r, "               ", OTHERS_MAX, out);
}

void terminal_result(const struct result *r, const struct report_opts *opts,
		     struct buf *out)
{
	add_verdict(out, r->verdict, opts->color);
	text_printable(out, r->id);
	if (r->took)
		buf_addf(out, "  %.2f s", (double)r->took / 1e9);
	if (r->reason.len) {
		buf_add_z(out, "  ");
		point_reason(out, r);
	} else if (repeat_is(r)) {
		buf_addf(out, "  %u plays", r->plays);
	}
	buf_add_char(out, '\n');
	add_findings(out, r, opts);
	if (repeat_is(r))
		add_plays(out, r);
}

static void add_requirements(struct buf *out, const struct tally *t)
{
	buf_addf(out,
		 "requirements: MUST %u failed of %u exercised, SHOULD %u "
		 "warned of %u, MAY %u seen\n",
		 t->must_failed, t->must_exercised, t->should_warned,
		 t->should_exercised, t->may_seen);
}

void terminal_summary(const struct run *run, const struct report_opts *opts,
		      struct buf *out)
{
	struct tally t;

	tally_run(run, &t);
	buf_addf(out, "\n%zu scenario%s: ", run->n, run->n == 1 ? "" : "s");
	tally_words(&t, out);
	buf_add_char(out, '\n');
	add_requirements(out, &t);
	if (run->bail.len) {
		buf_add_z(out, "stopped: ");
		text_printable(out, run->bail);
		buf_add_char(out, '\n');
	}
	if (run->interrupted)
		buf_add_z(out, "interrupted: the rest was not run\n");
	if (!t.first_bad || !opts->out.len)
		return;
	buf_add_z(out, "look at the first: sipladder show ");
	text_printable(out, opts->out);
	buf_add_char(out, ' ');
	text_printable(out, t.first_bad->id);
	buf_add_char(out, '\n');
}
