/* SPDX-License-Identifier: MIT */
/* syntax: strict grammar of the headers under test. NULL: as the RFC wants it;
 * else one short sentence that says what is wrong. */
#ifndef SIP_SYNTAX_H
#define SIP_SYNTAX_H

#include "sip/header.h"

/* Whether there is a check for that header. */
bool syntax_has(enum header_id id);
/* One row's value, trimmed; lists are checked as a whole. */
const char *syntax_check(enum header_id id, struct str value);
/* A URI of any scheme (RFC 3261 25.1, SIP-URI and absoluteURI). */
const char *syntax_uri(struct str uri);
/* A message/sipfrag body (RFC 3420 2.1) that begins with a start line. */
const char *syntax_sipfrag(struct str body);

#endif
