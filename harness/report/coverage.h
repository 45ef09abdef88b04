/* SPDX-License-Identifier: MIT */
/* coverage: which requirements a run says something about, and what. */
#ifndef REPORT_COVERAGE_H
#define REPORT_COVERAGE_H

#include "report/report.h"
#include "report/table.h"

struct covered {
	struct str id;
	enum verdict verdict;    /* the worst over the lines that carry it */
	const struct result *by; /* the first that says so */
	unsigned scenarios;      /* that carry it */
};

/* Every requirement that a finding of the run carries, by id; the number. */
size_t coverage_of(const struct run *run, struct arena *a,
		   struct covered **ret);
/* NULL: no line carries it. */
const struct covered *coverage_find(const struct covered *list, size_t n,
				    struct str id);
/* "fail" ...; of a line that was not reached: "not reached". */
const char *coverage_word(const struct covered *c);

/* ---- coverage_html.c ---- */
struct coverage_page {
	struct str title, lead;
	const struct table *table; /* the first column names a requirement */
	unsigned by;               /* column whose words make the parts */
	unsigned says; /* column that stands below the name; 0: none */
};

void coverage_html(const struct coverage_page *page, struct buf *out);

#endif
