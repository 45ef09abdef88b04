/* SPDX-License-Identifier: MIT */
/* Texts cut up and put together again: what is laid out says the same as
 * before, word for word, and laid out twice it stays as it is. */
#include "lang/layout.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

struct seen {
	unsigned laid_out, refused;
};

/* The first line in which they differ. */
static void show_difference(struct str a, struct str b)
{
	for (unsigned line = 1; a.len || b.len; line++) {
		struct str x, y;

		str_cut(a, '\n', &x, &a);
		str_cut(b, '\n', &y, &b);
		if (!str_eq(x, y))
			print_error("%u\n- " STR_F "\n+ " STR_F "\n", line,
				    STR_A(str_sub(x, 0, 300)),
				    STR_A(str_sub(y, 0, 300)));
	}
}

static void check_text(struct str text, struct seen *seen)
{
	struct arena *a = arena_new();
	struct diags ds = { .arena = a };
	struct src *src = src_new(a, "x.ladder", arena_str(a, text)), *once;
	buf_auto out = { 0 }, again = { 0 };

	if (!layout_file(a, src, &out, &ds)) {
		assert_true(ds.errors > 0);
		seen->refused++;
	} else {
		once = src_new(a, "x.ladder", buf_str(&out));
		if (!layout_same(a, src, once)) {
			show_difference(text, buf_str(&out));
			fail_msg("other words");
		}
		assert_true(layout_file(a, once, &again, &ds));
		if (!str_eq(buf_str(&out), buf_str(&again))) {
			show_difference(buf_str(&out), buf_str(&again));
			fail_msg("not twice the same");
		}
		seen->laid_out++;
	}
	arena_free(a);
}

static void each_file(const char *pattern,
		      void (*fn)(struct str text, struct seen *seen),
		      struct seen *seen)
{
	glob_t found;

	assert_int_equal(glob(pattern, 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		buf_auto text = { 0 };

		assert_true(buf_read_file(&text, found.gl_pathv[i]));
		if (text.len)
			fn(buf_str(&text), seen);
	}
	globfree(&found);
}

static void test_all_files(void **state)
{
	struct seen seen = { 0 };

	(void)state;
	each_file(ROOT "/scenarios/*/*.ladder", check_text, &seen);
	assert_true(seen.laid_out > 15);
	assert_int_equal(seen.refused, 0);
	each_file(ROOT "/tests/golden/*/*.ladder", check_text, &seen);
	each_file(ROOT "/tests/golden/*/*/*.ladder", check_text, &seen);
	assert_true(seen.refused > 10);
}

static uint64_t next(uint64_t *rng)
{
	*rng = *rng * 6364136223846793005u + 1442695040888963407u;
	return *rng >> 33;
}

/* One to three bytes removed, changed, or copied from elsewhere. */
static void mutate(struct buf *out, struct str text, uint64_t *rng)
{
	static const char odd[] = " \t\n\"#[](){},->:+x<\r";
	size_t at = next(rng) % text.len, n = 1 + next(rng) % 3;

	buf_add_str(out, str_sub(text, 0, at));
	switch (next(rng) % 4) {
	case 0:
		buf_add_char(out, odd[next(rng) % (sizeof(odd) - 1)]);
		break;
	case 1:
		buf_add_str(out, str_sub(text, next(rng) % text.len,
					 next(rng) % 40));
		break;
	case 2:
		buf_add_char(out, odd[next(rng) % (sizeof(odd) - 1)]);
		n = 0;
		break;
	default:
		break;
	}
	buf_add_str(out, str_tail(text, at + n));
}

static void mutate_often(struct str text, struct seen *seen)
{
	uint64_t rng = text.len;

	for (unsigned i = 0; i < 60; i++) {
		buf_auto one = { 0 }, two = { 0 };

		mutate(&one, text, &rng);
		check_text(buf_str(&one), seen);
		mutate(&two, buf_str(&one), &rng);
		check_text(buf_str(&two), seen);
	}
}

static void test_mutations(void **state)
{
	struct seen seen = { 0 };

	(void)state;
	each_file(ROOT "/scenarios/*/*.ladder", mutate_often, &seen);
	each_file(ROOT "/tests/golden/fmt/*.ladder", mutate_often, &seen);
	print_message("%u laid out, %u refused\n", seen.laid_out, seen.refused);
	assert_true(seen.laid_out > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_files),
		cmocka_unit_test(test_mutations),
	};

	return cmocka_run_group_tests_name("layout", tests, NULL, NULL);
}
