/* SPDX-License-Identifier: MIT */
/* Rules 7 and 8: transactions are ours, answers are the author's. */
#include "play_fix.h"

#define CALL                                                                   \
	"setup\n"                                                              \
	"alice -> dut INVITE {dut.uri} as a1 sdp offer\n"                      \
	"dut -> alice 200 on a1\n"                                             \
	"test\n"

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

/* ---- our repeats ---- */

/* Timers E and F: T1 doubling up to T2, over after 64T1 (17.1.2.2). */
static void a_request_is_repeated_by_timer_e(void **state)
{
	struct fix *f = *state;

	on(f, "OPTIONS", "-");
	play(f, "test\n"
		"F1 alice -> dut OPTIONS {dut.uri} as o\n"
		"F2 must dut -> alice 200 for F1\n");
	assert_verdict(f, VERDICT_FAIL);
	TIMES(f, "OPTIONS", 0, 500, 1500, 3500, 7500, 11500, 15500, 19500,
	      23500, 27500, 31500);
	assert_int_equal(count_class(f, REC_REPEAT, true), 10);
}

/* Timers A and B: doubling without a ceiling (17.1.1.2). */
static void an_invite_is_repeated_by_timer_a(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "-");
	play(f, "test\n"
		"F1 alice -> dut INVITE {dut.uri} as a1\n"
		"F2 must dut -> alice 200 for F1\n");
	TIMES(f, "INVITE", 0, 500, 1500, 3500, 7500, 15500, 31500);
}

/* Timers G and H: our refusal until the ACK (17.2.1). */
static void a_refusal_is_repeated_by_timer_g(void **state)
{
	struct fix *f = *state;

	f->no_ack = true;
	at(f, 9, "INVITE>carol");
	play(f, "test\n"
		"F1 dut -> carol INVITE as k1 reply 486\n"
		"wait 40s\n");
	TIMES(f, "486", 10, 510, 1510, 3510, 7510, 11510, 15510, 19510, 23510,
	      27510, 31510);
}

/* A 2xx is the core's to repeat (13.3.1.4), until the lost ACK comes. */
static void a_lost_ack_makes_the_2xx_come_again(void **state)
{
	struct fix *f = *state;

	f->minds_repeats = true;
	on_nth(f, 1, "200", "-");
	on_nth(f, 2, "200", "-");
	at(f, 9, "INVITE>carol");
	play(f, "test\n"
		"F1 dut -> carol INVITE as k1\n"
		"F2 carol -> dut 200 for F1 sdp offer\n"
		"F3 must dut -> carol ACK for F2\n");
	assert_verdict(f, VERDICT_PASS);
	assert_true(count_heard(f, "200") >= 3);
	assert_int_equal(heard(f, "200", 1)->ms, 511);
	assert_int_equal(heard(f, "200", 2)->ms, 1511);
	assert_int_equal(count_heard(f, "BYE"), 1);
}

/* ---- theirs ---- */

/* A repeat is no new message; it is counted at its line. */
static void repeats_are_counted_at_their_line(void **state)
{
	struct fix *f = *state;

	at(f, 10, "INVITE>carol");
	on(f, "OPTIONS", "200");
	play_begin(f, "test\n"
		      "F1 dut -> carol INVITE as k1 no-reply\n"
		      "wait 4s\n"
		      "F2 carol -> dut 486 for F1\n"
		      "dut -> carol ACK for F2\n"
		      "must F1.repeats at T1 3T1 7T1 tolerance 20%\n"
		      "must F1.repeats.count is 3\n");
	for (unsigned i = 0; i < 3; i++) {
		static const long ms[] = { 510, 1510, 3510 };

		play_until(f, ms[i]);
		device_repeats(f, 0);
	}
	play_end(f);
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_at(f, EV_TAKE, "F1"), 1);
	assert_int_equal(f->result->repeats, 3);
}

static void a_repeat_gets_the_same_answer(void **state)
{
	struct fix *f = *state;

	at(f, 10, "MESSAGE>carol");
	play_begin(f, "test\n"
		      "F1 dut -> carol MESSAGE as m reply 405\n"
		      "  X-Mark: one\n"
		      "wait 1s\n"
		      "must F1.repeats.count is 1\n");
	play_until(f, 500);
	device_repeats(f, 0);
	play_end(f);
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_at(f, EV_TAKE, "F1"), 1);
	assert_true(str_eq(heard(f, "405", 0)->pkt->raw,
			   heard(f, "405", 1)->pkt->raw));
}

/* The ACK to a 2xx that comes again is the same ACK (13.2.2.4). */
static void a_repeated_2xx_is_acked_again(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200 again@500 again@1500");
	play(f, CALL "wait 2s\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "ACK"), 3);
	assert_true(str_eq(heard(f, "ACK", 0)->pkt->raw,
			   heard(f, "ACK", 2)->pkt->raw));
}

static void a_repeated_refusal_is_acked_again(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "486 again@500");
	play(f, "test\n"
		"F1 alice -> dut INVITE {dut.uri} as a1\n"
		"F2 dut -> alice 486 for F1\n"
		"wait 1s\n"
		"must F2.repeats.count is 1\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "ACK"), 2);
	assert_true(str_eq(pkt_branch(heard(f, "ACK", 0)->pkt),
			   pkt_branch(heard(f, "INVITE", 0)->pkt)));
}

/* ---- again ---- */

static void again_sends_the_same_bytes(void **state)
{
	struct fix *f = *state;

	f->minds_repeats = true;
	on(f, "OPTIONS", "200");
	play(f, "test\n"
		"F1 alice -> dut OPTIONS {dut.uri} as o\n"
		"F2 dut -> alice 200 for F1\n"
		"wait 100ms\n"
		"F3 alice -> dut again F1\n"
		"F4 must dut -> alice again F2 within 500ms\n"
		"  must To.tag is {F2.To.tag}\n");
	assert_verdict(f, VERDICT_PASS);
	assert_true(str_eq(heard(f, "OPTIONS", 0)->pkt->raw,
			   heard(f, "OPTIONS", 1)->pkt->raw));
	assert_int_equal(count_at(f, EV_SENT, "F3"), 1);
	assert_true(was_taken(f, "F4"));
}

static void an_again_that_does_not_come_is_missing(void **state)
{
	struct fix *f = *state;

	play(f, "test\n"
		"F1 alice -> dut OPTIONS {dut.uri} as o\n"
		"F2 dut -> alice 200 for F1\n"
		"wait 100ms\n"
		"alice -> dut again F1\n"
		"F4 must dut -> alice again F2 within 500ms\n");
	assert_verdict(f, VERDICT_FAIL);
}

/* The repeat that the line takes may be answered by it. */
static void an_again_may_be_answered(void **state)
{
	struct fix *f = *state;

	at(f, 10, "MESSAGE>carol");
	play_begin(f, "test\n"
		      "F1 dut -> carol MESSAGE as m\n"
		      "F2 dut -> carol again F1 reply 200\n"
		      "wait 100ms\n");
	play_until(f, 500);
	device_repeats(f, 0);
	play_end(f);
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "200"), 1);
	assert_int_equal(count_heard(f, "405"), 0); /* not at the end, too */
}

/* ---- CANCEL ---- */

static void a_cancel_is_the_invites(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "180");
	play(f, "test\n"
		"F1 alice -> dut INVITE {dut.uri} as a1\n"
		"dut -> alice 180 for F1\n"
		"F3 alice -> dut CANCEL for F1\n"
		"dut -> alice 200 for F3\n"
		"dut -> alice 487 for F1\n");
	assert_verdict(f, VERDICT_PASS);
	assert_true(str_eq(pkt_branch(heard(f, "CANCEL", 0)->pkt),
			   pkt_branch(heard(f, "INVITE", 0)->pkt)));
	assert_int_equal(heard(f, "CANCEL", 0)->pkt->cseq, 1);
	assert_int_equal(count_heard(f, "ACK"), 1);
}

/* CANCEL crosses the 200: the call is up, acknowledged, and hung up. */
static void a_cancel_crosses_the_200(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "180 200@100");
	on(f, "CANCEL", "481");
	play(f, "test\n"
		"F1 alice -> dut INVITE {dut.uri} as a1\n"
		"F2 dut -> alice 180 for F1\n"
		"wait 98ms\n"
		"F3 alice -> dut CANCEL for F1\n"
		"any order\n"
		"dut -> alice 200|481 for F3\n"
		"and\n"
		"dut -> alice 200 for F1\n"
		"end\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "ACK"), 1);
	assert_int_equal(count_heard(f, "BYE"), 1);
}

/* Theirs crosses our 200: it has no effect, and is no surprise. */
static void their_cancel_crosses_our_200(void **state)
{
	struct fix *f = *state;

	at(f, 10, "INVITE>carol");
	on(f, "180", "CANCEL-OF@49");
	on(f, "200", "ACK@20");
	play(f, "test\n"
		"F1 dut -> carol INVITE as k1\n"
		"carol -> dut 180 for F1\n"
		"wait 50ms\n"
		"F2 carol -> dut 200 for F1 sdp offer\n"
		"F3 must dut -> carol ACK for F2\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_events(f, EV_AUTO), 1);
	assert_int_equal(count_heard(f, "487"), 0);
	assert_int_equal(count_heard(f, "200"), 2);
}

/* One that comes long after is. */
static void a_cancel_of_an_acked_call_is_unexpected(void **state)
{
	struct fix *f = *state;

	at(f, 10, "INVITE>carol");
	on(f, "180", "CANCEL-OF@200");
	play(f, "test\n"
		"F1 dut -> carol INVITE as k1\n"
		"carol -> dut 180 for F1\n"
		"F2 carol -> dut 200 for F1 sdp offer\n"
		"F3 must dut -> carol ACK for F2\n"
		"wait 500ms\n");
	assert_verdict(f, VERDICT_FAIL);
	assert_true(has_finding(f, "unexpected CANCEL"));
}

/* RFC 3261 9.1: 64T1 after the CANCEL the INVITE is over all the same. */
static void a_cancelled_invite_ends_without_a_final(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "180");
	on(f, "CANCEL", "200");
	play(f, "setup\n"
		"F1 alice -> dut INVITE {dut.uri} as a1\n"
		"F3 alice -> dut CANCEL for F1\n"
		"dut -> alice 200 for F3\n"
		"test\n"
		"F4 bob -> dut OPTIONS {dut.uri} as o\n"
		"dut -> bob 200 for F4\n");
	assert_verdict(f, VERDICT_PASS);
	assert_in_range(heard(f, "OPTIONS", 0)->ms, 32000, 32100);
	assert_int_equal(count_heard(f, "CANCEL"), 1); /* not once more */
}

/* ---- rule 8 ---- */

static void nothing_is_answered_that_is_not_written(void **state)
{
	struct fix *f = *state;

	at(f, 10, "INVITE>carol");
	play(f, "test\n"
		"F1 dut -> carol INVITE as k1 no-reply\n"
		"wait 5s\n"
		"F2 carol -> dut 180 for F1\n"
		"wait 1s\n"
		"F3 carol -> dut 486 for F1\n"
		"dut -> carol ACK for F3\n");
	assert_verdict(f, VERDICT_PASS);
	assert_true(f->heard[0].pkt->status == 180);
	assert_int_equal(f->nheard, 2);
}

static void a_cancelled_call_gets_no_487_by_itself(void **state)
{
	struct fix *f = *state;

	at(f, 10, "INVITE>carol");
	on(f, "180", "CANCEL-OF@100");
	play(f, "test\n"
		"F1 dut -> carol INVITE as k1\n"
		"F2 carol -> dut 180 for F1\n"
		"F3 dut -> carol CANCEL for F1 reply 200\n"
		"wait 1s\n"
		"F4 carol -> dut 487 for F1\n"
		"F5 dut -> carol ACK for F4\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "487"), 1);
	assert_true(heard(f, "487", 0)->ms > 1100);
}

static void a_401_of_ours_carries_a_challenge(void **state)
{
	struct fix *f = *state;

	at(f, 10, "INVITE>carol");
	play(f, "test\n"
		"F1 dut -> carol INVITE as k1\n"
		"F2 carol -> dut 401 for F1\n"
		"dut -> carol ACK for F2\n");
	assert_verdict(f, VERDICT_PASS);
	assert_true(holds(heard(f, "401", 0)->pkt,
			  "\r\nWWW-Authenticate: Digest realm="));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_request_is_repeated_by_timer_e),
		TEST(an_invite_is_repeated_by_timer_a),
		TEST(a_refusal_is_repeated_by_timer_g),
		TEST(a_lost_ack_makes_the_2xx_come_again),
		TEST(repeats_are_counted_at_their_line),
		TEST(a_repeat_gets_the_same_answer),
		TEST(a_repeated_2xx_is_acked_again),
		TEST(a_repeated_refusal_is_acked_again),
		TEST(again_sends_the_same_bytes),
		TEST(an_again_that_does_not_come_is_missing),
		TEST(an_again_may_be_answered),
		TEST(a_cancel_is_the_invites),
		TEST(a_cancel_crosses_the_200),
		TEST(their_cancel_crosses_our_200),
		TEST(a_cancel_of_an_acked_call_is_unexpected),
		TEST(a_cancelled_invite_ends_without_a_final),
		TEST(nothing_is_answered_that_is_not_written),
		TEST(a_cancelled_call_gets_no_487_by_itself),
		TEST(a_401_of_ours_carries_a_challenge),
	};

	return cmocka_run_group_tests_name("play_tx", tests, NULL, NULL);
}
