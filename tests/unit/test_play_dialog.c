/* SPDX-License-Identifier: MIT */
/* Dialogs: forks of either side, crossing BYEs (rules 1, 9, 10). */
#include "play_fix.h"

#define CALL                                                                   \
	"setup\n"                                                              \
	"alice -> dut INVITE {dut.uri} as a1 sdp offer\n"                      \
	"dut -> alice 200 on a1\n"                                             \
	"test\n"

static const char *to_tag(struct fix *f, const char *what, unsigned n)
{
	const struct heard *h = heard(f, what, n);

	assert_non_null(h);
	return arena_z(f->arena, pkt_to_tag(h->pkt));
}

/* ---- forks of the device ---- */

/* The second 2xx is another dialog: acknowledged, and hung up at the end. */
static void a_second_2xx_is_acked_and_hung_up(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200/x 200/y@50");
	play(f, "test\n"
		"F1 alice -> dut INVITE {dut.uri} as a1\n"
		"F2 dut -> alice 200 for F1\n"
		"wait 200ms\n"
		"F3 alice -> dut BYE on a1\n"
		"dut -> alice 200 for F3\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "ACK"), 2);
	assert_string_equal(to_tag(f, "ACK", 0), "x");
	assert_string_equal(to_tag(f, "ACK", 1), "y");
	assert_int_equal(count_heard(f, "BYE"), 2);
	assert_string_equal(to_tag(f, "BYE", 0), "x");
	assert_string_equal(to_tag(f, "BYE", 1), "y");
}

static void a_repeated_second_2xx_is_acked_in_its_dialog(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200/x 200/y@50 again@100");
	play(f, "test\n"
		"F1 alice -> dut INVITE {dut.uri} as a1\n"
		"F2 dut -> alice 200 for F1\n"
		"wait 200ms\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "ACK"), 3);
	assert_string_equal(to_tag(f, "ACK", 2), "y");
	assert_int_equal(count_heard(f, "BYE"), 2);
}

/* `as` on the line of the second gives it a name. */
static void a_second_2xx_gets_a_name(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200/x 200/y@50");
	play(f, "test\n"
		"F1 alice -> dut INVITE {dut.uri} as a1\n"
		"F2 dut -> alice 200 for F1\n"
		"F3 dut -> alice 200 for F1 as a2\n"
		"  must To.tag is y\n"
		"F4 alice -> dut BYE on a2\n"
		"dut -> alice 200 for F4\n"
		"F5 alice -> dut BYE on a1\n"
		"dut -> alice 200 for F5\n");
	assert_verdict(f, VERDICT_PASS);
	assert_string_equal(to_tag(f, "BYE", 0), "y");
	assert_string_equal(to_tag(f, "BYE", 1), "x");
	assert_int_equal(count_heard(f, "BYE"), 2);
}

/* 18x of several branches: the name goes to the branch that takes the call. */
static void the_name_goes_to_who_took_the_call(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "180/x 183/y@20 180/z@30 200/y@50");
	play(f, "test\n"
		"F1 alice -> dut INVITE {dut.uri} as a1\n"
		"dut -> alice 180 for F1\n"
		"F2 dut -> alice 200 on a1\n"
		"F3 alice -> dut BYE on a1\n"
		"dut -> alice 200 for F3\n");
	assert_verdict(f, VERDICT_PASS);
	assert_string_equal(to_tag(f, "ACK", 0), "y");
	assert_string_equal(to_tag(f, "BYE", 0), "y");
	assert_int_equal(count_heard(f, "BYE"), 1);
}

static void the_first_branch_may_answer_second(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "180/x 200/y@20 200/x@40");
	play(f, "test\n"
		"F1 alice -> dut INVITE {dut.uri} as a1\n"
		"dut -> alice 180 for F1\n"
		"F2 dut -> alice 200 for F1\n"
		"wait 100ms\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "ACK"), 2);
	assert_int_equal(count_heard(f, "BYE"), 2);
}

/* ---- forks of ours ---- */

static void as_on_a_response_is_a_second_dialog(void **state)
{
	struct fix *f = *state;

	at(f, 10, "INVITE>carol");
	play(f, "test\n"
		"F2 dut -> carol INVITE as k1\n"
		"F3 carol -> dut 200 for F2 sdp offer\n"
		"F4 carol -> dut 200 for F2 as k2 sdp offer\n"
		"any order\n"
		"A1 must dut -> carol ACK on k1 within 2s\n"
		"and\n"
		"A2 must dut -> carol ACK on k2 within 2s\n"
		"end\n"
		"F5 carol -> dut BYE on k2\n"
		"dut -> carol 200 for F5\n");
	assert_verdict(f, VERDICT_PASS);
	assert_string_not_equal(to_tag(f, "200", 0), to_tag(f, "200", 1));
	assert_true(was_taken(f, "A1") && was_taken(f, "A2"));
	assert_int_equal(count_heard(f, "BYE"), 2); /* k1 at the end */
}

/* 13.3.1.4: each 2xx is repeated until its own ACK, and no other. */
static void each_2xx_of_ours_has_its_own_repeats(void **state)
{
	struct fix *f = *state;

	at(f, 10, "INVITE>carol");
	on_nth(f, 1, "200", "ACK");
	on_nth(f, 2, "200", "");
	play(f, "test\n"
		"F2 dut -> carol INVITE as k1\n"
		"F3 carol -> dut 200 for F2 sdp offer\n"
		"F4 carol -> dut 200 for F2 as k2 sdp offer\n"
		"F5 dut -> carol ACK for F3\n"
		"wait 3s\n");
	assert_true(was_taken(f, "F5"));
	assert_true(count_heard(f, "200") >= 4); /* the second: 0.5, 1.5 s */
	for (unsigned i = 1; i < count_heard(f, "200"); i++)
		assert_string_not_equal(to_tag(f, "200", i),
					to_tag(f, "200", 0));
	assert_true(has_finding(f, "monitor ack-2xx"));
	assert_verdict(f, VERDICT_FAIL);
}

/* "ACK for F4" is that of its dialog. */
static void an_ack_is_for_one_of_two(void **state)
{
	struct fix *f = *state;

	at(f, 10, "INVITE>carol");
	on_nth(f, 1, "200", "ACK@20");
	on_nth(f, 2, "200", "ACK@10");
	play(f, "test\n"
		"F2 dut -> carol INVITE as k1\n"
		"F3 carol -> dut 200 for F2 sdp offer\n"
		"F4 carol -> dut 200 for F2 as k2 sdp offer\n"
		"any order\n"
		"F5 dut -> carol ACK for F3\n"
		"and\n"
		"F6 dut -> carol ACK for F4\n"
		"end\n"
		"wait 3s\n"
		"must F3.repeats.count is 0\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "200"), 2);
}

static void a_second_dialog_rings_too(void **state)
{
	struct fix *f = *state;

	at(f, 10, "INVITE>carol");
	play(f, "test\n"
		"F2 dut -> carol INVITE as k1\n"
		"carol -> dut 180 for F2\n"
		"carol -> dut 183 for F2 as k2\n"
		"F4 carol -> dut 200 on k2 sdp offer\n"
		"dut -> carol ACK on k2\n");
	assert_verdict(f, VERDICT_PASS);
	assert_string_equal(to_tag(f, "183", 0), to_tag(f, "200", 0));
	assert_string_not_equal(to_tag(f, "180", 0), to_tag(f, "200", 0));
}

/* Rule 9: a dialog learns the tag that was really sent. */
static void a_tag_of_the_authors_is_learned(void **state)
{
	struct fix *f = *state;

	at(f, 10, "INVITE>carol");
	play(f, "test\n"
		"F2 dut -> carol INVITE as k1\n"
		"F3 carol -> dut 200 for F2 sdp offer\n"
		"  To: <sip:carol@x>;tag=mine\n"
		"dut -> carol ACK on k1\n"
		"F5 carol -> dut BYE on k1\n"
		"dut -> carol 200 for F5\n");
	assert_verdict(f, VERDICT_PASS);
	assert_true(holds(heard(f, "BYE", 0)->pkt, ";tag=mine"));
}

/* ---- crossing ---- */

static void a_crossing_bye_is_no_surprise(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	on(f, "BYE", "BYE 481@1"); /* sent before it came, as it were */
	play(f, CALL "F1 alice -> dut BYE on a1\n"
		     "F2 dut -> alice 200|481 for F1\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "200"), 1);
	assert_int_equal(count_events(f, EV_AUTO), 1);
}

/* It comes where ours was going to: ours is skipped with its response. */
static void our_bye_is_skipped_with_its_response(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200 BYE@100");
	play(f, CALL "wait 300ms\n"
		     "F1 alice -> dut BYE on a1\n"
		     "F2 must dut -> alice 200 for F1\n"
		     "F3 alice -> dut OPTIONS {dut.uri} as o\n"
		     "F4 dut -> alice 200 for F3\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "BYE"), 0);
	assert_int_equal(count_at(f, EV_SKIP, "F1"), 1);
	assert_int_equal(count_at(f, EV_SKIP, "F2"), 1);
	assert_true(was_taken(f, "F4"));
}

/* Without "on" as well, and without "for". */
static void our_unnamed_bye_is_skipped_too(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200 BYE@100");
	play(f, CALL "wait 300ms\n"
		     "F1 alice -> dut BYE\n"
		     "F2 must dut -> alice 200\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "BYE"), 0);
}

/* A BYE ends the call, not the refer subscription. */
static void notify_goes_on_behind_the_bye(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	on(f, "REFER", "202 NOTIFY:active:100@10 NOTIFY:terminated:200@200");
	play(f, CALL "F1 alice -> dut REFER on a1\n"
		     "watch N dut -> alice NOTIFY on a1 reply 200"
		     " until Subscription-State.state is terminated\n"
		     "dut -> alice 202 for F1\n"
		     "wait 100ms\n"
		     "F3 alice -> dut BYE on a1\n"
		     "dut -> alice 200 for F3\n"
		     "join N\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_at(f, EV_TAKE, "N"), 2);
}

static void notify_crosses_the_bye(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	on(f, "REFER", "202");
	on(f, "BYE", "NOTIFY:terminated:487 200@2");
	play(f, CALL "F1 alice -> dut REFER on a1\n"
		     "watch N dut -> alice NOTIFY on a1 reply 200"
		     " until Subscription-State.state is terminated\n"
		     "dut -> alice 202 for F1\n"
		     "F3 alice -> dut BYE on a1\n"
		     "dut -> alice 200 for F3\n"
		     "join N\n");
	assert_verdict(f, VERDICT_PASS);
	assert_true(was_taken(f, "N"));
}

/* ---- which dialog ---- */

/* An INVITE without "on" is a call of its own, of ours too. */
static void an_invite_without_on_is_a_new_call(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	play(f, CALL "F1 alice -> dut INVITE sdp offer\n"
		     "dut -> alice 200 for F1\n");
	assert_verdict(f, VERDICT_PASS);
	assert_false(str_eq(pkt_call_id(heard(f, "INVITE", 0)->pkt),
			    pkt_call_id(heard(f, "INVITE", 1)->pkt)));
	assert_int_equal(count_heard(f, "BYE"), 2);
}

/* No "on": the one dialog alive; an OPTIONS is none. */
static void without_on_the_one_dialog_is_meant(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	play(f, CALL "F1 alice -> dut OPTIONS {dut.uri} as o\n"
		     "dut -> alice 200 for F1\n"
		     "F2 alice -> dut BYE\n"
		     "dut -> alice 200 for F2\n");
	assert_verdict(f, VERDICT_PASS);
	assert_true(str_eq(pkt_call_id(heard(f, "BYE", 0)->pkt),
			   pkt_call_id(heard(f, "INVITE", 0)->pkt)));
	assert_int_equal(count_heard(f, "BYE"), 1);
}

/* A proxy that we play carries somebody else's dialog. */
static void on_names_the_dialog_not_the_socket(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	play(f, CALL "F1 bob -> dut BYE on a1\n"
		     "dut -> bob 200 for F1\n");
	assert_verdict(f, VERDICT_PASS);
	assert_true(str_eq(pkt_call_id(heard(f, "BYE", 0)->pkt),
			   pkt_call_id(heard(f, "INVITE", 0)->pkt)));
	assert_int_equal(addr_port(&heard(f, "BYE", 0)->from), 20001);
}

/* A proxy that we play takes its own Route away: what it sends goes to the
 * device, not to itself. */
static void a_proxy_of_ours_is_not_in_its_own_way(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	play(f, "setup\n"
		"bob -> dut INVITE {dut.uri} as a1 sdp offer\n"
		"  Record-Route: <sip:{bob.hostport};lr;id=42>\n"
		"  Contact: <{alice.contact}>\n"
		"dut -> bob 200 on a1\n"
		"test\n"
		"F1 bob -> dut BYE on a1\n"
		"F2 must dut -> bob 200 for F1\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "ACK"), 1);
	assert_int_equal(pkt_rows(heard(f, "BYE", 0)->pkt, "Route"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_second_2xx_is_acked_and_hung_up),
		TEST(a_repeated_second_2xx_is_acked_in_its_dialog),
		TEST(a_second_2xx_gets_a_name),
		TEST(the_name_goes_to_who_took_the_call),
		TEST(the_first_branch_may_answer_second),
		TEST(as_on_a_response_is_a_second_dialog),
		TEST(each_2xx_of_ours_has_its_own_repeats),
		TEST(an_ack_is_for_one_of_two),
		TEST(a_second_dialog_rings_too),
		TEST(a_tag_of_the_authors_is_learned),
		TEST(a_crossing_bye_is_no_surprise),
		TEST(our_bye_is_skipped_with_its_response),
		TEST(our_unnamed_bye_is_skipped_too),
		TEST(notify_goes_on_behind_the_bye),
		TEST(notify_crosses_the_bye),
		TEST(an_invite_without_on_is_a_new_call),
		TEST(without_on_the_one_dialog_is_meant),
		TEST(on_names_the_dialog_not_the_socket),
		TEST(a_proxy_of_ours_is_not_in_its_own_way),
	};

	return cmocka_run_group_tests_name("play_dialog", tests, NULL, NULL);
}
