/* SPDX-License-Identifier: MIT */
/* quote: where in a shell command a byte stands, so that a value put there
 * stays one value whatever is in it. Words without a shell, too. */
#ifndef BASE_QUOTE_H
#define BASE_QUOTE_H

#include "base/arena.h"
#include "base/buf.h"

/* As "sh" reads it; { 0 } stands in front of a command. */
struct quote {
	bool single, twofold; /* between '...', "..." */
	bool escaped;         /* behind a backslash */
	bool opaque;          /* behind $( ${ ` << # or $': who knows */
	char last; /* unquoted or twofold; 0: none, or an escaped one */
};

void quote_step(struct quote *q, char c);
/* Can a value stand here and be only itself? NULL: yes; else why not. */
const char *quote_refuses(const struct quote *q);
/* The value as it must be written here. */
void quote_value(struct quote *q, struct str value, struct buf *out);

/* Takes the next word of a command that no shell reads: blanks part words,
 * '...' and "..." hold them together, nothing else has a meaning. False: there
 * is none, or (*open) its quote does not close. */
bool quote_word(struct arena *a, struct str *rest, struct str *ret, bool *open);

#endif
