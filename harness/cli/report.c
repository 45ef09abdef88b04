/* SPDX-License-Identifier: MIT */
/* report: TAP, JUnit, HTML and result.json once more, from recorded runs: the
 * same bytes that a run wrote; several of them (shards, devices) as one. */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>

#include "cli/cli.h"
#include "cli/merge.h"
#include "cli/page.h"
#include "cli/recorded.h"

struct report_cmd {
	const char *tap, *junit, *json, *html, *out;
	bool help;
};

#define AT(field) offsetof(struct report_cmd, field)

static const struct opt table[] = {
	{ 0, "tap", OPT_MAYBE, AT(tap), "FILE", "TAP 13" },
	{ 0, "junit", OPT_TEXT, AT(junit), "FILE", "JUnit XML" },
	{ 0, "json", OPT_TEXT, AT(json), "FILE", "result.json" },
	{ 0, "html", OPT_TEXT, AT(html), "FILE", "one page, to be read" },
	{ 'o', "out", OPT_TEXT, AT(out), "DIR",
	  "a folder as a run leaves it: results, ladders, traces" },
	{ 'h', "help", OPT_FLAG, AT(help), NULL, "this text" },
	{ 0, NULL, OPT_FLAG, 0, NULL, NULL },
};

static bool write_to(const char *path, const struct buf *text)
{
	errno = EFBIG;
	if (!text->over && (!*path || strcmp(path, "-") == 0))
		return !text->len ||
		       fwrite(text->p, 1, text->len, stdout) == text->len;
	if (!text->over && buf_write_file(text, path))
		return true;
	fprintf(stderr, "sipladder report: %s: %s\n", path, strerror(errno));
	return false;
}

static bool write_tap(const struct recorded *rec, const char *path)
{
	buf_auto out = { .max = RECORDED_REPORT_MAX };
	struct tap t;

	tap_begin(&t, &rec->run, &rec->report, &out);
	for (size_t i = 0; i < rec->run.n; i++)
		tap_result(&t, rec->run.list[i]);
	tap_end(&t, &rec->run);
	return write_to(path, &out);
}

static bool write_junit(const struct recorded *rec, const char *path)
{
	buf_auto out = { .max = RECORDED_REPORT_MAX };
	struct fail why;

	if (junit_write(&rec->run, &rec->report, &out, &why))
		return write_to(path, &out);
	fprintf(stderr, "sipladder report: %s\n", why.text);
	return false;
}

static bool write_json(const struct recorded *rec, const char *path)
{
	buf_auto out = { .max = RECORDED_REPORT_MAX };

	result_write(&rec->run, &out);
	return write_to(path, &out);
}

static bool write_html(const struct recorded *rec, const char *path)
{
	buf_auto out = { .max = RECORDED_REPORT_MAX };

	page_of_run(rec, &out);
	return write_to(path, &out);
}

static bool write_folder(struct recorded *rec, const char *dir)
{
	struct arena *a = rec->arena;
	struct fail why;

	if (!merge_artefacts(rec, dir, &why)) {
		fprintf(stderr, "sipladder report: %s\n", why.text);
		return false;
	}
	return write_json(rec, arena_strf(a, "%s/result.json", dir).p) &&
	       write_junit(rec, arena_strf(a, "%s/junit.xml", dir).p);
}

static int write_all(const struct report_cmd *o, const char *const *where,
		     unsigned n)
{
	struct recorded rec;
	struct fail why;
	bool ok;

	if (!recorded_merge(&rec, where, n, &why)) {
		fprintf(stderr, "sipladder report: %s\n", why.text);
		recorded_close(&rec);
		return EXIT_TEXT;
	}
	ok = !o->out || write_folder(&rec, o->out);
	ok = (!o->tap || write_tap(&rec, o->tap)) && ok;
	ok = (!o->junit || write_junit(&rec, o->junit)) && ok;
	ok = (!o->json || write_json(&rec, o->json)) && ok;
	ok = (!o->html || write_html(&rec, o->html)) && ok;
	recorded_close(&rec);
	return ok ? 0 : EXIT_USAGE;
}

int cmd_report(int argc, char **argv)
{
	enum { WORDS_MAX = 4096 };
	struct report_cmd o = { 0 };
	const char *args[WORDS_MAX];
	struct fail why;
	unsigned n;

	if (argc > WORDS_MAX)
		return usage_error("report", "too many words");
	if (!opts_read(table, argc, argv, &o, args, &n, &why))
		return usage_error("report", why.text);
	if (o.help)
		return usage_help("report RESULT..", table);
	if (!n)
		return usage_error("report", "which run? a folder such as "
					     "out/last, or its result.json; "
					     "several become one");
	if (!o.tap && !o.junit && !o.json && !o.html && !o.out)
		return usage_error("report", "say what to make: --tap, --junit "
					     "FILE, --json FILE, --html FILE "
					     "or --out DIR");
	return write_all(&o, args, n);
}
