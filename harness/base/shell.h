/* SPDX-License-Identifier: MIT */
/* shell: commands of a device file, each a process group of its own. */
#ifndef BASE_SHELL_H
#define BASE_SHELL_H

#include <sys/types.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/fail.h"

/* "sh -c command" in the folder (empty: here), what it reads from in, what it
 * prints into out and err; -1: /dev/null. Its id is that of its group; -1:
 * errno says why. */
pid_t shell_start(const char *command, const char *folder, int in, int out,
		  int err);
/* In a process that will be another program: what we ignore or block is not for
 * it. */
void shell_default_signals(void);
/* The first line that a command prints, without control bytes and at most 200
 * bytes of it. False: it failed, said nothing, or took longer than limit; then
 * its group is killed. */
bool shell_first_line(struct arena *a, const char *command, const char *folder,
		      ns_t limit, struct str *ret, struct fail *why);

#endif
