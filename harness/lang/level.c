/* SPDX-License-Identifier: MIT */
/* How much a broken line counts: the weaker of its word and of its ids (rule
 * 15). */
#include "lang/compile.h"

enum { PRACTICE_LEN = sizeof("practice-") - 1 };

static bool is_practice(struct str id)
{
	return str_starts(id, "practice-") && id.len > PRACTICE_LEN;
}

static const struct requirement *find(const struct compiler *c, struct str id)
{
	return c->env->catalogue ? catalogue_find(c->env->catalogue, id) : NULL;
}

/* The names behind "practice-", or the other ids. */
static struct str nearest(struct compiler *c, struct str id)
{
	const struct catalogue *cat = c->env->catalogue;
	struct str *list = ARENA_ARRAY(c->a, struct str, cat->n + 1);
	bool practice = is_practice(id);
	size_t n = 0;

	for (size_t i = 0; i < cat->n; i++)
		if (is_practice(cat->list[i].id) == practice)
			list[n++] = str_tail(cat->list[i].id,
					     practice ? PRACTICE_LEN : 0);
	return diag_nearest(str_tail(id, practice ? PRACTICE_LEN : 0), list, n);
}

/* An author may have rules of practice of their own; one that is nearly one of
 * the catalogue is a slip, and the catalogue's own scenarios have no others. */
static void unknown_practice(struct compiler *c, const struct token *tok)
{
	struct str near = nearest(c, tok->text);

	if (near.len)
		near = arena_strf(c->a, "practice-" STR_F, STR_A(near));
	if (near.len || c->of_root)
		say(c, CODE(UNKNOWN_PRACTICE), tok,
		    "the catalogue has no sentence for \"" STR_F "\"%s",
		    STR_A(tok->text), say_nearest(c, near));
}

static void unknown_id(struct compiler *c, const struct token *tok)
{
	const struct catalogue *cat = c->env->catalogue;

	if (!cat || !cat->n)
		return; /* nothing to look it up in */
	if (is_practice(tok->text))
		unknown_practice(c, tok);
	else
		say(c, CODE(UNKNOWN_ID), tok,
		    "the catalogue has no rule \"" STR_F "\"%s",
		    STR_A(tok->text), say_nearest(c, nearest(c, tok->text)));
}

/* In the run's edition, if that has it. Of practice, or of no catalogue: a
 * MUST, always. */
static bool id_level(const struct compiler *c, struct str id, enum level *ret)
{
	const struct requirement *r = find(c, id);
	bool in_force = true;

	*ret = LEVEL_MUST;
	if (r)
		*ret = requirement_level(r, c->prog->edition, &in_force);
	return in_force;
}

static void add_id(struct compiler *c, struct rules *rules, struct str id)
{
	unsigned nlevels = rules->nlive;
	enum level level;

	*ARENA_PUSH(c->a, rules->ids, rules->n) = id;
	if (!id_level(c, id, &level))
		return;
	*ARENA_PUSH(c->a, rules->live, rules->nlive) = id;
	*ARENA_PUSH(c->a, rules->levels, nlevels) = level;
}

bool level_rules(struct cursor *k, struct rules *ret)
{
	struct token *t;

	if (!cursor_kind(k, TOK_LBRACK))
		return true;
	while ((t = cursor_peek(k)) && t->kind == TOK_WORD) {
		k->i++;
		if (!ret->n)
			k->ids = t->at;
		if (!find(k->c, t->text))
			unknown_id(k->c, t);
		add_id(k->c, ret, t->text);
	}
	if (cursor_kind(k, TOK_RBRACK))
		return true;
	say_at(k->c, CODE(EXPECTED), cursor_loc(k),
	       "\"]\" is missing behind the ids");
	return false;
}

static enum level word_level(enum word word)
{
	switch (word) {
	case WORD_NONE:
	case WORD_MUST:
	case WORD_MUST_NOT:
		return LEVEL_MUST;
	case WORD_SHOULD:
	case WORD_SHOULD_NOT:
		return LEVEL_SHOULD;
	case WORD_MAY:
		break;
	}
	return LEVEL_NOTE;
}

enum level level_of(struct compiler *c, enum word word,
		    const struct rules *rules)
{
	enum level said = word_level(word), ids = LEVEL_NOTE, one;

	if (!rules->n)
		return said;
	for (unsigned i = 0; i < rules->n; i++)
		if (id_level(c, rules->ids[i], &one) && one > ids)
			ids = one;
	return said < ids ? said : ids;
}

/* The strongest that any edition gives it. */
static enum level strongest(const struct compiler *c, struct str id)
{
	const struct requirement *r = find(c, id);
	enum level best = LEVEL_NOTE;

	if (!r)
		return LEVEL_MUST;
	best = r->level;
	for (unsigned i = 0; i < r->nlevels; i++)
		if (r->in_force[i] && r->levels[i] > best)
			best = r->levels[i];
	return best;
}

static const char *level_word(enum level level)
{
	static const char *const words[] = {
		[LEVEL_NOTE] = "MAY",
		[LEVEL_SHOULD] = "SHOULD",
		[LEVEL_MUST] = "MUST",
	};

	return words[level];
}

const char *level_written(enum word word)
{
	static const char *const words[] = {
		[WORD_NONE] = "",
		[WORD_MUST] = "must",
		[WORD_MUST_NOT] = "must not",
		[WORD_SHOULD] = "should",
		[WORD_SHOULD_NOT] = "should not",
		[WORD_MAY] = "may",
	};

	return words[word];
}

static struct str level_text(struct compiler *c, enum word word,
			     const struct rules *rules, enum level best)
{
	return arena_strf(c->a,
			  "\"%s\" is stronger than " STR_F
			  ", which the catalogue lists as %s.",
			  level_written(word), STR_A(rules->ids[0]),
			  level_word(best));
}

static void say_level(struct compiler *c, struct loc at, struct str text)
{
	say_at(c, CODE(LEVEL), at, STR_F, STR_A(text));
}

/* Ids of a column may be weaker in one row by right: all rows must agree. */
static void note_level(struct compiler *c, enum word word,
		       const struct rules *rules, struct loc at,
		       enum level best)
{
	bool right = word_level(word) <= best;
	struct doubt *d = NULL;

	if (c->ghost)
		return;
	for (size_t i = 0; i < c->ndoubts; i++)
		if (c->doubts[i].line.src == c->line.src &&
		    c->doubts[i].line.off == c->line.off)
			d = &c->doubts[i];
	if (!d) {
		d = ARENA_PUSH(c->a, c->doubts, c->ndoubts);
		*d = (struct doubt){ .line = c->line, .at = at };
		d->text = level_text(c, word, rules, best);
	}
	d->right |= right;
}

void level_end(struct compiler *c)
{
	for (size_t i = 0; i < c->ndoubts; i++)
		if (!c->doubts[i].right)
			say_level(c, c->doubts[i].at, c->doubts[i].text);
}

static bool is_must(enum word word)
{
	return word == WORD_MUST || word == WORD_MUST_NOT;
}

static void check_strength(struct compiler *c, enum word word,
			   const struct rules *rules, struct loc at)
{
	enum level best = LEVEL_NOTE;

	for (unsigned i = 0; i < rules->n; i++) {
		enum level one = strongest(c, rules->ids[i]);

		best = one > best ? one : best;
	}
	if (c->of_row)
		note_level(c, word, rules, at, best);
	else if (word_level(word) > best)
		say_level(c, at, level_text(c, word, rules, best));
}

/* Warns where a must names no rule (at line), and where the word is stronger
 * than its ids (at ids) are in every edition. */
void level_check(struct compiler *c, enum word word, const struct rules *rules,
		 struct loc line, struct loc ids)
{
	if (c->ds->errors > c->line_errors)
		return; /* one trouble a line */
	if (rules->n && word != WORD_NONE && word != WORD_MAY)
		check_strength(c, word, rules, ids);
	else if (!rules->n && is_must(word))
		say_at(c, CODE(NO_ID), line,
		       "this \"%s\" names no rule: add [id] behind it, or "
		       "[practice-...]",
		       level_written(word));
}
