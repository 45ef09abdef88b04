/* SPDX-License-Identifier: MIT */
/* Quotes of the shell, of POSIX.1-2017 XCU 2.2; runs nothing. */
#include "base/quote.h"

#include <string.h>

static bool begins_word(char last)
{
	return !last || strchr(" \t\n;&|(", last);
}

/* Unquoted: $'...' has escapes of its own, "<<" takes lines as they are. */
static void step_plain(struct quote *q, char c)
{
	q->opaque |= (c == '\'' && q->last == '$') ||
		     (c == '<' && q->last == '<') ||
		     (c == '#' && begins_word(q->last));
	q->single = c == '\'';
	q->twofold = c == '"';
}

void quote_step(struct quote *q, char c)
{
	if (q->single) {
		q->single = c != '\'';
		q->last = '\'';
	} else if (q->escaped) {
		q->escaped = false;
		q->last = '\\';
	} else {
		q->opaque |=
			c == '`' || ((c == '(' || c == '{') && q->last == '$');
		if (q->twofold)
			q->twofold = c != '"';
		else
			step_plain(q, c);
		q->escaped = c == '\\';
		q->last = c;
	}
}

const char *quote_refuses(const struct quote *q)
{
	if (q->opaque)
		return "behind $( ), ${ }, ` `, <<, # or $' ' the shell could "
		       "read more out of a value than itself";
	if (q->escaped)
		return "a backslash stands in front of it";
	if (q->last == '$')
		return "a $ stands in front of it";
	return NULL;
}

static void add_single(struct str value, struct buf *out)
{
	for (size_t i = 0; i < value.len; i++) {
		if (value.p[i] == '\'')
			buf_add_z(out, "'\\''");
		else
			buf_add_char(out, value.p[i]);
	}
}

void quote_value(struct quote *q, struct str value, struct buf *out)
{
	if (q->single) {
		add_single(value, out);
		return;
	}
	buf_add_z(out, q->twofold ? "\"'" : "'");
	add_single(value, out);
	buf_add_z(out, q->twofold ? "'\"" : "'");
	q->last = '\'';
	q->escaped = false;
}

/* ---- words ---- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

bool quote_word(struct arena *a, struct str *rest, struct str *ret, bool *open)
{
	buf_auto out = { 0 };
	char in = 0;
	size_t i = 0;

	*open = false;
	while (i < rest->len && is_blank(rest->p[i]))
		i++;
	if (i == rest->len)
		return false;
	for (; i < rest->len && (in || !is_blank(rest->p[i])); i++) {
		char c = rest->p[i];

		if (in ? c == in : c == '\'' || c == '"')
			in = in ? 0 : c;
		else
			buf_add_char(&out, c);
	}
	*open = in != 0;
	*rest = str_tail(*rest, i);
	*ret = arena_str(a, buf_str(&out));
	return !in;
}
