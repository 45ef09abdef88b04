/* SPDX-License-Identifier: MIT */
/* end: what end.c and teardown.c share. */
#ifndef PLAY_END_H
#define PLAY_END_H

#include "play/state.h"

/* ---- end.c ---- */
void end_enter(struct play *p, enum stage stage);

/* ---- teardown.c ---- */
void teardown_begin(struct play *p);
bool teardown_is_over(struct play *p);
/* all: those too whose ACK has not come yet. */
void teardown_hang_up(struct play *p, bool all);

#endif
