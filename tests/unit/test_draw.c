/* SPDX-License-Identifier: MIT */
/* Ladders of scenarios that were never played, against golden files. */
#include "golden.h"

#include <unistd.h>

#include "lang/lang.h"
#include "report/ladder.h"

struct fix {
	struct arena *a;
	struct catalogue catalogue;
	struct device device;
	struct progs progs;
	struct diags ds;
};

static int setup(void **state)
{
	struct arena *a = arena_new();
	struct fix *f = ARENA_NEW(a, struct fix);
	struct fail why;
	struct lang_env env = { .arena = a,
				.root = ".",
				.catalogue = &f->catalogue,
				.device = &f->device,
				.transport = STR("udp") };

	f->a = f->catalogue.arena = f->ds.arena = a;
	*state = f;
	if (chdir(GOLDEN "/report") ||
	    !device_from_to(a, STR("udp:127.0.0.1:5060"), &f->device, &why) ||
	    !catalogue_read(&f->catalogue, GOLDEN "/../../scenarios/catalogue",
			    &f->ds, &why))
		return -1;
	return lang_load(&env, "plan.ladder", &f->progs, &f->ds) ? 0 : -1;
}

static int teardown(void **state)
{
	struct fix *f = *state;

	arena_free(f->a);
	return 0;
}

static void check_plan(struct fix *f, bool checks,
		       void (*draw)(const struct ladder *l, struct buf *out),
		       const char *path)
{
	buf_auto out = { 0 };

	draw(ladder_plan(f->progs.list[0], checks, f->a), &out);
	golden_check(path, &out);
}

static void test_text(void **state)
{
	check_plan(*state, false, ladder_text, "report/plan.txt");
	check_plan(*state, true, ladder_text, "report/plan.checks.txt");
}

static void test_mermaid(void **state)
{
	check_plan(*state, true, ladder_mermaid, "report/plan.mmd");
}

static void test_svg(void **state)
{
	check_plan(*state, true, ladder_svg, "report/plan.svg");
}

/* More lines than a drawing holds, and more parties than it has lanes. */
static void test_ceilings(void **state)
{
	struct fix *f = *state;
	struct prog *prog = ARENA_NEW(f->a, struct prog);
	struct op *op = ARENA_NEW(f->a, struct op);
	struct ladder *l;
	buf_auto out = { 0 };

	*op = *f->progs.list[0]->setup.ops[0];
	prog->nparties = 40;
	prog->parties = ARENA_ARRAY(f->a, struct party_decl, 40);
	for (unsigned i = 0; i < 40; i++)
		prog->parties[i].id = i;
	for (unsigned i = 0; i < LADDER_ROWS_MAX + 10; i++)
		*ARENA_PUSH(f->a, prog->test.ops, prog->test.n) = op;
	op->party = &prog->parties[0];
	l = ladder_plan(prog, true, f->a);
	assert_int_equal(l->n, LADDER_ROWS_MAX);
	assert_int_equal(l->left_out, 11);
	assert_int_equal(l->nlanes, LADDER_LANES_MAX);
	ladder_svg(l, &out);
	ladder_text(l, &out);
	op->party = &prog->parties[39];
	l = ladder_plan(prog, true, f->a);
	assert_int_equal(l->n, 1);
	ladder_mermaid(l, &out);
	assert_false(out.over);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_mermaid),
		cmocka_unit_test(test_svg),
		cmocka_unit_test(test_ceilings),
	};

	return cmocka_run_group_tests_name("draw", tests, setup, teardown);
}
