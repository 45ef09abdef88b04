/* SPDX-License-Identifier: MIT */
/* resolve: HOST:PORT -> numeric address. */
#ifndef CLI_RESOLVE_H
#define CLI_RESOLVE_H

#include "base/clock.h"
#include "base/fail.h"
#include "lang/prog.h"
#include "wire/addr.h"

/* Is the device's address one? Asks nobody. */
bool resolve_check(const struct device *d, struct fail *why);
/* Numeric ones at once; names by a process of its own, since the system's
 * resolver cannot be told when to give up. port: where none is given. */
bool resolve_device(struct str text, uint16_t port, ns_t within,
		    struct addr *ret, struct fail *why);

#endif
