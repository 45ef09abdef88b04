/* SPDX-License-Identifier: MIT */
/* check: are scenarios, device files and requirement files right? No network,
 * and nothing is played. */
#include <stddef.h>
#include <stdio.h>

#include "cli/check_ways.h"

struct check_opts {
	const char *dut;
	const char *edition;
	bool help;
};

static const struct opt table[] = {
	{ 'd', "dut", OPT_TEXT, offsetof(struct check_opts, dut), "FILE",
	  "the one device that \"when\" and \"needs\" ask" },
	{ 0, "edition", OPT_WORD, offsetof(struct check_opts, edition),
	  EDITIONS, "what accepts a REFER: 202, 200, either" },
	{ 'h', "help", OPT_FLAG, offsetof(struct check_opts, help), NULL,
	  "this text" },
	{ 0, NULL, OPT_FLAG, 0, NULL, NULL },
};

struct wanted {
	const char **scenarios, **others; /* room for all words in each */
	unsigned nscenarios, nothers;
};

static bool is_other(const char *word)
{
	return str_ends(str_from(word), ".dut") ||
	       str_ends(str_from(word), ".req");
}

static void sort_words(struct wanted *w, const char **words, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (is_other(words[i]))
			w->others[w->nothers++] = words[i];
		else
			w->scenarios[w->nscenarios++] = words[i];
}

static void check_other(struct arena *a, const char *path, struct diags *ds)
{
	struct catalogue c = { .arena = a };
	struct device device;

	if (str_ends(str_from(path), ".dut"))
		device_read(a, path, &device, ds);
	else
		catalogue_read_file(&c, path, ds);
}

/* Device and requirement files: errors go to stderr. */
static size_t check_others(const struct wanted *w)
{
	struct arena *a = arena_new();
	struct diags ds = { .arena = a };
	buf_auto out = { 0 };
	size_t errors;

	for (unsigned i = 0; i < w->nothers; i++)
		check_other(a, w->others[i], &ds);
	diag_print(&ds, &out);
	fputs(buf_z(&out), stderr);
	errors = ds.errors;
	arena_free(a);
	return errors;
}

static void add_count(struct buf *out, size_t n, const char *what)
{
	if (n)
		buf_addf(out, "%s%zu %s%s", out->len ? ", " : "", n, what,
			 n == 1 ? "" : "s");
}

static void print_end(size_t scenarios, size_t files, size_t warnings)
{
	buf_auto out = { 0 };

	add_count(&out, scenarios, "scenario");
	add_count(&out, files, "file");
	add_count(&out, warnings, "warning");
	printf("%s%s\n", buf_z(&out), warnings ? "" : ", nothing wrong");
}

/* Where no device is named, for all that the scenarios ask after. */
static size_t check_others_too(struct selection *s, const struct check_opts *o,
			       size_t *warnings)
{
	struct diags more = { .arena = s->arena };
	buf_auto out = { 0 };

	if (!o->dut)
		check_ways(s, o->edition != NULL, &more);
	diag_print(&more, &out);
	fputs(buf_z(&out), stderr);
	*warnings += more.warnings;
	return more.errors;
}

static int check(struct selection *s, const struct check_opts *o,
		 const struct wanted *w)
{
	bool scenarios = w->nscenarios || !w->nothers;
	int status = check_others(w) ? EXIT_TEXT : 0, loaded = 0;
	size_t warnings = 0;

	if (scenarios)
		loaded = select_load(s, "check", o->dut, NULL, o->edition,
				     w->scenarios, w->nscenarios);
	if (scenarios && !loaded && check_others_too(s, o, &warnings))
		loaded = EXIT_TEXT;
	status = loaded ? loaded : status;
	if (!status)
		print_end(s->progs.n, w->nothers, s->diags.warnings + warnings);
	return status;
}

int cmd_check(int argc, char **argv)
{
	struct selection s = { .arena = arena_new() };
	size_t max = (size_t)argc;
	const char **words = ARENA_ARRAY(s.arena, const char *, max);
	struct check_opts o = { 0 };
	struct wanted w = {
		.scenarios = ARENA_ARRAY(s.arena, const char *, max),
		.others = ARENA_ARRAY(s.arena, const char *, max),
	};
	struct fail why;
	unsigned n;
	int status;

	if (!opts_read(table, argc, argv, &o, words, &n, &why)) {
		status = usage_error("check", why.text);
	} else if (o.help) {
		status = usage_help("check [what..]", table);
	} else {
		sort_words(&w, words, n);
		status = check(&s, &o, &w);
	}
	arena_free(s.arena);
	return status;
}
