/* SPDX-License-Identifier: MIT */
/* Rules 12 to 14: going on after a failure, the setup, what cannot be said. */
#include "play_fix.h"

#define CALL                                                                   \
	"setup\n"                                                              \
	"alice -> dut INVITE {dut.uri} as a1 sdp offer\n"                      \
	"dut -> alice 200 on a1\n"                                             \
	"test\n"

#define ASK                                                                    \
	"F8 bob -> dut OPTIONS {dut.uri} as last\n"                            \
	"F9 must dut -> bob 200 for F8\n"

/* ---- rule 12 ---- */

static void a_broken_check_stops_nothing(void **state)
{
	struct fix *f = *state;

	play(f, "test\n"
		"F1 alice -> dut OPTIONS {dut.uri} as o\n"
		"F2 dut -> alice 200 for F1\n"
		"  must To.tag is nonsense\n" ASK);
	assert_verdict(f, VERDICT_FAIL);
	assert_true(was_taken(f, "F9"));
}

static void what_is_missing_ends_the_test(void **state)
{
	static const struct {
		const char *line;
		enum verdict v;
		const char *reason;
		bool goes_on;
	} rows[] = {
		{ "must dut -> carol INVITE as k1 reply 486", VERDICT_FAIL, "",
		  false },
		{ "dut -> carol INVITE as k1 reply 486 [practice-x]",
		  VERDICT_FAIL, "", false },
		{ "dut -> carol INVITE as k1 reply 486", VERDICT_INCONCLUSIVE,
		  "timeout-before-purpose", false },
		{ "should dut -> carol INVITE as k1 reply 486", VERDICT_WARN,
		  "", true },
		{ "may dut -> carol INVITE as k1 reply 486", VERDICT_PASS, "",
		  true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char text[400];
		void *fresh;
		struct fix *f;

		fix_setup(&fresh);
		f = fresh;
		snprintf(text, sizeof(text), "test\n%s\n" ASK, rows[i].line);
		play(f, text);
		assert_verdict(f, rows[i].v);
		assert_str(f->result->reason, rows[i].reason);
		assert_int_equal(was_taken(f, "F9"), rows[i].goes_on);
		if (!rows[i].goes_on)
			assert_str(finding(f, "F9")->reason, "not-reached");
		fix_teardown(&fresh);
	}
}

/* A line that needs what did not come is skipped, its answers with it. */
static void what_hangs_on_it_is_skipped(void **state)
{
	struct fix *f = *state;

	play(f, "test\n"
		"F1 should dut -> carol INVITE as k1\n"
		"F2 carol -> dut 200 for F1\n"
		"F3 must dut -> carol ACK for F2\n"
		"F4 carol -> dut BYE on k1\n"
		"F5 must dut -> carol 200 for F4\n"
		"F6 must dut -> carol BYE on k1 reply 200\n" ASK);
	assert_verdict(f, VERDICT_WARN);
	assert_int_equal(count_events(f, EV_SKIP), 5);
	assert_true(was_taken(f, "F9"));
	assert_true(f->result->took < 12 * NS_S);
}

static void a_check_of_what_did_not_come_is_false(void **state)
{
	struct fix *f = *state;

	play(f, "test\n"
		"F1 may dut -> carol INVITE as k1\n" ASK
		"must F1.CSeq.number is 1\n");
	assert_verdict(f, VERDICT_FAIL);
	assert_str(finding(f, "F1.CSeq")->got, "F1 has not happened");
}

/* The time-out says what waited for the line. */
static void the_miss_names_the_waiting_send(void **state)
{
	struct fix *f = *state;

	at(f, 50, "MESSAGE>bob");
	play(f, "test\n"
		"F1 must dut -> carol INVITE as k1\n"
		"F2 carol -> dut 486 for F1\n"
		"F3 dut -> bob MESSAGE as m reply 200\n");
	assert_true(str_find(finding(f, "F1")->detail, STR("waited for it")) >=
		    0);
	assert_true(str_find(finding(f, "F1")->detail, STR("held: MESSAGE")) >=
		    0);
}

/* ---- setup ---- */

static void a_failure_in_setup_is_inconclusive(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "486");
	play(f, CALL ASK);
	assert_verdict(f, VERDICT_INCONCLUSIVE);
	assert_str(f->result->reason, "preamble");
	assert_false(was_taken(f, "F9"));
}

/* `test` begins when the transactions of `setup` are complete. */
static void test_begins_when_setup_is_complete(void **state)
{
	struct fix *f = *state;

	on(f, "INFO", "100 200@3000");
	on(f, "INVITE", "200");
	play(f, "setup\n"
		"alice -> dut INVITE {dut.uri} as a1 sdp offer\n"
		"dut -> alice 200 on a1\n"
		"alice -> dut INFO on a1\n"
		"test\n" ASK);
	assert_verdict(f, VERDICT_PASS);
	assert_true(heard(f, "OPTIONS", 0)->ms >= 3000);
}

static void test_begins_behind_the_ack(void **state)
{
	struct fix *f = *state;

	f->no_ack = true;
	on(f, "200", "ACK@400");
	at(f, 10, "INVITE>carol");
	play(f, "setup\n"
		"dut -> carol INVITE as k1\n"
		"carol -> dut 200 on k1 sdp offer\n"
		"test\n"
		"must not dut -> carol ACK\n" ASK);
	assert_verdict(f, VERDICT_PASS);
	assert_true(heard(f, "OPTIONS", 0)->ms >= 400);
}

/* A call that setup leaves ringing does not hold up the test. */
static void a_ringing_call_is_a_setup(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "180");
	play(f, "setup\n"
		"F1 alice -> dut INVITE {dut.uri} as a1\n"
		"dut -> alice 180 for F1\n"
		"test\n"
		"F2 alice -> dut CANCEL for F1\n"
		"F3 must dut -> alice 487 for F1\n");
	assert_verdict(f, VERDICT_PASS);
	assert_true(f->result->took < 2 * NS_S);
}

/* What the device owes may hang on an answer that the test will give. */
static void a_call_that_waits_for_us_is_a_setup(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "100 INVITE>carol@10");
	play(f, "setup\n"
		"alice -> dut INVITE {carol.uri} as a1\n"
		"F1 dut -> carol INVITE as k1\n"
		"test\n"
		"F2 carol -> dut 486 for F1\n"
		"F3 dut -> carol ACK for F2\n");
	assert_verdict(f, VERDICT_PASS);
	assert_true(heard(f, "486", 0)->ms < 100);
}

/* ---- registering ---- */

static void be_registrar(struct fix *f)
{
	f->device.roles[f->device.nroles++] = STR("registrar");
	f->head = "party dora register\n";
}

static void a_party_registers_and_unregisters(void **state)
{
	struct fix *f = *state;

	be_registrar(f);
	play(f, "test\n" ASK);
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "REGISTER"), 2);
	assert_true(holds(heard(f, "REGISTER", 1)->pkt, "\r\nExpires: 0\r\n"));
}

static void a_refused_register_is_inconclusive(void **state)
{
	struct fix *f = *state;

	be_registrar(f);
	on(f, "REGISTER", "403");
	play(f, "test\n" ASK);
	assert_verdict(f, VERDICT_INCONCLUSIVE);
	assert_str(f->result->reason, "preamble");
}

/* ---- rule 14 ---- */

static void an_unclaimed_refusal_skips(void **state)
{
	static const unsigned refusals[] = { 403, 405, 501, 603, 486 };

	(void)state;
	for (size_t i = 0; i < sizeof(refusals) / sizeof(*refusals); i++) {
		char status[16];
		void *fresh;
		struct fix *f;

		fix_setup(&fresh);
		f = fresh;
		f->head = "needs refer\n";
		snprintf(status, sizeof(status), "%u", refusals[i]);
		on(f, "INVITE", "200");
		on(f, "REFER", status);
		play(f, CALL "F1 alice -> dut REFER on a1\n"
			     "F2 must dut -> alice 2xx for F1\n");
		assert_verdict(f, refusals[i] == 486 ? VERDICT_FAIL
						     : VERDICT_SKIP);
		fix_teardown(&fresh);
	}
}

/* A trigger that the device file does not have. */
static void a_failed_trigger_is_inconclusive(void **state)
{
	struct fix *f = *state;

	play(f, "test\ntrigger call\n" ASK);
	assert_verdict(f, VERDICT_INCONCLUSIVE);
	assert_str(f->result->reason, "trigger");
}

static void a_claimed_refusal_fails(void **state)
{
	struct fix *f = *state;
	static struct fact claims[] = { { { "refer", 5 }, { "yes", 3 } } };

	f->head = "needs refer\n";
	f->device.claims = claims;
	f->device.nclaims = 1;
	on(f, "INVITE", "200");
	on(f, "REFER", "603");
	play(f, CALL "F1 alice -> dut REFER on a1\n"
		     "F2 must dut -> alice 2xx for F1\n");
	assert_verdict(f, VERDICT_FAIL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_broken_check_stops_nothing),
		TEST(what_is_missing_ends_the_test),
		TEST(what_hangs_on_it_is_skipped),
		TEST(a_check_of_what_did_not_come_is_false),
		TEST(the_miss_names_the_waiting_send),
		TEST(a_failure_in_setup_is_inconclusive),
		TEST(test_begins_when_setup_is_complete),
		TEST(test_begins_behind_the_ack),
		TEST(a_ringing_call_is_a_setup),
		TEST(a_call_that_waits_for_us_is_a_setup),
		TEST(a_party_registers_and_unregisters),
		TEST(a_refused_register_is_inconclusive),
		TEST(an_unclaimed_refusal_skips),
		TEST(a_failed_trigger_is_inconclusive),
		TEST(a_claimed_refusal_fails),
	};

	return cmocka_run_group_tests_name("play_break", tests, NULL, NULL);
}
