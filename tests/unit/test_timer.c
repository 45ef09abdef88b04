/* SPDX-License-Identifier: MIT */
/* The heap of timers against a plain list. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/timer.h"

enum { TIMERS = 300, ROUNDS = 20000 };

struct entry {
	struct timer timer;
	ns_t due; /* NS_MAX: not set */
	uint64_t order;
};

struct world {
	struct timers ts;
	struct entry list[TIMERS];
	uint64_t rng, order;
	ns_t now;
	unsigned fired;
};

static uint64_t pick(struct world *w, uint64_t below)
{
	w->rng = w->rng * 6364136223846793005u + 1442695040888963407u;
	return (w->rng >> 33) % below;
}

static struct entry *next_of(struct world *w)
{
	struct entry *best = NULL;

	for (unsigned i = 0; i < TIMERS; i++) {
		struct entry *e = &w->list[i];

		if (e->due != NS_MAX &&
		    (!best || e->due < best->due ||
		     (e->due == best->due && e->order < best->order)))
			best = e;
	}
	return best;
}

/* Whatever fires is what the plain list has first. */
static void on_fire(struct timer *t, void *ctx)
{
	struct world *w = ctx;
	struct entry *e = next_of(w);

	assert_ptr_equal(t, &e->timer);
	assert_true(e->due <= w->now);
	assert_false(timer_is_set(t));
	e->due = NS_MAX;
	w->fired++;
}

static void set(struct world *w, struct entry *e, ns_t due)
{
	timer_set(&w->ts, &e->timer, due, on_fire, w);
	e->due = due;
	e->order = w->order++;
}

static void fires_in_order(void **state)
{
	static struct world w = { .rng = 41 };

	(void)state;
	for (unsigned i = 0; i < TIMERS; i++)
		w.list[i].due = NS_MAX;
	for (unsigned i = 0; i < ROUNDS; i++) {
		struct entry *e = &w.list[pick(&w, TIMERS)];

		switch (pick(&w, 4)) {
		case 0:
			timer_stop(&w.ts, &e->timer);
			e->due = NS_MAX;
			break;
		case 1:
			w.now += (ns_t)pick(&w, 3);
			timers_run(&w.ts, w.now);
			break;
		default: /* few times, so that many are equal */
			set(&w, e, w.now + (ns_t)pick(&w, 40));
		}
		e = next_of(&w);
		assert_int_equal(timers_next(&w.ts), e ? e->due : NS_MAX);
	}
	w.now = NS_MAX - 1;
	timers_run(&w.ts, w.now);
	assert_null(next_of(&w));
	assert_true(w.fired > ROUNDS / 8);
	assert_int_equal(timers_next(&w.ts), NS_MAX);
	timers_free(&w.ts);
}

/* One that is set in a callback, for now, fires in the same run. */
static void on_again(struct timer *t, void *ctx)
{
	struct world *w = ctx;

	if (++w->fired < 3)
		timer_set(&w->ts, t, 5, on_again, w);
}

static void set_while_it_runs(void **state)
{
	static struct world w;

	(void)state;
	timer_set(&w.ts, &w.list[0].timer, 5, on_again, &w);
	timers_run(&w.ts, 4);
	assert_int_equal(w.fired, 0);
	timers_run(&w.ts, 5);
	assert_int_equal(w.fired, 3);
	timers_free(&w.ts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fires_in_order),
		cmocka_unit_test(set_while_it_runs),
	};

	return cmocka_run_group_tests_name("timer", tests, NULL, NULL);
}
