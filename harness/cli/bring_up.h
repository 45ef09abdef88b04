/* SPDX-License-Identifier: MIT */
/* bring_up: the device of a file that says how it is started. */
#ifndef CLI_BRING_UP_H
#define CLI_BRING_UP_H

#include "play/keeper.h"
#include "play/play.h"

struct bring_up_opts {
	const struct device *device;
	const char *file; /* the device file; its folder is the commands' */
	const char *out;  /* folder of the run; device.log is made there */
	const struct engine_opts *engine; /* for "ready options" */
};

/* Starts the device where its file says how, and waits until it is ready.
 * False: why; it is gone again. From here on SIGINT and SIGTERM do not end the
 * process, so that the device goes down and reports are written. */
bool bring_up(struct arena *a, const struct bring_up_opts *opts,
	      struct keeper *ret, struct fail *why);
/* Ends it, if it was started, and says so where its port stays taken. */
void bring_down(const struct bring_up_opts *opts, struct keeper *k);
/* The signal that came since then, outside of runner_run(); 0: none. */
int bring_up_signal(void);
/* What "version sh" says of it; empty where it says nothing. */
struct str bring_up_version(struct arena *a, const struct bring_up_opts *opts);

#endif
