/* SPDX-License-Identifier: MIT */
/* Which header has which checker (the SYNTAX rows of fields.def), and breaches
 * in words. Form alone is judged, not meaning. */
#include "sip/syntax.h"

#include "base/buf.h"
#include "sip/syntax_parts.h"

#define SYNTAX(id, checker) [HEADER_##id] = (checker),
static check_fn *const checks[HEADER_COUNT] = {
#include "sip/fields.def"
};

bool syntax_has(enum header_id id)
{
	return checks[id] != NULL;
}

struct breach syntax_check(enum header_id id, struct str value)
{
	return checks[id] ? checks[id](value) : BREACH_NONE;
}

enum { EXCERPT_MAX = 16 };

/* What a person can read whatever the bytes are. */
static void add_excerpt(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.len && i < EXCERPT_MAX; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c < 0x20 || c >= 0x7f)
			buf_addf(out, "\\x%02x", c);
		else
			buf_add_char(out, s.p[i]);
	}
	if (s.len > EXCERPT_MAX)
		buf_add_z(out, "…");
}

struct str syntax_text(struct arena *a, struct str all, struct breach b)
{
	size_t at = b.at && all.p ? (size_t)(b.at - all.p) : 0;
	buf_auto out = { 0 };

	if (!b.what)
		return STR("valid");
	buf_addf(&out, "byte %zu, ", at + 1);
	if (at < all.len) {
		buf_add_z(&out, "at \"");
		add_excerpt(&out, str_tail(all, at));
		buf_add_z(&out, "\"");
	} else {
		buf_add_z(&out, "at the end");
	}
	buf_addf(&out, ": %s", b.what);
	return arena_str(a, buf_str(&out));
}
