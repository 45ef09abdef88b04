/* SPDX-License-Identifier: MIT */
/* Rule 3: who takes a message, what is held, what is unexpected. */
#include "play_fix.h"

#define CALL                                                                   \
	"setup\n"                                                              \
	"alice -> dut INVITE {dut.uri} as a1 sdp offer\n"                      \
	"dut -> alice 200 on a1\n"                                             \
	"test\n"

/* ---- held ---- */

static void an_early_message_is_held_for_its_line(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	on(f, "INFO", "INVITE>carol 200@100");
	play(f, CALL "F1 alice -> dut INFO on a1\n"
		     "dut -> alice 200 for F1\n"
		     "wait 300ms\n"
		     "F3 dut -> carol INVITE as k1 reply 486\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_events(f, EV_EARLY), 1);
	assert_true(was_taken(f, "F3"));
	assert_true(heard(f, "486", 0)->ms >= 400); /* unanswered till then */
}

/* Rule 6: it counts with its arrival. */
static void a_held_message_is_not_late(void **state)
{
	struct fix *f = *state;

	at(f, 50, "INVITE>carol");
	play(f, "test\nwait 3s\n"
		"F3 dut -> carol INVITE as k1 within 1s reply 486\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_at(f, EV_LATE, "F3"), 0);
}

static void after_makes_early_a_failure(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	on(f, "REFER", "202 NOTIFY:terminated:200@10 INVITE>carol@100");
	play(f, CALL "F1 alice -> dut REFER on a1\n"
		     "dut -> alice 202 for F1\n"
		     "F3 dut -> carol INVITE as k1 reply 200\n"
		     "F4 must dut -> alice NOTIFY on a1 after F3 reply 200\n");
	assert_verdict(f, VERDICT_FAIL);
	assert_str(finding(f, "after F3 in order")->got, "before it");
}

static void after_is_content_with_the_right_order(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	on(f, "REFER", "202 INVITE>carol@10 NOTIFY:terminated:200@100");
	play(f, CALL "F1 alice -> dut REFER on a1\n"
		     "dut -> alice 202 for F1\n"
		     "F3 dut -> carol INVITE as k1 reply 200\n"
		     "F4 must dut -> alice NOTIFY on a1 after F3 reply 200\n");
	assert_verdict(f, VERDICT_PASS);
}

/* The line it waited for was skipped: then it is nobody's. */
static void a_held_message_is_let_go(void **state)
{
	struct fix *f = *state;

	at(f, 50, "INVITE>carol");
	on(f, "OPTIONS", "200@500");
	play(f, "test\n"
		"F1 alice -> dut OPTIONS {dut.uri} as o\n"
		"either\n"
		"dut -> alice 200 for F1\n"
		"or\n"
		"dut -> alice 404 for F1\n"
		"wait 10ms\n"
		"dut -> carol INVITE as k1 reply 200\n"
		"end\n"
		"wait 1s\n");
	assert_verdict(f, VERDICT_FAIL);
	assert_true(has_finding(f, "unexpected INVITE at carol"));
	assert_int_equal(count_heard(f, "486"), 1);
}

/* ---- unexpected ---- */

static void the_unexpected_fails_and_is_answered(void **state)
{
	static const struct {
		const char *does, *answer;
	} rows[] = {
		{ "INVITE>bob", "486" }, { "NOTIFY>bob", "481" },
		{ "BYE>bob", "200" },    { "CANCEL>bob", "200" },
		{ "REFER>bob", "405" },  { "MESSAGE>bob", "405" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		void *fresh;
		struct fix *f;

		fix_setup(&fresh);
		f = fresh;
		at(f, 50, rows[i].does);
		play(f, "test\nwait 200ms\n"
			"F1 alice -> dut OPTIONS {dut.uri} as o\n"
			"F2 dut -> alice 200 for F1\n");
		assert_verdict(f, VERDICT_FAIL);
		assert_true(has_finding(f, "unexpected"));
		assert_int_equal(count_heard(f, rows[i].answer), 1);
		assert_true(was_taken(f, "F2")); /* the play went on */
		fix_teardown(&fresh);
	}
}

static void a_405_says_what_is_allowed(void **state)
{
	struct fix *f = *state;

	at(f, 50, "MESSAGE>bob");
	play(f, "test\nwait 200ms\n");
	assert_true(holds(heard(f, "405", 0)->pkt, "\r\nAllow: INVITE"));
}

/* It names every line that could have taken it, and why each did not. */
static void the_unexpected_names_the_open_lines(void **state)
{
	struct fix *f = *state;

	at(f, 50, "INVITE>bob");
	at(f, 80, "REFER>bob");
	play(f, "test\n"
		"F1 dut -> bob REFER as r1 where Refer-Sub present no-reply\n"
		"  must Refer-To present\n");
	assert_true(str_find(finding(f, "unexpected INVITE")->detail,
			     STR("it is an INVITE")) >= 0);
	assert_true(
		str_find(finding(f, "unexpected REFER")->detail,
			 STR("\"where Refer-Sub present\" does not hold")) >=
		0);
}

static void a_response_nobody_speaks_of_is_noted(void **state)
{
	struct fix *f = *state;

	on(f, "OPTIONS", "100 404@20");
	play(f, "test\n"
		"alice -> dut OPTIONS {dut.uri} as o\n"
		"wait 200ms\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_events(f, EV_UNEXPECTED), 0);
}

static void a_response_to_nothing_is_a_stray(void **state)
{
	struct fix *f = *state;

	play_begin(f, "test\nwait 200ms\n");
	play_until(f, 50);
	device_says(f, "alice",
		    "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP "
		    "127.0.0.2:20000;branch=z9hG4bKnone\r\n"
		    "From: <sip:a@x>;tag=1\r\nTo: <sip:b@x>;tag=2\r\n"
		    "Call-ID: x\r\nCSeq: 1 INVITE\r\n\r\n");
	play_end(f);
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_class(f, REC_STRAY, false), 1);
}

static void what_is_no_sip_is_unexpected(void **state)
{
	struct fix *f = *state;

	play_begin(f, "test\nwait 200ms\n");
	play_until(f, 50);
	device_says(f, "alice", "hello\r\n\r\n");
	device_says(f, "alice", "\r\n\r\n"); /* a keep-alive is not */
	play_end(f);
	assert_verdict(f, VERDICT_FAIL);
	assert_int_equal(count_events(f, EV_UNEXPECTED), 1);
	assert_int_equal(count_class(f, REC_KEEPALIVE, false), 1);
}

/* ---- settled ---- */

/* A final response settles its request: another status has failed at once. */
static void another_status_fails_at_once(void **state)
{
	struct fix *f = *state;

	on(f, "OPTIONS", "404@100");
	play(f, "test\n"
		"F1 alice -> dut OPTIONS {dut.uri} as o\n"
		"F2 must dut -> alice 200 for F1\n");
	assert_verdict(f, VERDICT_FAIL);
	assert_str(finding(f, "F2")->got, "404 came instead");
	assert_true(finding(f, "F2")->t < 200 * NS_MS);
}

/* Rule 7: writing 180 makes it mandatory. */
static void a_final_takes_the_chance_of_a_provisional(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "486@100");
	play(f, "test\n"
		"F1 alice -> dut INVITE {dut.uri} as a1\n"
		"F2 must dut -> alice 180 for F1\n");
	assert_verdict(f, VERDICT_FAIL);
	assert_str(finding(f, "F2")->got, "486 came instead");
}

/* The line opens only when its response has passed: it has missed then. */
static void a_line_behind_its_final_misses_at_once(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "486@100");
	play(f, "test\n"
		"F1 alice -> dut INVITE {dut.uri} as a1\n"
		"F2 should dut -> alice 180 for F1\n"
		"F3 must dut -> alice 200 for F1\n");
	assert_verdict(f, VERDICT_FAIL);
	assert_str(finding(f, "F3")->got, "486 came instead");
	assert_true(finding(f, "F3")->t < 200 * NS_MS);
}

/* No "for": the last request of the leg without a final response. */
static void without_for_the_open_request_is_meant(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	on(f, "INFO", "200@300");
	on(f, "UPDATE", "200@50");
	play(f, CALL "F1 alice -> dut INFO on a1\n"
		     "F2 alice -> dut UPDATE on a1\n"
		     "F3 dut -> alice 200 on a1\n"
		     "  must CSeq.method is UPDATE\n"
		     "F4 dut -> alice 200 on a1\n"
		     "  must CSeq.method is INFO\n");
	assert_verdict(f, VERDICT_PASS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_early_message_is_held_for_its_line),
		TEST(a_held_message_is_not_late),
		TEST(after_makes_early_a_failure),
		TEST(after_is_content_with_the_right_order),
		TEST(a_held_message_is_let_go),
		TEST(the_unexpected_fails_and_is_answered),
		TEST(a_405_says_what_is_allowed),
		TEST(the_unexpected_names_the_open_lines),
		TEST(a_response_nobody_speaks_of_is_noted),
		TEST(a_response_to_nothing_is_a_stray),
		TEST(what_is_no_sip_is_unexpected),
		TEST(another_status_fails_at_once),
		TEST(a_final_takes_the_chance_of_a_provisional),
		TEST(a_line_behind_its_final_misses_at_once),
		TEST(without_for_the_open_request_is_meant),
	};

	return cmocka_run_group_tests_name("play_take", tests, NULL, NULL);
}
