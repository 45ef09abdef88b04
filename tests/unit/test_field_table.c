/* SPDX-License-Identifier: MIT */
/* Every header of fields.def with a typical, an odd and a broken value, every
 * row of it read at least once. What has no case fails. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "field_fix.h"
#include "sip/field_table.h"

enum kind { KIND_TYPICAL, KIND_ODD, KIND_BROKEN, KINDS, KIND_MESSAGE = KINDS };

struct field_case {
	enum kind kind;
	struct str bytes;
	const char *path, *text;
};

#define HEAD "REFER sip:bob@b.example SIP/2.0\r\n"
#define ROWS(kind, rows, path, text)                                           \
	{ kind,                                                                \
	  { HEAD rows "\r\n\r\n", sizeof(HEAD rows "\r\n\r\n") - 1 },          \
	  path,                                                                \
	  text },
#define TYPICAL(rows, path, text) ROWS(KIND_TYPICAL, rows, path, text)
#define ODD(rows, path, text)     ROWS(KIND_ODD, rows, path, text)
#define BROKEN(rows, path, text)  ROWS(KIND_BROKEN, rows, path, text)
#define MESSAGE(bytes, path, text)                                             \
	{ KIND_MESSAGE, { bytes, sizeof(bytes) - 1 }, path, text },
static const struct field_case cases[] = {
#include "field_cases.def"
};

enum { NCASES = sizeof(cases) / sizeof(*cases) };

static struct field_path resolve(const struct field_case *c)
{
	struct field_path path = field_fix_path(c->path);
	struct str near;
	unsigned bad;

	if (!field_resolve(&path, &bad, &near))
		fail_msg("%s is no field", c->path);
	return path;
}

static bool run(struct arena *a, const struct field_case *c)
{
	struct field_path path = resolve(c);
	struct value v = field_get(pkt_parse(a, c->bytes), &path, a);

	if (v.present == (c->text != NULL) &&
	    (!c->text || str_is(v.text, c->text)))
		return true;
	print_error("%s of\n" STR_F "\nwanted %s, got %s\"" STR_F "\"\n",
		    c->path, STR_A(c->bytes), c->text ? c->text : "nothing",
		    v.present ? "" : "nothing ", STR_A(v.text));
	return false;
}

static void test_cases(void **state)
{
	struct arena *a = arena_new();
	unsigned wrong = 0;

	(void)state;
	for (size_t i = 0; i < NCASES; i++) {
		wrong += !run(a, &cases[i]);
		arena_reset(a);
	}
	arena_free(a);
	assert_int_equal(wrong, 0);
}

static void test_every_header(void **state)
{
	static const char *const names[] = { "typical", "odd", "broken" };
	static bool seen[HEADER_COUNT][KINDS];

	(void)state;
	for (size_t i = 0; i < NCASES; i++) {
		struct field_path path = resolve(&cases[i]);

		if (cases[i].kind != KIND_MESSAGE)
			seen[field_header_id(&path)][cases[i].kind] = true;
	}
	for (int h = 1; h < HEADER_COUNT; h++)
		for (int k = 0; k < KINDS; k++)
			if (!seen[h][k])
				fail_msg(STR_F " has no %s value",
					 STR_A(header_info((enum header_id)h)
						       ->name),
					 names[k]);
}

/* By a case that finds something there; a digest is judged elsewhere. */
static bool is_read(const struct field_def *def)
{
	for (size_t i = 0; i < NCASES; i++) {
		struct field_path path = resolve(&cases[i]);

		if ((path.def == def || path.inner == def) &&
		    (cases[i].text || def->type == TYPE_VERDICT))
			return true;
	}
	return false;
}

static void test_every_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < field_nrows; i++)
		if (!is_read(&field_rows[i]))
			fail_msg("no case reads \"%s\" (row %zu)",
				 field_rows[i].pattern, i);
	for (size_t i = 0; i < field_ngeneric; i++)
		if (!is_read(&field_generic[i]))
			fail_msg("no case reads \"%s\" of all headers",
				 field_generic[i].pattern);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_every_header),
		cmocka_unit_test(test_every_row),
	};

	return cmocka_run_group_tests_name("field_table", tests, NULL, NULL);
}
