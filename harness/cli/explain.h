/* SPDX-License-Identifier: MIT */
/* explain: answers to "what is that?", one file a kind of question. */
#ifndef CLI_EXPLAIN_H
#define CLI_EXPLAIN_H

#include "cli/cli.h"
#include "play/result.h"

struct explain {
	struct arena *arena;
	struct selection all; /* every scenario, for each role: explain_load */
	const char *dut, *edition;
	struct buf out;
	int status; /* of a scenario whose file is wrong */
};

/* Reads the catalogue and all scenarios, once; only some questions need it. */
void explain_load(struct explain *x);
/* Each adds its answer to out; false: the word means nothing to it. */
bool explain_code(struct explain *x, struct str word);
bool explain_status(struct explain *x, struct str word);
/* Two of them side by side, and how they differ; false: one is no code. */
bool explain_two_statuses(struct explain *x, struct str one, struct str two);
bool explain_word(struct explain *x, struct str word);
bool explain_field(struct explain *x, struct str word);
bool explain_rule(struct explain *x, struct str word);
bool explain_scenario(struct explain *x, struct str word);
/* Why a recorded scenario ended as it did; the exit status. */
int explain_result(struct buf *out, const char *where, const char *id);

/* Adds all words that explain_word knows, for did-you-mean. */
void explain_words(struct arena *a, struct str **list, size_t *n);

/* The monitors that look at a rule. */
void explain_monitors(struct buf *out, struct str rule);

/* ---- explain_look.c: what a finding is, and where to look ---- */
const char *explain_event(const struct finding *f);
/* Empty: there is no such place. */
const char *explain_look(const struct finding *f);

/* ---- explain_lines.c: the lines that carry rules ---- */
struct carrier {
	const struct prog *prog;
	const struct op *op;
	const struct check *check; /* NULL: the line itself */
	const struct rules *rules;
};

typedef void carrier_fn(void *ctx, const struct carrier *c);

/* Every line and check with ids, in the order written. */
void explain_lines(const struct prog *prog, carrier_fn *fn, void *ctx);
bool explain_carries(const struct rules *rules, struct str id);
/* "F2 must status is 202", and "refer/x.ladder:17" below the root. */
struct str explain_line_text(struct arena *a, const struct carrier *c);
struct str explain_line_place(struct arena *a, const struct carrier *c,
			      const char *root);

/* ---- how it is said ---- */
/* "  key       text", broken between words. */
void explain_put(struct buf *out, const char *key, struct str text);
const char *explain_level(enum level level, bool in_force);

#endif
