/* SPDX-License-Identifier: MIT */
/* Pages, scenario by scenario, so that one trace at a time is in memory. What
 * stands on a page is decided in report/html*.c. */
#include "cli/page.h"

#include <stdio.h>
#include <stdlib.h>

#include "report/html.h"
#include "report/sorted.h"

/* ---- while it runs ---- */

void page_add(struct page *p, const struct run *run, const struct result *r,
	      struct str trace, const struct report_opts *opts)
{
	struct page_part part = { r, { .max = RECORDED_REPORT_MAX } };
	struct trace tr = { .arena = arena_new() };
	struct fail why;

	if (trace.len && !trace_read(&tr, trace, &why))
		tr.n = 0;
	html_scenario(run, r, &tr, opts, &part.text);
	arena_free(tr.arena);
	*ARENA_PUSH(p->arena, p->parts, p->n) = part;
}

static int by_name(const void *a, const void *b)
{
	const struct page_part *x = a, *y = b;

	return sorted_compare(&x->r, &y->r);
}

void page_end(struct page *p, const struct run *run,
	      void (*put)(void *ctx, const struct buf *text), void *ctx)
{
	struct run sorted = sorted_run(run, p->arena);
	unsigned open = 0;
	buf_auto out = { .max = RECORDED_REPORT_MAX };

	if (p->n)
		qsort(p->parts, p->n, sizeof(*p->parts), by_name);
	html_head(&sorted, &out);
	put(ctx, &out);
	for (size_t i = 0; i < p->n; i++) {
		buf_clear(&out);
		html_fold(p->parts[i].r, &open, &out);
		put(ctx, &out);
		put(ctx, &p->parts[i].text);
		buf_free(&p->parts[i].text);
	}
	buf_clear(&out);
	html_tail(&sorted, &out);
	put(ctx, &out);
	p->n = 0;
}

/* ---- from files ---- */

static void add_scenario(const struct recorded *rec, const struct result *r,
			 struct buf *out)
{
	struct trace tr = { .arena = arena_new() };
	struct fail why;
	bool read = recorded_was_played(r) && recorded_trace(rec, r, &tr, &why);

	html_scenario(&rec->run, r, read ? &tr : NULL, &rec->report, out);
	arena_free(tr.arena);
}

void page_of_run(const struct recorded *rec, struct buf *out)
{
	struct run sorted = sorted_run(&rec->run, rec->arena);
	unsigned open = 0;

	html_head(&sorted, out);
	for (size_t i = 0; i < sorted.n; i++) {
		html_fold(sorted.list[i], &open, out);
		add_scenario(rec, sorted.list[i], out);
	}
	html_tail(&sorted, out);
}
