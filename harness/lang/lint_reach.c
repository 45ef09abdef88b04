/* SPDX-License-Identifier: MIT */
/* Lines nothing ever comes to, and checks with one outcome only. */
#include "lang/compile.h"

#include <stdlib.h>

/* ---- behind an either that always ends the test ---- */

static bool ends_test(const struct block *b)
{
	return str_is(b->verdict, "skip") || str_is(b->verdict, "inconclusive");
}

static void behind(struct compiler *c, const struct op *either)
{
	const struct block *b = either->in;

	for (unsigned i = 0; i < either->either.n; i++)
		if (!ends_test(&either->either.branches[i]))
			return;
	if (either->place + 1 >= b->n)
		return;
	if (say_at(c, CODE(UNREACHABLE), b->ops[either->place + 1]->at,
		   "nothing comes here: every branch above ends the test"))
		diag_note(c->ds, either->at, "here");
}

/* ---- a branch that an earlier one always takes ---- */

static bool covers_status(const struct match *m, unsigned status)
{
	for (unsigned i = 0; i < m->nstatuses; i++)
		if (status >= m->statuses[i].lo && status <= m->statuses[i].hi)
			return true;
	return false;
}

static bool covers_statuses(const struct match *a, const struct match *b)
{
	if (a->status.n || b->status.n)
		return false;
	for (unsigned i = 0; i < b->nstatuses; i++)
		for (unsigned s = b->statuses[i].lo; s <= b->statuses[i].hi;
		     s++)
			if (!covers_status(a, s))
				return false;
	return true;
}

/* A new call is new whatever it is named; a response makes one of several. */
static bool as_alike(const struct match *a, const struct match *b)
{
	return a->kind == MSG_REQUEST ? !a->as == !b->as : a->as == b->as;
}

static bool covers(const struct op *x, const struct op *y)
{
	const struct match *a = &x->line.expect.match;
	const struct match *b = &y->line.expect.match;

	if (x->party != y->party || a->where || a->kind != b->kind ||
	    x->min > 1 || (a->on && a->on != b->on) || !as_alike(a, b) ||
	    a->to.label != b->to.label || !str_eq(a->to.method, b->to.method))
		return false;
	if (a->kind == MSG_RESPONSE)
		return covers_statuses(a, b);
	return a->kind == MSG_REQUEST && str_eq(a->method, b->method);
}

/* What decides for the branch; NULL: not one plain line. */
static const struct op *decider(const struct block *b)
{
	for (size_t i = 0; i < b->n; i++) {
		if (b->ops[i]->kind == OP_EXPECT)
			return b->ops[i];
		if (b->ops[i]->kind == OP_EITHER || b->ops[i]->kind == OP_ANY)
			return NULL;
	}
	return NULL;
}

static void branch(struct compiler *c, const struct op *either, unsigned n)
{
	const struct op *mine = decider(&either->either.branches[n]);

	for (unsigned i = 0; mine && i < n; i++) {
		const struct op *other = decider(&either->either.branches[i]);

		if (!other || !covers(other, mine))
			continue;
		if (say_at(c, CODE(UNREACHABLE), mine->at,
			   "a branch above takes every message that this one "
			   "waits for"))
			diag_note(c->ds, other->at, "here");
		return;
	}
}

/* ---- checks of a status that the line does not take ---- */

static bool number_of(const struct tmpl *t, unsigned *ret)
{
	struct str text;
	uint64_t n;

	if (!value_constant(t, &text) || !str_to_u64(text, &n) || n > 999)
		return false;
	*ret = (unsigned)n;
	return true;
}

enum outcome { OUT_NO, OUT_YES, OUT_UNKNOWN };

static enum outcome in_ranges(const struct cond *cond, unsigned status)
{
	for (unsigned i = 0; i < cond->nranges; i++) {
		const struct cond_range *r = &cond->ranges[i];
		unsigned lo, hi;

		if (!number_of(&r->lo, &lo))
			return OUT_UNKNOWN;
		hi = lo;
		if (r->hi.n && !number_of(&r->hi, &hi))
			return OUT_UNKNOWN;
		if (status >= lo && status <= hi)
			return OUT_YES;
	}
	return OUT_NO;
}

static enum outcome compare(const struct cond *cond, unsigned status)
{
	bool equal = false;

	for (unsigned i = 0; i < cond->nvalues; i++) {
		unsigned n;

		if (!number_of(&cond->values[i], &n))
			return OUT_UNKNOWN;
		if (cond->kind == COND_LT || cond->kind == COND_GE)
			return (status < n) == (cond->kind == COND_LT);
		if (cond->kind == COND_LE || cond->kind == COND_GT)
			return (status <= n) == (cond->kind == COND_LE);
		equal |= status == n;
	}
	if (cond->kind == COND_IS || cond->kind == COND_EQ)
		return equal ? OUT_YES : OUT_NO;
	if (cond->kind == COND_IS_NOT || cond->kind == COND_NE)
		return equal ? OUT_NO : OUT_YES;
	return OUT_UNKNOWN;
}

static enum outcome of_status(const struct cond *cond, unsigned status)
{
	if (!cond || cond->kind == COND_AND || cond->kind == COND_OR ||
	    cond->path.what != PATH_FIELD ||
	    cond->path.field.root != FIELD_STATUS)
		return OUT_UNKNOWN;
	return cond->kind == COND_IN ? in_ranges(cond, status)
				     : compare(cond, status);
}

/* Is there a status that the line takes and the check is content with? */
static bool can_hold(const struct match *m, const struct check *ck)
{
	for (unsigned i = 0; i < m->nstatuses; i++)
		for (unsigned s = m->statuses[i].lo; s <= m->statuses[i].hi;
		     s++)
			if (of_status(ck->cond, s) !=
			    (ck->negated ? OUT_YES : OUT_NO))
				return true;
	return m->nstatuses == 0;
}

static bool takes_messages(const struct op *op)
{
	return op->kind == OP_EXPECT || op->kind == OP_WATCH;
}

/* ---- checks of a count ---- */

static enum outcome of_count(const struct check *ck, unsigned n)
{
	enum outcome out = ck->cond->kind == COND_IN ? in_ranges(ck->cond, n)
						     : compare(ck->cond, n);

	if (out == OUT_UNKNOWN)
		return out;
	return (out == OUT_YES) != ck->negated ? OUT_YES : OUT_NO;
}

static bool count_can_hold(const struct op *line, const struct check *ck)
{
	unsigned max = line->max && line->max < 1000 ? line->max : 1000;

	for (unsigned n = 0; n <= max; n++) /* it may be missing */
		if (of_count(ck, n) != OUT_NO)
			return true;
	return false;
}

/* ---- both ---- */

static bool line_can_meet(const struct op *line, const struct check *ck)
{
	if (!takes_messages(line))
		return true;
	if (ck->cond->path.what == PATH_COUNT)
		return count_can_hold(line, ck);
	return can_hold(&line->line.expect.match, ck);
}

/* One of the lines that carry the label will do; a count goes over all. */
static bool label_can_meet(const struct prog *p, const struct check *ck)
{
	unsigned lines = 0, bad = 0;

	for (unsigned i = 0; i < p->nops; i++) {
		if (p->ops[i]->label != ck->cond->path.label)
			continue;
		lines++;
		bad += !line_can_meet(p->ops[i], ck);
	}
	if (ck->cond->path.what == PATH_COUNT && lines > 1)
		return true;
	return !lines || bad < lines;
}

static void check_met(struct compiler *c, const struct op *op,
		      const struct check *ck)
{
	const struct cond *cond = ck->cond;
	bool met = true;

	if (ck->note || !cond || cond->kind == COND_AND ||
	    cond->kind == COND_OR || ck->word == WORD_MAY)
		return;
	if (cond->path.subject == SUBJECT_LABEL)
		met = label_can_meet(c->prog, ck);
	else if (cond->path.subject == SUBJECT_SELF)
		met = line_can_meet(op, ck);
	if (met)
		return;
	say_at(c, CODE(NEVER_MET), ck->at,
	       cond->path.what == PATH_COUNT
		       ? "the line never takes as many messages as would "
			 "meet this"
		       : "no status that this line takes could meet this");
}

static void checks(struct compiler *c, const struct op *op)
{
	const struct expect *x = &op->line.expect;

	for (unsigned i = 0; i < x->nchecks; i++)
		check_met(c, op, &x->checks[i]);
}

void lint_reach(struct compiler *c, const struct op *op)
{
	if (takes_messages(op))
		checks(c, op);
	if (op->kind == OP_CHECK)
		check_met(c, op, &op->check);
	if (op->kind != OP_EITHER)
		return;
	behind(c, op);
	for (unsigned i = 1; i < op->either.n; i++)
		branch(c, op, i);
}
