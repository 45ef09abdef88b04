/* SPDX-License-Identifier: MIT */
/* value: what stood in a message, and how it is compared. */
#ifndef SIP_VALUE_H
#define SIP_VALUE_H

#include "base/str.h"

enum field_type {
	TYPE_TEXT,   /* compared byte by byte */
	TYPE_TOKEN,  /* compared without case */
	TYPE_NUMBER, /* compared as numbers */
	TYPE_URI,    /* compared by RFC 3261 19.1.4 */
	TYPE_ADDR,   /* name-addr: "is" compares its URI or the whole */
	TYPE_VERDICT /* "valid", or why it is not (syntax, digest) */
};

struct value {
	bool present;
	enum field_type type;
	struct str text; /* what a person is shown as "got" */
	bool list;       /* text is a list of tokens: "a, b" */
};

/* "is": equality of the parsed type with one wanted text. */
bool value_is(const struct value *v, struct str want);
/* "contains": an element of a list, a piece of any other text. */
bool value_contains(const struct value *v, struct str want);
/* -1, 0, 1 for "<" and the like; false where either is no number. */
bool value_order(const struct value *v, struct str want, int *ret);

#endif
