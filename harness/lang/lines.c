/* SPDX-License-Identifier: MIT */
/* Files into lines of words: strings, [ids], {templates} and comments. */
#include "lang/lines.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Where a trailing comment begins: '#' after white space, outside strings. */
static size_t comment_at(struct str s)
{
	bool quoted = false;

	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == '\\' && quoted)
			i++;
		else if (s.p[i] == '"')
			quoted = !quoted;
		else if (s.p[i] == '#' && !quoted &&
			 (i == 0 || is_space(s.p[i - 1])))
			return i;
	}
	return s.len;
}

/* ---- words
 * ------------------------------------------------------------------- */

struct splitter {
	struct arena *arena;
	struct str rest;
	struct loc at;
	bool own_places; /* rest lies in at.src's text */
	struct tok *words;
	unsigned n;
	struct diags *ds;
};

static struct loc place(const struct splitter *s, const char *p, size_t len)
{
	struct loc at = s->at;

	if (s->own_places) {
		at.off = (uint32_t)(p - at.src->text.p);
		at.len = (uint32_t)len;
	}
	return at;
}

static void push(struct splitter *s, struct str text, bool quoted,
		 struct loc at)
{
	if (s->n >= LINES_WORDS_MAX)
		return;
	*ARENA_PUSH(s->arena, s->words, s->n) =
		(struct tok){ .text = text, .quoted = quoted, .at = at };
}

static char escaped(char c)
{
	return c == 'r' ? '\r' : c == 'n' ? '\n' : c == 't' ? '\t' : c;
}

static void quoted_word(struct splitter *s)
{
	const char *start = s->rest.p;
	char *out = arena_alloc(s->arena, s->rest.len + 1);
	size_t n = 0, i = 1;

	for (; i < s->rest.len && s->rest.p[i] != '"'; i++) {
		if (s->rest.p[i] == '\\' && i + 1 < s->rest.len)
			out[n++] = escaped(s->rest.p[++i]);
		else
			out[n++] = s->rest.p[i];
	}
	if (i >= s->rest.len)
		diag_add(s->ds, DIAG_ERROR, "open-string",
			 place(s, start, s->rest.len),
			 "this string has no closing quote");
	else
		i++;
	push(s, (struct str){ out, n }, true, place(s, start, i));
	s->rest = str_tail(s->rest, i);
}

static void plain_word(struct splitter *s)
{
	const char *start = s->rest.p;
	size_t i = 0;
	int braces = 0;

	for (; i < s->rest.len; i++) {
		char c = s->rest.p[i];

		if (c == '{')
			braces++;
		else if (c == '}' && braces)
			braces--;
		else if (!braces &&
			 (is_space(c) || c == '(' || c == ')' || c == ','))
			break;
		else if (!braces && c == '[' && i == 0)
			break;
		else if (!braces && c == ']' && !memchr(start, '[', i))
			break;
	}
	if (i == 0)
		i = 1; /* a bracket, comma or parenthesis by itself */
	push(s, str_sub(s->rest, 0, i), false, place(s, start, i));
	s->rest = str_tail(s->rest, i);
}

unsigned lines_split(struct arena *a, struct str text, struct loc at,
		     struct tok **ret, struct diags *ds)
{
	struct splitter s = { .arena = a, .rest = text, .at = at, .ds = ds };

	s.own_places = at.src && text.p >= at.src->text.p &&
		       text.p < at.src->text.p + at.src->text.len;
	while (s.rest.len) {
		if (is_space(s.rest.p[0]))
			s.rest = str_tail(s.rest, 1);
		else if (s.rest.p[0] == '"')
			quoted_word(&s);
		else
			plain_word(&s);
	}
	*ret = s.words;
	return s.n;
}

/* ---- lines
 * ------------------------------------------------------------------------ */

static struct loc loc_of(const struct src *src, struct str s)
{
	return (struct loc){ .src = src,
			     .off = (uint32_t)(s.p - src->text.p),
			     .len = (uint32_t)s.len };
}

/* A heredoc's lines up to its end word; what is sent ends in CRLF. */
static size_t read_heredoc(struct arena *a, struct lines *f,
			   struct text_line *l, size_t next, struct diags *ds)
{
	ptrdiff_t mark = str_find(l->text, STR("<<"));
	struct str word;
	buf_auto out = { 0 };

	if (mark < 0)
		return next;
	word = str_trim(str_tail(l->text, (size_t)mark + 2));
	l->has_heredoc = true;
	for (; next < f->src->nlines; next++) {
		struct str t = src_line_text(f->src, (unsigned)next + 1);

		if (str_eq(str_trim(t), word)) {
			l->heredoc = arena_str(a, buf_str(&out));
			return next + 1;
		}
		buf_add_str(&out, t);
		buf_add_z(&out, "\r\n");
	}
	diag_add(ds, DIAG_ERROR, "open-heredoc", l->at,
		 "no line \"" STR_F "\" ends this text", STR_A(word));
	return next;
}

static void read_lines(struct arena *a, struct lines *f, struct diags *ds)
{
	for (size_t i = 0; i < f->src->nlines;) {
		struct str t = src_line_text(f->src, (unsigned)i + 1);
		struct text_line l = { 0 };

		i++;
		t = str_trim(str_sub(t, 0, comment_at(t)));
		if (!t.len)
			continue;
		l.text = t;
		l.at = loc_of(f->src, t);
		l.n = lines_split(a, t, l.at, &l.words, ds);
		i = read_heredoc(a, f, &l, i, ds);
		*ARENA_PUSH(a, f->list, f->n) = l;
	}
}

static bool is_text(struct str s)
{
	if (str_find_char(s, '\0') >= 0)
		return false;
	while (s.len) {
		size_t n = text_utf8_len(s);

		if (!n)
			return false;
		s = str_tail(s, n);
	}
	return true;
}

bool lines_read(struct arena *a, const char *path, struct lines *ret,
		struct diags *ds)
{
	buf_auto file = { .max = LINES_FILE_MAX };
	struct loc nowhere = { 0 };

	*ret = (struct lines){ 0 };
	errno = 0;
	if (!buf_read_file(&file, path)) {
		diag_add(ds, DIAG_ERROR, "unreadable", nowhere, "%s: %s", path,
			 strerror(errno));
		return false;
	}
	if (file.over) {
		diag_add(ds, DIAG_ERROR, "too-long", nowhere,
			 "%s: longer than 1 MiB; no scenario is", path);
		return false;
	}
	if (!is_text(buf_str(&file))) {
		diag_add(ds, DIAG_ERROR, "binary-file", nowhere,
			 "%s: not a text file (UTF-8)", path);
		return false;
	}
	ret->src = src_new(a, path, arena_str(a, buf_str(&file)));
	read_lines(a, ret, ds);
	return true;
}
