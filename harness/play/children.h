/* SPDX-License-Identifier: MIT */
/* children: what the parent knows of its players; private to the runner. */
#ifndef PLAY_CHILDREN_H
#define PLAY_CHILDREN_H

#include <signal.h>
#include <sys/types.h>

#include "play/player.h"

struct child {
	pid_t pid;
	int fd; /* -1: a free place */
	const struct prog *prog;
	struct buf text;
	size_t told;         /* of text, to on_line */
	ns_t killed_at;      /* when patience ends */
	bool overdue;        /* killed for that */
	struct str suspects; /* it ran when the device died, as these did */
};

struct runner {
	const struct runner_opts *opts;
	const struct progs *progs;
	struct child *children;
	size_t next; /* the next program to start */
	unsigned running;
	bool stopping;
	int signal;    /* the first one; 0: none */
	bool killed;   /* there was a second */
	bool doubtful; /* it has crashed: ask before the next play */
	bool gone;     /* asked: it does not answer */
	struct clock clock;
	sigset_t blocked, mask;
	struct ports *ports; /* all players take turns */
};

/* ---- verdict.c ---- */

/* A result of a program that no trace tells of. */
struct result *verdict_none(struct runner *r, const struct prog *prog,
			    enum verdict v, struct str reason);
/* What a player that has ended tells: the worst of its plays, with the others
 * that failed beside it. status is waitpid's. */
struct result *verdict_of(struct runner *r, struct child *c, int status);

#endif
