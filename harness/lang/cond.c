/* SPDX-License-Identifier: MIT */
/* Conditions: expr {("and" | "or") expr}, "and" binds tighter. */
#include "lang/compile.h"

static const struct {
	const char *word;
	enum cond_kind kind;
} signs[] = {
	{ "is", COND_IS },
	{ "==", COND_EQ },
	{ "!=", COND_NE },
	{ "<", COND_LT },
	{ "<=", COND_LE },
	{ ">", COND_GT },
	{ ">=", COND_GE },
	{ "~", COND_MATCH },
	{ "contains", COND_CONTAINS },
	{ "present", COND_PRESENT },
	{ "absent", COND_ABSENT },
	{ "in", COND_IN },
	{ "at", COND_AT },
};

#define COUNT(list) (sizeof(list) / sizeof(*(list)))

static struct cond *new_cond(struct cursor *k, enum cond_kind kind)
{
	struct cond *cond = ARENA_NEW(k->c->a, struct cond);

	cond->kind = kind;
	return cond;
}

/* ---- values ---- */

/* The length up to the sign, outside of braces. */
static size_t up_to(struct str s, const char *sign)
{
	for (size_t i = 0; i < s.len; i++) {
		size_t n = s.p[i] == '{' ? lex_brace(str_tail(s, i)) : 0;

		if (n)
			i += n - 1;
		else if (str_starts(str_tail(s, i), sign))
			return i;
	}
	return s.len;
}

/* Times between messages are numbers of milliseconds: "gap < 2s". */
static struct str in_ms(struct cursor *k, const struct cond *cond,
			struct str text)
{
	ns_t t;

	if ((cond->path.what != PATH_GAP && cond->path.what != PATH_LATENCY) ||
	    !cursor_parse_time(k->c, text, &t))
		return text;
	return arena_strf(k->c->a, "%lld", (long long)(t / NS_MS));
}

static bool add_value(struct cursor *k, struct cond *cond, struct str text,
		      const struct token *tok)
{
	struct tmpl *t = ARENA_PUSH(k->c->a, cond->values, cond->nvalues);

	if (cond->kind != COND_MATCH)
		literal_note(k->c, tok, text);
	return value_text(k->c, in_ms(k, cond, text), tok, t);
}

/* "a|b" for is and is not; anything else is one value. */
static bool read_values(struct cursor *k, struct cond *cond)
{
	struct token *t = cursor_need(k, "a value");
	struct str rest;

	if (!t)
		return false;
	if (cond->kind != COND_IS && cond->kind != COND_IS_NOT)
		return add_value(k, cond, t->text, t);
	rest = t->text;
	for (;;) {
		size_t n = up_to(rest, "|");

		if (!add_value(k, cond, str_sub(rest, 0, n), t))
			return false;
		if (n == rest.len)
			return true;
		rest = str_tail(rest, n + 1);
	}
}

static bool check_regex(struct cursor *k, const struct cond *cond,
			const struct token *tok)
{
	struct fail why;
	struct str pattern;

	if (!value_constant(&cond->values[0], &pattern) ||
	    regex_check(pattern, &why))
		return true;
	say(k->c, CODE(BAD_REGEX), tok, "no regular expression: %s", why.text);
	return false;
}

static bool read_range(struct cursor *k, struct cond *cond)
{
	struct token *t = cursor_take(k);
	size_t n = up_to(t->text, "..");
	struct cond_range *r = ARENA_PUSH(k->c->a, cond->ranges, cond->nranges);

	*r = (struct cond_range){ 0 };
	literal_note(k->c, t, t->text);
	if (!value_text(k->c, in_ms(k, cond, str_sub(t->text, 0, n)), t,
			&r->lo))
		return false;
	return n == t->text.len ||
	       value_text(k->c, in_ms(k, cond, str_tail(t->text, n + 2)), t,
			  &r->hi);
}

static bool read_ranges(struct cursor *k, struct cond *cond)
{
	struct token *t;

	if (!cursor_kind(k, TOK_LPAREN)) {
		say_at(k->c, CODE(EXPECTED), cursor_loc(k),
		       "\"in\" wants values in brackets: in (200..299)");
		return false;
	}
	while ((t = cursor_peek(k)) && t->kind != TOK_RPAREN) {
		if (t->kind == TOK_COMMA) {
			k->i++;
			continue;
		}
		if (t->kind > TOK_HEREDOC || !read_range(k, cond))
			break;
	}
	if (cursor_kind(k, TOK_RPAREN) && cond->nranges)
		return true;
	say_at(k->c, CODE(EXPECTED), cursor_loc(k),
	       "values in brackets are missing: in (200..299 404)");
	return false;
}

/* "at T1 3T1 tolerance 20%" */
static bool read_times(struct cursor *k, struct cond *cond)
{
	struct token *t;
	struct str number;
	uint64_t percent;

	while (!cursor_word(k, "tolerance")) {
		ns_t time;

		if (!cursor_time(k, &time))
			return false;
		*ARENA_PUSH(k->c->a, cond->times, cond->ntimes) = time;
	}
	t = cursor_need(k, "a tolerance (20%)");
	if (!t)
		return false;
	str_cut(t->text, '%', &number, &(struct str){ 0 });
	if (str_ends(t->text, "%") && str_to_u64(number, &percent) &&
	    percent <= 1000) {
		cond->tolerance = (unsigned)percent;
		return true;
	}
	say(k->c, CODE(BAD_NUMBER), t, "a tolerance is written 20%%");
	return false;
}

/* ---- expressions ---- */

static bool read_sign(struct cursor *k, struct cond *cond)
{
	struct token *t = cursor_peek(k);
	struct str words[COUNT(signs)];

	for (size_t i = 0; i < COUNT(signs); i++) {
		words[i] = str_from(signs[i].word);
		if (!t || !token_is(t, signs[i].word))
			continue;
		k->i++;
		cond->kind = signs[i].kind;
		if (cond->kind == COND_IS && cursor_word(k, "not"))
			cond->kind = COND_IS_NOT;
		return true;
	}
	if (!t)
		say_at(k->c, CODE(EXPECTED), cursor_loc(k),
		       "what of it? write: present, absent, is, in ...");
	else
		say(k->c, CODE(UNKNOWN_OPERATOR), t,
		    "\"" STR_F "\" compares nothing%s", STR_A(t->text),
		    say_nearest(k->c,
				diag_nearest(t->text, words, COUNT(signs))));
	return false;
}

static bool read_operand(struct cursor *k, struct cond *cond)
{
	unsigned from = k->i;

	switch (cond->kind) {
	case COND_PRESENT:
	case COND_ABSENT:
		return true;
	case COND_IN:
		return read_ranges(k, cond);
	case COND_AT:
		return read_times(k, cond);
	case COND_IS:
	case COND_IS_NOT:
	case COND_EQ:
	case COND_NE:
	case COND_LT:
	case COND_LE:
	case COND_GT:
	case COND_GE:
	case COND_CONTAINS:
		return read_values(k, cond);
	case COND_MATCH:
		return read_values(k, cond) &&
		       check_regex(k, cond, &k->toks[from]);
	case COND_AND:
	case COND_OR:
		break;
	}
	return false;
}

/* Repeats are times: only "at" reads them; all else reads one value. */
static bool check_kind(struct cursor *k, const struct cond *cond,
		       const struct token *path)
{
	bool repeats = cond->path.what == PATH_REPEATS;

	if (repeats == (cond->kind == COND_AT))
		return true;
	say(k->c, CODE(BAD_CONDITION), path,
	    repeats ? "repeats are times: repeats at T1 3T1 tolerance "
		      "20%%, or repeats.count"
		    : "only repeats are compared by \"at\"");
	return false;
}

static struct cond *read_expr(struct cursor *k)
{
	struct cond *cond = new_cond(k, COND_PRESENT);
	struct token *t = cursor_peek(k);
	unsigned operand;

	if (!path_read(k, "a condition", &cond->path) || !read_sign(k, cond))
		return NULL;
	operand = k->i;
	if (!read_operand(k, cond) || !check_kind(k, cond, t) ||
	    !cond_check_types(k, cond, &k->toks[operand]))
		return NULL;
	cond->at = loc_join(t->at, k->toks[k->i - 1].at);
	return cond;
}

static struct cond *join(struct cursor *k, enum cond_kind kind,
			 struct cond *left, struct cond *right)
{
	struct cond *cond;

	if (!left || !right)
		return NULL;
	cond = new_cond(k, kind);
	cond->left = left;
	cond->right = right;
	cond->at = loc_join(left->at, right->at);
	return cond;
}

static struct cond *read_and(struct cursor *k, unsigned *terms)
{
	struct cond *cond = read_expr(k);

	while (cond && ++*terms < TERMS_MAX && cursor_word(k, "and"))
		cond = join(k, COND_AND, cond, read_expr(k));
	return cond;
}

/* NULL where something was wrong and said; the rest of the line is lost. */
struct cond *cond_parse(struct cursor *k)
{
	unsigned terms = 0;
	struct cond *cond = read_and(k, &terms);

	while (cond && terms < TERMS_MAX && cursor_word(k, "or"))
		cond = join(k, COND_OR, cond, read_and(k, &terms));
	if (cond && terms >= TERMS_MAX) {
		say_at(k->c, CODE(TOO_LONG), k->at,
		       "a condition has at most %d terms", TERMS_MAX);
		cond = NULL;
	}
	if (!cond)
		k->i = k->n;
	return cond;
}

bool cond_is_labelled(const struct cursor *k)
{
	bool path = true;

	for (unsigned i = k->i; i < k->n; i++) {
		const struct token *t = &k->toks[i];

		if (path && !path_is_labelled(t->text))
			return false;
		path = token_is(t, "and") || token_is(t, "or");
	}
	return k->i < k->n;
}
