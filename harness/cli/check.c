/* SPDX-License-Identifier: MIT */
/* check: are scenarios, device files and requirement files right? No network,
 * and nothing is played. */
#include <stddef.h>
#include <stdio.h>

#include "cli/cli.h"

struct check_opts {
	const char *dut;
	const char *edition;
	bool help;
};

static const struct opt table[] = {
	{ 'd', "dut", OPT_TEXT, offsetof(struct check_opts, dut), "FILE",
	  "the device that \"when\" and \"needs\" ask" },
	{ 0, "edition", OPT_TEXT, offsetof(struct check_opts, edition), "NAME",
	  "rfc3515, rfc7647 or interop" },
	{ 'h', "help", OPT_FLAG, offsetof(struct check_opts, help), NULL,
	  "this text" },
	{ 0, NULL, OPT_FLAG, 0, NULL, NULL },
};

enum { WORDS_MAX = 256 };

struct wanted {
	const char *scenarios[WORDS_MAX], *others[WORDS_MAX];
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

static int check(const struct check_opts *o, struct wanted *w)
{
	struct selection s = { 0 };
	bool scenarios = w->nscenarios || !w->nothers;
	int status = check_others(w) ? EXIT_TEXT : 0;

	if (scenarios) {
		int loaded = select_load(&s, o->dut, NULL, o->edition,
					 w->scenarios, w->nscenarios);

		status = loaded ? loaded : status;
	}
	if (!status)
		print_end(s.progs.n, w->nothers, s.diags.warnings);
	arena_free(s.arena);
	return status;
}

int cmd_check(int argc, char **argv)
{
	const char *words[WORDS_MAX];
	struct check_opts o = { 0 };
	struct wanted w = { .nothers = 0 };
	struct fail why;
	unsigned n;

	if (argc > WORDS_MAX)
		return usage_error("check", "too many words");
	if (!opts_read(table, argc, argv, &o, words, &n, &why))
		return usage_error("check", why.text);
	if (o.help) {
		buf_auto out = { 0 };

		opts_help(table, &out);
		printf("sipladder check [what..]\n%s", buf_z(&out));
		return 0;
	}
	sort_words(&w, words, n);
	return check(&o, &w);
}
