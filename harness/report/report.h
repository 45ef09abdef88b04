/* SPDX-License-Identifier: MIT */
/* report: results in, text out. Everything here is a pure function of a result
 * (and, for ladders and messages, of its trace): no files, clocks or sockets.
 * Bytes that a device sent are made harmless on their way out. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "report/ladder.h"

struct report_opts {
	bool color;           /* terminal only */
	unsigned tap_version; /* 13 (also for 0) or 14 */
	struct str out;       /* folder of the artefacts: "out/last" */
	/* The sentence of a requirement; NULL, or STR_NONE: none known. */
	struct str (*sentence)(void *ctx, struct str id);
	void *ctx;
};

/* ---- terminal.c: what a person reads while it runs ---- */

/* One line: verdict, id, time, reason. */
void terminal_line(const struct result *r, const struct report_opts *opts,
		   struct buf *out);
/* That line; under what is not well, why. */
void terminal_result(const struct result *r, const struct report_opts *opts,
		     struct buf *out);
/* What was wrong with one thing: what, wanted and got, the rule, details. */
void terminal_finding(const struct finding *f, const struct report_opts *opts,
		      struct buf *out);
/* A word as a shell takes it. */
void terminal_quoted(struct buf *out, struct str word);
/* A sentence, broken between words, from this column on. */
void terminal_wrap(struct buf *out, struct str s, size_t column);
/* The end: counts, requirements, the command to look at the first failure. */
void terminal_summary(const struct run *run, const struct report_opts *opts,
		      struct buf *out);

/* ---- tap.c: TAP 13, as results arrive ---- */

struct tap {
	const struct report_opts *opts;
	struct buf *out; /* the caller writes and clears it between calls */
	unsigned n;      /* points so far */
};

/* The version, the plan (run->planned) and a comment line. */
void tap_begin(struct tap *t, const struct run *run,
	       const struct report_opts *opts, struct buf *out);
/* A skipped or not run scenario is a point without a subtest. */
void tap_result(struct tap *t, const struct result *r);
/* "Bail out!" where run->bail says so, and the counts. */
void tap_end(struct tap *t, const struct run *run);

/* ---- junit.c ---- */

bool junit_write(const struct run *run, const struct report_opts *opts,
		 struct buf *out, struct fail *why);

/* ---- result_json.c, result_read.c: result.json, both ways ---- */

void result_write(const struct run *run, struct buf *out);
/* Reads what result_write wrote; memory comes from run->arena, which the
 * caller sets. False: why says what is wrong with the text. */
bool result_read(struct str text, struct run *run, struct fail *why);

/* ---- tally.c: counts over a run ---- */

struct tally {
	unsigned scenarios[VERDICT_NOT_RUN + 1];
	/* requirements, each once, by their level in this run */
	unsigned must_failed, must_exercised;
	unsigned should_warned, should_exercised;
	unsigned may_seen;
	const struct result *first_bad; /* NULL: nothing failed */
};

void tally_run(const struct run *run, struct tally *ret);
/* Of two lines that carry a requirement, the verdict that counts. */
enum verdict tally_worse(enum verdict a, enum verdict b);
/* "1 failed, 1 known, 1 skipped": verdicts that occur, in words. */
void tally_words(const struct tally *t, struct buf *out);

/* ---- messages.c ---- */

/* Every message in full, in order. */
void messages_text(const struct trace *tr, struct buf *out);

/* ---- pcapng.c, hep.c: the messages for other tools ---- */

/* Every message as a packet of a pcapng file. began: the start of the play,
 * in ns since 1970. */
void pcapng_write(const struct trace *tr, const struct result *r,
		  const struct run *run, ns_t began, struct buf *out);

enum { HEP_BYTES_MAX = 60000 }; /* of one message: a packet is a datagram */
typedef void hep_fn(void *ctx, struct str packet);
/* Every message as a HEP 3 packet, with the id of the scenario as correlation
 * id. */
void hep_packets(const struct trace *tr, const struct result *r, ns_t began,
		 hep_fn *fn, void *ctx);

#endif
