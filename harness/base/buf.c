/* SPDX-License-Identifier: MIT */
/* Growing bytes with a ceiling; what does not fit is dropped and marked. */
#include "base/buf.h"

#include <errno.h>
#include <stdlib.h>

#include "base/arena.h"

enum { BUF_DEFAULT_MAX = 64 << 20 };

/* Room for n more bytes and a NUL; false (and over) above the ceiling. */
static bool reserve(struct buf *b, size_t n)
{
	size_t max = b->max ? b->max : BUF_DEFAULT_MAX;
	size_t cap = b->cap ? b->cap : 256;

	if (n > max || b->len > max - n) {
		b->over = true;
		return false;
	}
	if (b->len + n < b->cap)
		return true;
	while (cap <= b->len + n)
		cap *= 2;
	b->p = arena_must(realloc(b->p, cap));
	b->cap = cap;
	return true;
}

void buf_add(struct buf *b, const void *bytes, size_t n)
{
	if (!n || !reserve(b, n))
		return;
	memcpy(b->p + b->len, bytes, n);
	b->len += n;
}

void buf_add_str(struct buf *b, struct str s)
{
	buf_add(b, s.p, s.len);
}

void buf_add_z(struct buf *b, const char *z)
{
	buf_add(b, z, strlen(z));
}

void buf_add_char(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void buf_add_fill(struct buf *b, char c, size_t n)
{
	if (!n || !reserve(b, n))
		return;
	memset(b->p + b->len, c, n);
	b->len += n;
}

void buf_vaddf(struct buf *b, const char *fmt, va_list ap)
{
	size_t room = b->cap - b->len;
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(room ? b->p + b->len : NULL, room, fmt, again);
	va_end(again);
	if (n < 0 || !reserve(b, (size_t)n + 1))
		return;
	if ((size_t)n >= room)
		vsnprintf(b->p + b->len, (size_t)n + 1, fmt, ap);
	b->len += (size_t)n;
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(b, fmt, ap);
	va_end(ap);
}

struct str buf_str(const struct buf *b)
{
	return (struct str){ b->p, b->len };
}

const char *buf_z(struct buf *b)
{
	if (!b->p && !reserve(b, 1))
		return "";
	b->p[b->len] = '\0';
	return b->p;
}

void buf_clear(struct buf *b)
{
	b->len = 0;
	b->over = false;
}

void buf_free(struct buf *b)
{
	free(b->p);
	*b = (struct buf){ .max = b->max };
}

bool buf_read_file(struct buf *b, const char *path)
{
	char chunk[16384];
	size_t n;
	bool ok;
	FILE *f = fopen(path, "rbe");

	if (!f)
		return false;
	while (!b->over && (n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		buf_add(b, chunk, n);
	ok = !ferror(f);
	if (!ok && !errno)
		errno = EIO;
	fclose(f);
	return ok;
}

bool buf_write_file(const struct buf *b, const char *path)
{
	FILE *f = fopen(path, "wbe");
	bool ok;

	if (!f)
		return false;
	ok = !b->len || fwrite(b->p, 1, b->len, f) == b->len;
	return fclose(f) == 0 && ok;
}
