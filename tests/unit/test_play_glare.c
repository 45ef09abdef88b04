/* SPDX-License-Identifier: MIT */
/* Two INVITEs of one dialog meet, or one of them and a BYE (rule 10). */
#include "play_fix.h"

#define CALL                                                                   \
	"setup\n"                                                              \
	"alice -> dut INVITE {dut.uri} as a1 sdp offer\n"                      \
	"dut -> alice 200 on a1\n"                                             \
	"test\n"

#define HOLD     "F1 alice -> dut INVITE on a1 sdp hold\n"
#define ANSWERED "F2 must dut -> alice 200 for F1\n"

/* A call; the first re-INVITE in it meets what "glare" says, the next is
 * answered. */
static void answers(struct fix *f, const char *glare)
{
	on_nth(f, 1, "INVITE", "200");
	on_nth(f, 2, "INVITE", glare);
	on_nth(f, 3, "INVITE", "200");
}

/* RFC 3261 14.2: theirs comes while ours is under way. */
static void a_reinvite_in_glare_gets_491(void **state)
{
	struct fix *f = *state;

	on_nth(f, 1, "INVITE", "200");
	on_nth(f, 2, "INVITE", "INVITE 491@20");
	play(f, CALL "F1 alice -> dut INVITE on a1 sdp offer\n"
		     "F2 must dut -> alice 491 for F1\n"
		     "wait 200ms\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "491"), 1);
	assert_int_equal(count_events(f, EV_AUTO), 1);
	assert_int_equal(count_heard(f, "BYE"), 1); /* the call is still up */
}

static void glare_is_tried_again(void **state)
{
	struct fix *f = *state;

	answers(f, "491");
	play(f, CALL HOLD "dut -> alice 491 for F1\n"
			  "wait 2100ms..4s\n"
			  "F3 alice -> dut INVITE on a1 sdp hold\n"
			  "F4 must dut -> alice 200 for F3\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(heard(f, "INVITE", 2)->pkt->cseq, 3);
	assert_int_equal(count_heard(f, "BYE"), 1);
}

/* Where no line names 491 it is tried again by itself, and within counts from
 * there. */
static void glare_is_resolved_by_itself(void **state)
{
	struct fix *f = *state;

	answers(f, "491");
	play(f, CALL HOLD "F2 must dut -> alice 200 for F1 within 1s\n"
			  "must latency of F1 < 1000ms\n"
			  "F3 alice -> dut OPTIONS on a1\n"
			  "F4 must dut -> alice 200 for F3\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "INVITE"), 3);
	assert_true(heard(f, "INVITE", 2)->ms - heard(f, "INVITE", 1)->ms >=
		    2100);
	assert_true(heard(f, "INVITE", 2)->ms - heard(f, "INVITE", 1)->ms <=
		    4000);
	assert_int_equal(heard(f, "INVITE", 2)->pkt->cseq, 3);
	assert_int_equal(count_heard(f, "BYE"), 1);
}

/* In between theirs is taken. */
static void glare_lets_theirs_go_first(void **state)
{
	struct fix *f = *state;

	answers(f, "491 INVITE@500");
	play(f, CALL HOLD ANSWERED);
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "200"), 1);
	assert_int_equal(count_heard(f, "INVITE"), 3);
}

static void glare_has_an_end(void **state)
{
	struct fix *f = *state;

	on_nth(f, 1, "INVITE", "200");
	on(f, "INVITE", "491");
	play(f, CALL HOLD ANSWERED);
	assert_verdict(f, VERDICT_FAIL);
	assert_int_equal(count_heard(f, "INVITE"), 5);
}

/* A re-INVITE that was sent before our BYE had come. */
static void a_reinvite_crosses_our_bye(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	on(f, "BYE", "INVITE 200@1");
	play(f, CALL "F1 alice -> dut BYE on a1\n"
		     "F2 must dut -> alice 200 for F1\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "481"), 1);
}

static void a_reinvite_behind_our_bye_is_wrong(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	on(f, "BYE", "200 INVITE@50");
	play(f, CALL "F1 alice -> dut BYE on a1\n"
		     "F2 must dut -> alice 200 for F1\n"
		     "wait 200ms\n");
	assert_verdict(f, VERDICT_FAIL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_reinvite_in_glare_gets_491),
		TEST(glare_is_tried_again),
		TEST(glare_is_resolved_by_itself),
		TEST(glare_lets_theirs_go_first),
		TEST(glare_has_an_end),
		TEST(a_reinvite_crosses_our_bye),
		TEST(a_reinvite_behind_our_bye_is_wrong),
	};

	return cmocka_run_group_tests_name("play_glare", tests, NULL, NULL);
}
