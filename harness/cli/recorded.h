/* SPDX-License-Identifier: MIT */
/* recorded: a finished run, read from its folder or its result.json. */
#ifndef CLI_RECORDED_H
#define CLI_RECORDED_H

#include "lang/catalogue.h"
#include "report/report.h"

enum { RECORDED_REPORT_MAX = 1 << 30 }; /* bytes of one file */

struct recorded {
	struct arena *arena;
	struct run run;
	struct str folder;          /* of the artefacts; empty: of several */
	struct catalogue catalogue; /* empty where there is none */
	struct report_opts report;  /* with the sentences of the catalogue */
};

/* Reads a run. False: why names the file and what is wrong with it. The
 * caller frees with recorded_close, also after false. */
bool recorded_open(struct recorded *rec, const char *where, struct fail *why);
/* Several runs as one (report/merge.h). */
bool recorded_merge(struct recorded *rec, const char *const *where, size_t n,
		    struct fail *why);
void recorded_close(struct recorded *rec);
/* The trace of one scenario; tr->arena is the caller's. */
bool recorded_trace(const struct recorded *rec, const struct result *r,
		    struct trace *tr, struct fail *why);
/* Was it played at all, so that there must be a trace? */
bool recorded_was_played(const struct result *r);
/* All that id means: itself, or every row of it. 0: said on stderr, with the
 * nearest name. */
size_t recorded_find(const struct recorded *rec, const char *command,
		     const char *id, const struct result **ret, size_t max);

#endif
