/* SPDX-License-Identifier: MIT */
/* One line of a scenario: its words with the white space that it should have.
 * Parts stand three spaces apart, words of a part one. */
#include "lang/layout_line.h"

#include "base/text.h"
#include "lang/compile.h"

enum { RIGHT_COLUMN = 63, HEAD_COLUMN = 7, HEAD_COMMENT = 28, PARTY_WIDTH = 8 };

static const char three[] = "   ";

static bool is_one_of(struct str s, const char *const *words)
{
	for (; *words; words++)
		if (str_is(s, *words))
			return true;
	return false;
}

/* ---- words into text ---- */

static struct str spelt(const struct token *t)
{
	return loc_text(t->at);
}

/* As the lexer has it: inside brackets a comma belongs to its word, outside of
 * them a "]" does. */
static bool sticks_to_left(const struct token *t, unsigned bracks)
{
	return t->kind == TOK_RPAREN || (t->kind == TOK_RBRACK && bracks) ||
	       (t->kind == TOK_COMMA && !bracks);
}

static void count_bracks(const struct token *t, unsigned *bracks)
{
	*bracks += t->kind == TOK_LBRACK;
	*bracks -= t->kind == TOK_RBRACK && *bracks;
}

static bool sticks_to_right(const struct token *t)
{
	return t->kind == TOK_LPAREN || t->kind == TOK_LBRACK;
}

static bool begins_part(const struct token *t)
{
	return t->kind == TOK_LBRACK ||
	       (t->kind == TOK_WORD && modifier_known(t->text));
}

/* What separates two kinds of lines is which words begin a part. */
typedef bool part_fn(const struct token *t);

static struct str joined(struct arena *a, const struct text_line *l,
			 unsigned from, unsigned to, part_fn *part)
{
	buf_auto out = { 0 };
	unsigned bracks = 0;

	for (unsigned i = 0; i < from; i++)
		count_bracks(&l->toks[i], &bracks);
	for (unsigned i = from; i < to; i++) {
		const struct token *t = &l->toks[i];

		if (i == from || sticks_to_left(t, bracks) ||
		    sticks_to_right(&l->toks[i - 1]))
			;
		else if (part && part(t))
			buf_add_z(&out, three);
		else
			buf_add_char(&out, ' ');
		buf_add_str(&out, spelt(t));
		count_bracks(t, &bracks);
	}
	return arena_str(a, buf_str(&out));
}

/* The first word of the ids; l->n: there are none. */
static unsigned ids_at(const struct text_line *l, unsigned from)
{
	for (unsigned i = from; i < l->n; i++)
		if (l->toks[i].kind == TOK_LBRACK)
			return i;
	return l->n;
}

static void set_ids(struct arena *a, struct laid *x, unsigned at)
{
	x->ids = joined(a, x->line, at, x->line->n, NULL);
}

/* ---- the head ---- */

static bool begins_party_part(const struct token *t)
{
	static const char *const words[] = { "register", "auto",  "via", "user",
					     "side",     "fixed", NULL };

	return is_one_of(t->text, words);
}

void laid_head(struct arena *a, struct laid *x)
{
	const struct text_line *l = x->line;
	bool party = line_begins(l, "party") && l->n > 2;
	struct str key = spelt(&l->toks[0]), rest;
	buf_auto out = { 0 };

	buf_add_str(&out, key);
	if (l->n > 1)
		buf_add_fill(&out, ' ',
			     key.len < HEAD_COLUMN ? HEAD_COLUMN - key.len : 1);
	if (party) {
		struct str name = spelt(&l->toks[1]);
		size_t width = text_width(name);

		buf_add_str(&out, name);
		buf_add_fill(&out, ' ',
			     width < PARTY_WIDTH ? PARTY_WIDTH - width : 1);
	}
	rest = joined(a, l, party ? 2 : 1, l->n,
		      party ? begins_party_part : NULL);
	buf_add_str(&out, rest);
	x->body = arena_str(a, buf_str(&out));
}

/* ---- flow, do, either ... ---- */

/* "flow up(x, lx)", "do up(alice, a1)": the bracket sticks to the name. */
static struct str called(struct arena *a, const struct text_line *l)
{
	buf_auto out = { 0 };
	unsigned bracks = 0;

	for (unsigned i = 0; i < l->n; i++) {
		const struct token *t = &l->toks[i];
		bool open = i > 1 && t->kind == TOK_LPAREN;

		if (i && !open && !sticks_to_left(t, bracks) &&
		    (i == 1 || !sticks_to_right(&l->toks[i - 1])))
			buf_add_char(&out, ' ');
		buf_add_str(&out, spelt(t));
		count_bracks(t, &bracks);
	}
	return arena_str(a, buf_str(&out));
}

void laid_bar(struct arena *a, struct laid *x)
{
	if (line_begins(x->line, "flow"))
		x->body = called(a, x->line);
	else
		x->body = joined(a, x->line, 0, x->line->n, NULL);
}

/* ---- steps ---- */

static bool is_mark(const struct text_line *l)
{
	return l->n == 2 && token_is(&l->toks[1], "--");
}

void laid_step(struct arena *a, struct laid *x)
{
	const struct text_line *l = x->line;

	if (line_begins(l, "do")) {
		x->body = called(a, l);
	} else if (is_mark(l)) {
		x->prefix = spelt(&l->toks[0]);
		x->gap = 1;
		x->body = spelt(&l->toks[1]);
	} else {
		x->body = joined(a, l, 0, l->n, begins_part);
	}
}

/* ---- arrows ---- */

static unsigned arrow_at(const struct text_line *l)
{
	for (unsigned i = 0; i < l->n && i < 6; i++)
		if (l->toks[i].kind == TOK_ARROW)
			return i;
	return l->n;
}

bool laid_is_arrow(const struct text_line *l)
{
	return arrow_at(l) < l->n;
}

static bool is_guard(const struct text_line *l)
{
	return l->n > 3 && token_is(&l->toks[1], "not") &&
	       (line_begins(l, "must") || line_begins(l, "should"));
}

/* Words that stand in the margin: "N", "watch N", "must not". */
static unsigned margin_words(const struct text_line *l)
{
	unsigned at = line_begins(l, "watch") ? 1 : 0;

	if (is_guard(l))
		return 2;
	if (at < l->n && names_is_label(l->toks[at].text) &&
	    !message_is_method(l->toks[at].text))
		return at + 1;
	return 0;
}

void laid_arrow(struct arena *a, struct laid *x)
{
	const struct text_line *l = x->line;
	unsigned margin = margin_words(l), at = arrow_at(l);
	unsigned to = at + 2 < l->n ? at + 2 : l->n, ids = ids_at(l, to);
	buf_auto out = { 0 };

	if (margin > at)
		margin = 0;
	x->guard = is_guard(l);
	x->prefix = joined(a, l, 0, margin, NULL);
	x->gap = margin > 1 ? 2 : 1;
	x->ends = joined(a, l, margin, to, NULL);
	x->ends_width = text_width(x->ends);
	x->plain = margin + 1 == at;
	if (to < ids)
		buf_add_str(&out, joined(a, l, to, ids, begins_part));
	x->body = arena_str(a, buf_str(&out));
	set_ids(a, x, ids);
}

/* ---- what stands under them ---- */

bool laid_is_check(const struct text_line *l)
{
	static const char *const words[] = { "must",  "should", "may", "note",
					     "first", "last",   NULL };

	return l->n && is_one_of(l->toks[0].text, words);
}

/* Words of the severity: "last must not" is three. */
static unsigned severity_words(const struct text_line *l)
{
	static const char *const words[] = { "must", "should", "may", "note",
					     NULL };
	unsigned n = line_begins(l, "first") || line_begins(l, "last") ? 1 : 0;

	if (n < l->n && is_one_of(l->toks[n].text, words))
		n++;
	if (n && n < l->n && str_is(l->toks[n].text, "not"))
		n++;
	return n;
}

bool laid_is_alone(const struct text_line *l)
{
	unsigned n = severity_words(l);
	struct str head, rest;

	if (n >= l->n)
		return false;
	str_cut(l->toks[n].text, '.', &head, &rest);
	str_cut(head, '[', &head, &(struct str){ 0 });
	return rest.len && names_is_label(head);
}

static bool begins_check_part(const struct token *t)
{
	return t->kind == TOK_LBRACK || token_is(t, "after");
}

/* "must   status is 202   after F5": the word has seven columns. */
void laid_check(struct arena *a, struct laid *x)
{
	enum { WORD_WIDTH = 7 };
	const struct text_line *l = x->line;
	unsigned n = severity_words(l), ids = ids_at(l, n);
	unsigned ends = line_begins(l, "first") || line_begins(l, "last");
	struct str word = joined(a, l, ends, n, NULL);
	buf_auto out = { 0 };

	if (ends)
		buf_addf(&out, STR_F " ", STR_A(spelt(&l->toks[0])));
	buf_add_str(&out, word);
	if (n < ids) {
		buf_add_fill(&out, ' ',
			     word.len < WORD_WIDTH ? WORD_WIDTH - word.len : 1);
		buf_add_str(&out, joined(a, l, n, ids, begins_check_part));
	}
	x->body = arena_str(a, buf_str(&out));
	set_ids(a, x, ids);
}

void laid_text(struct laid *x)
{
	const struct row *row = x->line->row;

	x->body = str_trim(loc_text(x->line->at));
	if (row && row->add && !row->name.len && !row->text.len)
		x->body = STR("+ "); /* without its blank it is no row */
}

/* ---- out ---- */

/* To a fixed column where there is room, else three spaces on. */
static void add_right(struct buf *out, size_t from, size_t column, struct str s)
{
	size_t width = text_width(str_tail(buf_str(out), from));

	if (!s.len)
		return;
	if (width)
		buf_add_fill(out, ' ',
			     width + 2 <= column ? column - width : 3);
	buf_add_str(out, s);
}

static void add_margin(const struct laid *x, struct buf *out)
{
	size_t width = text_width(x->prefix);

	buf_add_str(out, x->prefix);
	if (!x->prefix.len)
		buf_add_fill(out, ' ', x->indent);
	else
		buf_add_fill(out, ' ',
			     width + x->gap <= x->indent ? x->indent - width
							 : x->gap);
}

void laid_print(const struct laid *x, struct buf *out)
{
	size_t from = out->len;
	bool head = x->kind == LAID_HEAD;

	if (x->kind != LAID_BLANK && x->kind != LAID_VERBATIM)
		add_margin(x, out);
	if (x->ends.len) {
		buf_add_str(out, x->ends);
		if (x->body.len)
			buf_add_fill(out, ' ',
				     x->ends_width - text_width(x->ends) + 3);
	}
	buf_add_str(out, x->body);
	add_right(out, from, RIGHT_COLUMN, x->ids);
	if (x->ids.len && x->comment.len)
		buf_addf(out, "%s" STR_F, three, STR_A(x->comment));
	else
		add_right(out, from, head ? HEAD_COMMENT : RIGHT_COLUMN,
			  x->comment);
	buf_add_char(out, '\n');
}
