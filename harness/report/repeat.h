/* SPDX-License-Identifier: MIT */
/* repeat: what all formats say alike of many plays of one scenario; private
 * to this layer. */
#ifndef REPORT_REPEAT_H
#define REPORT_REPEAT_H

#include "report/report.h"

static inline bool repeat_is(const struct result *r)
{
	return r->plays > 1;
}

/* "3 failed, 1997 passed". */
void repeat_words(const struct result *r, struct buf *out);
/* "play 17: fail: F2 status is 202; wanted 202, got 200": one of others. */
void repeat_line(const struct result *other, struct buf *out);
/* Such a line for each of the others, how many are not listed at the end. */
void repeat_list(const struct result *r, const char *indent, unsigned max,
		 struct buf *out);

#endif
