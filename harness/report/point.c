/* SPDX-License-Identifier: MIT */
/* What all formats say alike of one finding. */
#include "report/point.h"

#include "base/text.h"

static bool is_kind(const struct finding *f, const char *kind)
{
	return strcmp(f->kind, kind) == 0;
}

/* Notes are never judged; monitors that held would drown the rest. */
bool point_is(const struct finding *f)
{
	if (is_kind(f, "note") || str_is(f->reason, "not-seen"))
		return false;
	if (is_kind(f, "monitor"))
		return f->verdict != VERDICT_PASS;
	if (is_kind(f, "problem"))
		return f->verdict > VERDICT_WARN;
	return f->verdict != VERDICT_NONE || f->reqs.len;
}

bool point_is_bad(const struct finding *f)
{
	return f->verdict >= VERDICT_WARN;
}

const struct finding *point_worst(const struct result *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->findings[i].verdict == r->verdict)
			return &r->findings[i];
	return NULL;
}

bool point_has_artefacts(const struct report_opts *opts, const struct result *r)
{
	return opts->out.len || r->dir.len;
}

void point_artefact(struct buf *out, const struct report_opts *opts,
		    const struct result *r, const char *file)
{
	if (r->dir.len) {
		text_printable(out, r->dir);
	} else {
		text_printable(out, opts->out);
		if (opts->out.len)
			buf_add_char(out, '/');
		text_printable(out, r->id);
	}
	buf_addf(out, "/%s", file);
}

bool point_says_wanted(const struct finding *f)
{
	return !f->wanted.len || str_find(f->what, f->wanted) >= 0;
}

const struct status_info *point_status(const struct finding *f)
{
	struct str rest = f->message, version, code;
	uint64_t n;

	str_cut(rest, ' ', &version, &rest);
	str_cut(rest, ' ', &code, &rest);
	if (!str_is(version, "SIP/2.0") || !str_to_u64(code, &n) || n < 300 ||
	    n > 699 || str_find(f->what, STR("status")) < 0)
		return NULL;
	return status_info((unsigned)n);
}

static void add_known(struct buf *out, const struct result *r)
{
	buf_add_z(out, "known failure");
	if (r->known_reason.len) {
		buf_add_z(out, ": ");
		text_printable(out, r->known_reason);
	}
	if (r->known_until.len) {
		buf_add_z(out, " until ");
		text_printable(out, r->known_until);
	}
}

void point_reason(struct buf *out, const struct result *r)
{
	if (r->verdict == VERDICT_KNOWN)
		add_known(out, r);
	else
		text_printable(out, r->reason);
}

void point_excuse(struct buf *out, const struct finding *f,
		  const struct result *r)
{
	switch (f->verdict) {
	case VERDICT_WARN:
		buf_add_z(out, str_is(f->level, "should") ? "should-level"
							  : "a warning");
		break;
	case VERDICT_KNOWN:
		add_known(out, r);
		break;
	case VERDICT_NONE:
	case VERDICT_SKIP:
	case VERDICT_PASS:
	case VERDICT_INCONCLUSIVE:
	case VERDICT_FAIL:
	case VERDICT_ERROR:
	case VERDICT_NOT_RUN:
		if (f->reason.len)
			text_printable(out, f->reason);
		else
			buf_add_z(out, verdict_word(f->verdict));
		break;
	}
}

/* " (should, warn)" behind an id that does not count as its line does;
 * nothing behind any other. */
void point_ruling(struct buf *out, const struct finding *f, struct str id)
{
	struct ruling s = finding_ruling(f, id);

	if (s.reason.len) {
		buf_add_z(out, " (");
		text_printable(out, s.reason);
		buf_add_char(out, ')');
	} else if (s.verdict != f->verdict || !str_eq(s.level, f->level)) {
		buf_add_z(out, " (");
		text_printable(out, s.level);
		if (s.verdict != f->verdict && s.verdict != VERDICT_NONE)
			buf_addf(out, ", %s", verdict_word(s.verdict));
		buf_add_char(out, ')');
	}
}

/* The ids that share the finding's verdict, or the others. */
void point_ids(struct buf *out, const struct finding *f, bool share)
{
	struct str ids = f->reqs, id;
	const char *blank = "";

	while (ids.len) {
		str_cut(ids, ' ', &id, &ids);
		if ((finding_ruling(f, id).verdict == f->verdict) != share)
			continue;
		buf_add_z(out, blank);
		buf_add_str(out, id);
		if (!share)
			point_ruling(out, f, id);
		blank = " ";
	}
}
