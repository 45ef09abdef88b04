/* SPDX-License-Identifier: MIT */
/* frame: messages out of a stream, however its segments fall (RFC 3261 18.3,
 * 7.5; RFC 5626 4.4.1). Nothing is repaired: what is wrong with the stream is
 * said, and the reading goes on at the next start line. */
#ifndef WIRE_FRAME_H
#define WIRE_FRAME_H

#include "base/buf.h"

enum {
	FRAME_HEADERS_MAX = 256 << 10, /* without a blank line */
	FRAME_BODY_MAX = 256 << 10
};

enum frame_kind {
	FRAME_MESSAGE,
	FRAME_KEEPALIVE, /* CRLFs between messages */
	FRAME_BROKEN     /* bytes that belong to no message */
};

struct frame {
	enum frame_kind kind;
	struct str bytes; /* valid until the framer is touched again */
	const char *flaw; /* of the stream here, a sentence; NULL: none */
};

struct framer {
	struct buf in;
	size_t done; /* bytes given out already */
	size_t seen; /* no blank line before here */
	size_t skip; /* of a body that is too long to be kept */
	bool lost;   /* look for a start line */
};

void framer_free(struct framer *f);
void framer_add(struct framer *f, struct str bytes);
/* The next piece; false: more bytes are needed. */
bool framer_next(struct framer *f, struct frame *ret);
/* The stream has ended: what is left of an unfinished message, if anything. */
bool framer_end(struct framer *f, struct frame *ret);

#endif
