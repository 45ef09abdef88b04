/* SPDX-License-Identifier: MIT */
/* Pages from files: which traces there are, read one at a time. What stands on
 * a page is decided in report/html*.c. */
#include "cli/page.h"

#include <stdio.h>

#include "report/html.h"

static void add_scenario(const struct recorded *rec, const struct result *r,
			 bool open, struct buf *out)
{
	struct trace tr = { .arena = arena_new() };
	struct fail why;
	bool read = recorded_was_played(r) && recorded_trace(rec, r, &tr, &why);

	html_scenario(&rec->run, r, read ? &tr : NULL, &rec->report, open, out);
	arena_free(tr.arena);
}

void page_of_run(const struct recorded *rec, struct buf *out)
{
	unsigned open = 0;

	html_head(&rec->run, out);
	for (size_t i = 0; i < rec->run.n; i++)
		add_scenario(rec, rec->run.list[i],
			     html_is_open(rec->run.list[i], &open), out);
	html_tail(&rec->run, out);
}
