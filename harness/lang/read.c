/* SPDX-License-Identifier: MIT */
/* A file of an author's, fit to be lexed: it exists, is text and is small. */
#include "base/text.h"
#include "lang/lex.h"

#include <errno.h>
#include <sys/stat.h>

static struct loc start_of(const struct src *src)
{
	return (struct loc){ src, 0, 0 };
}

/* Where the first byte stands that is no text; text.len: nowhere. */
static size_t first_binary(struct str s)
{
	for (size_t i = 0; i < s.len;) {
		size_t n;

		if (s.p[i] > 0 && s.p[i] < 127) {
			i++;
			continue;
		}
		n = s.p[i] ? text_utf8_len(str_tail(s, i)) : 0;
		if (!n)
			return i;
		i += n;
	}
	return s.len;
}

static void cannot_read(struct arena *a, const char *path, const char *shown,
			struct loc at, struct diags *ds, const char *why)
{
	if (!at.src)
		at = start_of(src_new(a, shown, STR("")));
	diag_add(ds, CODE(CANNOT_READ), at, "cannot read %s: %s", path, why);
}

static bool size_fits(const char *path, struct arena *a, const char *shown,
		      struct loc at, struct diags *ds)
{
	struct stat st;

	if (stat(path, &st) < 0) {
		cannot_read(a, path, shown, at, ds, strerror(errno));
		return false;
	}
	if (S_ISDIR(st.st_mode)) {
		cannot_read(a, path, shown, at, ds, strerror(EISDIR));
		return false;
	}
	if (st.st_size <= LEX_FILE_MAX)
		return true;
	at = start_of(src_new(a, shown, STR("")));
	diag_add(ds, CODE(TOO_LONG), at,
		 "%s has %lld bytes, more than the %d that are read", path,
		 (long long)st.st_size, LEX_FILE_MAX);
	return false;
}

struct src *lex_accept(struct arena *a, const char *shown, struct str text,
		       struct diags *ds)
{
	struct src *src;
	size_t bad;

	if (text.len > LEX_FILE_MAX) {
		diag_add(ds, CODE(TOO_LONG),
			 start_of(src_new(a, shown, STR(""))),
			 "%s has %zu bytes, more than the %d that are read",
			 shown, text.len, LEX_FILE_MAX);
		return NULL;
	}
	/* A byte order mark says nothing about UTF-8. */
	if (str_starts(text, "\xef\xbb\xbf"))
		text = str_tail(text, 3);
	src = src_new(a, shown, arena_str(a, text));
	bad = first_binary(src->text);
	if (bad < src->text.len) {
		diag_add(ds, CODE(BINARY_FILE),
			 (struct loc){ src, (uint32_t)bad, 1 },
			 "byte 0x%02x is no UTF-8 text",
			 (unsigned char)src->text.p[bad]);
		return NULL;
	}
	return src;
}

struct src *lex_read(struct arena *a, const char *path, const char *shown,
		     struct loc at, struct diags *ds)
{
	buf_auto b = { .max = LEX_FILE_MAX };

	if (!size_fits(path, a, shown, at, ds))
		return NULL;
	if (!buf_read_file(&b, path)) {
		cannot_read(a, path, shown, at, ds, strerror(errno));
		return NULL;
	}
	return lex_accept(a, shown, buf_str(&b), ds);
}
