/* SPDX-License-Identifier: MIT */
/* player: what a child process does: an engine and the plays of a scenario. */
#ifndef PLAY_PLAYER_H
#define PLAY_PLAYER_H

#include "play/runner.h"

/* Plays prog opts->repeat times and writes to fd: with one play its trace as
 * it grows; with several a summary line and the trace of the worst. */
void player_main(const struct runner_opts *opts, const struct prog *prog,
		 struct ports *ports, int fd);
/* 0: the device answered an OPTIONS; 1: it did not; 2: no socket. */
int player_probe(const struct engine_opts *opts);

struct player_summary { /* of --repeat */
	unsigned plays;
	unsigned verdicts[VERDICT_NOT_RUN + 1];
};

/* Takes the summary line from the front of the text, if there is one. */
void player_summary_read(struct str *text, struct player_summary *ret);
void player_summary_apply(const struct player_summary *sum,
			  struct result *result);

#endif
