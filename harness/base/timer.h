/* SPDX-License-Identifier: MIT */
/* timer: a heap of deadlines on one clock. */
#ifndef BASE_TIMER_H
#define BASE_TIMER_H

#include "base/clock.h"

#include <stddef.h>

struct timer;
typedef void timer_fn(struct timer *t, void *ctx);

struct timer {        /* embed it; zero is "not set" */
	ns_t due;     /* last set */
	size_t place; /* 1-based place in the heap; 0: not set */
	timer_fn *fn;
	void *ctx;
};

struct timer_slot { /* the timer's key stands here: fewer places to look at */
	ns_t due;
	uint64_t order;
	struct timer *timer;
};

struct timers {
	struct timer_slot *heap; /* heap[0] unused */
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
