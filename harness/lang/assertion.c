/* SPDX-License-Identifier: MIT */
/* Checks, notes and lets, under a line or alone. */
#include "lang/compile.h"

static enum word take_severity(struct cursor *k)
{
	bool must = cursor_sees(k, "must");

	if (!must && !cursor_sees(k, "should"))
		return cursor_word(k, "may") ? WORD_MAY : WORD_NONE;
	cursor_take(k);
	if (cursor_word(k, "not"))
		return must ? WORD_MUST_NOT : WORD_SHOULD_NOT;
	return must ? WORD_MUST : WORD_SHOULD;
}

static enum path_pick take_pick(struct cursor *k)
{
	if (cursor_word(k, "first"))
		return PICK_FIRST;
	return cursor_word(k, "last") ? PICK_LAST : PICK_PLAIN;
}

/* "note path" is recorded as it is; "note condition" with its outcome. */
static void read_note(struct cursor *k, struct check *ret)
{
	struct token *next = cursor_ahead(k, path_length(k));

	ret->note = true;
	ret->word = WORD_MAY;
	if (next && next->kind != TOK_LBRACK) {
		ret->cond = cond_parse(k);
		return;
	}
	path_read(k, "a field", &ret->path);
}

static void read_judged(struct cursor *k, struct check *ret)
{
	struct token *t;

	ret->word = take_severity(k);
	if (ret->word == WORD_NONE) {
		say_at(k->c, CODE(EXPECTED), cursor_loc(k),
		       "must, should or may is missing here");
		k->i = k->n;
		return;
	}
	ret->negated =
		ret->word == WORD_MUST_NOT || ret->word == WORD_SHOULD_NOT;
	ret->cond = cond_parse(k);
	if (!cursor_word(k, "after"))
		return;
	t = cursor_need(k, "a label");
	if (t)
		ret->after = names_use_label(k->c, t);
}

void assertion_parse(struct cursor *k, struct check *ret)
{
	ret->at = k->at;
	k->c->by_edition = NULL;
	ret->pick = take_pick(k);
	if (cursor_word(k, "note"))
		read_note(k, ret);
	else
		read_judged(k, ret);
	ret->by_edition = k->c->by_edition;
	level_rules(k, &ret->rules);
	cursor_finish(k);
	ret->level =
		ret->note ? LEVEL_NOTE : level_of(k->c, ret->word, &ret->rules);
	if (!ret->note)
		level_check(k->c, ret->word, &ret->rules, k->at, k->ids);
}

/* "let name = path": a name of its own, read by {name}. */
void assertion_let(struct cursor *k, struct let *ret)
{
	struct token *name = cursor_need(k, "a name");

	if (!name)
		return;
	if (!cursor_word(k, "=")) {
		say_at(k->c, CODE(EXPECTED), cursor_loc(k),
		       "a let is written: let name = path");
		return;
	}
	ret->name = name->text;
	ret->into = names_make_let(k->c, name);
	path_read(k, "a path", &ret->path);
	cursor_finish(k);
}

static bool speaks_alone(struct cursor *k)
{
	struct cursor rest = *k;
	struct token *next;

	cursor_take(&rest);
	next = cursor_peek(&rest);
	if (next && token_is(next, "not"))
		rest.i++;
	if (cond_is_labelled(&rest))
		return true;
	say_at(k->c, CODE(CHECK_ALONE), k->at,
	       "a check that stands alone begins each path with a label: "
	       "must F2.status is 200");
	return false;
}

void assertion_line(struct cursor *k)
{
	struct op *op;

	if (!speaks_alone(k))
		return;
	op = step_new(k->c, OP_CHECK, k->at);
	k->c->strict = STRICT_BRANCH; /* what has not happened fails */
	assertion_parse(k, &op->check);
	k->c->strict = STRICT_NONE;
	op->word = op->check.word;
	op->level = op->check.level;
	op->rules = op->check.rules;
	op->by_edition = op->check.by_edition;
}
