/* SPDX-License-Identifier: MIT */
/* Checks: what holds of a message that a line took. A broken one is an event
 * and never stops the play (rule 12). */
#include "play/state.h"

static void emit(struct play *p, const struct op *op, unsigned index,
		 const struct check *c, const struct msg *m, bool ok,
		 struct str wanted, struct str got)
{
	struct event ev = play_event(p, c->note ? EV_NOTE : EV_CHECK);

	ev.op = op->id;
	ev.check = index;
	ev.rec = m ? m->rec : (uint32_t)EV_NONE;
	ev.ok = ok;
	ev.wanted = wanted;
	ev.got = got;
	play_emit_kept(p, &ev);
}

/* "after F5": the message came after it. */
static bool came_after(struct eval *e, const struct check *c,
		       const struct msg *m, struct str *ret_got)
{
	const struct labelrun *l;

	if (!c->after)
		return true;
	l = &e->play->labels[c->after->id];
	if (l->happened && m && m->t >= l->t)
		return true;
	*ret_got = arena_strf(e->arena, STR_F " %s", STR_A(c->after->name),
			      l->happened ? "came only after it"
					  : "has not happened");
	return false;
}

/* The message a check that stands alone speaks of: its first labelled path. */
static const struct msg *subject_of(struct eval *e, const struct cond *c)
{
	if (!c)
		return NULL;
	if (c->kind == COND_AND || c->kind == COND_OR)
		return subject_of(e, c->left);
	return eval_subject(e, &c->path);
}

static void judge_one(struct eval *e, const struct op *op, unsigned index,
		      const struct check *c, const struct msg *m)
{
	struct str wanted = STR_NONE, got = STR_NONE;
	bool ok;

	if (!c->cond) { /* note path */
		struct value v = eval_path(e, &c->path);

		emit(e->play, op, index, c, m, v.present, loc_text(c->path.at),
		     mask_value(e, &c->path, v.text));
		return;
	}
	ok = eval_cond(e, c->cond, &wanted, &got) != c->negated;
	if (e->lacks.len) { /* a label that has not happened: false */
		ok = false;
		got = e->lacks;
	}
	if (ok)
		ok = came_after(e, c, m, &got);
	if (c->negated)
		wanted = arena_strf(e->arena, "not " STR_F, STR_A(wanted));
	if (c->after)
		wanted = arena_strf(e->arena, STR_F " after " STR_F,
				    STR_A(wanted), STR_A(c->after->name));
	emit(e->play, op, index, c, m, ok, wanted, got);
}

static bool check_speaks_late(const struct cond *c)
{
	if (!c)
		return false;
	if (c->kind == COND_AND || c->kind == COND_OR)
		return check_speaks_late(c->left) ||
		       check_speaks_late(c->right);
	return c->path.what == PATH_REPEATS ||
	       c->path.what == PATH_REPEATS_COUNT || c->path.what == PATH_COUNT;
}

bool check_is_late_kind(const struct check *c)
{
	return check_speaks_late(c->cond);
}

/* Checks under a line, for each message it takes. */
void check_taken(struct play *p, const struct op *op, struct msg *m)
{
	const struct expect *x = &op->line.expect;

	for (unsigned i = 0; i < x->nchecks; i++) {
		const struct check *c = &x->checks[i];
		struct eval e = { .play = p,
				  .arena = p->arena,
				  .self = m,
				  .line = &p->ops[op->id] };

		if (c->pick != PICK_PLAIN || check_is_late_kind(c))
			continue;
		judge_one(&e, op, i, c, m);
	}
	for (unsigned i = 0; i < x->nlets; i++)
		check_let(p, &x->lets[i], m, &p->ops[op->id]);
}

static const struct msg *picked(const struct oprun *r, const struct check *c)
{
	return c->pick == PICK_FIRST ? r->first : r->last;
}

/* first and last checks, and those of counts: when the watch is over. */
void check_ends(struct play *p, const struct op *op)
{
	const struct expect *x = &op->line.expect;
	struct oprun *r = &p->ops[op->id];

	if (r->checked_ends || (op->kind != OP_WATCH && op->kind != OP_EXPECT))
		return;
	r->checked_ends = true;
	for (unsigned i = 0; i < x->nchecks; i++) {
		const struct check *c = &x->checks[i];
		struct eval e = { .play = p, .arena = p->arena, .line = r };

		if (c->pick == PICK_PLAIN || check_is_late_kind(c) || !r->taken)
			continue;
		e.self = picked(r, c);
		judge_one(&e, op, i, c, e.self);
	}
}

/* What speaks of repeats or counts, at the very end. */
static void judge_late_kind(struct play *p, const struct op *op)
{
	const struct expect *x = &op->line.expect;
	struct oprun *r = &p->ops[op->id];

	for (unsigned i = 0; i < x->nchecks; i++) {
		struct eval e = {
			.play = p, .arena = p->arena, .self = r->last, .line = r
		};

		if (check_is_late_kind(&x->checks[i]) && r->taken)
			judge_one(&e, op, i, &x->checks[i], r->last);
	}
}

void check_alone(struct play *p, const struct op *op)
{
	struct eval e = { .play = p, .arena = p->arena };
	const struct msg *m = subject_of(&e, op->check.cond);

	e.lacks = STR_NONE; /* a count needs no message */
	judge_one(&e, op, 0, &op->check, m);
	p->ops[op->id].state = OPS_DONE;
}

/* Reached, but put off to the end because it speaks of counts. */
static bool is_put_off(const struct play *p, const struct op *op)
{
	const struct block *b = op->in;

	if (p->ops[op->id].state != OPS_CLOSED || !order_reachable(p, op))
		return false;
	if (b->owner && p->ops[b->owner->id].state == OPS_CLOSED)
		return false;
	return check_is_late_kind(&op->check);
}

void check_at_end(struct play *p)
{
	for (unsigned i = 0; i < p->prog->nops; i++) {
		const struct op *op = p->prog->ops[i];

		if (op->kind == OP_WATCH || op->kind == OP_EXPECT) {
			check_ends(p, op);
			judge_late_kind(p, op);
		} else if (op->kind == OP_CHECK && is_put_off(p, op)) {
			check_alone(p, op);
		}
	}
}

void check_let(struct play *p, const struct let *let, const struct msg *m,
	       const struct oprun *line)
{
	struct eval e = {
		.play = p, .arena = p->arena, .self = m, .line = line
	};
	struct value v = eval_path(&e, &let->path);
	struct labelrun *l;

	if (!let->into)
		return;
	l = &p->labels[let->into->id];
	l->happened = v.present;
	l->value = v.text;
	l->t = play_now(p);
}
