/* SPDX-License-Identifier: MIT */
/* Rule 7: what is lost on the way, and what is withheld. */
#include "play_fix.h"

#define TIMES(f, what, ...)                                                    \
	do {                                                                   \
		const long ms_[] = { __VA_ARGS__ };                            \
		assert_times((f), (what), ms_, sizeof(ms_) / sizeof(*ms_));    \
	} while (0)

/* Milliseconds at which the device heard it; 1 ms is the way. */
static void assert_times(struct fix *f, const char *what, const long *ms,
			 unsigned n)
{
	assert_int_equal(count_heard(f, what), n);
	for (unsigned i = 0; i < n; i++)
		assert_int_equal(heard(f, what, i)->ms, ms[i] + 1);
}

/* ---- drop ---- */

static void our_dropped_request_goes_with_its_repeat(void **state)
{
	struct fix *f = *state;

	play(f, "test\n"
		"F1 alice -> dut OPTIONS {dut.uri} as o drop\n"
		"F2 dut -> alice 200 for F1\n");
	assert_verdict(f, VERDICT_PASS);
	TIMES(f, "OPTIONS", 500);
	assert_int_equal(count_class(f, REC_EVENT, true), 1);
	assert_int_equal(count_at(f, EV_SENT, "F1"), 1);
}

static void our_dropped_final_goes_with_its_repeat(void **state)
{
	struct fix *f = *state;

	at(f, 9, "INVITE>carol");
	play(f, "test\n"
		"F1 dut -> carol INVITE as k1\n"
		"F2 carol -> dut 486 for F1 drop\n"
		"F3 dut -> carol ACK for F2\n");
	assert_verdict(f, VERDICT_PASS);
	TIMES(f, "486", 510);
}

/* As if lost on the way: not answered, and its repeat is the message. */
static void their_dropped_request_is_taken_with_its_repeat(void **state)
{
	struct fix *f = *state;

	at(f, 10, "INVITE>carol");
	play_begin(f, "test\n"
		      "F1 must dut -> carol INVITE as k1 drop reply 486\n"
		      "dut -> carol ACK on k1\n"
		      "must F1.repeats at T1 tolerance 20%\n"
		      "must F1.repeats.count is 1\n");
	play_until(f, 510);
	assert_int_equal(count_heard(f, "486"), 0);
	device_repeats(f, 0);
	play_end(f);
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "486"), 1);
	assert_int_equal(count_at(f, EV_TAKE, "F1"), 1);
}

static void a_drop_without_a_repeat_is_missing(void **state)
{
	struct fix *f = *state;

	at(f, 10, "INVITE>carol");
	play(f, "test\n"
		"F1 must dut -> carol INVITE as k1 drop reply 486\n");
	assert_verdict(f, VERDICT_FAIL);
	assert_int_equal(count_class(f, REC_EVENT, false), 1);
}

/* A lost final response: our request is repeated, and gets it again. */
static void their_dropped_final_comes_again(void **state)
{
	struct fix *f = *state;

	f->minds_repeats = true;
	on(f, "OPTIONS", "200");
	play(f, "test\n"
		"F1 alice -> dut OPTIONS {dut.uri} as o\n"
		"F2 must dut -> alice 200 for F1 drop\n");
	assert_verdict(f, VERDICT_PASS);
	TIMES(f, "OPTIONS", 0, 500);
}

static void their_dropped_ack_comes_again(void **state)
{
	struct fix *f = *state;

	f->minds_repeats = true;
	at(f, 9, "INVITE>carol");
	play(f, "test\n"
		"F1 dut -> carol INVITE as k1\n"
		"F2 carol -> dut 486 for F1\n"
		"F3 must dut -> carol ACK for F2 drop\n");
	assert_verdict(f, VERDICT_PASS);
	TIMES(f, "486", 10, 510);
	assert_true(was_taken(f, "F3"));
}

/* The call is up for the device, and not for us: its 2xx comes again. */
static void their_dropped_2xx_comes_again(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200 again@500");
	play(f, "test\n"
		"F1 alice -> dut INVITE {dut.uri} as a1\n"
		"F2 must dut -> alice 200 for F1 drop\n"
		"must F2.repeats at T1 tolerance 20%\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "ACK"), 1);
	assert_true(heard(f, "ACK", 0)->ms >= 500);
}

static void our_dropped_2xx_goes_with_its_repeat(void **state)
{
	struct fix *f = *state;

	at(f, 9, "INVITE>carol");
	play(f, "test\n"
		"F1 dut -> carol INVITE as k1\n"
		"F2 carol -> dut 200 for F1 drop\n"
		"F3 dut -> carol ACK for F2\n"
		"F4 carol -> dut BYE on k1\n"
		"dut -> carol 200 for F4\n");
	assert_verdict(f, VERDICT_PASS);
	TIMES(f, "200", 510);
}

/* The copies of one lost message are one message. */
static void repeats_have_their_window(void **state)
{
	struct fix *f = *state;

	at(f, 10, "INVITE>carol");
	play_begin(f, "test\n"
		      "F1 must dut -> carol INVITE as k1 drop reply 486\n"
		      "dut -> carol ACK on k1\n"
		      "must F1.repeats at T1 tolerance 20%\n"
		      "must F1.repeats.count is 1\n");
	play_until(f, 810);
	device_repeats(f, 0);
	play_end(f);
	assert_verdict(f, VERDICT_FAIL);
	assert_str(finding(f, "F1.repeats at")->got, "800ms");
}

/* What is late by the tolerance is late by it times the slack; what is early
 * stays early. */
static void slack_is_for_late_repeats(void **state)
{
	static const struct {
		long ms;
		double slack;
		enum verdict verdict;
	} cases[] = {
		{ 590, 1, VERDICT_PASS },   { 690, 1, VERDICT_FAIL },
		{ 690, 2, VERDICT_PASS },   { 710, 2, VERDICT_FAIL },
		{ 590, 0.5, VERDICT_PASS }, { 390, 3, VERDICT_FAIL },
	};
	struct fix *f;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		fix_teardown(state);
		fix_setup(state);
		f = *state;
		f->opts.slack = cases[i].slack;
		at(f, 0, "INVITE>carol");
		play_begin(f, "test\n"
			      "F1 must dut -> carol INVITE as k1 drop "
			      "reply 486\n"
			      "dut -> carol ACK on k1\n"
			      "must F1.repeats at T1 tolerance 20%\n");
		play_until(f, cases[i].ms);
		device_repeats(f, 0);
		play_end(f);
		assert_verdict(f, cases[i].verdict);
	}
}

/* ---- drop and delay of a repeat ---- */

static void our_dropped_again_is_not_sent(void **state)
{
	struct fix *f = *state;

	play(f, "test\n"
		"F1 alice -> dut OPTIONS {dut.uri} as o\n"
		"F2 dut -> alice 200 for F1\n"
		"F3 alice -> dut again F1 drop\n"
		"wait 50ms\n");
	assert_verdict(f, VERDICT_PASS);
	TIMES(f, "OPTIONS", 0);
	assert_int_equal(count_class(f, REC_EVENT, true), 1);
	assert_int_equal(count_at(f, EV_SENT, "F3"), 1);
}

static void our_delayed_again_goes_later(void **state)
{
	struct fix *f = *state;

	play(f, "test\n"
		"F1 alice -> dut OPTIONS {dut.uri} as o\n"
		"F2 dut -> alice 200 for F1\n"
		"F3 alice -> dut again F1 delay 300ms\n");
	assert_verdict(f, VERDICT_PASS);
	TIMES(f, "OPTIONS", 0, 302);
	assert_int_equal(count_at(f, EV_SENT, "F3"), 1);
	assert_int_equal(count_class(f, REC_REPEAT, true), 1);
}

/* The first repeat is lost, the second is taken. */
static void their_dropped_again_comes_once_more(void **state)
{
	struct fix *f = *state;

	at(f, 10, "INVITE>carol");
	play_begin(f, "test\n"
		      "F1 dut -> carol INVITE as k1 no-reply\n"
		      "F2 must dut -> carol again F1 drop\n"
		      "carol -> dut 486 for F1\n"
		      "dut -> carol ACK on k1\n");
	play_until(f, 510);
	device_repeats(f, 0);
	play_until(f, 600);
	assert_int_equal(count_heard(f, "486"), 0);
	play_until(f, 1510);
	device_repeats(f, 0);
	play_end(f);
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "486"), 1);
	assert_int_equal(count_at(f, EV_TAKE, "F2"), 1);
}

static void their_delayed_again_is_taken_later(void **state)
{
	struct fix *f = *state;

	at(f, 10, "INVITE>carol");
	play_begin(f, "test\n"
		      "F1 dut -> carol INVITE as k1 no-reply\n"
		      "F2 must dut -> carol again F1 delay 300ms\n"
		      "carol -> dut 486 for F1\n"
		      "dut -> carol ACK on k1\n");
	play_until(f, 510);
	device_repeats(f, 0);
	play_end(f);
	assert_verdict(f, VERDICT_PASS);
	assert_in_range(heard(f, "486", 0)->ms, 810, 815);
}

/* ---- duplicate ---- */

static void our_duplicate_is_sent_twice(void **state)
{
	struct fix *f = *state;

	play(f, "test\n"
		"F1 alice -> dut OPTIONS {dut.uri} as o duplicate\n"
		"F2 dut -> alice 200 for F1\n");
	assert_verdict(f, VERDICT_PASS);
	TIMES(f, "OPTIONS", 0, 0);
	assert_int_equal(count_at(f, EV_SENT, "F1"), 1);
}

/* Our answer is repeated; the device is not blamed for the copy. */
static void their_duplicate_comes_twice(void **state)
{
	struct fix *f = *state;

	at(f, 9, "INVITE>carol");
	play(f, "test\n"
		"F1 dut -> carol INVITE as k1 duplicate\n"
		"F2 carol -> dut 486 for F1\n"
		"F3 dut -> carol ACK for F2\n"
		"must F1.repeats.count is 0\n");
	assert_verdict(f, VERDICT_PASS);
	TIMES(f, "486", 10, 10);
	assert_int_equal(count_class(f, REC_REPEAT, false), 0);
}

static void their_duplicate_2xx_is_acked_twice(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	play(f, "test\n"
		"F1 alice -> dut INVITE {dut.uri} as a1\n"
		"F2 dut -> alice 200 for F1 duplicate\n"
		"must F2.repeats.count is 0\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "ACK"), 2);
}

/* ---- reorder ---- */

static void our_next_overtakes_it(void **state)
{
	struct fix *f = *state;

	play(f, "test\n"
		"F1 alice -> dut OPTIONS {dut.uri} as o reorder\n"
		"F2 alice -> dut MESSAGE {dut.uri} as m\n"
		"dut -> alice 200 for F1\n"
		"dut -> alice 405 for F2\n");
	assert_int_equal(heard(f, "OPTIONS", 0)->ms, 1);
	assert_true(heard(f, "MESSAGE", 0) < heard(f, "OPTIONS", 0));
	assert_int_equal(count_heard(f, "OPTIONS"), 1);
	assert_int_equal(count_at(f, EV_SENT, "F1"), 1);
}

static void what_nothing_overtakes_goes_after_t1(void **state)
{
	struct fix *f = *state;

	play(f, "test\n"
		"F1 alice -> dut OPTIONS {dut.uri} as o reorder\n"
		"F2 dut -> alice 200 for F1\n");
	assert_verdict(f, VERDICT_PASS);
	TIMES(f, "OPTIONS", 500);
}

/* The 202 is seen behind the NOTIFY that was sent behind it. */
static void their_next_overtakes_it(void **state)
{
	struct fix *f = *state;

	on(f, "REFER", "202 NOTIFY:terminated:200@100");
	play(f, "test\n"
		"F1 alice -> dut REFER {dut.uri} as a1\n"
		"  Refer-To: <{carol.uri}>\n"
		"F2 dut -> alice 202 for F1 reorder\n"
		"F3 dut -> alice NOTIFY on a1 reply 200\n"
		"F4 alice -> dut OPTIONS {dut.uri} as o\n"
		"dut -> alice 200 for F4\n");
	assert_verdict(f, VERDICT_PASS);
	assert_in_range(heard(f, "OPTIONS", 0)->ms, 100, 110);
}

/* ---- no-ack ---- */

static void no_ack_withholds_the_ack_to_a_2xx(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200 again@500");
	play(f, "test\n"
		"F1 alice -> dut INVITE {dut.uri} as a1 no-ack\n"
		"F2 dut -> alice 200 for F1\n"
		"wait 700ms\n"
		"F3 alice -> dut ACK on a1\n"
		"must F2.repeats.count is 1\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "ACK"), 1);
	assert_true(heard(f, "ACK", 0)->ms > 700);
	assert_int_equal(heard(f, "ACK", 0)->pkt->cseq,
			 heard(f, "INVITE", 0)->pkt->cseq);
	assert_true(count_class(f, REC_EVENT, true) >= 1); /* withheld */
}

static void no_ack_withholds_that_to_a_refusal(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "302 again@500 again@900");
	play(f, "test\n"
		"F1 alice -> dut INVITE {dut.uri} as a1 no-ack\n"
		"F2 dut -> alice 302 for F1\n"
		"wait 700ms\n"
		"F3 alice -> dut ACK for F2\n"
		"wait 400ms\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "ACK"), 2); /* and to the repeat */
	assert_true(heard(f, "ACK", 0)->ms > 700);
	assert_true(str_eq(pkt_branch(heard(f, "ACK", 0)->pkt),
			   pkt_branch(heard(f, "INVITE", 0)->pkt)));
	assert_true(str_eq(pkt_to_tag(heard(f, "ACK", 0)->pkt), STR("dev")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(our_dropped_request_goes_with_its_repeat),
		TEST(our_dropped_final_goes_with_its_repeat),
		TEST(their_dropped_request_is_taken_with_its_repeat),
		TEST(a_drop_without_a_repeat_is_missing),
		TEST(their_dropped_final_comes_again),
		TEST(their_dropped_ack_comes_again),
		TEST(their_dropped_2xx_comes_again),
		TEST(our_dropped_2xx_goes_with_its_repeat),
		TEST(repeats_have_their_window),
		TEST(slack_is_for_late_repeats),
		TEST(our_dropped_again_is_not_sent),
		TEST(our_delayed_again_goes_later),
		TEST(their_dropped_again_comes_once_more),
		TEST(their_delayed_again_is_taken_later),
		TEST(our_duplicate_is_sent_twice),
		TEST(their_duplicate_comes_twice),
		TEST(their_duplicate_2xx_is_acked_twice),
		TEST(our_next_overtakes_it),
		TEST(what_nothing_overtakes_goes_after_t1),
		TEST(their_next_overtakes_it),
		TEST(no_ack_withholds_the_ack_to_a_2xx),
		TEST(no_ack_withholds_that_to_a_refusal),
	};

	return cmocka_run_group_tests_name("play_loss", tests, NULL, NULL);
}
