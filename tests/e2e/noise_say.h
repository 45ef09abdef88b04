/* SPDX-License-Identifier: MIT */
/* noise_say: just enough SIP to be believed, in one datagram. */
#ifndef NOISE_SAY_H
#define NOISE_SAY_H

#include <netinet/in.h>
#include <stddef.h>

enum { DATAGRAM_MAX = 65507 };

struct request { /* a datagram that came; text ends in NUL */
	const char *text;
	char method[16];
	struct sockaddr_in from;
};

struct out { /* one datagram under construction; what is too much is cut */
	char bytes[DATAGRAM_MAX];
	size_t len;
};

struct say {
	unsigned port; /* our own */
	unsigned made; /* for branches and tags */
};

void say_bytes(struct out *o, const void *bytes, size_t n);
void say(struct out *o, const char *z);
void say_fill(struct out *o, const char *piece, size_t upto);
void say_number(struct out *o, const char *before, unsigned long n,
		const char *after);
/* Everything of a response but its end: the blank line and the body. */
void say_response(const struct say *s, struct out *o, const struct request *r,
		  const char *status);
void say_end(struct say *s, struct out *o, const struct request *r);
/* A request of our own, as a stranger would send it. */
void say_stranger(struct say *s, struct out *o, const char *method,
		  const char *more);
/* A response to nothing. */
void say_stray(struct say *s, struct out *o);

#endif
