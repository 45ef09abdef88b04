/* SPDX-License-Identifier: MIT */
/* layout_line: one line, taken apart and put together; private to layout. */
#ifndef LANG_LAYOUT_LINE_H
#define LANG_LAYOUT_LINE_H

#include "lang/lex.h"

enum laid_kind {
	LAID_BLANK,
	LAID_COMMENT,  /* a line of its own */
	LAID_VERBATIM, /* inside a heredoc */
	LAID_HEAD,
	LAID_ROW, /* "for" and the rows below it */
	LAID_BAR, /* setup, flow, either, or, end ...: stands at indent */
	LAID_STEP,
	LAID_ARROW,
	LAID_DETAIL
};

struct laid { /* one line on its way out */
	enum laid_kind kind;
	unsigned indent;   /* columns before body */
	struct str prefix; /* label, "must not": from column 0, before indent */
	unsigned gap;      /* spaces behind the prefix, at least */
	bool guard;
	bool plain;        /* nothing stands between the margin and its ends */
	struct str ends;   /* of an arrow: "watch may dut -> bob" */
	size_t ends_width; /* of the widest in its run */
	struct str body;
	struct str ids, comment;
	const struct text_line *line;
};

/* Fills prefix, ends, body and ids of a line of that kind. */
void laid_head(struct arena *a, struct laid *x);
void laid_bar(struct arena *a, struct laid *x);
void laid_step(struct arena *a, struct laid *x);
void laid_arrow(struct arena *a, struct laid *x);
void laid_check(struct arena *a, struct laid *x);
/* Header lines mean their spaces. */
void laid_text(struct laid *x);
void laid_print(const struct laid *x, struct buf *out);

bool laid_is_arrow(const struct text_line *l);
bool laid_is_check(const struct text_line *l);
/* "must N.last.status ...": judged by itself, under no arrow. */
bool laid_is_alone(const struct text_line *l);

#endif
