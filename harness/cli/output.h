/* SPDX-License-Identifier: MIT */
/* output: where results go while a run lasts: terminal, files, artefacts. */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include "lang/catalogue.h"
#include "lang/prog.h"
#include "play/result.h"

enum keep { KEEP_ALL, KEEP_FAILED, KEEP_NONE };

struct output_opts {
	/* Paths; NULL: not asked for. tap "" or "-": the standard output. */
	const char *tap, *junit, *json, *html, *events, *out;
	const char *hep; /* "udp:HOST:PORT" */
	unsigned tap_version;
	enum keep keep; /* whose artefacts */
	bool quiet, live, color;
};

struct output;

/* Makes the folder and opens every file first: what is not writable is said
 * before anything is sent. NULL: why. */
struct output *output_begin(struct arena *a, const struct output_opts *opts,
			    struct run *run, const struct catalogue *c,
			    struct fail *why);
/* Does anybody want output_line? */
bool output_wants_lines(const struct output *o);
/* One line of a trace, as it came. */
void output_line(struct output *o, const struct prog *prog, struct str line);
void output_result(struct output *o, struct result *result, struct str trace);
/* Writes the reports. False: something could not be written; it was said. */
bool output_end(struct output *o);
/* Makes a folder and those above it; there already: as well. */
bool output_folders(const char *path, struct fail *why);
/* Where artefacts go: -o, or out/<time>. */
const char *output_folder(const struct output *o);

#endif
