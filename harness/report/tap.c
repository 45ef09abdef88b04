/* SPDX-License-Identifier: MIT */
/* TAP: one point a scenario, its checks as a subtest, why as a YAML block.
 * Version 13's consumers pass over the indented subtests. */
#include "report/point.h"
#include "report/repeat.h"

#include "base/text.h"

/* A description: no "#" of its own, no control bytes. */
static void add_words(struct buf *out, struct str s)
{
	buf_auto safe = { 0 };

	text_printable(&safe, s);
	for (size_t i = 0; i < safe.len; i++) {
		if (safe.p[i] == '#')
			buf_add_char(out, '\\');
		buf_add_char(out, safe.p[i]);
	}
}

static bool is_plain_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '.' || c == '/' || c == '_';
}

/* A YAML scalar that no reader takes for something else. */
static bool is_plain(struct str s)
{
	if (!s.len || s.len > 200 || !is_plain_char(s.p[0]))
		return false;
	for (size_t i = 0; i < s.len; i++) {
		char next = i + 1 < s.len ? s.p[i + 1] : ' ';

		if (s.p[i] == ':' && next == ' ')
			return false;
		if (!is_plain_char(s.p[i]) && s.p[i] != '-' && s.p[i] != ':')
			return false;
	}
	return true;
}

static void add_quoted(struct buf *out, struct str s)
{
	buf_auto safe = { 0 };

	text_printable(&safe, s);
	buf_add_char(out, '\'');
	for (size_t i = 0; i < safe.len; i++) {
		if (safe.p[i] == '\'')
			buf_add_char(out, '\'');
		buf_add_char(out, safe.p[i]);
	}
	buf_add_char(out, '\'');
}

static void add_scalar(struct buf *out, const char *key, struct str s)
{
	if (!s.len)
		return;
	buf_addf(out, "  %s: ", key);
	if (is_plain(s))
		buf_add_str(out, s);
	else
		add_quoted(out, s);
	buf_add_char(out, '\n');
}

/* Always quoted: words that a device has a hand in. */
static void add_value(struct buf *out, const char *key, struct str s)
{
	if (!s.len)
		return;
	buf_addf(out, "  %s: ", key);
	add_quoted(out, s);
	buf_add_char(out, '\n');
}

static void add_head(struct buf *out, const struct run *run)
{
	buf_auto line = { 0 };

	buf_addf(&line,
		 "sipladder " STR_F "  device=" STR_F " (" STR_F " " STR_F
		 ")  edition=" STR_F "  seed=" STR_F "  slack=" STR_F,
		 STR_A(run->version), STR_A(run->device), STR_A(run->address),
		 STR_A(run->transport), STR_A(run->edition), STR_A(run->seed),
		 STR_A(run->slack));
	buf_add_z(out, "# ");
	text_printable(out, buf_str(&line));
	buf_add_char(out, '\n');
}

void tap_begin(struct tap *t, const struct run *run,
	       const struct report_opts *opts, struct buf *out)
{
	*t = (struct tap){ .opts = opts, .out = out };
	buf_addf(out, "TAP version %u\n1..%zu\n",
		 opts->tap_version == 14 ? 14u : 13u, run->planned);
	for (size_t i = 0; i < run->nparts; i++)
		add_head(out, run->parts[i]);
	if (!run->nparts)
		add_head(out, run);
}

/* What a verdict is to TAP: not ok may be excused by a TODO. */
static bool is_ok(enum verdict v)
{
	switch (v) {
	case VERDICT_NONE:
	case VERDICT_SKIP:
	case VERDICT_PASS:
	case VERDICT_NOT_RUN:
		return true;
	case VERDICT_WARN:
	case VERDICT_KNOWN:
	case VERDICT_INCONCLUSIVE:
	case VERDICT_FAIL:
	case VERDICT_ERROR:
		break;
	}
	return false;
}

static const char *directive(enum verdict v)
{
	switch (v) {
	case VERDICT_NONE:
	case VERDICT_SKIP:
	case VERDICT_NOT_RUN:
		return "SKIP";
	case VERDICT_WARN:
	case VERDICT_KNOWN:
		return "TODO";
	case VERDICT_PASS:
	case VERDICT_INCONCLUSIVE:
	case VERDICT_FAIL:
	case VERDICT_ERROR:
		break;
	}
	return NULL;
}

static void add_point(struct tap *t, const struct result *r,
		      const struct finding *f, unsigned n)
{
	const char *word = directive(f->verdict);

	buf_addf(t->out, "    %sok %u - ", is_ok(f->verdict) ? "" : "not ", n);
	add_words(t->out, f->what);
	if (f->reqs.len) {
		buf_add_z(t->out, " [");
		add_words(t->out, f->reqs);
		buf_add_char(t->out, ']');
	}
	if (word) {
		buf_addf(t->out, " # %s ", word);
		point_excuse(t->out, f, r);
	}
	buf_add_char(t->out, '\n');
}

static void add_subtest(struct tap *t, const struct result *r)
{
	unsigned points = 0, n = 0;

	for (size_t i = 0; i < r->n; i++)
		points += point_is(&r->findings[i]);
	if (!points)
		return;
	buf_add_z(t->out, "# Subtest: ");
	add_words(t->out, r->id);
	buf_addf(t->out, "\n    1..%u\n", points);
	for (size_t i = 0; i < r->n; i++)
		if (point_is(&r->findings[i]))
			add_point(t, r, &r->findings[i], ++n);
}

static struct str at_of(const struct result *r, const struct finding *f,
			struct buf *scratch)
{
	buf_add_str(scratch, f && f->line ? f->file : r->file);
	if (f && f->line)
		buf_addf(scratch, ":%u", f->line);
	return buf_str(scratch);
}

static void add_plays(struct buf *out, const struct result *r)
{
	buf_auto words = { 0 };

	buf_addf(out, "  plays: %u\n", r->plays);
	repeat_words(r, &words);
	add_value(out, "verdicts", buf_str(&words));
	if (r->nothers)
		buf_add_z(out, "  others:\n");
	for (unsigned i = 0; i < r->nothers; i++) {
		buf_auto line = { 0 };

		repeat_line(r->others[i], &line);
		buf_add_z(out, "    - ");
		add_quoted(out, buf_str(&line));
		buf_add_char(out, '\n');
	}
}

static void add_yaml(struct tap *t, const struct result *r)
{
	const struct finding *f = point_worst(r);
	buf_auto at = { 0 }, ladder = { 0 }, ids = { 0 }, also = { 0 };

	buf_add_z(t->out, "  ---\n");
	add_scalar(t->out, "verdict", str_from(verdict_word(r->verdict)));
	add_scalar(t->out, "reason", r->reason);
	buf_addf(t->out, "  duration_ms: %lld\n", (long long)(r->took / NS_MS));
	add_scalar(t->out, "at", at_of(r, f, &at));
	if (f) {
		add_scalar(t->out, "step", f->label.len ? f->label : f->what);
		point_ids(&ids, f, true);
		point_ids(&also, f, false);
		add_scalar(t->out, "requirement", buf_str(&ids));
		add_scalar(t->out, "also", buf_str(&also));
		add_value(t->out, "wanted", f->wanted);
		add_value(t->out, "got", f->got);
		add_value(t->out, "message", f->message);
	}
	if (repeat_is(r))
		add_plays(t->out, r);
	if (point_has_artefacts(t->opts, r)) {
		point_artefact(&ladder, t->opts, r, "ladder.txt");
		add_scalar(t->out, "ladder", buf_str(&ladder));
	}
	buf_add_z(t->out, "  ...\n");
}

static void add_scenario(struct tap *t, const struct result *r)
{
	bool warned = r->verdict == VERDICT_WARN;
	const char *word = warned ? NULL : directive(r->verdict);

	buf_addf(t->out, "%sok %u - ",
		 warned || is_ok(r->verdict) ? "" : "not ", ++t->n);
	add_words(t->out, r->id);
	if (word) {
		buf_addf(t->out, " # %s ", word);
		if (r->verdict == VERDICT_NOT_RUN && !r->reason.len)
			buf_add_z(t->out, "not run");
		point_reason(t->out, r);
	}
	buf_add_char(t->out, '\n');
}

void tap_result(struct tap *t, const struct result *r)
{
	if (r->verdict != VERDICT_SKIP && r->verdict != VERDICT_NOT_RUN &&
	    r->verdict != VERDICT_KNOWN)
		add_subtest(t, r);
	add_scenario(t, r);
	if (verdict_is_bad(r->verdict) || r->verdict == VERDICT_INCONCLUSIVE)
		add_yaml(t, r);
	else if (repeat_is(r))
		buf_addf(t->out, "# %u plays\n", r->plays);
}

void tap_end(struct tap *t, const struct run *run)
{
	struct tally sums;

	if (run->bail.len) {
		buf_add_z(t->out, "Bail out! ");
		text_printable(t->out, run->bail);
		buf_add_char(t->out, '\n');
	}
	tally_run(run, &sums);
	buf_add_z(t->out, "# ");
	tally_words(&sums, t->out);
	buf_addf(t->out, "; MUST %u failed of %u exercised; ", sums.must_failed,
		 sums.must_exercised);
	if (run->interrupted)
		buf_add_z(t->out, "interrupted\n");
	else
		buf_addf(t->out, "exit %d\n",
			 run_exit_code(run, run->allow_inconclusive));
}
