/* SPDX-License-Identifier: MIT */
/* What the tables of faults and of variants have in common: find and list. */
#include "table.h"

#include <stdio.h>
#include <string.h>

/* "no-202" names the row no_202; both spellings are taken. */
static bool same_name(const char *row, const char *name)
{
	for (; *row && *name; row++, name++) {
		if (*row != *name && !(*row == '_' && *name == '-'))
			return false;
	}
	return *row == *name;
}

static const struct row *row_of(const struct table *table, const char *name)
{
	for (size_t i = 0; i < table->n; i++) {
		if (same_name(table->rows[i].name, name))
			return &table->rows[i];
	}
	return NULL;
}

static bool lists_word(const char *words, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = words; *p; p += strcspn(p, " ")) {
		p += strspn(p, " ");
		if (strcspn(p, " ") == n && !strncmp(p, word, n))
			return true;
	}
	return false;
}

bool table_has(const struct table *table, const char *name)
{
	return row_of(table, name);
}

/* Its value in the enum: 0 if there is none or this device cannot have it. */
unsigned table_find(const struct table *table, const char *name,
		    const char *device)
{
	const struct row *row = row_of(table, name);

	if (!row || !lists_word(row->devices, device))
		return 0;
	return (unsigned)(row - table->rows) + 1;
}

/* One line a row: name, devices and texts, separated by tabs. */
void table_list(const struct table *table)
{
	for (const struct row *row = table->rows; row < table->rows + table->n;
	     row++) {
		for (const char *p = row->name; *p; p++)
			putchar(*p == '_' ? '-' : *p);
		printf("\t%s", row->devices);
		for (size_t i = 0; i < TABLE_TEXTS; i++)
			printf("\t%s", row->texts[i]);
		putchar('\n');
	}
}
