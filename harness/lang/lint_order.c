/* SPDX-License-Identifier: MIT */
/* Lines in an order that cannot be played: effects above what could cause
 * them, limits of things that are still to come (rules 2 and 6). */
#include "lang/compile.h"

/* ---- who waits for whom ---- */

static const struct op *ancestor_in(const struct op *op, const struct block *b)
{
	while (op && op->in != b)
		op = op->in->owner;
	return op;
}

/* Does the line stand above the other on one path? Strands and branches stand
 * beside each other; all of one phase stands above all of the next. */
bool lint_above(const struct op *a, const struct op *b)
{
	if (a->phase != b->phase)
		return a->phase < b->phase;
	for (const struct block *x = a->in; x;
	     x = x->owner ? x->owner->in : NULL) {
		const struct op *up = ancestor_in(a, x);
		const struct op *down = ancestor_in(b, x);

		if (down)
			return up->place < down->place;
	}
	return false;
}

static bool waits_below(const struct op *send, const struct op *line)
{
	return line->word != WORD_MAY && line->kind == OP_EXPECT &&
	       lint_above(line, send);
}

/* ---- causes ---- */

typedef bool cause_fn(const struct op *op, const struct op *effect);

struct cause { /* what to call it, and how to know it */
	const char *words;
	cause_fn *is;
};

static bool is_request_of(const struct op *op, const struct op *effect)
{
	const struct ref *to = &effect->line.expect.match.to;

	return op->kind == OP_SEND && op->party == effect->party &&
	       op->send.make.kind == MSG_REQUEST &&
	       (!to->method.len || str_eq(to->method, op->send.make.method));
}

static bool may_be_request_of(const struct op *op, const struct op *effect)
{
	return is_request_of(op, effect) ||
	       (op->kind == OP_SEND && op->party == effect->party &&
		(op->send.make.kind == MSG_RAW ||
		 op->send.make.kind == MSG_AGAIN));
}

static bool is_labelled(const struct op *op, const struct op *effect)
{
	const struct match *m = &effect->line.expect.match;
	const struct label *label =
		m->kind == MSG_AGAIN ? m->again : m->to.label;

	return label && op->label == label;
}

static bool subscribes(const struct op *op, const struct op *effect)
{
	struct str method = op->send.make.method;

	(void)effect; /* behind a proxy another party may have subscribed */
	return op->kind == OP_SEND &&
	       (op->send.make.kind == MSG_RAW || str_is(method, "REFER") ||
		str_is(method, "SUBSCRIBE"));
}

static bool makes_call(const struct op *op, const struct op *effect)
{
	struct str method = op->send.make.method;

	(void)effect;
	if (op->kind == OP_TRIGGER)
		return !str_is(op->trigger.name, "answer");
	return op->kind == OP_SEND && (op->send.make.kind != MSG_RESPONSE) &&
	       (!method.len || str_is(method, "INVITE") ||
		str_is(method, "REFER") || str_is(method, "SUBSCRIBE"));
}

static bool is_trigger(const struct op *op, const struct op *effect)
{
	return op->kind == OP_TRIGGER && makes_call(op, effect);
}

/* The first that is a cause and not on another path; above: only of those
 * above the effect. */
static const struct op *find(const struct prog *p, const struct op *effect,
			     cause_fn *is, bool above)
{
	for (unsigned i = 0; i < p->nops; i++) {
		const struct op *op = p->ops[i];

		if (op == effect || !is(op, effect) || lint_beside(op, effect))
			continue;
		if (!above || !lint_above(effect, op))
			return op;
	}
	return NULL;
}

static void too_early(struct compiler *c, const struct op *effect,
		      const struct op *cause, const char *what)
{
	if (say_at(c, CODE(EFFECT_ABOVE_CAUSE), effect->at,
		   "this stands above %s that could cause it, and that waits "
		   "for this line",
		   what))
		diag_note(c->ds, cause->at, "here");
}

/* Nothing above could cause it, but something below that waits for it. */
static void look_below(struct compiler *c, const struct op *effect,
		       cause_fn *above, cause_fn *below, const char *what)
{
	const struct op *cause;

	if (find(c->prog, effect, above, true))
		return;
	cause = find(c->prog, effect, below, false);
	if (cause && waits_below(cause, effect))
		too_early(c, effect, cause, what);
}

static void no_request(struct compiler *c, const struct op *op)
{
	const struct ref *to = &op->line.expect.match.to;

	if (to->label || find(c->prog, op, may_be_request_of, false))
		return;
	say_at(c, CODE(NEVER_MET), op->at,
	       "the device has no " STR_F " of " STR_F " to answer",
	       STR_A(to->method.len ? to->method : STR("request")),
	       STR_A(op->party->name));
}

static void check_cause(struct compiler *c, const struct op *op)
{
	const struct match *m = &op->line.expect.match;

	if (m->kind == MSG_AGAIN || m->to.label) {
		look_below(c, op, is_labelled, is_labelled, "the line");
	} else if (m->kind == MSG_RESPONSE) {
		look_below(c, op, may_be_request_of, is_request_of,
			   "the request");
		no_request(c, op);
	} else if (str_is(m->method, "NOTIFY")) {
		look_below(c, op, subscribes, subscribes, "the request");
	} else if (str_is(m->method, "INVITE")) {
		look_below(c, op, makes_call, is_trigger, "the trigger");
	}
}

/* ---- labels that come too late ---- */

/* All lines that carry the label are ones that wait for this one. */
static const struct op *only_after(const struct prog *p, const struct op *op,
				   const struct label *label)
{
	const struct op *hit = NULL;

	for (unsigned i = 0; label && i < p->nops; i++) {
		const struct op *l = p->ops[i];

		if (l->label != label)
			continue;
		if (l->kind == OP_EXPECT || l->kind == OP_WATCH ||
		    !waits_below(l, op))
			return NULL;
		hit = l;
	}
	return hit;
}

static void check_late(struct compiler *c, const struct op *op,
		       const struct label *label, const char *word)
{
	const struct op *late = only_after(c->prog, op, label);

	if (late && say_at(c, CODE(NEVER_MET), op->at,
			   "\"%s " STR_F "\" cannot be met: " STR_F
			   " waits for this line",
			   word, STR_A(label->name), STR_A(label->name)))
		diag_note(c->ds, late->at, "here");
}

/* ---- labels that have come already ---- */

/* Of an either that the other line stands outside of. */
static bool in_a_branch(const struct op *line, const struct op *below)
{
	for (const struct block *b = line->in; b->owner; b = b->owner->in)
		if (b->owner->kind == OP_EITHER && !ancestor_in(below, b))
			return true;
	return false;
}

/* Is the line above settled whenever the other one begins? What we send is, and
 * what something between the two waits for; a watch may go on for long. */
static bool has_happened(const struct prog *p, const struct op *line,
			 const struct op *below)
{
	if (!lint_above(line, below) || in_a_branch(line, below))
		return false;
	if (line->kind != OP_EXPECT)
		return line->kind != OP_WATCH;
	for (unsigned i = 0; i < p->nops; i++)
		if (p->ops[i]->phase == below->phase && lint_sends(p->ops[i]) &&
		    waits_below(p->ops[i], line) &&
		    lint_above(p->ops[i], below))
			return true;
	return line->phase < below->phase;
}

static void check_until(struct compiler *c, const struct op *op,
			const struct label *label)
{
	const struct op *hit = NULL;

	for (unsigned i = 0; label && i < c->prog->nops; i++) {
		const struct op *l = c->prog->ops[i];

		if (l->label != label)
			continue;
		if (!has_happened(c->prog, l, op))
			return;
		hit = l;
	}
	if (hit && say_at(c, CODE(UNREACHABLE), op->at,
			  "this ends before it begins: " STR_F " stands above",
			  STR_A(label->name)))
		diag_note(c->ds, hit->at, "here");
}

/* ---- join ---- */

static void check_join(struct compiler *c, const struct op *op)
{
	const struct op *hit = NULL;

	for (unsigned i = 0; op->join.label && i < c->prog->nops; i++) {
		const struct op *l = c->prog->ops[i];

		if (l->label != op->join.label)
			continue;
		if (l->kind == OP_WATCH)
			return;
		hit = l;
	}
	if (hit && say_at(c, CODE(BAD_JOIN), op->at,
			  "\"" STR_F "\" is no watch, and only watches are "
			  "joined",
			  STR_A(op->join.label->name)))
		diag_note(c->ds, hit->at, "here");
}

void lint_order(struct compiler *c, const struct op *op)
{
	switch (op->kind) {
	case OP_EXPECT:
		check_cause(c, op);
		check_late(c, op, op->line.expect.after, "after");
		check_late(c, op, op->line.expect.within.of, "of");
		check_late(c, op, op->line.expect.window.of, "of");
		break;
	case OP_WATCH:
		check_until(c, op, op->line.until_label);
		break;
	case OP_GUARD:
		check_until(c, op, op->guard.until);
		break;
	case OP_JOIN:
		check_join(c, op);
		break;
	case OP_SEND:
	case OP_CHECK:
	case OP_WAIT:
	case OP_TRIGGER:
	case OP_WIRE:
	case OP_MARK:
	case OP_LET:
	case OP_EITHER:
	case OP_ANY:
		break;
	}
}
