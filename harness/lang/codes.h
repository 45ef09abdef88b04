/* SPDX-License-Identifier: MIT */
/* codes: all that can be said of an author's text (codes.def). */
#ifndef LANG_CODES_H
#define LANG_CODES_H

#include "base/diag.h"

enum lang_code {
#define DIAG_CODE(id, name, level, sentence, explain) CODE_##id,
#include "lang/codes.def"
#undef DIAG_CODE
	LANG_NCODES
};

extern const struct diag_code lang_codes[LANG_NCODES];

/* A code that the table lacks does not compile. */
#define CODE(id) (&lang_codes[CODE_##id])

/* The row of "unknown-dialog"; NULL: there is none. */
const struct diag_code *lang_code_explain(struct str name);
/* The name of the row that is meant instead, or STR_NONE. */
struct str lang_code_nearest(struct str name);

#endif
