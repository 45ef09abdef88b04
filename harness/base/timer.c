/* SPDX-License-Identifier: MIT */
/* A heap of timers that callers embed in their own structs. */
#include "base/timer.h"

#include <stdlib.h>

#include "base/arena.h"

/* Four children a node: half the levels of a binary heap. */
enum { KIDS = 4 };

static bool before(const struct timer_slot *a, const struct timer_slot *b)
{
	return a->due != b->due ? a->due < b->due : a->order < b->order;
}

static size_t parent_of(size_t i)
{
	return (i - 2) / KIDS + 1;
}

static size_t first_kid(size_t i)
{
	return (i - 1) * KIDS + 2;
}

static void put(struct timers *ts, size_t place, struct timer_slot s)
{
	ts->heap[place] = s;
	s.timer->place = place;
}

static void sift_up(struct timers *ts, struct timer_slot s, size_t i)
{
	while (i > 1 && before(&s, &ts->heap[parent_of(i)])) {
		put(ts, i, ts->heap[parent_of(i)]);
		i = parent_of(i);
	}
	put(ts, i, s);
}

static size_t least_kid(const struct timers *ts, size_t i)
{
	size_t kid = first_kid(i), end = kid + KIDS, least = kid;

	for (kid++; kid < end && kid <= ts->n; kid++)
		if (before(&ts->heap[kid], &ts->heap[least]))
			least = kid;
	return least;
}

static void sift_down(struct timers *ts, struct timer_slot s, size_t i)
{
	while (first_kid(i) <= ts->n) {
		size_t kid = least_kid(ts, i);

		if (!before(&ts->heap[kid], &s))
			break;
		put(ts, i, ts->heap[kid]);
		i = kid;
	}
	put(ts, i, s);
}

static void grow(struct timers *ts)
{
	if (ts->n + 1 < ts->cap)
		return;
	ts->cap = ts->cap ? ts->cap * 2 : 16;
	ts->heap = arena_must(
		realloc(ts->heap, ts->cap * sizeof(struct timer_slot)));
}

void timer_set(struct timers *ts, struct timer *t, ns_t due, timer_fn *fn,
	       void *ctx)
{
	timer_stop(ts, t);
	t->due = due;
	t->fn = fn;
	t->ctx = ctx;
	grow(ts);
	ts->n++;
	sift_up(ts, (struct timer_slot){ due, ts->order++, t }, ts->n);
}

void timer_stop(struct timers *ts, struct timer *t)
{
	size_t i = t->place;
	struct timer_slot last;

	if (!i)
		return;
	last = ts->heap[ts->n--];
	t->place = 0;
	if (last.timer == t)
		return;
	if (i > 1 && before(&last, &ts->heap[parent_of(i)]))
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
	return ts->n ? ts->heap[1].due : NS_MAX;
}

void timers_run(struct timers *ts, ns_t now)
{
	while (ts->n && ts->heap[1].due <= now) {
		struct timer *t = ts->heap[1].timer;

		timer_stop(ts, t);
		t->fn(t, t->ctx);
	}
}

void timers_free(struct timers *ts)
{
	free(ts->heap);
	*ts = (struct timers){ 0 };
}
