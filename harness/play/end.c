/* SPDX-License-Identifier: MIT */
/* The stages of a play: register, setup, test, cleanup, linger, teardown,
 * probe. Each has an end. Teardown leaves no dialog behind. */
#include "play/state.h"

enum { LINGER_MS = 500, LINGER_MAX_S = 5, TEARDOWN_S = 4, PROBE_S = 4 };

static void enter(struct play *p, enum stage stage);

static void name_stage(struct play *p, const char *name)
{
	struct event ev = play_event(p, EV_PHASE);

	ev.name = str_from(name);
	play_emit(p, &ev);
}

/* ---- registering
 * --------------------------------------------------------------- */

static void register_all(struct play *p, unsigned expires)
{
	for (unsigned i = 0; i < p->prog->nparties; i++) {
		struct party *party = &p->parties[i];

		if (!party->decl->registers || !play_registers(p))
			continue;
		if (!expires && !party->registered)
			continue;
		party->registration = send_register(p, party, expires);
	}
}

static bool registrations_over(struct play *p)
{
	for (unsigned i = 0; i < p->prog->nparties; i++) {
		struct party *party = &p->parties[i];

		if (!party->registration)
			continue;
		if (!party->registration->final)
			return false;
		party->registered = party->registration->final < 300;
	}
	return true;
}

static const struct party *refused_registration(const struct play *p)
{
	for (unsigned i = 0; i < p->prog->nparties; i++)
		if (p->parties[i].registration && !p->parties[i].registered)
			return &p->parties[i];
	return NULL;
}

/* Nothing of the scenario can be said: the preamble failed. */
static void give_up_setup(struct play *p, struct str why)
{
	struct event ev = play_event(p, EV_PREAMBLE);

	ev.text = why;
	play_emit(p, &ev);
	end_stop(p, "the preamble failed");
}

static void after_registering(struct play *p)
{
	const struct party *bad = refused_registration(p);

	if (!bad) {
		enter(p, STAGE_SETUP);
		return;
	}
	give_up_setup(p, bad->registration->final
				 ? arena_strf(p->arena,
					      "REGISTER of " STR_F
					      " was answered %u",
					      STR_A(bad->decl->name),
					      bad->registration->final)
				 : arena_strf(p->arena,
					      "REGISTER of " STR_F
					      " was not answered",
					      STR_A(bad->decl->name)));
}

/* ---- setup, test, cleanup
 * ---------------------------------------------------------- */

/* `test` begins when the transactions of `setup` are complete. */
static bool setup_complete(struct play *p)
{
	for (size_t i = 0; i < p->nlog; i++) {
		const struct msg *m = p->log[i];

		if (m->out && m->tx && m->pkt->kind == PKT_REQUEST &&
		    !m->final && !m->automatic)
			return false;
	}
	return order_block_done(p, &p->prog->setup);
}

static bool has_pending_guard(struct play *p)
{
	for (unsigned i = 0; i < p->prog->nops; i++)
		if (p->prog->ops[i]->kind == OP_GUARD &&
		    p->ops[i].state == OPS_OPEN && p->prog->ops[i]->guard.lasts)
			return true;
	return false;
}

static const struct op *unsatisfied_watch(struct play *p)
{
	for (unsigned i = 0; i < p->prog->nops; i++) {
		const struct op *op = p->prog->ops[i];

		if (op->kind == OP_WATCH && p->ops[i].state == OPS_OPEN &&
		    !order_watch_content(p, op))
			return op;
	}
	return NULL;
}

static void on_watch_missing(struct timer *t, void *ctx)
{
	struct play *p = ctx;
	const struct op *w = unsatisfied_watch(p);

	(void)t;
	if (w)
		order_give_up(p, w, 0,
			      p->ops[w->id].taken
				      ? "what it waits for (\"until\") did not "
					"come"
				      : "nothing came in time");
	order_pump(p);
}

/* The end is a join of all watches that are still owed something. */
static void test_over(struct play *p)
{
	struct timers *ts = &p->eng->timers;

	if (!order_block_done(p, &p->prog->test) || has_pending_guard(p))
		return;
	if (unsatisfied_watch(p)) {
		if (!timer_is_set(&p->stage_timer))
			timer_set(ts, &p->stage_timer,
				  p->begun + play_now(p) +
					  play_slack(p, 10 * NS_S),
				  on_watch_missing, p);
		return;
	}
	enter(p, STAGE_CLEANUP);
}

/* ---- linger
 * ---------------------------------------------------------------------------
 */

static void on_linger_over(struct timer *t, void *ctx)
{
	struct play *p = ctx;

	(void)t;
	if (tx_table_busy(&p->txs) &&
	    play_now(p) - p->stage_since < LINGER_MAX_S * NS_S) {
		timer_set(&p->eng->timers, &p->stage_timer,
			  p->begun + play_now(p) + 100 * NS_MS, on_linger_over,
			  p);
		return;
	}
	enter(p, STAGE_TEARDOWN);
	order_pump(p);
}

static void linger(struct play *p)
{
	name_stage(p, "linger");
	timer_set(
		&p->eng->timers, &p->stage_timer,
		p->begun + play_now(p) +
			(p->prog->nops ? play_slack(p, LINGER_MS * NS_MS) : 0),
		on_linger_over, p);
}

/* ---- teardown
 * ---------------------------------------------------------------------------
 */

static bool is_ours_pending(const struct msg *m)
{
	return m->out && m->pkt->kind == PKT_REQUEST && !m->final &&
	       str_is(m->pkt->method, "INVITE");
}

static bool is_theirs_pending(const struct msg *m)
{
	return !m->out && m->pkt->kind == PKT_REQUEST && m->tx &&
	       !m->settled_by_us && !str_is(m->pkt->method, "ACK");
}

static bool has_provisional(struct play *p, const struct msg *invite)
{
	for (size_t i = 0; i < p->nlog; i++)
		if (p->log[i]->request == invite && !p->log[i]->out)
			return true;
	return false;
}

static void hang_up(struct play *p)
{
	for (struct leg *leg = p->legs; leg; leg = leg->next)
		if (leg->d.arena && leg->invite_usage && leg->answered &&
		    leg_alive(leg))
			send_plain_request(p, leg, "BYE");
}

static void settle_open_requests(struct play *p)
{
	size_t n = p->nlog;

	for (size_t i = 0; i < n; i++) {
		struct msg *m = p->log[i];

		if (is_ours_pending(m) && has_provisional(p, m))
			send_cancel(p, m);
		else if (is_theirs_pending(m))
			auto_unexpected(p, m);
	}
}

static bool torn_down(struct play *p)
{
	for (size_t i = 0; i < p->nlog; i++) {
		const struct msg *m = p->log[i];

		if (m->out && m->tx && m->automatic && !m->final &&
		    m->pkt->kind == PKT_REQUEST && m->tx->state != TX_DONE)
			return false;
		if (is_ours_pending(m) && m->tx && m->tx->state != TX_DONE &&
		    has_provisional(p, m))
			return false;
	}
	return true;
}

static void on_teardown_late(struct timer *t, void *ctx)
{
	struct play *p = ctx;

	(void)t;
	play_problem(p, "the device did not answer the hang-up within %d s",
		     TEARDOWN_S);
	enter(p, STAGE_PROBE);
	order_pump(p);
}

static void teardown(struct play *p)
{
	name_stage(p, "teardown");
	settle_open_requests(p);
	hang_up(p);
	register_all(p, 0);
	timer_set(&p->eng->timers, &p->stage_timer,
		  p->begun + play_now(p) + play_slack(p, TEARDOWN_S * NS_S),
		  on_teardown_late, p);
}

/* ---- the liveness probe
 * ------------------------------------------------------------------- */

static void liveness(struct play *p, bool alive)
{
	struct event ev = play_event(p, EV_LIVENESS);

	ev.ok = alive;
	play_emit(p, &ev);
	p->alive = alive;
	enter(p, STAGE_OVER);
}

static void on_probe_late(struct timer *t, void *ctx)
{
	struct play *p = ctx;

	(void)t;
	liveness(p, false);
}

static void probe(struct play *p)
{
	if (!p->eng->opts.probe) {
		enter(p, STAGE_OVER);
		return;
	}
	p->probe = send_probe(p);
	timer_set(&p->eng->timers, &p->stage_timer,
		  p->begun + play_now(p) + play_slack(p, PROBE_S * NS_S),
		  on_probe_late, p);
}

/* ---- over
 * ------------------------------------------------------------------------------------
 */

static void on_over(struct timer *t, void *ctx)
{
	struct play *p = ctx;

	(void)t;
	p->on_end(p->ctx, p);
}

/* Reported from the loop, not from under the caller's feet. */
static void over(struct play *p)
{
	struct event ev = play_event(p, EV_END);

	ev.text = str_from(p->end_reason ? p->end_reason : "played to the end");
	play_emit(p, &ev);
	timer_set(&p->eng->timers, &p->stage_timer, 0, on_over, p);
}

static void enter(struct play *p, enum stage stage)
{
	timer_stop(&p->eng->timers, &p->stage_timer);
	p->stage = stage;
	p->stage_since = p->last_send_t = play_now(p);
	p->pump_again = true; /* one more round, if one is under way */
	switch (stage) {
	case STAGE_REGISTER:
		name_stage(p, "setup");
		register_all(p, 300);
		timer_set(&p->eng->timers, &p->stage_timer,
			  p->begun + play_slack(p, 10 * NS_S), end_on_late, p);
		break;
	case STAGE_SETUP:
		break;
	case STAGE_TEST:
		name_stage(p, "test");
		break;
	case STAGE_CLEANUP:
		if (!p->missing && !p->end_reason)
			check_at_end(p);
		name_stage(p, "cleanup");
		break;
	case STAGE_LINGER:
		linger(p);
		break;
	case STAGE_TEARDOWN:
		teardown(p);
		break;
	case STAGE_PROBE:
		probe(p);
		break;
	case STAGE_OVER:
		over(p);
		break;
	}
}

void end_on_late(struct timer *t, void *ctx)
{
	(void)t;
	after_registering(ctx);
	order_pump(ctx);
}

void end_begin(struct play *p)
{
	enter(p, STAGE_REGISTER);
	order_pump(p);
}

/* After a pump: is the stage over? */
void end_advance(struct play *p)
{
	switch (p->stage) {
	case STAGE_REGISTER:
		if (registrations_over(p))
			after_registering(p);
		break;
	case STAGE_SETUP:
		if (setup_complete(p))
			enter(p, STAGE_TEST);
		break;
	case STAGE_TEST:
		test_over(p);
		break;
	case STAGE_CLEANUP:
		if (order_block_done(p, &p->prog->cleanup))
			enter(p, STAGE_LINGER);
		break;
	case STAGE_LINGER:
		break;
	case STAGE_TEARDOWN:
		if (torn_down(p))
			enter(p, STAGE_PROBE);
		break;
	case STAGE_PROBE:
		if (p->probe && p->probe->final)
			liveness(p, true);
		break;
	case STAGE_OVER:
		break;
	}
}

/* The test is over before its time. */
void end_stop(struct play *p, const char *reason)
{
	if (p->stage >= STAGE_CLEANUP)
		return;
	p->end_reason = reason;
	for (unsigned i = 0; i < p->prog->nops; i++)
		if (p->prog->ops[i]->phase != PHASE_CLEANUP)
			timer_stop(&p->eng->timers, &p->ops[i].timer);
	enter(p, p->prog->cleanup.n && !p->interrupted ? STAGE_CLEANUP
						       : STAGE_TEARDOWN);
}

/* After the test what comes is answered and judged no more; true: done. */
bool end_message(struct play *p, struct msg *m)
{
	if (p->stage < STAGE_TEARDOWN &&
	    !(p->end_reason && p->stage >= STAGE_CLEANUP))
		return false;
	if (m->pkt->kind == PKT_REQUEST && !str_is(m->pkt->method, "ACK") &&
	    !auto_answer(p, m))
		auto_unexpected(p, m);
	return true;
}

/* In the linger either side may end the call. */
bool end_tolerates(const struct play *p, const struct msg *m)
{
	return p->stage != STAGE_TEST && (str_is(m->pkt->method, "BYE") ||
					  str_is(m->pkt->method, "CANCEL"));
}
