/* SPDX-License-Identifier: MIT */
/* merge: the results of several runs as one. */
#ifndef REPORT_MERGE_H
#define REPORT_MERGE_H

#include "play/result.h"

/* Fills ret, whose arena the caller has set; the results of the runs are taken
 * over, not copied, and get other ids where several devices, transports or
 * editions would share one: "refer/declined@stub-pbx". */
void merge_runs(struct run *const *list, size_t n, struct run *ret);

/* A merged run as the runs of its devices, transports and editions: their
 * heads, and the results that are of them. One that is none is itself. */
size_t merge_split(struct run *run, struct arena *a, struct run ***ret);

#endif
