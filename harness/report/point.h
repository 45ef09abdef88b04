/* SPDX-License-Identifier: MIT */
/* point: what all formats say alike of one finding; private to this layer. */
#ifndef REPORT_POINT_H
#define REPORT_POINT_H

#include "report/report.h"
#include "sip/status.h"

/* Is the finding a check of its own in TAP and JUnit? */
bool point_is(const struct finding *f);
/* Is it to be shown to a person: broken, warned, unsaid? */
bool point_is_bad(const struct finding *f);
/* The finding that made the scenario's verdict; NULL: none. */
const struct finding *point_worst(const struct result *r);
/* Are there artefacts to point at? */
bool point_has_artefacts(const struct report_opts *opts,
			 const struct result *r);
/* Does its name hold what was wanted? That of a monitor does not, nor one with
 * a value in {}. */
bool point_says_wanted(const struct finding *f);
/* What the code means that came where another status had to; NULL: it is no
 * response, or one that says no trouble of its own. */
const struct status_info *point_status(const struct finding *f);
/* out/last/refer/x/ladder.txt */
void point_artefact(struct buf *out, const struct report_opts *opts,
		    const struct result *r, const char *file);
/* "should-level: ..." or why it is skipped; for SKIP and TODO. */
void point_excuse(struct buf *out, const struct finding *f,
		  const struct result *r);
/* The reason of a scenario without checks, or its known failure. */
void point_reason(struct buf *out, const struct result *r);

/* What is said of one id, where it is not what the finding says. */
void point_ruling(struct buf *out, const struct finding *f, struct str id);
/* The ids that share the finding's verdict; or the others, with what is said
 * of them. */
void point_ids(struct buf *out, const struct finding *f, bool share);

/* wanted and got under each other, the part of got that differs marked. */
void contrast_add(struct buf *out, const char *indent, struct str wanted,
		  struct str got);

/* The part of got that differs from the value in wanted; both printable.
 * False: they cannot be compared. */
bool contrast_part(struct str wanted, struct str got, size_t *ret_at,
		   size_t *ret_len);

#endif
