/* SPDX-License-Identifier: MIT */
/* Giving a line up, and opening one: its limits and what comes before it. */
#include "play/order.h"

#include <assert.h>

#include "play/inbox.h"
#include "play/trigger.h"

/* ---- giving up ------------------------------------------------------------
 */

/* Rule 12: a missing line ends the test unless it is only a should. */
static bool ends_test(const struct op *op)
{
	return op_is_step(op) || op->level == LEVEL_MUST;
}

/* "F9 waited for this line": the sends that this line held up. */
static void list_waiting(struct play *p, const struct op *op, struct buf *out)
{
	for (size_t i = op->place + 1; i < op->in->n; i++) {
		const struct op *later = op->in->ops[i];

		if (later->kind != OP_SEND ||
		    order_run_of(p, later)->state != OPS_CLOSED)
			continue;
		buf_addf(out,
			 "\n  line %u (" STR_F ") waited for it: if the device"
			 " legally waits for that, write them as strands of"
			 " \"any order\"",
			 src_line(&later->at), STR_A(later->arrow));
		return;
	}
}

static struct str miss_got(struct play *p, unsigned status)
{
	if (status)
		return arena_strf(p->arena, "%u %s", status, "came instead");
	return STR("nothing");
}

/* A provisional response is sent once: the device has done what it can. */
static bool blame_network(struct play *p, const struct op *op)
{
	const struct pkt *lost = network_lost_for(p, op);
	struct event ev = play_event(p, EV_PREAMBLE);

	if (!lost)
		return false;
	ev.name = STR("network");
	ev.text = arena_strf(p->arena,
			     "line %u (" STR_F ") waited for \"" STR_F
			     "\", which --impair has lost",
			     src_line(&op->at), STR_A(op->arrow),
			     STR_A(lost->start));
	play_emit(p, &ev);
	order_run_of(p, op)->state = OPS_SKIPPED;
	end_stop(p, "the network has lost what a line waits for");
	return true;
}

void order_give_up(struct play *p, const struct op *op, unsigned status,
		   const char *why)
{
	struct oprun *r = order_run_of(p, op);
	struct event ev = play_event(p, EV_MISS);
	buf_auto text = { 0 };

	timer_stop(&p->eng->timers, &r->timer);
	if (blame_network(p, op))
		return;
	r->state = OPS_GIVEN_UP;
	buf_add_z(&text, why);
	ev.rec = inbox_describe(p, op, status, &text);
	list_waiting(p, op, &text);
	ev.op = op->id;
	ev.status = status;
	ev.wanted = op->arrow;
	ev.got = miss_got(p, status);
	ev.text = buf_str(&text);
	if (r->request)
		ev.name = r->request->pkt->method;
	play_emit(p, &ev);
	if (!ends_test(op))
		return;
	p->missing = op;
	end_stop(p, "a line did not come");
}

bool order_in_undecided(struct play *p, const struct op *op)
{
	for (const struct block *b = op->in; b->owner; b = b->owner->in)
		if (b->owner->kind == OP_EITHER &&
		    order_run_of(p, b->owner)->branch < 0)
			return true;
	return false;
}

/* A final response took the chance of this line away: at once (rule 3), or,
 * in an undecided either, when no alternative is left. */
void order_settled(struct play *p, const struct op *op, unsigned status)
{
	struct oprun *r = order_run_of(p, op);

	if (op->word == WORD_MAY) {
		r->state = OPS_SKIPPED;
		return;
	}
	if (!order_in_undecided(p, op)) {
		order_give_up(p, op, status, "another final response came");
		return;
	}
	r->state = OPS_SKIPPED;
	for (const struct block *b = op->in; b->owner; b = b->owner->in)
		order_run_of(p, b->owner)->settled = status;
}

static void on_missing(struct timer *t, void *ctx)
{
	struct oprun *r = ctx;
	struct play *p = r->play;

	if (trigger_is_running(p)) { /* it is not the device that is slow */
		timer_set(&p->eng->timers, t,
			  p->begun + play_now(p) + play_slack(p, NS_S),
			  on_missing, r);
		return;
	}
	order_give_up(p, r->op, 0, "nothing came in time");
	order_pump(p);
}

/* ---- opening lines ---------------------------------------------------------
 */

ns_t order_longer(ns_t a, ns_t b)
{
	return a > b ? a : b;
}

static ns_t last_made(struct play *p, const struct op *op);

/* When the last send among the first n ops of a block was made; -1: none. */
static ns_t last_made_in(struct play *p, const struct block *b, size_t n)
{
	ns_t last = -1;

	for (size_t i = 0; i < n; i++)
		last = order_longer(last, last_made(p, b->ops[i]));
	return last;
}

static ns_t last_made(struct play *p, const struct op *op)
{
	const struct oprun *r = order_run_of(p, op);
	ns_t last = r->made ? r->made : -1;

	if (op->kind == OP_EITHER && r->branch >= 0) {
		const struct block *b = &op->either.branches[r->branch];

		last = order_longer(last, last_made_in(p, b, b->n));
	}
	for (unsigned i = 0; op->kind == OP_ANY && i < op->any.n; i++)
		last = order_longer(last, last_made_in(p, &op->any.strands[i],
						       op->any.strands[i].n));
	return last;
}

/* Rule 6: what a line's limits count from: the last send above it, in its
 * block or the blocks around, or else the beginning of the phase. */
ns_t order_since(struct play *p, const struct op *op)
{
	for (;;) {
		const struct op *owner = op->in->owner;
		ns_t last = last_made_in(p, op->in, op->place);

		if (last >= 0)
			return last;
		if (!owner)
			return p->stage_since;
		if (order_run_of(p, owner)->made) /* by time */
			return order_run_of(p, owner)->made;
		op = owner;
	}
}

/* Rule 6: when a line that has not come is missing. Ten seconds from its
 * opening, and not before the transaction has run out where a final response
 * is wanted. */
ns_t order_missing_at(struct play *p, const struct op *op)
{
	const struct expect *x = &op->line.expect;
	const struct oprun *r = &p->ops[op->id];
	ns_t from = order_longer(play_now(p), r->opened);
	ns_t limit = MISSING_AFTER_S * NS_S, end;

	limit = order_longer(limit, x->within.set ? x->within.hi : 0);
	limit = order_longer(limit, x->window.set ? x->window.hi + NS_S : 0);
	end = from + play_slack(p, limit);
	if (!match_wants_final(&x->match))
		return end;
	limit = FINAL_AFTER_T1 * p->eng->opts.t1;
	from = r->request ? r->request->t : from;
	return order_longer(end, from + play_slack(p, limit));
}

void order_open_op(struct play *p, const struct op *op)
{
	struct oprun *r = order_run_of(p, op);
	struct event ev = play_event(p, EV_OPEN);

	r->state = OPS_OPEN;
	r->opened = order_since(p, op);
	ev.op = op->id;
	play_emit(p, &ev);
}

bool order_bind(struct play *p, const struct op *op)
{
	const struct match *m = &op->line.expect.match;
	struct oprun *r = order_run_of(p, op);

	if (m->kind != MSG_RESPONSE || r->request)
		return false;
	r->request = match_request(p, op, m);
	if (!r->request)
		return false;
	/* Whose final response has passed, the line has missed. */
	if (r->request->passed && !match_may_fork(m, r->request))
		order_settled(p, op, r->request->final);
	return true;
}

void order_open_expect(struct play *p, const struct op *op)
{
	struct oprun *r = order_run_of(p, op);

	order_open_op(p, op);
	order_bind(p, op);
	if (r->state != OPS_OPEN || !op->min || op->word == WORD_MAY ||
	    order_in_undecided(p, op))
		return;
	timer_set(&p->eng->timers, &r->timer,
		  p->begun + order_missing_at(p, op), on_missing, r);
}

void order_sent_anew(struct play *p, const struct op *op, const struct msg *m)
{
	ns_t before = order_run_of(p, op)->made;

	order_run_of(p, op)->made = m->t;
	for (unsigned i = 0; i < p->prog->nlabels; i++)
		if (p->labels[i].msg == m)
			p->labels[i].t = m->t;
	for (unsigned i = 0; i < p->prog->nops; i++) {
		struct oprun *r = &p->ops[i];

		if (r->state != OPS_OPEN || r->opened != before)
			continue;
		r->opened = m->t;
		if (timer_is_set(&r->timer) && r->timer.fn == on_missing)
			timer_set(&p->eng->timers, &r->timer,
				  p->begun + order_missing_at(p, r->op),
				  on_missing, r);
	}
}

static void on_guard_over(struct timer *t, void *ctx)
{
	struct oprun *r = ctx;

	(void)t;
	r->state = OPS_DONE;
	order_pump(r->play);
}

void order_open_guard(struct play *p, const struct op *op)
{
	struct oprun *r = order_run_of(p, op);

	order_open_op(p, op);
	if (op->guard.lasts)
		timer_set(&p->eng->timers, &r->timer,
			  p->begun + play_now(p) + op->guard.lasts,
			  on_guard_over, r);
}

/* Requests of one dialog and responses to one request come as written. */
static bool same_stream(struct play *p, const struct op *a, const struct op *b)
{
	const struct match *ma = &a->line.expect.match;
	const struct match *mb = &b->line.expect.match;

	if (ma->kind != mb->kind || a->party != b->party)
		return false;
	if (ma->kind == MSG_RESPONSE) {
		struct msg *request = match_request(p, b, mb);

		return request && order_run_of(p, a)->request == request;
	}
	return ma->kind == MSG_REQUEST && mb->on &&
	       (ma->on == mb->on || ma->as == mb->on);
}

bool order_must_wait(struct play *p, const struct op *op)
{
	for (size_t i = 0; i < op->place; i++) {
		const struct op *above = op->in->ops[i];

		if (above->kind == OP_EXPECT &&
		    order_run_of(p, above)->state == OPS_OPEN &&
		    order_is_owed(p, above) && same_stream(p, above, op))
			return true;
	}
	return false;
}
