/* SPDX-License-Identifier: MIT */
/* Every registered response code is there, in order, and says something. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sip/status.h"

/* The registry of response codes as of 2026. */
static const unsigned short registered[] = {
	100, 180, 181, 182, 183, 199, 200, 202, 204, 300, 301, 302, 305,
	380, 400, 401, 402, 403, 404, 405, 406, 407, 408, 410, 412, 413,
	414, 415, 416, 417, 420, 421, 422, 423, 424, 425, 428, 429, 430,
	433, 436, 437, 438, 439, 440, 469, 470, 480, 481, 482, 483, 484,
	485, 486, 487, 488, 489, 491, 493, 494, 500, 501, 502, 503, 504,
	505, 513, 555, 580, 600, 603, 604, 606, 607, 608,
};

static void all_are_there(void **state)
{
	enum { N = sizeof(registered) / sizeof(*registered) };

	(void)state;
	for (unsigned i = 0; i < N; i++)
		assert_int_equal(status_nth(i)->status, registered[i]);
	assert_null(status_nth(N));
}

static void each_says_something(void **state)
{
	const struct status_info *s;

	(void)state;
	for (unsigned i = 0; (s = status_nth(i)); i++) {
		const char *const texts[] = { s->meaning, s->when, s->cure };

		assert_ptr_equal(status_info(s->status), s);
		assert_memory_equal(s->source, "RFC ", 4);
		for (unsigned k = 0; k < 3; k++) {
			size_t n = strlen(texts[k]);

			assert_in_range(n, 10, 400);
			assert_int_not_equal(texts[k][n - 1], '.');
		}
	}
}

static void phrases(void **state)
{
	(void)state;
	assert_string_equal(status_reason(202), "Accepted");
	assert_string_equal(status_reason(499), "Client Failure");
	assert_string_equal(status_reason(999), "Unknown");
	assert_string_equal(status_class(301), "Redirection");
	assert_null(status_info(299));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_are_there),
		cmocka_unit_test(each_says_something),
		cmocka_unit_test(phrases),
	};

	return cmocka_run_group_tests_name("status", tests, NULL, NULL);
}
