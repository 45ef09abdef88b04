/* SPDX-License-Identifier: MIT */
/* What the device file says of findings: rules that are waived, failures that
 * are known until a day. */
#include "play/weigh.h"

static bool has_word(struct str words, struct str word)
{
	struct str one;

	while (words.len) {
		str_cut(words, ' ', &one, &words);
		if (str_eq(one, word))
			return true;
	}
	return false;
}

static void waive_one(struct weigh *w, struct finding *f,
		      const struct known *waived)
{
	struct ruling *s = weigh_ruling_of(w, f, waived->requirement);
	bool whole;

	s->verdict = VERDICT_NONE;
	s->reason = STR("waived");
	weigh_rulings_again(w, f);
	whole = f->verdict == VERDICT_NONE;
	if (whole)
		f->reason = STR("waived");
	f->detail = arena_strf(w->arena, STR_F "%swaived: " STR_F "%s" STR_F,
			       STR_A(whole ? STR_NONE : f->detail),
			       !whole && f->detail.len ? "\n" : "",
			       STR_A(whole ? STR_NONE : waived->requirement),
			       whole ? "" : ": ", STR_A(waived->reason));
}

/* Only that rule is not asked: the others of its line are. */
static void waive(struct weigh *w, struct finding *f)
{
	const struct device *d = w->opts->device;

	for (unsigned i = 0; i < d->nwaived; i++)
		if (weigh_is_broken(f->verdict) &&
		    has_word(f->reqs, d->waived[i].requirement))
			waive_one(w, f, &d->waived[i]);
}

/* "refer/x" is every row of it, and every transport: "refer/x#route@tcp". */
static bool is_for(const struct known *k, struct str id)
{
	struct str row, all, rest;

	str_cut(id, '@', &row, &rest);
	str_cut(row, '#', &all, &rest);
	return str_eq(k->scenario, id) || str_eq(k->scenario, row) ||
	       str_eq(k->scenario, all);
}

static bool is_expired(const struct weigh *w, const struct known *k)
{
	return k->until.len && str_cmp(w->opts->today, k->until) > 0;
}

static void note_known(struct weigh *w, const struct known *k, const char *fmt)
{
	struct finding *f = weigh_add(w, "note", VERDICT_NONE);

	f->what = STR("known failure");
	f->reason = STR("info");
	f->detail = arena_strf(w->arena, "%s: " STR_F, fmt, STR_A(k->reason));
}

static void excuse_all(struct finding *f)
{
	for (unsigned i = 0; i < f->napart; i++)
		if (f->apart[i].verdict == VERDICT_FAIL)
			f->apart[i].verdict = VERDICT_KNOWN;
	f->verdict = VERDICT_KNOWN;
}

/* Is what failed what k knows of? Then it is excused, but not what else failed
 * at the same line. */
static bool excuse(struct weigh *w, struct finding *f, const struct known *k,
		   bool expired)
{
	if (f->verdict != VERDICT_FAIL)
		return false;
	if (k->requirement.len &&
	    (!has_word(f->reqs, k->requirement) ||
	     finding_ruling(f, k->requirement).verdict != VERDICT_FAIL))
		return false;
	if (expired)
		return true;
	if (!k->requirement.len) {
		excuse_all(f);
		return true;
	}
	weigh_ruling_of(w, f, k->requirement)->verdict = VERDICT_KNOWN;
	weigh_rulings_again(w, f);
	return true;
}

static void apply_known(struct weigh *w, const struct known *k)
{
	bool used = false, expired = is_expired(w, k);

	for (size_t i = 0; i < w->r->n; i++)
		used |= excuse(w, &w->r->findings[i], k, expired);
	if (used && expired)
		note_known(w, k,
			   arena_z(w->arena,
				   arena_strf(w->arena, "expired on " STR_F,
					      STR_A(k->until))));
	if (!used || expired || w->r->known_reason.len)
		return;
	w->r->known_reason = k->reason;
	w->r->known_until = k->until;
}

void weigh_device(struct weigh *w)
{
	const struct device *d = w->opts->device;
	size_t n = w->r->n;

	if (!d)
		return;
	for (size_t i = 0; i < n; i++)
		waive(w, &w->r->findings[i]);
	for (unsigned i = 0; i < d->nknown; i++)
		if (is_for(&d->known[i], w->r->id))
			apply_known(w, &d->known[i]);
}

void weigh_healed(struct weigh *w)
{
	const struct device *d = w->opts->device;

	if (!d || w->r->verdict > VERDICT_WARN || w->r->verdict == VERDICT_SKIP)
		return;
	for (unsigned i = 0; i < d->nknown; i++)
		if (is_for(&d->known[i], w->r->id))
			note_known(w, &d->known[i],
				   "it passes now; take it out of the device "
				   "file");
}
