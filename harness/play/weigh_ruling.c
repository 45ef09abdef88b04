/* SPDX-License-Identifier: MIT */
/* What a finding says of each of its ids: one line may carry a MUST and a
 * SHOULD, and each counts as what it is (rule 15). */
#include "play/weigh.h"

static enum level level_from(struct str word)
{
	return str_is(word, "must")     ? LEVEL_MUST
	       : str_is(word, "should") ? LEVEL_SHOULD
					: LEVEL_NOTE;
}

/* Sets apart the ids that are weaker than their line. */
void weigh_rulings_apart(struct weigh *w, struct finding *f,
			 const struct rules *rules, enum level level)
{
	for (unsigned i = 0; rules->levels && i < rules->nlive; i++) {
		if (rules->levels[i] >= level)
			continue;
		*ARENA_PUSH(w->arena, f->apart, f->napart) = (struct ruling){
			.id = rules->live[i],
			.level = str_from(weigh_level_word(rules->levels[i])),
		};
	}
}

bool weigh_is_broken(enum verdict v)
{
	return v == VERDICT_FAIL || v == VERDICT_WARN;
}

/* When all findings have their verdicts: what the ids set apart have. */
void weigh_rulings(struct weigh *w)
{
	for (size_t i = 0; i < w->r->n; i++) {
		struct finding *f = &w->r->findings[i];

		for (unsigned k = 0; k < f->napart; k++) {
			struct ruling *s = &f->apart[k];
			enum verdict own =
				weigh_broken(w, level_from(s->level));

			s->verdict =
				weigh_is_broken(f->verdict) && own < f->verdict
					? own
					: f->verdict;
		}
	}
}

/* The id's own, made where it had none; f carries it. */
struct ruling *weigh_ruling_of(struct weigh *w, struct finding *f,
			       struct str id)
{
	struct ruling own = finding_ruling(f, id);

	for (unsigned i = 0; i < f->napart; i++)
		if (str_eq(f->apart[i].id, id))
			return &f->apart[i];
	*ARENA_PUSH(w->arena, f->apart, f->napart) = own;
	return &f->apart[f->napart - 1];
}

/* After something was said of an id of its own: the worst of all its ids is
 * the finding's verdict. What is not set apart keeps what it had. */
void weigh_rulings_again(struct weigh *w, struct finding *f)
{
	struct str ids = f->reqs, id;
	struct ruling worst = { .verdict = VERDICT_NONE };
	enum verdict had = f->verdict;

	while (ids.len) {
		str_cut(ids, ' ', &id, &ids);
		weigh_ruling_of(w, f, id);
	}
	for (unsigned i = 0; i < f->napart; i++)
		if (i == 0 || f->apart[i].verdict > worst.verdict)
			worst = f->apart[i];
	f->verdict = worst.verdict;
	if (worst.verdict != had && !w->opts->brief)
		f->level = worst.level;
}
