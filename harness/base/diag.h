/* SPDX-License-Identifier: MIT */
/* diag: what is wrong with an author's text, with its place. */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H

#include "base/arena.h"
#include "base/buf.h"

struct src { /* one file's text; lives as long as everything made of it */
	const char *path; /* as shown to people */
	struct str text;
	uint32_t *lines; /* offset of each line's start */
	size_t nlines;
};

struct loc { /* a piece of a file; src NULL: nowhere */
	const struct src *src;
	uint32_t off, len;
};

enum diag_level { DIAG_ERROR, DIAG_WARNING, DIAG_NOTE };

struct diag_code {        /* one row of a table of all that can be said */
	const char *name; /* "unknown-dialog" */
	enum diag_level level;
	const char *sentence; /* what it says, for lists */
	const char *explain;  /* why it is said, and the cure */
};

struct diag {
	enum diag_level level;
	const char *code; /* "unknown-dialog"; NULL for notes */
	struct loc at;
	struct loc above; /* a line shown above the source; src NULL: none */
	struct str text;
	struct str hint; /* printed behind the caret; may be empty */
};

enum { DIAGS_SHOWN = 20, DIAGS_KEPT = 1000 };

struct diags {
	struct arena *arena;
	struct diag *list; /* DIAGS_KEPT at most */
	size_t n;
	size_t from;             /* what is older may be said once more */
	size_t errors, warnings; /* all, kept or not */
	struct diag spare;       /* what was said already, or one too many */
	bool muted;              /* the one added last is the spare */
};

struct src *src_new(struct arena *a, const char *path, struct str text);
unsigned src_line(const struct loc *at);   /* from 1; 0: nowhere */
unsigned src_column(const struct loc *at); /* from 1, in code points */
struct str src_line_text(const struct src *src, unsigned line);
struct str loc_text(struct loc at);
struct loc loc_join(struct loc a, struct loc b); /* from a to the end of b */

/* Both return the new entry, so that a hint can be set; never NULL. The same
 * code at the same place is said once (since from). */
struct diag *diag_add(struct diags *ds, const struct diag_code *code,
		      struct loc at, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* A note belongs to the diagnostic added last. */
struct diag *diag_note(struct diags *ds, struct loc at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* All of them as text: file:line:col: level: sentence [code], the source
 * line, a caret; at most DIAGS_SHOWN errors and warnings. */
void diag_print(const struct diags *ds, struct buf *out);
/* The nearest of names to word, or STR_NONE where none is near. */
struct str diag_nearest(struct str word, const struct str *names, size_t n);

#endif
