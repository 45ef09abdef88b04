/* SPDX-License-Identifier: MIT */
/* torture: the messages of this folder as bytes. A file holds one message as
 * lines; each line end stands for CRLF, and these stand for bytes that an
 * editor would not show:
 *
 *	{x00ff}   the bytes 00 ff
 *	{20*long} "long" twenty times
 *	{length}  the length of what follows the empty line
 *
 * Every other brace is itself. */
#ifndef TESTS_TORTURE_H
#define TESTS_TORTURE_H

#include "base/buf.h"

static inline int torture_hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Adds what "x00ff" stands for; false: it is no such thing. */
static inline bool torture_bytes(struct buf *out, struct str inner)
{
	if (inner.len < 3 || inner.p[0] != 'x' || inner.len % 2 == 0)
		return false;
	for (size_t i = 1; i < inner.len; i++)
		if (torture_hex(inner.p[i]) < 0)
			return false;
	for (size_t i = 1; i < inner.len; i += 2)
		buf_add_char(out, (char)(torture_hex(inner.p[i]) << 4 |
					 torture_hex(inner.p[i + 1])));
	return true;
}

static inline bool torture_times(struct buf *out, struct str inner)
{
	struct str count, text;
	uint64_t n;

	if (!str_cut(inner, '*', &count, &text) || !str_to_u64(count, &n))
		return false;
	while (n--)
		buf_add_str(out, text);
	return true;
}

/* The brace at the front of rest; how much of it is used. */
static inline size_t torture_brace(struct buf *out, struct str rest,
				   size_t length)
{
	ptrdiff_t close = str_find_char(rest, '}');
	struct str inner =
		close < 0 ? STR_NONE : str_sub(rest, 1, (size_t)close - 1);

	if (str_is(inner, "length"))
		buf_addf(out, "%zu", length);
	else if (!torture_bytes(out, inner) && !torture_times(out, inner))
		return 0;
	return inner.len + 2;
}

static inline void torture_decode(struct buf *out, struct str text,
				  size_t length)
{
	for (size_t i = 0; i < text.len;) {
		size_t used = 0;

		if (text.p[i] == '{')
			used = torture_brace(out, str_tail(text, i), length);
		if (!used && text.p[i] == '\n')
			buf_add_char(out, '\r');
		if (!used)
			buf_add_char(out, text.p[i]);
		i += used ? used : 1;
	}
}

/* False: there is no such file. */
static inline bool torture_read(const char *path, struct buf *out)
{
	buf_auto file = { 0 }, body = { 0 };
	ptrdiff_t blank;

	if (!buf_read_file(&file, path))
		return false;
	blank = str_find(buf_str(&file), STR("\n\n"));
	if (blank >= 0)
		torture_decode(&body,
			       str_tail(buf_str(&file), (size_t)blank + 2), 0);
	torture_decode(out, buf_str(&file), body.len);
	return true;
}

#endif
