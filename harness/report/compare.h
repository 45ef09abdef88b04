/* SPDX-License-Identifier: MIT */
/* compare: runs side by side, scenario by scenario and rule by rule. */
#ifndef REPORT_COMPARE_H
#define REPORT_COMPARE_H

#include "report/coverage.h"

enum { COMPARE_MAX = 32 }; /* columns */

/* From a baseline to what is compared with it; what matters most is first. */
enum change {
	CHANGE_WORSE,  /* fails, and did not, or not for this */
	CHANGE_LOST,   /* could be tested, and no longer can */
	CHANGE_BETTER, /* failed or said nothing, and holds */
	CHANGE_OTHER,
	CHANGE_NEW,  /* was not there, and does not fail */
	CHANGE_GONE, /* is not there any more */
	CHANGE_SAME,
	CHANGES
};

struct compare_cell {
	bool there;
	enum verdict verdict;
	const struct result *r; /* the scenario, or one for the rule */
};

struct compare_row {
	struct str name; /* of a scenario or a requirement */
	struct compare_cell cells[COMPARE_MAX];
	enum change change; /* of a baseline: from cell 0 to cell 1 */
	struct str why;     /* what is wrong now that was not */
	bool differs;
};

struct compare_part {             /* the scenarios, or the requirements */
	struct compare_row *rows; /* what changed or differs first */
	size_t n;
	size_t counts[CHANGES]; /* of a baseline */
	size_t differing;
};

struct compare {
	struct arena *arena;
	bool baseline;
	struct str names[COMPARE_MAX];
	const struct run *runs[COMPARE_MAX];
	size_t n;
	struct compare_part scenarios, rules;
};

/* Runs side by side; a merged one is a column for each device. NULL: more
 * columns than there may be, or less than two. */
struct compare *compare_runs(struct run *const *runs, size_t n, struct arena *a,
			     struct fail *why);
/* What changed from one run to another. Of a baseline of several devices those
 * count that now has too. */
struct compare *compare_baseline(const struct run *old, const struct run *now,
				 struct arena *a);
/* 1: something is worse; 4: something can no longer be tested; 5: a fault of
 * our own; 0. */
int compare_exit_code(const struct compare *c, bool allow_inconclusive);

const char *compare_word(enum change change); /* "worse" */
/* "pass -> fail", "- -> pass" */
void compare_step(const struct compare_row *row, struct buf *out);

/* compare_text.c; all: what is alike too. sentence as in report_opts. */
void compare_text(const struct compare *c, const struct report_opts *opts,
		  bool all, struct buf *out);
/* One table of both: "md", "csv" or "json". */
void compare_table(const struct compare *c, const char *format,
		   struct buf *out);
/* compare_html.c */
void compare_html(const struct compare *c, const struct report_opts *opts,
		  struct buf *out);

#endif
