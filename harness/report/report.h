/* SPDX-License-Identifier: MIT */
/* report: results in, text out. Everything here is a pure function of a result
 * (and, for ladders and messages, of its trace): no files, clocks or sockets.
 * Bytes that a device sent are made harmless on their way out. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "lang/prog.h"
#include "play/result.h"

struct report_opts {
	bool color;           /* terminal only */
	unsigned tap_version; /* 13 (also for 0) or 14 */
	struct str out;       /* folder of the artefacts: "out/last" */
	/* The sentence of a requirement; NULL, or STR_NONE: none known. */
	struct str (*sentence)(void *ctx, struct str id);
	void *ctx;
};

/* ---- terminal.c: what a person reads while it runs ---- */

/* One line; under what is not well, why. */
void terminal_result(const struct result *r, const struct report_opts *opts,
		     struct buf *out);
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
/* "1 failed, 1 known, 1 skipped": verdicts that occur, in words. */
void tally_words(const struct tally *t, struct buf *out);

/* ---- ladder.c: one model; ladder_text.c, ladder_mermaid.c draw it ---- */

enum ladder_kind {
	LADDER_ARROW,
	LADDER_PHASE, /* text: its name */
	LADDER_SAY    /* text: what happened without a message */
};

struct ladder_row {
	enum ladder_kind kind;
	ns_t t;
	unsigned lane; /* of the party */
	bool out;      /* we sent it: party -> device */
	bool dotted;   /* automatic, or a repeat */
	struct str text, label, note;
	const char *mark; /* "ok", "!!" broken, "!" warned, "??", or "" */
	uint32_t rec;
};

struct ladder {
	struct arena *arena;
	struct str id, verdict, device, seed;
	struct str *lanes; /* parties; the device is drawn after the last */
	unsigned nlanes;
	struct ladder_row *rows;
	size_t n;
	size_t left_out; /* rows above the ceiling */
	struct str not_reached;
	unsigned repeats, automatic, checks, checks_failed;
};

/* prog may be NULL (a recorded run): labels are then those the trace and the
 * result name. Memory comes from a; r and tr must outlive the ladder. */
struct ladder *ladder_new(const struct result *r, const struct trace *tr,
			  const struct prog *prog, struct arena *a);
void ladder_text(const struct ladder *l, struct buf *out);
void ladder_mermaid(const struct ladder *l, struct buf *out);

/* ---- messages.c ---- */

/* Every message in full, in order; prog may be NULL. */
void messages_text(const struct trace *tr, const struct prog *prog,
		   struct buf *out);

#endif
