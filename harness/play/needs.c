/* SPDX-License-Identifier: MIT */
/* What a line needs: a dialog, a label, a request. What another strand may
 * still bring is waited for; what did not come is a reason to skip it (rule
 * 12). */
#include "play/order.h"

/* Is the op in one strand of several? Another may bring what it waits for. */
static bool in_strand(struct play *p, const struct op *op)
{
	for (const struct block *b = op->in; b->owner; b = b->owner->in) {
		if (b->owner->kind != OP_ANY)
			continue;
		for (unsigned i = 0; i < b->owner->any.n; i++) {
			const struct block *s = &b->owner->any.strands[i];

			if (s != b && !order_block_done(p, s))
				return true;
		}
	}
	return false;
}

/* Does this line give the dialog its name? */
static bool names(const struct op *op, const struct dialog_decl *dialog)
{
	switch (op->kind) {
	case OP_SEND:
		return op->send.make.as == dialog;
	case OP_EXPECT:
	case OP_WATCH:
		return op->line.expect.match.as == dialog ||
		       op->line.expect.answer.as == dialog;
	case OP_GUARD:
	case OP_CHECK:
	case OP_JOIN:
	case OP_WAIT:
	case OP_TRIGGER:
	case OP_WIRE:
	case OP_MARK:
	case OP_LET:
	case OP_EITHER:
	case OP_ANY:
		break;
	}
	return false;
}

/* A line that must come; a "may" line is waited for by nobody. */
static bool is_coming(struct play *p, const struct op *op)
{
	if (order_is_over(order_run_of(p, op)) || !order_reachable(p, op))
		return false;
	if (op->kind == OP_EXPECT)
		return order_is_owed(p, op);
	return op->kind == OP_WATCH ? op->word != WORD_MAY : true;
}

/* Can a line that makes this label, or this dialog, still come? */
static bool may_come(struct play *p, const struct label *label,
		     const struct dialog_decl *dialog)
{
	for (unsigned i = 0; i < p->prog->nops; i++) {
		const struct op *op = p->prog->ops[i];

		if ((label ? op->label == label : names(op, dialog)) &&
		    is_coming(p, op))
			return true;
	}
	return false;
}

struct need {
	const struct dialog_decl *on;
	const struct label *label;
};

/* False: all is there. */
static bool is_missing(struct play *p, const struct need *n, struct str *why,
		       bool *ret_may_come)
{
	if (n->on && !p->named[n->on->id]) {
		*why = arena_strf(p->arena,
				  "the dialog " STR_F " did not come about",
				  STR_A(n->on->name));
		*ret_may_come = may_come(p, NULL, n->on);
		return true;
	}
	if (n->label && !p->labels[n->label->id].msg) {
		*why = arena_strf(p->arena, STR_F " has not happened",
				  STR_A(n->label->name));
		*ret_may_come = may_come(p, n->label, NULL);
		return true;
	}
	return false;
}

/* An open line, all above it being over: is it to be skipped? */
bool needs_lack(struct play *p, const struct op *op, struct str *why)
{
	const struct match *m = &op->line.expect.match;
	struct need need = { m->on,
			     m->kind == MSG_AGAIN ? m->again : m->to.label };
	bool comes = false;

	if (is_missing(p, &need, why, &comes))
		return !comes;
	if (m->kind == MSG_RESPONSE && !order_run_of(p, op)->request) {
		*why = STR("there is no request it could answer");
		return !in_strand(p, op);
	}
	return false;
}

/* A send in a strand, whose need another strand is about to bring. */
bool needs_wait(struct play *p, const struct op *op)
{
	const struct make *make = &op->send.make;
	struct need need;
	bool comes = false;
	struct str why;

	if (op->kind != OP_SEND || !in_strand(p, op))
		return false;
	need.on = make->on;
	need.label = make->kind == MSG_AGAIN ? make->again : make->to.label;
	return is_missing(p, &need, &why, &comes) && comes;
}
