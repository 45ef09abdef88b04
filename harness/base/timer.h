/* SPDX-License-Identifier: MIT */
/* timer: a heap of deadlines on one clock. */
#ifndef BASE_TIMER_H
#define BASE_TIMER_H

#include "base/clock.h"

#include <stddef.h>

struct timer;
typedef void timer_fn(struct timer *t, void *ctx);

struct timer { /* embed it; zero is "not set" */
	ns_t due;
	size_t place; /* 1-based place in the heap; 0: not set */
	uint64_t order;
	timer_fn *fn;
	void *ctx;
};

struct timers {
	struct timer **heap; /* heap[0] unused */
	size_t n, cap;
	uint64_t order; /* equal deadlines fire in the order they were set */
};

void timer_set(struct timers *ts, struct timer *t, ns_t due, timer_fn *fn,
	       void *ctx); /* moves a set one */
void timer_stop(struct timers *ts, struct timer *t);
bool timer_is_set(const struct timer *t);
ns_t timers_next(const struct timers *ts); /* NS_MAX: none */
/* Fires all that are due at now, those set meanwhile for now included. */
void timers_run(struct timers *ts, ns_t now);
void timers_free(struct timers *ts);

#endif
