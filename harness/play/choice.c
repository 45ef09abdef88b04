/* SPDX-License-Identifier: MIT */
/* either: which branch the first message, or time, chooses (rule 11). */
#include "play/order.h"

#include <assert.h>

/* ---- either
 * ------------------------------------------------------------------ */

static void choose(struct play *p, const struct op *either, unsigned branch)
{
	struct oprun *r = order_run_of(p, either);
	struct event ev = play_event(p, EV_BRANCH);

	assert(r->branch < 0);
	r->branch = (int)branch;
	timer_stop(&p->eng->timers, &r->timer);
	for (unsigned i = 0; i < either->either.n; i++)
		if (i != branch)
			order_skip_block(p, &either->either.branches[i]);
	ev.op = either->id;
	ev.check = branch;
	ev.name = either->either.branches[branch].verdict;
	ev.text = either->either.branches[branch].title;
	play_emit(p, &ev);
	if (str_is(ev.name, "skip") || str_is(ev.name, "inconclusive"))
		end_stop(p, "the branch ends the test");
}

void order_decide(struct play *p, const struct op *op)
{
	for (const struct block *b = op->in; b->owner; b = b->owner->in) {
		const struct op *owner = b->owner;

		if (owner->kind == OP_EITHER &&
		    order_run_of(p, owner)->branch < 0)
			choose(p, owner,
			       (unsigned)(b - owner->either.branches));
	}
}

typedef void decider_fn(struct play *p, const struct op *op, void *ctx);

static bool each_decider(struct play *p, const struct block *b, decider_fn *fn,
			 void *ctx);

/* The first lines of a block: those whose message decides for it. */
static bool decider(struct play *p, const struct op *op, decider_fn *fn,
		    void *ctx)
{
	switch (op->kind) {
	case OP_EXPECT:
		fn(p, op, ctx);
		return op->word != WORD_MAY;
	case OP_EITHER:
		for (unsigned i = 0; i < op->either.n; i++)
			each_decider(p, &op->either.branches[i], fn, ctx);
		return true;
	case OP_ANY:
		for (unsigned i = 0; i < op->any.n; i++)
			each_decider(p, &op->any.strands[i], fn, ctx);
		return true;
	case OP_WATCH:
	case OP_GUARD:
	case OP_CHECK:
	case OP_LET:
		return false; /* pass over to the first line proper */
	case OP_SEND:
	case OP_JOIN:
	case OP_WAIT:
	case OP_TRIGGER:
	case OP_WIRE:
	case OP_MARK:
		return true; /* only time can choose this branch */
	}
	return true;
}

static bool each_decider(struct play *p, const struct block *b, decider_fn *fn,
			 void *ctx)
{
	for (size_t i = 0; i < b->n; i++)
		if (decider(p, b->ops[i], fn, ctx))
			return true;
	return false;
}

struct strongest {
	const struct op *op;
	unsigned status;
	ns_t limit;
	bool waiting; /* some decider is still open */
};

static int strength(const struct op *op)
{
	bool speaks = op->word != WORD_NONE || op->rules.n;

	return speaks ? 1 + (int)op->level : 0;
}

static void find_strongest(struct play *p, const struct op *op, void *ctx)
{
	struct strongest *s = ctx;

	s->limit = order_longer(s->limit, order_missing_at(p, op));
	s->waiting |= order_run_of(p, op)->state == OPS_OPEN;
	if (!s->op || strength(op) > strength(s->op))
		s->op = op;
}

static void strongest_of(struct play *p, const struct op *either,
			 struct strongest *s)
{
	for (unsigned i = 0; i < either->either.n; i++)
		each_decider(p, &either->either.branches[i], find_strongest, s);
}

void choice_either_missing(struct play *p, const struct op *either,
			   unsigned status, const char *why)
{
	struct strongest s = { 0 };
	struct oprun *r = order_run_of(p, either);

	strongest_of(p, either, &s);
	timer_stop(&p->eng->timers, &r->timer);
	for (unsigned i = 0; i < either->either.n; i++)
		order_skip_block(p, &either->either.branches[i]);
	r->state = OPS_GIVEN_UP;
	order_give_up(p, s.op ? s.op : either, status, why);
}

static int after_branch(const struct op *either)
{
	for (unsigned i = 0; i < either->either.n; i++)
		if (either->either.branches[i].has_after)
			return (int)i;
	return -1;
}

static void on_either_time(struct timer *t, void *ctx)
{
	struct oprun *r = ctx;
	struct play *p = r->play;
	int after = after_branch(r->op);

	(void)t;
	if (after >= 0) {
		choose(p, r->op, (unsigned)after);
		r->made = play_now(p);
	} else {
		choice_either_missing(p, r->op, 0,
				      "none of the alternatives came in time");
	}
	order_pump(p);
}

static void open_decider(struct play *p, const struct op *op, void *ctx)
{
	bool *opened = ctx;

	if (order_run_of(p, op)->state != OPS_CLOSED || order_must_wait(p, op))
		return;
	order_open_expect(p, op);
	*opened = true;
}

void choice_open_either(struct play *p, const struct op *op)
{
	struct oprun *r = order_run_of(p, op);
	struct strongest s = { 0 };
	int after = after_branch(op);
	bool opened = false;

	order_open_op(p, op);
	if (r->branch >= 0)
		return; /* its message has come: it stands in another choice */
	for (unsigned i = 0; i < op->either.n; i++)
		if ((int)i != after)
			each_decider(p, &op->either.branches[i], open_decider,
				     &opened);
	strongest_of(p, op, &s);
	timer_set(&p->eng->timers, &r->timer,
		  p->begun + (after >= 0
				      ? play_now(p) +
						op->either.branches[after].after
				      : s.limit),
		  on_either_time, r);
}

/* A final response has settled every alternative: none can come any more. */
bool choice_either_lost(struct play *p, const struct op *op)
{
	struct strongest s = { 0 };

	if (after_branch(op) >= 0)
		return false;
	strongest_of(p, op, &s);
	return !s.waiting;
}
