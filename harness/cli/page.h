/* SPDX-License-Identifier: MIT */
/* page: HTML of a run that is going on, and of recorded runs. */
#ifndef CLI_PAGE_H
#define CLI_PAGE_H

#include "cli/recorded.h"

struct page_part { /* what one scenario is on the page */
	const struct result *r;
	struct buf text;
};

struct page {
	struct arena *arena; /* the caller's */
	struct page_part *parts;
	size_t n;
};

/* Takes a result as it ends, while there is its trace (empty: none). */
void page_add(struct page *p, const struct run *run, const struct result *r,
	      struct str trace, const struct report_opts *opts);
/* The whole page, piece by piece: what was added, by name. Frees it. */
void page_end(struct page *p, const struct run *run,
	      void (*put)(void *ctx, const struct buf *text), void *ctx);
/* One run with all its ladders; a trace that cannot be read is no ladder. */
void page_of_run(const struct recorded *rec, struct buf *out);

#endif
