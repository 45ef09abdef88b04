/* SPDX-License-Identifier: MIT */
/* syntax_params: parameters behind a header value; private to syntax. */
#ifndef SIP_SYNTAX_PARAMS_H
#define SIP_SYNTAX_PARAMS_H

#include "sip/grammar.h"

enum { PARAMS_MAX = 32 }; /* above, repeated names are not looked for */

struct params {
	struct str names[PARAMS_MAX];
	unsigned n;
};

/* What a header says of one parameter; NULL: fine, or not known to it. */
typedef const char *param_fn(struct str name, struct str value);

bool syntax_params_has(const struct params *all, const char *name);
/* *( SEMI generic-param ) */
const char *syntax_params(struct grammar *g, param_fn *rule,
			  struct params *all);

#endif
