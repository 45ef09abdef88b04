/* SPDX-License-Identifier: MIT */
/* compile: lines into ops; private to lang. */
#ifndef LANG_COMPILE_H
#define LANG_COMPILE_H

#include "lang/parse.h"

void compile_lines(struct compiler *c, const struct lines *f, size_t first,
		   size_t last, const struct scope *scope, struct block *b);
/* ---- flow.c */
void flow_do_line(struct cursor *cu, struct block *b);
/* ---- facts.c ----------------------------------------------------------------
 */
bool fact_role(const struct compiler *c, struct str role);
/* edition, transport, calls, a claim, a parameter, a column; "no": unknown. */
struct str fact_value(struct compiler *c, const struct scope *scope,
		      struct str name);
bool fact_is_claim(struct str name);
/* Fills prog.selected, why, unclaimed from role and needs. */
void fact_select(struct compiler *c);

#endif
