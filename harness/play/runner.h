/* SPDX-License-Identifier: MIT */
/* runner: a process for each scenario, several side by side. The parent never
 * parses SIP; a child that dies is an error of its scenario and no more. */
#ifndef PLAY_RUNNER_H
#define PLAY_RUNNER_H

#include "play/judge.h"
#include "play/play.h"

enum { RUNNER_JOBS_MAX = 64 };

struct runner_opts {
	struct engine_opts engine;
	struct judge_opts judge;
	unsigned jobs;    /* processes side by side, 1..RUNNER_JOBS_MAX */
	unsigned repeat;  /* plays of each scenario */
	unsigned at_once; /* of them, side by side in one process */
	bool until_fail, fail_fast;
	/* As results come, in the order the scenarios end. The trace is that
	 * of the play told (see plays.h); it lives until the call returns. */
	void (*on_result)(void *ctx, const struct prog *prog,
			  struct result *result, struct str trace_text);
	/* Each line of a trace as it comes; NULL: nobody listens. */
	void (*on_line)(void *ctx, const struct prog *prog, struct str line);
	void *ctx;
	struct arena *arena; /* of the results */
};

enum runner_end {
	RUNNER_DONE,
	RUNNER_STOPPED,  /* by SIGINT or SIGTERM; the rest is "not run" */
	RUNNER_NO_DEVICE /* it did not answer the first probe; nothing ran */
};

/* Asks the device for a sign of life (4 s x slack) and plays all. The first
 * signal lets the plays hang up, the second ends them at once, the third ends
 * this process. *ret_signal: 0 or the signal; *why: of RUNNER_NO_DEVICE. */
enum runner_end runner_run(const struct runner_opts *opts,
			   const struct progs *progs, int *ret_signal,
			   struct fail *why);

#endif
