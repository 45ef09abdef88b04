/* SPDX-License-Identifier: MIT */
/* Wrong texts and what is said of them: each file of tests/golden/diag has its
 * .expect. UPDATE=1 writes those anew. */
#include "lang_fix.h"

#include "lang/codes.h"

#include <glob.h>
#include <stdlib.h>
#include <unistd.h>

enum { CODES_MAX = 200 };

struct seen { /* codes that some file has brought about */
	const char *codes[CODES_MAX];
	size_t n;
};

static bool is_seen(const struct seen *s, const char *code)
{
	for (size_t i = 0; i < s->n; i++)
		if (!strcmp(s->codes[i], code))
			return true;
	return false;
}

static void see(struct seen *s, const struct diags *ds)
{
	for (size_t i = 0; i < ds->n; i++) {
		const struct diag *d = &ds->list[i];

		if (d->level == DIAG_NOTE)
			continue;
		assert_non_null(d->code);
		if (!codes_find(d->code))
			fail_msg("codes.def has no \"%s\"", d->code);
		assert_non_null(d->at.src);
		assert_true(d->at.off + d->at.len <= d->at.src->text.len);
		if (!is_seen(s, d->code)) {
			assert_true(s->n < CODES_MAX);
			s->codes[s->n++] = codes_find(d->code)->code;
		}
	}
}

/* Without the ending. */
static struct str stem(struct arena *a, const char *path)
{
	const char *dot = strrchr(path, '.');

	return arena_str(a, (struct str){ path, (size_t)(dot - path) });
}

static void compare(struct fix *f, const char *path)
{
	struct str want_path = arena_strf(f->arena, STR_F ".expect",
					  STR_A(stem(f->arena, path)));
	struct str said = str_from(fix_said(f));
	buf_auto want = { 0 }, got = { 0 };

	buf_add_str(&got, said);
	if (getenv("UPDATE")) {
		assert_true(buf_write_file(&got, want_path.p));
		return;
	}
	if (!buf_read_file(&want, want_path.p))
		fail_msg("%s is missing; UPDATE=1 writes it", want_path.p);
	if (!str_eq(buf_str(&want), said))
		fail_msg("%s: wanted\n%s\ngot\n%s", path, buf_z(&want), said.p);
}

static void read_one(struct fix *f, const char *path)
{
	struct device d;

	f->ds = (struct diags){ .arena = f->arena };
	if (str_ends(str_from(path), ".dut"))
		device_read(f->arena, path, &d, &f->ds);
	else
		fix_load(f, path);
}

static void each_file(const char *pattern, struct seen *s)
{
	glob_t files;
	struct fix f;

	assert_int_equal(glob(pattern, 0, NULL, &files), 0);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		fix_open(&f, ".");
		read_one(&f, files.gl_pathv[i]);
		see(s, &f.ds);
		compare(&f, files.gl_pathv[i]);
		fix_close(&f);
	}
	globfree(&files);
}

static void requirements(struct seen *s)
{
	struct catalogue c;
	struct fail why;
	struct fix f;

	fix_open(&f, ".");
	c = (struct catalogue){ .arena = f.arena };
	f.ds = (struct diags){ .arena = f.arena };
	assert_false(catalogue_read(&c, "catalogue", &f.ds, &why));
	see(s, &f.ds);
	compare(&f, "catalogue/a.req");
	fix_close(&f);
}

static void files(void **state)
{
	struct seen s = { .n = 0 };
	const struct code *codes;
	buf_auto missing = { 0 };
	size_t n;

	(void)state;
	assert_int_equal(chdir(ROOT "/tests/golden/diag"), 0);
	each_file("*.ladder", &s);
	each_file("*.dut", &s);
	requirements(&s);
	codes = codes_all(&n);
	for (size_t i = 0; i < n; i++)
		if (!is_seen(&s, codes[i].code))
			buf_addf(&missing, " %s", codes[i].code);
	if (missing.len)
		fail_msg("no file brings about:%s", buf_z(&missing));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(files) };

	return cmocka_run_group_tests_name("golden", tests, NULL, NULL);
}
