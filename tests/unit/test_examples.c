/* SPDX-License-Identifier: MIT */
/* The acceptance data of the language: scenarios that use all of it compile
 * without a word, whatever the device is. */
#include "lang_fix.h"

#include <glob.h>
#include <stdio.h>

/* Notes, and that none names a fault: no stub was written for them. */
static bool only_deserved(const struct fix *f)
{
	for (size_t i = 0; i < f->ds.n; i++)
		if (f->ds.list[i].level != DIAG_NOTE &&
		    strcmp(f->ds.list[i].code, "no-bites") != 0)
			return false;
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_ua),
		cmocka_unit_test(as_b2bua),
		cmocka_unit_test(as_proxy),
	};

	return cmocka_run_group_tests_name("examples", tests, NULL, NULL);
}
