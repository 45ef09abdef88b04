/* SPDX-License-Identifier: MIT */
/* resolve: HOST:PORT of a device file -> where SIP is spoken there. */
#ifndef CLI_RESOLVE_H
#define CLI_RESOLVE_H

#include "lang/prog.h"
#include "wire/resolve.h"

/* Is the device's address one, and its nameserver's? Asks nobody. */
bool resolve_check(const struct device *d, struct fail *why);
/* Numeric ones at once. how: all but host and port. */
bool resolve_device(struct str text, const struct resolve_ask *how,
		    struct resolve_answer *ret, struct fail *why);
/* Of anybody else: no SRV records, the system's nameserver; port where none is
 * given. */
bool resolve_host(struct str text, uint16_t port, ns_t within, struct addr *ret,
		  struct fail *why);
/* A name, to be found by SRV records? */
bool resolve_is_open(struct str text);

#endif
