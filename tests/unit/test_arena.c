/* SPDX-License-Identifier: MIT */
/* Arenas: nothing overlaps, all is zeroed or ended, whatever was there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"

static void is_all(struct str s, char c)
{
	for (size_t i = 0; i < s.len; i++)
		assert_int_equal(s.p[i], c);
	assert_int_equal(s.p[s.len], '\0');
	assert_int_equal((uintptr_t)s.p % 16, 0);
}

/* Formatted strings of every length around the ends of blocks. */
static void formats_at_the_ends_of_blocks(void **state)
{
	enum { N = 3000 };
	static char fill[N + 1];
	static struct str made[N];
	struct arena *a = arena_new();

	(void)state;
	memset(fill, 'x', N);
	for (unsigned i = 0; i < N; i++) {
		char *zero = arena_alloc(a, i % 60);

		for (unsigned k = 0; k < i % 60; k++)
			assert_int_equal(zero[k], 0);
		memset(zero, 'z', i % 60);
		fill[i] = '\0';
		made[i] = arena_strf(a, "%s", fill);
		assert_int_equal(made[i].len, i);
		fill[i] = 'x';
	}
	for (unsigned i = 0; i < N; i++)
		is_all(made[i], 'x');
	arena_free(a);
}

static void copies_end_after_a_reset(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	memset(arena_alloc(a, 1000), 'z', 1000);
	arena_reset(a);
	is_all(arena_str(a, STR("xx")), 'x');
	is_all(arena_str(a, STR_NONE), 'x');
	is_all(arena_strf(a, "%s", ""), 'x');
	arena_reset(a);
	for (unsigned i = 0; i < 1000; i++)
		assert_int_equal(((char *)arena_alloc(a, 1))[0], 0);
	arena_free(a);
}

static void first_thing_is_formatted(void **state)
{
	struct arena *a = arena_new();
	struct str s = arena_strf(a, "%0100000d", 0);

	(void)state;
	assert_int_equal(s.len, 100000);
	is_all(s, '0');
	arena_free(a);
}

/* Blocks go from one arena to the next, dirty as they are; large ones do not.
 */
static void spares_are_used_again(void **state)
{
	struct arena_spares spares = { 0 };
	void *seen = NULL;

	(void)state;
	for (unsigned i = 0; i < 100; i++) {
		struct arena *a = arena_new_from(&spares);
		char *first = arena_alloc(a, 1000);

		assert_true(!seen || seen == first);
		seen = first;
		for (unsigned k = 0; k < 1000; k++)
			assert_int_equal(first[k], 0);
		memset(first, 'z', 1000);
		memset(arena_alloc(a, 100000), 'z', 100000);
		arena_free(a);
		assert_int_equal(spares.n, 1);
	}
	arena_spares_free(&spares);
	assert_int_equal(spares.n, 0);
	assert_null(spares.head);
}

static void pieces_are_joined(void **state)
{
	struct arena *a = arena_new();
	struct str s = ARENA_JOIN(a, STR("x"), STR_NONE, STR("xx"), STR(""));

	(void)state;
	assert_int_equal(s.len, 3);
	is_all(s, 'x');
	is_all(ARENA_JOIN(a, STR_NONE), 'x');
	arena_free(a);
}

/* buf_addf at every fill of the buffer, and at its ceiling. */
static void buffers_grow_as_they_format(void **state)
{
	struct buf b = { 0 };
	struct buf small = { .max = 10 };

	(void)state;
	for (unsigned i = 0; i < 5000; i++) {
		buf_addf(&b, "%04u", i);
		assert_int_equal(b.len, 4 * (i + 1));
	}
	for (unsigned i = 0; i < 5000; i++) {
		char want[8];

		snprintf(want, sizeof(want), "%04u", i);
		assert_memory_equal(b.p + 4 * i, want, 4);
	}
	buf_free(&b);
	buf_addf(&small, "%s", "12345678");
	assert_false(small.over);
	buf_addf(&small, "%s", "90123");
	assert_true(small.over);
	assert_string_equal(buf_z(&small), "12345678");
	buf_free(&small);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(formats_at_the_ends_of_blocks),
		cmocka_unit_test(copies_end_after_a_reset),
		cmocka_unit_test(first_thing_is_formatted),
		cmocka_unit_test(spares_are_used_again),
		cmocka_unit_test(pieces_are_joined),
		cmocka_unit_test(buffers_grow_as_they_format),
	};

	return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
