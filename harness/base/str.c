/* SPDX-License-Identifier: MIT */
/* Slices of bytes: comparing, cutting, searching. Nothing here allocates. */
#include "base/str.h"

#include <strings.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str str_trim(struct str s)
{
	while (s.len && is_blank(s.p[0]))
		s = str_tail(s, 1);
	while (s.len && is_blank(s.p[s.len - 1]))
		s.len--;
	return s;
}

bool str_eq_case(struct str a, struct str b)
{
	return a.len == b.len && (!a.len || !strncasecmp(a.p, b.p, a.len));
}

bool str_is_case(struct str a, const char *z)
{
	return str_eq_case(a, str_from(z));
}

bool str_starts(struct str s, const char *prefix)
{
	return str_is(str_sub(s, 0, strlen(prefix)), prefix);
}

bool str_starts_case(struct str s, const char *prefix)
{
	return str_is_case(str_sub(s, 0, strlen(prefix)), prefix);
}

bool str_ends(struct str s, const char *suffix)
{
	size_t n = strlen(suffix);

	return s.len >= n && str_is(str_tail(s, s.len - n), suffix);
}

ptrdiff_t str_find(struct str s, struct str needle)
{
	const char *hit;

	if (!needle.len)
		return 0;
	hit = s.len ? memmem(s.p, s.len, needle.p, needle.len) : NULL;
	return hit ? hit - s.p : -1;
}

int str_cmp(struct str a, struct str b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int c = n ? memcmp(a.p, b.p, n) : 0;

	return c ? c : (a.len > b.len) - (a.len < b.len);
}

bool str_cut(struct str s, char c, struct str *ret_head, struct str *ret_rest)
{
	ptrdiff_t at = str_find_char(s, c);

	*ret_head = at < 0 ? s : str_sub(s, 0, (size_t)at);
	*ret_rest = at < 0 ? str_tail(s, s.len) : str_tail(s, (size_t)at + 1);
	return at >= 0;
}

bool str_to_u64(struct str s, uint64_t *ret)
{
	uint64_t n = 0;

	if (!s.len)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		unsigned d = (unsigned char)s.p[i] - '0';

		if (d > 9 || n > (UINT64_MAX - d) / 10)
			return false;
		n = n * 10 + d;
	}
	*ret = n;
	return true;
}

enum { DISTANCE_MAX = 64 };

struct rows { /* of the distances between beginnings of both words */
	size_t older[DISTANCE_MAX + 1], old[DISTANCE_MAX + 1],
		now[DISTANCE_MAX + 1];
};

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Of the first i letters of a and the first j of b. */
static size_t cell(const struct rows *r, struct str a, struct str b, size_t i,
		   size_t j)
{
	size_t best = least(least(r->old[j], r->now[j - 1]) + 1,
			    r->old[j - 1] + (a.p[i - 1] != b.p[j - 1]));

	if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] &&
	    a.p[i - 2] == b.p[j - 1])
		best = least(best, r->older[j - 2] + 1);
	return best;
}

/* Letters put in, left out, replaced, or swapped with the next. */
size_t str_distance(struct str a, struct str b, size_t limit)
{
	struct rows r = { .now = { 0 } };

	if (a.len > DISTANCE_MAX || b.len > DISTANCE_MAX)
		return limit + 1;
	for (size_t j = 0; j <= b.len; j++)
		r.now[j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		memcpy(r.older, r.old, sizeof(r.old));
		memcpy(r.old, r.now, sizeof(r.now));
		r.now[0] = i;
		for (size_t j = 1; j <= b.len; j++)
			r.now[j] = cell(&r, a, b, i, j);
	}
	return least(r.now[b.len], limit + 1);
}
