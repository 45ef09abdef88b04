/* SPDX-License-Identifier: MIT */
/* Rules 1 and 2: arrows, who may go, strands. */
#include "play_fix.h"

#define CALL                                                                   \
	"setup\n"                                                              \
	"alice -> dut INVITE {dut.uri} as a1 sdp offer\n"                      \
	"dut -> alice 200 on a1\n"                                             \
	"test\n"

#define REFER                                                                  \
	CALL "F1 alice -> dut REFER on a1\n"                                   \
	     "  Refer-To: <{carol.uri}>\n"

#define NOTIFIES                                                               \
	"watch N dut -> alice NOTIFY on a1 reply 200"                          \
	" until Subscription-State.state is terminated\n"

/* ---- what comes between two sends may come in any order ---- */

static void notify_before_the_202(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	on(f, "REFER", "NOTIFY:active:100 202@20 NOTIFY:terminated:200@30");
	play(f, REFER NOTIFIES "F2 dut -> alice 202 for F1\njoin N\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_at(f, EV_TAKE, "N"), 2);
	assert_int_equal(count_heard(f, "200"), 2);
	assert_int_equal(count_heard(f, "BYE"), 1);
}

/* Until the far tag is known, Call-ID and our tag find the dialog (rule 9). */
static void notify_before_the_202_outside_a_dialog(void **state)
{
	struct fix *f = *state;

	on(f, "REFER", "NOTIFY:terminated:200 202@20");
	play(f, "test\n"
		"F1 alice -> dut REFER {dut.uri} as a1\n"
		"  Refer-To: <{carol.uri}>\n" NOTIFIES
		"F2 dut -> alice 202 for F1\njoin N\n");
	assert_verdict(f, VERDICT_PASS);
	assert_true(was_taken(f, "N"));
}

static void invite_before_the_202(void **state)
{
	struct fix *f = *state;

	on_nth(f, 1, "INVITE", "200");
	on(f, "REFER", "INVITE>carol 202@20");
	play(f, REFER "F2 dut -> alice 202 for F1\n"
		      "F3 dut -> carol INVITE as k1\n"
		      "F4 carol -> dut 486 for F3\n");
	assert_verdict(f, VERDICT_PASS);
	assert_true(heard(f, "486", 0)->ms > 20);
}

/* ---- a send waits for the lines above it ---- */

static void a_send_waits_for_the_lines_above(void **state)
{
	struct fix *f = *state;

	on(f, "OPTIONS", "200@300");
	play(f, "test\n"
		"F1 alice -> dut OPTIONS {dut.uri} as o\n"
		"F2 dut -> alice 200 for F1\n"
		"F3 alice -> dut OPTIONS {dut.uri} as p\n"
		"F4 dut -> alice 200 for F3\n");
	assert_verdict(f, VERDICT_PASS);
	assert_true(heard(f, "OPTIONS", 1)->ms >= 300);
}

static void a_send_does_not_wait_for_may(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	play(f, CALL "may dut -> alice INFO on a1 reply 200\n"
		     "F1 alice -> dut BYE on a1\n"
		     "dut -> alice 200 for F1\n");
	assert_verdict(f, VERDICT_PASS);
	assert_true(heard(f, "BYE", 0)->ms < 100);
}

/* "1..3x" is content with one; the send behind it goes. */
static void a_send_waits_for_the_least_count(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	on(f, "REFER", "202 NOTIFY:active:100@10 NOTIFY:active:180@400");
	play(f, REFER "dut -> alice 202 for F1\n"
		      "N 1..3x dut -> alice NOTIFY on a1 reply 200\n"
		      "wait 1s\n"
		      "F3 alice -> dut BYE on a1\n"
		      "dut -> alice 200 for F3\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_at(f, EV_TAKE, "N"), 2);
	assert_true(heard(f, "BYE", 0)->ms < 1500);
}

static void an_exact_count_is_waited_for(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	on(f, "REFER",
	   "202 NOTIFY:active:100@10 NOTIFY:active:180@20 "
	   "NOTIFY:terminated:200@400");
	play(f, REFER "dut -> alice 202 for F1\n"
		      "N 3x dut -> alice NOTIFY on a1 reply 200\n"
		      "F3 alice -> dut BYE on a1\n"
		      "dut -> alice 200 for F3\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_at(f, EV_TAKE, "N"), 3);
	assert_true(heard(f, "BYE", 0)->ms >= 400);
}

static void a_count_that_is_not_reached_is_missing(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	on(f, "REFER", "202 NOTIFY:active:100@10");
	play(f, REFER "dut -> alice 202 for F1\n"
		      "N must 2x dut -> alice NOTIFY on a1 reply 200\n");
	assert_verdict(f, VERDICT_FAIL);
	assert_str(finding(f, "NOTIFY")->got, "1 came, then no more");
}

static void many_are_sent(void **state)
{
	struct fix *f = *state;

	play(f, "test\n"
		"5x alice -> dut OPTIONS {dut.uri} as o\n"
		"wait 100ms\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "OPTIONS"), 5);
}

/* Requests of one dialog, and responses to one request, come as written. */
static void one_dialog_comes_as_written(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	on(f, "REFER", "202 NOTIFY:active:100@10 NOTIFY:terminated:200@20");
	play(f, REFER "dut -> alice 202 for F1\n"
		      "N1 dut -> alice NOTIFY on a1 reply 200\n"
		      "  must sipfrag.status is 100\n"
		      "N2 dut -> alice NOTIFY on a1 reply 200\n"
		      "  must sipfrag.status is 200\n");
	assert_verdict(f, VERDICT_PASS);
}

static void repeat_writes_lines_several_times(void **state)
{
	struct fix *f = *state;

	play(f, "test\nrepeat 3\n"
		"alice -> dut OPTIONS {dut.uri} as o\n"
		"dut -> alice 200\n"
		"end\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "OPTIONS"), 3);
}

/* ---- strands ---- */

/* Each strand has sends of its own, that wait for its own lines only. */
static void strands_do_not_wait_for_each_other(void **state)
{
	struct fix *f = *state;

	on_nth(f, 1, "OPTIONS", "200@2000");
	play(f, "test\n"
		"any order\n"
		"F1 alice -> dut OPTIONS {dut.uri} as o\n"
		"F2 dut -> alice 200 for F1\n"
		"and\n"
		"F3 bob -> dut OPTIONS {dut.uri} as p\n"
		"F4 dut -> bob 200 for F3\n"
		"F5 bob -> dut OPTIONS {dut.uri} as q\n"
		"F6 dut -> bob 200 for F5\n"
		"end\n"
		"F7 carol -> dut OPTIONS {dut.uri} as r\n"
		"dut -> carol 200 for F7\n");
	assert_verdict(f, VERDICT_PASS);
	assert_true(count_at(f, EV_SENT, "F5") == 1);
	assert_true(heard(f, "OPTIONS", 2)->ms < 100);
	assert_true(heard(f, "OPTIONS", count_heard(f, "OPTIONS") - 1)->ms >=
		    2000);
}

/* What another strand is about to bring is waited for, not skipped. */
static void a_strand_waits_for_the_dialog_of_another(void **state)
{
	struct fix *f = *state;

	on(f, "OPTIONS", "200 INVITE>carol@700");
	play(f, "test\n"
		"any order\n"
		"F1 alice -> dut OPTIONS {dut.uri} as o\n"
		"dut -> alice 200 for F1\n"
		"F3 dut -> carol INVITE as k1\n"
		"and\n"
		"F4 carol -> dut 486 for F3\n"
		"F5 dut -> carol ACK for F4\n"
		"end\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "486"), 1);
	assert_true(was_taken(f, "F5"));
}

/* Sends in the blocks around it hold a block up, and it holds up them. */
static void blocks_are_in_the_order_around_them(void **state)
{
	struct fix *f = *state;

	on_nth(f, 1, "OPTIONS", "200@300");
	play(f, "test\n"
		"F1 alice -> dut OPTIONS {dut.uri} as o\n"
		"F2 dut -> alice 200 for F1\n"
		"any order\n"
		"F3 bob -> dut OPTIONS {dut.uri} as p\n"
		"dut -> bob 200 for F3\n"
		"and\n"
		"wait 800ms\n"
		"end\n"
		"F5 carol -> dut OPTIONS {dut.uri} as q\n"
		"dut -> carol 200 for F5\n");
	assert_verdict(f, VERDICT_PASS);
	assert_true(heard(f, "OPTIONS", 1)->ms >= 300);
	assert_true(heard(f, "OPTIONS", 2)->ms >= 1100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(notify_before_the_202),
		TEST(notify_before_the_202_outside_a_dialog),
		TEST(invite_before_the_202),
		TEST(a_send_waits_for_the_lines_above),
		TEST(a_send_does_not_wait_for_may),
		TEST(a_send_waits_for_the_least_count),
		TEST(an_exact_count_is_waited_for),
		TEST(a_count_that_is_not_reached_is_missing),
		TEST(many_are_sent),
		TEST(one_dialog_comes_as_written),
		TEST(repeat_writes_lines_several_times),
		TEST(strands_do_not_wait_for_each_other),
		TEST(a_strand_waits_for_the_dialog_of_another),
		TEST(blocks_are_in_the_order_around_them),
	};

	return cmocka_run_group_tests_name("play_order", tests, NULL, NULL);
}
