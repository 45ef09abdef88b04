/* SPDX-License-Identifier: MIT */
/* Rule 7: 401 and 407 are answered by themselves, unless a line wants them. */
#include "play_fix.h"

#include "sip/digest.h"

static struct device_user alice = { STR("alice"), STR("1001"), STR("s3cret") };

static int setup(void **state)
{
	int failed = fix_setup(state);
	struct fix *f = *state;

	f->device.users = &alice;
	f->device.nusers = 1;
	return failed;
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, fix_teardown)

/* The n-th message of that kind has credentials that fit. */
static void assert_answered(struct fix *f, const char *what, unsigned n,
			    const char *row, const char *secret)
{
	const struct heard *h = heard(f, what, n);
	struct digest_credentials c;
	struct fail why;

	assert_non_null(h);
	assert_true(digest_read_credentials(f->arena, pkt_value(h->pkt, row, 0),
					    &c, &why));
	assert_str(c.user, "1001");
	assert_str(c.realm, "dev");
	assert_true(digest_matches(f->arena, &c, str_from(secret),
				   h->pkt->method, h->pkt->body));
}

static void a_challenge_is_answered(void **state)
{
	struct fix *f = *state;

	on_nth(f, 1, "REFER", "401");
	on_nth(f, 2, "REFER", "202");
	play(f, "test\n"
		"F1 alice -> dut REFER {dut.uri} as a1\n"
		"    Refer-To: <{dut.uri}>\n"
		"F2 dut -> alice final for F1\n"
		"    must status is 202\n"
		"must F1.CSeq.number is 2\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "REFER"), 2);
	assert_answered(f, "REFER", 1, "Authorization", "s3cret");
	assert_int_equal(heard(f, "REFER", 1)->pkt->cseq, 2);
	assert_false(str_eq(pkt_branch(heard(f, "REFER", 0)->pkt),
			    pkt_branch(heard(f, "REFER", 1)->pkt)));
	assert_true(str_eq(pkt_call_id(heard(f, "REFER", 0)->pkt),
			   pkt_call_id(heard(f, "REFER", 1)->pkt)));
}

/* A line that opens when the challenge is over is about the second one. */
static void a_line_behind_a_challenge(void **state)
{
	struct fix *f = *state;

	on_nth(f, 1, "INVITE", "407");
	on_nth(f, 2, "INVITE", "200@200");
	play(f, "test\n"
		"F1 alice -> dut INVITE {dut.uri} as a1 sdp offer\n"
		"    wait 100ms\n"
		"O1 alice -> dut OPTIONS {dut.uri} as o1\n"
		"   dut -> alice 200 for O1\n"
		"F2 dut -> alice 200 on a1\n"
		"F3 alice -> dut BYE on a1\n"
		"F4 dut -> alice 200 for F3\n");
	assert_verdict(f, VERDICT_PASS);
	assert_true(was_taken(f, "F2"));
	assert_int_equal(count_heard(f, "INVITE"), 2);
}

/* The call goes on as if nothing had been: ACK to the 407, ACK to the 200,
 * BYE with the credentials that are known by now. */
static void a_call_through_a_challenge(void **state)
{
	struct fix *f = *state;

	on_nth(f, 1, "INVITE", "407");
	on_nth(f, 2, "INVITE", "180@5 200@10");
	play(f, "test\n"
		"F1 alice -> dut INVITE {dut.uri} as a1 sdp offer\n"
		"F2 dut -> alice 180 for F1\n"
		"F3 dut -> alice 200 for F1\n"
		"F4 alice -> dut BYE on a1\n"
		"F5 dut -> alice 200 for F4\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "INVITE"), 2);
	assert_int_equal(count_heard(f, "ACK"), 2);
	assert_answered(f, "INVITE", 1, "Proxy-Authorization", "s3cret");
	assert_answered(f, "BYE", 0, "Proxy-Authorization", "s3cret");
	assert_int_equal(heard(f, "BYE", 0)->pkt->cseq, 3);
	assert_true(holds(heard(f, "BYE", 0)->pkt, "nc=00000002"));
}

/* Refused credentials are not sent for ever: the line gets the second 401. */
static void a_wrong_password_fails(void **state)
{
	struct fix *f = *state;

	on(f, "REFER", "401");
	play(f, "test\n"
		"F1 alice -> dut REFER {dut.uri} as a1\n"
		"    Refer-To: <{dut.uri}>\n"
		"F2 must dut -> alice 202 for F1\n");
	assert_verdict(f, VERDICT_FAIL);
	assert_int_equal(count_heard(f, "REFER"), 2);
}

static void a_stale_nonce_is_renewed(void **state)
{
	struct fix *f = *state;

	f->stale = true;
	on_nth(f, 1, "REFER", "401");
	on_nth(f, 2, "REFER", "401");
	on_nth(f, 3, "REFER", "202");
	play(f, "test\n"
		"F1 alice -> dut REFER {dut.uri} as a1\n"
		"    Refer-To: <{dut.uri}>\n"
		"F2 dut -> alice 202 for F1\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "REFER"), 3);
}

/* Stale for ever: an end all the same. */
static void endless_challenges_end(void **state)
{
	struct fix *f = *state;

	f->stale = true;
	on(f, "REFER", "401");
	play(f, "test\n"
		"F1 alice -> dut REFER {dut.uri} as a1\n"
		"    Refer-To: <{dut.uri}>\n"
		"F2 must dut -> alice 202 for F1\n");
	assert_verdict(f, VERDICT_FAIL);
	assert_int_equal(count_heard(f, "REFER"), 5);
}

static void a_line_that_wants_the_challenge_has_it(void **state)
{
	struct fix *f = *state;

	on_nth(f, 1, "REFER", "401");
	on_nth(f, 2, "REFER", "202");
	play(f, "test\n"
		"F1 alice -> dut REFER {dut.uri} as a1\n"
		"    Refer-To: <{dut.uri}>\n"
		"F2 dut -> alice 401|407 for F1\n"
		"    must WWW-Authenticate.nonce present\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "REFER"), 1);
}

static void none_and_wrong(void **state)
{
	struct fix *f = *state;

	on(f, "REFER", "401");
	play(f, "test\n"
		"F1 alice -> dut REFER {dut.uri} as a1 auth none\n"
		"    Refer-To: <{dut.uri}>\n"
		"F2 dut -> alice final for F1\n"
		"    must status is 401\n"
		"F3 alice -> dut REFER {dut.uri} as a2 auth wrong\n"
		"    Refer-To: <{dut.uri}>\n"
		"F4 dut -> alice final for F3\n"
		"    must status is 401\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "REFER"), 3);
	assert_answered(f, "REFER", 2, "Authorization", "wrong");
}

/* No record holds a digest that a password could be guessed from. */
static void records_show_no_digest(void **state)
{
	struct fix *f = *state;
	unsigned shown = 0;

	a_challenge_is_answered(state);
	for (size_t i = 0; i < f->trace.n; i++) {
		struct str bytes = f->trace.list[i].bytes;
		ptrdiff_t at = str_find(bytes, STR("response=\""));

		if (at < 0)
			continue;
		shown++;
		assert_true(str_starts(str_tail(bytes, (size_t)at),
				       "response=\"xxxxxxxxxxxxxxxxxxxxxxxxxxxx"
				       "xxxx\""));
	}
	assert_int_equal(shown, 1);
}

/* A party without an account answers nothing. */
static void without_an_account(void **state)
{
	struct fix *f = *state;

	f->device.nusers = 0;
	on(f, "REFER", "401");
	play(f, "test\n"
		"F1 alice -> dut REFER {dut.uri} as a1\n"
		"    Refer-To: <{dut.uri}>\n"
		"F2 dut -> alice final for F1\n"
		"    must status is 401\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "REFER"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_challenge_is_answered),
		CASE(a_line_behind_a_challenge),
		CASE(a_call_through_a_challenge),
		CASE(a_wrong_password_fails),
		CASE(a_stale_nonce_is_renewed),
		CASE(endless_challenges_end),
		CASE(a_line_that_wants_the_challenge_has_it),
		CASE(none_and_wrong),
		CASE(records_show_no_digest),
		CASE(without_an_account),
	};

	return cmocka_run_group_tests_name("play auth", tests, NULL, NULL);
}
