/* SPDX-License-Identifier: MIT */
/* Do a field and what it is compared with fit together? Only what is known
 * before the play is looked at: constants and the types of fields.def. */
#include "lang/compile.h"

#include <ctype.h>

/* ---- what the path is ---- */

static bool is_free_part(struct str part)
{
	return str_is(part, "params") || str_is(part, "headers");
}

/* A field whose type the table knows; an extension may hold anything. */
static bool is_typed(const struct field_path *f)
{
	for (unsigned i = 0; i < f->nparts; i++)
		if (is_free_part(f->parts[i]))
			return false;
	return f->root != FIELD_HEADER || path_is_known_header(f->header);
}

enum number { NUMBER_YES, NUMBER_NO, NUMBER_PERHAPS };

static enum number is_numeric(const struct path *p)
{
	static const enum field_type types[] = {
#define WHAT(word, what, type, meaning) [PATH_##what] = type,
#include "lang/whats.def"
#undef WHAT
	};

	if (p->what != PATH_FIELD)
		return types[p->what] == TYPE_NUMBER ? NUMBER_YES : NUMBER_NO;
	if (p->field.type == TYPE_NUMBER)
		return NUMBER_YES;
	return is_typed(&p->field) ? NUMBER_NO : NUMBER_PERHAPS;
}

static bool is_status(const struct path *p)
{
	const struct field_path *f = &p->field;

	if (p->what != PATH_FIELD)
		return false;
	return f->root == FIELD_STATUS ||
	       (f->root == FIELD_SIPFRAG && f->nparts == 1 &&
		str_is(f->parts[0], "status"));
}

/* ---- what it is compared with ---- */

/* "5", "-1", "0.7" */
static bool reads_as_number(struct str s)
{
	unsigned dots = 0, digits = 0;

	for (size_t i = str_starts(s, "-"); i < s.len; i++) {
		bool digit = isdigit((unsigned char)s.p[i]);

		if (!digit && (s.p[i] != '.' || dots++))
			return false;
		digits += digit;
	}
	return digits > 0;
}

static bool is_possible_status(struct str s)
{
	uint64_t n;

	return str_to_u64(s, &n) && n >= 100 && n <= 699;
}

static bool number_value(struct cursor *k, const struct cond *cond,
			 const struct token *tok, struct str s)
{
	bool equality = cond->kind == COND_IS || cond->kind == COND_IS_NOT ||
			cond->kind == COND_EQ || cond->kind == COND_NE;

	if (!reads_as_number(s)) {
		say(k->c, CODE(BAD_VALUE), tok,
		    is_numeric(&cond->path) == NUMBER_YES
			    ? STR_F " is a number, and \"" STR_F "\" is none"
			    : STR_F " has an order only among numbers, and "
				    "\"" STR_F "\" is none",
		    STR_A(loc_text(cond->path.at)), STR_A(s));
		return false;
	}
	if (equality && is_status(&cond->path) && !is_possible_status(s)) {
		say(k->c, CODE(BAD_VALUE), tok,
		    "no status is " STR_F ": they go from 100 to 699",
		    STR_A(s));
		return false;
	}
	return true;
}

/* The alternatives of one constant value: "200|202". */
static bool number_values(struct cursor *k, const struct cond *cond,
			  const struct token *tok, const struct tmpl *value)
{
	struct status_range range;
	struct str text, one;

	if (!value_constant(value, &text) ||
	    (cond->kind == COND_IS && is_status(&cond->path) &&
	     message_status(text, &range)))
		return true;
	do {
		str_cut(text, '|', &one, &text);
		if (!number_value(k, cond, tok, one))
			return false;
	} while (text.len);
	return true;
}

static bool uri_value(struct cursor *k, const struct cond *cond,
		      const struct token *tok)
{
	for (unsigned i = 0; i < cond->nvalues; i++) {
		struct tmpl_part *first =
			cond->values[i].n ? cond->values[i].parts : NULL;

		if (!first || first->kind != TMPL_TEXT ||
		    !str_starts(first->text, "<"))
			continue;
		say(k->c, CODE(BAD_VALUE), tok,
		    "a URI is compared without its < and >");
		return false;
	}
	return true;
}

/* ---- classes of status ---- */

static bool is_class(const struct tmpl *value, struct status_range *ret)
{
	struct str text;

	return value_constant(value, &text) && message_status(text, ret) &&
	       ret->lo != ret->hi;
}

static struct tmpl number(struct compiler *c, unsigned n, struct loc at)
{
	struct tmpl t = { .at = at };
	struct tmpl_part *part = ARENA_PUSH(c->a, t.parts, t.n);

	*part = (struct tmpl_part){ .text = arena_strf(c->a, "%u", n),
				    .at = at };
	return t;
}

static void to_range(struct compiler *c, struct cond *cond,
		     const struct tmpl *value)
{
	struct cond_range *r = ARENA_PUSH(c->a, cond->ranges, cond->nranges);
	struct status_range range;

	*r = (struct cond_range){ .lo = *value };
	if (!is_class(value, &range))
		return;
	r->lo = number(c, range.lo, value->at);
	r->hi = number(c, range.hi, value->at);
}

/* "status is 3xx|401" is "status in (300..399 401)". */
static void widen_status(struct compiler *c, struct cond *cond)
{
	struct status_range range;
	bool any = false;

	if (cond->kind != COND_IS || !is_status(&cond->path))
		return;
	for (unsigned i = 0; i < cond->nvalues; i++)
		any |= is_class(&cond->values[i], &range);
	if (!any)
		return;
	for (unsigned i = 0; i < cond->nvalues; i++)
		to_range(c, cond, &cond->values[i]);
	cond->kind = COND_IN;
	cond->nvalues = 0;
}

/* ---- the comparison ---- */

static bool wants_number(struct cursor *k, const struct cond *cond)
{
	if (is_numeric(&cond->path) != NUMBER_NO)
		return true;
	say_at(k->c, CODE(BAD_CONDITION), cond->path.at,
	       STR_F " is no number, so it has no order; compare it by is, "
		     "==, contains or ~",
	       STR_A(loc_text(cond->path.at)));
	return false;
}

static bool check_range(struct cursor *k, const struct cond *cond,
			const struct cond_range *r, const struct token *tok)
{
	struct str lo, hi;
	uint64_t a, b;

	if (r->hi.n && !wants_number(k, cond))
		return false;
	if (!r->hi.n && is_numeric(&cond->path) != NUMBER_YES)
		return true;
	if (!number_values(k, cond, tok, &r->lo) ||
	    (r->hi.n && !number_values(k, cond, tok, &r->hi)))
		return false;
	if (!r->hi.n || !value_constant(&r->lo, &lo) ||
	    !value_constant(&r->hi, &hi) || !str_to_u64(lo, &a) ||
	    !str_to_u64(hi, &b) || a <= b)
		return true;
	say(k->c, CODE(BAD_VALUE), tok, "nothing lies in " STR_F,
	    STR_A(tok->text));
	return false;
}

static bool check_ranges(struct cursor *k, const struct cond *cond,
			 const struct token *first)
{
	bool ok = true;

	for (unsigned i = 0; i < cond->nranges; i++)
		ok &= check_range(k, cond, &cond->ranges[i],
				  first[i].kind == TOK_WORD ? &first[i]
							    : first);
	return ok;
}

static bool check_values(struct cursor *k, const struct cond *cond,
			 const struct token *tok)
{
	bool ok = true;

	if (cond->path.what == PATH_FIELD && cond->path.field.type == TYPE_URI)
		return uri_value(k, cond, tok);
	if (is_numeric(&cond->path) != NUMBER_YES)
		return true;
	for (unsigned i = 0; i < cond->nvalues; i++)
		ok &= number_values(k, cond, tok, &cond->values[i]);
	return ok;
}

static bool check_order(struct cursor *k, const struct cond *cond,
			const struct token *tok)
{
	return wants_number(k, cond) &&
	       number_values(k, cond, tok, &cond->values[0]);
}

/* Neither counts nor times nor numbers of SIP go below zero. */
static bool below_nothing(struct cursor *k, const struct cond *cond,
			  const struct token *tok)
{
	struct str text;
	uint64_t n;

	if (!cond->nvalues || !value_constant(&cond->values[0], &text) ||
	    !str_to_u64(text, &n) || n)
		return true;
	say(k->c, CODE(BAD_VALUE), tok, "nothing is less than 0");
	return false;
}

/* operand: the token behind the comparison. False: it was said why not. */
bool cond_check_types(struct cursor *k, struct cond *cond,
		      const struct token *operand)
{
	switch (cond->kind) {
	case COND_LT:
		if (!below_nothing(k, cond, operand))
			return false;
		return check_order(k, cond, operand);
	case COND_LE:
	case COND_GT:
	case COND_GE:
		return check_order(k, cond, operand);
	case COND_IN: /* its first word is "(" */
		return check_ranges(k, cond, operand + 1);
	case COND_IS:
		if (!check_values(k, cond, operand))
			return false;
		widen_status(k->c, cond);
		return true;
	case COND_IS_NOT:
	case COND_EQ:
	case COND_NE:
		return check_values(k, cond, operand);
	case COND_AND:
	case COND_OR:
	case COND_PRESENT:
	case COND_ABSENT:
	case COND_MATCH:
	case COND_CONTAINS:
	case COND_AT:
		break;
	}
	return true;
}
