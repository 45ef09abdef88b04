/* SPDX-License-Identifier: MIT */
/* A table of what a stub can be asked to do, each under a name. */
#ifndef STUBS_TABLE_H
#define STUBS_TABLE_H

#include <stdbool.h>
#include <stddef.h>

enum { TABLE_TEXTS = 4 };

struct row {
	const char *name;               /* as in the enum, with _ for - */
	const char *devices;            /* that can have it: words */
	const char *texts[TABLE_TEXTS]; /* as they are listed */
};

struct table {
	const struct row *rows; /* in the order of the enum, which has NONE
				 * before them */
	size_t n;
};

bool table_has(const struct table *table, const char *name);
unsigned table_find(const struct table *table, const char *name,
		    const char *device);
void table_list(const struct table *table);

#endif
