/* SPDX-License-Identifier: MIT */
/* lines: a file as lines of words; every word knows its place. */
#ifndef LANG_LINES_H
#define LANG_LINES_H

#include "base/diag.h"

struct tok {
	struct str text; /* without the quotes of a string */
	bool quoted;
	struct loc at;
};

struct text_line {
	struct tok *words;
	unsigned n;
	struct str text; /* trimmed, without its comment */
	struct loc at;
	struct str heredoc; /* of a line that ends in <<END */
	bool has_heredoc;
};

struct lines {
	struct src *src;
	struct text_line *list;
	size_t n;
};

enum { LINES_FILE_MAX = 1 << 20, LINES_WORDS_MAX = 200 };

/* Reads a file; what is no text, too long or unreadable is a diagnostic. */
bool lines_read(struct arena *a, const char *path, struct lines *ret,
		struct diags *ds);
/* Splits one text into words that all stand at `at` (a template's value) or,
 * where text lies in at.src, at their own places. */
unsigned lines_split(struct arena *a, struct str text, struct loc at,
		     struct tok **ret, struct diags *ds);

#endif
