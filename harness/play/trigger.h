/* SPDX-License-Identifier: MIT */
/* trigger: how the device is made to act, as its file says: a process beside
 * the play that runs a command, asks a server or a person. The loop never waits
 * for it; it has a limit in time and in what it may print. */
#ifndef PLAY_TRIGGER_H
#define PLAY_TRIGGER_H

#include "lang/device_trigger.h"
#include "play/state.h"

enum {
	TRIGGER_SAID_MAX = 1 << 20,  /* bytes: what prints more is ended */
	TRIGGER_HEARD_MAX = 1 << 19, /* of a server, for the same reason */
	TRIGGER_KEPT_MAX = 64 << 10  /* of them are looked at */
};

struct trigger_job { /* all that is to be done, values put in */
	enum trigger_kind kind;
	const char *folder; /* of commands; "": here */
	char **argv;        /* of commands */
	const char *to, *method, *type;
	struct trigger_turn *turns;
	unsigned nturns;
	ns_t limit;
	struct str *secrets; /* never to be shown */
	unsigned nsecrets;
};

/* ---- trigger.c ---- */
/* Begins what the step says. From here on the lines below it are open, but what
 * we send waits until it is done. */
void trigger_start(struct play *p, const struct op *op);
bool trigger_is_running(const struct play *p);
/* Ends whatever still runs; nothing is told any more. */
void trigger_stop_all(struct play *p);

/* Does it do something to the device that two plays cannot at once? */
bool trigger_is_used(const struct prog *prog, const struct device *d);

/* ---- trigger_text.c ---- */
/* False: a value is not there or may not stand where it is wanted; why. */
bool trigger_job_make(struct play *p, const struct op *op,
		      const struct device_trigger *t, struct trigger_job *ret,
		      struct fail *why);
/* "trigger call sip:bob@..": the step with its values. */
struct str trigger_step_text(struct play *p, const struct op *op);
struct str trigger_masked(const struct trigger_job *job, struct arena *a,
			  struct str text);

/* ---- trigger_do.c: in the process ---- */
/* Never returns. What comes goes to out, what it is about and at last why it
 * failed to say, a line each. Exit status 0: done. */
_Noreturn void trigger_do(const struct trigger_job *job, int out, int say);
void trigger_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* ---- trigger_http.c, trigger_tcp.c: in the process, too ---- */
bool trigger_do_http(const struct trigger_job *job);
bool trigger_do_tcp(const struct trigger_job *job);

#endif
