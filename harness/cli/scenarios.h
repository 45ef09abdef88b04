/* SPDX-License-Identifier: MIT */
/* scenarios: what scenario files there are. */
#ifndef CLI_SCENARIOS_H
#define CLI_SCENARIOS_H

#include "cli/cli.h"

struct paths {
	struct str *list;
	size_t n;
};

/* Adds all scenario files below the folder; flows (std) are none. */
void scenarios_below(struct arena *a, const char *folder, struct paths *ret);
/* "refer/declined": the names of all that are below the root. */
struct paths scenarios_names(struct arena *a, const char *root);
/* Says what "known" and "waive" name and nobody has. */
void scenarios_check_known(struct selection *s);

#endif
