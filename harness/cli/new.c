/* SPDX-License-Identifier: MIT */
/* new: a commented scenario to begin with. Nothing is ever overwritten. */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/cli.h"

static const struct template
{
	const char *name, *says, *text;
}
templates[] = {
#define TEMPLATE(name, says, text) { name, says, text },
#include "cli/templates.def"
#undef TEMPLATE
};

enum { NTEMPLATES = sizeof(templates) / sizeof(*templates) };

static const struct opt table[] = {
	{ 'h', "help", OPT_FLAG, 0, NULL, "this text" },
	{ 0, NULL, OPT_FLAG, 0, NULL, NULL },
};

static void print_list(FILE *out)
{
	for (int i = 0; i < NTEMPLATES; i++)
		fprintf(out, "  %-15s %s\n", templates[i].name,
			templates[i].says);
}

static const struct template *find(const char *name)
{
	for (int i = 0; i < NTEMPLATES; i++)
		if (strcmp(templates[i].name, name) == 0)
			return &templates[i];
	return NULL;
}

static int say_unknown(const char *name)
{
	struct str names[NTEMPLATES], near;

	for (int i = 0; i < NTEMPLATES; i++)
		names[i] = str_from(templates[i].name);
	near = diag_nearest(str_from(name), names, NTEMPLATES);
	fprintf(stderr, "sipladder new: no template \"%.80s\"", name);
	if (near.len)
		fprintf(stderr, "; did you mean \"" STR_F "\"?", STR_A(near));
	fputs(". There are:\n", stderr);
	print_list(stderr);
	return EXIT_USAGE;
}

static bool write_new(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	struct str s = str_from(text);

	if (fd < 0)
		return false;
	while (s.len) {
		ssize_t n = write(fd, s.p, s.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			close(fd);
			return false;
		}
		s = str_tail(s, (size_t)n);
	}
	return close(fd) == 0;
}

static int make(const struct template *t, const char *name)
{
	struct arena *a = arena_new();
	bool whole = str_ends(str_from(name), ".ladder");
	const char *path =
		arena_strf(a, "%s%s", name, whole ? "" : ".ladder").p;
	int status = 0;

	if (!write_new(path, t->text)) {
		fprintf(stderr, "sipladder new: %s: %s\n", path,
			errno == EEXIST ? "it is there already; nothing was "
					  "written"
					: strerror(errno));
		status = EXIT_USAGE;
	} else {
		printf("%s is written. Next:\n"
		       "  sipladder check %s\n"
		       "  sipladder draw  %s\n"
		       "  sipladder run   %s -d my.dut\n",
		       path, path, path, path);
	}
	arena_free(a);
	return status;
}

int cmd_new(int argc, char **argv)
{
	const char *args[16];
	bool help = false;
	struct fail why;
	unsigned n;

	if (argc > 16)
		return usage_error("new", "too many words");
	if (!opts_read(table, argc, argv, &help, args, &n, &why))
		return usage_error("new", why.text);
	if (help || !n) {
		usage_help("new TEMPLATE [NAME]", table);
		fputs("templates:\n", stdout);
		print_list(stdout);
		return 0;
	}
	if (n > 2)
		return usage_error("new", "one template and one name");
	if (!find(args[0]))
		return say_unknown(args[0]);
	return make(find(args[0]), n > 1 ? args[1] : args[0]);
}
