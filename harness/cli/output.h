/* SPDX-License-Identifier: MIT */
/* output: where results go while a run lasts: terminal, files, artefacts. */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include "lang/catalogue.h"
#include "play/result.h"

struct output_opts {
	const char *tap, *junit, *json, *out; /* NULL: not asked for */
	bool quiet;
};

struct output;

/* Makes the folder first: what is not writable is said before anything is
 * sent. NULL: why. */
struct output *output_begin(struct arena *a, const struct output_opts *opts,
			    struct run *run, const struct catalogue *c,
			    struct fail *why);
void output_result(struct output *o, struct result *result, struct str trace);
void output_end(struct output *o);

#endif
