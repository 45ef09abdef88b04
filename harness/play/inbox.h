/* SPDX-License-Identifier: MIT */
/* inbox: what came and why no line took it, in words; private to play. */
#ifndef PLAY_INBOX_H
#define PLAY_INBOX_H

#include "play/state.h"

/* Adds what stands in the inbox of a line that is given up, and why each
 * message there is not its own. status: the final response that settled it;
 * returns the record of that response, EV_NONE where there is none. */
uint32_t inbox_describe(struct play *p, const struct op *op, unsigned status,
			struct buf *out);
/* Every line that could have taken the message and why each did not. */
struct str inbox_why_nobody(struct play *p, const struct msg *m);

#endif
