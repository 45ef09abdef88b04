/* SPDX-License-Identifier: MIT */
/* coverage: of the catalogue by the scenarios, of a run by its findings. */
#ifndef CLI_COVERAGE_H
#define CLI_COVERAGE_H

#include "cli/cli.h"
#include "report/coverage.h"

struct coverage_opts {
	const char *format, *html, *faults, *allow, *edition;
	unsigned tier;
	bool catalogue, missing, help;
};

/* Requirement x scenario x fault. 1: a testable rule of tier 1 is carried by
 * no scenario and not named in the file opts->allow. */
int coverage_catalogue(const struct coverage_opts *opts);
/* Writes the page; false: it could not be, and that was said. */
bool coverage_page_write(const char *path, const struct coverage_page *page);

/* ---- coverage_fault.c ---- */
struct fault { /* a row of stubs/faults.def */
	struct str name, what;
	struct str requirement; /* ids, words: the first is the one meant */
	struct str scenario;
};

/* The rows of a file; false: it cannot be read. */
bool coverage_faults(struct arena *a, const char *path, struct fault **ret,
		     size_t *ret_n, struct fail *why);

#endif
