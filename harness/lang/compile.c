/* SPDX-License-Identifier: MIT */
/* Blocks of lines into blocks of ops: flows, choices, strands, repeats. */
#include "lang/compile.h"

#include <assert.h>

/* ---- finding ends
 * ------------------------------------------------------------- */

static bool opens_block(const struct text_line *l)
{
	static const char *const words[] = { "either", "repeat", "when" };

	if (l->n >= 2 && str_is(l->words[0].text, "any") &&
	    str_is(l->words[1].text, "order"))
		return true;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (str_is(l->words[0].text, words[i]))
			return true;
	return false;
}

/* The line of the next separator or "end" of the block that began above. */
static size_t next_part(struct compiler *c, const struct lines *f, size_t at,
			size_t last, const char *separator)
{
	unsigned depth = 0;

	for (size_t i = at; i < last; i++) {
		const struct text_line *l = &f->list[i];
		struct str first = l->words[0].text;

		if (opens_block(l)) {
			depth++;
		} else if (str_is(first, "end")) {
			if (!depth)
				return i;
			depth--;
		} else if (!depth && (str_is(first, separator) ||
				      str_is(first, "else"))) {
			return i;
		}
	}
	diag_add(c->ds, DIAG_ERROR, "missing-end", f->list[at - 1].at,
		 "no \"end\" closes this block");
	return last;
}

static struct block *new_parts(struct compiler *c, unsigned n)
{
	return ARENA_ARRAY(c->arena, struct block, n ? n : 1);
}

static void add_op(struct compiler *c, struct block *b, struct op *op)
{
	op->in = b;
	op->place = b->n;
	*ARENA_PUSH(c->arena, b->ops, b->n) = op;
}

static bool holds_send(const struct block *b)
{
	for (size_t i = 0; i < b->n; i++) {
		const struct op *op = b->ops[i];

		switch (op->kind) {
		case OP_SEND:
		case OP_JOIN:
		case OP_WAIT:
		case OP_TRIGGER:
		case OP_WIRE:
		case OP_MARK:
			return true;
		case OP_EITHER:
			if (op->either.sends)
				return true;
			break;
		case OP_ANY:
			if (op->any.sends)
				return true;
			break;
		case OP_EXPECT:
		case OP_WATCH:
		case OP_GUARD:
		case OP_CHECK:
		case OP_LET:
			break;
		}
	}
	return false;
}

/* ---- either, any order
 * ----------------------------------------------------------- */

struct range_of_lines {
	const struct lines *file;
	size_t first, last;
	const struct scope *scope;
};

static void branch_head(struct cursor *cu, struct block *b)
{
	struct tok *t;

	cu->at++; /* either, or */
	if (cursor_take(cu, "after")) {
		t = cursor_next(cu, "a time");
		b->has_after = t && expr_time(cu->c, t->text, &b->after);
	}
	if (cursor_more(cu) && cu->toks[cu->at].quoted)
		b->title = cu->toks[cu->at++].text;
	if (cursor_take(cu, "verdict")) {
		t = cursor_next(cu, "info, warn, fail, skip ...");
		b->verdict = t ? t->text : STR_NONE;
	}
	b->at = cu->line;
}

static unsigned count_parts(struct compiler *c, const struct lines *f,
			    size_t at, size_t last, const char *separator)
{
	unsigned n = 0;

	do {
		at = next_part(c, f, at + 1, last, separator);
		n++;
	} while (at < last && !str_is(f->list[at].words[0].text, "end"));
	return n;
}

/* Compiles the parts between `at` and its end; returns the line of the end. */
static size_t parts(struct compiler *c, const struct range_of_lines *r,
		    size_t at, const char *separator, struct op *owner,
		    struct block *list, bool heads)
{
	for (unsigned i = 0;; i++) {
		size_t next = next_part(c, r->file, at + 1, r->last, separator);

		list[i].owner = owner;
		if (heads) {
			struct cursor cu;

			cursor_open(&cu, c, r->scope, &r->file->list[at]);
			branch_head(&cu, &list[i]);
		}
		compile_lines(c, r->file, at + 1, next, r->scope, &list[i]);
		at = next;
		if (at >= r->last ||
		    str_is(r->file->list[at].words[0].text, "end"))
			return at;
	}
}

static size_t either(struct cursor *cu, const struct range_of_lines *r,
		     size_t at, struct block *b)
{
	struct op *op = new_op(cu, OP_EITHER);
	unsigned n = count_parts(cu->c, r->file, at, r->last, "or");

	op->arrow = STR("either");
	op->either.branches = new_parts(cu->c, n);
	op->either.n = n;
	add_op(cu->c, b, op);
	at = parts(cu->c, r, at, "or", op, op->either.branches, true);
	for (unsigned i = 0; i < n; i++)
		op->either.sends |= holds_send(&op->either.branches[i]);
	return at + 1;
}

static size_t any_order(struct cursor *cu, const struct range_of_lines *r,
			size_t at, struct block *b)
{
	struct op *op = new_op(cu, OP_ANY);
	unsigned n = count_parts(cu->c, r->file, at, r->last, "and");

	op->arrow = STR("any order");
	op->any.strands = new_parts(cu->c, n);
	op->any.n = n;
	add_op(cu->c, b, op);
	at = parts(cu->c, r, at, "and", op, op->any.strands, false);
	for (unsigned i = 0; i < n; i++)
		op->any.sends |= holds_send(&op->any.strands[i]);
	return at + 1;
}

/* ---- when (decided now), repeat
 * ------------------------------------------------------ */

static bool holds(struct cursor *cu)
{
	struct tok *t = cursor_next(cu, "a fact such as role=b2bua");
	struct str name, values, one, have;

	if (!t || !str_cut(t->text, '=', &name, &values)) {
		if (t)
			diag_add(cu->c->ds, DIAG_ERROR, "bad-fact", t->at,
				 "a fact is NAME=VALUE");
		return false;
	}
	while (values.len) {
		str_cut(values, '|', &one, &values);
		if (str_is(name, "role")) {
			if (fact_role(cu->c, one))
				return true;
			continue;
		}
		have = fact_value(cu->c, cu->scope, name);
		if (str_eq(have, one))
			return true;
	}
	return false;
}

static size_t when(struct compiler *c, const struct range_of_lines *r,
		   size_t at, struct block *b)
{
	bool done = false;

	for (;;) {
		size_t next = next_part(c, r->file, at + 1, r->last, "or");
		struct cursor cu;
		bool take;

		cursor_open(&cu, c, r->scope, &r->file->list[at]);
		take = cursor_take(&cu, "else");
		if (!take) {
			cursor_take(&cu, "or");
			cursor_take(&cu, "when");
			take = holds(&cu);
		}
		if (take && !done)
			compile_lines(c, r->file, at + 1, next, r->scope, b);
		done |= take;
		at = next;
		if (at >= r->last ||
		    str_is(r->file->list[at].words[0].text, "end"))
			return at + 1;
	}
}

static size_t repeat(struct cursor *cu, const struct range_of_lines *r,
		     size_t at, struct block *b)
{
	size_t end = next_part(cu->c, r->file, at + 1, r->last, "end");
	struct tok *t = cursor_next(cu, "a number");
	uint64_t n = 0;

	if (t && (!str_to_u64(t->text, &n) || n > 1000))
		diag_add(cu->c->ds, DIAG_ERROR, "bad-count", t->at,
			 "repeat takes a number up to 1000");
	else
		for (uint64_t i = 0; i < n && cu->c->nops < OPS_MAX; i++)
			compile_lines(cu->c, r->file, at + 1, end, r->scope, b);
	return end + 1;
}

/* ---- plain steps
 * ---------------------------------------------------------------------------
 */

static void join_line(struct cursor *cu, struct block *b)
{
	struct op *op = new_op(cu, OP_JOIN);
	struct tok *t = cursor_next(cu, "the label of a watch");

	op->arrow = loc_text(cu->line);
	if (t)
		op->join.label = name_label(cu->c, t, false);
	if (cursor_take(cu, "within")) {
		t = cursor_next(cu, "a time");
		op->join.within.set =
			t && expr_time(cu->c, t->text, &op->join.within.hi);
	}
	add_op(cu->c, b, op);
}

static void wait_line(struct cursor *cu, struct block *b)
{
	struct op *op = new_op(cu, OP_WAIT);
	struct tok *t = cursor_next(cu, "a time");
	struct str lo, hi;
	ptrdiff_t dots = t ? str_find(t->text, STR("..")) : -1;

	if (!t)
		return;
	lo = dots < 0 ? t->text : str_sub(t->text, 0, (size_t)dots);
	hi = dots < 0 ? t->text : str_tail(t->text, (size_t)dots + 2);
	if (!expr_time(cu->c, lo, &op->wait.lo) ||
	    !expr_time(cu->c, hi, &op->wait.hi))
		diag_add(cu->c->ds, DIAG_ERROR, "bad-time", t->at,
			 "\"" STR_F "\" is no time: 250ms 4s 2T1",
			 STR_A(t->text));
	op->arrow = loc_text(cu->line);
	add_op(cu->c, b, op);
}

static void trigger_line(struct cursor *cu, struct block *b)
{
	struct op *op = new_op(cu, OP_TRIGGER);
	struct tok *t = cursor_next(cu, "the name of a trigger");

	op->trigger.name = t ? t->text : STR_NONE;
	while (cursor_more(cu)) {
		t = cursor_next(cu, "a value");
		*ARENA_PUSH(cu->c->arena, op->trigger.args, op->trigger.nargs) =
			expr_tmpl(cu->c, t->text, t->at);
	}
	op->arrow = loc_text(cu->line);
	add_op(cu->c, b, op);
}

static void wire_line(struct cursor *cu, struct block *b)
{
	struct op *op = new_op(cu, OP_WIRE);
	struct tok *t = cursor_next(cu, "a party");

	op->party = t ? name_party(cu->c, t->text) : NULL;
	if (t && !op->party)
		diag_add(cu->c->ds, DIAG_ERROR, "unknown-party", t->at,
			 "no party called \"" STR_F "\"", STR_A(t->text));
	t = cursor_next(cu, "refuse, stall, reset, close or open");
	op->wire.mode = t ? t->text : STR_NONE;
	op->arrow = loc_text(cu->line);
	add_op(cu->c, b, op);
}

static void mark_line(struct cursor *cu, struct block *b)
{
	struct op *op = new_op(cu, OP_MARK);

	if (!cursor_is(cu, "--"))
		op->label = name_label(cu->c, &cu->toks[cu->at], true);
	op->arrow = STR("--");
	add_op(cu->c, b, op);
}

static bool is_mark(const struct cursor *cu)
{
	return cursor_is(cu, "--") ||
	       (cu->n == 2 && str_is(cu->toks[1].text, "--"));
}

static bool has_arrow(const struct cursor *cu)
{
	for (unsigned i = 0; i < cu->n && i < 6; i++)
		if (!cu->toks[i].quoted && str_is(cu->toks[i].text, "->"))
			return true;
	return false;
}

static bool is_guard(const struct cursor *cu)
{
	return cu->n > 3 && str_is(cu->toks[1].text, "not") &&
	       (cursor_is(cu, "must") || cursor_is(cu, "should"));
}

static void heredoc_of(struct cursor *cu, const struct text_line *l,
		       struct op *op)
{
	if (op->kind == OP_SEND && op->send.make.kind == MSG_RAW &&
	    l->has_heredoc)
		op->send.make.raw = expr_tmpl(
			cu->c, scope_text(cu->c, cu->scope, l->heredoc), l->at);
}

static void arrow_or_detail(struct cursor *cu, const struct text_line *l,
			    struct block *b, struct op **under)
{
	struct op *op;

	if (has_arrow(cu)) {
		bool watch = cursor_take(cu, "watch");

		op = is_guard(cu) ? guard_line(cu) : arrow_line(cu, watch);
		heredoc_of(cu, l, op);
		*under = op->kind == OP_GUARD ? NULL : op;
	} else {
		op = detail_line(cu, l, *under);
	}
	if (op)
		add_op(cu->c, b, op);
}

static void simple_step(struct cursor *cu, const struct text_line *l,
			struct block *b, struct op **under)
{
	static const struct {
		const char *word;
		void (*step)(struct cursor *cu, struct block *b);
	} steps[] = { { "do", flow_do_line },
		      { "join", join_line },
		      { "wait", wait_line },
		      { "trigger", trigger_line },
		      { "wire", wire_line } };

	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		if (!cursor_take(cu, steps[i].word))
			continue;
		*under = NULL;
		steps[i].step(cu, b);
		return;
	}
	if (is_mark(cu))
		mark_line(cu, b);
	else
		arrow_or_detail(cu, l, b, under);
}

void compile_lines(struct compiler *c, const struct lines *f, size_t first,
		   size_t last, const struct scope *scope, struct block *b)
{
	struct range_of_lines r = { f, first, last, scope };
	struct op *under = NULL;

	for (size_t i = first; i < last && c->nops <= OPS_MAX;) {
		const struct text_line *l = &f->list[i];
		struct cursor cu;

		cursor_open(&cu, c, scope, l);
		if (!cu.n) {
			i++;
		} else if (cursor_is(&cu, "either")) {
			i = either(&cu, &r, i, b);
		} else if (cursor_is(&cu, "any") && cu.n > 1 &&
			   str_is(cu.toks[1].text, "order")) {
			i = any_order(&cu, &r, i, b);
		} else if (cursor_is(&cu, "when")) {
			i = when(c, &r, i, b);
		} else if (cursor_take(&cu, "repeat")) {
			i = repeat(&cu, &r, i, b);
		} else {
			simple_step(&cu, l, b, &under);
			i++;
		}
	}
}
