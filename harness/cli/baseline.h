/* SPDX-License-Identifier: MIT */
/* baseline: what a run is measured by. */
#ifndef CLI_BASELINE_H
#define CLI_BASELINE_H

#include <stdio.h>

#include "cli/recorded.h"

/* Says what changed from the baseline to run; the exit status by what is worse
 * alone. */
int baseline_status(const struct recorded *old, const struct run *run,
		    bool allow_inconclusive, FILE *out);

#endif
