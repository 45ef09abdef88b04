/* SPDX-License-Identifier: MIT */
/* Blocks: when, either, any order, repeat, and flows. */
#include "lang/compile.h"

static void ghost_nodes(struct compiler *c, const struct nodes *nodes)
{
	struct block junk = { .owner = NULL };
	struct block *block = c->block;
	struct op *op = c->op;
	bool ghost = c->ghost;

	c->ghost = true;
	c->block = &junk;
	block_nodes(c, nodes);
	c->ghost = ghost;
	c->block = block;
	c->op = op;
}

/* ---- when ---- */

/* "when x=y", "or when x=y", "else" */
static bool part_holds(struct compiler *c, const struct part *part)
{
	struct cursor k;

	c->expanded = c->of_row = false;
	if (!step_cursor(c, &part->head, &k))
		return false;
	if (cursor_word(&k, "else")) {
		cursor_finish(&k);
		return true;
	}
	cursor_word(&k, "or");
	cursor_word(&k, "when");
	return fact_holds(&k);
}

/* All that this part asks for has been asked above: it is never taken. */
static bool asked_above(const struct node *node, size_t n)
{
	const struct text_line *mine = &node->parts[n].head;
	struct str name, values, one, other, others;
	struct str fact = mine->toks[mine->n - 1].text;

	if (!str_cut(fact, '=', &name, &values))
		return false;
	while (values.len) {
		bool hit = false;

		str_cut(values, '|', &one, &values);
		for (size_t i = 0; i < n; i++) {
			const struct text_line *l = &node->parts[i].head;

			if (str_cut(l->toks[l->n - 1].text, '=', &other,
				    &others) &&
			    str_eq(other, name))
				hit |= claims_one_of(one, others);
		}
		if (!hit)
			return false;
	}
	return true;
}

/* A column has no other values than those of its rows. */
static bool asked_all(struct compiler *c, const struct node *node, size_t n)
{
	const struct text_line *first = &node->parts[0].head;
	struct str name, other, values;
	size_t nrows;
	const struct str *rows;

	str_cut(first->toks[first->n - 1].text, '=', &name, &values);
	rows = fact_row_values(c, name, &nrows);
	for (size_t r = 0; rows && r < nrows; r++) {
		bool hit = false;

		for (size_t i = 0; i < n && !hit; i++) {
			const struct text_line *l = &node->parts[i].head;

			hit = str_cut(l->toks[l->n - 1].text, '=', &other,
				      &values) &&
			      str_eq(other, name) &&
			      claims_one_of(rows[r], values);
		}
		if (!hit)
			return false;
	}
	return rows && nrows;
}

static void block_when(struct compiler *c, const struct node *node)
{
	bool decided = false;

	for (size_t i = 0; i < node->nparts; i++) {
		const struct part *part = &node->parts[i];
		bool holds = part_holds(c, part) && !decided;

		if (i + 1 < node->nparts && line_begins(&part->head, "else"))
			say_at(c, CODE(ELSE_NOT_LAST), part->head.at,
			       "\"else\" is the last part of a \"when\"");
		if (i && (asked_above(node, i) || asked_all(c, node, i)))
			say_at(c, CODE(UNREACHABLE), part->head.at,
			       "a part above takes every case of this one");
		if (holds)
			block_nodes(c, &part->body);
		else
			ghost_nodes(c, &part->body);
		decided |= holds;
	}
}

/* ---- branches of an either ---- */

static void read_verdict(struct cursor *k, struct block *b)
{
	static const struct str words[] = {
		{ "info", 4 },          { "warn", 4 }, { "fail", 4 },
		{ "inconclusive", 12 }, { "skip", 4 },
	};
	struct token *t;

	if (!cursor_word(k, "verdict"))
		return;
	t = cursor_need(k, "info, warn, fail, inconclusive or skip");
	if (!t)
		return;
	b->verdict = t->text;
	for (size_t i = 0; i < 5; i++)
		if (str_eq(words[i], t->text))
			return;
	say(k->c, CODE(UNKNOWN_WORD), t,
	    "a verdict is info, warn, fail, inconclusive or skip%s",
	    say_nearest(k->c, diag_nearest(t->text, words, 5)));
}

/* "either "title" verdict info", "or after 2s "title"" */
static void read_branch(struct compiler *c, const struct part *part,
			struct block *b)
{
	struct cursor k;
	struct token *t;

	b->at = part->head.at;
	c->expanded = c->of_row = false;
	if (!step_cursor(c, &part->head, &k))
		return;
	cursor_take(&k);
	if (cursor_sees(&k, "after")) {
		if (line_begins(&part->head, "either"))
			say_at(c, CODE(BAD_BRANCH), part->head.at,
			       "the branch of silence is written last: "
			       "or after 2s");
		cursor_take(&k);
		b->has_after = cursor_time(&k, &b->after);
	}
	t = cursor_peek(&k);
	if (t && t->kind == TOK_STRING)
		b->title = cursor_take(&k)->text;
	read_verdict(&k, b);
	cursor_finish(&k);
}

static struct op *branching(struct compiler *c, enum op_kind kind,
			    const struct node *node, struct block **ret)
{
	struct op *op = step_new(c, kind, node->parts[0].head.at);

	op->arrow = kind == OP_EITHER ? STR("either") : STR("any order");
	*ret = ARENA_ARRAY(c->a, struct block, node->nparts);
	for (size_t i = 0; i < node->nparts; i++)
		(*ret)[i].owner = op;
	return op;
}

static void fill(struct compiler *c, struct op *op, struct block *b,
		 const struct nodes *nodes)
{
	struct block *outer = c->block;

	c->block = b;
	block_nodes(c, nodes);
	c->block = outer;
	c->op = op;
}

/* Does it wait for what stands above, as a send does? */
bool lint_sends(const struct op *op)
{
	switch (op->kind) {
	case OP_SEND:
	case OP_JOIN:
	case OP_WAIT:
	case OP_TRIGGER:
	case OP_WIRE:
	case OP_MARK:
		return true;
	case OP_EITHER:
		return op->either.sends;
	case OP_ANY:
		return op->any.sends;
	case OP_EXPECT:
	case OP_WATCH:
	case OP_GUARD:
	case OP_CHECK:
	case OP_LET:
		break;
	}
	return false;
}

static bool any_sends(const struct block *blocks, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		for (size_t j = 0; j < blocks[i].n; j++)
			if (lint_sends(blocks[i].ops[j]))
				return true;
	return false;
}

static void block_either(struct compiler *c, const struct node *node)
{
	struct block *branches;
	struct op *op = branching(c, OP_EITHER, node, &branches);

	op->either.branches = branches;
	op->either.n = (unsigned)node->nparts;
	for (size_t i = 0; i < node->nparts; i++) {
		read_branch(c, &node->parts[i], &branches[i]);
		if (branches[i].has_after && i + 1 < node->nparts)
			say_at(c, CODE(BAD_BRANCH), branches[i].at,
			       "\"or after\" is the last branch");
		fill(c, op, &branches[i], &node->parts[i].body);
	}
	op->either.sends = any_sends(branches, op->either.n);
}

static void block_any(struct compiler *c, const struct node *node)
{
	const struct text_line *head = &node->parts[0].head;
	struct block *strands;
	struct op *op = branching(c, OP_ANY, node, &strands);

	if (head->n != 2 || !token_is(&head->toks[1], "order"))
		say_at(c, CODE(BAD_BLOCK), head->at,
		       "strands are opened by \"any order\"");
	op->any.strands = strands;
	op->any.n = (unsigned)node->nparts;
	for (size_t i = 0; i < node->nparts; i++) {
		strands[i].at = node->parts[i].head.at;
		fill(c, op, &strands[i], &node->parts[i].body);
	}
	op->any.sends = any_sends(strands, op->any.n);
}

/* ---- repeat ---- */

static void block_repeat(struct compiler *c, const struct node *node)
{
	const struct part *part = &node->parts[0];
	unsigned n = 0;
	struct cursor k;

	c->expanded = c->of_row = false;
	if (!step_cursor(c, &part->head, &k))
		return;
	cursor_take(&k);
	if (!cursor_number(&k, "how often", REPEAT_MAX, &n))
		return;
	cursor_finish(&k);
	if (!n && !c->expanded)
		say_at(c, CODE(UNREACHABLE), part->head.at,
		       "what is repeated 0 times is never played");
	if (!n || c->ghost)
		ghost_nodes(c, &part->body);
	for (unsigned i = 0; i < n && !c->ghost && step_tick(c); i++) {
		block_nodes(c, &part->body);
		if (c->ds->errors > c->errors_before)
			break; /* nothing new would be said */
	}
}

/* ---- flows ---- */

static const struct flow *flow_in(const struct tree *tree, struct str name)
{
	for (size_t i = 0; tree && i < tree->nflows; i++)
		if (str_eq(tree->flows[i].name, name))
			return &tree->flows[i];
	return NULL;
}

static const struct flow *find_flow(struct compiler *c, struct str name)
{
	const struct flow *f = flow_in(c->tree, name);

	for (size_t i = 0; !f && i < c->nlibs; i++)
		f = flow_in(c->libs[i], name);
	return f;
}

static void mark_done(struct tree *tree, struct str name)
{
	for (size_t i = 0; i < tree->nflows; i++)
		tree->flows[i].done |= str_eq(tree->flows[i].name, name);
}

static void list_flows(const struct tree *tree, struct str *list, size_t *n)
{
	for (size_t i = 0; i < tree->nflows && *n < LABELS_MAX; i++)
		list[(*n)++] = tree->flows[i].name;
}

static void unknown_flow(struct compiler *c, const struct token *tok)
{
	struct str *list = ARENA_ARRAY(c->a, struct str, LABELS_MAX);
	size_t n = 0;

	list_flows(c->tree, list, &n);
	for (size_t i = 0; i < c->nlibs; i++)
		list_flows(c->libs[i], list, &n);
	say(c, CODE(UNKNOWN_FLOW), tok, "no flow called \"" STR_F "\"%s%s",
	    STR_A(tok->text),
	    c->nlibs || c->tree->nflows ? "" : "; is a \"use\" missing?",
	    say_nearest(c, diag_nearest(tok->text, list, n)));
}

static bool read_args(struct cursor *k, struct token **args, unsigned *n)
{
	struct token *t;

	*args = NULL;
	*n = 0;
	if (!cursor_kind(k, TOK_LPAREN))
		return false;
	while ((t = cursor_peek(k)) && t->kind <= TOK_STRING) {
		k->i++;
		*ARENA_PUSH(k->c->a, *args, *n) = expand_name(k->c, *t);
		if (!cursor_kind(k, TOK_COMMA))
			break;
	}
	return cursor_kind(k, TOK_RPAREN) && k->i == k->n;
}

static bool may_enter(struct compiler *c, const struct flow *flow,
		      const struct token *name)
{
	for (const struct scope *s = c->scope; s; s = s->up) {
		if (s->flow != flow)
			continue;
		say(c, CODE(FLOW_LOOP), name,
		    "the flow \"" STR_F "\" does itself", STR_A(flow->name));
		return false;
	}
	if (c->depth < DO_DEPTH_MAX)
		return true;
	say(c, CODE(TOO_DEEP), name, "flows are nested more than %d deep",
	    DO_DEPTH_MAX);
	return false;
}

static void enter(struct compiler *c, const struct flow *flow,
		  const struct token *args, struct loc at)
{
	struct scope *s = ARENA_NEW(c->a, struct scope);

	*s = (struct scope){ flow, args, c->scope, at };
	c->scope = s;
	c->depth++;
	block_nodes(c, &flow->body);
	c->depth--;
	c->scope = s->up;
}

void block_do(struct cursor *k)
{
	struct token *name = cursor_need(k, "the name of a flow"), *args;
	const struct flow *flow;
	unsigned n;

	if (!name)
		return;
	flow = find_flow(k->c, name->text);
	mark_done(k->c->tree, name->text);
	if (!flow) {
		unknown_flow(k->c, name);
	} else if (!read_args(k, &args, &n)) {
		say_at(k->c, CODE(BAD_DO), k->at,
		       "a flow is done: do " STR_F "(arguments)",
		       STR_A(flow->name));
	} else if (n != flow->nparams) {
		if (say_at(k->c, CODE(BAD_DO), k->at,
			   "\"" STR_F "\" takes %u arguments, not %u",
			   STR_A(flow->name), flow->nparams, n))
			diag_note(k->c->ds, flow->at, "the flow");
	} else if (may_enter(k->c, flow, name)) {
		enter(k->c, flow, args, k->at);
	}
}

/* ---- all ---- */

void block_node(struct compiler *c, const struct node *node)
{
	switch (node->kind) {
	case NODE_WHEN:
		block_when(c, node);
		break;
	case NODE_EITHER:
		block_either(c, node);
		break;
	case NODE_ANY:
		block_any(c, node);
		break;
	case NODE_REPEAT:
		block_repeat(c, node);
		break;
	case NODE_LINE:
		break; /* step_line */
	}
}

void block_nodes(struct compiler *c, const struct nodes *nodes)
{
	size_t i = 0;

	while (i < nodes->n && step_tick(c)) {
		if (nodes->list[i]->kind == NODE_LINE)
			step_line(c, nodes, &i);
		else
			block_node(c, nodes->list[i++]);
	}
}
