/* SPDX-License-Identifier: MIT */
/* player: what a child process does: an engine and the plays of a scenario. */
#ifndef PLAY_PLAYER_H
#define PLAY_PLAYER_H

#include "play/plays.h"
#include "play/runner.h"

/* Plays prog opts->repeat times and writes to fd: with one play its trace as
 * it grows; with several what plays.h says. */
void player_main(const struct runner_opts *opts, const struct prog *prog,
		 struct ports *ports, int fd);
/* 0: the device answered an OPTIONS; 1: it did not; 2: no socket. */
int player_probe(const struct engine_opts *opts);

#endif
