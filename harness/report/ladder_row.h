/* SPDX-License-Identifier: MIT */
/* ladder_row: what stands beside an arrow; private to this layer. */
#ifndef REPORT_LADDER_ROW_H
#define REPORT_LADDER_ROW_H

#include "report/report.h"

/* Fills text ("INVITE", "202") and note (Refer-To, sipfrag ...) from the bytes
 * of the record. scratch is for the parser. */
void ladder_row_describe(struct ladder_row *row, const struct event *rec,
			 struct arena *scratch, struct arena *a);
/* "a  b", either of which may be empty. */
struct str ladder_row_join(struct arena *a, struct str left, struct str right);
const char *ladder_row_mark(enum verdict v);

#endif
