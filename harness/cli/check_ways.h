/* SPDX-License-Identifier: MIT */
/* check_ways: the same files for other devices. */
#ifndef CLI_CHECK_WAYS_H
#define CLI_CHECK_WAYS_H

#include "cli/cli.h"

void check_ways_claim_all(struct arena *a, struct device *d, const char *value);
void check_ways(struct selection *s, bool edition, struct diags *more);

#endif
