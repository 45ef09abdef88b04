/* SPDX-License-Identifier: MIT */
/* From findings to requirements. A requirement's verdict is the worst over all
 * lines that carry it; lines that say nothing do not count where others do. */
#include "report/coverage.h"

#include <stdlib.h>

struct said { /* one id of one finding */
	struct str id;
	enum verdict verdict;
	const struct result *by;
	size_t place; /* of the scenario */
};

static int by_id(const void *x, const void *y)
{
	const struct said *a = x, *b = y;
	int c = str_cmp(a->id, b->id);

	return c ? c : a->place < b->place ? -1 : a->place > b->place;
}

static size_t collect(const struct run *run, struct arena *a,
		      struct said **list)
{
	size_t n = 0;

	for (size_t i = 0; i < run->n; i++) {
		const struct result *r = run->list[i];

		for (size_t k = 0; k < r->n; k++) {
			struct str ids = r->findings[k].reqs, id;

			while (ids.len) {
				struct said s = { .by = r, .place = i };

				str_cut(ids, ' ', &id, &ids);
				s.id = id;
				s.verdict = finding_ruling(&r->findings[k], id)
						    .verdict;
				if (id.len)
					*ARENA_PUSH(a, *list, n) = s;
			}
		}
	}
	return n;
}

static struct covered sum_up(const struct said *list, size_t n)
{
	struct covered c = { .id = list->id,
			     .verdict = list->verdict,
			     .by = list->by,
			     .scenarios = 1 };

	for (size_t i = 1; i < n; i++) {
		enum verdict v = tally_worse(c.verdict, list[i].verdict);

		c.scenarios += list[i].place != list[i - 1].place;
		if (v != c.verdict)
			c.by = list[i].by;
		c.verdict = v;
	}
	return c;
}

size_t coverage_of(const struct run *run, struct arena *a, struct covered **ret)
{
	struct said *list = NULL;
	size_t all = collect(run, a, &list), n = 0;

	*ret = NULL;
	if (all)
		qsort(list, all, sizeof(*list), by_id);
	for (size_t i = 0; i < all;) {
		size_t k = i + 1;

		while (k < all && str_eq(list[i].id, list[k].id))
			k++;
		*ARENA_PUSH(a, *ret, n) = sum_up(list + i, k - i);
		i = k;
	}
	return n;
}

static int compare_id(const void *key, const void *row)
{
	return str_cmp(*(const struct str *)key,
		       ((const struct covered *)row)->id);
}

const struct covered *coverage_find(const struct covered *list, size_t n,
				    struct str id)
{
	return n ? bsearch(&id, list, n, sizeof(*list), compare_id) : NULL;
}

const char *coverage_word(const struct covered *c)
{
	return c ? verdict_word(c->verdict) : "not covered";
}
