/* SPDX-License-Identifier: MIT */
/* judge: scenario + trace -> verdict. Pure: no sockets, clocks or globals. */
#ifndef PLAY_JUDGE_H
#define PLAY_JUDGE_H

#include "lang/lang.h"
#include "play/result.h"

struct judge_opts {
	bool strict;                 /* a broken should fails */
	const struct device *device; /* known failures, waivers; may be NULL */
	struct str today;            /* YYYY-MM-DD, for expiry */
	/* Only verdict and reason are wanted: findings that say no more than
	 * that they passed, names and places are left out, and words may be
	 * those of program and trace, which then outlive the result. */
	bool brief;
};

/* Weighs a trace. The result's memory comes from a. */
struct result *judge(const struct prog *prog, const struct trace *tr,
		     const struct judge_opts *opts, struct arena *a);
/* A result without a play: skipped, not run, error. */
struct result *judge_none(const struct prog *prog, enum verdict v,
			  struct str reason, struct arena *a);

#endif
