/* SPDX-License-Identifier: MIT */
/* live: what happens in a play, a line each, while it happens. */
#ifndef CLI_LIVE_H
#define CLI_LIVE_H

#include "lang/prog.h"
#include "play/trace.h"

/* One line of a trace for the eye; adds nothing for what is no news. */
void live_line(const struct prog *prog, struct str line, struct buf *out);

#endif
