/* SPDX-License-Identifier: MIT */
/* What a person reads: one line a scenario, and under a bad one what failed,
 * where it is written, wanted and got, the rule, and where to look. */
#include "report/point.h"
#include "report/repeat.h"

#include "base/text.h"

enum { LISTED_MAX = 40 }; /* of those that failed, at the end */
enum { OTHERS_MAX = 5 };  /* plays of a --repeat; the files have more */
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
		{ "line", "missing:" },
		{ "check", "check failed:" },
		{ "trigger", "not triggered:" },
		{ "late", "too late:" },
		{ "after", "too early:" },
		{ "guard", "guard broken:" },
		{ "monitor", "monitor:" },
		{ "unexpected", "unexpected:" },
		{ "liveness", "crash:" },
		{ "branch", "branch:" },
		{ "preamble", "preamble:" },
		{ "error", "error:" },
		{ "problem", "problem:" },
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

/* Findings of no line have a name for lists; what happened is the detail. */
static bool is_trouble(const struct finding *f)
{
	static const char *const names[] = { "trouble beside the test",
					     "sipladder itself",
					     "what the scenario starts from" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (str_is(f->what, names[i]))
			return f->detail.len &&
			       str_find_char(f->detail, '\n') < 0;
	return false;
}

/* The heading has said what the first or last words of the name say. */
static struct str name_shown(const struct finding *f)
{
	static const struct {
		const char *kind, *head, *tail;
	} rows[] = { { "unexpected", "unexpected ", "" },
		     { "monitor", "monitor ", "" },
		     { "late", "", " in time" },
		     { "after", "", " in order" } };
	struct str s = f->what;

	if (is_trouble(f))
		return f->detail;
	if (strcmp(f->kind, "liveness") == 0)
		return STR("the device no longer answers");
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (strcmp(f->kind, rows[i].kind) != 0)
			continue;
		if (str_starts(s, rows[i].head))
			s = str_tail(s, strlen(rows[i].head));
		if (str_ends(s, rows[i].tail))
			s.len -= strlen(rows[i].tail);
	}
	return s;
}

static void add_weight(struct buf *out, const struct finding *f)
{
	bool setup = str_is(f->phase, "setup");

	if (verdict_is_bad(f->verdict) || f->verdict == VERDICT_NONE)
		return;
	buf_addf(out, "  (%s%s)", verdict_word(f->verdict),
		 setup ? ", in setup" : "");
}

static void add_what(struct buf *out, const struct finding *f)
{
	size_t from = out->len;

	buf_addf(out, "  %-15s ", heading(f));
	text_printable(out, name_shown(f));
	add_weight(out, f);
	add_place(out, f, from);
	buf_add_char(out, '\n');
}

static void add_came(struct buf *out, const struct finding *f)
{
	if (!f->message.len)
		return;
	buf_addf(out, "%scame     %+.3f s  ", indent, (double)f->t / 1e9);
	text_printable(out, str_sub(f->message, 0, 200));
	if (f->rec)
		buf_addf(out, "   (message %u)", f->rec);
	buf_add_char(out, '\n');
}

/* The first line begins where out stands, which must be at that column. */
void terminal_wrap(struct buf *out, struct str s, size_t column)
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
		point_ruling(out, f, id);
		buf_add_char(out, '\n');
		text = opts->sentence ? opts->sentence(opts->ctx, id)
				      : STR_NONE;
		if (!text.len)
			continue;
		buf_add_fill(out, ' ', 15);
		terminal_wrap(out, text, 15);
	}
}

/* Long lines go on two columns further in. */
static void add_line(struct buf *out, struct str line)
{
	size_t in = strlen(indent), blanks = 0;

	while (blanks < line.len && line.p[blanks] == ' ')
		blanks++;
	buf_add_fill(out, ' ', in + blanks);
	if (in + text_width(line) <= TEXT_WIDTH) {
		text_printable(out, str_tail(line, blanks));
		buf_add_char(out, '\n');
	} else {
		terminal_wrap(out, str_tail(line, blanks), in + blanks);
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
		add_line(out, line);
	}
}

/* The heading of a line or a guard has said what was wanted. */
static bool is_told(const struct finding *f)
{
	return strcmp(f->kind, "line") == 0 || strcmp(f->kind, "guard") == 0 ||
	       strcmp(f->kind, "trigger") == 0;
}

void terminal_finding(const struct finding *f, const struct report_opts *opts,
		      struct buf *out)
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
	if (!is_trouble(f))
		add_detail(out, f->detail);
}

/* What was noted on the side is worth a line where nothing else is said. */
static bool is_worth_noting(const struct finding *f)
{
	return f->verdict == VERDICT_NONE && f->op == EV_NONE && f->detail.len;
}

static bool is_crash(const struct finding *f)
{
	return strcmp(f->kind, "liveness") == 0 && point_is_bad(f);
}

/* First, because it explains what did not come. */
static void add_crash(struct buf *out, const struct result *r,
		      const struct report_opts *opts)
{
	for (size_t i = 0; i < r->n; i++)
		if (is_crash(&r->findings[i]))
			terminal_finding(&r->findings[i], opts, out);
}

static void add_findings(struct buf *out, const struct result *r,
			 const struct report_opts *opts)
{
	bool any = false;

	add_crash(out, r, opts);
	for (size_t i = 0; i < r->n; i++) {
		const struct finding *f = &r->findings[i];

		if (!is_crash(f) && (point_is_bad(f) || is_worth_noting(f)))
			terminal_finding(f, opts, out);
		any |= point_is_bad(f);
	}
	if (!any || !point_has_artefacts(opts, r))
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

void terminal_line(const struct result *r, const struct report_opts *opts,
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
}

void terminal_result(const struct result *r, const struct report_opts *opts,
		     struct buf *out)
{
	terminal_line(r, opts, out);
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

/* As a shell takes it. */
void terminal_quoted(struct buf *out, struct str word)
{
	bool plain = true;

	for (size_t i = 0; i < word.len; i++)
		plain &= strchr(" &;()<>|*?$`\"\\'!~[]{}", word.p[i]) == NULL;
	if (!plain)
		buf_add_char(out, '\'');
	text_printable(out, word);
	if (!plain)
		buf_add_char(out, '\'');
}

/* In one line: what was wrong with it first of all. */
static void add_cause(struct buf *out, const struct result *r)
{
	const struct finding *f = point_worst(r);

	if (!f) {
		point_reason(out, r);
		return;
	}
	buf_addf(out, "%s ", heading(f));
	text_printable(out, str_sub(name_shown(f), 0, 100));
	if (!point_says_wanted(f)) {
		buf_add_z(out, ", wanted ");
		text_printable(out, str_sub(f->wanted, 0, 60));
	}
	if (f->got.len && !is_told(f)) {
		buf_add_z(out, ", got ");
		text_printable(out, str_sub(f->got, 0, 60));
	}
}

static bool is_listed(const struct result *r)
{
	return verdict_is_bad(r->verdict) || r->verdict == VERDICT_INCONCLUSIVE;
}

/* What is not well once more, where it has scrolled away. */
static void add_list(struct buf *out, const struct run *run,
		     const struct report_opts *opts)
{
	size_t n = 0;

	for (size_t i = 0; i < run->n && run->n > 1; i++) {
		if (!is_listed(run->list[i]) || n++ >= LISTED_MAX)
			continue;
		buf_add_z(out, "  ");
		add_verdict(out, run->list[i]->verdict, opts->color);
		text_printable(out, run->list[i]->id);
		buf_add_z(out, "  ");
		add_cause(out, run->list[i]);
		buf_add_char(out, '\n');
	}
	if (n > LISTED_MAX)
		buf_addf(out, "  and %zu more\n", n - LISTED_MAX);
}

void terminal_summary(const struct run *run, const struct report_opts *opts,
		      struct buf *out)
{
	struct tally t;

	tally_run(run, &t);
	buf_addf(out, "\n%zu scenario%s: ", run->n, run->n == 1 ? "" : "s");
	tally_words(&t, out);
	buf_add_char(out, '\n');
	if (!run->bail.len)
		add_list(out, run, opts);
	add_requirements(out, &t);
	if (run->bail.len) {
		buf_add_z(out, "stopped: ");
		text_printable(out, run->bail);
		buf_add_char(out, '\n');
	}
	if (run->interrupted)
		buf_add_z(out, "interrupted: the rest was not run\n");
	if (!t.first_bad || !opts->out.len || run->bail.len)
		return;
	buf_add_z(out, "look at the first: sipladder show ");
	terminal_quoted(out, opts->out);
	buf_add_char(out, ' ');
	terminal_quoted(out, t.first_bad->id);
	buf_add_char(out, '\n');
}
