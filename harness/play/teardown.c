/* SPDX-License-Identifier: MIT */
/* The teardown: no dialog is left behind, half-open, early or confirmed. It
 * goes on for as long as something still comes about: a CANCEL may cross a
 * 2xx, which is then acknowledged and hung up. */
#include "play/end.h"

enum { TEARDOWN_S = 4 };

/* ---- what is still up ----------------------------------------------------
 */

static bool is_ours_pending(const struct msg *m)
{
	return m->out && m->pkt->kind == PKT_REQUEST && !m->final && m->tx &&
	       m->tx->state != TX_DONE && str_is(m->pkt->method, "INVITE");
}

static bool is_theirs_pending(const struct msg *m)
{
	return !m->out && m->pkt->kind == PKT_REQUEST && m->tx &&
	       !m->settled_by_us && !str_is(m->pkt->method, "ACK");
}

/* RFC 3261 9.1: before a provisional response nothing may be cancelled. */
static bool has_provisional(struct play *p, const struct msg *invite)
{
	for (size_t i = 0; i < p->nlog; i++)
		if (p->log[i]->request == invite && !p->log[i]->out)
			return true;
	return false;
}

/* RFC 3261 15: who was called does not hang up before the ACK, or before it
 * is clear that none comes. */
static bool awaits_ack(const struct leg *leg)
{
	return !leg->d.is_uac && leg_awaits_ack(leg);
}

static bool is_up(const struct leg *leg)
{
	return leg->d.arena && leg->invite_usage && leg->answered &&
	       leg_alive(leg);
}

/* ---- taking it down -------------------------------------------------------
 */

void teardown_hang_up(struct play *p, bool all)
{
	for (struct leg *leg = p->legs; leg; leg = leg->next)
		if (is_up(leg) && (all || !awaits_ack(leg)))
			send_plain_request(p, leg, "BYE");
}

static void settle_requests(struct play *p)
{
	size_t n = p->nlog;

	for (size_t i = 0; i < n; i++) {
		struct msg *m = p->log[i];

		if (is_theirs_pending(m)) {
			auto_unexpected(p, m);
		} else if (is_ours_pending(m) && !m->cancelled &&
			   has_provisional(p, m)) {
			m->cancelled = true;
			send_cancel(p, m);
		}
	}
}

static void advance(struct play *p, bool all)
{
	settle_requests(p);
	teardown_hang_up(p, all);
}

/* A request that we made by ourselves, or a call that nobody took yet. */
static bool is_owed(const struct msg *m)
{
	if (is_ours_pending(m))
		return true;
	return m->out && m->tx && m->automatic && !m->final &&
	       m->pkt->kind == PKT_REQUEST && m->tx->state != TX_DONE;
}

/* Our refusal of a call, which is theirs to acknowledge. */
static bool is_unacknowledged(const struct play *p, const struct msg *m)
{
	return !m->out && m->tx && m->tx->kind == TX_SERVER_INVITE &&
	       m->tx->waiting && m->last_response &&
	       m->last_response->t >= p->stage_since;
}

static bool is_owed_anything(struct play *p)
{
	for (size_t i = 0; i < p->nlog; i++)
		if (is_owed(p->log[i]) || is_unacknowledged(p, p->log[i]))
			return true;
	for (struct leg *leg = p->legs; leg; leg = leg->next)
		if (is_up(leg))
			return true;
	return p->nput_off;
}

static void on_late(struct timer *t, void *ctx)
{
	struct play *p = ctx;
	bool owed = false;

	(void)t;
	for (size_t i = 0; i < p->nlog; i++)
		owed |= is_owed(p->log[i]);
	if (owed)
		play_problem(
			p, "the device did not answer the hang-up within %g s",
			TEARDOWN_S * p->eng->opts.slack);
	end_enter(p, STAGE_PROBE);
	order_pump(p);
}

/* Half of the time is for ACKs that are still on their way. */
static void on_half(struct timer *t, void *ctx)
{
	struct play *p = ctx;

	(void)t;
	advance(p, true);
	timer_set(&p->eng->timers, &p->stage_timer,
		  p->begun + play_now(p) + play_slack(p, TEARDOWN_S * NS_S / 2),
		  on_late, p);
	order_pump(p);
}

/* Who played dead comes back to say goodbye: a registration that stays would
 * be there for the next play. */
static void come_back(struct play *p)
{
	struct fail why;

	for (unsigned i = 0; i < p->prog->nparties; i++) {
		struct party *party = &p->parties[i];

		if (!party->shut)
			continue;
		if (!wire_set_mode(party->port, WIRE_OPEN, &why))
			play_problem(p, "%s", why.text);
		party->shut = false;
	}
}

void teardown_begin(struct play *p)
{
	come_back(p);
	advance(p, false);
	timer_set(&p->eng->timers, &p->stage_timer,
		  p->begun + play_now(p) + play_slack(p, TEARDOWN_S * NS_S / 2),
		  on_half, p);
}

/* After each arrival: what is left to do, and is all done? */
bool teardown_is_over(struct play *p)
{
	advance(p, false);
	return !is_owed_anything(p);
}
