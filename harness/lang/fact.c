/* SPDX-License-Identifier: MIT */
/* What "when" asks: columns, params, role, edition, transport, calls, claims.
 * All of it is known before the play. */
#include "lang/compile.h"

/* The values of a column in all rows; NULL: there is no such column. */
const struct str *fact_row_values(struct compiler *c, struct str column,
				  size_t *ret_n)
{
	struct str *list;

	*ret_n = 0;
	for (unsigned i = 0; i < c->tree->ncolumns; i++) {
		if (!str_eq(c->tree->columns[i].text, column))
			continue;
		list = ARENA_ARRAY(c->a, struct str, c->tree->nrows + 1);
		for (size_t r = 0; r < c->tree->nrows; r++)
			if (i < c->tree->rows[r].n)
				list[(*ret_n)++] =
					c->tree->rows[r].values[i].text;
		return list;
	}
	return NULL;
}

static bool in_list(struct str word, const struct str *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(list[i], word))
			return true;
	return false;
}

static void unknown_value(struct compiler *c, const struct token *tok,
			  struct str name, struct str value, struct str near)
{
	say(c, CODE(UNKNOWN_VALUE), tok,
	    "\"" STR_F "\" is never \"" STR_F "\"%s", STR_A(name), STR_A(value),
	    say_nearest(c, near));
}

/* ---- columns and params ---- */

static void check_column(struct compiler *c, const struct token *tok,
			 struct str name, struct str values)
{
	size_t n;
	const struct str *list = fact_row_values(c, name, &n);
	struct str one;

	while (list && values.len) {
		str_cut(values, '|', &one, &values);
		if (!in_list(one, list, n))
			unknown_value(c, tok, name, one,
				      diag_nearest(one, list, n));
	}
}

static const struct value_def *find_value(struct compiler *c, struct str name)
{
	for (unsigned i = 0; i < c->nvalues; i++)
		if (str_eq(c->values[i].name, name))
			return &c->values[i];
	return NULL;
}

/* ---- words of the device ---- */

/* A device in another role, or in none: the scenario is read for the role it
 * names first, so that its text is checked all the same. */
static bool has_role(struct compiler *c, struct str values)
{
	const struct device *d = c->env->device;

	if (!header_role_fits(c))
		return claims_one_of(c->prog->roles[0], values);
	for (unsigned i = 0; i < d->nroles; i++)
		if (claims_one_of(d->roles[i], values))
			return true;
	return false;
}

static const struct {
	const char *word;
	enum vocabulary list;
} words[] = {
	{ "role", VOCABULARY_ROLE },
	{ "edition", VOCABULARY_EDITION },
	{ "transport", VOCABULARY_TRANSPORT },
	{ "calls", VOCABULARY_CALLS },
	{ "answers", VOCABULARY_ANSWERS },
};

enum { NWORDS = sizeof(words) / sizeof(*words) };

static bool word_holds(struct compiler *c, enum vocabulary list,
		       struct str values)
{
	const struct device *d = c->env->device;
	struct str transport = c->env->transport;

	if (list == VOCABULARY_ROLE)
		return has_role(c, values);
	if (list == VOCABULARY_EDITION)
		return claims_one_of(c->prog->edition, values);
	if (list == VOCABULARY_TRANSPORT)
		return claims_one_of(transport.len ? transport : STR("udp"),
				     values);
	if (list == VOCABULARY_CALLS)
		return claims_one_of(d->calls, values);
	return claims_one_of(d->answers, values);
}

static bool ask_word(struct compiler *c, const struct token *tok, size_t i,
		     struct str values)
{
	struct str rest = values, one;

	while (rest.len) {
		str_cut(rest, '|', &one, &rest);
		if (!claims_knows(words[i].list, one))
			unknown_value(c, tok, str_from(words[i].word), one,
				      claims_nearest(words[i].list, one));
	}
	return word_holds(c, words[i].list, values);
}

static bool ask_claim(struct compiler *c, const struct token *tok,
		      const struct claim *claim, struct str values)
{
	struct str value = claims_value(c->env->device, claim), rest = values;
	struct str one;

	while (rest.len) {
		str_cut(rest, '|', &one, &rest);
		if (!claims_has_value(claim, one))
			unknown_value(c, tok, str_from(claim->word), one,
				      STR_NONE);
	}
	/* Who lacks following a 3xx follows none. */
	return claims_one_of(value, values) ||
	       (claim->values && str_is(value, "no") &&
		claims_one_of(STR("none"), values));
}

static bool unknown_fact(struct compiler *c, const struct token *tok,
			 struct str name)
{
	struct str list[NWORDS], near;

	for (size_t i = 0; i < NWORDS; i++)
		list[i] = str_from(words[i].word);
	near = diag_nearest(name, list, NWORDS);
	if (!near.len)
		near = claims_nearest(VOCABULARY_CLAIM, name);
	for (unsigned i = 0; !near.len && i < c->nvalues; i++)
		near = diag_nearest(name, &c->values[i].name, 1);
	say(c, CODE(UNKNOWN_FACT), tok,
	    "\"" STR_F "\" is no column, param, claim or role, edition, "
	    "transport, calls%s",
	    STR_A(name), say_nearest(c, near));
	return false;
}

static void note_asked(struct compiler *c, struct str name)
{
	struct asked_facts *asked = c->env->asked;

	for (size_t i = 0; asked && i < asked->n; i++)
		if (str_eq(asked->list[i], name))
			return;
	if (asked)
		*ARENA_PUSH(c->a, asked->list, asked->n) = name;
}

static bool ask(struct compiler *c, const struct token *tok, struct str name,
		struct str values)
{
	const struct value_def *value = find_value(c, name);
	const struct claim *claim = claims_find(name);

	if (value) {
		check_column(c, tok, name, values);
		return claims_one_of(value->value.text, values);
	}
	note_asked(c, name);
	for (size_t i = 0; i < NWORDS; i++)
		if (str_is(name, words[i].word))
			return ask_word(c, tok, i, values);
	if (claim)
		return ask_claim(c, tok, claim, values);
	return unknown_fact(c, tok, name);
}

/* "name=value|value", the rest of the line. */
bool fact_holds(struct cursor *k)
{
	struct token *t = cursor_need(k, "a fact (role=b2bua)");
	struct str name, values;

	if (!t)
		return false;
	cursor_finish(k);
	if (!str_cut(t->text, '=', &name, &values) || !name.len ||
	    !values.len) {
		say(k->c, CODE(BAD_FACT), t,
		    "a fact is written: role=b2bua|proxy");
		return false;
	}
	return ask(k->c, t, name, values);
}
