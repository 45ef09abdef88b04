/* SPDX-License-Identifier: MIT */
/* How things are said: wordings of the language that no other file of plays
 * uses as authors do. tests/golden/README.md lists where each one is proved. */
#include "play_fix.h"

#define CALL                                                                   \
	"setup\n"                                                              \
	"alice -> dut INVITE {dut.uri} as a1 sdp offer\n"                      \
	"dut -> alice 200 on a1\n"                                             \
	"test\n"

/* What the device is called does not matter, and 181 may come or not. */
static void an_optional_message(void **state)
{
	static const char *const does[] = { "100 200@20", "181@10 200@20" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		void *fresh;
		struct fix *f;

		fix_setup(&fresh);
		f = fresh;
		f->head = "dut pbx\n";
		on(f, "INVITE", does[i]);
		play(f, "test\n"
			"F1 alice -> pbx INVITE {dut.uri} as a1 sdp offer\n"
			"F2 may pbx -> alice 181\n"
			"F3 must pbx -> alice 200 for F1\n");
		assert_verdict(f, VERDICT_PASS);
		assert_int_equal(was_taken(f, "F2"), i == 1);
		fix_teardown(&fresh);
	}
}

static void several_until_one_of_two_conditions(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	on(f, "REFER",
	   "202 NOTIFY:active:100@10 NOTIFY:active:200@20 "
	   "NOTIFY:terminated:200@30");
	play(f, CALL "F1 alice -> dut REFER on a1\n"
		     "watch N dut -> alice NOTIFY on a1 reply 200 until "
		     "Subscription-State.state is terminated or "
		     "sipfrag.status >= 200\n"
		     "F2 dut -> alice 202 for F1\n"
		     "join N\n"
		     "must N.count is 2\n"
		     "F3 dut -> alice NOTIFY on a1 reply 200\n");
	assert_verdict(f, VERDICT_PASS);
	assert_true(was_taken(f, "F3"));
}

static void an_exact_count(void **state)
{
	static const struct {
		const char *does;
		enum verdict v;
	} rows[] = {
		{ "202 NOTIFY:active:100@10 NOTIFY:active:180@20",
		  VERDICT_FAIL },
		{ "202 NOTIFY:active:100@10 NOTIFY:active:180@20 "
		  "NOTIFY:terminated:200@30",
		  VERDICT_PASS },
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		void *fresh;
		struct fix *f;

		fix_setup(&fresh);
		f = fresh;
		on(f, "INVITE", "200");
		on(f, "REFER", rows[i].does);
		play(f, CALL "F1 alice -> dut REFER on a1\n"
			     "F2 dut -> alice 202 for F1\n"
			     "N must 3x dut -> alice NOTIFY on a1 reply 200\n");
		assert_verdict(f, rows[i].v);
		fix_teardown(&fresh);
	}
}

/* "this message and no other": the one with the status that was answered. */
static void this_message_and_no_other(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	on(f, "REFER", "202 NOTIFY:active:100@10 NOTIFY:terminated:200@20");
	play(f, "setup\n"
		"alice -> dut INVITE {dut.uri} as a1 sdp offer\n"
		"F0 dut -> alice 200 on a1\n"
		"test\n"
		"F1 alice -> dut REFER on a1\n"
		"F2 dut -> alice NOTIFY on a1 "
		"where sipfrag.status is {F0.status} reply 200\n"
		"    must Subscription-State.state is terminated\n"
		"watch N dut -> alice NOTIFY on a1 reply 200\n"
		"dut -> alice 202 for F1\n"
		"join N\n"
		"must N.count is 1\n");
	assert_verdict(f, VERDICT_PASS);
	assert_true(was_taken(f, "F2"));
}

/* ---- what is asked of a message besides its fields ---- */

static void latency_of_a_label(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "180@1000 200@1400");
	play(f, "test\n"
		"F1 alice -> dut INVITE {dut.uri} as a1\n"
		"F2 dut -> alice 180 for F1\n"
		"    must latency in (1s..1100ms)\n"
		"F3 dut -> alice 200 for F1\n"
		"    must latency of F2 <= 400ms\n"
		"    must latency of F1 >= 1400\n"
		"    note latency of F2\n"
		"must F3.latency of F1 in (1400..1500)\n");
	assert_verdict(f, VERDICT_PASS);
}

static void latency_that_is_too_long(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "180@1000 200@1400");
	play(f, "test\n"
		"F1 alice -> dut INVITE {dut.uri} as a1\n"
		"F2 dut -> alice 180 for F1\n"
		"F3 dut -> alice 200 for F1\n"
		"    must latency of F2 < 250ms\n");
	assert_verdict(f, VERDICT_FAIL);
	assert_str(finding(f, "latency of F2")->wanted, "latency of F2 < 250");
	assert_str(finding(f, "latency of F2")->got, "400");
}

/* What came before the label, and what has not come, have no latency. */
static void latency_of_what_is_yet_to_come(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	on(f, "REFER", "NOTIFY:active:100@10 202@200");
	play(f, CALL "F1 alice -> dut REFER on a1\n"
		     "F3 dut -> alice NOTIFY on a1 reply 200\n"
		     "F2 dut -> alice 202 for F1\n"
		     "must F3.latency of F2 >= 0\n"
		     "must F2.latency of F4 >= 0\n"
		     "F4 alice -> dut BYE on a1\n"
		     "dut -> alice 200 for F4\n");
	assert_verdict(f, VERDICT_FAIL);
	assert_str(finding(f, "F3.latency")->got, "it came before F2");
	assert_str(finding(f, "F2.latency")->got, "F4 has not happened");
}

static void the_gap_between_two(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	on(f, "REFER", "202 NOTIFY:active:100@10 NOTIFY:terminated:200@2510");
	play(f, CALL "F1 alice -> dut REFER on a1\n"
		     "F2 dut -> alice 202 for F1\n"
		     "watch N dut -> alice NOTIFY on a1 reply 200 "
		     "until Subscription-State.state is terminated\n"
		     "    last must gap in (2400ms..2600ms)\n"
		     "    last must gap < 2s\n"
		     "    first must gap absent\n"
		     "join N\n");
	assert_verdict(f, VERDICT_FAIL);
	assert_str(finding(f, "gap <")->got, "2500");
	assert_int_equal(finding(f, "gap in")->verdict, VERDICT_PASS);
	assert_int_equal(finding(f, "gap absent")->verdict, VERDICT_PASS);
}

static void where_it_came_from(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	play(f, "test\n"
		"F1 alice -> dut INVITE {dut.uri} as a1\n"
		"F2 dut -> alice 200 for F1\n"
		"    must source is {dut.hostport}\n"
		"    must source.host is {dut.host}\n"
		"    must source.port is {dut.port}\n"
		"    must source.port in (1..65535)\n"
		"    must transport is udp\n"
		"    must connection absent\n"
		"must F2.source.host is not {alice.port}\n");
	assert_verdict(f, VERDICT_PASS);
}

static void it_came_from_elsewhere(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	play(f, "test\n"
		"F1 alice -> dut INVITE {dut.uri} as a1\n"
		"F2 dut -> alice 200 for F1\n"
		"    must source.port is 9\n");
	assert_verdict(f, VERDICT_FAIL);
	assert_str(finding(f, "source.port")->wanted, "source.port is 9");
}

/* "deaf": connected to, and nothing is read until the wire opens. */
static void a_deaf_party_reads_nothing(void **state)
{
	struct fix *f = *state;

	f->head = "party dave via tcp deaf\n";
	at(f, 100, "INVITE>dave");
	play(f, "test\n"
		"must not dut -> dave any until F1\n"
		"wait 800ms\n"
		"F1 --\n"
		"wire dave open\n"
		"F2 must dut -> dave INVITE as k1 after F1 reply 486\n"
		"dut -> dave ACK on k1\n");
	assert_verdict(f, VERDICT_PASS);
	assert_in_range(heard(f, "486", 0)->ms, 800, 810);
}

/* ---- Replaces ---- */

/* "paper": the dialog of two others, written down and never played. */
static void replaces_of_a_dialog_on_paper(void **state)
{
	struct fix *f = *state;
	const struct heard *got;

	f->head = "paper d2 = alice carol\n";
	play(f, "test\n"
		"F1 bob -> dut MESSAGE {dut.uri} as m\n"
		"    X-Replaces: {d2.replaces}\n"
		"    X-Target: {d2.target-dialog}\n"
		"dut -> bob 405|200 for F1\n");
	got = heard(f, "MESSAGE", 0);
	assert_non_null(got);
	assert_true(holds(got->pkt, "\r\nX-Replaces: "));
	assert_true(holds(got->pkt, ";to-tag="));
	assert_true(holds(got->pkt, ";from-tag="));
	assert_false(holds(got->pkt, ";to-tag=;"));
	assert_true(holds(got->pkt, ";local-tag="));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_optional_message),
		TEST(several_until_one_of_two_conditions),
		TEST(an_exact_count),
		TEST(this_message_and_no_other),
		TEST(latency_of_a_label),
		TEST(latency_that_is_too_long),
		TEST(latency_of_what_is_yet_to_come),
		TEST(the_gap_between_two),
		TEST(where_it_came_from),
		TEST(it_came_from_elsewhere),
		TEST_TCP(a_deaf_party_reads_nothing),
		TEST(replaces_of_a_dialog_on_paper),
	};

	return cmocka_run_group_tests_name("play_said", tests, NULL, NULL);
}
