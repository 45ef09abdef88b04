/* SPDX-License-Identifier: MIT */
/* Several scenarios are played at once and end in another order each time. A
 * report that is compared with yesterday's has them by name; TAP and
 * result.json have them as they ended. */
#include "report/sorted.h"

#include <stdlib.h>

int sorted_compare(const void *a, const void *b)
{
	const struct result *const *x = a, *const *y = b;

	return str_cmp((*x)->id, (*y)->id);
}

struct run sorted_run(const struct run *run, struct arena *a)
{
	struct run ret = *run;

	if (run->nparts || !run->n)
		return ret;
	ret.list = ARENA_ARRAY(a, struct result *, run->n);
	memcpy(ret.list, run->list, run->n * sizeof(*ret.list));
	qsort(ret.list, ret.n, sizeof(*ret.list), sorted_compare);
	return ret;
}
