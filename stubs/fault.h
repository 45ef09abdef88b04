/* SPDX-License-Identifier: MIT */
/* The one mistake a stub is asked to make. */
#ifndef STUBS_FAULT_H
#define STUBS_FAULT_H

#include "table.h"

enum fault {
	FAULT_NONE,
#define FAULT(name, devices, what, source, requirement, scenario) FAULT_##name,
#include "faults.def"
#undef FAULT
};

/* Its texts: requirement, scenario, what it breaks, where it was seen. */
extern const struct table fault_table;

void fault_crash(enum fault fault, enum fault crash);

#endif
