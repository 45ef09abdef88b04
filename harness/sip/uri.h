/* SPDX-License-Identifier: MIT */
/* uri: SIP URIs over bytes (RFC 3261 19.1), and others as scheme and rest. */
#ifndef SIP_URI_H
#define SIP_URI_H

#include "base/arena.h"

enum { URI_PARTS_MAX = 64 }; /* parameters or headers that are compared */

/* Slices of the text; p is NULL where a part is absent. */
struct uri {
	struct str scheme;
	bool is_sip;               /* sip or sips: the parts below are filled */
	bool is_sips;              /* sips */
	struct str rest;           /* what follows the scheme's colon */
	struct str user, password; /* user: of a tel URI its number */
	struct str host;           /* "[...]" where it is IPv6 */
	struct str port;
	struct str params;  /* without the leading ';' */
	struct str headers; /* without the leading '?' */
};

bool uri_parse(struct str text, struct uri *ret);
unsigned uri_port(const struct uri *u); /* stated, or the default */
/* By name; *ret_present may be NULL. Values stay escaped. */
struct str uri_param(const struct uri *u, struct str name, bool *ret_present);
struct str uri_header(const struct uri *u, struct str name, bool *ret_present);
/* URI equality by RFC 3261 19.1.4; false for what does not parse. */
bool uri_equal(struct str a, struct str b);

/* All of these take any bytes; what is no URI comes back as it is. */
struct str uri_escape(struct arena *a, struct str s);
struct str uri_unescape(struct arena *a, struct str s);
/* Without headers and method parameter: fit to be a Request-URI. */
struct str uri_bare(struct arena *a, struct str uri);
/* The same URI by 19.1.4 in another spelling. */
struct str uri_spelt(struct arena *a, struct str uri);

#endif
