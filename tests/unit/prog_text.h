/* SPDX-License-Identifier: MIT */
/* A compiled program as text, a line an op: what golden files hold. */
#ifndef TESTS_PROG_TEXT_H
#define TESTS_PROG_TEXT_H

#include "lang/prog.h"

void prog_text(const struct prog *p, struct buf *out);

#endif
