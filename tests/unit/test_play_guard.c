/* SPDX-License-Identifier: MIT */
/* Rules 4 and 15: guards, and how much a broken one weighs. */
#include "play_fix.h"

#define CALL                                                                   \
	"setup\n"                                                              \
	"alice -> dut INVITE {dut.uri} as a1 sdp offer\n"                      \
	"dut -> alice 200 on a1\n"                                             \
	"test\n"

static void a_guard_breaks_on_what_nobody_takes(void **state)
{
	struct fix *f = *state;

	at(f, 100, "INVITE>carol");
	play(f, "test\n"
		"must not dut -> carol INVITE\n"
		"wait 300ms\n");
	assert_verdict(f, VERDICT_FAIL);
	assert_int_equal(finding(f, "must not")->verdict, VERDICT_FAIL);
	assert_int_equal(count_events(f, EV_UNEXPECTED), 0); /* said once */
	assert_int_equal(count_heard(f, "486"), 1);          /* yet answered */
}

static void a_guard_that_holds_passes(void **state)
{
	struct fix *f = *state;

	play(f, "test\n"
		"must not dut -> carol INVITE\n"
		"wait 300ms\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(finding(f, "must not")->verdict, VERDICT_PASS);
}

/* A broken guard stops nothing (rule 12). */
static void the_play_goes_on(void **state)
{
	struct fix *f = *state;

	at(f, 100, "INVITE>carol");
	play(f, "test\n"
		"must not dut -> carol INVITE\n"
		"wait 300ms\n"
		"F1 alice -> dut OPTIONS {dut.uri} as o\n"
		"F2 must dut -> alice 200 for F1\n");
	assert_verdict(f, VERDICT_FAIL);
	assert_int_equal(finding(f, "F2")->verdict, VERDICT_PASS);
}

static void should_not_warns(void **state)
{
	struct fix *f = *state;

	at(f, 100, "INVITE>carol");
	play(f, "test\n"
		"should not dut -> carol INVITE\n"
		"wait 300ms\n");
	assert_verdict(f, VERDICT_WARN);
	assert_str(finding(f, "should not")->level, "should");
}

static void strict_makes_should_not_fail(void **state)
{
	struct fix *f = *state;

	f->strict = true;
	at(f, 100, "INVITE>carol");
	play(f, "test\n"
		"should not dut -> carol INVITE\n"
		"wait 300ms\n");
	assert_verdict(f, VERDICT_FAIL);
}

/* An open line takes it: no break. */
static void an_open_line_takes_its_message_first(void **state)
{
	struct fix *f = *state;

	at(f, 100, "INVITE>carol");
	play(f, "test\n"
		"must not dut -> carol INVITE\n"
		"F1 dut -> carol INVITE as k1 reply 486\n"
		"wait 300ms\n");
	assert_verdict(f, VERDICT_PASS);
}

static void the_second_breaks_it(void **state)
{
	struct fix *f = *state;

	at(f, 100, "INVITE>carol");
	at(f, 200, "INVITE>carol");
	play(f, "test\n"
		"must not dut -> carol INVITE\n"
		"F1 dut -> carol INVITE as k1 reply 486\n"
		"wait 300ms\n");
	assert_verdict(f, VERDICT_FAIL);
}

/* The repeats of one are no new message. */
static void a_repeat_does_not_break_it(void **state)
{
	struct fix *f = *state;

	at(f, 100, "INVITE>carol");
	on(f, "486", "ACK again@50 again@90");
	play(f, "test\n"
		"F1 dut -> carol INVITE as k1 reply 486\n"
		"must not dut -> carol ACK\n"
		"wait 300ms\n");
	assert_true(was_taken(f, "F1"));
	assert_int_equal(count_events(f, EV_GUARD), 1); /* the first ACK */
	assert_int_equal(count_class(f, REC_REPEAT, false), 2);
}

static void a_watch_does_not_protect(void **state)
{
	struct fix *f = *state;

	at(f, 100, "INVITE>carol");
	play(f, "test\n"
		"watch may dut -> carol INVITE as k1 reply 486\n"
		"must not dut -> carol INVITE\n"
		"wait 300ms\n");
	assert_verdict(f, VERDICT_FAIL);
	assert_int_equal(count_heard(f, "486"), 1);
}

static void what_is_held_breaks_it(void **state)
{
	struct fix *f = *state;

	at(f, 100, "INVITE>carol");
	play(f, "test\n"
		"must not dut -> carol INVITE until F9\n"
		"wait 300ms\n"
		"F9 --\n"
		"F1 dut -> carol INVITE as k1 reply 486\n");
	assert_verdict(f, VERDICT_FAIL);
	assert_true(was_taken(f, "F1"));
	assert_int_equal(count_events(f, EV_GUARD), 1);
}

static void it_ends_at_its_label(void **state)
{
	struct fix *f = *state;

	at(f, 400, "INVITE>carol");
	play(f, "test\n"
		"must not dut -> carol INVITE until F9\n"
		"wait 200ms\n"
		"F9 --\n"
		"F1 dut -> carol INVITE as k1 reply 486\n");
	assert_verdict(f, VERDICT_PASS);
	assert_true(was_taken(f, "F1"));
}

/* The message that the label takes is no break of it. */
static void the_label_takes_its_own(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200 BYE@200");
	play(f, CALL "must not dut -> alice BYE on a1 until F9\n"
		     "F9 dut -> alice BYE on a1 reply 200\n");
	assert_verdict(f, VERDICT_PASS);
}

static void it_ends_after_its_time(void **state)
{
	struct fix *f = *state;

	at(f, 1500, "INVITE>carol");
	play(f, "test\n"
		"must not dut -> carol INVITE for 1s\n"
		"F1 dut -> carol INVITE as k1 reply 486\n"
		"must not dut -> bob any for 1s\n");
	assert_verdict(f, VERDICT_PASS);
}

/* The end waits for guards that have a time. */
static void the_end_waits_for_it(void **state)
{
	struct fix *f = *state;

	at(f, 2500, "INVITE>carol");
	play(f, "test\nmust not dut -> carol any for 3s\n");
	assert_verdict(f, VERDICT_FAIL);
	assert_true(f->result->took >= 3 * NS_S);
}

static void it_listens_during_the_linger(void **state)
{
	struct fix *f = *state;

	at(f, 300, "INVITE>carol");
	play(f, "test\n"
		"must not dut -> carol INVITE\n"
		"F1 alice -> dut OPTIONS {dut.uri} as o\n"
		"dut -> alice 200 for F1\n");
	assert_verdict(f, VERDICT_FAIL);
	assert_int_equal(finding(f, "must not")->verdict, VERDICT_FAIL);
}

static void without_on_it_holds_in_every_dialog(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200 BYE@200");
	play(f, CALL "must not dut -> alice BYE\nwait 500ms\n");
	assert_verdict(f, VERDICT_FAIL);
}

static void with_on_it_holds_in_one(void **state)
{
	struct fix *f = *state;

	on_nth(f, 1, "INVITE", "200");
	on_nth(f, 2, "INVITE", "200 BYE@200");
	play(f, "setup\n"
		"F1 alice -> dut INVITE {dut.uri} as a1\n"
		"dut -> alice 200 for F1\n"
		"F2 alice -> dut INVITE {dut.uri} as a2\n"
		"dut -> alice 200 for F2\n"
		"test\n"
		"must not dut -> alice BYE on a1\n"
		"F3 dut -> alice BYE on a2 reply 200\n"
		"wait 500ms\n");
	assert_verdict(f, VERDICT_PASS);
}

/* An INVITE without a dialog is a new call, never a re-INVITE. */
static void an_invite_without_on_is_a_call(void **state)
{
	struct fix *f = *state;

	on_nth(f, 1, "INVITE", "200 INVITE@200");
	play(f, CALL "must not dut -> alice INVITE\nwait 500ms\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_events(f, EV_AUTO), 1); /* the re-INVITE */
}

static void where_narrows_it(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	on(f, "REFER", "202 NOTIFY:active:100@20 NOTIFY:terminated:200@40");
	play(f,
	     CALL "F1 alice -> dut REFER on a1\n"
		  "watch N dut -> alice NOTIFY on a1 reply 200 until"
		  " Subscription-State.state is terminated\n"
		  "must not dut -> alice NOTIFY where sipfrag.status is 486\n"
		  "should not dut -> alice NOTIFY where sipfrag.status is "
		  "100\n"
		  "dut -> alice 202 for F1\n"
		  "join N\n");
	assert_verdict(f, VERDICT_WARN);
	assert_int_equal(finding(f, "must not")->verdict, VERDICT_PASS);
}

static void a_status_for_one_request_only(void **state)
{
	struct fix *f = *state;

	on_nth(f, 1, "OPTIONS", "404");
	play(f, "test\n"
		"F1 alice -> dut OPTIONS {dut.uri} as o\n"
		"must not dut -> alice 2xx for F1\n"
		"F2 alice -> dut OPTIONS {dut.uri} as p\n"
		"wait 100ms\n");
	assert_verdict(f, VERDICT_PASS);
}

static void a_status_it_forbids(void **state)
{
	struct fix *f = *state;

	on_nth(f, 1, "OPTIONS", "200");
	play(f, "test\n"
		"F1 alice -> dut OPTIONS {dut.uri} as o\n"
		"must not dut -> alice 2xx for F1\n"
		"wait 100ms\n");
	assert_verdict(f, VERDICT_FAIL);
}

/* A guard that the end of the test cut short has proved nothing. */
static void cut_short_it_proves_nothing(void **state)
{
	struct fix *f = *state;

	play(f, "test\n"
		"must not dut -> carol INVITE until F9\n"
		"F1 must dut -> alice REFER as r1 no-reply\n"
		"F9 --\n");
	assert_verdict(f, VERDICT_FAIL);
	assert_int_equal(finding(f, "must not")->verdict, VERDICT_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_guard_breaks_on_what_nobody_takes),
		TEST(a_guard_that_holds_passes),
		TEST(the_play_goes_on),
		TEST(should_not_warns),
		TEST(strict_makes_should_not_fail),
		TEST(an_open_line_takes_its_message_first),
		TEST(the_second_breaks_it),
		TEST(a_repeat_does_not_break_it),
		TEST(a_watch_does_not_protect),
		TEST(what_is_held_breaks_it),
		TEST(it_ends_at_its_label),
		TEST(the_label_takes_its_own),
		TEST(it_ends_after_its_time),
		TEST(the_end_waits_for_it),
		TEST(it_listens_during_the_linger),
		TEST(without_on_it_holds_in_every_dialog),
		TEST(with_on_it_holds_in_one),
		TEST(an_invite_without_on_is_a_call),
		TEST(where_narrows_it),
		TEST(a_status_for_one_request_only),
		TEST(a_status_it_forbids),
		TEST(cut_short_it_proves_nothing),
	};

	return cmocka_run_group_tests_name("play_guard", tests, NULL, NULL);
}
