/* SPDX-License-Identifier: MIT */
/* Failures that are known until a day, and rules that are not asked: lines of
 * a device file, or of a file of their own. */
#include "lang/device_reader.h"

#include <ctype.h>

static unsigned two_digits(struct str s, size_t at)
{
	return (unsigned)(s.p[at] - '0') * 10 + (unsigned)(s.p[at + 1] - '0');
}

/* No day later than 31: a date that never comes would never expire. */
static bool is_date(struct str s)
{
	unsigned month, day;

	if (s.len != 10)
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (i == 4 || i == 7 ? s.p[i] != '-'
				     : !isdigit((unsigned char)s.p[i]))
			return false;
	month = two_digits(s, 5);
	day = two_digits(s, 8);
	return month >= 1 && month <= 12 && day >= 1 && day <= 31;
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
	struct known k = { .scenario_at = here(r) };

	k.scenario = need(r, "the scenario");
	if (more(r) && r->line->toks[r->i].kind == TOK_WORD &&
	    !sees(r, "until")) {
		k.requirement_at = here(r);
		k.requirement = need(r, "a rule");
	}
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
	struct known k = { .requirement_at = here(r) };

	k.requirement = need(r, "a rule");
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

/* ---- do they name what there is? ---- */

struct known_names {
	struct arena *arena;
	const struct catalogue *catalogue;
	const struct str *scenarios; /* "refer/x", "refer/x#row" */
	size_t n;
	struct diags *ds;
};

static bool is_name(const struct known_names *names, struct str name)
{
	for (size_t i = 0; i < names->n; i++)
		if (str_eq(names->scenarios[i], name))
			return true;
	return false;
}

static bool has_rows(const struct known_names *names, struct str name)
{
	for (size_t i = 0; i < names->n; i++) {
		struct str base, row;

		if (str_cut(names->scenarios[i], '#', &base, &row) &&
		    str_eq(base, name))
			return true;
	}
	return false;
}

/* "refer/x", "refer/x#row", either with "@tcp". Rows of what is not loaded are
 * not known. */
static bool is_scenario(const struct known_names *names, struct str id)
{
	struct str base, rest;

	str_cut(id, '@', &id, &rest);
	if (is_name(names, id))
		return true;
	if (!str_cut(id, '#', &base, &rest))
		return has_rows(names, id);
	return is_name(names, base) && !has_rows(names, base);
}

static const char *did_you_mean(const struct known_names *names,
				struct str near)
{
	return near.len ? arena_strf(names->arena,
				     ". Did you mean \"" STR_F "\"?",
				     STR_A(near))
				  .p
			: "";
}

static void check_scenario(const struct known_names *names,
			   const struct known *k)
{
	if (!k->scenario.len || is_scenario(names, k->scenario))
		return;
	diag_add(names->ds, CODE(UNKNOWN_SCENARIO), k->scenario_at,
		 "there is no scenario \"" STR_F "\"%s", STR_A(k->scenario),
		 did_you_mean(names, diag_nearest(k->scenario, names->scenarios,
						  names->n)));
}

/* Rules of practice of an author's own are in no catalogue: of them only a slip
 * is told. */
static void check_rule(const struct known_names *names, const struct known *k)
{
	const struct catalogue *c = names->catalogue;
	struct str *ids, near;

	if (!k->requirement.len || !c->n || catalogue_find(c, k->requirement))
		return;
	ids = ARENA_ARRAY(names->arena, struct str, c->n);
	for (size_t i = 0; i < c->n; i++)
		ids[i] = c->list[i].id;
	near = diag_nearest(k->requirement, ids, c->n);
	if (str_starts(k->requirement, "practice-") && !near.len)
		return;
	diag_add(names->ds, CODE(UNKNOWN_ID), k->requirement_at,
		 "the catalogue has no rule \"" STR_F "\"%s",
		 STR_A(k->requirement), did_you_mean(names, near));
}

/* What "known" and "waive" of d name is in the catalogue and among the
 * scenarios (ids, and those of rows); else they would excuse nothing, for ever.
 * What is not there is in ds. */
void device_check_known(struct arena *a, const struct device *d,
			const struct catalogue *catalogue,
			const struct str *scenarios, size_t n, struct diags *ds)
{
	const struct known_names names = { a, catalogue, scenarios, n, ds };

	for (unsigned i = 0; i < d->nknown; i++) {
		check_scenario(&names, &d->known[i]);
		check_rule(&names, &d->known[i]);
	}
	for (unsigned i = 0; i < d->nwaived; i++)
		check_rule(&names, &d->waived[i]);
}
