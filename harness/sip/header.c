/* SPDX-License-Identifier: MIT */
/* The table of header names, searched by halves; no header is parsed here. */
#include "sip/header.h"

#define HEADER(id, name, shape, list)                                          \
	[HEADER_##id] = { { name, sizeof(name) - 1 }, SHAPE_##shape, list },
static const struct header_info infos[HEADER_COUNT] = {
#include "sip/fields.def"
};

#define COMPACT(letter, id) [(letter) - 'a'] = HEADER_##id,
static const unsigned char compacts[26] = {
#include "sip/fields.def"
};

_Static_assert((int)HEADER_COUNT < 256, "compacts and line ids are bytes");

static unsigned char lower(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

static int compare(struct str a, struct str b)
{
	size_t n = a.len < b.len ? a.len : b.len;

	/* most differ in the first two: no library call is worth it */
	for (size_t i = 0; i < n; i++) {
		int c = lower(a.p[i]) - lower(b.p[i]);

		if (c)
			return c;
	}
	return (a.len > b.len) - (a.len < b.len);
}

/* RFC 3261 7.3.3: a compact form counts everywhere. HEADER_UNKNOWN for what
 * the table does not hold, the empty name too. */
enum header_id header_find(struct str name)
{
	int lo = 1, hi = HEADER_COUNT - 1;

	if (!name.len)
		return HEADER_UNKNOWN;
	if (name.len == 1) {
		unsigned letter = lower(name.p[0]) - 'a';

		return letter < 26 ? compacts[letter] : HEADER_UNKNOWN;
	}
	while (lo <= hi) {
		int mid = (lo + hi) / 2;
		int c = compare(name, infos[mid].name);

		if (!c)
			return (enum header_id)mid;
		if (c < 0)
			hi = mid - 1;
		else
			lo = mid + 1;
	}
	return HEADER_UNKNOWN;
}

/* Lives for ever; never NULL. */
const struct header_info *header_info(enum header_id id)
{
	return &infos[id];
}
