/* SPDX-License-Identifier: MIT */
/* A binary heap of timers that callers embed in their own structs. */
#include "base/timer.h"

#include <stdlib.h>

#include "base/arena.h"

static bool before(const struct timer *a, const struct timer *b)
{
	return a->due != b->due ? a->due < b->due : a->order < b->order;
}

static void put(struct timers *ts, size_t place, struct timer *t)
{
	ts->heap[place] = t;
	t->place = place;
}

static void sift_up(struct timers *ts, struct timer *t, size_t i)
{
	while (i > 1 && before(t, ts->heap[i / 2])) {
		put(ts, i, ts->heap[i / 2]);
		i /= 2;
	}
	put(ts, i, t);
}

static void sift_down(struct timers *ts, struct timer *t, size_t i)
{
	for (size_t kid = i * 2; kid <= ts->n; kid = i * 2) {
		if (kid < ts->n && before(ts->heap[kid + 1], ts->heap[kid]))
			kid++;
		if (!before(ts->heap[kid], t))
			break;
		put(ts, i, ts->heap[kid]);
		i = kid;
	}
	put(ts, i, t);
}

static void grow(struct timers *ts)
{
	if (ts->n + 1 < ts->cap)
		return;
	ts->cap = ts->cap ? ts->cap * 2 : 16;
	ts->heap =
		arena_must(realloc(ts->heap, ts->cap * sizeof(struct timer *)));
}

void timer_set(struct timers *ts, struct timer *t, ns_t due, timer_fn *fn,
	       void *ctx)
{
	timer_stop(ts, t);
	t->due = due;
	t->fn = fn;
	t->ctx = ctx;
	t->order = ts->order++;
	grow(ts);
	ts->n++;
	sift_up(ts, t, ts->n);
}

void timer_stop(struct timers *ts, struct timer *t)
{
	size_t i = t->place;
	struct timer *last;

	if (!i)
		return;
	last = ts->heap[ts->n--];
	t->place = 0;
	if (last == t)
		return;
	if (i > 1 && before(last, ts->heap[i / 2]))
		sift_up(ts, last, i);
	else
		sift_down(ts, last, i);
}

bool timer_is_set(const struct timer *t)
{
	return t->place != 0;
}

ns_t timers_next(const struct timers *ts)
{
	return ts->n ? ts->heap[1]->due : NS_MAX;
}

void timers_run(struct timers *ts, ns_t now)
{
	while (ts->n && ts->heap[1]->due <= now) {
		struct timer *t = ts->heap[1];

		timer_stop(ts, t);
		t->fn(t, t->ctx);
	}
}

void timers_free(struct timers *ts)
{
	free(ts->heap);
	*ts = (struct timers){ 0 };
}
