/* SPDX-License-Identifier: MIT */
/*
 * The table of faults: names, what each breaks and which scenario must notice.
 * What a fault does stands where the correct device does it right.
 */
#include "fault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct row {
	const char *name; /* as in the enum, with _ for - */
	const char *devices;
	const char *what;
	const char *source;
	const char *requirement;
	const char *scenario;
};

static const struct row rows[] = {
#define FAULT(name, devices, what, source, requirement, scenario)              \
	{ #name, devices, what, source, requirement, scenario },
#include "faults.def"
#undef FAULT
};

#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

/* "no-202" names the row no_202; both spellings are taken. */
static bool same_name(const char *row, const char *name)
{
	for (; *row && *name; row++, name++) {
		if (*row != *name && !(*row == '_' && *name == '-'))
			return false;
	}
	return *row == *name;
}

static const struct row *row_of(const char *name)
{
	for (size_t i = 0; i < N_ROWS; i++) {
		if (same_name(rows[i].name, name))
			return &rows[i];
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

/* The devices that can have this fault, or NULL if there is no such fault. */
const char *fault_devices(const char *name)
{
	const struct row *row = row_of(name);

	return row ? row->devices : NULL;
}

/* The process is gone, if this is what the stub is to die of. */
void fault_crash(enum fault fault, enum fault crash)
{
	if (fault == crash)
		_exit(EXIT_FAILURE);
}

/* False if there is no such fault or this device cannot have it. */
bool fault_find(const char *name, const char *device, enum fault *ret)
{
	const struct row *row = row_of(name);

	if (!row || !lists_word(row->devices, device))
		return false;
	*ret = (enum fault)(row - rows + 1);
	return true;
}

/*
 * One line a fault: name, devices, requirement, scenario, what it breaks and
 * where such a device was seen, separated by tabs.
 */
void fault_list(void)
{
	for (size_t i = 0; i < N_ROWS; i++) {
		for (const char *p = rows[i].name; *p; p++)
			putchar(*p == '_' ? '-' : *p);
		printf("\t%s\t%s\t%s\t%s\t%s\n", rows[i].devices,
		       rows[i].requirement, rows[i].scenario, rows[i].what,
		       rows[i].source);
	}
}
