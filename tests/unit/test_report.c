/* SPDX-License-Identifier: MIT */
/* Reports against golden files: one run with a scenario of each kind. */
#include "golden.h"
#include "report_scene.h"

#include <stdio.h>

static void add_tap(const struct made *m, const struct run *run,
		    struct buf *out)
{
	struct tap t;

	tap_begin(&t, run, &m->opts, out);
	for (size_t i = 0; i < run->n; i++)
		tap_result(&t, run->list[i]);
	tap_end(&t, run);
}

static void add_terminal(const struct made *m, const struct run *run,
			 struct buf *out)
{
	for (size_t i = 0; i < run->n; i++)
		terminal_result(run->list[i], &m->opts, out);
	terminal_summary(run, &m->opts, out);
}

static void test_tap(void **state)
{
	struct made *m = made_run();
	buf_auto out = { 0 };

	(void)state;
	add_tap(m, &m->run, &out);
	golden_check("report/run.tap", &out);
	made_free(m);
}

static void test_tap_bails(void **state)
{
	struct made *m = made_run();
	buf_auto out = { 0 };
	struct tap t;

	(void)state;
	m->run.n = 0;
	m->run.bail = STR("192.0.2.10:5060 does not answer OPTIONS");
	m->opts.tap_version = 14;
	tap_begin(&t, &m->run, &m->opts, &out);
	tap_end(&t, &m->run);
	golden_check("report/bail.tap", &out);
	made_free(m);
}

static void test_terminal(void **state)
{
	struct made *m = made_run();
	buf_auto out = { 0 };

	(void)state;
	add_terminal(m, &m->run, &out);
	golden_check("report/run.txt", &out);
	made_free(m);
}

static void test_terminal_color(void **state)
{
	struct made *m = made_run();
	buf_auto plain = { 0 }, color = { 0 };

	(void)state;
	terminal_result(m->run.list[0], &m->opts, &plain);
	m->opts.color = true;
	terminal_result(m->run.list[0], &m->opts, &color);
	assert_true(str_find_char(buf_str(&plain), '\033') < 0);
	assert_true(str_starts(buf_str(&color), "\033[31mFAIL\033[0m  refer/"));
	made_free(m);
}

static void test_junit(void **state)
{
	struct made *m = made_run();
	buf_auto out = { 0 };
	struct fail why;

	(void)state;
	assert_true(junit_write(&m->run, &m->opts, &out, &why));
	golden_check("report/run.xml", &out);
	made_free(m);
}

/* What is read again makes the same reports, byte for byte. */
static void test_json_round_trip(void **state)
{
	struct made *m = made_run();
	buf_auto one = { 0 }, two = { 0 }, tap_one = { 0 }, tap_two = { 0 };
	buf_auto text_one = { 0 }, text_two = { 0 };
	struct run back = { .arena = m->a };
	struct fail why;

	(void)state;
	result_write(&m->run, &one);
	golden_check("report/run.json", &one);
	assert_true(result_read(buf_str(&one), &back, &why));
	result_write(&back, &two);
	assert_true(str_eq(buf_str(&one), buf_str(&two)));
	add_tap(m, &m->run, &tap_one);
	add_tap(m, &back, &tap_two);
	assert_true(str_eq(buf_str(&tap_one), buf_str(&tap_two)));
	add_terminal(m, &m->run, &text_one);
	add_terminal(m, &back, &text_two);
	assert_true(str_eq(buf_str(&text_one), buf_str(&text_two)));
	made_free(m);
}

static void test_json_refuses(void **state)
{
	static const struct {
		const char *text, *why;
	} rows[] = {
		{ "{", "line 1: " },
		{ "[]", "it is no result of sipladder" },
		{ "{\"sipladder\":2}",
		  "it has version 2 of the format; this "
		  "sipladder reads version 1: use the one that wrote it" },
		{ "{\"sipladder\":1,\"scenarios\":[{}]}",
		  "scenario 1: it has no verdict" },
		{ "{\"sipladder\":1,\"scenarios\":[{\"verdict\":\"pass\","
		  "\"others\":[{\"kind\":\"x\"}]}]}",
		  "scenario 1: a finding has no kind or no verdict" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct run run = { .arena = a };
		struct fail why;

		assert_false(result_read(str_from(rows[i].text), &run, &why));
		assert_true(str_starts(str_from(why.text), rows[i].why));
	}
	arena_free(a);
}

static void test_tally(void **state)
{
	struct made *m = made_run();
	struct tally t;

	(void)state;
	tally_run(&m->run, &t);
	assert_int_equal(t.scenarios[VERDICT_FAIL], 2);
	assert_int_equal(t.scenarios[VERDICT_KNOWN], 1);
	assert_int_equal(t.scenarios[VERDICT_SKIP], 1);
	assert_int_equal(t.must_failed, 3);
	assert_int_equal(t.must_exercised, 8);
	assert_int_equal(t.should_warned, 1);
	assert_str(t.first_bad->id, "refer/basic-out-of-dialog");
	made_free(m);
}

/* ---- ladders ---- */

static struct scene *scene_named(struct made *m, const char *id)
{
	for (unsigned i = 0; i < m->nscenes; i++)
		if (str_is(m->scenes[i]->prog->id, id))
			return m->scenes[i];
	fail();
	return NULL;
}

static void check_ladder(const char *id, const char *path)
{
	struct made *m = made_run();
	struct scene *s = scene_named(m, id);
	buf_auto out = { 0 };

	ladder_text(ladder_new(s->r, &s->tr, m->a), &out);
	golden_check(path, &out);
	made_free(m);
}

static void test_ladder(void **state)
{
	(void)state;
	check_ladder("refer/basic-out-of-dialog", "report/refer.ladder.txt");
	check_ladder("transfer/blind", "report/blind.ladder.txt");
}

/* A trace that names no lines: the findings know some of the labels. */
static void test_ladder_without_names(void **state)
{
	struct made *m = made_run();
	struct scene *s = scene_named(m, "refer/basic-out-of-dialog");
	buf_auto out = { 0 };

	(void)state;
	for (size_t i = 0; i < s->tr.n; i++)
		if (s->tr.list[i].op != EV_NONE)
			s->tr.list[i].name = STR_NONE;
	ladder_text(ladder_new(s->r, &s->tr, m->a), &out);
	golden_check("report/nameless.ladder.txt", &out);
	made_free(m);
}

static void test_svg(void **state)
{
	struct made *m = made_run();
	struct scene *s = scene_named(m, "transfer/blind");
	buf_auto out = { 0 };

	(void)state;
	ladder_svg(ladder_new(s->r, &s->tr, m->a), &out);
	golden_check("report/blind.svg", &out);
	made_free(m);
}

static void test_mermaid(void **state)
{
	struct made *m = made_run();
	struct scene *s = scene_named(m, "transfer/blind");
	buf_auto out = { 0 };

	(void)state;
	ladder_mermaid(ladder_new(s->r, &s->tr, m->a), &out);
	golden_check("report/blind.mmd", &out);
	made_free(m);
}

static void test_messages(void **state)
{
	struct made *m = made_run();
	struct scene *s = scene_named(m, "transfer/blind");
	buf_auto out = { 0 };

	(void)state;
	messages_text(&s->tr, &out);
	golden_check("report/blind.messages.txt", &out);
	made_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tap),
		cmocka_unit_test(test_tap_bails),
		cmocka_unit_test(test_terminal),
		cmocka_unit_test(test_terminal_color),
		cmocka_unit_test(test_junit),
		cmocka_unit_test(test_json_round_trip),
		cmocka_unit_test(test_json_refuses),
		cmocka_unit_test(test_tally),
		cmocka_unit_test(test_ladder),
		cmocka_unit_test(test_ladder_without_names),
		cmocka_unit_test(test_svg),
		cmocka_unit_test(test_mermaid),
		cmocka_unit_test(test_messages),
	};

	return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
