/* SPDX-License-Identifier: MIT */
/* The table of header names, searched by length; no header is parsed here. */
#include "sip/header.h"

#include <limits.h>

#define HEADER(id, name, shape, list)                                          \
	[HEADER_##id] = { { name, sizeof(name) - 1 }, SHAPE_##shape, list },
static const struct header_info infos[HEADER_COUNT] = {
#include "sip/fields.def"
};

#define HEADER(id, name, shape, list) [HEADER_##id] = sizeof(name) - 1,
static const unsigned char lengths[HEADER_COUNT] = {
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

static bool is_name(const struct header_info *info, struct str name)
{
	return lower(info->name.p[0]) == lower(name.p[0]) &&
	       str_eq_case(info->name, name);
}

/* Few names are of one length. */
static enum header_id find_long(struct str name)
{
	const unsigned char *at = lengths;

	while ((at = memchr(at + 1, (int)name.len,
			    (size_t)(lengths + HEADER_COUNT - 1 - at))))
		if (is_name(&infos[at - lengths], name))
			return (enum header_id)(at - lengths);
	return HEADER_UNKNOWN;
}

/* RFC 3261 7.3.3: a compact form counts everywhere. HEADER_UNKNOWN for what
 * the table does not hold, the empty name too. */
enum header_id header_find(struct str name)
{
	if (!name.len || name.len > UCHAR_MAX)
		return HEADER_UNKNOWN;
	if (name.len == 1) {
		unsigned letter = lower(name.p[0]) - 'a';

		return letter < 26 ? compacts[letter] : HEADER_UNKNOWN;
	}
	return find_long(name);
}

/* Lives for ever; never NULL. */
const struct header_info *header_info(enum header_id id)
{
	return &infos[id];
}
