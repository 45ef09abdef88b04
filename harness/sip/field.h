/* SPDX-License-Identifier: MIT */
/* field: "Refer-To[1].uri.host" -> what stands there. fields.def is the one
 * table of headers, their fields and types. */
#ifndef SIP_FIELD_H
#define SIP_FIELD_H

#include "base/fail.h"
#include "sip/pkt.h"
#include "sip/uri.h"
#include "sip/value.h"

enum field_root {
	FIELD_HEADER,
	FIELD_REQUEST_URI,
	FIELD_STATUS,
	FIELD_METHOD,
	FIELD_BODY,
	FIELD_SIPFRAG,
	FIELD_SDP,
};

enum { FIELD_PARTS_MAX = 8 };

struct field_def; /* one row of fields.def */

struct field_path {
	enum field_root root;
	struct str header; /* canonical name (FIELD_HEADER) */
	unsigned index;    /* Header[2] is 2; 0: all rows joined / the first */
	struct str parts[FIELD_PARTS_MAX]; /* ".uri.headers.Replaces" */
	unsigned nparts;
	enum field_type type;        /* filled by field_resolve */
	const struct field_def *def; /* filled too; NULL: the whole header */
	/* "headers.NAME.more": parts[inner_at] names a header inside of what
	 * the parts before it mean, inner is the field in it; 0: no such thing
	 */
	unsigned inner_at;
	const struct field_def *inner;
};

/* Looks the parts up in the table and fills type. False where a known header
 * has no such field: *ret_bad is the index of the part, *ret_near the nearest
 * known name or STR_NONE. Unknown headers take no parts but "count", "rows",
 * "name" and "params.NAME". */
bool field_resolve(struct field_path *p, unsigned *ret_bad,
		   struct str *ret_near);

/* Reads a resolved path from a message; memory comes from a. */
struct value field_get(const struct pkt *p, const struct field_path *path,
		       struct arena *a);

/* "~": PCRE2, bounded match limits. regex_check for the author's text. */
bool regex_check(struct str pattern, struct fail *why);
bool regex_match(struct str pattern, struct str text);

/* Names of all headers and, for one header, of its fields: for did-you-mean,
 * "explain" and the editors. Returned arrays live for ever. */
const struct str *field_headers(size_t *ret_n);
/* "uri.params.*": patterns of what may follow; memory comes from a. */
const struct str *field_names(const struct field_path *p, struct arena *a,
			      size_t *ret_n);
const char *field_type_name(enum field_type type);

#endif
