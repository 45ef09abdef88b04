/* SPDX-License-Identifier: MIT */
/* Failures that are known until a day, and rules that are not asked: lines of
 * a device file, or of a file of their own. */
#include "lang/device_reader.h"

#include <ctype.h>

static bool is_date(struct str s)
{
	if (s.len != 10)
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (i == 4 || i == 7 ? s.p[i] != '-'
				     : !isdigit((unsigned char)s.p[i]))
			return false;
	return true;
}

static struct str reason(struct reader *r)
{
	if (more(r) && r->line->toks[r->i].kind == TOK_STRING)
		return need(r, "the reason");
	wrong(r, CODE(EXPECTED), here(r), "the reason is missing, in quotes");
	r->i = r->line->n;
	return STR_NONE;
}

void line_known(struct reader *r)
{
	struct known k = { .scenario = need(r, "the scenario") };

	if (more(r) && r->line->toks[r->i].kind == TOK_WORD &&
	    !sees(r, "until"))
		k.requirement = need(r, "a rule");
	if (takes(r, "until")) {
		struct loc at = here(r);

		k.until = need(r, "a date");
		if (k.until.len && !is_date(k.until))
			wrong(r, CODE(BAD_DATE), at,
			      "a date is written 2027-03-31");
	}
	k.reason = reason(r);
	*ARENA_PUSH(r->arena, r->d->known, r->d->nknown) = k;
}

void line_waive(struct reader *r)
{
	struct known k = { .requirement = need(r, "a rule") };

	k.reason = reason(r);
	*ARENA_PUSH(r->arena, r->d->waived, r->d->nwaived) = k;
}

/* ---- a file of them ---- */

static void read_line(struct reader *r)
{
	static const struct line_word lines[] = { { "known", line_known },
						  { "waive", line_waive } };

	if (read_by(r, lines, sizeof(lines) / sizeof(*lines)))
		return;
	wrong(r, CODE(UNKNOWN_KEYWORD), r->line->toks[0].at,
	      "a file of known failures has lines that begin with known and "
	      "waive, not \"" STR_F "\"",
	      STR_A(r->line->toks[0].text));
}

/* Adds what a file of known failures says to d; false where there is an error
 * in ds. */
bool device_read_known(struct arena *a, const char *path, struct device *d,
		       struct diags *ds)
{
	size_t before = ds->errors;
	struct text_line line;
	struct reader r = { .arena = a, .d = d, .ds = ds, .line = &line };
	struct lex lx = { .arena = a, .ds = ds, .line = 1 };

	lx.src = lex_read(a, path, path, (struct loc){ 0 }, ds);
	while (lx.src && ds->errors - before < DEVICE_ERRORS_MAX &&
	       lex_next(&lx, &line))
		read_line(&r);
	return lx.src && ds->errors == before;
}
