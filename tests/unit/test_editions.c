/* SPDX-License-Identifier: MIT */
/* Where the standards changed: what the scenarios of the tree ask in each
 * edition, and how much it counts. */
#include "lang_fix.h"

#include <stdio.h>

static const char *const names[] = { "rfc3515", "rfc7647", "interop" };

struct ask {
	const char *file, *id;
	const char *word; /* stands in the line; a line may have several checks
			   */
	enum level levels[3];
};

static bool carries(const struct rules *r, const char *id)
{
	for (unsigned i = 0; i < r->n; i++)
		if (str_is(r->ids[i], id))
			return true;
	return false;
}

static bool is_asked(const struct ask *ask, const struct rules *r,
		     struct loc at)
{
	return carries(r, ask->id) &&
	       str_find(loc_text(at), str_from(ask->word)) >= 0;
}

/* The level of the line that asks this; the test fails where there is none. */
static enum level level_in(const struct fix *f, const struct ask *ask)
{
	for (size_t n = 0; n < f->progs.n; n++)
		for (unsigned i = 0; i < f->progs.list[n]->nops; i++) {
			const struct op *op = f->progs.list[n]->ops[i];
			const struct expect *x = &op->line.expect;

			if (is_asked(ask, &op->rules, op->at))
				return op->level;
			if (op->kind != OP_EXPECT && op->kind != OP_WATCH)
				continue;
			for (unsigned k = 0; k < x->nchecks; k++)
				if (is_asked(ask, &x->checks[k].rules,
					     x->checks[k].at))
					return x->checks[k].level;
		}
	fail_msg("%s: no line \"%s\" with %s", ask->file, ask->word, ask->id);
	return LEVEL_NOTE;
}

/* A rule that is not in force, and one that only may be kept, are notes. */
static void test_table(void **state)
{
	static const struct ask asks[] = {
		{ "refer/response-code-202",
		  "rfc3515-2.4.2-i",
		  "must   status",
		  { LEVEL_MUST, LEVEL_MUST,
		    LEVEL_NOTE } }, /* 202, 200, either */
		{ "refer/basic-in-dialog",
		  "rfc3515-2.4.4-k",
		  "expires present",
		  { LEVEL_SHOULD, LEVEL_MUST, LEVEL_SHOULD } },
		{ "refer/immediate-response",
		  "rfc4320-4.1-b",
		  "latency of F1",
		  { LEVEL_SHOULD, LEVEL_MUST, LEVEL_SHOULD } },
		{ "notify/fresh-subscribe-403",
		  "rfc3515-2.4.4-j",
		  "F2.status is 403",
		  { LEVEL_MUST, LEVEL_NOTE, LEVEL_NOTE } },
	};
	char path[200];

	(void)state;
	for (size_t i = 0; i < sizeof(asks) / sizeof(*asks); i++)
		for (size_t e = 0; e < 3; e++) {
			struct fix f;

			fix_open(&f, ROOT "/scenarios");
			fix_claim(&f, "refer", "yes");
			f.env.edition = str_from(names[e]);
			snprintf(path, sizeof(path), "%s/scenarios/%s.ladder",
				 ROOT, asks[i].file);
			assert_true(fix_load(&f, path));
			if (level_in(&f, &asks[i]) != asks[i].levels[e])
				fail_msg("%s in %s counts %d", asks[i].id,
					 names[e], level_in(&f, &asks[i]));
			fix_close(&f);
		}
}

/* A line says which value of {edition...} it was made with, and no other. */
static void test_origin(void **state)
{
	struct fix f;

	(void)state;
	fix_open(&f, ".");
	assert_true(fix_text(&f,
			     "ladder 1\ntitle \"x\"\nparty alice\ntest\n"
			     "F1 alice -> dut REFER {dut.uri} as r\n"
			     "F2 dut -> alice {edition.refer-accepted} for F1\n"
			     " should Server absent [practice-call-kept]\n"
			     "must F2.status is {edition.refer-accepted} "
			     "[rfc3515-2.4.2-i]\n"));
	assert_null(f.progs.list[0]->ops[0]->by_edition);
	assert_string_equal(f.progs.list[0]->ops[1]->by_edition->name,
			    "refer-accepted");
	assert_null(f.progs.list[0]->ops[1]->line.expect.checks->by_edition);
	assert_string_equal(f.progs.list[0]->ops[2]->check.by_edition->name,
			    "refer-accepted");
	fix_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_origin),
	};

	return cmocka_run_group_tests_name("editions", tests, NULL, NULL);
}
