/* SPDX-License-Identifier: MIT */
/* page: HTML of recorded runs. */
#ifndef CLI_PAGE_H
#define CLI_PAGE_H

#include "cli/recorded.h"

/* One run with all its ladders; a trace that cannot be read is no ladder. */
void page_of_run(const struct recorded *rec, struct buf *out);

#endif
