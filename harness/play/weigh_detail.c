/* SPDX-License-Identifier: MIT */
/* What is said besides wanted and got, from the trace: how long a line was
 * waited for, until when a guard holds. */
#include "play/weigh.h"

/* How long it was waited for, then what the play knew. A response that came
 * instead speaks for itself. */
struct str weigh_miss_detail(const struct weigh *w, const struct op *op)
{
	static const char settled[] = "another final response came";
	const struct opsum *s = &w->ops[op->id];
	struct str text = s->miss->text;

	if (s->miss->status && str_starts(text, settled))
		return str_trim(str_tail(text, strlen(settled)));
	if (s->miss->status || !s->open || op->kind == OP_TRIGGER ||
	    s->miss->t <= s->open->t)
		return text;
	return arena_strf(w->arena, "waited from %+.3f s to %+.3f s: " STR_F,
			  (double)s->open->t / 1e9, (double)s->miss->t / 1e9,
			  STR_A(text));
}

/* The first line with this label that happened. */
static const struct event *label_event(const struct weigh *w,
				       const struct label *label)
{
	for (unsigned i = 0; i < w->prog->nops; i++) {
		const struct opsum *s = &w->ops[i];

		if (w->prog->ops[i]->label != label)
			continue;
		if (s->taken || s->sent)
			return s->taken ? s->taken : s->sent;
	}
	return NULL;
}

/* "it holds until F3, which came only at +1.004 s" */
struct str weigh_guard_detail(const struct weigh *w, const struct op *op)
{
	const struct label *until = op->guard.until;
	const struct event *ev = until ? label_event(w, until) : NULL;

	if (!until)
		return STR_NONE;
	if (!ev)
		return arena_strf(w->arena,
				  "it holds until " STR_F
				  ", which did not come",
				  STR_A(until->name));
	return arena_strf(w->arena,
			  "it holds until " STR_F
			  ", which came only at %+.3f s",
			  STR_A(until->name), (double)ev->t / 1e9);
}
