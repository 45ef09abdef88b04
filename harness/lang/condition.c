/* SPDX-License-Identifier: MIT */
/* Conditions: path, comparison, values; "and" binds tighter than "or". */
#include "lang/parse.h"

static const struct {
	const char *word;
	enum cond_kind kind;
} comparisons[] = { { "present", COND_PRESENT },
		    { "absent", COND_ABSENT },
		    { "is", COND_IS },
		    { "==", COND_EQ },
		    { "!=", COND_NE },
		    { "<", COND_LT },
		    { "<=", COND_LE },
		    { ">", COND_GT },
		    { ">=", COND_GE },
		    { "~", COND_MATCH },
		    { "contains", COND_CONTAINS },
		    { "in", COND_IN },
		    { "at", COND_AT } };

static bool comparison(struct cursor *cu, struct cond *cond)
{
	struct tok *t = cursor_next(cu, "a comparison");

	if (!t)
		return false;
	for (size_t i = 0; i < sizeof(comparisons) / sizeof(*comparisons);
	     i++) {
		if (!str_is(t->text, comparisons[i].word))
			continue;
		cond->kind = comparisons[i].kind;
		if (cond->kind == COND_IS && cursor_take(cu, "not"))
			cond->kind = COND_IS_NOT;
		return true;
	}
	diag_add(cu->c->ds, DIAG_ERROR, "unknown-comparison", t->at,
		 "\"" STR_F "\" is no comparison: present absent is == != < "
		 "<= > >= ~ contains in at",
		 STR_A(t->text));
	return false;
}

static void range(struct cursor *cu, struct cond *cond, const struct tok *t)
{
	struct cond_range *r =
		ARENA_PUSH(cu->c->arena, cond->ranges, cond->nranges);
	ptrdiff_t dots = str_find(t->text, STR(".."));

	*r = (struct cond_range){ 0 };
	if (dots < 0) {
		r->lo = expr_tmpl(cu->c, t->text, t->at);
		return;
	}
	r->lo = expr_tmpl(cu->c, str_sub(t->text, 0, (size_t)dots), t->at);
	r->hi = expr_tmpl(cu->c, str_tail(t->text, (size_t)dots + 2), t->at);
}

static bool ranges(struct cursor *cu, struct cond *cond)
{
	struct tok *t;

	if (!cursor_take(cu, "(")) {
		diag_add(cu->c->ds, DIAG_ERROR, "missing-word", cursor_loc(cu),
			 "\"in\" wants (a b c..d)");
		return false;
	}
	while (!cursor_take(cu, ")")) {
		t = cursor_next(cu, "\")\"");
		if (!t)
			return false;
		range(cu, cond, t);
	}
	return true;
}

static bool times(struct cursor *cu, struct cond *cond)
{
	ns_t ns;
	uint64_t n;
	struct tok *t;

	while (cursor_more(cu) &&
	       expr_time(cu->c, cu->toks[cu->at].text, &ns)) {
		*ARENA_PUSH(cu->c->arena, cond->times, cond->ntimes) = ns;
		cu->at++;
	}
	if (!cursor_take(cu, "tolerance"))
		return true;
	t = cursor_next(cu, "a percentage");
	if (t && str_ends(t->text, "%") &&
	    str_to_u64(str_sub(t->text, 0, t->text.len - 1), &n))
		cond->tolerance = (unsigned)n;
	return t != NULL;
}

static bool one_value(struct cursor *cu, struct cond *cond)
{
	struct tok *t = cursor_next(cu, "a value");
	struct fail why;

	if (!t)
		return false;
	if (cond->kind == COND_MATCH && !regex_check(t->text, &why))
		diag_add(cu->c->ds, DIAG_ERROR, "bad-regex", t->at, "%s",
			 why.text);
	*ARENA_PUSH(cu->c->arena, cond->values, cond->nvalues) =
		expr_tmpl(cu->c, t->text, t->at);
	return true;
}

static struct cond *leaf(struct cursor *cu)
{
	struct cond *cond = ARENA_NEW(cu->c->arena, struct cond);
	struct tok *t = cursor_next(cu, "a path");

	if (!t)
		return NULL;
	cond->at = t->at;
	if (!expr_path(cu->c, t, &cond->path) || !comparison(cu, cond))
		return NULL;
	switch (cond->kind) {
	case COND_PRESENT:
	case COND_ABSENT:
		break;
	case COND_IN:
		if (!ranges(cu, cond))
			return NULL;
		break;
	case COND_AT:
		if (!times(cu, cond))
			return NULL;
		break;
	case COND_AND:
	case COND_OR:
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
		if (!one_value(cu, cond))
			return NULL;
	}
	cond->at = loc_join(cond->at, cu->toks[cu->at - 1].at);
	return cond;
}

static struct cond *join(struct cursor *cu, enum cond_kind kind,
			 struct cond *left, struct cond *right)
{
	struct cond *c;

	if (!left || !right)
		return NULL;
	c = ARENA_NEW(cu->c->arena, struct cond);
	*c = (struct cond){ .kind = kind,
			    .left = left,
			    .right = right,
			    .at = loc_join(left->at, right->at) };
	return c;
}

/* "and" binds tighter. NULL: a diagnostic has been made. */
struct cond *expr_cond(struct cursor *cu)
{
	struct cond *all = NULL, *some;

	do {
		some = leaf(cu);
		while (some && cursor_take(cu, "and"))
			some = join(cu, COND_AND, some, leaf(cu));
		all = all ? join(cu, COND_OR, all, some) : some;
	} while (all && cursor_take(cu, "or"));
	return all;
}
