/* SPDX-License-Identifier: MIT */
/* The timers of RFC 3261 17 and RFC 6026: when the four machines repeat, give
 * up and go. */
#include "sip/tx_machine.h"

void tx_set_waiting(struct tx *tx, bool waiting)
{
	if (waiting && !tx->waiting)
		tx->table->waiting++;
	if (!waiting && tx->waiting)
		tx->table->waiting--;
	tx->waiting = waiting;
}

static void set(struct tx *tx, struct timer *t, ns_t in, timer_fn *fn)
{
	timer_set(tx->host->timers, t, clock_now(tx->host->clock) + in, fn, tx);
}

void tx_stop_repeats(struct tx *tx)
{
	timer_stop(tx->host->timers, &tx->repeat);
	timer_stop(tx->host->timers, &tx->give_up);
}

static void on_gone(struct timer *t, void *ctx)
{
	struct tx *tx = ctx;

	(void)t;
	tx_stop_repeats(tx);
	tx_set_waiting(tx, false);
	tx->state = TX_DONE;
	if (!tx->host->gone)
		return;
	tx->host->gone(tx->host->ctx, tx);
	tx_remove(tx);
}

/* How long it goes on absorbing repeats. Timers D, I, J, K: not at all where
 * the transport is reliable. */
void tx_absorb(struct tx *tx, ns_t span)
{
	set(tx, &tx->linger, tx->flags & TX_RELIABLE ? 0 : span, on_gone);
}

/* Timers L, M (RFC 6026 8.12): on every transport. */
void tx_absorb_always(struct tx *tx)
{
	set(tx, &tx->linger, 64 * tx->host->t1, on_gone);
}

/* It is kept for once more this time, to know what comes too late. */
static void on_give_up(struct timer *t, void *ctx)
{
	struct tx *tx = ctx;

	(void)t;
	tx_stop_repeats(tx);
	tx_set_waiting(tx, false);
	tx->state = TX_DONE;
	set(tx, &tx->linger, 64 * tx->host->t1, on_gone);
	if (tx->host->timeout)
		tx->host->timeout(tx->host->ctx, tx);
}

/* Timer A doubles without a ceiling (17.1.1.2); E and G do up to T2, and E is
 * T2 once a 1xx has come (17.1.2.2). */
static ns_t next_interval(const struct tx *tx)
{
	ns_t t2 = tx->host->t2;

	if (tx->kind == TX_CLIENT_INVITE)
		return tx->interval * 2;
	if (tx->kind == TX_CLIENT && tx->state == TX_PROCEEDING)
		return t2;
	return tx->interval * 2 < t2 ? tx->interval * 2 : t2;
}

static void on_repeat(struct timer *t, void *ctx)
{
	struct tx *tx = ctx;
	ns_t now = clock_now(tx->host->clock), next;

	tx->interval = next_interval(tx);
	/* From when it was due, so that lateness does not add up; yet never
	 * two at once where we were asleep for long. */
	next = t->due + tx->interval;
	if (next <= now)
		next = now + tx->interval;
	timer_set(tx->host->timers, &tx->repeat, next, on_repeat, tx);
	tx->host->send(tx->host->ctx, tx,
		       tx_is_client(tx) ? tx->request : tx->response,
		       TX_SENT_REPEAT);
}

void tx_start_give_up(struct tx *tx)
{
	if (!(tx->flags & TX_NO_TIMEOUT))
		set(tx, &tx->give_up, 64 * tx->host->t1, on_give_up);
}

void tx_start_repeats(struct tx *tx)
{
	/* 13.3.1.4: a 2xx is repeated whatever the transport, since a hop
	 * behind this one may lose it. */
	bool due = !(tx->flags & TX_RELIABLE) || tx->state == TX_ACCEPTED;

	tx->interval = tx->host->t1;
	if (due && !(tx->flags & TX_NO_REPEATS))
		set(tx, &tx->repeat, tx->host->t1, on_repeat);
}
