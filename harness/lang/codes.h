/* SPDX-License-Identifier: MIT */
/* codes: what the diagnostics of this layer mean (codes.def). */
#ifndef LANG_CODES_H
#define LANG_CODES_H

#include <stddef.h>

struct code {
	const char *code;
	const char *meaning; /* why it is said, and the cure: one paragraph */
};

const struct code *codes_all(size_t *ret_n);
const struct code *codes_find(const char *code); /* NULL: unknown */

#endif
