/* SPDX-License-Identifier: MIT */
/* table: rows of words for people, spreadsheets and programs. */
#ifndef REPORT_TABLE_H
#define REPORT_TABLE_H

#include "base/arena.h"
#include "base/buf.h"

enum { TABLE_COLUMNS_MAX = 64 };

struct table {
	struct arena *arena;
	struct str names[TABLE_COLUMNS_MAX]; /* of the columns */
	unsigned columns;
	struct str (*rows)[TABLE_COLUMNS_MAX];
	size_t n;
};

#define TABLE_FORMATS "text|md|csv|json" /* an OPT_WORD */

void table_column(struct table *t, const char *name);
/* A new row, to be filled; it moves when the next one is added. */
struct str *table_row(struct table *t);
/* In one of TABLE_FORMATS. */
void table_write(const struct table *t, const char *format, struct buf *out);

#endif
