/* SPDX-License-Identifier: MIT */
/* field_fix: paths as text, for tests that read fields. */
#ifndef TESTS_FIELD_FIX_H
#define TESTS_FIELD_FIX_H

#include "sip/field.h"

static inline enum field_root field_fix_root(struct str name)
{
	/* clang-format off */
	static const struct { const char *name; enum field_root root; } all[] = {
		{ "request-uri", FIELD_REQUEST_URI },
		{ "status", FIELD_STATUS },
		{ "method", FIELD_METHOD },
		{ "body", FIELD_BODY },
		{ "sipfrag", FIELD_SIPFRAG },
		{ "sdp", FIELD_SDP },
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (str_is(name, all[i].name))
			return all[i].root;
	return FIELD_HEADER;
}

/* "Contact[2].uri.host" as the language reads it; slices of text. */
static inline struct field_path field_fix_path(const char *text)
{
	struct field_path p = { .index = 0 };
	struct str rest, name = STR_NONE, index;
	uint64_t n;

	str_cut(str_from(text), '.', &name, &rest);
	if (str_cut(name, '[', &name, &index) &&
	    str_to_u64(str_sub(index, 0, index.len - 1), &n))
		p.index = (unsigned)n;
	p.root = field_fix_root(name);
	p.header = name;
	while (rest.len && p.nparts < FIELD_PARTS_MAX)
		str_cut(rest, '.', &p.parts[p.nparts++], &rest);
	return p;
}

#endif
