/* SPDX-License-Identifier: MIT */
/* ladder: one model, drawn as text, Mermaid and SVG. It is made from what a
 * play left behind (ladder.c) or from a program that was never played
 * (ladder_plan.c); those who draw do not know which. */
#ifndef REPORT_LADDER_H
#define REPORT_LADDER_H

#include "lang/prog.h"
#include "play/result.h"

enum ladder_kind {
	LADDER_ARROW,
	LADDER_PHASE, /* text: its name */
	LADDER_SAY,   /* text: what happened without a message */
	LADDER_FRAME, /* text: "either ..."; what follows stands in it */
	LADDER_OR,    /* text: "or ...": another part of the frame */
	LADDER_END    /* the innermost frame ends */
};

struct ladder_row {
	enum ladder_kind kind;
	ns_t t;
	unsigned lane; /* of the party */
	bool out;      /* we sent it: party -> device */
	bool dotted;   /* automatic, a repeat, or not owed */
	bool strands;  /* of a frame: side by side, not one of several */
	struct str text, label, note;
	struct str ids;   /* requirements that its lines carry */
	unsigned nids;    /* all of them */
	const char *mark; /* "ok", "!!" broken, "!" warned, "??", or "" */
	uint32_t rec;
};

struct ladder {
	struct arena *arena;
	struct str id, verdict, device, seed;
	struct str title;  /* of a plan */
	bool plan;         /* never played: no times, no counts */
	struct str *lanes; /* parties; the device is drawn after the last */
	unsigned nlanes;
	size_t widest; /* text that may yet come, in columns; 0: none */
	struct ladder_row *rows;
	size_t n;
	size_t left_out; /* rows above the ceiling */
	struct str not_reached;
	unsigned repeats, automatic, checks, checks_failed;
};

enum { LADDER_ROWS_MAX = 2000, LADDER_LANES_MAX = 32 };

/* What happened. Nothing but trace and result is asked, so that a ladder drawn
 * years later is the one drawn on the day. Memory comes from a; r and tr must
 * outlive the ladder. */
struct ladder *ladder_new(const struct result *r, const struct trace *tr,
			  struct arena *a);
/* What a program would play; checks: the conditions under each arrow too. */
struct ladder *ladder_plan(const struct prog *prog, bool checks,
			   struct arena *a);

void ladder_text(const struct ladder *l, struct buf *out);
/* The rows alone, with the names above them or without. */
void ladder_rows(const struct ladder *l, bool names, struct buf *out);
void ladder_mermaid(const struct ladder *l, struct buf *out);
/* One self-contained file, for light and dark pages. */
void ladder_svg(const struct ladder *l, struct buf *out);

#endif
