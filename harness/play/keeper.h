/* SPDX-License-Identifier: MIT */
/* keeper: a process beside the run that starts the device and ends it.
 *
 * It reads what the device prints into a log, tells the run when a line begins
 * with "ready" and when the command has ended, and ends the device with all
 * that it started once the run lets go of it, by keeper_stop() or by dying.
 */
#ifndef PLAY_KEEPER_H
#define PLAY_KEEPER_H

#include <sys/types.h>

#include "base/fail.h"

struct keeper_opts {
	const char *start;  /* the command; it may stay, or leave a daemon */
	const char *stop;   /* asked before signals; NULL: signals alone */
	const char *folder; /* where both run; empty: here */
	const char *log;    /* file, made new */
	bool types;         /* somebody will type at it */
};

struct keeper { /* as the run sees it */
	pid_t pid;
	int control, report;
	int input;  /* what the device reads; 0: nothing. Never waits. */
	bool ready; /* a line of its output begins with "ready" */
	bool ended; /* the start command has; status as of waitpid() */
	int status;
};

enum { KEEPER_LOG_MAX = 16 << 20, KEEPER_GRACE_S = 10 };

bool keeper_start(struct keeper *ret, const struct keeper_opts *opts,
		  struct fail *why);
/* Waits up to ms for news; true: there was some. */
bool keeper_hear(struct keeper *k, int ms);
/* Returns when the device and all its descendants are gone: at once where the
 * stop command or SIGTERM is enough, else after KEEPER_GRACE_S for each. */
void keeper_stop(struct keeper *k);

#endif
