/* SPDX-License-Identifier: MIT */
/* impair: a wire that loses, delays and doubles what goes over another wire,
 * by a seed, so that any scenario can be played over a bad network without
 * root. A stream loses nothing: over TCP and TLS only the delay holds. */
#ifndef WIRE_IMPAIR_H
#define WIRE_IMPAIR_H

#include "wire/wire.h"

struct impair {
	unsigned loss, dup; /* of 10,000 datagrams, each way */
	ns_t delay, jitter; /* one way: delay - jitter .. delay + jitter */
};

/* "loss=5%,delay=20ms±10ms,dup=0.5%" in any order, "+-" for "±"; a jitter
 * without unit has the delay's. False: why names the piece. */
bool impair_read(struct str text, struct impair *ret, struct fail *why);

/* Owns inner. What is lost goes up as WIRE_WITHHELD. */
struct wire *wire_impaired_new(struct wire *inner, const struct impair *how,
			       uint64_t seed);

#endif
