/* SPDX-License-Identifier: MIT */
/* The table of diagnostic codes; it prints nothing by itself. */
#include "lang/codes.h"

const struct diag_code lang_codes[LANG_NCODES] = {
#define DIAG_CODE(id, name, level, sentence, explain)                          \
	{ name, DIAG_##level, sentence, explain },
#include "lang/codes.def"
#undef DIAG_CODE
};

const struct diag_code *lang_code_explain(struct str name)
{
	for (size_t i = 0; i < LANG_NCODES; i++)
		if (str_is(name, lang_codes[i].name))
			return &lang_codes[i];
	return NULL;
}

struct str lang_code_nearest(struct str name)
{
	struct str names[LANG_NCODES];

	for (size_t i = 0; i < LANG_NCODES; i++)
		names[i] = str_from(lang_codes[i].name);
	return diag_nearest(name, names, LANG_NCODES);
}
