/* SPDX-License-Identifier: MIT */
/* A whole file: which line stands in which block, how far in, and which lines
 * share their columns. */
#include "lang/layout.h"

#include "base/text.h"
#include "lang/layout_line.h"
#include "lang/tree.h"

enum { STEP = 4, DEPTH_MAX_SHOWN = 15, HEAD_WIDTH = 7 };

enum where { IN_HEAD, IN_ROWS, IN_FLOW, IN_SECTION };

struct layout {
	struct arena *arena;
	struct lex lx;
	struct laid *list;
	size_t n;
	enum where where;
	bool low[TREE_DEPTH_MAX]; /* its words stand at column 0 */
	unsigned depth;
	bool under; /* an arrow stands above that takes details */
};

/* ---- blocks ---- */

static bool opens_block(const struct text_line *l)
{
	if (line_begins(l, "any") && l->n > 1 && token_is(&l->toks[1], "order"))
		return true;
	return line_begins(l, "either") || line_begins(l, "repeat") ||
	       line_begins(l, "when");
}

static bool is_separator(const struct layout *y, const struct text_line *l)
{
	return y->depth && (line_begins(l, "or") || line_begins(l, "and") ||
			    line_begins(l, "else"));
}

static bool is_section(const struct text_line *l)
{
	return l->n == 1 &&
	       (line_begins(l, "setup") || line_begins(l, "test") ||
		line_begins(l, "cleanup"));
}

static unsigned columns_of(unsigned depth)
{
	return STEP +
	       STEP * (depth < DEPTH_MAX_SHOWN ? depth : DEPTH_MAX_SHOWN);
}

/* "either" and "any order" of a section stand in the margin, as the example of
 * the language has them; "when" and "repeat", and all in flows, with steps. */
static void open_block(struct layout *y, struct laid *x)
{
	bool low =
		y->where == IN_SECTION && !y->depth &&
		(line_begins(x->line, "either") || line_begins(x->line, "any"));

	x->indent = low ? 0 : columns_of(y->depth);
	if (y->depth < TREE_DEPTH_MAX) /* more are an error, said already */
		y->low[y->depth++] = low;
}

static void close_block(struct layout *y, struct laid *x)
{
	if (y->depth) {
		y->depth--;
		x->indent = y->low[y->depth] ? 0 : columns_of(y->depth);
	} else if (y->where == IN_FLOW) {
		y->where = IN_HEAD;
	}
}

/* ---- one line ---- */

static bool is_step(const struct text_line *l)
{
	static const char *const words[] = { "do", "join", "wait", "trigger",
					     "wire" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (line_begins(l, words[i]))
			return true;
	return line_begins(l, "--") ||
	       (l->n == 2 && token_is(&l->toks[1], "--"));
}

static void put_detail(struct layout *y, struct laid *x)
{
	bool check = laid_is_check(x->line);
	bool alone = check && (!y->under || laid_is_alone(x->line));

	x->kind = LAID_DETAIL;
	x->indent = columns_of(y->depth) + (alone ? 0 : STEP);
	if (x->line->row)
		laid_text(x);
	else if (check)
		laid_check(y->arena, x);
	else
		laid_step(y->arena, x);
	if (alone)
		y->under = false;
}

static void put_step(struct layout *y, struct laid *x)
{
	x->indent = columns_of(y->depth);
	if (laid_is_arrow(x->line)) {
		x->kind = LAID_ARROW;
		laid_arrow(y->arena, x);
		y->under = !x->guard;
	} else if (is_step(x->line)) {
		x->kind = LAID_STEP;
		laid_step(y->arena, x);
		y->under = false;
	} else {
		put_detail(y, x);
	}
}

static void put_in_block(struct layout *y, struct laid *x)
{
	x->kind = LAID_BAR;
	if (opens_block(x->line)) {
		open_block(y, x);
	} else if (line_begins(x->line, "end")) {
		close_block(y, x);
	} else if (is_separator(y, x->line)) {
		x->indent = y->low[y->depth - 1] ? 0 : columns_of(y->depth - 1);
	} else {
		put_step(y, x);
		return;
	}
	y->under = false;
	laid_bar(y->arena, x);
}

static void put_head(struct layout *y, struct laid *x)
{
	x->kind = LAID_HEAD;
	if (x->line->row) {
		laid_text(x);
	} else if (line_begins(x->line, "flow")) {
		x->kind = LAID_BAR;
		y->where = IN_FLOW;
		laid_bar(y->arena, x);
	} else if (line_begins(x->line, "for")) {
		x->kind = LAID_ROW;
		y->where = IN_ROWS;
		y->lx.rows = false; /* as the parser reads them */
	} else {
		laid_head(y->arena, x);
	}
}

static void put_row(struct layout *y, struct laid *x)
{
	x->kind = LAID_ROW;
	x->indent = HEAD_WIDTH;
	if (!line_begins(x->line, "end"))
		return;
	x->kind = LAID_BAR;
	x->indent = 0;
	y->where = IN_HEAD;
	y->lx.rows = true;
	laid_bar(y->arena, x);
}

static void put_line(struct layout *y, struct laid *x)
{
	bool section = is_section(x->line) && !y->depth &&
		       (y->where == IN_HEAD || y->where == IN_SECTION);

	if (section) {
		x->kind = LAID_BAR;
		y->where = IN_SECTION;
		y->under = false;
		laid_bar(y->arena, x);
		return;
	}
	switch (y->where) {
	case IN_HEAD:
		put_head(y, x);
		break;
	case IN_ROWS:
		put_row(y, x);
		break;
	case IN_FLOW:
	case IN_SECTION:
		put_in_block(y, x);
		break;
	}
}

/* ---- all lines ---- */

static struct laid *add(struct layout *y, enum laid_kind kind, struct str body)
{
	struct laid *x = ARENA_PUSH(y->arena, y->list, y->n);

	*x = (struct laid){ .kind = kind, .body = body };
	return x;
}

/* At most one blank line, none at the start. */
static void add_blank(struct layout *y)
{
	if (y->n && y->list[y->n - 1].kind != LAID_BLANK)
		add(y, LAID_BLANK, STR_NONE);
}

static void add_comment(struct layout *y, struct str whole)
{
	struct laid *x = add(y, LAID_COMMENT, str_trim(whole));

	x->indent = whole.p[0] == '#' ? 0 : columns_of(y->depth);
	if (y->where == IN_HEAD || y->where == IN_ROWS)
		x->indent = whole.p[0] == '#' ? 0 : HEAD_WIDTH;
}

static struct str comment_of(const struct text_line *l)
{
	struct str whole = src_line_text(l->at.src, src_line(&l->at));
	const char *end = l->at.src->text.p + l->at.off + l->at.len;

	return str_trim(str_tail(whole, (size_t)(end - whole.p)));
}

/* A blank more would turn a word into a comment, or the line into a row. */
static bool keeps_blanks(const struct text_line *l)
{
	if (line_begins(l, "+"))
		return true;
	for (unsigned i = 1; i < l->n; i++)
		if (l->toks[i].kind == TOK_WORD &&
		    str_starts(l->toks[i].text, "#"))
			return true;
	return false;
}

static void add_line(struct layout *y, const struct text_line *l)
{
	struct text_line *kept = ARENA_NEW(y->arena, struct text_line);
	struct laid *x = add(y, LAID_BLANK, STR_NONE);

	*kept = *l;
	x->line = kept;
	x->comment = comment_of(kept);
	put_line(y, x);
	if (keeps_blanks(kept))
		*x = (struct laid){ .kind = LAID_STEP,
				    .indent = x->prefix.len ? 0 : x->indent,
				    .body = loc_text(l->at),
				    .comment = x->comment,
				    .line = kept };
}

/* Lines that the lexer passed over: empty ones and comments. */
static void add_between(struct layout *y, unsigned from, unsigned to)
{
	for (; from < to; from++) {
		struct str t = src_line_text(y->lx.src, from);

		if (str_trim(t).len)
			add_comment(y, t);
		else
			add_blank(y);
	}
}

static void add_all(struct layout *y)
{
	unsigned from = 1;
	struct text_line l;

	while (lex_next(&y->lx, &l)) {
		unsigned at = src_line(&l.at);

		add_between(y, from, at);
		add_line(y, &l);
		for (from = at + 1; from < y->lx.line; from++)
			add(y, LAID_VERBATIM, src_line_text(y->lx.src, from));
	}
	add_between(y, from, (unsigned)y->lx.src->nlines + 1);
	while (y->n && y->list[y->n - 1].kind == LAID_BLANK)
		y->n--;
}

/* ---- runs of lines ---- */

static size_t most(size_t a, size_t b)
{
	return a > b ? a : b;
}

static size_t row_width(const struct layout *y, size_t from, size_t to,
			unsigned column)
{
	size_t width = 0;

	for (size_t i = from; i < to; i++) {
		const struct text_line *l = y->list[i].line;
		unsigned at = column;

		if (y->list[i].kind != LAID_ROW)
			continue;
		at += line_begins(l, "for");
		if (at < l->n)
			width = most(width,
				     text_width(loc_text(l->toks[at].at)));
	}
	return width;
}

/* "for" and its rows: each column as wide as its widest value. */
static void put_columns(struct layout *y, size_t from, size_t to, size_t i)
{
	struct laid *x = &y->list[i];
	unsigned first = i == from;
	buf_auto out = { 0 };

	if (first)
		buf_add_z(&out, "for    ");
	for (unsigned k = first; k < x->line->n; k++) {
		struct str s = loc_text(x->line->toks[k].at);

		buf_add_str(&out, s);
		if (k + 1 < x->line->n)
			buf_add_fill(&out, ' ',
				     row_width(y, from, to, k - first) + 3 -
					     text_width(s));
	}
	x->body = arena_str(y->arena, buf_str(&out));
}

static void lay_rows(struct layout *y, size_t from)
{
	size_t to = from + 1;

	while (to < y->n && y->list[to].kind != LAID_BAR)
		to++;
	for (size_t i = from; i < to; i++)
		if (y->list[i].kind == LAID_ROW)
			put_columns(y, from, to, i);
}

/* Arrows right below each other have their messages in one column. */
static size_t lay_arrows(struct layout *y, size_t from)
{
	struct laid *first = &y->list[from];
	size_t to = from, width = 0, margin = first->indent;

	while (to < y->n && y->list[to].kind == LAID_ARROW &&
	       y->list[to].guard == first->guard &&
	       (first->plain ? y->list[to].plain : to == from)) {
		struct laid *x = &y->list[to++];

		width = most(width, x->ends_width);
		if (x->guard)
			margin = most(margin, text_width(x->prefix) + x->gap);
	}
	for (size_t i = from; i < to; i++) {
		y->list[i].ends_width = width;
		if (first->guard)
			y->list[i].indent = (unsigned)margin;
	}
	return to;
}

static void lay_runs(struct layout *y)
{
	for (size_t i = 0; i < y->n;) {
		if (y->list[i].kind == LAID_ARROW) {
			i = lay_arrows(y, i);
			continue;
		}
		if (y->list[i].kind == LAID_ROW &&
		    line_begins(y->list[i].line, "for"))
			lay_rows(y, i);
		i++;
	}
}

/* A file of flows alone may leave "ladder 1" out. */
static bool is_library(const struct layout *y)
{
	for (size_t i = 0; i < y->n; i++)
		if (y->list[i].line && is_section(y->list[i].line))
			return false;
	return true;
}

/* What is no scenario holds flows and nothing else; any other file that came
 * here by mistake is left alone. */
static void check_library(const struct tree *t, struct diags *ds)
{
	if (t->version)
		return;
	if (t->nheads || t->for_at.src)
		diag_add(ds, CODE(NOT_A_LADDER),
			 t->nheads ? t->heads[0].at : t->for_at,
			 "a scenario begins with the line \"ladder 1\", and a "
			 "file of flows holds nothing else");
}

bool layout_file(struct arena *a, struct src *src, struct buf *out,
		 struct diags *ds)
{
	struct diags twice = { .arena = a }; /* the parser says it all */
	struct layout y = { .arena = a,
			    .lx = { .arena = a,
				    .ds = &twice,
				    .src = src,
				    .line = 1,
				    .rows = true } };
	size_t errors = ds->errors;

	add_all(&y);
	check_library(tree_parse(a, src, is_library(&y), ds), ds);
	if (ds->errors > errors)
		return false;
	lay_runs(&y);
	for (size_t i = 0; i < y.n; i++)
		laid_print(&y.list[i], out);
	return true;
}

/* ---- the proof ---- */

static bool same_row(const struct row *a, const struct row *b)
{
	if (!a || !b)
		return a == b;
	return a->add == b->add && a->remove == b->remove &&
	       str_eq(a->times, b->times) && str_eq(a->name, b->name) &&
	       str_eq(a->text, b->text);
}

static bool same_line(const struct text_line *a, const struct text_line *b)
{
	if (a->n != b->n || !same_row(a->row, b->row))
		return false;
	for (unsigned i = 0; i < a->n; i++)
		if (a->toks[i].kind != b->toks[i].kind ||
		    !str_eq(a->toks[i].text, b->toks[i].text))
			return false;
	return true;
}

bool layout_same(struct arena *a, struct src *one, struct src *two)
{
	struct diags ds = { .arena = a };
	struct lex x = { a, &ds, one, 1, true }, y = { a, &ds, two, 1, true };
	struct text_line from_x, from_y;
	bool more;

	do {
		more = lex_next(&x, &from_x);
		if (more != lex_next(&y, &from_y) ||
		    (more && !same_line(&from_x, &from_y)))
			return false;
		if (more && (line_begins(&from_x, "for") ||
			     line_begins(&from_x, "end")))
			x.rows = y.rows = line_begins(&from_x, "end");
	} while (more);
	return true;
}
