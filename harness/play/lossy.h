/* SPDX-License-Identifier: MIT */
/* lossy: what drop, delay, duplicate and reorder share, both ways; private to
 * lossy*.c. */
#ifndef PLAY_LOSSY_H
#define PLAY_LOSSY_H

#include "play/state.h"

struct put_off { /* a message that is on its way for longer */
	struct put_off *next;
	struct timer timer;
	struct play *play;
	const struct op *op;
	bool reordered; /* until another has overtaken it */
	bool doubled;   /* the copy of one that came */
	bool over;      /* it has gone, or come */
	struct msg *m;  /* ours; NULL: theirs, below */
	struct party *party;
	struct pkt *pkt;
	struct wire_in in;
	uint32_t rec;
};

struct put_off *lossy_put_off(struct play *p, const struct op *op, ns_t delay,
			      timer_fn *fn);
/* Its time has come; false: it had before. */
bool lossy_release(struct put_off *o);

#endif
