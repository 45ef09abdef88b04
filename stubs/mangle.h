/* SPDX-License-Identifier: MIT */
/* Edits messages on their way out and in, where sofia itself cannot err. */
#ifndef STUBS_MANGLE_H
#define STUBS_MANGLE_H

#include "fault.h"

/* Branches of ACKs to a 2xx begin so; the others are nta's. */
#define MANGLE_SUCCESS_BRANCH "z9hG4bKok."

void mangle_start(enum fault fault, bool forwards);
void mangle_in_start(enum fault fault, bool forwards);
int mangle_in_last_final(void);
const char *mangle_in_trying_tag(const char *call_id);

#endif
