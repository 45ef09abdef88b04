/* SPDX-License-Identifier: MIT */
/* Rule 5: watches, their until, their ceiling, joins. */
#include "play_fix.h"

#define REFER                                                                  \
	"setup\n"                                                              \
	"alice -> dut INVITE {dut.uri} as a1 sdp offer\n"                      \
	"dut -> alice 200 on a1\n"                                             \
	"test\n"                                                               \
	"F1 alice -> dut REFER on a1\n"                                        \
	"  Refer-To: <{carol.uri}>\n"

#define UNTIL_TERMINATED " until Subscription-State.state is terminated\n"

static void it_takes_again_until_its_until(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	on(f, "REFER",
	   "202 NOTIFY:active:100@10 NOTIFY:active:180@20 "
	   "NOTIFY:terminated:200@30");
	play(f, REFER
	     "watch N dut -> alice NOTIFY on a1 reply 200" UNTIL_TERMINATED
	     "dut -> alice 202 for F1\n"
	     "join N\n"
	     "must N.count is 3\n"
	     "must N.first.sipfrag.status is 100\n"
	     "must N[2].sipfrag.status is 180\n"
	     "must N.last.sipfrag.status is 200\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_at(f, EV_TAKE, "N"), 3);
}

/* Behind its until it takes nothing any more. */
static void behind_its_until_all_is_unexpected(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	on(f, "REFER", "202 NOTIFY:terminated:200@30 NOTIFY:active:100@60");
	play(f, REFER
	     "watch N dut -> alice NOTIFY on a1 reply 200" UNTIL_TERMINATED
	     "dut -> alice 202 for F1\n"
	     "join N\n"
	     "wait 100ms\n");
	assert_verdict(f, VERDICT_FAIL);
	assert_true(has_finding(f, "unexpected NOTIFY"));
	assert_int_equal(count_heard(f, "481"), 1);
}

static void until_a_label(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	on(f, "REFER", "202 NOTIFY:active:100@30 NOTIFY:active:180@600");
	play(f, REFER "watch N dut -> alice NOTIFY on a1 reply 200 until F9\n"
		      "dut -> alice 202 for F1\n"
		      "wait 300ms\n"
		      "F9 --\n"
		      "wait 500ms\n");
	assert_verdict(f, VERDICT_FAIL);
	assert_int_equal(count_at(f, EV_TAKE, "N"), 1);
	assert_true(has_finding(f, "unexpected NOTIFY"));
}

/* At least once, unless "may". */
static void it_must_come_once(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	on(f, "REFER", "202");
	play(f, REFER "watch N must dut -> alice NOTIFY on a1 reply 200\n"
		      "dut -> alice 202 for F1\n");
	assert_verdict(f, VERDICT_FAIL);
	assert_str(finding(f, "N dut")->got, "nothing");
}

static void a_may_watch_need_not_come(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	on(f, "REFER", "202");
	play(f, REFER "watch N may dut -> alice NOTIFY on a1 reply 200\n"
		      "dut -> alice 202 for F1\n");
	assert_verdict(f, VERDICT_PASS);
	assert_true(f->result->took < 2 * NS_S);
}

static void a_should_watch_warns(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	on(f, "REFER", "202");
	play(f, REFER "watch N should dut -> alice NOTIFY on a1 reply 200\n"
		      "dut -> alice 202 for F1\n"
		      "join N\n"
		      "F5 alice -> dut BYE on a1\n"
		      "F6 must dut -> alice 200 for F5\n");
	assert_verdict(f, VERDICT_WARN);
	assert_true(was_taken(f, "F6"));
}

/* ---- joins ---- */

static void join_runs_out(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	on(f, "REFER", "202 NOTIFY:active:100@30");
	play(f, REFER
	     "watch N must dut -> alice NOTIFY on a1 reply 200" UNTIL_TERMINATED
	     "dut -> alice 202 for F1\n"
	     "join N within 2s\n");
	assert_verdict(f, VERDICT_FAIL);
	assert_str(finding(f, "N dut")->got, "1 came, then no more");
	assert_true(str_find(finding(f, "N dut")->detail, STR("\"until\"")) >=
		    0);
	assert_true(finding(f, "N dut")->t >= 10 * NS_S);
}

static void join_waits_as_long_as_it_says(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	on(f, "REFER", "202 NOTIFY:active:100@30 NOTIFY:terminated:487@14000");
	play(f, REFER
	     "watch N must dut -> alice NOTIFY on a1 reply 200" UNTIL_TERMINATED
	     "dut -> alice 202 for F1\n"
	     "join N within 20s\n");
	assert_verdict(f, VERDICT_PASS);
}

/* Later than "within" is a finding, not a miss. */
static void a_late_join_is_a_finding(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	on(f, "REFER", "202 NOTIFY:terminated:200@4000");
	play(f, REFER
	     "watch N must dut -> alice NOTIFY on a1 reply 200" UNTIL_TERMINATED
	     "dut -> alice 202 for F1\n"
	     "join N within 2s\n"
	     "F5 alice -> dut BYE on a1\n"
	     "F6 dut -> alice 200 for F5\n");
	assert_verdict(f, VERDICT_FAIL);
	assert_str(finding(f, "in time")->wanted, "within 2.000 s");
	assert_true(was_taken(f, "F6"));
}

/* Rule 5: a "may" watch need not come; what its "until" waits for is waited
 * for all the same, and no finding where it stays out. */
static void join_waits_for_a_may_watch(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	on(f, "REFER", "202 NOTIFY:active:100@30 NOTIFY:terminated:200@3000");
	play(f, REFER
	     "watch N may dut -> alice NOTIFY on a1 reply 200" UNTIL_TERMINATED
	     "dut -> alice 202 for F1\n"
	     "join N\n"
	     "F5 alice -> dut BYE on a1\n"
	     "F6 dut -> alice 200 for F5\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_at(f, EV_TAKE, "N"), 2);
	assert_true(heard(f, "BYE", 0)->ms > 3000);
}

static void a_may_watch_that_stays_out_ends_its_join(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	on(f, "REFER", "202 NOTIFY:active:100@30");
	play(f, REFER
	     "watch N may dut -> alice NOTIFY on a1 reply 200" UNTIL_TERMINATED
	     "dut -> alice 202 for F1\n"
	     "join N\n"
	     "F5 alice -> dut BYE on a1\n"
	     "F6 must dut -> alice 200 for F5\n");
	assert_verdict(f, VERDICT_PASS);
	assert_true(was_taken(f, "F6"));
	assert_in_range(heard(f, "BYE", 0)->ms, 10000, 10100);
}

/* The end joins what is still owed. */
static void the_end_is_a_join(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	on(f, "REFER", "202 NOTIFY:active:100@30 NOTIFY:terminated:200@3000");
	play(f, REFER
	     "watch N must dut -> alice NOTIFY on a1 reply 200" UNTIL_TERMINATED
	     "dut -> alice 202 for F1\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_at(f, EV_TAKE, "N"), 2);
}

/* ---- ceilings ---- */

/* A redirect loop ends by itself, and its count is known. */
static void the_ceiling_ends_a_loop(void **state)
{
	struct fix *f = *state;

	at(f, 10, "INVITE>carol");
	on(f, "302", "ACK INVITE>carol@10");
	play(f, "test\n"
		"watch R 0..5x dut -> carol INVITE reply 302\n"
		"  Contact: <{carol.contact}>\n"
		"wait 500ms\n"
		"must R.count <= 1\n");
	assert_verdict(f, VERDICT_FAIL);
	assert_int_equal(count_heard(f, "302"), 5);
	assert_int_equal(count_heard(f, "486"), 1);
	assert_str(finding(f, "R.count")->got, "5");
}

static void zero_is_enough_where_it_says_so(void **state)
{
	struct fix *f = *state;

	play(f, "test\n"
		"watch R 0..5x dut -> carol INVITE reply 302\n"
		"wait 100ms\n"
		"must R.count is 0\n");
	assert_verdict(f, VERDICT_PASS);
}

/* The ceiling is reached and "until" did not come: it can come no more. */
static void the_ceiling_before_the_until(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	on(f, "REFER",
	   "202 NOTIFY:active:100@10 NOTIFY:active:180@20 "
	   "NOTIFY:active:183@30");
	play(f, REFER "watch N must 1..2x dut -> alice NOTIFY on a1 reply "
		      "200" UNTIL_TERMINATED "dut -> alice 202 for F1\n"
		      "join N\n");
	assert_verdict(f, VERDICT_FAIL);
	assert_int_equal(count_at(f, EV_TAKE, "N"), 2);
	assert_true(str_find(finding(f, "N dut")->detail,
			     STR("as many came as it takes")) >= 0);
}

/* ---- checks of a watch ---- */

static void each_first_and_last(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	on(f, "REFER", "202 NOTIFY:active:100@10 NOTIFY:terminated:486@20");
	play(f, REFER
	     "watch N dut -> alice NOTIFY on a1 reply 200" UNTIL_TERMINATED
	     "  must Event.package is refer\n"
	     "  first must sipfrag.status is 100\n"
	     "  last must sipfrag.status is 200\n"
	     "dut -> alice 202 for F1\n"
	     "join N\n");
	assert_verdict(f, VERDICT_FAIL);
	assert_int_equal(finding(f, "N Event.package")->verdict, VERDICT_PASS);
	assert_int_equal(finding(f, "N first")->verdict, VERDICT_PASS);
	assert_str(finding(f, "N last")->got, "486");
}

/* Header lines under a watch with a reply belong to the reply. */
static void its_headers_are_the_replys(void **state)
{
	struct fix *f = *state;

	at(f, 10, "INVITE>carol");
	play(f, "test\n"
		"watch R dut -> carol INVITE reply 302\n"
		"  Contact: <sip:here@127.0.0.9>\n"
		"  X-Mark: yes\n"
		"join R\n");
	assert_verdict(f, VERDICT_PASS);
	assert_true(holds(heard(f, "302", 0)->pkt,
			  "\r\nContact: <sip:here@127.0.0.9>\r\n"));
	assert_true(holds(heard(f, "302", 0)->pkt, "\r\nX-Mark: yes\r\n"));
}

/* An open line comes before a watch, whatever stands first. */
static void a_line_comes_first(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	on(f, "REFER", "202 NOTIFY:active:100@10 NOTIFY:terminated:200@20");
	play(f, REFER "watch N may dut -> alice NOTIFY on a1 reply 200\n"
		      "dut -> alice 202 for F1\n"
		      "F3 dut -> alice NOTIFY on a1 reply 200\n"
		      "wait 100ms\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_at(f, EV_TAKE, "F3"), 1);
	assert_int_equal(count_at(f, EV_TAKE, "N"), 1);
}

#define ANSWERED "watch dut -> alice 2xx on a1 for REFER until status >= 200\n"

/* A request whose answer may take its time: what else comes goes on. */
static void an_answer_is_awaited_beside_the_rest(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	on(f, "REFER", "INVITE>carol@10 202@25000");
	play(f, REFER ANSWERED "F3 dut -> carol INVITE as k1\n"
			       "F4 carol -> dut 486 for F3\n"
			       "F5 must dut -> carol ACK for F4 within 1s\n");
	assert_verdict(f, VERDICT_PASS);
}

static void an_answer_that_does_not_come(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	on(f, "REFER", "");
	play(f, REFER ANSWERED "wait 100ms\n");
	assert_verdict(f, VERDICT_INCONCLUSIVE);
}

/* What the device never claimed it may refuse: at once. */
static void a_refusal_settles_it(void **state)
{
	struct fix *f = *state;

	f->head = "needs refer\n";
	on(f, "INVITE", "200");
	on(f, "REFER", "603");
	play(f, REFER ANSWERED "F3 dut -> carol INVITE as k1\n"
			       "F4 carol -> dut 486 for F3\n");
	assert_verdict(f, VERDICT_SKIP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(it_takes_again_until_its_until),
		TEST(behind_its_until_all_is_unexpected),
		TEST(until_a_label),
		TEST(it_must_come_once),
		TEST(a_may_watch_need_not_come),
		TEST(a_should_watch_warns),
		TEST(join_runs_out),
		TEST(join_waits_as_long_as_it_says),
		TEST(a_late_join_is_a_finding),
		TEST(join_waits_for_a_may_watch),
		TEST(a_may_watch_that_stays_out_ends_its_join),
		TEST(the_end_is_a_join),
		TEST(the_ceiling_ends_a_loop),
		TEST(zero_is_enough_where_it_says_so),
		TEST(the_ceiling_before_the_until),
		TEST(each_first_and_last),
		TEST(its_headers_are_the_replys),
		TEST(a_line_comes_first),
		TEST(an_answer_is_awaited_beside_the_rest),
		TEST(an_answer_that_does_not_come),
		TEST(a_refusal_settles_it),
	};

	return cmocka_run_group_tests_name("play_watch", tests, NULL, NULL);
}
