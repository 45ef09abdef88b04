/* SPDX-License-Identifier: MIT */
/* list: which scenarios there are; no network. */
#include <stddef.h>
#include <stdio.h>

#include "cli/cli.h"

struct list_opts {
	const char *dut;
	const char *edition;
	bool help;
};

static const struct opt list_table[] = {
	{ 'd', "dut", OPT_TEXT, offsetof(struct list_opts, dut), "FILE",
	  "the device" },
	{ 0, "edition", OPT_TEXT, offsetof(struct list_opts, edition), "NAME",
	  "rfc3515, rfc7647 or interop" },
	{ 'h', "help", OPT_FLAG, offsetof(struct list_opts, help), NULL,
	  "this text" },
	{ 0, NULL, OPT_FLAG, 0, NULL, NULL },
};

static void print_words(const char *name, const struct str *list, unsigned n)
{
	if (n)
		printf("  %s", name);
	for (unsigned i = 0; i < n; i++)
		printf(" " STR_F, STR_A(list[i]));
}

static void print_one(const struct prog *prog)
{
	printf("%-34.*s " STR_F, STR_A(prog->id), STR_A(prog->title));
	print_words("role:", prog->roles, prog->nroles);
	print_words("needs:", prog->needs, prog->nneeds);
	print_words("tags:", prog->tags, prog->ntags);
	putchar('\n');
}

static int load(const char *command, int argc, char **argv, struct selection *s)
{
	const char *args[256];
	struct list_opts o = { 0 };
	struct fail why;
	unsigned n;

	if (argc > 256)
		return usage_error(command, "too many words");
	if (!opts_read(list_table, argc, argv, &o, args, &n, &why))
		return usage_error(command, why.text);
	if (o.help) {
		buf_auto out = { 0 };

		opts_help(list_table, &out);
		printf("sipladder %s [what..]\n%s", command, buf_z(&out));
		return -1;
	}
	return select_load(s, o.dut, NULL, o.edition, args, n);
}

int cmd_list(int argc, char **argv)
{
	struct selection s = { 0 };
	int status = load("list", argc, argv, &s);

	for (size_t i = 0; !status && i < s.progs.n; i++)
		print_one(s.progs.list[i]);
	arena_free(s.arena);
	return status < 0 ? 0 : status;
}
