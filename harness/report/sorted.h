/* SPDX-License-Identifier: MIT */
/* sorted: results by name, as the catalogue and merged runs have them. */
#ifndef REPORT_SORTED_H
#define REPORT_SORTED_H

#include "play/result.h"

/* Is a's scenario before b's? For qsort of pointers to results. */
int sorted_compare(const void *a, const void *b);
/* The run with its results by name; a merged run keeps its order, which is by
 * device and name. The list is the arena's, the results are the run's. */
struct run sorted_run(const struct run *run, struct arena *a);

#endif
