/* SPDX-License-Identifier: MIT */
/* parts: plays each part of a run against the device. */
#ifndef CLI_PARTS_H
#define CLI_PARTS_H

#include "cli/matrix.h"
#include "play/result.h"
#include "play/runner.h"

struct parts {
	struct selection *s;
	struct matrix *m; /* engines are filled in, or why not */
	struct runner_opts runner;
	const char *dut, *out; /* device file, folder of the run */
	struct run *run;
};

/* With the device started before and ended after, where its file says how.
 * Where no part could be played, run->bail says why. The signal that stopped
 * it; 0: none. */
int parts_play(struct parts *p);

#endif
