/* SPDX-License-Identifier: MIT */
/* runner: a process for each scenario, several side by side. The parent never
 * parses SIP; a child that dies is an error of its scenario and no more. */
#ifndef PLAY_RUNNER_H
#define PLAY_RUNNER_H

#include "play/judge.h"
#include "play/play.h"

struct runner_opts {
	struct engine_opts engine;
	struct judge_opts judge;
	unsigned jobs;    /* processes side by side */
	unsigned repeat;  /* plays of each scenario */
	unsigned at_once; /* of them, side by side in one process */
	bool until_fail, fail_fast;
	/* As results come, in the order the scenarios end. The trace is that
	 * of the play told (see plays.h); it lives until the call returns. */
	void (*on_result)(void *ctx, const struct prog *prog,
			  struct result *result, struct str trace_text);
	void *ctx;
	struct arena *arena; /* of the results */
};

/* Plays all; false where the run was interrupted by SIGINT or SIGTERM. */
bool runner_run(const struct runner_opts *opts, const struct progs *progs,
		int *ret_signal);
/* Does the device answer an OPTIONS within 4 s x slack? A child asks. */
bool runner_probe(const struct engine_opts *opts, struct fail *why);

#endif
