/* SPDX-License-Identifier: MIT */
/* body: parts of a message's body, by number or by type, and status lines in
 * them. */
#ifndef SIP_BODY_H
#define SIP_BODY_H

#include "sip/pkt.h"

enum { BODY_PARTS_MAX = 32 };

struct body_part {          /* slices of the message */
	struct str head;    /* its header lines; the message's own: empty */
	struct str type;    /* "type/subtype"; empty: nobody says */
	struct str content; /* without the line end before the delimiter */
};

/* The n-th part (from 1) of a multipart body; any other body is its own first
 * part. 0 is the whole body. False: there is none. */
bool body_part(const struct pkt *p, unsigned n, struct body_part *ret);
/* The body, or the first part of a multipart one, of that "type/subtype";
 * STR_NONE: none. */
struct str body_find(const struct pkt *p, const char *type);

struct frag { /* first line of a message/sipfrag (RFC 3420) */
	struct str line, version, status, reason;
};

/* False where the body is no sipfrag, or one without a status line. */
bool body_frag(const struct pkt *p, struct frag *ret);
/* The header lines of a sipfrag, behind its start line if it has one. */
struct str body_frag_rows(const struct pkt *p);

#endif
