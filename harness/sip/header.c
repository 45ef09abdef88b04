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
	return info->name.len == name.len &&
	       lower(info->name.p[0]) == lower(name.p[0]) &&
	       (!memcmp(info->name.p, name.p, name.len) ||
		str_eq_case(info->name, name));
}

/* Most names that come are among these: by length and second letter. Two in
 * one slot are an error of the compiler (-Winitializer-overrides). */
#define SLOT(len, second)       (((len)*8u + ((second)&31u)) & 127u)
#define COMMON(len, second, id) [SLOT(len, second)] = HEADER_##id,
/* clang-format off */
static const unsigned char common[128] = {
	COMMON(2, 'o', TO)
	COMMON(3, 'i', VIA)
	COMMON(4, 'r', FROM)
	COMMON(4, 's', CSEQ)
	COMMON(5, 'v', EVENT)
	COMMON(7, 'a', CALL_ID)
	COMMON(7, 'o', CONTACT)
	COMMON(8, 'e', REFER_TO)
	COMMON(12, 'a', MAX_FORWARDS)
	COMMON(12, 'o', CONTENT_TYPE)
	COMMON(12, 'e', RECORD_ROUTE)
	COMMON(14, 'o', CONTENT_LENGTH)
	COMMON(18, 'u', SUBSCRIPTION_STATE)
};
/* clang-format on */

/* Few names are of one length. */
static enum header_id find_long(struct str name)
{
	const unsigned char *at = lengths;
	unsigned guess =
		common[SLOT((unsigned)name.len, (unsigned char)name.p[1])];

	if (is_name(&infos[guess], name))
		return (enum header_id)guess;
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
