/* SPDX-License-Identifier: MIT */
/* compare: finished runs side by side, or what changed since a baseline. */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>

#include "cli/cli.h"
#include "cli/recorded.h"
#include "report/compare.h"
#include "report/table.h"

struct compare_opts {
	const char *baseline, *format, *html;
	bool all, help;
};

#define AT(field) offsetof(struct compare_opts, field)

static const struct opt table[] = {
	{ 0, "baseline", OPT_TEXT, AT(baseline), "RESULT",
	  "what counts is what is worse than in it" },
	{ 0, "format", OPT_WORD, AT(format), TABLE_FORMATS, "of what is said" },
	{ 0, "all", OPT_FLAG, AT(all), NULL, "what is alike too" },
	{ 0, "html", OPT_TEXT, AT(html), "FILE", "one page, to be read" },
	{ 'h', "help", OPT_FLAG, AT(help), NULL, "this text" },
	{ 0, NULL, OPT_FLAG, 0, NULL, NULL },
};

struct comparing {
	const struct compare_opts *opts;
	struct recorded list[COMPARE_MAX];
	size_t n;
	struct compare *c;
};

static bool open_one(struct comparing *x, const char *where, struct fail *why)
{
	if (x->n == COMPARE_MAX)
		return fail_set(why, "more than %d results", COMPARE_MAX);
	return recorded_open(&x->list[x->n++], where, why);
}

static bool compare_all(struct comparing *x, const char *const *where,
			unsigned n, struct fail *why)
{
	struct run *runs[COMPARE_MAX];

	for (unsigned i = 0; i < n; i++)
		if (!open_one(x, where[i], why))
			return false;
	for (size_t i = 0; i < x->n; i++)
		runs[i] = &x->list[i].run;
	x->c = compare_runs(runs, x->n, x->list[0].arena, why);
	return x->c != NULL;
}

/* Several that are compared with it are shards of one. */
static bool compare_old(struct comparing *x, const char *const *where,
			unsigned n, struct fail *why)
{
	if (!open_one(x, x->opts->baseline, why))
		return false;
	x->n++;
	if (!recorded_merge(&x->list[1], where, n, why))
		return false;
	x->c = compare_baseline(&x->list[0].run, &x->list[1].run,
				x->list[1].arena);
	return true;
}

static bool write_page(const struct comparing *x)
{
	buf_auto out = { .max = RECORDED_REPORT_MAX };

	compare_html(x->c, &x->list[x->n - 1].report, &out);
	errno = EFBIG;
	if (!out.over && buf_write_file(&out, x->opts->html))
		return true;
	fprintf(stderr, "sipladder compare: %s: %s\n", x->opts->html,
		strerror(errno));
	return false;
}

static int show(const struct comparing *x)
{
	const char *format = x->opts->format;
	buf_auto out = { .max = RECORDED_REPORT_MAX };

	if (format && strcmp(format, "text") != 0)
		compare_table(x->c, format, &out);
	else
		compare_text(x->c, &x->list[x->n - 1].report, x->opts->all,
			     &out);
	print_text(stdout, &out);
	if (x->opts->html && !write_page(x))
		return EXIT_USAGE;
	return x->c->baseline ? compare_exit_code(
					x->c, x->list[1].run.allow_inconclusive)
			      : 0;
}

static int compare(struct comparing *x, const char *const *where, unsigned n)
{
	struct fail why;
	int status = EXIT_TEXT;
	bool ok = x->opts->baseline ? compare_old(x, where, n, &why)
				    : compare_all(x, where, n, &why);

	if (ok)
		status = show(x);
	else
		usage_error("compare", why.text);
	for (size_t i = 0; i < x->n; i++)
		recorded_close(&x->list[i]);
	return status;
}

int cmd_compare(int argc, char **argv)
{
	struct compare_opts o = { 0 };
	struct comparing x = { .opts = &o };
	const char *args[COMPARE_MAX];
	struct fail why;
	unsigned n;

	if (argc > COMPARE_MAX)
		return usage_error("compare", "too many words");
	if (!opts_read(table, argc, argv, &o, args, &n, &why))
		return usage_error("compare", why.text);
	if (o.help)
		return usage_help("compare RESULT.. | --baseline OLD NEW",
				  table);
	if (!n)
		return usage_error("compare", "which runs? two or more "
					      "folders, or --baseline OLD NEW");
	return compare(&x, args, n);
}
