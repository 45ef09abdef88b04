/* SPDX-License-Identifier: MIT */
/* Rule 7: 401 and 407 are answered by themselves, unless a line wants them. */
#include "play_fix.h"

#include "sip/digest.h"

static struct device_user alice = { STR("alice"), STR("1001"), STR("s3cret") };
static struct str hidden = STR("s3cret");

static int setup(void **state)
{
	int failed = fix_setup(state);
	struct fix *f = *state;

	f->device.users = &alice;
	f->device.nusers = 1;
	f->device.secrets = &hidden;
	f->device.nsecrets = 1;
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

/* Refused credentials are not sent for ever, and nothing can be said: which
 * user and realm stands in the result. */
static void a_wrong_password_says_nothing(void **state)
{
	struct fix *f = *state;

	on(f, "REFER", "401");
	play(f, "test\n"
		"F1 alice -> dut REFER {dut.uri} as a1\n"
		"    Refer-To: <{dut.uri}>\n"
		"F2 must dut -> alice 202 for F1\n");
	assert_verdict(f, VERDICT_INCONCLUSIVE);
	assert_int_equal(count_heard(f, "REFER"), 2);
	assert_str(finding(f, "starts from")->detail,
		   "REFER of alice was answered 401: user \"1001\" is refused "
		   "in realm \"dev\": is the password right?");
}

/* A password that was good before is good: it is the device that errs. */
static void a_known_password_refused_fails(void **state)
{
	struct fix *f = *state;

	on_nth(f, 1, "OPTIONS", "401");
	on_nth(f, 2, "OPTIONS", "200");
	on(f, "REFER", "401");
	play(f, "test\n"
		"F1 alice -> dut OPTIONS {dut.uri} as o1\n"
		"F2 dut -> alice 200 for F1\n"
		"F3 alice -> dut REFER {dut.uri} as a1\n"
		"    Refer-To: <{dut.uri}>\n"
		"F4 must dut -> alice 202 for F3\n");
	assert_verdict(f, VERDICT_FAIL);
	assert_int_equal(count_heard(f, "REFER"), 1);
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

/* However the device spells them, and wherever it echoes a password. */
static void records_show_nothing_of_the_devices(void **state)
{
	struct fix *f = *state;

	f->says[0] = (struct said){
		200, "Authentication-Info: qop=auth,\r\n"
		     "  RspAuth = \"0123456789abcdef\"\r\n"
		     "x-debug: password s3cret, response=kept\r\n"
		     "proxy-authorization: Digest response=beef\r\n"
	};
	play(f, "test\n"
		"F1 alice -> dut OPTIONS {dut.uri} as o1\n"
		"F2 dut -> alice 200 for F1\n"
		"    note Authentication-Info.rspauth\n"
		"    must X-Debug is \"password s3cret, response=kept\"\n"
		"    must Proxy-Authorization.response is other\n");
	assert_verdict(f, VERDICT_FAIL);
	for (size_t i = 0; i < f->trace.n; i++) {
		const struct event *ev = &f->trace.list[i];
		const struct str texts[] = { ev->bytes, ev->text, ev->wanted,
					     ev->got };

		for (size_t k = 0; k < 4; k++) {
			assert_true(str_find(texts[k], STR("s3cret")) < 0);
			assert_true(str_find(texts[k], STR("9abcdef")) < 0);
			assert_true(str_find(texts[k], STR("beef")) < 0);
		}
		if (ev->kind == EV_REC && !ev->out && ev->bytes.len)
			assert_true(str_find(ev->bytes, STR("response=kept")) >
				    0);
	}
}

/* RFC 3261 22.3: each realm is answered, and none twice. */
static void several_realms(void **state)
{
	struct fix *f = *state;
	const struct heard *h;

	f->says[0] = (struct said){
		401, "WWW-Authenticate: Digest realm=\"dev\", nonce=\"1\"\r\n"
		     "WWW-Authenticate: Digest realm=\"b\", nonce=\"2\"\r\n"
		     "WWW-Authenticate: Digest realm=\"dev\", nonce=\"3\", "
		     "algorithm=SHA-256\r\n"
		     "Proxy-Authenticate: Digest realm=\"c\", nonce=\"4\"\r\n"
	};
	on_nth(f, 1, "REFER", "401");
	on_nth(f, 2, "REFER", "202");
	play(f, "test\n"
		"F1 alice -> dut REFER {dut.uri} as a1\n"
		"    Refer-To: <{dut.uri}>\n"
		"F2 dut -> alice 202 for F1\n");
	assert_verdict(f, VERDICT_PASS);
	h = heard(f, "REFER", 1);
	assert_int_equal(pkt_values(h->pkt, "Proxy-Authorization"), 1);
	assert_true(pkt_row(h->pkt, "Authorization", 1));
	assert_false(pkt_row(h->pkt, "Authorization", 2));
	assert_true(holds(h->pkt, "realm=\"dev\", nonce=\"1\""));
	assert_true(holds(h->pkt, "realm=\"b\", nonce=\"2\""));
	assert_true(holds(h->pkt, "realm=\"c\", nonce=\"4\""));
}

/* RFC 8760 2.4: the first that can be met. */
static void the_first_algorithm_that_is_known(void **state)
{
	struct fix *f = *state;

	f->says[0] = (struct said){
		401, "WWW-Authenticate: Digest realm=\"dev\", nonce=\"1\", "
		     "algorithm=TIGER\r\n"
		     "WWW-Authenticate: Digest realm=\"dev\", nonce=\"2\", "
		     "algorithm=SHA-512-256, qop=\"auth-int\", opaque=\"o\"\r\n"
		     "WWW-Authenticate: Digest realm=\"dev\", nonce=\"3\"\r\n"
	};
	on_nth(f, 1, "REFER", "401");
	on_nth(f, 2, "REFER", "202");
	play(f, "test\n"
		"F1 alice -> dut REFER {dut.uri} as a1\n"
		"    Refer-To: <{dut.uri}>\n"
		"    body text/plain \"some body\"\n"
		"F2 dut -> alice 202 for F1\n");
	assert_verdict(f, VERDICT_PASS);
	assert_answered(f, "REFER", 1, "Authorization", "s3cret");
	assert_true(holds(heard(f, "REFER", 1)->pkt, "nonce=\"2\""));
	assert_true(holds(heard(f, "REFER", 1)->pkt, "qop=auth-int"));
	assert_true(holds(heard(f, "REFER", 1)->pkt, "opaque=\"o\""));
	assert_int_equal(count_heard(f, "REFER"), 2);
}

/* Every request of ours, in a dialog and outside. */
static void every_method(void **state)
{
	static const char *const methods[] = { "OPTIONS",   "MESSAGE",
					       "SUBSCRIBE", "NOTIFY",
					       "REFER",     "INFO",
					       "PUBLISH",   "UPDATE" };
	struct fix *f = *state;
	buf_auto text = { 0 };

	f->stale = true; /* what we have from before is not taken */
	on_nth(f, 1, "INVITE", "407");
	on_nth(f, 2, "INVITE", "200");
	buf_add_z(&text, "test\n"
			 "F1 alice -> dut INVITE {dut.uri} as a1 sdp offer\n"
			 "F2 dut -> alice 200 for F1\n");
	for (size_t i = 0; i < 8; i++) {
		on_nth(f, 1, methods[i], "401");
		on_nth(f, 2, methods[i], "200");
		buf_addf(&text,
			 "M%zu alice -> dut %s on a1\n"
			 "%s"
			 "   dut -> alice 200 for M%zu\n",
			 i, methods[i],
			 i == 4 ? "    Refer-To: <{dut.uri}>\n" : "", i);
	}
	buf_add_z(&text, "F3 alice -> dut BYE on a1\n"
			 "F4 dut -> alice 200 for F3\n");
	play(f, buf_z(&text));
	assert_verdict(f, VERDICT_PASS);
	for (size_t i = 0; i < 8; i++) {
		assert_answered(f, methods[i], 1, "Authorization", "s3cret");
		assert_answered(f, methods[i], 1, "Proxy-Authorization",
				"s3cret");
	}
}

/* RFC 3261 22.1: the ACK to a 2xx bears what its INVITE bore. */
static void an_ack_has_its_invites(void **state)
{
	struct fix *f = *state;
	struct str invite, ack;

	on_nth(f, 1, "INVITE", "407");
	on_nth(f, 2, "INVITE", "200");
	play(f, "test\n"
		"F1 alice -> dut INVITE {dut.uri} as a1 sdp offer\n"
		"F2 dut -> alice 200 for F1\n"
		"F3 alice -> dut BYE on a1\n"
		"F4 dut -> alice 200 for F3\n");
	assert_verdict(f, VERDICT_PASS);
	invite =
		pkt_value(heard(f, "INVITE", 1)->pkt, "Proxy-Authorization", 0);
	ack = pkt_value(heard(f, "ACK", 1)->pkt, "Proxy-Authorization", 0);
	assert_true(invite.len && str_eq(invite, ack));
	assert_false(
		pkt_row(heard(f, "ACK", 0)->pkt, "Proxy-Authorization", 0));
}

/* RFC 7616 3.5 */
static void the_next_nonce(void **state)
{
	struct fix *f = *state;

	f->says[0] =
		(struct said){ 202,
			       "Authentication-Info: nextnonce=\"fresh\"\r\n" };
	on_nth(f, 1, "REFER", "401");
	on(f, "REFER", "202");
	play(f, "test\n"
		"F1 alice -> dut REFER {dut.uri} as a1\n"
		"    Refer-To: <{dut.uri}>\n"
		"F2 dut -> alice 202 for F1\n"
		"F3 alice -> dut REFER {dut.uri} as a2\n"
		"    Refer-To: <{dut.uri}>\n"
		"F4 dut -> alice 202 for F3\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "REFER"), 3);
	assert_true(holds(heard(f, "REFER", 2)->pkt, "nonce=\"fresh\""));
	assert_true(holds(heard(f, "REFER", 2)->pkt, "nc=00000001"));
}

/* "auth stale": the right password for a nonce that was never given. */
static void a_nonce_of_our_own(void **state)
{
	struct fix *f = *state;

	on_nth(f, 1, "REFER", "401");
	on_nth(f, 2, "REFER", "202");
	on_nth(f, 3, "REFER", "401");
	play(f, "test\n"
		"F1 alice -> dut REFER {dut.uri} as a1\n"
		"    Refer-To: <{dut.uri}>\n"
		"F2 dut -> alice 202 for F1\n"
		"F3 alice -> dut REFER {dut.uri} as a2 auth stale\n"
		"    Refer-To: <{dut.uri}>\n"
		"F4 dut -> alice 401 for F3\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "REFER"), 3);
	assert_answered(f, "REFER", 2, "Authorization", "s3cret");
	assert_false(holds(heard(f, "REFER", 2)->pkt, "nonce=\"n0\""));
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
		CASE(a_wrong_password_says_nothing),
		CASE(a_known_password_refused_fails),
		CASE(a_stale_nonce_is_renewed),
		CASE(endless_challenges_end),
		CASE(a_line_that_wants_the_challenge_has_it),
		CASE(none_and_wrong),
		CASE(records_show_no_digest),
		CASE(records_show_nothing_of_the_devices),
		CASE(several_realms),
		CASE(the_first_algorithm_that_is_known),
		CASE(every_method),
		CASE(an_ack_has_its_invites),
		CASE(the_next_nonce),
		CASE(a_nonce_of_our_own),
		CASE(without_an_account),
	};

	return cmocka_run_group_tests_name("play auth", tests, NULL, NULL);
}
