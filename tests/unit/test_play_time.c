/* SPDX-License-Identifier: MIT */
/* Rule 6: limits, windows, when a line is missing; waits; the deadline. */
#include "play_fix.h"

#define CALL                                                                   \
	"setup\n"                                                              \
	"alice -> dut INVITE {dut.uri} as a1 sdp offer\n"                      \
	"dut -> alice 200 on a1\n"                                             \
	"test\n"

static void late_is_a_finding_and_no_miss(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "100 200@3000");
	play(f, "test\n"
		"F1 alice -> dut INVITE {dut.uri} as a1\n"
		"F2 must dut -> alice 200 for F1 within 2s\n"
		"F3 alice -> dut BYE on a1\n"
		"F4 dut -> alice 200 for F3\n");
	assert_verdict(f, VERDICT_FAIL);
	assert_str(finding(f, "in time")->wanted, "within 2.000 s");
	assert_true(was_taken(f, "F4"));
}

static void within_counts_from_a_label(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "180@1000 200@1400");
	play(f, "test\n"
		"F1 alice -> dut INVITE {dut.uri} as a1\n"
		"F2 dut -> alice 180 for F1\n"
		"F3 must dut -> alice 200 for F1 within 500ms of F2\n");
	assert_verdict(f, VERDICT_PASS);
}

/* A limit counts from the send of its own strand. */
static void a_strand_counts_from_its_own_send(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "180@2700 200@3000");
	play(f, "test\n"
		"any order\n"
		"F1 alice -> dut INVITE {dut.uri} as a1\n"
		"F2 dut -> alice 180 for F1\n"
		"F3 must dut -> alice 200 for F1 within 2s\n"
		"and\n"
		"wait 2500ms\n"
		"F4 bob -> dut OPTIONS {dut.uri} as o\n"
		"F5 dut -> bob 200 for F4\n"
		"end\n");
	assert_verdict(f, VERDICT_FAIL);
	assert_int_equal(count_at(f, EV_LATE, "F3"), 1);
	assert_int_equal(count_at(f, EV_LATE, "F5"), 0);
}

/* Behind a choice it counts from the last send in the branch that was taken. */
static void behind_a_choice_the_branchs_send_counts(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "180@1000 486@2500");
	play(f, "test\n"
		"F1 alice -> dut INVITE {dut.uri} as a1\n"
		"either\n"
		"dut -> alice 180 for F1\n"
		"F2 bob -> dut OPTIONS {dut.uri} as o\n"
		"dut -> bob 200 for F2\n"
		"or\n"
		"dut -> alice 183 for F1\n"
		"end\n"
		"F3 must dut -> alice 486 for F1 within 2s\n");
	assert_verdict(f, VERDICT_PASS);
}

static void t_units_follow_t1(void **state)
{
	struct fix *f = *state;

	f->opts.t1 = 100 * NS_MS;
	on(f, "INVITE", "100 200@300");
	play(f, "test\n"
		"F1 alice -> dut INVITE {dut.uri} as a1\n"
		"F2 must dut -> alice 200 for F1 within 4T1\n");
	assert_verdict(f, VERDICT_PASS);
}

static void a_window_has_two_ends(void **state)
{
	static const struct {
		const char *does;
		enum verdict v;
	} rows[] = { { "202 NOTIFY:active:100@1000", VERDICT_FAIL },
		     { "202 NOTIFY:active:100@2000", VERDICT_PASS },
		     { "202 NOTIFY:active:100@3200", VERDICT_FAIL } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		void *fresh;
		struct fix *f;

		fix_setup(&fresh);
		f = fresh;
		on(f, "INVITE", "200");
		on(f, "REFER", rows[i].does);
		play(f, CALL "F1 alice -> dut REFER on a1\n"
			     "F2 dut -> alice 202 for F1\n"
			     "F3 must dut -> alice NOTIFY on a1"
			     " at 1500ms..3s of F2 reply 200\n");
		assert_verdict(f, rows[i].v);
		fix_teardown(&fresh);
	}
}

/* Only upper limits are stretched. */
static void slack_stretches_upper_limits_only(void **state)
{
	struct fix *f = *state;

	f->opts.slack = 3;
	on(f, "INVITE", "100 200@3000");
	on(f, "BYE", "200@1000");
	play(f, "test\n"
		"F1 alice -> dut INVITE {dut.uri} as a1\n"
		"F2 must dut -> alice 200 for F1 within 2s\n"
		"F3 alice -> dut BYE on a1\n"
		"F4 must dut -> alice 200 for F3 at 2s..3s of F3\n");
	assert_verdict(f, VERDICT_FAIL);
	assert_int_equal(count_at(f, EV_LATE, "F2"), 0);
	assert_int_equal(count_at(f, EV_LATE, "F4"), 1);
}

/* ---- missing ---- */

static void a_request_is_missing_after_ten_seconds(void **state)
{
	struct fix *f = *state;

	play(f, "test\nF1 must dut -> carol INVITE as k1 no-reply\n");
	assert_verdict(f, VERDICT_FAIL);
	assert_int_equal(finding(f, "F1")->t, 10 * NS_S);
}

static void a_final_response_is_missing_after_64_t1(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "180");
	play(f, "test\n"
		"F1 alice -> dut INVITE {dut.uri} as a1\n"
		"F2 must dut -> alice 200 for F1\n");
	assert_verdict(f, VERDICT_FAIL);
	assert_int_equal(finding(f, "F2")->t, 32 * NS_S);
}

static void a_provisional_one_after_ten_seconds(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "100");
	play(f, "test\n"
		"F1 alice -> dut INVITE {dut.uri} as a1\n"
		"F2 must dut -> alice 180 for F1\n");
	assert_verdict(f, VERDICT_FAIL);
	assert_int_equal(finding(f, "F2")->t, 10 * NS_S);
}

static void slack_stretches_them_too(void **state)
{
	struct fix *f = *state;

	f->opts.slack = 2;
	play(f, "test\nF1 must dut -> carol INVITE as k1 no-reply\n");
	assert_int_equal(finding(f, "F1")->t, 20 * NS_S);
}

static void a_longer_within_is_waited_for(void **state)
{
	struct fix *f = *state;

	at(f, 14000, "INVITE>carol");
	play(f, "test\n"
		"F1 must dut -> carol INVITE as k1 within 20s reply 486\n");
	assert_verdict(f, VERDICT_PASS);
}

/* A call may ring longer than its transaction would live unanswered: the line
 * that opens late has ten seconds of its own. */
static void a_call_that_rings_for_long(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "180 200@42000");
	play(f, "test\n"
		"F1 alice -> dut INVITE {dut.uri} as a1\n"
		"F2 dut -> alice 180 for F1\n"
		"wait 40s\n"
		"F3 must dut -> alice 200 for F1\n");
	assert_verdict(f, VERDICT_PASS);
}

/* ---- what is waited for by us ---- */

static void wait_is_exact(void **state)
{
	struct fix *f = *state;

	play(f, "test\nwait 1234ms\n"
		"F1 alice -> dut OPTIONS {dut.uri} as o\n"
		"dut -> alice 200 for F1\n");
	assert_int_equal(heard(f, "OPTIONS", 0)->ms, 1235);
}

static void a_wait_of_a_range_lies_in_it(void **state)
{
	struct fix *f = *state;

	play(f, "test\nwait 1s..2s\n"
		"F1 alice -> dut OPTIONS {dut.uri} as o\n"
		"dut -> alice 200 for F1\n");
	assert_in_range(heard(f, "OPTIONS", 0)->ms, 1000, 2001);
}

static void delay_sends_later(void **state)
{
	struct fix *f = *state;

	play(f, "test\n"
		"F1 alice -> dut OPTIONS {dut.uri} as o delay 700ms\n"
		"F2 bob -> dut OPTIONS {dut.uri} as p\n"
		"F3 must dut -> bob 200 for F2\n"
		"F4 must dut -> alice 200 for F1 within 100ms of F1\n");
	assert_verdict(f, VERDICT_PASS);
	/* only this one is slow: bob's overtakes it, and nothing repeats it */
	assert_true(heard(f, "OPTIONS", 0)->ms < 10);
	assert_int_equal(heard(f, "OPTIONS", 1)->ms, 701);
	assert_int_equal(count_heard(f, "OPTIONS"), 2);
	assert_int_equal(count_at(f, EV_SENT, "F1"), 1);
}

static void a_delayed_response(void **state)
{
	struct fix *f = *state;

	at(f, 10, "INVITE>carol");
	play(f, "test\n"
		"F1 dut -> carol INVITE as k1\n"
		"F2 carol -> dut 486 for F1 delay 300ms\n"
		"F3 must dut -> carol ACK for F2\n");
	assert_verdict(f, VERDICT_PASS);
	assert_true(heard(f, "486", 0)->ms >= 310);
}

static void what_comes_is_taken_later(void **state)
{
	struct fix *f = *state;

	at(f, 10, "INVITE>carol");
	play(f, "test\n"
		"F1 must dut -> carol INVITE as k1 within 100ms delay 2s\n"
		"F2 carol -> dut 486 for F1\n"
		"dut -> carol ACK for F2\n");
	assert_verdict(f, VERDICT_PASS); /* it counts with its arrival */
	assert_int_equal(heard(f, "486", 0)->ms, 2012);
}

static void the_deadline_ends_the_play(void **state)
{
	struct fix *f = *state;

	f->head = "timeout 5s\n";
	on(f, "INVITE", "180");
	play(f, "test\n"
		"F1 alice -> dut INVITE {dut.uri} as a1\n"
		"F2 must dut -> alice 200 for F1\n"
		"F3 alice -> dut BYE on a1\n");
	assert_verdict(f, VERDICT_INCONCLUSIVE);
	assert_str(f->result->reason, "timeout-before-purpose");
	assert_true(f->result->took < 8 * NS_S);
	assert_int_equal(count_heard(f, "CANCEL"), 1); /* nothing left behind */
}

/* What had been taken by then passed; what was still to come has not. */
static void the_deadline_is_no_end_of_a_watch(void **state)
{
	struct fix *f = *state;

	f->head = "timeout 5s\n";
	on(f, "INVITE", "200");
	on(f, "REFER", "202 NOTIFY:active:100@10");
	play(f, CALL "F1 alice -> dut REFER on a1\n"
		     "watch N must dut -> alice NOTIFY on a1 reply 200 "
		     "until Subscription-State.state is terminated\n"
		     "must not dut -> alice BYE on a1\n"
		     "dut -> alice 202 for F1\n");
	assert_verdict(f, VERDICT_INCONCLUSIVE);
	assert_str(f->result->reason, "timeout-before-purpose");
	assert_int_equal(finding(f, "N dut")->verdict, VERDICT_NONE);
	assert_str(finding(f, "N dut")->reason, "not-reached");
	assert_int_equal(finding(f, "must not")->verdict, VERDICT_NONE);
}

static void the_deadline_in_a_wait_is_no_pass(void **state)
{
	struct fix *f = *state;

	f->head = "timeout 5s\n";
	on(f, "INVITE", "200");
	play(f, CALL "must not dut -> alice BYE on a1\n"
		     "wait 20s\n");
	assert_verdict(f, VERDICT_INCONCLUSIVE);
	assert_str(f->result->reason, "timeout-before-purpose");
	assert_int_equal(finding(f, "must not")->verdict, VERDICT_NONE);
}

/* A deadline behind the last line cuts nothing; Ctrl-C ends the linger, too. */
static void the_deadline_in_the_linger_is_none(void **state)
{
	struct fix *f = *state;

	f->head = "timeout 2s\n";
	f->opts.slack = 0.1;
	on(f, "INVITE", "200");
	play(f, CALL "wait 170ms\n");
	assert_verdict(f, VERDICT_PASS);
	assert_true(f->result->took > 200 * NS_MS);
}

static void a_stop_ends_the_linger(void **state)
{
	struct fix *f = *state;

	f->opts.slack = 100;
	on(f, "INVITE", "200");
	play_begin(f, CALL "wait 100ms\n");
	play_until(f, 1000);
	play_stop(f->play, "interrupted");
	play_end(f);
	assert_true(f->result->took < 3 * NS_S);
	assert_int_equal(count_heard(f, "BYE"), 1);
}

/* ---- the same seed, the same play ---- */

static void run_once(uint64_t seed, struct buf *out)
{
	void *fresh;
	struct fix *f;

	fix_setup(&fresh);
	f = fresh;
	f->opts.seed = seed;
	on(f, "INVITE", "180 200@30");
	on(f, "REFER", "202 NOTIFY:terminated:200@20");
	play(f, CALL "wait 100ms..900ms\n"
		     "F1 alice -> dut REFER on a1\n"
		     "watch N dut -> alice NOTIFY on a1 reply 200\n"
		     "dut -> alice 202 for F1\n"
		     "join N\n");
	for (size_t i = 0; i < f->trace.n; i++)
		trace_line(&f->trace.list[i], out);
	fix_teardown(&fresh);
}

static void one_seed_gives_the_same_bytes(void **state)
{
	buf_auto a = { 0 }, b = { 0 }, c = { 0 };

	(void)state;
	run_once(7, &a);
	run_once(7, &b);
	run_once(8, &c);
	assert_true(str_eq(buf_str(&a), buf_str(&b)));
	assert_false(str_eq(buf_str(&a), buf_str(&c)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(late_is_a_finding_and_no_miss),
		TEST(within_counts_from_a_label),
		TEST(a_strand_counts_from_its_own_send),
		TEST(behind_a_choice_the_branchs_send_counts),
		TEST(t_units_follow_t1),
		TEST(a_window_has_two_ends),
		TEST(slack_stretches_upper_limits_only),
		TEST(a_request_is_missing_after_ten_seconds),
		TEST(a_final_response_is_missing_after_64_t1),
		TEST(a_provisional_one_after_ten_seconds),
		TEST(slack_stretches_them_too),
		TEST(a_longer_within_is_waited_for),
		TEST(a_call_that_rings_for_long),
		TEST(wait_is_exact),
		TEST(a_wait_of_a_range_lies_in_it),
		TEST(delay_sends_later),
		TEST(a_delayed_response),
		TEST(what_comes_is_taken_later),
		TEST(the_deadline_ends_the_play),
		TEST(the_deadline_is_no_end_of_a_watch),
		TEST(the_deadline_in_a_wait_is_no_pass),
		TEST(the_deadline_in_the_linger_is_none),
		TEST(a_stop_ends_the_linger),
		TEST(one_seed_gives_the_same_bytes),
	};

	return cmocka_run_group_tests_name("play_time", tests, NULL, NULL);
}
