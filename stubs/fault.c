/* SPDX-License-Identifier: MIT */
/*
 * The table of faults: names, what each breaks and which scenario must notice.
 * What a fault does stands where the correct device does it right.
 */
#include "fault.h"

#include <stdlib.h>
#include <unistd.h>

static const struct row rows[] = {
#define FAULT(name, devices, what, source, requirement, scenario)              \
	{ #name, devices, { requirement, scenario, what, source } },
#include "faults.def"
#undef FAULT
};

const struct table fault_table = { rows, sizeof(rows) / sizeof(rows[0]) };

/* The process is gone, if this is what the stub is to die of. */
void fault_crash(enum fault fault, enum fault crash)
{
	if (fault == crash)
		_exit(EXIT_FAILURE);
}
