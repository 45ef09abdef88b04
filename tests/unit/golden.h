/* SPDX-License-Identifier: MIT */
/* golden: text against a file of tests/golden. UPDATE=1 writes the files. */
#ifndef TESTS_GOLDEN_H
#define TESTS_GOLDEN_H

#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

/* Shows the first line that differs. */
static inline void golden_differ(struct str want, struct str got)
{
	for (unsigned line = 1; want.len || got.len; line++) {
		struct str w, g;

		str_cut(want, '\n', &w, &want);
		str_cut(got, '\n', &g, &got);
		if (str_eq(w, g))
			continue;
		print_error("line %u\n- " STR_F "\n+ " STR_F "\n", line,
			    STR_A(w), STR_A(g));
		return;
	}
}

/* path is below tests/golden. */
static inline void golden_check(const char *path, const struct buf *got)
{
	char full[512];
	buf_auto want = { 0 };

	snprintf(full, sizeof(full), "%s/%s", GOLDEN, path);
	if (getenv("UPDATE")) {
		assert_true(buf_write_file(got, full));
		return;
	}
	if (!buf_read_file(&want, full))
		print_error("%s is not there; UPDATE=1 writes it\n", full);
	if (str_eq(buf_str(&want), buf_str(got)))
		return;
	print_error("%s is not what was made; UPDATE=1 rewrites it\n", full);
	golden_differ(buf_str(&want), buf_str(got));
	fail();
}

#endif
