/* SPDX-License-Identifier: MIT */
/* str: a slice of bytes somebody else owns; may hold NULs and control bytes. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
	const char *p;
	size_t len;
};

#define STR(lit) ((struct str){ (lit), sizeof(lit) - 1 })
#define STR_NONE ((struct str){ NULL, 0 })
#define STR_F    "%.*s"
#define STR_A(s) (int)(s).len, (s).p ? (s).p : ""

/* The smallest are here so that what is constant costs nothing. */

static inline struct str str_from(const char *z)
{
	return (struct str){ z, z ? strlen(z) : 0 };
}

/* Clamped to what there is. */
static inline struct str str_sub(struct str s, size_t off, size_t len)
{
	if (off > s.len)
		off = s.len;
	if (len > s.len - off)
		len = s.len - off;
	return (struct str){ s.p ? s.p + off : NULL, len };
}

static inline struct str str_tail(struct str s, size_t off) /* clamped */
{
	return str_sub(s, off, s.len);
}

static inline bool str_eq(struct str a, struct str b)
{
	return a.len == b.len && (!a.len || !memcmp(a.p, b.p, a.len));
}

static inline bool str_is(struct str a, const char *z)
{
	return str_eq(a, str_from(z));
}

static inline ptrdiff_t str_find_char(struct str s, char c) /* -1: none */
{
	const char *hit = s.len ? memchr(s.p, c, s.len) : NULL;

	return hit ? hit - s.p : -1;
}

struct str str_trim(struct str s);            /* SP HT CR LF */
bool str_eq_case(struct str a, struct str b); /* ASCII case folded */
bool str_is_case(struct str a, const char *z);
bool str_starts(struct str s, const char *prefix);
bool str_starts_case(struct str s, const char *prefix);
bool str_ends(struct str s, const char *suffix);
ptrdiff_t str_find(struct str s, struct str needle); /* -1: none */
int str_cmp(struct str a, struct str b);
/* Splits s at the first c: head before it, rest after it (empty if none). */
bool str_cut(struct str s, char c, struct str *ret_head, struct str *ret_rest);
/* Decimal digits only, no sign; false on empty, other bytes or overflow. */
bool str_to_u64(struct str s, uint64_t *ret);
/* Slips of the pen between two words (two letters swapped are one), at most
 * limit + 1; for did-you-mean. */
size_t str_distance(struct str a, struct str b, size_t limit);

#endif
