/* SPDX-License-Identifier: MIT */
/* report: TAP, JUnit and result.json once more, from a recorded run: the same
 * bytes that the run wrote. */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>

#include "cli/cli.h"
#include "cli/recorded.h"

struct report_cmd {
	const char *tap, *junit, *json;
	bool help;
};

static const struct opt table[] = {
	{ 0, "tap", OPT_MAYBE, offsetof(struct report_cmd, tap), "FILE",
	  "TAP 13" },
	{ 0, "junit", OPT_TEXT, offsetof(struct report_cmd, junit), "FILE",
	  "JUnit XML" },
	{ 0, "json", OPT_TEXT, offsetof(struct report_cmd, json), "FILE",
	  "result.json" },
	{ 'h', "help", OPT_FLAG, offsetof(struct report_cmd, help), NULL,
	  "this text" },
	{ 0, NULL, OPT_FLAG, 0, NULL, NULL },
};

static bool write_to(const char *path, const struct buf *text)
{
	errno = 0;
	if (!*path || strcmp(path, "-") == 0)
		return !text->len ||
		       fwrite(text->p, 1, text->len, stdout) == text->len;
	if (buf_write_file(text, path))
		return true;
	fprintf(stderr, "sipladder report: %s: %s\n", path, strerror(errno));
	return false;
}

static bool write_tap(const struct recorded *rec, const char *path)
{
	buf_auto out = { 0 };
	struct tap t;

	tap_begin(&t, &rec->run, &rec->report, &out);
	for (size_t i = 0; i < rec->run.n; i++)
		tap_result(&t, rec->run.list[i]);
	tap_end(&t, &rec->run);
	return write_to(path, &out);
}

static bool write_junit(const struct recorded *rec, const char *path)
{
	buf_auto out = { 0 };
	struct fail why;

	if (junit_write(&rec->run, &rec->report, &out, &why))
		return write_to(path, &out);
	fprintf(stderr, "sipladder report: %s\n", why.text);
	return false;
}

static bool write_json(const struct recorded *rec, const char *path)
{
	buf_auto out = { 0 };

	result_write(&rec->run, &out);
	return write_to(path, &out);
}

static int write_all(const struct report_cmd *o, const char *where)
{
	struct recorded rec;
	struct fail why;
	bool ok;

	if (!recorded_open(&rec, where, &why)) {
		fprintf(stderr, "sipladder report: %s\n", why.text);
		recorded_close(&rec);
		return EXIT_TEXT;
	}
	ok = !o->tap || write_tap(&rec, o->tap);
	ok = (!o->junit || write_junit(&rec, o->junit)) && ok;
	ok = (!o->json || write_json(&rec, o->json)) && ok;
	recorded_close(&rec);
	return ok ? 0 : EXIT_USAGE;
}

int cmd_report(int argc, char **argv)
{
	struct report_cmd o = { 0 };
	const char *args[64];
	struct fail why;
	unsigned n;

	if (argc > 64)
		return usage_error("report", "too many words");
	if (!opts_read(table, argc, argv, &o, args, &n, &why))
		return usage_error("report", why.text);
	if (o.help)
		return usage_help("report RESULT", table);
	if (n != 1)
		return usage_error("report", "one run: a folder such as "
					     "out/last, or its result.json");
	if (!o.tap && !o.junit && !o.json)
		return usage_error("report", "say what to make: --tap, --junit "
					     "FILE or --json FILE");
	return write_all(&o, args[0]);
}
