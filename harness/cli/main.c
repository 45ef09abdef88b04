/* SPDX-License-Identifier: MIT */
/* sipladder: the commands and their one-line help. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/cli.h"

static const struct {
	const char *name;
	int (*fn)(int argc, char **argv);
	const char *args, *help;
	const char *example;
} commands[] = {
	{ "run", cmd_run, "[what..]", "play scenarios against a device",
	  "run refer/basic-out-of-dialog --to udp:127.0.0.1:5060" },
	{ "list", cmd_list, "[what..]", "ids, titles, roles and needs",
	  "list redirect" },
	{ "check", cmd_check, "[what..]", "syntax, names, ids; no network",
	  "check mine.ladder" },
	{ "probe", cmd_probe, "-d FILE",
	  "is a set-up sound? what does the device say?",
	  "probe --to udp:127.0.0.1:5060 --write new.dut" },
	{ "explain", cmd_explain, "WORD..",
	  "a rule, a scenario, a code, a word, a failure",
	  "explain rfc3515-2.4.2-i" },
	{ "new", cmd_new, "TEMPLATE [NAME]", "a commented starter scenario",
	  "new redirect mine" },
	{ "fmt", cmd_fmt, "FILE..", "canonical layout; -c only says what would",
	  "fmt -c mine.ladder" },
	{ "draw", cmd_draw, "SCENARIO", "its ladder, without playing it",
	  "draw transfer/blind-basic --format svg" },
	{ "show", cmd_show, "RESULT [id..]", "the ladder of a finished run",
	  "show out/last refer/declined" },
	{ "report", cmd_report, "RESULT..",
	  "a page, JUnit, TAP of finished runs",
	  "report out/last --html page.html" },
	{ "coverage", cmd_coverage, "RESULT..",
	  "which requirements a run exercised", "coverage out/last" },
	{ "compare", cmd_compare, "RESULT..", "what differs, or what changed",
	  "compare --baseline out/old out/last" },
};

enum { NCOMMANDS = sizeof(commands) / sizeof(*commands) };

static int help(FILE *out, int status)
{
	fprintf(out, "sipladder " SIPLADDER_VERSION
		     ": does a SIP device behave?\n\n");
	for (int i = 0; i < NCOMMANDS; i++)
		fprintf(out, "  %-9s %-16s  %s\n%30ssipladder %s\n",
			commands[i].name, commands[i].args, commands[i].help,
			"", commands[i].example);
	fputs("\nsipladder COMMAND --help says more of each\n"
	      "ends with 0: nothing failed, 1: a scenario failed, 2: a wrong "
	      "command line,\n"
	      "3: a file is wrong, 4: something could not be tested, 5: an "
	      "error of its own,\n"
	      "77: everything was skipped\n",
	      out);
	return status;
}

int usage_error(const char *command, const char *why)
{
	fprintf(stderr, "sipladder %s: %s\n", command, why);
	return EXIT_USAGE;
}

void print_text(FILE *out, const struct buf *text)
{
	if (text->len)
		fwrite(text->p, 1, text->len, out);
}

int usage_help(const char *synopsis, const struct opt *options)
{
	buf_auto out = { 0 };

	opts_help(options, &out);
	printf("sipladder %s\n%s", synopsis, buf_z(&out));
	return 0;
}

static int unknown(const char *word)
{
	struct str names[NCOMMANDS], near;

	for (int i = 0; i < NCOMMANDS; i++)
		names[i] = str_from(commands[i].name);
	near = diag_nearest(str_from(word), names, NCOMMANDS);
	fprintf(stderr, "sipladder: unknown command \"%.80s\"", word);
	if (near.len)
		fprintf(stderr, "; did you mean \"" STR_F "\"?", STR_A(near));
	fputc('\n', stderr);
	return EXIT_USAGE;
}

/* "help run" is "run --help". */
static int help_of(char *name)
{
	char flag[] = "--help";
	char *argv[] = { name, flag, NULL };

	for (int i = 0; i < NCOMMANDS; i++)
		if (strcmp(name, commands[i].name) == 0)
			return commands[i].fn(2, argv);
	return unknown(name);
}

/* Where a standard stream is closed, the next file would take its place and
 * get what is meant for people. */
static void open_streams(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

int main(int argc, char **argv)
{
	open_streams();
	if (argc < 2)
		return help(stdout, 0);
	if (argc == 3 && strcmp(argv[1], "help") == 0)
		return help_of(argv[2]);
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
	    strcmp(argv[1], "help") == 0)
		return help(stdout, 0);
	if (strcmp(argv[1], "--version") == 0) {
		puts("sipladder " SIPLADDER_VERSION);
		return 0;
	}
	for (int i = 0; i < NCOMMANDS; i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].fn(argc - 1, argv + 1);
	return unknown(argv[1]);
}
