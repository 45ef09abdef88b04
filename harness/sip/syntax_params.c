/* SPDX-License-Identifier: MIT */
/* Parameters of a header value: their form, and that none comes twice. */
#include "sip/syntax_params.h"

bool syntax_params_has(const struct params *all, const char *name)
{
	for (unsigned i = 0; i < all->n; i++)
		if (str_is_case(all->names[i], name))
			return true;
	return false;
}

/* RFC 3261 7.3.1: a parameter name must not appear twice. */
static const char *remember(struct params *all, struct str name)
{
	for (unsigned i = 0; i < all->n; i++)
		if (str_eq_case(all->names[i], name))
			return "a parameter appears twice";
	if (all->n < PARAMS_MAX)
		all->names[all->n++] = name;
	return NULL;
}

/* *( SEMI generic-param ) */
const char *syntax_params(struct grammar *g, param_fn *rule, struct params *all)
{
	while (grammar_sep(g, ';')) {
		struct str name, value;
		const char *wrong;

		if (!grammar_param(g, &name, &value))
			return "a parameter is no token or has no proper value";
		wrong = remember(all, name);
		if (!wrong && rule)
			wrong = rule(name, value);
		if (wrong)
			return wrong;
	}
	return NULL;
}
