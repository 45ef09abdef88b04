/* SPDX-License-Identifier: MIT */
/* progress: one line at the foot of a terminal while a run lasts. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdio.h>

#include "lang/lang.h"
#include "play/result.h"

struct progress {
	FILE *to; /* NULL: nobody looks */
	size_t done, total, failed;
	ns_t left; /* what the scenarios wait for on purpose, all together */
	unsigned jobs, plays;
};

/* Draws the line for the first time, if to is a terminal. */
void progress_begin(struct progress *p, FILE *to, const struct progs *progs,
		    unsigned jobs, unsigned plays);
/* Takes the line away, so that others can write. */
void progress_hide(struct progress *p);
/* Draws it again, now that this one has ended. */
void progress_next(struct progress *p, const struct prog *prog,
		   const struct result *r);

/* "12 of 63 done, 2 failing, at least 40 s left"; for tests too. */
void progress_text(const struct progress *p, struct buf *out);

#endif
