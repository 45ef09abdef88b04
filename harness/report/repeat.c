/* SPDX-License-Identifier: MIT */
/* The plays of a --repeat in words: how many went how, and those that failed
 * one by one. */
#include "report/repeat.h"

#include "base/text.h"
#include "report/point.h"

void repeat_words(const struct result *r, struct buf *out)
{
	struct tally t = { 0 };

	memcpy(t.scenarios, r->verdicts, sizeof(t.scenarios));
	tally_words(&t, out);
}

void repeat_line(const struct result *other, struct buf *out)
{
	const struct finding *f = point_worst(other);

	buf_addf(out, "play %u: %s", other->play, verdict_word(other->verdict));
	if (!f) {
		buf_add_z(out, ": ");
		text_printable(out, other->reason);
		return;
	}
	buf_add_z(out, ": ");
	text_printable(out, f->what);
	if (f->wanted.len && !str_eq(f->wanted, f->arrow)) {
		buf_add_z(out, "; wanted ");
		text_printable(out, f->wanted);
	}
	if (f->got.len) {
		buf_add_z(out, ", got ");
		text_printable(out, str_sub(f->got, 0, 200));
	}
}

/* What was counted and has no line: the one told in full is no other. */
static unsigned unlisted(const struct result *r, unsigned listed)
{
	unsigned n = 0;

	for (int v = VERDICT_INCONCLUSIVE; v <= VERDICT_NOT_RUN; v++)
		n += r->verdicts[v];
	listed += r->verdict >= VERDICT_INCONCLUSIVE;
	return n > listed ? n - listed : 0;
}

void repeat_list(const struct result *r, const char *indent, unsigned max,
		 struct buf *out)
{
	unsigned n = r->nothers < max ? r->nothers : max;
	unsigned more = unlisted(r, n);

	for (unsigned i = 0; i < n; i++) {
		buf_add_z(out, indent);
		repeat_line(r->others[i], out);
		buf_add_char(out, '\n');
	}
	if (more)
		buf_addf(out, "%sand %u more\n", indent, more);
}
