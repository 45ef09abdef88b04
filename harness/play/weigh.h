/* SPDX-License-Identifier: MIT */
/* weigh: what the judge knows while it weighs; private to judge.c and weigh*.c.
 */
#ifndef PLAY_WEIGH_H
#define PLAY_WEIGH_H

#include "play/judge.h"

/* All that the trace says of one check of one line, over its messages. */
struct checksum {
	unsigned n, bad;
	const struct event *first, *first_bad;
	struct str gots; /* of a note: the values, ", " between */
};

/* All that the trace says of one line. */
struct opsum {
	const struct event *open, *sent, *taken, *late, *after, *miss, *skip,
		*guard, *branch;
	unsigned ntaken, nlate, nafter, nguard;
	struct checksum *checks;
	unsigned nchecks;
};

struct weigh {
	const struct prog *prog;
	const struct trace *tr;
	const struct judge_opts *opts;
	struct arena *arena;
	struct opsum *ops;
	struct result *r;
	const struct event *end; /* NULL: the player did not say so */
	bool foreign; /* the trace speaks of lines the program has not */
	bool cut;     /* a line that is owed was never reached */
};

/* ---- weigh.c: one line ---- */
void weigh_op(struct weigh *w, const struct op *op);
struct finding *weigh_add(struct weigh *w, const char *kind, enum verdict v);
bool weigh_is_broken(enum verdict v); /* fail or warn */
enum verdict weigh_broken(const struct weigh *w, enum level level);
void weigh_place(struct weigh *w, struct finding *f, const struct event *ev);
const char *weigh_level_word(enum level level);

/* ---- weigh_detail.c: what is said besides ---- */
struct str weigh_miss_detail(const struct weigh *w, const struct op *op);
struct str weigh_guard_detail(const struct weigh *w, const struct op *op);

/* ---- weigh_edition.c: right in another edition ---- */
void weigh_edition(struct weigh *w, struct finding *f,
		   const struct edition_value *v, struct str got);

/* ---- weigh_event.c: what no line speaks of ---- */
void weigh_events(struct weigh *w);

/* ---- weigh_ruling.c: each id at its own level ---- */
void weigh_rulings_apart(struct weigh *w, struct finding *f,
			 const struct rules *rules, enum level level);
void weigh_rulings(struct weigh *w);
struct ruling *weigh_ruling_of(struct weigh *w, struct finding *f,
			       struct str id);
void weigh_rulings_again(struct weigh *w, struct finding *f);

/* ---- weigh_known.c: waived rules, known failures ---- */
void weigh_device(struct weigh *w);
void weigh_healed(struct weigh *w); /* a known failure that passes */

/* ---- weigh_name.c: names that do not change from run to run ---- */
struct str weigh_name_line(struct arena *a, const struct op *op);
/* "... in time", "... after F2", "... in order" where the line says after. */
struct str weigh_name_limit(struct arena *a, struct str line, const char *kind,
			    const struct label *after);
struct str weigh_name_guard(struct arena *a, const struct op *op);
struct str weigh_name_check(struct arena *a, const struct op *op,
			    const struct check *c);
struct str weigh_name_rules(struct arena *a, const struct rules *rules);
struct str weigh_start_line(const struct trace *tr, uint32_t rec);

#endif
