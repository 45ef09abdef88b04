/* SPDX-License-Identifier: MIT */
/* body: one part of a message's body by its type, and status lines in it. */
#ifndef SIP_BODY_H
#define SIP_BODY_H

#include "sip/pkt.h"

enum { BODY_PARTS_MAX = 32 };

/* The body, or the first part of a multipart one, of that "type/subtype";
 * STR_NONE: none. */
struct str body_find(const struct pkt *p, const char *type);

struct frag { /* first line of a message/sipfrag (RFC 3420) */
	struct str line, version, status, reason;
};

/* False where the body is no sipfrag, or one without a status line. */
bool body_frag(const struct pkt *p, struct frag *ret);

#endif
