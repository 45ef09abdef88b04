/* SPDX-License-Identifier: MIT */
/* Monotonic time, real or virtual. Verdicts never use the wall clock. */
#include "base/clock.h"

#include <assert.h>
#include <time.h>

static ns_t read_clock(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (ns_t)ts.tv_sec * NS_S + ts.tv_nsec;
}

ns_t clock_now(const struct clock *c)
{
	return c->is_virtual ? c->now : read_clock(CLOCK_MONOTONIC);
}

ns_t clock_wall(const struct clock *c)
{
	return c->is_virtual ? c->now : read_clock(CLOCK_REALTIME);
}

void clock_advance(struct clock *c, ns_t to)
{
	assert(c->is_virtual && to >= c->now);
	c->now = to;
}
