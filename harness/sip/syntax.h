/* SPDX-License-Identifier: MIT */
/* syntax: strict grammar of the headers under test, over the raw bytes. What
 * breaks it is named with the place where it breaks. */
#ifndef SIP_SYNTAX_H
#define SIP_SYNTAX_H

#include "base/arena.h"
#include "sip/breach.h"
#include "sip/header.h"

/* Whether there is a check for that header. */
bool syntax_has(enum header_id id);
/* One row's value, trimmed; lists are checked as a whole. No breach too for a
 * header that has no check. */
struct breach syntax_check(enum header_id id, struct str value);
/* A URI of any scheme (RFC 3261 25.1, SIP-URI and absoluteURI; RFC 3966). */
struct breach syntax_uri(struct str uri);
/* The same in a start line: neither headers nor method (RFC 3261 19.1.1). */
struct breach syntax_request_uri(struct str uri);
/* *( reserved / unreserved / escaped / UTF8 / SP / HTAB ) */
struct breach syntax_reason(struct str reason);
/* A message/sipfrag body (RFC 3420 2.1) that begins with a start line. */
struct breach syntax_sipfrag(struct str body);
/* "valid", or "byte 7, at \"_x>\": the host must be …"; bytes count from 1
 * and from the beginning of all. */
struct str syntax_text(struct arena *a, struct str all, struct breach b);

#endif
