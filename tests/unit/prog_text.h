/* SPDX-License-Identifier: MIT */
/* A compiled program as text, a line an op: what golden files hold. */
#ifndef TESTS_PROG_TEXT_H
#define TESTS_PROG_TEXT_H

#include "lang/prog.h"

struct print {
	struct buf *out;
	unsigned depth;
};

void prog_text_path(struct print *w, const struct path *p);
void prog_text_tmpl(struct print *w, const char *name, const struct tmpl *t);
void prog_text_cond(struct print *w, const struct cond *c);
void prog_text(const struct prog *p, struct buf *out);

#endif
