/* SPDX-License-Identifier: MIT */
/* player: what a child process does: an engine and the plays of a scenario. */
#ifndef PLAY_PLAYER_H
#define PLAY_PLAYER_H

#include "play/plays.h"
#include "play/runner.h"

/* How a play ends that SIGTERM cut short: the text of its last event. */
#define PLAYER_INTERRUPTED "interrupted"

/* First thing after the fork, signals still blocked: handlers and limits. */
void player_begin(void);
/* Plays prog opts->repeat times and writes to fd: with one play its trace as
 * it grows; with several what plays.h says. */
void player_main(const struct runner_opts *opts, const struct prog *prog,
		 struct ports *ports, int fd);
/* Does the device answer an OPTIONS within 4 s x slack? Where not, a sentence
 * that says so goes to fd. */
bool player_probe(const struct engine_opts *opts, int fd);

#endif
