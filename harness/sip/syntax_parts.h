/* SPDX-License-Identifier: MIT */
/* syntax_parts: pieces that the checkers of headers share; private to
 * syntax*.c. */
#ifndef SIP_SYNTAX_PARTS_H
#define SIP_SYNTAX_PARTS_H

#include "sip/grammar.h"
#include "sip/syntax.h"

enum { PARAMS_MAX = 32 }; /* above, repeated names are not looked for */

struct params {
	struct str names[PARAMS_MAX];
	unsigned n;
};

/* What a header says of one parameter (value.p NULL: there is no "="). */
typedef struct breach param_fn(struct str name, struct str value);
/* Takes one value, parameters not included, off the front. */
typedef struct breach value_fn(struct grammar *g);
typedef struct breach check_fn(struct str value);

bool syntax_params_has(const struct params *all, const char *name);
struct breach syntax_params_add(struct params *all, struct str name);
/* *( SEMI generic-param ); rule may be NULL */
struct breach syntax_params(struct grammar *g, param_fn *rule,
			    struct params *all);
/* A parameter's value against one of grammar_is_…; the breach is at it. */
struct breach syntax_value(struct str name, struct str value, bool fits,
			   const char *what);

/* One value with its parameters and nothing behind it. */
struct breach syntax_single(struct str text, value_fn *value, param_fn *rule,
			    struct params *all);
/* value *( COMMA value ) */
struct breach syntax_list(struct str text, value_fn *value, param_fn *rule);

value_fn syntax_take_token, syntax_take_address, syntax_take_name_addr;
value_fn syntax_take_callid, syntax_take_delta;
param_fn syntax_param_none; /* for values that have no parameters */
/* What follows "tel:" (RFC 3966 3). */
struct breach syntax_tel(struct str rest);

/* One for each header of the SYNTAX rows. */
#define SYNTAX(id, checker) check_fn checker;
#include "sip/fields.def"

#endif
