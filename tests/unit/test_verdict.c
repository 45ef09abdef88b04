/* SPDX-License-Identifier: MIT */
/* The verdict of a whole play: what no line speaks of, the device file's say,
 * the worst of all, and the exit code. */
#include "scene_play.h"

static struct scene *begin(void)
{
	return begin_with("test\n");
}

/* Lines of branches beside the chosen one are nothing to speak of. */
static void test_branches(void **state)
{
	static const struct {
		const char *word;
		bool strict;
		enum verdict verdict;
		const char *reason;
	} rows[] = {
		{ "", false, VERDICT_PASS, "" },
		{ "info", false, VERDICT_PASS, "" },
		{ "warn", false, VERDICT_WARN, "" },
		{ "warn", true, VERDICT_FAIL, "" },
		{ "fail", false, VERDICT_FAIL, "" },
		{ "skip", false, VERDICT_SKIP, "trusts us" },
		{ "inconclusive", false, VERDICT_INCONCLUSIVE,
		  "other-permitted-branch" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct scene *s = begin();
		struct op *e = scene_either(s, 2, 1);
		struct block *b = e->either.branches;
		struct event ev = event_of(EV_BRANCH, 20 * NS_MS);

		s->opts.strict = rows[i].strict;
		scene_op_in(s, &b[0], PHASE_TEST, OP_EXPECT, "A", "dut -> a 1",
			    1);
		scene_op_in(s, &b[1], PHASE_TEST, OP_EXPECT, "B", "dut -> a 2",
			    1);
		b[0].at = b[1].at = scene_loc(s, 1);
		enter(s, "test");
		scene_about(s, EV_OPEN, 10, e, EV_NONE);
		scene_about(s, EV_OPEN, 10, b[0].ops[0], EV_NONE);
		ev.op = e->id;
		ev.check = 1;
		ev.name = str_from(rows[i].word);
		ev.text = STR("trusts us");
		scene_add(s, ev);
		taken(s, b[1].ops[0], 20);
		finish(s);
		assert_int_equal(s->r->verdict, rows[i].verdict);
		assert_str(s->r->reason, rows[i].reason);
		assert_int_equal(s->r->n, *rows[i].word ? 1 : 0);
		scene_free(s);
	}
}

static void test_unexpected(void **state)
{
	static const struct {
		const char *phase;
		enum verdict verdict;
	} rows[] = {
		{ "setup", VERDICT_INCONCLUSIVE }, { "test", VERDICT_FAIL },
		{ "linger", VERDICT_FAIL },        { "cleanup", VERDICT_PASS },
		{ "teardown", VERDICT_PASS },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct scene *s = begin();

		enter(s, rows[i].phase);
		for (int k = 0; k < 3; k++) {
			message(s, 20 + k);
			scene_event(s, EV_UNEXPECTED, 20 + k, "",
				    "line 3 was open");
			s->tr.list[s->tr.n - 1].rec = 1;
		}
		finish(s);
		assert_int_equal(s->r->verdict, rows[i].verdict);
		assert_int_equal(s->r->unexpected, 3);
		assert_int_equal(s->r->n, 1);
		scene_find(s, "unexpected BYE at alice");
		scene_free(s);
	}
}

static void test_monitors(void **state)
{
	static struct str without[] = { { "silenced", 8 } };
	struct scene *s = begin();

	(void)state;
	s->prog->without = without;
	s->prog->nwithout = 1;
	message(s, 20);
	scene_monitor(s, 20, "cseq-rises", 1, true, LEVEL_MUST);
	enter(s, "test");
	message(s, 30);
	scene_monitor(s, 30, "cseq-rises", 2, false, LEVEL_MUST);
	scene_monitor(s, 30, "cseq-rises", 2, false, LEVEL_MUST);
	scene_monitor(s, 31, "fine", 2, true, LEVEL_MUST);
	scene_monitor(s, 31, "pale", 2, false, LEVEL_SHOULD);
	scene_monitor(s, 31, "silenced", 2, false, LEVEL_MUST);
	assert_int_equal(finish(s)->verdict, VERDICT_FAIL);
	assert_int_equal(s->r->monitor_checks, 5);
	assert_int_equal(s->r->n, 3);
	assert_int_equal(scene_find(s, "monitor cseq-rises")->rec, 2);
	assert_str(scene_find(s, "monitor cseq-rises")->phase, "test");
	assert_str(scene_find(s, "monitor cseq-rises")->reqs,
		   "rfc3261-12.2.1.1-a");
	assert_int_equal(scene_find(s, "monitor fine")->verdict, VERDICT_PASS);
	assert_int_equal(scene_find(s, "monitor pale")->verdict, VERDICT_WARN);
	scene_free(s);
}

static void test_plain_events(void **state)
{
	static const struct {
		enum ev_kind kind;
		enum verdict verdict;
		const char *reason;
	} rows[] = {
		{ EV_LIVENESS, VERDICT_FAIL, "crash" },
		{ EV_PREAMBLE, VERDICT_INCONCLUSIVE, "preamble" },
		{ EV_PROBLEM, VERDICT_WARN, "" },
		{ EV_ERROR, VERDICT_ERROR, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct scene *s = begin();

		s->opts.strict = true;
		scene_event(s, rows[i].kind, 50, "", "words");
		finish(s);
		assert_int_equal(s->r->verdict, rows[i].verdict);
		assert_str(s->r->reason, rows[i].reason);
		scene_free(s);
	}
}

static void test_no_end_is_error(void **state)
{
	struct scene *s = begin();

	(void)state;
	scene_judge(s);
	assert_int_equal(s->r->verdict, VERDICT_ERROR);
	assert_str(scene_find(s, "the player ended without saying so")->detail,
		   "last event: phase");
	scene_free(s);
}

static void test_foreign_trace_is_error(void **state)
{
	struct scene *s = begin();
	struct event ev = event_of(EV_TAKE, 1);

	(void)state;
	ev.op = 17;
	scene_add(s, ev);
	assert_int_equal(finish(s)->verdict, VERDICT_ERROR);
	scene_free(s);
}

static void test_counts(void **state)
{
	struct scene *s = begin();
	struct event ev = event_of(EV_CLASS, 21 * NS_MS);

	(void)state;
	message(s, 20);
	ev.rec = message(s, 21);
	ev.cls = REC_REPEAT;
	scene_add(s, ev);
	scene_event(s, EV_AUTO, 22, "", "");
	finish(s);
	assert_int_equal(s->r->repeats, 1);
	assert_int_equal(s->r->automatic, 1);
	scene_free(s);
}

/* ---- the device file ---- */

static struct scene *failing(struct known *known, struct known *waived)
{
	struct scene *s = begin();
	struct op *one = scene_line(s, "F1", "dut -> alice 2xx", WORD_MUST,
				    LEVEL_MUST, "a-1 a-2");
	struct op *two = scene_line(s, "F2", "dut -> alice BYE", WORD_MUST,
				    LEVEL_MUST, "b-1");

	enter(s, "test");
	taken(s, one, 20);
	scene_about(s, EV_LATE, 20, one, 1);
	taken(s, two, 30);
	scene_about(s, EV_LATE, 30, two, 2);
	s->device.known = known;
	s->device.nknown = known ? 2 : 0;
	s->device.waived = waived;
	s->device.nwaived = waived ? 1 : 0;
	finish(s);
	return s;
}

static void test_known_failures(void **state)
{
	static const struct {
		const char *scenario, *one, *until, *other;
		enum verdict verdict;
	} rows[] = {
		/* the other rule of the line is not known */
		{ "refer/basic", "a-2", "", "b-1", VERDICT_FAIL },
		{ "refer/basic#one", "", "2026-06-01", "x-1", VERDICT_KNOWN },
		{ "refer/basic", "a-2", "", "x-1", VERDICT_FAIL },
		{ "refer/basic", "", "2026-05-31", "x-1", VERDICT_FAIL },
		{ "refer/other", "", "", "", VERDICT_FAIL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct known known[2] = {
			{ .scenario = str_from(rows[i].scenario),
			  .requirement = str_from(rows[i].one),
			  .until = str_from(rows[i].until),
			  .reason = STR("ticket 7") },
			{ .scenario = str_from(rows[i].scenario),
			  .requirement = str_from(rows[i].other),
			  .until = STR("2025-01-01"),
			  .reason = STR("ticket 8") },
		};
		struct scene *s;

		if (i == 0)
			known[1].until = STR_NONE;
		s = failing(known, NULL);
		assert_int_equal(s->r->verdict, rows[i].verdict);
		if (rows[i].verdict == VERDICT_KNOWN)
			assert_str(s->r->reason, "ticket 7");
		else
			assert_int_equal(s->r->known_reason.len, 0);
		scene_free(s);
	}
}

static void test_healed_is_told(void **state)
{
	struct scene *s = begin();
	struct known known = { .scenario = STR("refer/basic"),
			       .reason = STR("ticket 7") };

	(void)state;
	s->device.known = &known;
	s->device.nknown = 1;
	assert_int_equal(finish(s)->verdict, VERDICT_PASS);
	assert_str(scene_find(s, "known failure")->detail,
		   "it passes now; take it out of the device file: ticket 7");
	scene_free(s);
}

static void test_waived(void **state)
{
	struct known waived = { .requirement = STR("b-1"),
				.reason = STR("the operator forbids it") };
	struct scene *s = failing(NULL, &waived);
	const struct finding *f = scene_find(s, "F2 dut -> alice BYE in time");

	(void)state;
	assert_int_equal(s->r->verdict, VERDICT_FAIL);
	assert_int_equal(f->verdict, VERDICT_NONE);
	assert_str(f->reason, "waived");
	assert_str(f->detail, "waived: the operator forbids it");
	scene_free(s);
}

/* ---- the whole ---- */

static void test_inconclusive_hides_no_failure(void **state)
{
	struct scene *s = begin();
	struct op *one = scene_line(s, "F1", "dut -> alice 2xx", WORD_MUST,
				    LEVEL_MUST, "a-1");
	struct op *two = scene_line(s, "F2", "dut -> alice BYE", WORD_NONE,
				    LEVEL_MUST, "");

	(void)state;
	enter(s, "test");
	taken(s, one, 20);
	scene_about(s, EV_LATE, 20, one, 1);
	scene_miss(s, two, 800, 0, "BYE");
	assert_int_equal(finish(s)->verdict, VERDICT_FAIL);
	assert_str(s->r->phase, "test");
	scene_free(s);
}

/* The result must outlive both what it was made from. */
static void test_result_stands_alone(void **state)
{
	struct arena *a = arena_new();
	struct scene *s = begin();
	struct op *op = scene_line(s, "F1", "dut -> alice 2xx", WORD_MUST,
				   LEVEL_MUST, "a-1");
	struct result *r;

	(void)state;
	enter(s, "test");
	taken(s, op, 20);
	scene_event(s, EV_END, 900, "", "");
	r = judge(s->prog, &s->tr, &s->opts, a);
	scene_free(s);
	assert_str(r->findings[0].what, "F1 dut -> alice 2xx");
	assert_str(r->findings[0].file, "scenarios/refer/basic.ladder");
	assert_str(r->id, "refer/basic#one");
	arena_free(a);
}

static void test_judge_none(void **state)
{
	struct scene *s = begin();
	struct result *r =
		judge_none(s->prog, VERDICT_SKIP, STR("lacks refer"), s->a);

	(void)state;
	assert_int_equal(r->verdict, VERDICT_SKIP);
	assert_str(r->reason, "lacks refer");
	assert_int_equal(r->n, 0);
	scene_free(s);
}

static void test_words(void **state)
{
	(void)state;
	for (unsigned v = VERDICT_NONE; v <= VERDICT_NOT_RUN; v++) {
		enum verdict back;

		assert_true(
			verdict_from_word(str_from(verdict_word(v)), &back));
		assert_int_equal(back, v);
	}
	assert_false(verdict_from_word(STR("great"), &(enum verdict){ 0 }));
}

static void test_exit_codes(void **state)
{
	static const struct {
		enum verdict one, two;
		bool allow;
		int code;
	} rows[] = {
		{ VERDICT_PASS, VERDICT_WARN, false, 0 },
		{ VERDICT_PASS, VERDICT_KNOWN, false, 0 },
		{ VERDICT_PASS, VERDICT_FAIL, false, 1 },
		{ VERDICT_INCONCLUSIVE, VERDICT_FAIL, true, 1 },
		{ VERDICT_PASS, VERDICT_INCONCLUSIVE, false, 4 },
		{ VERDICT_PASS, VERDICT_INCONCLUSIVE, true, 0 },
		{ VERDICT_PASS, VERDICT_NOT_RUN, false, 4 },
		{ VERDICT_ERROR, VERDICT_FAIL, false, 5 },
		{ VERDICT_SKIP, VERDICT_SKIP, false, 77 },
		{ VERDICT_SKIP, VERDICT_PASS, false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct result one = { .verdict = rows[i].one };
		struct result two = { .verdict = rows[i].two };
		struct result *list[] = { &one, &two };
		struct run run = { .list = list, .n = 2 };

		assert_int_equal(run_exit_code(&run, rows[i].allow),
				 rows[i].code);
	}
	assert_int_equal(
		run_exit_code(&(struct run){ .bail = STR("silent") }, true), 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_branches),
		cmocka_unit_test(test_unexpected),
		cmocka_unit_test(test_monitors),
		cmocka_unit_test(test_plain_events),
		cmocka_unit_test(test_no_end_is_error),
		cmocka_unit_test(test_foreign_trace_is_error),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_known_failures),
		cmocka_unit_test(test_healed_is_told),
		cmocka_unit_test(test_waived),
		cmocka_unit_test(test_inconclusive_hides_no_failure),
		cmocka_unit_test(test_result_stands_alone),
		cmocka_unit_test(test_judge_none),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_exit_codes),
	};

	return cmocka_run_group_tests_name("verdict", tests, NULL, NULL);
}
