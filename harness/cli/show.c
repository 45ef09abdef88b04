/* SPDX-License-Identifier: MIT */
/* show: the ladder, the messages and the findings of a finished run, from its
 * result and its traces alone. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/cli.h"
#include "cli/page.h"
#include "cli/recorded.h"

struct show_opts {
	const char *format;
	bool messages, slowest, help;
};

static const struct opt table[] = {
	{ 0, "format", OPT_TEXT, offsetof(struct show_opts, format), "NAME",
	  "text, mermaid, svg or html" },
	{ 'm', "messages", OPT_FLAG, offsetof(struct show_opts, messages), NULL,
	  "every message in full instead of the ladder" },
	{ 0, "slowest", OPT_FLAG, offsetof(struct show_opts, slowest), NULL,
	  "a line for each, by the time it took" },
	{ 'h', "help", OPT_FLAG, offsetof(struct show_opts, help), NULL,
	  "this text" },
	{ 0, NULL, OPT_FLAG, 0, NULL, NULL },
};

enum { SHOWN_MAX = 4096 };

struct show {
	const struct show_opts *opts;
	struct recorded rec;
	const struct result *list[SHOWN_MAX];
	size_t n;
	int status;
};

typedef void draw_fn(const struct ladder *l, struct buf *out);

static draw_fn *drawer_of(const char *format)
{
	static const struct {
		const char *name;
		draw_fn *fn;
	} rows[] = { { "text", ladder_text },
		     { "mermaid", ladder_mermaid },
		     { "svg", ladder_svg } };

	for (size_t i = 0; format && i < sizeof(rows) / sizeof(*rows); i++)
		if (strcmp(rows[i].name, format) == 0)
			return rows[i].fn;
	return format ? NULL : ladder_text;
}

static bool is_page(const struct show *s)
{
	return s->opts->format && strcmp(s->opts->format, "html") == 0;
}

static bool is_text(const struct show *s)
{
	return drawer_of(s->opts->format) == ladder_text;
}

/* What was never played has no trace, and its verdict says why. */
static void show_trace(struct show *s, const struct result *r, struct buf *out)
{
	struct trace tr = { .arena = arena_new() };
	struct fail why;

	if (!recorded_was_played(r)) {
		buf_clear(out);
	} else if (!recorded_trace(&s->rec, r, &tr, &why)) {
		fprintf(stderr, "sipladder show: %s\n", why.text);
		s->status = EXIT_TEXT;
	} else if (s->opts->messages) {
		messages_text(&tr, out);
	} else {
		drawer_of(s->opts->format)(ladder_new(r, &tr, tr.arena), out);
	}
	arena_free(tr.arena);
}

static void show_one(struct show *s, const struct result *r)
{
	buf_auto out = { 0 };

	show_trace(s, r, &out);
	if (is_text(s) && !s->opts->messages) {
		if (out.len)
			buf_add_char(&out, '\n');
		terminal_result(r, &s->rec.report, &out);
	}
	print_text(stdout, &out);
}

static void show_line(const struct result *r)
{
	buf_auto out = { 0 };

	terminal_line(r, &(struct report_opts){ 0 }, &out);
	print_text(stdout, &out);
}

static int by_time(const void *x, const void *y)
{
	const struct result *a = *(struct result *const *)x;
	const struct result *b = *(struct result *const *)y;

	return a->took < b->took ? 1 : a->took > b->took ? -1 : 0;
}

static void show_slowest(struct show *s)
{
	struct run *run = &s->rec.run;

	if (run->n)
		qsort(run->list, run->n, sizeof(*run->list), by_time);
	for (size_t i = 0; i < run->n; i++)
		show_line(run->list[i]);
}

/* Without ids: a line for each, then those that failed. */
static void show_all(struct show *s)
{
	const struct run *run = &s->rec.run;
	buf_auto out = { 0 };

	for (size_t i = 0; i < run->n; i++)
		show_line(run->list[i]);
	for (size_t i = 0; i < run->n; i++) {
		if (!verdict_is_bad(run->list[i]->verdict))
			continue;
		putchar('\n');
		show_one(s, run->list[i]);
	}
	terminal_summary(run, &(struct report_opts){ 0 }, &out);
	print_text(stdout, &out);
}

/* What is named, into s->list. The exit status. */
static int find_ids(struct show *s, const char *const *ids, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		size_t found = recorded_find(&s->rec, "show", ids[i],
					     s->list + s->n, SHOWN_MAX - s->n);

		if (!found)
			return EXIT_USAGE;
		s->n += found;
	}
	return 0;
}

/* The page of the run, or of these scenarios alone. */
static int show_page(struct show *s, const char *const *ids, unsigned n)
{
	buf_auto out = { .max = RECORDED_REPORT_MAX };
	struct run *run = &s->rec.run;
	int status = find_ids(s, ids, n);

	if (status)
		return status;
	if (n) {
		run->list = ARENA_ARRAY(s->rec.arena, struct result *, s->n);
		memcpy(run->list, s->list, s->n * sizeof(*run->list));
		run->n = s->n;
	}
	page_of_run(&s->rec, &out);
	print_text(stdout, &out);
	return 0;
}

static int show_ids(struct show *s, const char *const *ids, unsigned n)
{
	int status = find_ids(s, ids, n);

	if (status)
		return status;
	if (s->n > 1 && !is_text(s))
		return usage_error("show", "one drawing holds one scenario: "
					   "name one row");
	for (size_t i = 0; i < s->n; i++) {
		if (i)
			putchar('\n');
		show_one(s, s->list[i]);
	}
	return s->status;
}

static int show_run(struct show *s, const char *const *args, unsigned n)
{
	struct fail why;

	if (!recorded_open(&s->rec, args[0], &why)) {
		fprintf(stderr, "sipladder show: %s\n", why.text);
		return EXIT_TEXT;
	}
	if (is_page(s))
		return show_page(s, args + 1, n - 1);
	if (n > 1)
		return show_ids(s, args + 1, n - 1);
	if (s->rec.run.n == 1 && (!is_text(s) || s->opts->messages)) {
		show_one(s, s->rec.run.list[0]);
		return s->status;
	}
	if (!is_text(s))
		return usage_error("show", "--format draws one scenario: name "
					   "it behind the run");
	if (s->opts->slowest)
		show_slowest(s);
	else
		show_all(s);
	return s->status;
}

int cmd_show(int argc, char **argv)
{
	struct show_opts o = { 0 };
	struct show s = { .opts = &o };
	const char *args[SHOWN_MAX];
	struct fail why;
	unsigned n;
	int status;

	if (argc > SHOWN_MAX)
		return usage_error("show", "too many words");
	if (!opts_read(table, argc, argv, &o, args, &n, &why))
		return usage_error("show", why.text);
	if (o.help)
		return usage_help("show RESULT [id..]", table);
	if (!drawer_of(o.format) && !is_page(&s))
		return usage_error("show",
				   "--format is text, mermaid, svg or html");
	if (!n)
		return usage_error("show", "which run? a folder such as "
					   "out/last, or its result.json");
	status = show_run(&s, args, n);
	recorded_close(&s.rec);
	return status;
}
