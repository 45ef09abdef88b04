/* SPDX-License-Identifier: MIT */
/* What a REFER is accepted with, judged in each edition: recorded plays in
 * tests/golden/judge -> every line's verdict with the rules it speaks for, the
 * counts of requirements, and what a person reads. */
#include "golden.h"
#include "scene.h"

#include <stdio.h>
#include <unistd.h>

#include "lang/lang.h"
#include "play/judge.h"
#include "report/report.h"

struct fix {
	struct catalogue catalogue;
	struct device device;
	struct progs progs;
	struct diags ds;
	struct lang_env env;
};

static void open_fix(struct fix *f, const char *file, const char *edition)
{
	struct arena *a = arena_new();
	struct fail why;

	*f = (struct fix){ .catalogue.arena = a, .ds.arena = a };
	f->env = (struct lang_env){ .arena = a,
				    .root = ".",
				    .catalogue = &f->catalogue,
				    .device = &f->device,
				    .edition = str_from(edition),
				    .transport = STR("udp") };
	assert_int_equal(chdir(GOLDEN "/judge"), 0);
	assert_true(
		device_from_to(a, STR("udp:127.0.0.1:5060"), &f->device, &why));
	assert_true(catalogue_read(&f->catalogue,
				   GOLDEN "/../../scenarios/catalogue", &f->ds,
				   &why));
	assert_true(lang_load(&f->env, file, &f->progs, &f->ds));
}

static void add_finding(struct buf *out, const struct finding *f)
{
	if (strcmp(f->kind, "monitor") == 0)
		return;
	buf_addf(out, "%-6s " STR_F "  " STR_F " [" STR_F "]\n",
		 verdict_word(f->verdict), STR_A(f->level), STR_A(f->what),
		 STR_A(f->reqs));
}

static void add_counts(struct buf *out, struct result *r)
{
	struct run run = { .list = &r, .n = 1 };
	struct tally t;

	tally_run(&run, &t);
	buf_addf(out, "MUST failed %u, SHOULD warned %u, MAY seen %u\n\n",
		 t.must_failed, t.should_warned, t.may_seen);
}

static void check_play(const char *file, const char *edition,
		       const char *status, enum verdict want)
{
	struct report_opts opts = { 0 };
	struct fix f;
	struct judge_opts judge_opts = { .device = &f.device,
					 .today = STR("2026-06-01") };
	struct trace tr = { .arena = arena_new() };
	buf_auto text = { 0 }, out = { 0 };
	struct result *r;
	struct fail why;
	char path[100];
	int stem = (int)strlen(file) - (int)strlen(".ladder");

	open_fix(&f, file, edition);
	snprintf(path, sizeof(path), "%.*s-%s-%s.jsonl", stem, file, edition,
		 status);
	assert_true(buf_read_file(&text, path));
	assert_true(trace_read(&tr, buf_str(&text), &why));
	judge_twice(f.progs.list[0], &tr, &judge_opts, tr.arena, &r);
	for (size_t i = 0; i < r->n; i++)
		add_finding(&out, &r->findings[i]);
	add_counts(&out, r);
	terminal_result(r, &opts, &out);
	snprintf(path, sizeof(path), "judge/%.*s-%s-%s.txt", stem, file,
		 edition, status);
	golden_check(path, &out);
	assert_int_equal(r->verdict, want);
	arena_free(tr.arena);
	arena_free(f.env.arena);
}

static void test_check(void **state)
{
	(void)state;
	check_play("editions.ladder", "rfc3515", "202", VERDICT_PASS);
	check_play("editions.ladder", "rfc3515", "200", VERDICT_FAIL);
	check_play("editions.ladder", "rfc7647", "202", VERDICT_FAIL);
	check_play("editions.ladder", "interop", "200", VERDICT_PASS);
}

static void test_arrow(void **state)
{
	(void)state;
	check_play("editions-line.ladder", "rfc3515", "200", VERDICT_FAIL);
	check_play("editions-line.ladder", "rfc7647", "202", VERDICT_FAIL);
}

/* No line of any edition speaks for a rule that is not in force there, and
 * none has lost a rule. */
static void check_rules(const struct fix *f, const struct rules *r)
{
	unsigned live = 0;

	for (unsigned i = 0; i < r->n; i++) {
		const struct requirement *q =
			catalogue_find(&f->catalogue, r->ids[i]);
		bool in_force = true;

		if (q)
			requirement_level(q, f->env.edition, &in_force);
		if (in_force)
			assert_true(str_eq(r->live[live++], r->ids[i]));
	}
	assert_int_equal(live, r->nlive);
}

static void test_every_line(void **state)
{
	static const struct {
		const char *edition;
		unsigned nlive; /* of the check's three */
	} rows[] = { { "rfc3515", 1 }, { "rfc7647", 2 }, { "interop", 3 } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct prog *p;
		const struct expect *x;
		struct fix f;

		open_fix(&f, "editions.ladder", rows[i].edition);
		p = f.progs.list[0];
		for (unsigned k = 0; k < p->nops; k++)
			check_rules(&f, &p->ops[k]->rules);
		x = &p->ops[p->nops - 1]->line.expect;
		assert_int_equal(x->checks[0].rules.n, 3);
		assert_int_equal(x->checks[0].rules.nlive, rows[i].nlive);
		check_rules(&f, &x->checks[0].rules);
		arena_free(f.env.arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_arrow),
		cmocka_unit_test(test_every_line),
	};

	return cmocka_run_group_tests_name("judge editions", tests, NULL, NULL);
}
