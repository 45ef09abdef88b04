/* SPDX-License-Identifier: MIT */
/* Diagnostics as people see them: place, caret, order, and how many. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/diag.h"

static const struct diag_code wrong = { "wrong", DIAG_ERROR, "s", "e" };
static const struct diag_code doubtful = { "doubtful", DIAG_WARNING, "s", "e" };

struct fix {
	struct arena *a;
	struct diags ds;
	struct src *src;
};

static void begin(struct fix *f, const char *text)
{
	*f = (struct fix){ .a = arena_new() };
	f->ds.arena = f->a;
	f->src = src_new(f->a, "x.ladder", str_from(text));
}

static struct loc at(const struct fix *f, uint32_t off, uint32_t len)
{
	return (struct loc){ f->src, off, len };
}

static void check(struct fix *f, const char *want)
{
	buf_auto out = { 0 };

	diag_print(&f->ds, &out);
	assert_string_equal(buf_z(&out), want);
	arena_free(f->a);
}

static void test_caret(void **state)
{
	struct fix f;

	(void)state;
	begin(&f, "one\ntwo three\n");
	diag_add(&f.ds, &wrong, at(&f, 8, 5), "no %s", "three")->hint =
		STR("two");
	check(&f, "x.ladder:2:5: error: no three [wrong]\n"
		  "    2 | two three\n"
		  "      |     ^^^^^ two\n");
}

/* The caret stands under its token whatever is in front of it. */
static void test_odd_bytes(void **state)
{
	struct fix f;

	(void)state;
	begin(&f, "\ta\tb\n\xc3\xa4\xc3\xb6 c\n\x01\xff d\n");
	diag_add(&f.ds, &wrong, at(&f, 3, 1), "b");
	diag_add(&f.ds, &wrong, at(&f, 10, 1), "c");
	diag_add(&f.ds, &wrong, at(&f, 15, 1), "d");
	check(&f, "x.ladder:1:4: error: b [wrong]\n"
		  "    1 |         a       b\n"
		  "      |                 ^\n"
		  "x.ladder:2:4: error: c [wrong]\n"
		  "    2 | \xc3\xa4\xc3\xb6 c\n"
		  "      |    ^\n"
		  "x.ladder:3:4: error: d [wrong]\n"
		  "    3 | \\x01\\xff d\n"
		  "      |          ^\n");
}

static void test_long_line(void **state)
{
	struct fix f;
	buf_auto text = { 0 }, out = { 0 };

	(void)state;
	buf_add_fill(&text, 'x', 5000);
	buf_add_z(&text, " here ");
	buf_add_fill(&text, 'y', 5000);
	begin(&f, buf_z(&text));
	diag_add(&f.ds, &wrong, at(&f, 5001, 4), "found");
	diag_print(&f.ds, &out);
	assert_true(out.len < 600);
	assert_true(str_find(buf_str(&out), STR("x here y")) > 0);
	assert_true(str_find(buf_str(&out), STR(" ^^^^\n")) > 0);
	arena_free(f.a);
}

static void test_line_above(void **state)
{
	struct fix f;

	(void)state;
	begin(&f, "arrow\n\n  row\n");
	diag_add(&f.ds, &wrong, at(&f, 9, 3), "r")->above = at(&f, 0, 5);
	check(&f, "x.ladder:3:3: error: r [wrong]\n"
		  "    1 | arrow\n"
		  "    3 |   row\n"
		  "      |   ^^^\n");
}

/* Errors first, each kind in the order of the file, notes where they belong. */
static void test_order(void **state)
{
	struct fix f;

	(void)state;
	begin(&f, "a\nb\nc\n");
	diag_add(&f.ds, &doubtful, at(&f, 0, 1), "first");
	diag_note(&f.ds, at(&f, 4, 1), "see");
	diag_add(&f.ds, &wrong, at(&f, 4, 1), "third");
	diag_add(&f.ds, &wrong, at(&f, 2, 1), "second");
	check(&f, "x.ladder:2:1: error: second [wrong]\n"
		  "    2 | b\n"
		  "      | ^\n"
		  "x.ladder:3:1: error: third [wrong]\n"
		  "    3 | c\n"
		  "      | ^\n"
		  "x.ladder:1:1: warning: first [doubtful]\n"
		  "    1 | a\n"
		  "      | ^\n"
		  "x.ladder:3:1: note: see\n"
		  "    3 | c\n"
		  "      | ^\n");
}

/* The same code at the same place is said once, and takes its notes along. */
static void test_once(void **state)
{
	struct fix f;

	(void)state;
	begin(&f, "a\nb\n");
	diag_add(&f.ds, &wrong, at(&f, 0, 1), "first");
	diag_add(&f.ds, &wrong, at(&f, 0, 1), "again");
	diag_note(&f.ds, at(&f, 2, 1), "lost");
	diag_add(&f.ds, &doubtful, at(&f, 0, 1), "another code");
	assert_int_equal(f.ds.errors, 1);
	assert_int_equal(f.ds.warnings, 1);
	assert_int_equal(f.ds.n, 2);
	arena_free(f.a);
}

static void test_many(void **state)
{
	buf_auto text = { 0 }, out = { 0 };
	struct str rest, line;
	unsigned shown = 0;
	struct fix f;

	(void)state;
	buf_add_fill(&text, '\n', 5000);
	begin(&f, buf_z(&text));
	for (uint32_t i = 0; i < 5000; i++)
		diag_add(&f.ds, &wrong, at(&f, i, 1), "line %u", i);
	assert_int_equal(f.ds.errors, 5000);
	assert_true(f.ds.n <= DIAGS_KEPT);
	diag_print(&f.ds, &out);
	rest = buf_str(&out);
	while (str_cut(rest, '\n', &line, &rest))
		shown += str_find(line, STR(": error: ")) > 0;
	assert_int_equal(shown, DIAGS_SHOWN);
	assert_true(str_ends(buf_str(&out), "and 4980 more\n"));
	arena_free(f.a);
}

static void test_nearest(void **state)
{
	static const struct str names[] = { { "alice", 5 }, { "bob", 3 } };

	(void)state;
	assert_true(str_is(diag_nearest(STR("alise"), names, 2), "alice"));
	assert_true(str_is(diag_nearest(STR("bub"), names, 2), "bob"));
	/* two letters swapped are one slip */
	assert_true(str_is(diag_nearest(STR("bbo"), names, 2), "bob"));
	assert_true(str_is(diag_nearest(STR("laiec"), names, 2), "alice"));
	assert_int_equal(diag_nearest(STR("carol"), names, 2).len, 0);
	assert_int_equal(diag_nearest(STR(""), names, 2).len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_caret),
		cmocka_unit_test(test_odd_bytes),
		cmocka_unit_test(test_long_line),
		cmocka_unit_test(test_line_above),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_once),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_nearest),
	};

	return cmocka_run_group_tests_name("diag", tests, NULL, NULL);
}
