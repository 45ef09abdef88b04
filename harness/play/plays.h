/* SPDX-License-Identifier: MIT */
/* plays: how the plays of a --repeat went, as a player tells it to its parent:
 *
 *   #play N          the trace of play N follows, line by line
 *   #plays N A B ..  N plays have ended, A ... of them with each verdict
 *
 * The last count is the one that holds. A player that tells of one play only
 * writes the trace and no line of these. */
#ifndef PLAY_PLAYS_H
#define PLAY_PLAYS_H

#include "play/result.h"

/* Failed plays beyond these are counted and not told one by one. */
enum { PLAYS_TOLD_MAX = 20 };

struct plays_count {
	unsigned n;
	unsigned verdicts[VERDICT_NOT_RUN + 1];
};

void plays_write_count(const struct plays_count *count, struct buf *out);
void plays_write_head(unsigned number, struct buf *out);

struct plays_told {      /* one play */
	unsigned number; /* from 1; 0: the only one */
	struct str trace;
};

/* Takes the next play from the front of the text, and the counts that stand
 * before it into *count; false: there is none any more. */
bool plays_next(struct str *text, struct plays_told *ret,
		struct plays_count *count);

#endif
