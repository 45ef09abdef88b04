/* SPDX-License-Identifier: MIT */
/* Results on their way out: a line a scenario, findings under what failed. */
#include "cli/output.h"

#include <stdio.h>

#include "base/text.h"

struct output {
	const struct output_opts *opts;
	struct run *run;
};

struct output *output_begin(struct arena *a, const struct output_opts *opts,
			    struct run *run, const struct catalogue *c,
			    struct fail *why)
{
	struct output *o = ARENA_NEW(a, struct output);

	(void)c;
	(void)why;
	o->opts = opts;
	o->run = run;
	return o;
}

static void line(const char *name, struct str s)
{
	buf_auto out = { 0 };

	if (!s.len)
		return;
	text_printable(&out, s);
	printf("      %-7s %s\n", name, buf_z(&out));
}

static void finding(const struct finding *f)
{
	printf("  " STR_F "   " STR_F ":%u\n", STR_A(f->what),
	       STR_A(f->file), f->line);
	line("wanted", f->wanted);
	line("got", f->got);
	line("message", f->message);
	line("rule", f->reqs);
	if (f->detail.len)
		printf("      " STR_F "\n", STR_A(f->detail));
}

void output_result(struct output *o, const struct prog *prog,
		   struct result *result, struct str trace)
{
	(void)prog;
	(void)trace;
	(void)o;
	printf("%-12s " STR_F "   %.2f s%s" STR_F "\n",
	       verdict_word(result->verdict), STR_A(result->id),
	       (double)result->took / 1e9, result->reason.len ? "   " : "",
	       STR_A(result->reason));
	for (size_t i = 0; i < result->n; i++)
		if (result->findings[i].verdict >= VERDICT_WARN)
			finding(&result->findings[i]);
	fflush(stdout);
}

void output_end(struct output *o)
{
	if (o->run->bail.len)
		printf("Bail out! " STR_F "\n", STR_A(o->run->bail));
}
