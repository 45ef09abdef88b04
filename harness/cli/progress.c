/* SPDX-License-Identifier: MIT */
/* How far a run has come. The time left is what the scenarios say that they
 * wait, not a guess at how fast the device is. */
#include "cli/progress.h"

#include <stdlib.h>
#include <unistd.h>

enum { LINGER_MS = 500 }; /* the least that every play listens at its end */

static ns_t waits_of(const struct prog *prog)
{
	ns_t sum = LINGER_MS * NS_MS;

	if (!prog->selected)
		return 0;
	for (unsigned i = 0; i < prog->nops; i++) {
		const struct op *op = prog->ops[i];

		if (op->kind == OP_WAIT)
			sum += op->wait.hi;
		if (op->kind == OP_GUARD)
			sum += op->guard.lasts;
	}
	return sum;
}

static void draw(const struct progress *p)
{
	buf_auto out = { 0 };

	if (!p->to || p->done == p->total)
		return;
	progress_text(p, &out);
	fprintf(p->to, "\r\033[K%s", buf_z(&out));
	fflush(p->to);
}

void progress_text(const struct progress *p, struct buf *out)
{
	ns_t seconds = (p->left / p->jobs + NS_S - 1) / NS_S;

	buf_addf(out, "%zu of %zu done", p->done, p->total);
	if (p->failed)
		buf_addf(out, ", %zu failing", p->failed);
	if (seconds >= 120)
		buf_addf(out, ", at least %d min left",
			 (int)((seconds + 59) / 60));
	else if (seconds > 0)
		buf_addf(out, ", at least %d s left", (int)seconds);
}

void progress_begin(struct progress *p, FILE *to, const struct progs *progs,
		    unsigned jobs, unsigned plays)
{
	const char *term = getenv("TERM");

	*p = (struct progress){ .total = progs->n,
				.jobs = jobs,
				.plays = plays };
	for (size_t i = 0; i < progs->n; i++)
		p->left += waits_of(progs->list[i]) * plays;
	if (isatty(fileno(to)) && term && strcmp(term, "dumb") != 0)
		p->to = to;
	draw(p);
}

void progress_hide(struct progress *p)
{
	if (!p->to)
		return;
	fputs("\r\033[K", p->to);
	fflush(p->to);
}

void progress_next(struct progress *p, const struct prog *prog,
		   const struct result *r)
{
	p->done++;
	p->failed += verdict_is_bad(r->verdict);
	p->left -= waits_of(prog) * p->plays;
	if (p->to)
		fflush(stdout);
	draw(p);
}
