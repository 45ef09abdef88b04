/* SPDX-License-Identifier: MIT */
/* fmt: scenario files in their canonical layout. A file that is wrong is left
 * as it is, and so is one whose words would not come out the same. */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "lang/layout.h"

struct fmt_opts {
	bool check, help;
};

static const struct opt table[] = {
	{ 'c', "check", OPT_FLAG, offsetof(struct fmt_opts, check), NULL,
	  "change nothing; say what would change, and end with 1" },
	{ 'h', "help", OPT_FLAG, offsetof(struct fmt_opts, help), NULL,
	  "this text" },
	{ 0, NULL, OPT_FLAG, 0, NULL, NULL },
};

/* ---- writing ---- */

static bool write_fd(int fd, struct str s)
{
	while (s.len) {
		ssize_t n = write(fd, s.p, s.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		s = str_tail(s, (size_t)n);
	}
	return true;
}

/* A file beside it takes its place, with its mode, so that nobody ever sees
 * half a scenario. */
static bool replace(struct arena *a, const char *path, struct str text)
{
	char *real = realpath(path, NULL); /* a link stays a link */
	char *temp = arena_z(a, arena_strf(a, "%s.XXXXXX", real ? real : path));
	struct stat st;
	int fd = -1, err;
	bool ok = real && !stat(real, &st) && (fd = mkstemp(temp)) >= 0;

	ok = ok && write_fd(fd, text) && !fchmod(fd, st.st_mode & 07777);
	err = errno;
	if (fd >= 0 && close(fd) && ok) {
		ok = false;
		err = errno;
	}
	if (ok && rename(temp, real)) {
		ok = false;
		err = errno;
	}
	if (!ok && fd >= 0)
		unlink(temp);
	if (!ok)
		fprintf(stderr, "sipladder fmt: %s: %s\n", path, strerror(err));
	free(real);
	return ok;
}

/* ---- one file ---- */

/* The canonical text; false: diagnostics are printed. */
static bool lay_out(struct arena *a, const char *path, struct src **ret,
		    struct buf *out)
{
	bool input = strcmp(path, "-") == 0;
	struct diags ds = { .arena = a };
	struct src *src =
		lex_read(a, input ? "/dev/stdin" : path,
			 input ? "<stdin>" : path, (struct loc){ 0 }, &ds);
	bool ok = src && layout_file(a, src, out, &ds);
	buf_auto said = { 0 };

	*ret = src;
	diag_print(&ds, &said);
	print_text(stderr, &said);
	if (!ok)
		return false;
	if (layout_same(a, src, src_new(a, path, buf_str(out))))
		return true;
	fprintf(stderr,
		"sipladder fmt: %s: left as it is, because its words "
		"would not come out the same\n",
		path);
	return false;
}

static int format_one(const char *path, bool check)
{
	struct arena *a = arena_new();
	buf_auto out = { 0 };
	struct src *src;
	int status = 0;

	if (!lay_out(a, path, &src, &out)) {
		status = EXIT_TEXT;
	} else if (check) {
		status = !str_eq(src->text, buf_str(&out));
		if (status)
			printf("%s would change\n", src->path);
	} else if (strcmp(path, "-") == 0) {
		print_text(stdout, &out);
	} else if (!str_eq(src->text, buf_str(&out)) &&
		   !replace(a, path, buf_str(&out))) {
		status = EXIT_TEXT;
	}
	arena_free(a);
	return status;
}

int cmd_fmt(int argc, char **argv)
{
	enum { FILES_MAX = 4096 };
	struct fmt_opts o = { 0 };
	const char *args[FILES_MAX];
	struct fail why;
	unsigned n;
	int status = 0;

	if (argc > FILES_MAX)
		return usage_error("fmt", "too many files at once");
	if (!opts_read(table, argc, argv, &o, args, &n, &why))
		return usage_error("fmt", why.text);
	if (o.help)
		return usage_help("fmt FILE..", table);
	if (!n)
		return usage_error("fmt", "which files? \"-\" is what comes "
					  "in");
	for (unsigned i = 0; i < n; i++) {
		int one = format_one(args[i], o.check);

		status = one > status ? one : status;
	}
	return status;
}
