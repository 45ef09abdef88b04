/* SPDX-License-Identifier: MIT */
/* "party alice register": REGISTER before, while, and after. */
#include "play_fix.h"

static struct str registrar = STR("registrar");
static struct device_user erin = { STR("erin"), STR("1001"), STR("s3cret") };

static int setup(void **state)
{
	int failed = fix_setup(state);
	struct fix *f = *state;

	f->device.roles = &registrar;
	f->device.nroles = 1;
	f->device.domain = STR("pbx.test");
	f->device.users = &erin;
	f->device.nusers = 1;
	f->head = "party erin register\n";
	return failed;
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, fix_teardown)

static const char nothing[] = "test\n"
			      "F1 erin -> dut OPTIONS {dut.uri} as o1\n"
			      "F2 dut -> erin 200 for F1\n";

static const struct pkt *registered(struct fix *f, unsigned n)
{
	const struct heard *h = heard(f, "REGISTER", n);

	assert_non_null(h);
	return h->pkt;
}

static void assert_expires(const struct pkt *pkt, const char *seconds)
{
	fix_str(pkt_value(pkt, "Expires", 0), seconds, __FILE__, __LINE__);
}

/* RFC 3261 10.2: one Call-ID, a CSeq that rises, the To of the user. */
static void before_and_after(void **state)
{
	struct fix *f = *state;

	play(f, nothing);
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "REGISTER"), 2);
	assert_expires(registered(f, 0), "300");
	assert_expires(registered(f, 1), "0");
	assert_str(registered(f, 0)->uri, "sip:pbx.test");
	assert_str(pkt_value(registered(f, 0), "To", 0), "<sip:1001@pbx.test>");
	assert_true(str_eq(pkt_call_id(registered(f, 0)),
			   pkt_call_id(registered(f, 1))));
	assert_true(str_eq(pkt_from_tag(registered(f, 0)),
			   pkt_from_tag(registered(f, 1))));
	assert_int_equal(registered(f, 0)->cseq + 1, registered(f, 1)->cseq);
	assert_true(addr_equal(&heard(f, "REGISTER", 0)->from,
			       &heard(f, "OPTIONS", 0)->from));
}

static void with_a_password(void **state)
{
	struct fix *f = *state;

	on_nth(f, 1, "REGISTER", "401");
	on(f, "REGISTER", "200");
	play(f, nothing);
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "REGISTER"), 3);
	assert_true(pkt_row(registered(f, 1), "Authorization", 0));
	assert_true(pkt_row(registered(f, 2), "Authorization", 0));
	assert_int_equal(registered(f, 1)->cseq, 2);
	assert_int_equal(registered(f, 2)->cseq, 3);
}

static void a_refusal_names_user_and_realm(void **state)
{
	struct fix *f = *state;

	on(f, "REGISTER", "401");
	play(f, nothing);
	assert_verdict(f, VERDICT_INCONCLUSIVE);
	assert_str(f->result->reason, "preamble");
	assert_str(finding(f, "starts from")->detail,
		   "REGISTER of erin was answered 401: user \"1001\" is "
		   "refused in realm \"dev\": is the password right?");
	assert_int_equal(count_heard(f, "REGISTER"), 2);
	assert_int_equal(count_heard(f, "OPTIONS"), 0);
}

static void no_password_at_all(void **state)
{
	struct fix *f = *state;

	f->device.nusers = 0;
	on(f, "REGISTER", "401");
	play(f, nothing);
	assert_verdict(f, VERDICT_INCONCLUSIVE);
	assert_str(finding(f, "starts from")->detail,
		   "REGISTER of erin was answered 401: there is no password "
		   "for erin");
}

/* Half of what was granted; the Contact's word before the message's. */
static void refreshed_in_time(void **state)
{
	struct fix *f = *state;

	f->says[0] = (struct said){ 200, "Expires: 4\r\n" };
	play(f, "test\n"
		"    wait 5s\n"
		"F1 erin -> dut OPTIONS {dut.uri} as o1\n"
		"F2 dut -> erin 200 for F1\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "REGISTER"), 4);
	assert_in_range(heard(f, "REGISTER", 1)->ms, 2000, 2100);
	assert_in_range(heard(f, "REGISTER", 2)->ms, 4000, 4200);
	assert_expires(registered(f, 2), "300");
	assert_expires(registered(f, 3), "0");
	assert_true(str_eq(pkt_call_id(registered(f, 0)),
			   pkt_call_id(registered(f, 2))));
}

static void a_refresh_that_is_refused_is_said(void **state)
{
	struct fix *f = *state;

	f->says[0] = (struct said){ 200, "Expires: 4\r\n" };
	on_nth(f, 2, "REGISTER", "403");
	play(f, "test\n"
		"    wait 3s\n"
		"F1 erin -> dut OPTIONS {dut.uri} as o1\n"
		"F2 dut -> erin 200 for F1\n");
	assert_verdict(f, VERDICT_WARN);
	assert_str(finding(f, "trouble")->detail,
		   "the registration of erin was not refreshed: answered 403");
	assert_int_equal(count_heard(f, "REGISTER"), 3);
}

/* RFC 3261 10.3 (7): 423 says how long it must be; once. */
static void a_longer_time(void **state)
{
	struct fix *f = *state;

	f->says[0] = (struct said){ 423, "Min-Expires: 900\r\n" };
	on_nth(f, 1, "REGISTER", "423");
	play(f, nothing);
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "REGISTER"), 3);
	assert_expires(registered(f, 1), "900");
}

static void never_long_enough(void **state)
{
	struct fix *f = *state;

	f->says[0] = (struct said){ 423, "Min-Expires: 900\r\n" };
	on(f, "REGISTER", "423");
	play(f, nothing);
	assert_verdict(f, VERDICT_INCONCLUSIVE);
	assert_int_equal(count_heard(f, "REGISTER"), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(before_and_after),
		CASE(with_a_password),
		CASE(a_refusal_names_user_and_realm),
		CASE(no_password_at_all),
		CASE(refreshed_in_time),
		CASE(a_refresh_that_is_refused_is_said),
		CASE(a_longer_time),
		CASE(never_long_enough),
	};

	return cmocka_run_group_tests_name("play register", tests, NULL, NULL);
}
