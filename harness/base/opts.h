/* SPDX-License-Identifier: MIT */
/* opts: command lines by table. A table row is the flag, its value's name and
 * its help; the same rows make --help, the manual and the completions. */
#ifndef BASE_OPTS_H
#define BASE_OPTS_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fail.h"

enum opt_kind {
	OPT_FLAG,   /* bool */
	OPT_TEXT,   /* const char * */
	OPT_MAYBE,  /* const char *: "--tap" or "--tap=FILE"; "" without */
	OPT_WORD,   /* const char *: one of value, "all|failed|none" */
	OPT_COUNT,  /* unsigned, 1 .. 1000000 */
	OPT_NUMBER, /* double > 0 */
	OPT_TIME,   /* ns_t: 500ms 4s 2m */
	OPT_SEED,   /* uint64_t */
	OPT_LIST    /* struct opt_list: may be given again and again */
};

enum { OPT_LIST_MAX = 64, OPTS_FILE_MAX = 64 << 10 };

struct opt_list {
	const char *items[OPT_LIST_MAX];
	unsigned n;
};

struct opt {
	char letter; /* 0: none */
	const char *name;
	enum opt_kind kind;
	size_t offset;     /* of the field in the caller's struct */
	const char *value; /* "FILE" in help; NULL for flags */
	const char *help;
};

/* Reads argv[1..] into *to; what is no flag is left in args (in order, n of
 * them; room for argc pointers). Flags not given are looked up as
 * SIPLADDER_NAME in the environment. False: *why says what is wrong with which
 * word. "--" ends the flags. */
bool opts_read(const struct opt *table, int argc, char **argv, void *to,
	       const char **ret_args, unsigned *ret_n, struct fail *why);
/* Defaults before that: lines "name value" of a file, which may be missing. */
bool opts_read_file(const struct opt *table, const char *path, void *to,
		    struct arena *a, struct fail *why);
/* One line for each row. */
void opts_help(const struct opt *table, struct buf *out);
/* "250ms", "4s", "2m", "1h"; false: not a time. */
bool opts_time(struct str s, ns_t *ret);

#endif
