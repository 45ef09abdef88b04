/* SPDX-License-Identifier: MIT */
/* Conditions at run time, with what was wanted and what was got in words. */
#include "play/state.h"

static const char *const ops[] = {
	[COND_AND] = "and",
	[COND_OR] = "or",
	[COND_PRESENT] = "present",
	[COND_ABSENT] = "absent",
	[COND_IS] = "is",
	[COND_IS_NOT] = "is not",
	[COND_EQ] = "==",
	[COND_NE] = "!=",
	[COND_LT] = "<",
	[COND_LE] = "<=",
	[COND_GT] = ">",
	[COND_GE] = ">=",
	[COND_MATCH] = "~",
	[COND_CONTAINS] = "contains",
	[COND_IN] = "in",
	[COND_AT] = "at",
};

/* Values of "is", with a|b in a template's text split as well. */
static bool is_any(const struct value *v, struct str wants)
{
	struct str one;
	bool more;

	do { /* an empty value is a value: is "" */
		more = str_cut(wants, '|', &one, &wants);
		if (value_is(v, one))
			return true;
	} while (more);
	return false;
}

static bool ordered(enum cond_kind kind, const struct value *v, struct str want)
{
	int c;

	if (!value_order(v, want, &c))
		return false;
	return kind == COND_LT   ? c < 0
	       : kind == COND_LE ? c <= 0
	       : kind == COND_GT ? c > 0
				 : c >= 0;
}

static bool compare(enum cond_kind kind, const struct value *v, struct str want)
{
	switch (kind) {
	case COND_IS:
		return is_any(v, want);
	case COND_IS_NOT:
		return !is_any(v, want);
	case COND_EQ:
		return str_eq(v->text, want);
	case COND_NE:
		return !str_eq(v->text, want);
	case COND_LT:
	case COND_LE:
	case COND_GT:
	case COND_GE:
		return ordered(kind, v, want);
	case COND_MATCH:
		return regex_match(want, v->text);
	case COND_CONTAINS:
		return value_contains(v, want);
	case COND_AND:
	case COND_OR:
	case COND_PRESENT:
	case COND_ABSENT:
	case COND_IN:
	case COND_AT:
		break;
	}
	return false;
}

/* A message without a body has an empty one (RFC 3261 7.4), so that what came
 * can be compared with what was sent, whether that had one or not. */
static bool is_empty_body(const struct eval *e, const struct path *p)
{
	return !e->lacks.len && p->what == PATH_FIELD &&
	       p->field.root == FIELD_BODY && !p->field.nparts &&
	       !p->field.index;
}

/* "is not" of several: none of them; of all others any one will do. */
static bool compare_all(struct eval *e, const struct cond *c, struct value v,
			struct buf *wanted)
{
	bool negative = c->kind == COND_IS_NOT || c->kind == COND_NE;
	bool all = true, any = false;

	if (!v.present)
		v.present = is_empty_body(e, &c->path);
	for (unsigned i = 0; i < c->nvalues; i++) {
		struct str want = eval_tmpl(e, &c->values[i]);
		bool one = compare(c->kind, &v, want);

		all &= one;
		any |= one;
		if (i)
			buf_add_char(wanted, '|');
		buf_add_str(wanted, want);
	}
	if (!v.present)
		return negative;
	return negative ? all : any;
}

static bool in_range(struct eval *e, const struct cond_range *range,
		     const struct value *v, struct buf *wanted)
{
	struct str lo = eval_tmpl(e, &range->lo);
	struct str hi = range->hi.n ? eval_tmpl(e, &range->hi) : lo;
	int low, high;

	if (range->hi.n)
		buf_addf(wanted, STR_F ".." STR_F, STR_A(lo), STR_A(hi));
	else
		buf_add_str(wanted, lo);
	if (!v->present)
		return false;
	if (value_order(v, lo, &low) && value_order(v, hi, &high))
		return low >= 0 && high <= 0;
	return !range->hi.n && value_is(v, lo);
}

static bool in_ranges(struct eval *e, const struct cond *c,
		      const struct value *v, struct buf *wanted)
{
	bool hit = false;

	buf_add_char(wanted, '(');
	for (unsigned i = 0; i < c->nranges; i++) {
		if (i)
			buf_add_char(wanted, ' ');
		hit |= in_range(e, &c->ranges[i], v, wanted);
	}
	buf_add_char(wanted, ')');
	return hit;
}

/* A busy machine makes late, never early: slack is for what is late. */
static bool in_tolerance(const struct eval *e, ns_t t, ns_t want,
			 unsigned percent)
{
	ns_t off = want * (ns_t)percent / 100, late = play_slack(e->play, off);

	return t >= want - off && t <= want + (late > off ? late : off);
}

/* Rule: "repeats at T1 3T1 7T1 tolerance 20%": as many, and each in time. */
static bool at_times(struct eval *e, const struct cond *c, struct buf *wanted)
{
	const struct msg *m = eval_subject(e, &c->path);
	bool ok = m && m->repeats == c->ntimes;

	for (unsigned i = 0; i < c->ntimes; i++) {
		ns_t want = c->times[i];

		buf_addf(wanted, "%s%.0fms", i ? " " : "", (double)want / 1e6);
		ok &= !m || i >= m->repeats ||
		      in_tolerance(e, m->repeat_times[i], want, c->tolerance);
	}
	buf_addf(wanted, " tolerance %u%%", c->tolerance);
	return ok;
}

static bool leaf(struct eval *e, const struct cond *c, const struct value *v,
		 struct buf *wanted)
{
	switch (c->kind) {
	case COND_PRESENT:
		return v->present;
	case COND_ABSENT:
		return !v->present;
	case COND_IN:
		buf_add_char(wanted, ' ');
		return in_ranges(e, c, v, wanted);
	case COND_AT:
		buf_add_char(wanted, ' ');
		return at_times(e, c, wanted);
	case COND_IS:
	case COND_IS_NOT:
	case COND_EQ:
	case COND_NE:
	case COND_LT:
	case COND_LE:
	case COND_GT:
	case COND_GE:
	case COND_MATCH:
	case COND_CONTAINS:
		buf_add_char(wanted, ' ');
		return compare_all(e, c, *v, wanted);
	case COND_AND:
	case COND_OR:
		break;
	}
	return false;
}

static struct str got_text(const struct value *v)
{
	return v->present ? v->text : STR("absent");
}

static bool both(struct eval *e, const struct cond *c, struct str *ret_wanted,
		 struct str *ret_got)
{
	struct str wl = STR_NONE, wr = STR_NONE, gl = STR_NONE, gr = STR_NONE;
	struct eval left = *e, right = *e;
	bool l, r, ok;

	l = eval_cond(&left, c->left, &wl, &gl);
	r = eval_cond(&right, c->right, &wr, &gr);
	ok = c->kind == COND_AND ? l && r : l || r;
	/* A part that does not matter for the outcome lacks nothing. */
	if (left.lacks.len && !(c->kind == COND_OR && r))
		e->lacks = left.lacks;
	if (right.lacks.len && !(c->kind == COND_OR && l))
		e->lacks = right.lacks;
	if (ret_wanted)
		*ret_wanted = arena_strf(e->arena, STR_F " %s " STR_F,
					 STR_A(wl), ops[c->kind], STR_A(wr));
	if (ret_got)
		*ret_got = c->kind == COND_AND && l ? gr
			   : c->kind == COND_AND
				   ? gl
				   : arena_strf(e->arena, STR_F " and " STR_F,
						STR_A(gl), STR_A(gr));
	return ok;
}

/* The first words are the condition's own, what follows was read. */
static struct str masked_behind(struct eval *e, const struct cond *c,
				struct str s, size_t words)
{
	struct str read = mask_value(e, &c->path, str_tail(s, words));

	return arena_strf(e->arena, STR_F STR_F, STR_A(str_sub(s, 0, words)),
			  STR_A(read));
}

/* Words for people go to the two rets, which may be NULL. */
bool eval_cond(struct eval *e, const struct cond *c, struct str *ret_wanted,
	       struct str *ret_got)
{
	buf_auto wanted = { 0 };
	struct value v;
	size_t words;
	bool ok;

	if (c->kind == COND_AND || c->kind == COND_OR)
		return both(e, c, ret_wanted, ret_got);
	v = eval_path(e, &c->path);
	buf_add_str(&wanted, loc_text(c->path.at));
	buf_add_char(&wanted, ' ');
	buf_add_z(&wanted, ops[c->kind]);
	words = wanted.len;
	ok = leaf(e, c, &v, &wanted);
	if (ret_wanted)
		*ret_wanted = masked_behind(e, c, buf_str(&wanted), words);
	if (ret_got)
		*ret_got = mask_value(e, &c->path, got_text(&v));
	return ok;
}
