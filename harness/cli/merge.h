/* SPDX-License-Identifier: MIT */
/* merge: a folder of results made from others. */
#ifndef CLI_MERGE_H
#define CLI_MERGE_H

#include "cli/recorded.h"

/* Copies the artefacts of every result below dir; rec then speaks of those. */
bool merge_artefacts(struct recorded *rec, const char *dir, struct fail *why);

#endif
