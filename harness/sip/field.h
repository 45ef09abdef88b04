/* SPDX-License-Identifier: MIT */
/* field: "Refer-To[1].uri.host" -> what stands there. fields.def is the one
 * table of headers, their fields and types. */
#ifndef SIP_FIELD_H
#define SIP_FIELD_H

#include "base/fail.h"
#include "sip/pkt.h"

enum field_root {
	FIELD_HEADER,
	FIELD_REQUEST_URI,
	FIELD_STATUS,
	FIELD_METHOD,
	FIELD_BODY,
	FIELD_SIPFRAG,
	FIELD_SDP,
};

enum field_type {
	TYPE_TEXT,   /* compared byte by byte */
	TYPE_TOKEN,  /* compared without case */
	TYPE_NUMBER, /* compared as numbers */
	TYPE_URI,    /* compared by RFC 3261 19.1.4 */
	TYPE_ADDR,   /* name-addr: "is" compares its URI or the whole */
	TYPE_VERDICT /* "valid", or why it is not (syntax, digest) */
};

enum { FIELD_PARTS_MAX = 8 };

struct field_path {
	enum field_root root;
	struct str header; /* canonical name (FIELD_HEADER) */
	unsigned index;    /* Header[2] is 2; 0: all rows joined / the first */
	struct str parts[FIELD_PARTS_MAX]; /* ".uri.headers.Replaces" */
	unsigned nparts;
	enum field_type type; /* filled by field_resolve */
};

/* Looks the parts up in the table and fills type. False where a known header
 * has no such field: *ret_bad is the index of the part, *ret_near the nearest
 * known name or STR_NONE. Unknown headers take no parts but "params.NAME". */
bool field_resolve(struct field_path *p, unsigned *ret_bad,
		   struct str *ret_near);

struct value {
	bool present;
	enum field_type type;
	struct str text; /* what a person is shown as "got" */
};

/* Reads a resolved path from a message; memory comes from a. */
struct value field_get(const struct pkt *p, const struct field_path *path,
		       struct arena *a);

/* "is": equality of the parsed type with one wanted text. */
bool value_is(const struct value *v, struct str want);
/* -1, 0, 1 for "<" and the like; false where either is no number. */
bool value_order(const struct value *v, struct str want, int *ret);
/* "~": PCRE2, bounded match limits. regex_check for the author's text. */
bool regex_check(struct str pattern, struct fail *why);
bool regex_match(struct str pattern, struct str text);
/* URI equality by RFC 3261 19.1.4; false for what does not parse. */
bool uri_equal(struct str a, struct str b);

/* Names of all headers and, for one header, of its fields: for did-you-mean,
 * "explain" and the editors. Returned arrays live for ever. */
const struct str *field_headers(size_t *ret_n);

#endif
