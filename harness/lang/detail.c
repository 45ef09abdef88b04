/* SPDX-License-Identifier: MIT */
/* Lines under an arrow: header rows and a body of what we send, checks, notes
 * and lets of what we expect. */
#include "lang/compile.h"

/* ---- header rows ---- */

static bool is_made(const struct arrow *x)
{
	return x->sends || (x->expect && x->expect->reply == REPLY_STATUS);
}

/* "<sip:x>" -> "must Refer-To.uri is sip:x": what the author may have meant */
static struct str as_check(struct compiler *c, const struct row *row)
{
	struct str text = row->text;
	bool quote;

	if (row->remove)
		return arena_strf(c->a,
				  "to check it, write:  must " STR_F " absent",
				  STR_A(row->name));
	if (str_starts(text, "<") && str_ends(text, ">"))
		return arena_strf(c->a,
				  "to check it, write:  must " STR_F
				  ".uri is " STR_F,
				  STR_A(row->name),
				  STR_A(str_sub(text, 1, text.len - 2)));
	quote = str_find_char(text, ' ') >= 0;
	return arena_strf(
		c->a, "to check it, write:  must " STR_F " is %s" STR_F "%s",
		STR_A(row->name), quote ? "\"" : "", STR_A(text),
		quote ? "\"" : "");
}

static void set_on_expected(struct arrow *x, const struct row *row)
{
	struct loc at = row->name.len ? row->name_at : row->text_at;
	struct diag *d = say_at(
		x->c, CODE(SET_ON_EXPECTED), at,
		"\"" STR_F "\" cannot be set on a message the device sends",
		STR_A(loc_text(at)));

	if (!d)
		return;
	d->hint = as_check(x->c, row);
	d->above = x->op->at;
}

static bool can_be_edited(struct arrow *x, struct loc at)
{
	if (x->make->kind != MSG_AGAIN && x->make->kind != MSG_RAW)
		return true;
	say_at(x->c, CODE(MISPLACED_HEADER), at,
	       "\"again\" and \"raw\" send their bytes as they are");
	return false;
}

static struct str without_angles(struct str s)
{
	return str_starts(s, "<") && str_ends(s, ">") ? str_sub(s, 1, s.len - 2)
						      : s;
}

static bool row_value(struct arrow *x, const struct row *row, struct edit *e)
{
	struct token tok = { .kind = TOK_WORD, .at = row->text_at };
	bool ok;

	tok.text = expand_text(x->c, row->text, row->text_at);
	literal_note(x->c, &tok, without_angles(tok.text));
	ok = value_template(x->c, &tok, &e->value);
	if (!row->times.len)
		return ok;
	tok.at = row->name_at;
	tok.text = expand_text(x->c, row->times, tok.at);
	return value_template(x->c, &tok, &e->times) && ok;
}

static void check_times(struct arrow *x, const struct edit *e)
{
	struct str text;
	uint64_t n;

	if (!e->times.n || !value_constant(&e->times, &text) ||
	    str_to_u64(text, &n))
		return;
	say_at(x->c, CODE(BAD_COUNT), e->at,
	       "how often? \"" STR_F "\" is no number", STR_A(text));
}

static void detail_row(struct arrow *x, const struct row *row, struct loc at)
{
	struct edit *e;

	if (!is_made(x)) {
		set_on_expected(x, row);
		return;
	}
	if (!can_be_edited(x, at))
		return;
	e = ARENA_PUSH(x->c->a, x->make->edits, x->make->nedits);
	*e = (struct edit){ .at = at };
	e->kind = row->remove ? EDIT_REMOVE : row->add ? EDIT_ADD : EDIT_SET;
	e->name = expand_text(x->c, row->name, row->name_at);
	if (!row->remove && row_value(x, row, e))
		check_times(x, e);
}

/* ---- the body ---- */

static void detail_body(struct arrow *x, struct cursor *k)
{
	struct token *type, *text;

	cursor_take(k);
	if (!is_made(x)) {
		say_at(x->c, CODE(SET_ON_EXPECTED), k->at,
		       "a body cannot be set on a message the device "
		       "sends; to check it: must body contains ...");
		return;
	}
	if (!can_be_edited(x, k->at))
		return;
	type = cursor_need(k, "the type (message/sipfrag)");
	text = type ? cursor_need(k, "the text, or <<END") : NULL;
	if (!text)
		return;
	if (x->make->has_body)
		say_at(x->c, CODE(DUPLICATE_BODY), k->at,
		       "this message has a body already");
	x->make->has_body = true;
	value_template(x->c, type, &x->make->body_type);
	value_template(x->c, text, &x->make->body);
	cursor_finish(k);
}

/* ---- checks, notes, lets ---- */

static void check_on_send(struct arrow *x, struct cursor *k)
{
	say_at(x->c, CODE(CHECK_ON_SEND), k->at,
	       "a check is about what the device sends; this we send");
}

static void detail_check(struct arrow *x, struct cursor *k)
{
	struct check *check;

	if (!x->expect) {
		check_on_send(x, k);
		return;
	}
	check = ARENA_PUSH(x->c->a, x->expect->checks, x->expect->nchecks);
	*check = (struct check){ 0 };
	assertion_parse(k, check);
}

static void detail_let(struct arrow *x, struct cursor *k)
{
	struct let *let;

	cursor_take(k);
	if (!x->expect) {
		check_on_send(x, k);
		return;
	}
	let = ARENA_PUSH(x->c->a, x->expect->lets, x->expect->nlets);
	*let = (struct let){ 0 };
	assertion_let(k, let);
}

/* ---- which lines stand under an arrow ---- */

enum detail { DETAIL_NONE, DETAIL_BODY, DETAIL_CHECK, DETAIL_LET };

static bool has_arrow(const struct cursor *k)
{
	for (unsigned i = 0; i < k->n; i++)
		if (k->toks[i].kind == TOK_ARROW)
			return true;
	return false;
}

/* A check stands alone where every path begins with a label. */
static enum detail of_check(struct cursor *k, unsigned skip)
{
	struct cursor rest = *k;

	rest.i += skip;
	if (has_arrow(k) || cond_is_labelled(&rest))
		return DETAIL_NONE;
	return DETAIL_CHECK;
}

static bool is_severity(const struct token *t)
{
	return token_is(t, "must") || token_is(t, "should") ||
	       token_is(t, "may");
}

static enum detail detail_of(struct cursor *k)
{
	struct token *next = cursor_ahead(k, 1);
	bool negated = next && token_is(next, "not");

	if (cursor_sees(k, "body"))
		return DETAIL_BODY;
	if (cursor_sees(k, "first") || cursor_sees(k, "last"))
		return DETAIL_CHECK;
	if (cursor_sees(k, "let"))
		return k->n > 3 && path_is_labelled(k->toks[3].text)
			       ? DETAIL_NONE
			       : DETAIL_LET;
	if (cursor_sees(k, "note"))
		return of_check(k, 1);
	if (is_severity(&k->toks[0]))
		return of_check(k, negated ? 2 : 1);
	return DETAIL_NONE;
}

static void read_detail(struct arrow *x, struct cursor *k, enum detail kind)
{
	switch (kind) {
	case DETAIL_BODY:
		detail_body(x, k);
		break;
	case DETAIL_CHECK:
		detail_check(x, k);
		break;
	case DETAIL_LET:
		detail_let(x, k);
		break;
	case DETAIL_NONE:
		break;
	}
}

void detail_all(struct arrow *x, const struct nodes *nodes, size_t *i)
{
	while (*i < nodes->n && nodes->list[*i]->kind == NODE_LINE) {
		const struct text_line *line = &nodes->list[*i]->line;
		enum detail kind;
		struct cursor k;

		if (!step_tick(x->c))
			return;
		x->c->expanded = x->c->of_row = false;
		if (line->row) {
			detail_row(x, line->row, line->at);
			(*i)++;
			continue;
		}
		step_cursor(x->c, line, &k);
		kind = k.n ? detail_of(&k) : DETAIL_NONE;
		if (kind == DETAIL_NONE)
			return;
		read_detail(x, &k, kind);
		(*i)++;
	}
}
