/* SPDX-License-Identifier: MIT */
/* layout: a scenario file in its canonical layout. Only white space changes;
 * every word, comment and heredoc stays as it is. */
#ifndef LANG_LAYOUT_H
#define LANG_LAYOUT_H

#include "lang/lex.h"

/* The file as it should look. False where its lines or blocks are wrong: the
 * diagnostics say why, and out holds nothing of use. */
bool layout_file(struct arena *a, struct src *src, struct buf *out,
		 struct diags *ds);
/* Do two files say the same, word for word? */
bool layout_same(struct arena *a, struct src *one, struct src *two);

#endif
