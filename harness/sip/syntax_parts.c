/* SPDX-License-Identifier: MIT */
/* What headers have in common: values in lists, parameters, addresses. Which
 * header wants what is syntax_core.c and its neighbours. */
#include "sip/syntax_parts.h"

/* ---- parameters ---------------------------------------------------------- */

bool syntax_params_has(const struct params *all, const char *name)
{
	for (unsigned i = 0; i < all->n; i++)
		if (str_is_case(all->names[i], name))
			return true;
	return false;
}

/* RFC 3261 7.3.1: a parameter name must not appear twice. */
struct breach syntax_params_add(struct params *all, struct str name)
{
	for (unsigned i = 0; i < all->n; i++)
		if (str_eq_case(all->names[i], name))
			return breach_at(name, "a parameter must not appear "
					       "twice");
	if (all->n < PARAMS_MAX)
		all->names[all->n++] = name;
	return BREACH_NONE;
}

struct breach syntax_params(struct grammar *g, param_fn *rule,
			    struct params *all)
{
	while (grammar_sep(g, ';')) {
		struct str name, value;
		struct breach b;

		if (!grammar_param(g, &name, &value))
			return grammar_breach(
				g, "a parameter must be a token, alone or with "
				   "\"=\" and a token, host or quoted string");
		b = syntax_params_add(all, name);
		if (!b.what && rule)
			b = rule(name, value);
		if (b.what)
			return b;
	}
	return BREACH_NONE;
}

struct breach syntax_value(struct str name, struct str value, bool fits,
			   const char *what)
{
	if (fits)
		return BREACH_NONE;
	return breach_at(value.p ? value : str_tail(name, name.len), what);
}

struct breach syntax_param_none(struct str name, struct str value)
{
	(void)value;
	return breach_at(name, "a parameter must not stand here");
}

/* ---- addresses ----------------------------------------------------------- */

/* display-name = *( token LWS ) / quoted-string, up to "<". The LWS may be
 * missing before "<": RFC 4475 3.1.1.6 calls the grammar's wish a mistake. */
static struct breach take_display(struct grammar *g)
{
	struct str word;

	if (grammar_quoted(g, &word)) {
		grammar_sws(g);
	} else if (grammar_peek(g) == '"') {
		return breach_at(
			str_tail(g->rest, grammar_quoted_end(g->rest)),
			"the display name must be a quoted string that ends, "
			"in UTF-8 and without control bytes");
	} else {
		while (grammar_token(g, &word))
			if (!grammar_lws(g) && grammar_peek(g) != '<')
				break;
	}
	if (grammar_peek(g) != '<')
		return grammar_breach(g, "the display name must be tokens or "
					 "a quoted string, then \"<\"");
	return BREACH_NONE;
}

static struct breach take_bracketed(struct grammar *g)
{
	ptrdiff_t close = str_find_char(g->rest, '>');
	struct str uri;

	if (close < 0)
		return grammar_breach(g, "\"<\" must be closed by \">\"");
	uri = str_sub(g->rest, 1, (size_t)close - 1);
	g->rest = str_tail(g->rest, (size_t)close + 1);
	return syntax_uri(uri);
}

/* RFC 3261 20.10: a URI with a comma, question mark or semicolon must stand
 * in <>; without them the latter two end it. */
static struct breach take_naked(struct grammar *g)
{
	size_t i = 0;
	struct str uri;
	ptrdiff_t mark;

	while (i < g->rest.len && !strchr(";, \t\r\n", g->rest.p[i]))
		i++;
	uri = str_sub(g->rest, 0, i);
	g->rest = str_tail(g->rest, i);
	mark = str_find_char(uri, '?');
	if (mark >= 0)
		return breach_at(str_tail(uri, (size_t)mark),
				 "a URI with \"?\" must stand in <>");
	return syntax_uri(uri);
}

/* Whether a "<" stands before the next comma. No bracket is followed here: a
 * list of half-open ones would be scanned to its end for every value. */
static bool is_name_addr(const struct grammar *g)
{
	struct str value, rest;

	str_cut(g->rest, ',', &value, &rest);
	return grammar_peek(g) == '"' || str_find_char(value, '<') >= 0;
}

/* name-addr / addr-spec */
struct breach syntax_take_address(struct grammar *g)
{
	struct breach b;

	if (!is_name_addr(g))
		return take_naked(g);
	b = take_display(g);
	return b.what ? b : take_bracketed(g);
}

struct breach syntax_take_name_addr(struct grammar *g)
{
	if (!is_name_addr(g))
		return grammar_breach(g, "the address must stand in <>");
	return syntax_take_address(g);
}

/* ---- other values -------------------------------------------------------- */

struct breach syntax_take_token(struct grammar *g)
{
	struct str all;

	return grammar_token(g, &all)
		       ? BREACH_NONE
		       : grammar_breach(g, "the value must be a token");
}

struct breach syntax_take_callid(struct grammar *g)
{
	return grammar_callid(g) ? BREACH_NONE
				 : grammar_breach(g, "the call-id must be "
						     "word or word@word");
}

/* delta-seconds = 1*DIGIT; RFC 3261 20.19 and its like: below 2^32. */
struct breach syntax_take_delta(struct grammar *g)
{
	struct str digits, at = g->rest;

	if (!grammar_digits(g, &digits))
		return grammar_breach(g, "the value must be a number");
	return syntax_value(at, digits, grammar_is_number(digits, UINT32_MAX),
			    "the number must be below 2^32");
}

/* ---- one value, or a list of them ---------------------------------------- */

static struct breach take_one(struct grammar *g, value_fn *value,
			      param_fn *rule, struct params *all)
{
	struct breach b;

	all->n = 0;
	if (grammar_end(g))
		return grammar_breach(g, "a value must stand here");
	b = value(g);
	return b.what ? b : syntax_params(g, rule, all);
}

struct breach syntax_single(struct str text, value_fn *value, param_fn *rule,
			    struct params *all)
{
	struct grammar g = { text };
	struct breach b = take_one(&g, value, rule, all);

	if (b.what)
		return b;
	grammar_sws(&g);
	if (grammar_peek(&g) == ',')
		return grammar_breach(&g, "the header takes one value, no "
					  "list");
	if (grammar_end(&g))
		return BREACH_NONE;
	return grammar_breach(&g, "only \";\" may stand behind the value");
}

struct breach syntax_list(struct str text, value_fn *value, param_fn *rule)
{
	struct grammar g = { text };
	struct params all;

	do {
		struct breach b = take_one(&g, value, rule, &all);

		if (b.what)
			return b;
	} while (grammar_sep(&g, ','));
	grammar_sws(&g);
	if (grammar_end(&g))
		return BREACH_NONE;
	return grammar_breach(&g, "only \";\" or \",\" may stand behind a "
				  "value");
}
