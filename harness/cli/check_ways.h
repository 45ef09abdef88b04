/* SPDX-License-Identifier: MIT */
/* check_ways: the same files for other devices. */
#ifndef CLI_CHECK_WAYS_H
#define CLI_CHECK_WAYS_H

#include "cli/cli.h"

void check_ways(struct selection *s, bool edition, struct diags *more);

#endif
