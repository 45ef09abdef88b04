/* SPDX-License-Identifier: MIT */
/* Cuts header values at separators, tolerant of brackets that never close.
 * One pass over the bytes; it knows no header. */
#include "sip/split.h"

struct split split_begin(struct str s, char sep)
{
	return (struct split){ s, sep, true, true, true, true };
}

/* RFC 3261 25.1 quoted-string: a backslash takes the next byte with it. */
size_t split_quoted_end(struct str s, size_t off)
{
	for (size_t i = off + 1; i < s.len; i++) {
		if (s.p[i] == '\\')
			i++;
		else if (s.p[i] == '"')
			return i + 1;
	}
	return 0;
}

static size_t angle_end(struct str s, size_t off)
{
	ptrdiff_t at = str_find_char(str_tail(s, off), '>');

	return at < 0 ? 0 : off + (size_t)at + 1;
}

/* RFC 3261 25.1 comment: they nest. */
static size_t comment_end(struct str s, size_t off)
{
	unsigned depth = 0;

	for (size_t i = off; i < s.len; i++) {
		if (s.p[i] == '\\')
			i++;
		else if (s.p[i] == '(')
			depth++;
		else if (s.p[i] == ')' && --depth == 0)
			return i + 1;
	}
	return 0;
}

/* Offset behind the bracket at off, or off itself where none opens there. */
static size_t bracket_end(struct split *s, struct str text, size_t off)
{
	bool *open;
	size_t end;

	switch (text.p[off]) {
	case '"':
		open = &s->quotes;
		end = *open ? split_quoted_end(text, off) : 0;
		break;
	case '<':
		open = &s->angles;
		end = *open ? angle_end(text, off) : 0;
		break;
	case '(':
		open = &s->comments;
		end = *open ? comment_end(text, off) : 0;
		break;
	default:
		return off;
	}
	*open = end != 0;
	return end ? end : off;
}

static bool is_bracket(char c)
{
	return c == '"' || c == '<' || c == '(';
}

static bool has_bracket(struct str s)
{
	return str_find_char(s, '"') >= 0 || str_find_char(s, '<') >= 0 ||
	       str_find_char(s, '(') >= 0;
}

static ptrdiff_t find(struct split *s, char c)
{
	struct str text = s->rest;
	ptrdiff_t plain = str_find_char(text, c);

	if (plain < 0 || !has_bracket(str_sub(text, 0, (size_t)plain)))
		return plain;
	for (size_t i = 0; i < text.len;) {
		size_t end = i;

		if (text.p[i] == c)
			return (ptrdiff_t)i;
		if (is_bracket(text.p[i]))
			end = bracket_end(s, text, i);
		i = end > i ? end : i + 1;
	}
	return -1;
}

bool split_next(struct split *s, struct str *ret)
{
	ptrdiff_t at;

	if (!s->more)
		return false;
	at = find(s, s->sep);
	s->more = at >= 0;
	*ret = str_trim(at < 0 ? s->rest : str_sub(s->rest, 0, (size_t)at));
	s->rest = str_tail(s->rest, at < 0 ? s->rest.len : (size_t)at + 1);
	return true;
}

ptrdiff_t split_find(struct str s, char c)
{
	struct split all = split_begin(s, c);

	return find(&all, c);
}
