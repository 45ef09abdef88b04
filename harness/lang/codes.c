/* SPDX-License-Identifier: MIT */
/* The table of diagnostic codes; it prints nothing by itself. */
#include "lang/codes.h"

#include <string.h>

static const struct code codes[] = {
#define CODE(code, meaning) { code, meaning },
#include "lang/codes.def"
#undef CODE
};

enum { NCODES = sizeof(codes) / sizeof(*codes) };

const struct code *codes_all(size_t *ret_n)
{
	*ret_n = NCODES;
	return codes;
}

const struct code *codes_find(const char *code)
{
	for (size_t i = 0; i < NCODES; i++)
		if (!strcmp(codes[i].code, code))
			return &codes[i];
	return NULL;
}
