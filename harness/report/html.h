/* SPDX-License-Identifier: MIT */
/* html: one self-contained page, read without scripts and without a network.
 * Ladders are SVG; what a device sent is text, whatever it holds. */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include "report/report.h"

/* ---- html.c: the page of a run is head, scenarios, tail ---- */

void html_head(const struct run *run, struct buf *out);
/* The start of a scenario, unfolded where it is worth it: *n counts them. */
void html_fold(const struct result *r, unsigned *n, struct buf *out);
/* The rest of it; tr: NULL where there is none. */
void html_scenario(const struct run *run, const struct result *r,
		   const struct trace *tr, const struct report_opts *opts,
		   struct buf *out);
void html_tail(const struct run *run, struct buf *out);

/* ---- private to this layer ---- */

extern const char html_style[]; /* of every page */

/* Made harmless and escaped, for text and for attributes in "". */
void html_text(struct buf *out, struct str s);
/* Line by line; CRLF ends a line, a lone LF is shown as well. */
void html_lines(struct buf *out, struct str s);
/* id="..." of a scenario: stable over runs, one name for one scenario. */
void html_anchor(struct buf *out, const struct result *r);
/* <span class="pill fail">fail</span> */
void html_pill(struct buf *out, enum verdict v);
/* What <head> holds, up to <body>. */
void html_begin(struct buf *out, struct str title);
/* The class of a verdict: "pass" ... "notrun". */
const char *html_class(enum verdict v);

/* html_ladder.c */
void html_ladder(const struct ladder *l, const struct result *r,
		 const struct trace *tr, struct buf *out);
/* html_check.c: all checks of a scenario, what is bad first; l: NULL where it
 * is not drawn. */
void html_checks(const struct result *r, const struct ladder *l,
		 const struct report_opts *opts, struct buf *out);
/* html_summary.c */
void html_summary(const struct run *run, struct buf *out); /* the top */
void html_slowest(const struct run *run, struct buf *out);
void html_how(const struct run *run, struct buf *out); /* it was run */

#endif
