/* SPDX-License-Identifier: MIT */
/* live: what happens in a play, row by row, while it happens. */
#ifndef CLI_LIVE_H
#define CLI_LIVE_H

#include "lang/prog.h"
#include "play/trace.h"

struct live {                    /* zero to begin with */
	const struct prog *last; /* the scenario whose names stand above */
};

/* One line of a trace for the eye; adds nothing for what is no news. Where
 * scenarios are played side by side, each turn begins with its name. */
void live_line(struct live *v, const struct prog *prog, struct str line,
	       struct buf *out);

#endif
