/* SPDX-License-Identifier: MIT */
/* The stages of a play: register, setup, test, cleanup, linger, teardown,
 * probe. Each has an end. */
#include "play/end.h"
#include "play/order.h"

enum { LINGER_MS = 500, LINGER_MAX_S = 5, PROBE_S = 4, PATIENCE = 3 };

static void name_stage(struct play *p, const char *name)
{
	struct event ev = play_event(p, EV_PHASE);

	ev.name = str_from(name);
	play_emit_kept(p, &ev);
}

/* Nothing of the scenario can be said: the preamble failed. */
void end_give_up(struct play *p, struct str why)
{
	struct event ev = play_event(p, EV_PREAMBLE);

	ev.text = why;
	play_emit(p, &ev);
	end_stop(p, "the preamble failed");
}

static void after_registering(struct play *p)
{
	struct str why = registration_failure(p);

	if (why.len)
		end_give_up(p, why);
	else
		end_enter(p, STAGE_SETUP);
}

/* ---- setup, test, cleanup
 * ---------------------------------------------------------- */

/* A call whose ringing is the last that setup says of it stays as it is. */
static bool is_left_ringing(struct play *p, const struct msg *invite)
{
	for (size_t i = 0; i < p->nlog; i++)
		if (p->log[i]->request == invite && !p->log[i]->out &&
		    p->log[i]->op)
			return true;
	return false;
}

/* The device waits for an answer of ours: what it owes us may hang on that. */
static bool owes_answer(struct play *p)
{
	for (size_t i = 0; i < p->nlog; i++) {
		const struct msg *m = p->log[i];

		if (!m->out && m->pkt->kind == PKT_REQUEST && !m->final &&
		    str_is(m->pkt->method, "INVITE"))
			return true;
	}
	return false;
}

static bool is_left_open(struct play *p, const struct msg *m)
{
	return str_is(m->pkt->method, "INVITE") &&
	       (is_left_ringing(p, m) || owes_answer(p));
}

static bool is_complete(struct play *p, const struct msg *m)
{
	if (m->pkt->kind != PKT_REQUEST || !m->tx)
		return true;
	if (!m->out) /* an INVITE that we took waits for its ACK */
		return !m->tx->waiting;
	return m->final || m->automatic || m->tx->state == TX_DONE ||
	       is_left_open(p, m);
}

/* `test` begins when the transactions of `setup` are complete. */
static bool setup_complete(struct play *p)
{
	if (!order_block_done(p, &p->prog->setup) || p->nput_off)
		return false;
	for (size_t i = 0; i < p->nlog; i++)
		if (!is_complete(p, p->log[i]))
			return false;
	return true;
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

/* When the watch is given up: a final response may take as long as its
 * transaction. */
static ns_t watch_missing_at(struct play *p, const struct op *w)
{
	const struct match *m = &w->line.expect.match;
	struct msg *request = match_request(p, w, m);
	ns_t at = play_now(p) + play_slack(p, 10 * NS_S);
	ns_t end;

	if (!request || !match_wants_final(m))
		return p->begun + at;
	end = request->t + play_slack(p, 64 * p->eng->opts.t1);
	return p->begun + (end > at ? end : at);
}

/* The end is a join of all watches that are still owed something. */
static void test_over(struct play *p)
{
	struct timers *ts = &p->eng->timers;
	const struct op *w;

	if (!order_block_done(p, &p->prog->test) || has_pending_guard(p))
		return;
	w = unsatisfied_watch(p);
	if (w) {
		if (!timer_is_set(&p->stage_timer))
			timer_set(ts, &p->stage_timer, watch_missing_at(p, w),
				  on_watch_missing, p);
		return;
	}
	end_enter(p, STAGE_CLEANUP);
}

/* ---- linger
 * ---------------------------------------------------------------------------
 */

static void on_linger_over(struct timer *t, void *ctx)
{
	struct play *p = ctx;

	(void)t;
	if ((tx_table_busy(&p->txs) || p->nput_off) &&
	    play_now(p) - p->stage_since < LINGER_MAX_S * NS_S) {
		timer_set(&p->eng->timers, &p->stage_timer,
			  p->begun + play_now(p) + 100 * NS_MS, on_linger_over,
			  p);
		return;
	}
	monitor_end(p);
	end_enter(p, STAGE_TEARDOWN);
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

/* ---- the liveness probe
 * ------------------------------------------------------------------- */

static void liveness(struct play *p, bool alive)
{
	struct event ev = play_event(p, EV_LIVENESS);

	ev.ok = alive;
	play_emit(p, &ev);
	p->alive = alive;
	end_enter(p, STAGE_OVER);
}

/* Who still sends is not dead but slow to answer, or its machine is: a few
 * times more. */
static bool waits_on(struct play *p, const struct msg *probe, struct timer *t,
		     timer_fn *fn)
{
	if (p->heard <= probe->t || p->patience++ == PATIENCE)
		return false;
	timer_set(&p->eng->timers, t,
		  p->begun + play_now(p) + play_slack(p, PROBE_S * NS_S), fn,
		  p);
	return true;
}

static void on_probe_late(struct timer *t, void *ctx)
{
	struct play *p = ctx;

	if (!waits_on(p, p->probe, t, on_probe_late))
		liveness(p, false);
}

static void on_early_probe_late(struct timer *t, void *ctx)
{
	struct play *p = ctx;

	if (p->early_probe->final || p->stage == STAGE_OVER ||
	    waits_on(p, p->early_probe, t, on_early_probe_late))
		return;
	liveness(p, false);
	order_pump(p);
}

/* Rule: at once when a mandatory line is missing. A dead device needs no
 * teardown. */
static void probe_early(struct play *p)
{
	if (!p->eng->opts.probe || p->interrupted)
		return;
	p->early_probe = send_probe(p);
	timer_set(&p->eng->timers, &p->probe_timer,
		  p->begun + play_now(p) + play_slack(p, PROBE_S * NS_S),
		  on_early_probe_late, p);
}

bool end_asks(const struct play *p, const struct party *party)
{
	const struct msg *asked = p->probe ? p->probe : p->early_probe;

	return !party->decl && asked && !asked->final && p->stage != STAGE_OVER;
}

void end_unheard(struct play *p, const struct party *party)
{
	if (!end_asks(p, party))
		return;
	liveness(p, false);
	order_pump(p);
}

static void probe(struct play *p)
{
	if (!p->eng->opts.probe) {
		end_enter(p, STAGE_OVER);
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

void end_enter(struct play *p, enum stage stage)
{
	timer_stop(&p->eng->timers, &p->stage_timer);
	p->stage = stage;
	p->stage_since = play_now(p);
	p->pump_again = true; /* one more round, if one is under way */
	switch (stage) {
	case STAGE_REGISTER:
		name_stage(p, "setup");
		registration_begin(p);
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
		name_stage(p, "teardown");
		teardown_begin(p);
		registration_end(p);
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
	end_enter(p, STAGE_REGISTER);
	order_pump(p);
}

/* After a pump: is the stage over? */
void end_advance(struct play *p)
{
	switch (p->stage) {
	case STAGE_REGISTER:
		if (registration_is_over(p))
			after_registering(p);
		break;
	case STAGE_SETUP:
		if (setup_complete(p))
			end_enter(p, STAGE_TEST);
		break;
	case STAGE_TEST:
		test_over(p);
		break;
	case STAGE_CLEANUP:
		if (order_block_done(p, &p->prog->cleanup))
			end_enter(p, STAGE_LINGER);
		break;
	case STAGE_LINGER:
		break;
	case STAGE_TEARDOWN:
		if (teardown_is_over(p))
			end_enter(p, STAGE_PROBE);
		break;
	case STAGE_PROBE:
		teardown_hang_up(p, true); /* taken too late */
		if (p->probe && p->probe->final)
			liveness(p, true);
		break;
	case STAGE_OVER:
		break;
	}
}

/* A line that was content with what had come, or had seen nothing yet, needs
 * no word; of one between the two the trace would say only what it took. */
static bool is_half_done(const struct play *p, const struct oprun *r)
{
	if (r->state != OPS_OPEN || !r->taken)
		return false;
	if (r->op->kind == OP_WATCH)
		return !order_watch_content(p, r->op);
	return r->op->word != WORD_MAY && r->taken < r->op->min;
}

/* What setup and test still wanted is not reached any more. */
static void leave_lines(struct play *p)
{
	for (unsigned i = 0; i < p->prog->nops; i++) {
		struct oprun *r = &p->ops[i];

		if (r->op->phase == PHASE_CLEANUP)
			continue;
		timer_stop(&p->eng->timers, &r->timer);
		if (is_half_done(p, r))
			order_skip_for(p, r->op, str_from(p->end_reason));
		if (r->state == OPS_CLOSED || r->state == OPS_OPEN)
			r->state = OPS_SKIPPED;
	}
}

/* The test is over before its time. An interrupt also ends the cleanup and the
 * linger, which a large --slack makes long. */
void end_stop(struct play *p, const char *reason)
{
	if (p->stage > STAGE_LINGER ||
	    (p->stage >= STAGE_CLEANUP && !p->interrupted))
		return;
	p->end_reason = reason;
	leave_lines(p);
	if (p->missing)
		probe_early(p);
	end_enter(p, p->prog->cleanup.n && !p->interrupted ? STAGE_CLEANUP
							   : STAGE_TEARDOWN);
}

/* After the test, and at the probe's socket, what comes is answered and judged
 * no more; true: done. */
bool end_message(struct play *p, struct msg *m)
{
	if (p->stage < STAGE_TEARDOWN && m->party->decl &&
	    !(p->end_reason && p->stage == STAGE_LINGER))
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
