/* SPDX-License-Identifier: MIT */
/* The one mistake a stub is asked to make. */
#ifndef STUBS_FAULT_H
#define STUBS_FAULT_H

#include <stdbool.h>

enum fault {
	FAULT_NONE,
#define FAULT(name, devices, what, source, requirement, scenario) FAULT_##name,
#include "faults.def"
#undef FAULT
};

void fault_crash(enum fault fault, enum fault crash);
bool fault_find(const char *name, const char *device, enum fault *ret);
const char *fault_devices(const char *name);
void fault_list(void);

#endif
