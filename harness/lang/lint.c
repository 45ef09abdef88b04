/* SPDX-License-Identifier: MIT */
/* What no single line shows: requests that nobody answers, branches that
 * nothing can choose, no-ack on a response. */
#include "lang/compile.h"

/* Two lines in different branches of one either never both happen. */
bool lint_beside(const struct op *a, const struct op *b)
{
	for (const struct block *x = a->in; x && x->owner; x = x->owner->in)
		for (const struct block *y = b->in; y && y->owner;
		     y = y->owner->in)
			if (x->owner == y->owner)
				return x != y && x->owner->kind == OP_EITHER;
	return false;
}

/* ---- unanswered ---- */

static bool same_dialog(const struct match *m, const struct make *make)
{
	const struct dialog_decl *d = m->on ? m->on : m->as;

	return !make->on || !d || make->on == d || make->as == d;
}

/* A call that was only said to ring rings on, until somebody says more; one of
 * setup is meant to. */
static bool is_provisional(const struct make *make)
{
	struct str status;

	return value_constant(&make->status, &status) &&
	       str_starts(status, "1");
}

/* The line itself answers, or says that nobody does. */
static bool is_settled(const struct op *op)
{
	const struct expect *x = &op->line.expect;

	if (x->reply == REPLY_STATUS)
		return op->phase == PHASE_SETUP || !is_provisional(&x->answer);
	return x->reply == REPLY_SILENCE;
}

static bool wants_answer(const struct op *op)
{
	const struct expect *x = &op->line.expect;

	return op->kind == OP_EXPECT && x->match.kind == MSG_REQUEST &&
	       !is_settled(op) && !x->way.drop &&
	       !str_is(x->match.method, "ACK");
}

static bool answers(const struct op *ask, const struct op *op)
{
	const struct match *m = &ask->line.expect.match;
	const struct make *make = &op->send.make;

	if (op->kind != OP_SEND || make->kind != MSG_RESPONSE ||
	    (ask->phase != PHASE_SETUP && is_provisional(make)))
		return false;
	if (make->to.label)
		return make->to.label == ask->label;
	if (op->party != ask->party || lint_beside(ask, op))
		return false;
	if (make->to.method.len && !str_eq(make->to.method, m->method))
		return false;
	return same_dialog(m, make);
}

static bool is_answered(const struct prog *p, const struct op *ask)
{
	for (unsigned i = 0; i < p->nops; i++)
		if (answers(ask, p->ops[i]))
			return true;
	return false;
}

/* A line may be unanswered in one row by right: all rows must agree. */
static void note_ask(struct compiler *c, const struct op *op, bool answered)
{
	for (size_t i = 0; i < c->nasks; i++)
		if (c->asks[i].at.src == op->at.src &&
		    c->asks[i].at.off == op->at.off) {
			c->asks[i].answered |= answered;
			return;
		}
	*ARENA_PUSH(c->a, c->asks, c->nasks) =
		(struct unanswered){ op->at, op->line.expect.match.method,
				     answered };
}

static void check_flows(struct compiler *c)
{
	for (size_t i = 0; i < c->tree->nflows; i++) {
		const struct flow *f = &c->tree->flows[i];

		if (!f->done)
			say_at(c, CODE(UNREACHABLE), f->at,
			       "nothing does the flow \"" STR_F "\"",
			       STR_A(f->name));
	}
}

void lint_end(struct compiler *c)
{
	c->scope = NULL;
	c->row = NULL;
	c->expanded = c->of_row = false;
	if (c->ds->errors > c->errors_before)
		return; /* the answer may be in a line that is wrong */
	check_flows(c);
	level_end(c);
	for (size_t i = 0; i < c->nasks; i++)
		if (!c->asks[i].answered)
			say_at(c, CODE(UNANSWERED), c->asks[i].at,
			       "nobody answers this " STR_F
			       ": add \"reply\", a "
			       "response below, or \"no-reply\"",
			       STR_A(c->asks[i].method));
}

/* ---- branches ---- */

/* Something of the device's decides for the branch, or time does. */
static bool can_be_chosen(const struct block *b)
{
	for (size_t i = 0; i < b->n; i++) {
		enum op_kind kind = b->ops[i]->kind;

		if (kind == OP_EXPECT || kind == OP_EITHER || kind == OP_ANY)
			return true;
		if (lint_sends(b->ops[i]))
			return false;
	}
	return false;
}

static void check_either(struct compiler *c, const struct op *op)
{
	for (unsigned i = 0; i < op->either.n; i++) {
		const struct block *b = &op->either.branches[i];

		if (!b->has_after && !can_be_chosen(b))
			say_at(c, CODE(UNDECIDED_BRANCH), b->at,
			       "nothing can choose this branch: its "
			       "first line is one that the device sends, "
			       "or it says \"or after 2s\"");
	}
}

/* ---- no-ack ---- */

static struct op *invite_of(struct prog *p, const struct op *response)
{
	const struct match *m = &response->line.expect.match;

	for (unsigned i = response->id; i-- > 0;) {
		struct op *op = p->ops[i];

		if (op->kind != OP_SEND ||
		    !str_is(op->send.make.method, "INVITE"))
			continue;
		if (m->to.label ? op->label == m->to.label
				: op->party == response->party)
			return op;
	}
	return NULL;
}

/* "dut -> alice 200 for F1 no-ack" is said of F1. */
static void move_no_ack(struct compiler *c, struct op *op)
{
	struct op *invite;

	if (op->kind != OP_EXPECT || !op->line.expect.answer.no_ack)
		return;
	invite = invite_of(c->prog, op);
	if (invite)
		invite->send.make.no_ack = true;
	else
		say_at(c, CODE(MISPLACED_MODIFIER), op->at,
		       "\"no-ack\" belongs to an INVITE of ours");
}

void lint_prog(struct compiler *c)
{
	c->expanded = false;
	c->of_row = true;
	for (unsigned i = 0; i < c->prog->nops; i++) {
		struct op *op = c->prog->ops[i];

		move_no_ack(c, op);
		if (op->kind == OP_EITHER)
			check_either(c, op);
		if (c->prog->nops <= LINT_OPS_MAX && wants_answer(op))
			note_ask(c, op, is_answered(c->prog, op));
	}
	if (c->ds->errors > c->errors_before)
		return; /* a line that is wrong would be blamed again */
	if (c->prog->nops > LINT_OPS_MAX)
		return;
	for (unsigned i = 0; i < c->prog->nops; i++) {
		lint_order(c, c->prog->ops[i]);
		lint_reach(c, c->prog->ops[i]);
		lint_answer(c, c->prog->ops[i]);
	}
	lint_dialogs(c);
}
