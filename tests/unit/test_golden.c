/* SPDX-License-Identifier: MIT */
/* Wrong texts and what is said of them: each file of tests/golden/diag has its
 * .expect. UPDATE=1 writes those anew. */
#include "lang_fix.h"

#include "lang/codes.h"

#include <glob.h>
#include <stdlib.h>
#include <unistd.h>

struct seen {                   /* codes that some file has brought about */
	bool any[LANG_NCODES];  /* any file */
	bool here[LANG_NCODES]; /* the file that is looked at */
};

static void see(struct seen *s, const struct diags *ds)
{
	memset(s->here, 0, sizeof(s->here));
	for (size_t i = 0; i < ds->n; i++) {
		const struct diag *d = &ds->list[i];
		const struct diag_code *code;

		assert_non_null(d->at.src);
		assert_true(d->at.off + d->at.len <= d->at.src->text.len);
		if (d->level == DIAG_NOTE)
			continue;
		code = lang_code_explain(str_from(d->code));
		assert_non_null(code);
		assert_int_equal(code->level, d->level);
		s->any[code - lang_codes] = s->here[code - lang_codes] = true;
	}
}

/* A file that is named after a code brings it about: level.ladder,
 * missing-end-of-for.ladder. The longest name counts. */
static void check_named(const struct seen *s, const char *path)
{
	struct str stem, name = STR_NONE;
	size_t best = LANG_NCODES;

	str_cut(str_from(path), '.', &stem, &(struct str){ 0 });
	for (size_t i = 0; i < LANG_NCODES; i++) {
		name = str_from(lang_codes[i].name);
		if (str_starts(stem, lang_codes[i].name) &&
		    (name.len == stem.len || stem.p[name.len] == '-') &&
		    (best == LANG_NCODES ||
		     name.len > strlen(lang_codes[best].name)))
			best = i;
	}
	if (best < LANG_NCODES && !s->here[best] && !getenv("UPDATE"))
		fail_msg("%s does not bring about [%s]", path,
			 lang_codes[best].name);
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

/* A device file, and what it names of these scenarios. */
static void read_device(struct fix *f, const char *path)
{
	static const struct str scenarios[] = {
		{ "refer/declined", 14 },
		{ "refer/uri-headers#route", 23 },
		{ "redirect/loop", 13 },
	};
	struct device d;

	if (device_read(f->arena, path, &d, &f->ds))
		device_check_known(f->arena, &d, &f->catalogue, scenarios, 3,
				   &f->ds);
}

static void read_one(struct fix *f, const char *path)
{
	f->ds = (struct diags){ .arena = f->arena };
	if (str_ends(str_from(path), ".dut"))
		read_device(f, path);
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
		check_named(s, files.gl_pathv[i]);
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
	struct seen s = { 0 };
	buf_auto missing = { 0 };

	(void)state;
	assert_int_equal(chdir(ROOT "/tests/golden/diag"), 0);
	each_file("*.ladder", &s);
	each_file("./rooted/*.ladder", &s);
	each_file("*.dut", &s);
	requirements(&s);
	for (size_t i = 0; i < LANG_NCODES; i++)
		if (!s.any[i])
			buf_addf(&missing, " %s", lang_codes[i].name);
	if (missing.len)
		fail_msg("no file brings about:%s", buf_z(&missing));
}

static void explanations(void **state)
{
	(void)state;
	for (size_t i = 0; i < LANG_NCODES; i++) {
		const struct diag_code *c = &lang_codes[i];

		assert_true(strlen(c->sentence) > 10);
		assert_true(strlen(c->explain) > 20);
		assert_true(str_ends(str_from(c->explain), "."));
		assert_ptr_equal(lang_code_explain(str_from(c->name)), c);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(c->name, lang_codes[k].name);
	}
	assert_null(lang_code_explain(STR("unknown-dialogs")));
	assert_true(str_is(lang_code_nearest(STR("unknown-dialogs")),
			   "unknown-dialog"));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(explanations),
					    cmocka_unit_test(files) };

	return cmocka_run_group_tests_name("golden", tests, NULL, NULL);
}
