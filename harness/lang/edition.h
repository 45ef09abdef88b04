/* SPDX-License-Identifier: MIT */
/* edition: the values on which the editions of the standards differ. */
#ifndef LANG_EDITION_H
#define LANG_EDITION_H

#include "base/str.h"

enum { EDITION_COUNT = 3 };

struct edition_value { /* a row of editions.def */
	const char *name;
	const char *in[EDITION_COUNT]; /* alternatives with "|" between */
};

extern const char *const edition_names[EDITION_COUNT];

const struct edition_value *edition_find(struct str name); /* NULL: unknown */
/* Its alternatives in an edition; an unknown one is the first. */
struct str edition_says(const struct edition_value *v, struct str edition);

#endif
