/* SPDX-License-Identifier: MIT */
/* end: what end.c and teardown.c share. */
#ifndef PLAY_END_H
#define PLAY_END_H

#include "play/state.h"

/* ---- end.c ---- */
void end_enter(struct play *p, enum stage stage);

/* ---- registration.c ---- */
void registration_begin(struct play *p);
void registration_end(struct play *p);
bool registration_is_over(const struct play *p);
struct str registration_failure(struct play *p);

/* ---- teardown.c ---- */
void teardown_begin(struct play *p);
bool teardown_is_over(struct play *p);
/* all: those too whose ACK has not come yet. */
void teardown_hang_up(struct play *p, bool all);

#endif
