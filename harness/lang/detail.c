/* SPDX-License-Identifier: MIT */
/* Lines under an arrow, and checks by themselves. */
#include "lang/modifier.h"

static struct make *edited(struct cursor *cu, struct op *under)
{
	if (under && under->kind == OP_SEND)
		return &under->send.make;
	if (under && (under->kind == OP_EXPECT || under->kind == OP_WATCH) &&
	    under->line.expect.reply == REPLY_STATUS)
		return &under->line.expect.answer;
	diag_add(cu->c->ds, DIAG_ERROR, "set-on-expected", cu->line,
		 "a header cannot be set on a message the device sends; to "
		 "check it, write: must %.40s is ...",
		 "HEADER");
	return NULL;
}

static void header_line(struct cursor *cu, const struct text_line *l,
			struct op *under)
{
	struct make *make = edited(cu, under);
	struct str text = l->text, name, value, times;
	struct edit e = { .kind = EDIT_SET, .at = l->at };
	uint64_t n;

	if (!make)
		return;
	if (text.p[0] == '+') {
		e.kind = EDIT_ADD;
		text = str_trim(str_tail(text, 1));
	}
	text = scope_text(cu->c, cu->scope, text);
	if (text.p[0] == '-' && str_find_char(text, ':') < 0) {
		e.kind = EDIT_REMOVE;
		e.name = str_trim(str_tail(text, 1));
		*ARENA_PUSH(cu->c->arena, make->edits, make->nedits) = e;
		return;
	}
	if (str_cut(text, ' ', &times, &value) && str_ends(times, "x") &&
	    str_to_u64(str_sub(times, 0, times.len - 1), &n)) {
		times.len--;
		e.times = expr_tmpl(cu->c, times, l->at);
		text = str_trim(value);
	}
	if (!str_cut(text, ':', &name, &value)) {
		diag_add(cu->c->ds, DIAG_ERROR, "unknown-line", l->at,
			 "this is no line of the language");
		return;
	}
	e.name = str_trim(name);
	e.value = expr_tmpl(cu->c, str_trim(value), l->at);
	*ARENA_PUSH(cu->c->arena, make->edits, make->nedits) = e;
}

static void body_line(struct cursor *cu, const struct text_line *l,
		      struct op *under)
{
	struct make *make = edited(cu, under);
	struct tok *type, *text;

	cu->at++;
	type = cursor_next(cu, "a content type");
	if (!make || !type)
		return;
	make->has_body = true;
	make->body_type = expr_tmpl(cu->c, type->text, type->at);
	if (l->has_heredoc) {
		make->body = expr_tmpl(
			cu->c, scope_text(cu->c, cu->scope, l->heredoc), l->at);
		return;
	}
	text = cursor_next(cu, "a string");
	if (text)
		make->body = expr_tmpl(cu->c, text->text, text->at);
}

static void check_body(struct cursor *cu, struct check *ck)
{
	struct tok *first = &cu->toks[cu->at];

	if (ck->note && cu->at + 1 >= cu->n) {
		expr_path(cu->c, first, &ck->path);
		cu->at++;
	} else {
		ck->cond = expr_cond(cu);
	}
	if (cursor_take(cu, "after"))
		ck->after = modifier_label(cu);
	ids_and_level(cu, ck->word, &ck->rules, &ck->level);
	if (cursor_more(cu))
		diag_add(cu->c->ds, DIAG_ERROR, "unknown-modifier",
			 cursor_loc(cu),
			 "\"" STR_F "\" does not belong behind a check",
			 STR_A(cu->toks[cu->at].text));
}

/* Alone: its first path begins with a label. */
static bool stands_alone(const struct cursor *cu)
{
	struct str head, rest;

	if (!cursor_more(cu))
		return false;
	str_cut(cu->toks[cu->at].text, '.', &head, &rest);
	str_cut(head, '[', &head, &(struct str){ 0 });
	return rest.len && is_label(head);
}

static struct op *check_line(struct cursor *cu, struct op *under)
{
	struct check ck = { .at = cu->line };
	struct op *op;

	if (cursor_take(cu, "first"))
		ck.pick = PICK_FIRST;
	else if (cursor_take(cu, "last"))
		ck.pick = PICK_LAST;
	ck.note = cursor_take(cu, "note");
	ck.word = modifier_severity(cu);
	ck.negated = ck.word == WORD_MUST_NOT || ck.word == WORD_SHOULD_NOT;
	if (!stands_alone(cu) && under &&
	    (under->kind == OP_EXPECT || under->kind == OP_WATCH)) {
		struct expect *x = &under->line.expect;

		check_body(cu, &ck);
		*ARENA_PUSH(cu->c->arena, x->checks, x->nchecks) = ck;
		return NULL;
	}
	op = new_op(cu, OP_CHECK);
	check_body(cu, &ck);
	op->check = ck;
	op->word = ck.word;
	op->level = ck.level;
	op->rules = ck.rules;
	op->arrow = loc_text(cu->line);
	return op;
}

struct op *detail_line(struct cursor *cu, const struct text_line *l,
		       struct op *under)
{
	static const char *const checks[] = { "must", "should", "may",
					      "note", "first",  "last" };

	for (size_t i = 0; i < sizeof(checks) / sizeof(*checks); i++)
		if (cursor_is(cu, checks[i]))
			return check_line(cu, under);
	if (cursor_is(cu, "body"))
		body_line(cu, l, under);
	else
		header_line(cu, l, under);
	return NULL;
}
