/* SPDX-License-Identifier: MIT */
/* The acceptance data of the language: scenarios that use all of it compile
 * without a word, whatever the device is. */
#include "lang_fix.h"

#include <glob.h>
#include <stdio.h>

/* What may be said of them: some rules are weaker than the word, some lines
 * name none, and none names a fault, since no stub was written for them. */
static bool only_deserved(const struct fix *f)
{
	static const char *const deserved[] = { "level", "no-id", "no-bites" };

	for (size_t i = 0; i < f->ds.n; i++) {
		bool hit = f->ds.list[i].level == DIAG_NOTE;

		for (size_t k = 0; !hit && k < 3; k++)
			hit = !strcmp(f->ds.list[i].code, deserved[k]);
		if (!hit)
			return false;
	}
	return true;
}

static void all_compile(const char *role, const char *calls,
			const char *follows)
{
	glob_t files;
	struct fix f;

	assert_int_equal(
		glob(ROOT "/tests/golden/examples/*/*.ladder", 0, NULL, &files),
		0);
	assert_true(files.gl_pathc >= 31);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		if (strstr(files.gl_pathv[i], "/std/"))
			continue;
		fix_open(&f, ROOT "/tests/golden/examples");
		fix_device(&f, role, calls);
		if (follows)
			fix_claim(&f, "follow-3xx", follows);
		if (!fix_load(&f, files.gl_pathv[i]) || !only_deserved(&f))
			fail_msg("%s as %s:\n%s", files.gl_pathv[i], role,
				 fix_said(&f));
		assert_true(f.progs.n >= 1);
		for (size_t j = 0; j < f.progs.n; j++)
			assert_true(f.progs.list[j]->nops > 1);
		fix_close(&f);
	}
	globfree(&files);
}

static void as_ua(void **state)
{
	(void)state;
	all_compile("ua", "refer", "uri");
	all_compile("ua", "trigger", NULL);
}

static void as_b2bua(void **state)
{
	(void)state;
	all_compile("b2bua", "route", "user");
	all_compile("b2bua", "route", NULL);
}

static void as_proxy(void **state)
{
	(void)state;
	all_compile("proxy", "route", "uri");
}

/* What the language's own README shows is right. */
static void readme(void **state)
{
	static const struct str mark = { "\n```ladder\n", 11 };
	buf_auto text = { 0 };
	struct str rest;
	unsigned n = 0;
	struct fix f;

	(void)state;
	fix_open(&f, ROOT "/scenarios");
	assert_true(buf_read_file(&text, ROOT "/scenarios/README.md"));
	rest = buf_str(&text);
	for (ptrdiff_t at; (at = str_find(rest, mark)) >= 0; n++) {
		struct str block = str_tail(rest, (size_t)at + mark.len);

		block = str_sub(block, 0,
				(size_t)str_find(block, STR("\n```")) + 1);
		rest = str_tail(rest, (size_t)at + mark.len);
		f.progs = (struct progs){ 0 };
		f.ds = (struct diags){ .arena = f.arena };
		if (!lang_load_text(&f.env, "README.md", block, &f.progs,
				    &f.ds) ||
		    f.ds.warnings)
			fail_msg("%s", fix_said(&f));
	}
	assert_true(n >= 2);
	fix_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_ua),
		cmocka_unit_test(as_b2bua),
		cmocka_unit_test(as_proxy),
		cmocka_unit_test(readme),
	};

	return cmocka_run_group_tests_name("examples", tests, NULL, NULL);
}
