/* SPDX-License-Identifier: MIT */
/* Joins, waits and all else that counts as a send (rule 2). */
#include "play/order.h"

#include <assert.h>

#include "play/trigger.h"

/* ---- joins and waits
 * ----------------------------------------------------------- */

/* Nothing more is owed to this watch. */
bool order_watch_content(const struct play *p, const struct op *op)
{
	const struct oprun *r = &p->ops[op->id];

	if (op->word == WORD_MAY || order_is_over(r))
		return true;
	if (op->line.until || op->line.until_label)
		return r->satisfied;
	return r->taken >= op->min;
}

/* A join waits for the "until" of a "may" watch as well; only that it may stay
 * out. */
static bool is_awaited(const struct play *p, const struct op *watch)
{
	const struct oprun *r = &p->ops[watch->id];

	if (r->state != OPS_OPEN)
		return false;
	if (watch->line.until || watch->line.until_label)
		return !r->satisfied;
	return !order_watch_content(p, watch);
}

const struct op *sendlike_join_waits_for(struct play *p, const struct op *op)
{
	for (unsigned i = 0; i < p->prog->nops; i++) {
		const struct op *w = p->prog->ops[i];

		if (w->label != op->join.label || w->kind != OP_WATCH)
			continue;
		if (is_awaited(p, w))
			return w;
	}
	return NULL;
}

/* "join N within 5s": later is a finding at the watch, not a miss. */
static void judge_lateness(struct play *p, const struct op *join)
{
	const struct limit *within = &join->join.within;
	struct labelrun *l = &p->labels[join->join.label->id];
	ns_t limit, took;
	struct event ev;

	if (!within->set || !l->msg || !l->run || l->run->op->kind != OP_WATCH)
		return;
	limit = play_slack(p, within->hi);
	took = l->msg->t - order_run_of(p, join)->opened;
	if (took <= limit)
		return;
	ev = play_event(p, EV_LATE);
	ev.op = l->run->op->id;
	ev.rec = l->msg->rec;
	ev.wanted = arena_strf(p->arena, "within %.3f s", (double)limit / 1e9);
	ev.got = arena_strf(p->arena, "after %.3f s", (double)took / 1e9);
	play_emit(p, &ev);
}

static void finish_sendlike(struct play *p, const struct op *op)
{
	struct oprun *r = order_run_of(p, op);

	timer_stop(&p->eng->timers, &r->timer);
	r->state = OPS_DONE;
	r->made = play_now(p) + (op->kind == OP_SEND ? op->send.way.delay : 0);
}

void sendlike_finish_join(struct play *p, const struct op *op)
{
	for (unsigned i = 0; i < p->prog->nops; i++) {
		const struct op *w = p->prog->ops[i];

		if (w->kind == OP_WATCH && w->label == op->join.label)
			check_ends(p, w);
	}
	judge_lateness(p, op);
	finish_sendlike(p, op);
}

static void on_join_missing(struct timer *t, void *ctx)
{
	struct oprun *r = ctx;
	struct play *p = r->play;
	const struct op *w = sendlike_join_waits_for(p, r->op);

	(void)t;
	assert(w);
	if (w->word == WORD_MAY) {
		sendlike_finish_join(p, r->op);
	} else {
		finish_sendlike(p, r->op);
		order_give_up(p, w, 0,
			      order_run_of(p, w)->taken
				      ? "what it waits for (\"until\") did not "
					"come"
				      : "nothing came in time");
	}
	order_pump(p);
}

static void start_join(struct play *p, const struct op *op)
{
	struct oprun *r = order_run_of(p, op);
	const struct limit *within = &op->join.within;
	ns_t limit = order_longer(MISSING_AFTER_S * NS_S,
				  within->set ? within->hi : 0);

	r->state = OPS_OPEN;
	r->opened = order_since(p, op);
	timer_set(&p->eng->timers, &r->timer,
		  p->begun + play_now(p) + play_slack(p, limit),
		  on_join_missing, r);
}

static void on_wait_over(struct timer *t, void *ctx)
{
	struct oprun *r = ctx;

	(void)t;
	finish_sendlike(r->play, r->op);
	order_pump(r->play);
}

static void start_wait(struct play *p, const struct op *op)
{
	struct oprun *r = order_run_of(p, op);
	ns_t span = op->wait.hi - op->wait.lo;
	ns_t wait = op->wait.lo;

	if (span > 0)
		wait += (ns_t)(play_random(p) % (uint64_t)span);
	r->state = OPS_OPEN;
	timer_set(&p->eng->timers, &r->timer, p->begun + play_now(p) + wait,
		  on_wait_over, r);
}

/* ---- what counts as a send
 * ------------------------------------------------------- */

static enum wire_mode wire_mode_of(struct str word)
{
	static const char *const words[] = {
		[WIRE_OPEN] = "open",   [WIRE_REFUSE] = "refuse",
		[WIRE_STALL] = "stall", [WIRE_RESET] = "reset",
		[WIRE_CLOSE] = "close",
	};
	enum wire_mode mode = WIRE_OPEN;

	while (mode < WIRE_CLOSE && !str_is(word, words[mode]))
		mode++;
	return mode;
}

/* At all its sockets; only a stream has connections to end. */
static void start_wire(struct play *p, const struct op *op)
{
	enum wire_mode mode = wire_mode_of(op->wire.mode);
	bool ends = mode == WIRE_RESET || mode == WIRE_CLOSE;
	struct party *party = &p->parties[op->party->id];
	struct fail why;

	for (struct party *at = party; at; at = at->others)
		if (!(ends && party->others && at->proto == PROTO_UDP) &&
		    !wire_set_mode(at->port, mode, &why))
			play_problem(p, "%s", why.text);
	party->shut = mode == WIRE_REFUSE || mode == WIRE_STALL;
	finish_sendlike(p, op);
}

static void start_mark(struct play *p, const struct op *op)
{
	finish_sendlike(p, op);
	play_note_op(p, EV_SENT, op, NULL);
	take_label(p, op, NULL);
}

static void start_send(struct play *p, const struct op *op)
{
	struct str why = STR_NONE;

	if (send_op(p, op, &why))
		finish_sendlike(p, op);
	else
		order_skip_for(p, op, why);
}

bool sendlike_start(struct play *p, const struct op *op)
{
	switch (op->kind) {
	case OP_SEND:
		start_send(p, op);
		return true;
	case OP_JOIN:
		start_join(p, op);
		return true;
	case OP_WAIT:
		start_wait(p, op);
		return true;
	case OP_TRIGGER:
		trigger_start(p, op);
		return true;
	case OP_WIRE:
		start_wire(p, op);
		return true;
	case OP_MARK:
		start_mark(p, op);
		return true;
	case OP_EXPECT:
	case OP_WATCH:
	case OP_GUARD:
	case OP_CHECK:
	case OP_LET:
	case OP_EITHER:
	case OP_ANY:
		break;
	}
	return false;
}
