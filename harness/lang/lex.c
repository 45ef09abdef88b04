/* SPDX-License-Identifier: MIT */
/* Lines and tokens. The language is line oriented, so a line is lexed as a
 * whole; what its words mean is not known here. */
#include "lang/lex.h"

#include <ctype.h>

bool token_is(const struct token *t, const char *word)
{
	return t->kind == TOK_WORD && str_is(t->text, word);
}

bool line_begins(const struct text_line *line, const char *word)
{
	return line->n && token_is(&line->toks[0], word);
}

bool line_is(const struct text_line *line, const char *word)
{
	return line->n == 1 && token_is(&line->toks[0], word);
}

bool lex_is_name_char(char c)
{
	return isalnum((unsigned char)c) || c == '-' || c == '_';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

size_t lex_brace(struct str s)
{
	unsigned depth = 0;

	for (size_t i = 0; i < s.len && s.p[i] != '\n'; i++) {
		if (s.p[i] == '{' && ++depth > LEX_BRACES_MAX)
			return 0;
		if (s.p[i] == '}' && --depth == 0)
			return i + 1;
	}
	return 0;
}

/* ---- strings ---- */

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Length of "…" at s.p[0] with both quotes; 0: it does not close. */
static size_t quoted(struct str s)
{
	for (size_t i = 1; i < s.len; i++) {
		if (s.p[i] == '\\')
			i++;
		else if (s.p[i] == '"')
			return i + 1;
	}
	return 0;
}

/* One escape at s.p[0] == '\\'; the bytes used up. */
static size_t unescape_one(struct str s, struct buf *out)
{
	static const char from[] = { 'r', 'n', 't', '"', '\\' };
	static const char to[] = { '\r', '\n', '\t', '"', '\\' };
	const char *hit = s.len > 1 ? memchr(from, s.p[1], sizeof(from)) : NULL;

	if (hit) {
		buf_add_char(out, to[hit - from]);
		return 2;
	}
	if (s.len > 3 && s.p[1] == 'x' && hex_digit(s.p[2]) >= 0 &&
	    hex_digit(s.p[3]) >= 0) {
		buf_add_char(out, (char)(hex_digit(s.p[2]) * 16 +
					 hex_digit(s.p[3])));
		return 4;
	}
	buf_add_char(out, '\\');
	return 1;
}

static struct str unescape(struct arena *a, struct str s)
{
	buf_auto out = { 0 };

	if (str_find_char(s, '\\') < 0)
		return s;
	for (size_t i = 0; i < s.len;) {
		if (s.p[i] == '\\') {
			i += unescape_one(str_tail(s, i), &out);
			continue;
		}
		buf_add_char(&out, s.p[i++]);
	}
	return arena_str(a, buf_str(&out));
}

/* The bytes of what stands together at s.p[0]: "{…}", "…", else one. A quote
 * that does not close (*open) makes all later ones plain bytes. */
static size_t together(struct str s, bool *open)
{
	size_t n = 0;

	if (s.p[0] == '{')
		n = lex_brace(s);
	else if (s.p[0] == '"' && !*open) {
		n = quoted(s);
		*open = !n;
	}
	return n ? n : 1;
}

/* ---- one line ---- */

struct scan {           /* the place in one line */
	struct lex *lx; /* NULL: a template's value */
	struct arena *arena;
	struct str s;
	size_t i;
	unsigned bracks;
	bool open;     /* a quote above does not close */
	struct loc at; /* of a template's value */
	struct token *toks;
	unsigned n;
};

static struct loc place(const struct scan *sc, size_t from, size_t to)
{
	const struct src *src = sc->lx ? sc->lx->src : sc->at.src;
	const char *p = sc->s.p + from;

	if (!src || p < src->text.p || p > src->text.p + src->text.len)
		return sc->at; /* a value that is no piece of the file */
	return (struct loc){ src, (uint32_t)(p - src->text.p),
			     (uint32_t)(to - from) };
}

static void push(struct scan *sc, enum token_kind kind, size_t from, size_t to,
		 struct str text)
{
	*ARENA_PUSH(sc->arena, sc->toks, sc->n) = (struct token){
		.kind = kind, .text = text, .at = place(sc, from, to)
	};
}

static bool at_arrow(const struct scan *sc)
{
	return str_starts(str_tail(sc->s, sc->i), "->");
}

static bool ends_word(const struct scan *sc, size_t from)
{
	char c = sc->s.p[sc->i];

	if (is_blank(c) || c == '\n' || c == '(' || c == ')' || at_arrow(sc))
		return true;
	if (c == ',')
		return sc->bracks == 0;
	if (c == ']')
		return sc->bracks > 0;
	return c == '[' && sc->i == from;
}

static void scan_word(struct scan *sc)
{
	size_t from = sc->i;

	while (sc->i < sc->s.len && !ends_word(sc, from))
		sc->i += together(str_tail(sc->s, sc->i), &sc->open);
	push(sc, TOK_WORD, from, sc->i, str_sub(sc->s, from, sc->i - from));
}

static void scan_string(struct scan *sc)
{
	size_t from = sc->i, len = quoted(str_tail(sc->s, from));
	struct loc at;

	if (len) {
		sc->i += len;
		push(sc, TOK_STRING, from, sc->i,
		     unescape(sc->arena, str_sub(sc->s, from + 1, len - 2)));
		return;
	}
	sc->i = sc->s.len;
	if (sc->lx) {
		at = place(sc, from, sc->i);
		diag_add(sc->lx->ds, CODE(UNTERMINATED_STRING), at,
			 "this string has no closing quote on its line");
	}
	push(sc, TOK_STRING, from, sc->i, str_tail(sc->s, from + 1));
}

static bool scan_sign(struct scan *sc)
{
	static const struct {
		char c;
		enum token_kind kind;
	} signs[] = {
		{ '(', TOK_LPAREN }, { ')', TOK_RPAREN }, { '[', TOK_LBRACK },
		{ ']', TOK_RBRACK }, { ',', TOK_COMMA },
	};

	for (size_t k = 0; k < sizeof(signs) / sizeof(*signs); k++) {
		if (sc->s.p[sc->i] != signs[k].c)
			continue;
		sc->bracks += signs[k].c == '[';
		sc->bracks -= signs[k].c == ']' && sc->bracks;
		sc->i++;
		push(sc, signs[k].kind, sc->i - 1, sc->i,
		     str_sub(sc->s, sc->i - 1, 1));
		return true;
	}
	return false;
}

static bool is_comment(const struct scan *sc)
{
	return sc->s.p[sc->i] == '#' &&
	       (sc->i == 0 || is_blank(sc->s.p[sc->i - 1]));
}

static void scan_line(struct scan *sc)
{
	while (sc->i < sc->s.len) {
		if (is_blank(sc->s.p[sc->i]) || sc->s.p[sc->i] == '\n') {
			sc->i++;
		} else if (is_comment(sc) && sc->lx) {
			return;
		} else if (at_arrow(sc)) {
			sc->i += 2;
			push(sc, TOK_ARROW, sc->i - 2, sc->i, STR("->"));
		} else if (sc->s.p[sc->i] == '"') {
			scan_string(sc);
		} else if (!scan_sign(sc)) {
			scan_word(sc);
		}
	}
}

struct token *lex_value(struct arena *a, struct str value, struct loc at,
			unsigned *ret_n)
{
	struct scan sc = { .arena = a, .s = value, .at = at };

	scan_line(&sc);
	*ret_n = sc.n;
	return sc.toks;
}

/* ---- header rows ---- */

static bool is_header_char(char c)
{
	return c > ' ' && c < 127 && !strchr("()<>@,;:\\\"/[]?={}", c);
}

/* Length of "Name" or "{name}" in front of a ':'; 0: none. */
static size_t header_name(struct str s)
{
	size_t i = 0;

	while (i < s.len && (is_header_char(s.p[i]) || s.p[i] == '{')) {
		size_t skip = 1;

		if (s.p[i] == '{')
			skip = lex_brace(str_tail(s, i));
		if (!skip)
			return 0;
		i += skip;
	}
	return i && i < s.len && s.p[i] == ':' ? i : 0;
}

static size_t skip_blanks(struct str s, size_t i)
{
	while (i < s.len && is_blank(s.p[i]))
		i++;
	return i;
}

/* "1000x " or "{rows}x ": the length of the number; 0: none. */
static size_t times_of(struct str s)
{
	size_t i = 0;

	while (i < s.len && isdigit((unsigned char)s.p[i]))
		i++;
	if (!i && s.len && s.p[0] == '{')
		i = lex_brace(s);
	return i && i + 1 < s.len && s.p[i] == 'x' && is_blank(s.p[i + 1]) ? i
									   : 0;
}

/* Where a row's text ends: before " #", outside of quotes and braces. */
static size_t text_end(struct str s, size_t from)
{
	size_t i = from;
	bool open = false;

	while (i < s.len) {
		if (s.p[i] == '#' && (i == 0 || is_blank(s.p[i - 1])))
			break;
		i += together(str_tail(s, i), &open);
	}
	while (i > from && is_blank(s.p[i - 1]))
		i--;
	return i;
}

static struct row *make_row(struct scan *sc, struct row row, size_t name,
			    size_t name_len, size_t text)
{
	struct row *r = ARENA_NEW(sc->arena, struct row);
	size_t end = text_end(sc->s, text);

	row.name = str_sub(sc->s, name, name_len);
	row.name_at = place(
		sc, name,
		name + name_len +
			(sc->s.p + name + name_len < sc->s.p + sc->s.len &&
			 sc->s.p[name + name_len] == ':'));
	row.text = str_sub(sc->s, text, end - text);
	row.text_at = place(sc, text, end);
	*r = row;
	return r;
}

static struct row *removal(struct scan *sc, size_t i)
{
	size_t from = i + 1, end = from;

	while (end < sc->s.len && is_header_char(sc->s.p[end]))
		end++;
	if (end == from || !isalpha((unsigned char)sc->s.p[from]) ||
	    text_end(sc->s, from) != end)
		return NULL;
	return make_row(sc, (struct row){ .remove = true }, from, end - from,
			end);
}

/* NULL: the line is no header row. */
static struct row *scan_row(struct scan *sc)
{
	struct row row = { 0 };
	size_t i = skip_blanks(sc->s, 0), len;
	struct str rest = str_tail(sc->s, i);

	if (rest.len && rest.p[0] == '-')
		return removal(sc, i);
	if (rest.len > 1 && rest.p[0] == '+' && is_blank(rest.p[1])) {
		row.add = true;
		i = skip_blanks(sc->s, i + 1);
	}
	len = times_of(str_tail(sc->s, i));
	if (len) {
		row.times = str_sub(sc->s, i, len);
		i = skip_blanks(sc->s, i + len + 1);
	}
	len = header_name(str_tail(sc->s, i));
	if (len)
		return make_row(sc, row, i, len,
				skip_blanks(sc->s, i + len + 1));
	return row.add ? make_row(sc, row, i, 0, i) : NULL;
}

/* ---- heredocs ---- */

static size_t indent_of(struct str s)
{
	return skip_blanks(s, 0);
}

static size_t common_indent(const struct src *src, unsigned from, unsigned to)
{
	size_t least = SIZE_MAX;

	for (unsigned i = from; i < to; i++) {
		struct str s = src_line_text(src, i);
		size_t n = indent_of(s);

		if (n < s.len && n < least)
			least = n;
	}
	return least == SIZE_MAX ? 0 : least;
}

/* The lines up to the one that is the word alone, each ended by CRLF, without
 * the indentation that all share. */
static void read_heredoc(struct lex *lx, struct token *t)
{
	struct str word = str_tail(t->text, 2);
	unsigned from = lx->line, to = from;
	buf_auto out = { 0 };
	size_t indent;

	while (to <= lx->src->nlines &&
	       !str_eq(str_trim(src_line_text(lx->src, to)), word))
		to++;
	lx->line = to + 1;
	t->kind = TOK_HEREDOC;
	if (to > lx->src->nlines)
		diag_add(lx->ds, CODE(UNTERMINATED_HEREDOC), t->at,
			 "no line below is \"" STR_F "\" alone", STR_A(word));
	indent = common_indent(lx->src, from, to);
	for (unsigned i = from; i < to; i++) {
		struct str s = src_line_text(lx->src, i);

		buf_add_str(&out, str_tail(s, indent < s.len ? indent : s.len));
		buf_add_z(&out, "\r\n");
	}
	t->text = arena_str(lx->arena, buf_str(&out));
}

static bool is_heredoc(const struct token *t)
{
	return t->kind == TOK_WORD && t->text.len > 2 &&
	       str_starts(t->text, "<<");
}

/* ---- files ---- */

static struct loc row_at(const struct scan *sc, const struct row *row)
{
	size_t from = skip_blanks(sc->s, 0);
	struct loc at = place(sc, from, from + 1);

	at = loc_join(at, row->name_at);
	return row->text.len ? loc_join(at, row->text_at) : at;
}

bool lex_next(struct lex *lx, struct text_line *ret)
{
	while (lx->line <= lx->src->nlines) {
		struct scan sc = { .lx = lx, .arena = lx->arena };

		sc.s = src_line_text(lx->src, lx->line++);
		*ret = (struct text_line){ 0 };
		if (lx->rows)
			ret->row = scan_row(&sc);
		if (ret->row) {
			ret->at = row_at(&sc, ret->row);
			return true;
		}
		scan_line(&sc);
		if (!sc.n)
			continue;
		ret->toks = sc.toks;
		ret->n = sc.n;
		ret->at = loc_join(sc.toks[0].at, sc.toks[sc.n - 1].at);
		if (lx->rows && is_heredoc(&sc.toks[sc.n - 1]))
			read_heredoc(lx, &ret->toks[sc.n - 1]);
		return true;
	}
	return false;
}
