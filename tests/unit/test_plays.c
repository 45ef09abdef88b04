/* SPDX-License-Identifier: MIT */
/* Many plays of one scenario: what a player tells, and what reports say. */
#include "report_scene.h"

#include "play/plays.h"

static void write_all(struct buf *out)
{
	struct plays_count count = { .n = 100 };

	count.verdicts[VERDICT_PASS] = 100;
	plays_write_head(1, out);
	buf_add_z(out, "{one}\n{two}\n");
	plays_write_count(&count, out);
	plays_write_head(117, out);
	buf_add_z(out, "{three}\n");
	count.n = 117;
	count.verdicts[VERDICT_FAIL] = 1;
	count.verdicts[VERDICT_PASS] = 116;
	plays_write_count(&count, out);
}

static void test_told_and_read(void **state)
{
	struct plays_count count = { 0 };
	struct plays_told told;
	buf_auto out = { 0 };
	struct str text;

	(void)state;
	write_all(&out);
	text = buf_str(&out);
	assert_true(plays_next(&text, &told, &count));
	assert_int_equal(told.number, 1);
	assert_str(told.trace, "{one}\n{two}\n");
	assert_int_equal(count.n, 0);
	assert_true(plays_next(&text, &told, &count));
	assert_int_equal(told.number, 117);
	assert_str(told.trace, "{three}\n");
	assert_int_equal(count.n, 100);
	assert_false(plays_next(&text, &told, &count));
	assert_int_equal(count.n, 117);
	assert_int_equal(count.verdicts[VERDICT_PASS], 116);
	assert_int_equal(count.verdicts[VERDICT_FAIL], 1);
}

static void test_one_play_is_its_trace(void **state)
{
	struct plays_count count = { 0 };
	struct str text = STR("{one}\n{two}\n{th");
	struct plays_told told;

	(void)state;
	assert_true(plays_next(&text, &told, &count));
	assert_int_equal(told.number, 0);
	assert_str(told.trace, "{one}\n{two}\n");
	assert_false(plays_next(&text, &told, &count));
	assert_int_equal(count.n, 0);
}

/* A player may die at any byte: whole lines and whole counts are kept. */
static void test_cut_anywhere(void **state)
{
	buf_auto out = { 0 };

	(void)state;
	write_all(&out);
	for (size_t n = 0; n <= out.len; n++) {
		struct plays_count count = { 0 };
		struct str text = { out.p, n };
		struct plays_told told;

		while (plays_next(&text, &told, &count)) {
			assert_true(told.number == 1 || told.number == 117);
			assert_true(!told.trace.len ||
				    str_ends(told.trace, "}\n"));
		}
		assert_true(count.n == 0 || count.n == 100 || count.n == 117);
		assert_int_equal(count.n, count.verdicts[VERDICT_PASS] +
						  count.verdicts[VERDICT_FAIL]);
	}
}

/* ---- reports ---- */

static struct finding finding(const char *what, enum verdict v)
{
	return (struct finding){ .kind = "check",
				 .verdict = v,
				 .what = str_from(what),
				 .wanted = STR("status is 202"),
				 .got = STR("200"),
				 .op = EV_NONE };
}

/* 2000 plays, of which 30 failed; two of them are listed. */
static struct run *repeated(struct arena *a)
{
	struct run *run = ARENA_NEW(a, struct run);
	struct result *r = ARENA_NEW(a, struct result);

	run->arena = r->arena = a;
	run->planned = 1;
	r->id = STR("refer/basic");
	r->file = STR("basic.ladder");
	r->verdict = VERDICT_FAIL;
	r->play = 17;
	r->plays = 2000;
	r->verdicts[VERDICT_PASS] = 1970;
	r->verdicts[VERDICT_FAIL] = 30;
	*ARENA_PUSH(a, r->findings, r->n) =
		finding("F2 status is 202", VERDICT_FAIL);
	for (unsigned i = 1; i <= 2; i++) {
		struct result *o = ARENA_NEW(a, struct result);

		*o = (struct result){ .arena = a,
				      .verdict = VERDICT_FAIL,
				      .play = 17 + i,
				      .plays = 1,
				      .took = 12 * NS_MS };
		*ARENA_PUSH(a, o->findings, o->n) =
			finding("F2 status is 202", VERDICT_FAIL);
		*ARENA_PUSH(a, r->others, r->nothers) = o;
	}
	*ARENA_PUSH(a, run->list, run->n) = r;
	return run;
}

static void has(const struct buf *out, const char *words)
{
	if (str_find(buf_str(out), str_from(words)) < 0)
		fail_msg("no \"%s\" in:\n%.*s", words, (int)out->len, out->p);
}

static void test_json_both_ways(void **state)
{
	struct arena *a = arena_new();
	struct run *run = repeated(a), back = { .arena = a };
	buf_auto first = { 0 }, again = { 0 };
	struct fail why;

	(void)state;
	result_write(run, &first);
	has(&first, "\"plays\":2000,\"play\":17,"
		    "\"verdicts\":{\"pass\":1970,\"fail\":30}");
	assert_true(result_read(buf_str(&first), &back, &why));
	assert_int_equal(back.list[0]->nothers, 2);
	assert_int_equal(back.list[0]->others[1]->play, 19);
	assert_int_equal(back.list[0]->others[1]->took, 12 * NS_MS);
	result_write(&back, &again);
	assert_true(str_eq(buf_str(&first), buf_str(&again)));
	arena_free(a);
}

static void test_words(void **state)
{
	struct arena *a = arena_new();
	struct run *run = repeated(a);
	struct report_opts opts = { 0 };
	buf_auto text = { 0 }, tap = { 0 }, xml = { 0 };
	struct tap t;
	struct fail why;

	(void)state;
	terminal_result(run->list[0], &opts, &text);
	has(&text, "30 failed, 1970 passed; this was play 17\n");
	has(&text, "play 18: fail: F2 status is 202; wanted status is 202, "
		   "got 200\n");
	has(&text, "and 27 more\n");
	tap_begin(&t, run, &opts, &tap);
	tap_result(&t, run->list[0]);
	has(&tap, "\n1..1\n");
	has(&tap, "not ok 1 - refer/basic\n");
	has(&tap, "  plays: 2000\n  verdicts: '30 failed, 1970 passed'\n");
	has(&tap, "    - 'play 19: fail: F2 status is 202;");
	assert_true(junit_write(run, &opts, &xml, &why));
	has(&xml, "tests=\"2\" failures=\"2\"");
	has(&xml, "<property name=\"plays\" value=\"2000\"/>");
	has(&xml, "<testcase name=\"every play\"");
	arena_free(a);
}

static void test_passing_plays(void **state)
{
	struct arena *a = arena_new();
	struct run *run = repeated(a);
	struct result *r = run->list[0];
	struct report_opts opts = { 0 };
	buf_auto text = { 0 };

	(void)state;
	r->verdict = r->findings[0].verdict = VERDICT_PASS;
	r->nothers = 0;
	r->verdicts[VERDICT_FAIL] = 0;
	r->verdicts[VERDICT_PASS] = r->plays;
	terminal_result(r, &opts, &text);
	assert_str(buf_str(&text), "pass  refer/basic  2000 plays\n");
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_told_and_read),
		cmocka_unit_test(test_one_play_is_its_trace),
		cmocka_unit_test(test_cut_anywhere),
		cmocka_unit_test(test_json_both_ways),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_passing_plays),
	};

	return cmocka_run_group_tests_name("plays", tests, NULL, NULL);
}
