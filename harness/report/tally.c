/* SPDX-License-Identifier: MIT */
/* Counts over a run: scenarios by verdict, requirements by level. */
#include "report/report.h"

#include <stdlib.h>

struct seen { /* one requirement in one finding */
	struct str id;
	enum verdict verdict;
	char level; /* 'm' must, 's' should, 'n' may */
};

struct seens {
	struct arena *arena;
	struct seen *list;
	size_t n;
};

static int by_id(const void *a, const void *b)
{
	const struct seen *x = a, *y = b;
	int c = str_cmp(x->id, y->id);

	return c ? c : x->level - y->level;
}

static char level_of(const struct ruling *s)
{
	return str_is(s->level, "must")     ? 'm'
	       : str_is(s->level, "should") ? 's'
					    : 'n';
}

static void collect(struct seens *s, const struct finding *f)
{
	struct str ids = f->reqs, id;

	while (ids.len) {
		struct ruling one;

		str_cut(ids, ' ', &id, &ids);
		one = finding_ruling(f, id);
		if (id.len)
			*ARENA_PUSH(s->arena, s->list, s->n) =
				(struct seen){ id, one.verdict,
					       level_of(&one) };
	}
}

static void count_one(struct tally *t, char level, enum verdict worst)
{
	bool broken = worst == VERDICT_FAIL || worst == VERDICT_WARN ||
		      worst == VERDICT_KNOWN;
	bool exercised = broken || worst == VERDICT_PASS;

	if (level == 'm') {
		t->must_exercised += exercised;
		t->must_failed += worst == VERDICT_FAIL;
	} else if (level == 's') {
		t->should_exercised += exercised;
		t->should_warned += broken;
	} else {
		t->may_seen += worst == VERDICT_PASS;
	}
}

/* The worst of its lines is a requirement's verdict; inconclusive and not
 * reached say nothing where another line did. */
enum verdict tally_worse(enum verdict a, enum verdict b)
{
	bool known_a = a >= VERDICT_PASS && a != VERDICT_INCONCLUSIVE;
	bool known_b = b >= VERDICT_PASS && b != VERDICT_INCONCLUSIVE;

	if (known_a != known_b)
		return known_a ? a : b;
	return a > b ? a : b;
}

static void count_requirements(const struct run *run, struct tally *t)
{
	struct seens s = { .arena = arena_new() };

	for (size_t i = 0; i < run->n; i++)
		for (size_t k = 0; k < run->list[i]->n; k++)
			collect(&s, &run->list[i]->findings[k]);
	if (s.n)
		qsort(s.list, s.n, sizeof(*s.list), by_id);
	for (size_t i = 0; i < s.n;) {
		enum verdict v = s.list[i].verdict;
		size_t k = i + 1;

		while (k < s.n && by_id(&s.list[i], &s.list[k]) == 0)
			v = tally_worse(v, s.list[k++].verdict);
		count_one(t, s.list[i].level, v);
		i = k;
	}
	arena_free(s.arena);
}

static bool is_worse_start(const struct tally *t, const struct result *r)
{
	if (r->verdict != VERDICT_FAIL && r->verdict != VERDICT_ERROR &&
	    r->verdict != VERDICT_INCONCLUSIVE)
		return false;
	return !t->first_bad ||
	       (t->first_bad->verdict == VERDICT_INCONCLUSIVE &&
		r->verdict != VERDICT_INCONCLUSIVE);
}

/* first_bad: the first that failed, else the first that said nothing. */
void tally_run(const struct run *run, struct tally *ret)
{
	*ret = (struct tally){ 0 };
	for (size_t i = 0; i < run->n; i++) {
		const struct result *r = run->list[i];

		ret->scenarios[r->verdict]++;
		if (is_worse_start(ret, r))
			ret->first_bad = r;
	}
	count_requirements(run, ret);
}

void tally_words(const struct tally *t, struct buf *out)
{
	static const struct {
		enum verdict v;
		const char *word;
	} rows[] = {
		{ VERDICT_ERROR, "in error" },
		{ VERDICT_FAIL, "failed" },
		{ VERDICT_KNOWN, "known" },
		{ VERDICT_WARN, "warned" },
		{ VERDICT_PASS, "passed" },
		{ VERDICT_INCONCLUSIVE, "inconclusive" },
		{ VERDICT_SKIP, "skipped" },
		{ VERDICT_NOT_RUN, "not run" },
	};
	const char *comma = "";

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (!t->scenarios[rows[i].v])
			continue;
		buf_addf(out, "%s%u %s", comma, t->scenarios[rows[i].v],
			 rows[i].word);
		comma = ", ";
	}
	if (!*comma)
		buf_add_z(out, "no scenario");
}
