/* SPDX-License-Identifier: MIT */
/* The judge on lines: each rule on a program and a trace made by hand. */
#include "scene_play.h"

static const char text[] =
	"must   status is {edition.refer-accepted}  "
	"[rfc3515-2.4.2-i rfc7647-5-a]   # 202\n"
	"        must not To.tag   present   [rfc3261-8.1.1-a]\n"
	"last must   Event.id is [::1]\n"
	"should  Contact ~ \"a # b [x-y]\"\n"
	"may  Server present\n"
	"note Server\n"
	"must N.last.sipfrag.status in (200..299)   after F5\n";

static struct scene *begin(void)
{
	return begin_with(text);
}

/* ---- lines ---- */

static void test_empty_play_passes(void **state)
{
	struct scene *s = begin();
	struct result *r = finish(s);

	(void)state;
	assert_int_equal(r->verdict, VERDICT_PASS);
	assert_str(r->id, "refer/basic#one");
	assert_int_equal(r->took, 900 * NS_MS);
	assert_int_equal(r->plays, 1);
	scene_free(s);
}

static void test_taken_line(void **state)
{
	struct scene *s = begin();
	struct op *op = scene_line(s, "F2", "dut -> alice 2xx for F1",
				   WORD_NONE, LEVEL_MUST, "a-1 b-2");
	struct op *plain = scene_line(s, "F3", "dut -> alice BYE", WORD_NONE,
				      LEVEL_MUST, "");
	const struct finding *f;

	(void)state;
	enter(s, "test");
	taken(s, op, 105);
	taken(s, plain, 106);
	assert_int_equal(finish(s)->verdict, VERDICT_PASS);
	assert_int_equal(s->r->n, 1);
	f = scene_find(s, "F2 dut -> alice 2xx for F1");
	assert_int_equal(f->verdict, VERDICT_PASS);
	assert_str(f->reqs, "a-1 b-2");
	assert_str(f->level, "must");
	assert_str(f->label, "F2");
	assert_str(f->file, "scenarios/refer/basic.ladder");
	assert_str(f->message, "BYE sip:alice@127.0.0.2 SIP/2.0");
	assert_int_equal(f->t, 105 * NS_MS);
	scene_free(s);
}

/* What a line that did not come makes of its scenario. */
static void test_missing_lines(void **state)
{
	static const struct {
		enum word word;
		enum level level;
		const char *ids;
		unsigned status;
		bool strict;
		enum verdict verdict;
		const char *reason;
	} rows[] = {
		{ WORD_MUST, LEVEL_NOTE, "", 0, false, VERDICT_FAIL, "" },
		{ WORD_NONE, LEVEL_MUST, "a-1", 0, false, VERDICT_FAIL, "" },
		{ WORD_NONE, LEVEL_MUST, "", 0, false, VERDICT_INCONCLUSIVE,
		  "timeout-before-purpose" },
		{ WORD_NONE, LEVEL_MUST, "", 486, false, VERDICT_INCONCLUSIVE,
		  "other-permitted-branch" },
		{ WORD_SHOULD, LEVEL_MUST, "", 0, false, VERDICT_WARN, "" },
		{ WORD_NONE, LEVEL_SHOULD, "a-1", 0, false, VERDICT_WARN, "" },
		{ WORD_NONE, LEVEL_SHOULD, "a-1", 0, true, VERDICT_FAIL, "" },
		{ WORD_MUST, LEVEL_NOTE, "a-1", 0, false, VERDICT_PASS, "" },
		/* no rule that is in force here asks for it */
		{ WORD_NONE, LEVEL_NOTE, "a-1", 0, true, VERDICT_INCONCLUSIVE,
		  "timeout-before-purpose" },
		{ WORD_MAY, LEVEL_NOTE, "a-1", 0, true, VERDICT_PASS, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct scene *s = begin();
		struct op *op =
			scene_line(s, "F2", "dut -> alice 2xx", rows[i].word,
				   rows[i].level, rows[i].ids);

		s->opts.strict = rows[i].strict;
		enter(s, "test");
		scene_miss(s, op, 800, rows[i].status, "REFER");
		finish(s);
		assert_int_equal(s->r->verdict, rows[i].verdict);
		assert_str(s->r->reason, rows[i].reason);
		assert_int_equal(scene_find(s, "F2 dut -> alice 2xx")->t,
				 800 * NS_MS);
		scene_free(s);
	}
}

static void test_setup_is_preamble(void **state)
{
	struct scene *s = begin();
	struct op *op =
		scene_op(s, PHASE_SETUP, OP_EXPECT, "", "dut -> a 200", 1);
	struct op *checked =
		scene_op(s, PHASE_SETUP, OP_EXPECT, "S", "dut -> a 180", 1);

	(void)state;
	op->word = WORD_MUST;
	scene_check(s, checked, 1, WORD_MUST, LEVEL_MUST, "a-1");
	taken(s, checked, 1);
	scene_checked(s, checked, 0, 1, false, "status is 202", "200");
	scene_miss(s, op, 5, 500, "INVITE");
	finish(s);
	assert_int_equal(s->r->verdict, VERDICT_INCONCLUSIVE);
	assert_str(s->r->reason, "preamble");
	assert_str(s->r->phase, "setup");
	assert_int_equal(
		scene_find(s, "S status is {edition.refer-accepted}")->verdict,
		VERDICT_INCONCLUSIVE);
	scene_free(s);
}

static void test_cleanup_only_warns(void **state)
{
	struct scene *s = begin();
	struct op *op =
		scene_op(s, PHASE_CLEANUP, OP_EXPECT, "", "dut -> a 200", 1);

	(void)state;
	op->word = WORD_MUST;
	enter(s, "cleanup");
	scene_miss(s, op, 5, 0, "BYE");
	assert_int_equal(finish(s)->verdict, VERDICT_WARN);
	scene_free(s);
}

static void test_trigger(void **state)
{
	struct scene *s = begin();
	struct op *op =
		scene_op(s, PHASE_SETUP, OP_TRIGGER, "", "trigger call", 1);

	(void)state;
	scene_miss(s, op, 5, 0, "");
	assert_int_equal(finish(s)->verdict, VERDICT_INCONCLUSIVE);
	assert_str(s->r->reason, "trigger");
	scene_free(s);
}

/* Rule 14: what was never claimed may be refused, in four ways. */
static void test_clean_refusal(void **state)
{
	static const struct {
		unsigned status, lo, nunclaimed;
		enum verdict verdict;
	} rows[] = {
		{ 603, 200, 1, VERDICT_SKIP }, { 403, 202, 1, VERDICT_SKIP },
		{ 405, 200, 1, VERDICT_SKIP }, { 501, 200, 1, VERDICT_SKIP },
		{ 603, 200, 0, VERDICT_FAIL }, { 404, 200, 1, VERDICT_FAIL },
		{ 603, 400, 1, VERDICT_FAIL }, { 0, 200, 1, VERDICT_FAIL },
	};
	static struct str claims[] = { { "refer", 5 } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct scene *s = begin();
		struct status_range range = { rows[i].lo, rows[i].lo + 99 };
		struct op *before = scene_line(s, "F1", "dut -> a NOTIFY",
					       WORD_MUST, LEVEL_MUST, "a-1");
		struct op *op = scene_line(s, "F2", "dut -> alice 2xx",
					   WORD_MUST, LEVEL_MUST, "a-2");

		op->line.expect.match.kind = MSG_RESPONSE;
		op->line.expect.match.statuses = &range;
		op->line.expect.match.nstatuses = 1;
		s->prog->unclaimed = claims;
		s->prog->nunclaimed = rows[i].nunclaimed;
		enter(s, "test");
		taken(s, before, 20);
		scene_miss(s, op, 800, rows[i].status, "REFER");
		finish(s);
		assert_int_equal(s->r->verdict, rows[i].verdict);
		if (rows[i].status == 603 && rows[i].verdict == VERDICT_SKIP)
			assert_str(s->r->reason,
				   "REFER refused with 603; `claims refer` in "
				   "the device file makes this a failure");
		scene_free(s);
	}
}

static void test_late_and_after(void **state)
{
	struct scene *s = begin();
	struct op *op = scene_line(s, "F2", "dut -> alice 2xx", WORD_SHOULD,
				   LEVEL_MUST, "");
	struct label f5 = { .name = STR("F5") };

	(void)state;
	op->line.expect.after = &f5;
	enter(s, "test");
	taken(s, op, 105);
	scene_about(s, EV_LATE, 106, op, 1);
	scene_about(s, EV_AFTER, 106, op, 1);
	assert_int_equal(finish(s)->verdict, VERDICT_WARN);
	assert_string_equal(scene_find(s, "F2 dut -> alice 2xx in time")->kind,
			    "late");
	assert_string_equal(scene_find(s, "F2 dut -> alice 2xx after F5")->kind,
			    "after");
	scene_free(s);
}

/* ---- checks ---- */

static struct op *checked_line(struct scene *s)
{
	struct op *op =
		scene_op(s, PHASE_TEST, OP_WATCH, "N", "dut -> bob NOTIFY", 1);

	scene_check(s, op, 1, WORD_MUST, LEVEL_MUST, "a-1");
	scene_check(s, op, 2, WORD_MUST_NOT, LEVEL_MUST, "a-2");
	scene_check(s, op, 3, WORD_MUST, LEVEL_MUST, "")->pick = PICK_LAST;
	scene_check(s, op, 4, WORD_SHOULD, LEVEL_SHOULD, "");
	scene_check(s, op, 5, WORD_MAY, LEVEL_NOTE, "a-3");
	scene_check(s, op, 6, WORD_NONE, LEVEL_NOTE, "")->note = true;
	enter(s, "test");
	return op;
}

static void test_check_names(void **state)
{
	struct scene *s = begin();
	struct op *op = checked_line(s);

	(void)state;
	taken(s, op, 20);
	for (uint32_t i = 0; i < 6; i++)
		scene_checked(s, op, i, 1, true, "w", "g");
	assert_int_equal(finish(s)->verdict, VERDICT_PASS);
	scene_find(s, "N status is {edition.refer-accepted}");
	scene_find(s, "N not To.tag present");
	scene_find(s, "N last Event.id is [::1]");
	scene_find(s, "N Contact ~ \"a # b [x-y]\"");
	assert_int_equal(scene_find(s, "N Server present")->verdict,
			 VERDICT_PASS);
	assert_string_equal(scene_find(s, "N Server")->kind, "note");
	scene_free(s);
}

static void test_check_alone(void **state)
{
	struct scene *s = begin();
	struct op *op = scene_op(s, PHASE_TEST, OP_CHECK, "", "", 7);

	(void)state;
	op->check.word = WORD_MUST;
	op->check.at = scene_loc(s, 7);
	enter(s, "test");
	scene_checked(s, op, 0, EV_NONE, false, "w", "g");
	assert_int_equal(finish(s)->verdict, VERDICT_FAIL);
	assert_int_equal(
		scene_find(s, "N.last.sipfrag.status in (200..299) after F5")
			->line,
		7);
	scene_free(s);
}

/* One finding a check: the worst, with what the first broken message had. */
static void test_checks_fold(void **state)
{
	struct scene *s = begin();
	struct op *op = checked_line(s);
	const struct finding *f;

	(void)state;
	taken(s, op, 20);
	scene_checked(s, op, 0, 1, true, "status is 202", "202");
	taken(s, op, 30);
	scene_checked(s, op, 0, 2, false, "status is 202", "200");
	taken(s, op, 40);
	scene_checked(s, op, 0, 3, false, "status is 202", "603");
	assert_int_equal(finish(s)->verdict, VERDICT_FAIL);
	f = scene_find(s, "N status is {edition.refer-accepted}");
	assert_str(f->got, "200");
	assert_int_equal(f->rec, 2);
	assert_int_equal(f->t, 30 * NS_MS);
	assert_str(f->detail, "2 of 3 messages");
	scene_free(s);
}

static void test_check_levels(void **state)
{
	static const struct {
		uint32_t broken;
		bool strict;
		enum verdict verdict;
	} rows[] = {
		{ 0, false, VERDICT_FAIL }, { 1, false, VERDICT_FAIL },
		{ 2, false, VERDICT_FAIL }, { 3, false, VERDICT_WARN },
		{ 3, true, VERDICT_FAIL },  { 4, false, VERDICT_PASS },
		{ 4, true, VERDICT_PASS },  { 5, true, VERDICT_PASS },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct scene *s = begin();
		struct op *op = checked_line(s);

		s->opts.strict = rows[i].strict;
		taken(s, op, 20);
		for (uint32_t k = 0; k < 6; k++)
			scene_checked(s, op, k, 1, k != rows[i].broken, "w",
				      "g");
		assert_int_equal(finish(s)->verdict, rows[i].verdict);
		scene_free(s);
	}
}

static void test_notes_are_gathered(void **state)
{
	static const char *const values[] = { "100", "180", "100", "200" };
	struct scene *s = begin();
	struct op *op = checked_line(s);

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
		struct event ev = event_of(EV_NOTE, 1);

		ev.op = op->id;
		ev.check = 5;
		ev.got = str_from(values[i]);
		scene_add(s, ev);
	}
	finish(s);
	assert_str(scene_find(s, "N Server")->got, "100, 180, 200");
	scene_free(s);
}

/* ---- guards, branches, what was not reached ---- */

static struct op *guard(struct scene *s, enum word word)
{
	struct op *op = scene_op(s, PHASE_TEST, OP_GUARD, "",
				 "dut -> alice BYE on a1", 1);

	op->word = word;
	return op;
}

static void test_guard(void **state)
{
	struct scene *s = begin();
	struct op *op = guard(s, WORD_MUST_NOT),
		  *held = guard(s, WORD_MUST_NOT);
	const struct finding *f;

	(void)state;
	held->arrow = STR("dut -> bob any");
	enter(s, "test");
	scene_about(s, EV_OPEN, 10, op, EV_NONE);
	scene_about(s, EV_OPEN, 10, held, EV_NONE);
	scene_about(s, EV_GUARD, 20, op, message(s, 20));
	scene_event(s, EV_UNEXPECTED, 20, "", "no line was open");
	s->tr.list[s->tr.n - 1].rec = 1;
	assert_int_equal(finish(s)->verdict, VERDICT_FAIL);
	assert_int_equal(s->r->n, 2);
	f = scene_find(s, "must not dut -> alice BYE on a1");
	assert_str(f->got, "BYE sip:alice@127.0.0.2 SIP/2.0");
	assert_int_equal(scene_find(s, "must not dut -> bob any")->verdict,
			 VERDICT_PASS);
	scene_free(s);
}

static void test_should_guard_warns(void **state)
{
	struct scene *s = begin();
	struct op *op = guard(s, WORD_SHOULD_NOT);

	(void)state;
	enter(s, "test");
	scene_about(s, EV_GUARD, 20, op, message(s, 20));
	assert_int_equal(finish(s)->verdict, VERDICT_WARN);
	scene_free(s);
}

static void test_not_reached(void **state)
{
	struct scene *s = begin();
	struct op *g = guard(s, WORD_MUST_NOT);
	struct op *f1 = scene_line(s, "F1", "dut -> alice 2xx", WORD_MUST,
				   LEVEL_MUST, "a-1");
	struct op *f2 = scene_line(s, "F2", "dut -> alice BYE", WORD_NONE,
				   LEVEL_MUST, "a-2");

	(void)state;
	scene_check(s, f2, 1, WORD_MUST, LEVEL_MUST, "a-3");
	scene_op(s, PHASE_TEST, OP_SEND, "F3", "alice -> dut BYE", 1);
	enter(s, "test");
	scene_about(s, EV_OPEN, 10, g, EV_NONE);
	scene_miss(s, f1, 800, 0, "INVITE");
	assert_int_equal(finish(s)->verdict, VERDICT_FAIL);
	assert_int_equal(scene_find(s, "F2 dut -> alice BYE")->verdict,
			 VERDICT_NONE);
	assert_str(scene_find(s, "F2 dut -> alice BYE")->reason, "not-reached");
	assert_str(scene_find(s, "F3 alice -> dut BYE")->reason, "not-reached");
	assert_str(scene_find(s, "F2 status is {edition.refer-accepted}")->reqs,
		   "a-3");
	/* a guard that was cut short has proved nothing */
	assert_int_equal(
		scene_find(s, "must not dut -> alice BYE on a1")->verdict,
		VERDICT_NONE);
	scene_free(s);
}

/* Nothing failed and yet the test did not get to its end: never a pass. */
static void test_broken_off(void **state)
{
	struct scene *s = begin();
	struct op *op = scene_line(s, "F1", "dut -> alice 2xx", WORD_NONE,
				   LEVEL_MUST, "");

	(void)state;
	enter(s, "test");
	scene_about(s, EV_OPEN, 10, op, EV_NONE);
	scene_event(s, EV_END, 900, "", "the scenario's time is up");
	scene_judge(s);
	assert_int_equal(s->r->verdict, VERDICT_INCONCLUSIVE);
	assert_str(s->r->reason, "timeout-before-purpose");
	assert_str(scene_find(s, "the test broke off")->detail,
		   "the scenario's time is up");
	scene_free(s);
}

static void test_may_line_not_seen(void **state)
{
	struct scene *s = begin();
	struct op *op = scene_line(s, "F1", "dut -> alice 181", WORD_MAY,
				   LEVEL_NOTE, "a-1");

	(void)state;
	enter(s, "test");
	scene_about(s, EV_OPEN, 10, op, EV_NONE);
	assert_int_equal(finish(s)->verdict, VERDICT_PASS);
	assert_str(scene_find(s, "F1 dut -> alice 181")->reason, "not-seen");
	scene_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty_play_passes),
		cmocka_unit_test(test_taken_line),
		cmocka_unit_test(test_missing_lines),
		cmocka_unit_test(test_setup_is_preamble),
		cmocka_unit_test(test_cleanup_only_warns),
		cmocka_unit_test(test_trigger),
		cmocka_unit_test(test_clean_refusal),
		cmocka_unit_test(test_late_and_after),
		cmocka_unit_test(test_check_names),
		cmocka_unit_test(test_check_alone),
		cmocka_unit_test(test_checks_fold),
		cmocka_unit_test(test_check_levels),
		cmocka_unit_test(test_notes_are_gathered),
		cmocka_unit_test(test_guard),
		cmocka_unit_test(test_should_guard_warns),
		cmocka_unit_test(test_not_reached),
		cmocka_unit_test(test_broken_off),
		cmocka_unit_test(test_may_line_not_seen),
	};

	return cmocka_run_group_tests_name("judge", tests, NULL, NULL);
}
