/* SPDX-License-Identifier: MIT */
/* cli: one file a command. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdio.h>

#include "base/opts.h"
#include "lang/lang.h"

enum {
	EXIT_USAGE = 2,
	EXIT_TEXT = 3, /* a file is wrong; nothing was sent */
	EXIT_UNTESTED = 4,
	EXIT_INTERNAL = 5
};

/* Each takes argv from its own name on and returns the exit status. */
int cmd_run(int argc, char **argv);
int cmd_list(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_show(int argc, char **argv);
int cmd_report(int argc, char **argv);
int cmd_coverage(int argc, char **argv);
int cmd_compare(int argc, char **argv);
int cmd_draw(int argc, char **argv);
int cmd_fmt(int argc, char **argv);
int cmd_explain(int argc, char **argv);
int cmd_new(int argc, char **argv);
int cmd_probe(int argc, char **argv);

#define EDITIONS "rfc3515|rfc7647|interop" /* an OPT_WORD */

/* ---- what the commands share (select.c) ---------------------------------- */
struct asked_file {
	struct str path;
	struct asked_facts facts;
};

struct selection {
	bool quiet;              /* diagnostics are not printed */
	const char *transport;   /* NULL: the device's first */
	struct opt_list values;  /* -v */
	struct opt_list secrets; /* --secret */
	const char *known;       /* a file of known failures; or NULL */
	bool has_file;           /* the device has one; select_load says so */
	bool impaired;           /* the network is no clean one */
	struct arena *arena;
	struct diags diags;
	struct catalogue catalogue;
	struct device device;
	struct lang_env env;
	struct progs progs;
	struct read_files read;   /* for all ways of reading */
	struct asked_file *asked; /* what each file asks of the device */
	size_t nasked;
	uint16_t
		port; /* of the device, whatever its file says; 0: as it says */
	const char **what; /* as named on the command line */
	unsigned nwhat;
};

/* Scenario root: $SIPLADDER_SCENARIOS, ./scenarios, beside the program. */
const char *scenario_root(struct arena *a);
/* The caller has set s->arena. Catalogue, device and transport, no scenario;
 * exit status, 0: go on. dut and to may be NULL. */
int select_device(struct selection *s, const char *command, const char *dut,
		  const char *to, const char *edition);
/* The caller has set s->arena. Loads catalogue and what is named by files,
 * folders, ids, tag:x or requirement ids (all without words). Prints
 * diagnostics; exit status, 0: go on. dut and to may be NULL. */
int select_load(struct selection *s, const char *command, const char *dut,
		const char *to, const char *edition, const char **what,
		unsigned nwhat);
/* The same scenarios once more, for another transport; what there was to be
 * said of them has been said. */
int select_again(struct selection *s, struct str transport);
int usage_error(const char *command, const char *why);
void print_text(FILE *out, const struct buf *text);
/* "sipladder " synopsis and a line for each flag, on stdout; 0. */
int usage_help(const char *synopsis, const struct opt *options);

#endif
