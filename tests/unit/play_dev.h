/* SPDX-License-Identifier: MIT */
/* play_dev: the scripted device of play_fix. */
#ifndef TESTS_PLAY_DEV_H
#define TESTS_PLAY_DEV_H

#include "play_fix.h"

void dev_hears(void *ctx, struct wire_port *port, const struct wire_in *in);
void dev_begin(struct fix *f); /* what at() announced */
void dev_stop(struct fix *f);  /* frees what is still due */

#endif
