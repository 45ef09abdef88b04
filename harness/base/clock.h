/* SPDX-License-Identifier: MIT */
/* clock: one unit of time (ns), one clock, virtual in unit tests. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

typedef int64_t ns_t; /* nanoseconds; a span, or since the clock's start */

#define NS_US  ((ns_t)1000)
#define NS_MS  ((ns_t)1000000)
#define NS_S   ((ns_t)1000000000)
#define NS_MAX INT64_MAX

struct clock {
	bool is_virtual;
	ns_t now; /* of a virtual clock */
};

ns_t clock_now(const struct clock *c);        /* monotonic */
ns_t clock_wall(const struct clock *c);       /* since 1970, for people */
void clock_advance(struct clock *c, ns_t to); /* virtual only */

#endif
