/* SPDX-License-Identifier: MIT */
/* Who may go: rule 2 of the language. Pumping walks the tree of blocks until
 * nothing changes; what is open, made, given up or skipped is decided here
 * and nowhere else. */
#include "play/order.h"

struct oprun *order_run_of(struct play *p, const struct op *op)
{
	return &p->ops[op->id];
}

bool order_is_over(const struct oprun *r)
{
	return r->state == OPS_DONE || r->state == OPS_GIVEN_UP ||
	       r->state == OPS_SKIPPED;
}

/* ---- is it done? ------------------------------------------------------- */

/* Must more come for this line? Not where it takes "1..3x" and one came. */
bool order_is_owed(struct play *p, const struct op *op)
{
	const struct oprun *r = order_run_of(p, op);

	return op->word != WORD_MAY && !order_is_over(r) && r->taken < op->min;
}

static bool op_blocks(struct play *p, const struct op *op)
{
	switch (op->kind) {
	case OP_EXPECT:
		return order_is_owed(p, op);
	case OP_WATCH:
	case OP_GUARD:
	case OP_CHECK:
	case OP_LET:
		return false;
	case OP_SEND:
	case OP_JOIN:
	case OP_WAIT:
	case OP_TRIGGER:
	case OP_WIRE:
	case OP_MARK:
	case OP_EITHER:
	case OP_ANY:
		return !order_is_over(order_run_of(p, op));
	}
	return false;
}

/* All lines of the block that are not "may" are taken or given up. */
bool order_block_done(struct play *p, const struct block *b)
{
	for (size_t i = 0; i < b->n; i++)
		if (op_blocks(p, b->ops[i]))
			return false;
	return true;
}

/* Could this closed line still open? Not where a branch beside it won. */
bool order_reachable(const struct play *p, const struct op *op)
{
	for (const struct block *b = op->in; b->owner; b = b->owner->in) {
		const struct op *owner = b->owner;
		const struct oprun *r = &p->ops[owner->id];

		if (r->state == OPS_GIVEN_UP || r->state == OPS_SKIPPED)
			return false;
		if (owner->kind == OP_EITHER && r->branch >= 0 &&
		    &owner->either.branches[r->branch] != b)
			return false;
		if (owner->kind == OP_EITHER && r->branch < 0 && b->has_after &&
		    r->state == OPS_DONE)
			return false;
	}
	return p->stage <= STAGE_CLEANUP;
}

/* ---- skipping ----------------------------------------------------------- */

void order_skip_block(struct play *p, const struct block *b);

void order_skip_op(struct play *p, const struct op *op)
{
	struct oprun *r = order_run_of(p, op);

	if (op->kind == OP_EITHER)
		for (unsigned i = 0; i < op->either.n; i++)
			order_skip_block(p, &op->either.branches[i]);
	if (op->kind == OP_ANY)
		for (unsigned i = 0; i < op->any.n; i++)
			order_skip_block(p, &op->any.strands[i]);
	if (order_is_over(r))
		return;
	timer_stop(&p->eng->timers, &r->timer);
	r->state = OPS_SKIPPED;
}

void order_skip_block(struct play *p, const struct block *b)
{
	for (size_t i = 0; i < b->n; i++)
		order_skip_op(p, b->ops[i]);
}

void order_skip_for(struct play *p, const struct op *op, struct str why)
{
	struct event ev = play_event(p, EV_SKIP);

	ev.op = op->id;
	ev.text = why;
	play_emit(p, &ev);
	order_skip_op(p, op);
}

/* ---- the walk
 * ------------------------------------------------------------------------ */

struct walk {
	struct play *p;
	bool gate;  /* every send above is made */
	bool clear; /* every line above that is not "may" is over */
	bool changed;
};

static bool walk_block(struct play *p, const struct block *b, bool clear);

static void walk_sendlike(struct walk *w, const struct op *op)
{
	struct oprun *r = order_run_of(w->p, op);

	if (r->state == OPS_CLOSED && w->gate && w->clear &&
	    !needs_wait(w->p, op))
		w->changed |= sendlike_start(w->p, op);
	if (op->kind == OP_JOIN && r->state == OPS_OPEN &&
	    !sendlike_join_waits_for(w->p, op)) {
		sendlike_finish_join(w->p, op);
		w->changed = true;
	}
	if (order_is_over(r))
		return;
	w->clear = false;
	/* what a trigger brings about may come before it is done */
	if (op->kind != OP_TRIGGER || r->state != OPS_OPEN)
		w->gate = false;
}

static void walk_expect(struct walk *w, const struct op *op)
{
	struct oprun *r = order_run_of(w->p, op);
	struct str why;

	if (r->state == OPS_CLOSED && w->gate && !order_must_wait(w->p, op)) {
		order_open_expect(w->p, op);
		w->changed = true;
	}
	if (r->state == OPS_OPEN && order_bind(w->p, op))
		w->changed = true;
	if (r->state == OPS_OPEN && w->clear && needs_lack(w->p, op, &why)) {
		order_skip_for(w->p, op, why);
		w->changed = true;
	}
	if (order_is_owed(w->p, op))
		w->clear = false;
}

static void walk_watcher(struct walk *w, const struct op *op)
{
	if (order_run_of(w->p, op)->state != OPS_CLOSED || !w->gate)
		return;
	if (op->kind == OP_GUARD)
		order_open_guard(w->p, op);
	else
		order_open_op(w->p, op);
	w->changed = true;
}

static void walk_check(struct walk *w, const struct op *op)
{
	struct oprun *r = order_run_of(w->p, op);

	if (r->state != OPS_CLOSED || !w->gate || !w->clear)
		return;
	if (op->kind == OP_CHECK && check_is_late_kind(&op->check))
		return; /* at the end */
	if (op->kind == OP_CHECK)
		check_alone(w->p, op);
	else
		check_let(w->p, &op->let, NULL, NULL);
	r->state = OPS_DONE;
	w->changed = true;
}

static void walk_either(struct walk *w, const struct op *op)
{
	struct oprun *r = order_run_of(w->p, op);

	if (r->state == OPS_CLOSED && w->gate) {
		choice_open_either(w->p, op);
		w->changed = true;
	}
	if (r->state == OPS_OPEN && r->branch < 0 &&
	    choice_either_lost(w->p, op)) {
		choice_either_missing(w->p, op, r->settled,
				      "the final response fits no alternative");
		w->changed = true;
	}
	if (r->state == OPS_OPEN && r->branch >= 0) {
		const struct block *b = &op->either.branches[r->branch];

		w->changed |= walk_block(w->p, b, w->clear);
		if (order_block_done(w->p, b)) {
			r->state = OPS_DONE;
			w->changed = true;
		}
	}
	if (order_is_over(r))
		return;
	w->clear = false;
	if (op->either.sends)
		w->gate = false;
}

static void walk_any(struct walk *w, const struct op *op)
{
	struct oprun *r = order_run_of(w->p, op);
	bool done = true;

	if (r->state == OPS_CLOSED && w->gate) {
		order_open_op(w->p, op);
		w->changed = true;
	}
	if (r->state == OPS_OPEN) {
		for (unsigned i = 0; i < op->any.n; i++) {
			const struct block *b = &op->any.strands[i];

			w->changed |= walk_block(w->p, b, w->clear);
			done &= order_block_done(w->p, b);
		}
		if (done) {
			r->state = OPS_DONE;
			w->changed = true;
		}
	}
	if (order_is_over(r))
		return;
	w->clear = false;
	if (op->any.sends)
		w->gate = false;
}

static void walk_op(struct walk *w, const struct op *op)
{
	switch (op->kind) {
	case OP_SEND:
	case OP_JOIN:
	case OP_WAIT:
	case OP_TRIGGER:
	case OP_WIRE:
	case OP_MARK:
		walk_sendlike(w, op);
		break;
	case OP_EXPECT:
		walk_expect(w, op);
		break;
	case OP_WATCH:
	case OP_GUARD:
		walk_watcher(w, op);
		break;
	case OP_CHECK:
	case OP_LET:
		walk_check(w, op);
		break;
	case OP_EITHER:
		walk_either(w, op);
		break;
	case OP_ANY:
		walk_any(w, op);
		break;
	}
}

static bool walk_block(struct play *p, const struct block *b, bool clear)
{
	struct walk w = { .p = p, .gate = true, .clear = clear };
	enum stage stage = p->stage;

	for (size_t i = 0; i < b->n && p->stage == stage; i++)
		walk_op(&w, b->ops[i]);
	return w.changed;
}

static const struct block *block_of_stage(const struct play *p)
{
	switch (p->stage) {
	case STAGE_SETUP:
		return &p->prog->setup;
	case STAGE_TEST:
		return &p->prog->test;
	case STAGE_CLEANUP:
		return &p->prog->cleanup;
	case STAGE_REGISTER:
	case STAGE_LINGER:
	case STAGE_TEARDOWN:
	case STAGE_PROBE:
	case STAGE_OVER:
		break;
	}
	return NULL;
}

/* Callbacks may come back here: the outermost call does the work. */
void order_pump(struct play *p)
{
	const struct block *b;

	p->pump_again = true;
	if (p->pumping)
		return;
	p->pumping = true;
	while (p->pump_again && p->stage != STAGE_OVER) {
		p->pump_again = false;
		b = block_of_stage(p);
		if (b && walk_block(p, b, true))
			p->pump_again = true;
		if (take_held(p))
			p->pump_again = true;
		if (!p->pump_again)
			end_advance(p);
	}
	p->pumping = false;
}
