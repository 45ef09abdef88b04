/* SPDX-License-Identifier: MIT */
/* result: what is to be said about one run; every report is made from it. */
#ifndef PLAY_RESULT_H
#define PLAY_RESULT_H

#include "base/fail.h"
#include "play/trace.h"

/* Ordered: the worst of its checks is a scenario's verdict. */
enum verdict {
	VERDICT_NONE, /* not reached; nothing to say */
	VERDICT_SKIP,
	VERDICT_PASS,
	VERDICT_WARN,
	VERDICT_KNOWN,
	VERDICT_INCONCLUSIVE,
	VERDICT_FAIL,
	VERDICT_ERROR,
	VERDICT_NOT_RUN /* interrupted, --fail-fast */
};

const char *verdict_word(enum verdict v); /* "pass" ... "not run" */
bool verdict_from_word(struct str word, enum verdict *ret);
bool verdict_is_bad(enum verdict v); /* fail or error: the run failed */

struct ruling { /* what a finding says of one of its ids */
	struct str id;
	struct str level; /* must should may */
	enum verdict verdict;
	struct str reason; /* "waived"; else empty */
};

struct finding { /* one judged thing: a line, a check, a guard, a monitor */
	enum verdict verdict;
	const char *kind; /* line check late after guard monitor unexpected
			   * liveness branch preamble error problem note */
	struct str what;  /* "F2 status is 202": stable over runs */
	struct str level; /* must should may */
	struct str reqs;  /* ids with spaces between; may be empty */
	struct str wanted, got;
	struct str detail; /* several lines: why no line took it, inbox ... */
	struct str label;  /* "F2"; may be empty */
	struct str file;
	unsigned line;
	unsigned used_line;  /* of the "do"; 0: none */
	uint32_t rec;        /* record it speaks of; 0: none */
	ns_t t;              /* arrival or giving up, since begin */
	struct str message;  /* start line of that record */
	uint32_t op;         /* line of the program; EV_NONE: of none */
	struct str arrow;    /* of that line: "dut -> alice 2xx for F1" */
	unsigned arrow_line; /* where it stands; line may be a check below it */
	struct str reason; /* preamble crash ...; of VERDICT_NONE: not-reached,
			    * skipped, not-seen, waived, info */
	struct str phase;  /* setup test cleanup linger teardown */
	/* Ids of reqs with another level or verdict than the finding has. */
	struct ruling *apart;
	unsigned napart;
};

struct result {
	struct arena *arena;
	struct str id, file, title;
	struct str scenario; /* id without what a merge added; empty: the id */
	unsigned part;       /* of run.parts, from 1; 0: the run itself */
	struct str dir; /* of its artefacts, where it was read from files */
	enum verdict verdict;
	struct str reason; /* preamble trigger network ...; a skip's reason */
	struct str phase;  /* in which the verdict was decided */
	ns_t took;
	struct finding *findings; /* in the order of the lines, then monitors */
	size_t n;
	unsigned repeats, automatic, monitor_checks, unexpected;
	unsigned play; /* of --repeat: which one this is, from 1; 0: the only */
	unsigned plays; /* of --repeat that have ended; 1 otherwise */
	unsigned verdicts[VERDICT_NOT_RUN + 1]; /* of all of them */
	struct result **others; /* further plays that did not pass */
	unsigned nothers;       /* up to a ceiling; the rest is counted */
	struct str trace; /* its text, while runner_opts.on_result lasts */
	struct str known_reason, known_until;
	struct str seed;
};

struct run { /* all results of one invocation */
	struct arena *arena;
	struct str version; /* of sipladder */
	struct str device, address, transport, edition, seed, slack;
	struct str device_version, started; /* ISO 8601, UTC */
	struct str command;
	bool strict;
	bool interrupted;
	bool allow_inconclusive;
	struct str bail; /* "Bail out!" reason; empty: none */
	struct result **list;
	size_t n, planned;
	/* Of a merged run: the heads of those it is made of, without lists. */
	struct run **parts;
	size_t nparts;
};

/* What it says of an id that it carries. */
struct ruling finding_ruling(const struct finding *f, struct str id);
/* Which run a result is of: a part, or run itself. */
const struct run *run_part(const struct run *run, const struct result *r);
/* The name of the scenario, as its author wrote it. */
struct str result_scenario(const struct result *r);
/* Did the device no longer answer after the play? */
bool result_has_crash(const struct result *r);
/* Exit code by design/verdict rules: 0 1 4 5 77 (2, 3, 130 are the caller's).
 */
int run_exit_code(const struct run *run, bool allow_inconclusive);

#endif
