/* SPDX-License-Identifier: MIT */
/* Recorded plays judged again: a scenario and its traces in tests/golden/judge
 * -> the verdict, the findings and the ladder, as they are beside them. The
 * traces are of a phone with one fault each; the file is named after it. */
#include "golden.h"
#include "scene.h"

#include <stdio.h>
#include <unistd.h>

#include "lang/lang.h"
#include "play/judge.h"
#include "report/report.h"

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
	if (chdir(GOLDEN "/judge") ||
	    !device_from_to(a, STR("udp:127.0.0.1:5060"), &f->device, &why) ||
	    !catalogue_read(&f->catalogue, GOLDEN "/../../scenarios/catalogue",
			    &f->ds, &why))
		return -1;
	return lang_load(&env, "refer.ladder", &f->progs, &f->ds) ? 0 : -1;
}

static int teardown(void **state)
{
	struct fix *f = *state;

	arena_free(f->a);
	return 0;
}

static void read_trace(struct trace *tr, const char *name)
{
	char path[100];
	buf_auto text = { 0 };
	struct fail why;

	snprintf(path, sizeof(path), "%s.jsonl", name);
	assert_true(buf_read_file(&text, path));
	assert_true(trace_read(tr, buf_str(&text), &why));
}

static void check_verdict(struct fix *f, const char *name, enum verdict want)
{
	struct report_opts opts = { 0 };
	struct judge_opts judge_opts = { .device = &f->device,
					 .today = STR("2026-06-01") };
	struct trace tr = { .arena = arena_new() };
	const struct prog *prog = f->progs.list[0];
	struct result *r;
	buf_auto out = { 0 };
	char path[100];

	read_trace(&tr, name);
	judge_twice(prog, &tr, &judge_opts, tr.arena, &r);
	terminal_result(r, &opts, &out);
	buf_add_char(&out, '\n');
	ladder_text(ladder_new(r, &tr, tr.arena), &out);
	snprintf(path, sizeof(path), "judge/%s.txt", name);
	golden_check(path, &out);
	assert_int_equal(r->verdict, want);
	arena_free(tr.arena);
}

static void test_verdicts(void **state)
{
	static const struct {
		const char *name;
		enum verdict verdict;
	} rows[] = {
		{ "warned", VERDICT_WARN },
		{ "accepted-with-200", VERDICT_FAIL },
		{ "invite-to-tag", VERDICT_FAIL },
		{ "invite-to-transferor", VERDICT_FAIL },
		{ "no-notify", VERDICT_FAIL },
		{ "notify-text-plain", VERDICT_FAIL },
		{ "premature-success", VERDICT_FAIL },
		{ "target-not-called", VERDICT_FAIL },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		check_verdict(*state, rows[i].name, rows[i].verdict);
}

/* A trace cut short at any line is our fault and never a pass. */
static void test_cut_anywhere(void **state)
{
	struct fix *f = *state;
	struct judge_opts opts = { .device = &f->device };
	buf_auto text = { 0 };
	struct fail why;

	assert_true(buf_read_file(&text, "warned.jsonl"));
	for (size_t n = 0; n + 1 < text.len; n++) {
		struct trace tr = { .arena = NULL };

		if (text.p[n] != '\n')
			continue;
		tr.arena = arena_new();
		assert_true(trace_read(&tr, str_sub(buf_str(&text), 0, n + 1),
				       &why));
		assert_int_equal(
			judge(f->progs.list[0], &tr, &opts, tr.arena)->verdict,
			VERDICT_ERROR);
		arena_free(tr.arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verdicts),
		cmocka_unit_test(test_cut_anywhere),
	};

	return cmocka_run_group_tests_name("judge golden", tests, setup,
					   teardown);
}
