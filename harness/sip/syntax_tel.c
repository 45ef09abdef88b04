/* SPDX-License-Identifier: MIT */
/* Strict grammar of tel URIs (RFC 3966 3), what stands behind "tel:". */
#include "sip/syntax_parts.h"

#include <ctype.h>

static bool is_visual(char c)
{
	return c && strchr("-.()", c);
}

/* The run of digits (or of hex digits, "*" and "#") and visual separators;
 * *ret_digits: how many are no separators. */
static size_t number_len(struct str s, bool local, size_t *ret_digits)
{
	size_t i = 0;

	*ret_digits = 0;
	for (; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];
		bool digit = local ? isxdigit(c) || c == '*' || c == '#'
				   : isdigit(c) != 0;

		if (!digit && !is_visual(s.p[i]))
			break;
		*ret_digits += digit;
	}
	return i;
}

/* parameter = ";" 1*( alphanum / "-" ) [ "=" 1*paramchar ] */
static struct breach check_params(struct grammar *g, struct params *all)
{
	while (grammar_char(g, ';')) {
		struct str name = g->rest;
		struct breach b;
		size_t n = 0;

		while (n < name.len &&
		       (isalnum((unsigned char)name.p[n]) || name.p[n] == '-'))
			n++;
		name.len = n;
		g->rest = str_tail(g->rest, n);
		if (!n)
			return grammar_breach(g, "a parameter must have a "
						 "name of letters, digits and "
						 "\"-\"");
		if (grammar_char(g, '=') && !grammar_uri_chars(g, "[]/:&+$"))
			return grammar_breach(g,
					      "a value must follow the \"=\"");
		b = syntax_params_add(all, name);
		if (b.what)
			return b;
	}
	if (grammar_end(g))
		return BREACH_NONE;
	return grammar_breach(g, "this must not stand in a tel URI");
}

/* A global number begins with "+"; a local one has a phone-context. */
struct breach syntax_tel(struct str rest)
{
	struct grammar g = { rest };
	struct params all = { .n = 0 };
	bool local = !grammar_char(&g, '+');
	size_t digits, n = number_len(g.rest, local, &digits);
	struct breach b;

	if (!digits)
		return grammar_breach(&g, "a telephone number must stand here");
	g.rest = str_tail(g.rest, n);
	b = check_params(&g, &all);
	if (!b.what && local && !syntax_params_has(&all, "phone-context"))
		return breach_at(g.rest, "a number without \"+\" must have a "
					 "phone-context");
	return b;
}
