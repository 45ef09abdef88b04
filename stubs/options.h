/* SPDX-License-Identifier: MIT */
/* The command line of a stub. */
#ifndef STUBS_OPTIONS_H
#define STUBS_OPTIONS_H

#include "account.h"
#include "guard.h"
#include "ports.h"

#include <stdbool.h>

#define EXIT_USAGE 2

struct options {
	const char *device;
	const char *domain;
	const char *fault;
	const char *variant;
	const char *control; /* NULL: where it is by itself */
	struct listen listen;
	struct guard_rules guard;
	struct account *accounts; /* of the device itself */
	unsigned t1;              /* ms */
	bool recurse;             /* of a proxy */
	bool list;
	bool list_variants;
	bool help;
};

bool options_read(int argc, char **argv, struct options *ret);
void options_free(struct options *opts);
int options_error(const char *sentence, const char *what);
void options_help(void);

#endif
