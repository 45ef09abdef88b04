/* SPDX-License-Identifier: MIT */
/* One line -> one op. Which line it is, and the steps that are no arrows. */
#include "lang/compile.h"

bool step_tick(struct compiler *c)
{
	if (c->stopped)
		return false;
	if (c->steps++ < STEPS_MAX)
		return true;
	c->stopped = true;
	say_at(c, CODE(TOO_MANY_STEPS),
	       c->op ? c->op->at : (struct loc){ c->tree->src, 0, 0 },
	       "rows, repeats and flows make more than %d lines of this",
	       STEPS_MAX);
	return false;
}

/* ---- ops ---- */

static void keep(struct compiler *c, struct op *op)
{
	struct block *b = c->block;

	if (c->prog->nops >= OPS_MAX) {
		if (!c->stopped)
			say_at(c, CODE(TOO_MANY_STEPS), op->at,
			       "one run has more than %d steps", OPS_MAX);
		c->stopped = true;
		return;
	}
	op->id = c->prog->nops;
	*ARENA_PUSH(c->a, c->prog->ops, c->prog->nops) = op;
	op->place = b->n;
	*ARENA_PUSH(c->a, b->ops, b->n) = op;
}

static struct loc outermost_do(const struct scope *s)
{
	while (s && s->up)
		s = s->up;
	return s ? s->at : (struct loc){ 0 };
}

/* Never NULL. A ghost's op belongs to no program. */
struct op *step_new(struct compiler *c, enum op_kind kind, struct loc at)
{
	struct op *op = ARENA_NEW(c->a, struct op);

	op->kind = kind;
	op->phase = c->phase;
	op->in = c->block;
	op->at = at;
	op->used = outermost_do(c->scope);
	op->min = op->max = 1;
	op->level = LEVEL_MUST;
	if (!c->ghost)
		keep(c, op);
	c->op = op;
	c->by_edition = NULL;
	return op;
}

/* The line in short, for reports. */
static void set_text(struct op *op, struct cursor *k)
{
	struct arrow x = { .c = k->c };
	unsigned n = 0;

	while (n < k->n && k->toks[n].kind != TOK_LBRACK)
		n++;
	arrow_add_text(&x, k->toks, n);
	op->arrow = arena_str(k->c->a, buf_str(&x.text));
	buf_free(&x.text);
}

/* ---- steps ---- */

static void step_do(struct cursor *k)
{
	block_do(k);
}

static void step_join(struct cursor *k)
{
	struct op *op = step_new(k->c, OP_JOIN, k->at);
	struct token *t = cursor_need(k, "the label of a watch");

	if (!t)
		return;
	op->join.label = names_need_label(k->c, t);
	if (cursor_word(k, "within"))
		op->join.within.set = cursor_time(k, &op->join.within.hi);
	cursor_finish(k);
	set_text(op, k);
}

static void step_wait(struct cursor *k)
{
	struct op *op = step_new(k->c, OP_WAIT, k->at);
	struct token *t = cursor_need(k, "a time (250ms, 4s, 2T1)");
	ptrdiff_t dots;
	bool ok;

	if (!t)
		return;
	dots = str_find(t->text, STR(".."));
	ok = cursor_parse_time(
		k->c, dots < 0 ? t->text : str_sub(t->text, 0, (size_t)dots),
		&op->wait.lo);
	op->wait.hi = op->wait.lo;
	if (ok && dots >= 0)
		ok = cursor_parse_time(k->c,
				       str_tail(t->text, (size_t)dots + 2),
				       &op->wait.hi);
	if (!ok || op->wait.hi < op->wait.lo)
		say(k->c, CODE(BAD_TIME), t,
		    "\"" STR_F "\" is no time; write 250ms, 4s, 64T1 or "
		    "1s..2s",
		    STR_A(t->text));
	cursor_finish(k);
	set_text(op, k);
}

static void step_trigger(struct cursor *k)
{
	struct op *op = step_new(k->c, OP_TRIGGER, k->at);
	struct token *t = cursor_need(k, "the name of the trigger");

	if (!t)
		return;
	op->trigger.name = t->text;
	while ((t = cursor_peek(k)) && t->kind <= TOK_HEREDOC) {
		struct tmpl *arg = ARENA_PUSH(k->c->a, op->trigger.args,
					      op->trigger.nargs);

		k->i++;
		literal_note(k->c, t, t->text);
		value_template(k->c, t, arg);
	}
	cursor_finish(k);
	set_text(op, k);
}

static void step_wire(struct cursor *k)
{
	static const char *const modes[] = { "refuse", "stall", "reset",
					     "close", "open" };
	struct op *op = step_new(k->c, OP_WIRE, k->at);
	struct token *t = cursor_need(k, "a party");
	bool known = false;

	if (!t)
		return;
	op->party = names_party(k->c, t);
	t = cursor_need(k, "refuse, stall, reset, close or open");
	if (!t)
		return;
	for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++)
		known |= token_is(t, modes[i]);
	if (!known)
		say(k->c, CODE(UNKNOWN_WORD), t,
		    "a wire can refuse, stall, reset, close or open");
	op->wire.mode = t->text;
	cursor_finish(k);
	set_text(op, k);
}

static void step_let(struct cursor *k)
{
	struct op *op = step_new(k->c, OP_LET, k->at);

	assertion_let(k, &op->let);
	set_text(op, k);
}

static void step_check(struct cursor *k)
{
	struct op *before = k->c->op;

	k->i--; /* the severity belongs to the check */
	assertion_line(k);
	if (k->c->op != before)
		set_text(k->c->op, k);
}

/* "F8 --" or "--" */
static bool is_mark(const struct cursor *k)
{
	return (k->n == 1 && token_is(&k->toks[0], "--")) ||
	       (k->n == 2 && token_is(&k->toks[1], "--"));
}

static void step_mark(struct cursor *k)
{
	struct op *op = step_new(k->c, OP_MARK, k->at);

	if (k->n == 2)
		op->label = names_make_label(k->c, &k->toks[0]);
	set_text(op, k);
}

/* ---- which one? ---- */

static const struct step {
	const char *word;
	void (*read)(struct cursor *k);
} steps[] = {
#define STEP(word, function, syntax, meaning) { word, step_##function },
#include "lang/steps.def"
#undef STEP
};

enum { NSTEPS = sizeof(steps) / sizeof(*steps) };

static bool has_arrow(const struct cursor *k)
{
	for (unsigned i = 0; i < k->n; i++)
		if (k->toks[i].kind == TOK_ARROW)
			return true;
	return false;
}

/* "must not a -> b", "should not a -> b" */
static bool is_guard(struct cursor *k, enum word *ret)
{
	struct token *next = cursor_ahead(k, 1);

	if (!next || !token_is(next, "not"))
		return false;
	*ret = cursor_sees(k, "must") ? WORD_MUST_NOT : WORD_SHOULD_NOT;
	return cursor_sees(k, "must") || cursor_sees(k, "should");
}

static void arrows(struct cursor *k, const struct nodes *nodes, size_t *i)
{
	enum word word;

	if (!is_guard(k, &word)) {
		arrow_line(k, nodes, i);
		return;
	}
	k->i += 2;
	arrow_guard(k, word);
}

static void unknown(struct cursor *k)
{
	struct token *t = cursor_peek(k);
	struct str words[NSTEPS + 6] = { STR("watch"),  STR("either"),
					 STR("when"),   STR("any"),
					 STR("repeat"), STR("end") };

	for (size_t i = 0; i < NSTEPS; i++)
		words[6 + i] = str_from(steps[i].word);
	if (cursor_sees(k, "body") || cursor_sees(k, "first") ||
	    cursor_sees(k, "last")) {
		say(k->c, CODE(NO_ARROW_ABOVE), t,
		    "this belongs under an arrow, and none stands above");
		return;
	}
	say(k->c, CODE(UNKNOWN_STEP), t, "I cannot read this line%s",
	    say_nearest(k->c, diag_nearest(t->text, words, NSTEPS + 6)));
}

static void plain(struct cursor *k)
{
	for (size_t i = 0; i < NSTEPS; i++)
		if (cursor_word(k, steps[i].word)) {
			steps[i].read(k);
			return;
		}
	if (is_mark(k))
		step_mark(k);
	else
		unknown(k);
}

/* False: the line has no tokens left, or a ceiling was hit. */
bool step_cursor(struct compiler *c, const struct text_line *line,
		 struct cursor *ret)
{
	c->line_errors = c->ds->errors;
	c->line = line->at;
	*ret = (struct cursor){ .c = c, .at = line->at };
	if (c->stopped)
		return false;
	ret->toks = expand_tokens(c, line->toks, line->n, &ret->n);
	return ret->n > 0;
}

/* The line nodes->list[*i] and what belongs under it. */
void step_line(struct compiler *c, const struct nodes *nodes, size_t *i)
{
	const struct text_line *line = &nodes->list[(*i)++]->line;
	struct cursor k;

	c->expanded = c->of_row = false;
	if (line->row) {
		say_at(c, CODE(NO_ARROW_ABOVE), line->at,
		       "header lines stand under an arrow");
		return;
	}
	if (!step_cursor(c, line, &k))
		return;
	if (has_arrow(&k))
		arrows(&k, nodes, i);
	else
		plain(&k);
}
