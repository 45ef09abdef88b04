/* SPDX-License-Identifier: MIT */
/* What an author reads for every way in which a step can fail: the terminal's
 * text beside it in tests/golden/failures. */
#include "golden.h"
#include "play_fix.h"

#include "report/report.h"

#define CALL                                                                   \
	"setup\n"                                                              \
	"    alice -> dut   INVITE {dut.uri}   as a1   sdp offer\n"            \
	"    dut -> alice   200   on a1\n"                                     \
	"test\n"

static struct str sentence(void *ctx, struct str id)
{
	(void)ctx;
	if (str_is(id, "practice-one"))
		return STR("The first rule of these tests.");
	return STR_NONE;
}

static void check_text(struct fix *f, const char *name)
{
	struct report_opts opts = { .out = STR("out/last"),
				    .sentence = sentence };
	char path[80];
	buf_auto out = { 0 };

	/* the text was compiled from memory */
	for (size_t i = 0; i < f->result->n; i++)
		f->result->findings[i].file = STR("unit.ladder");
	terminal_result(f->result, &opts, &out);
	snprintf(path, sizeof(path), "failures/%s.txt", name);
	golden_check(path, &out);
}

/* ---- a message that does not come ---- */

static void test_timeout(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	on(f, "REFER", "202 INVITE>bob@20");
	play(f, CALL "F1  alice -> dut   REFER   on a1\n"
		     "        Refer-To: <{carol.uri}>\n"
		     "F2  dut -> alice   202   for F1\n"
		     "    may dut -> alice   NOTIFY   on a1\n"
		     "F3  dut -> carol   INVITE   as k1   within 4s   "
		     "[practice-one]\n"
		     "F4  carol -> dut   180   for F3\n"
		     "F5  dut -> bob   INVITE   as k2   reply 486\n");
	check_text(f, "timeout");
}

static void test_timeout_empty(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	on(f, "REFER", "202");
	play(f,
	     CALL "F1  alice -> dut   REFER   on a1\n"
		  "        Refer-To: <{carol.uri}>\n"
		  "F2  dut -> alice   202   for F1\n"
		  "watch N  must dut -> alice   NOTIFY   on a1   reply 200   "
		  "until Subscription-State.state is terminated\n"
		  "    join N   within 2s\n");
	check_text(f, "timeout-watch");
}

static void test_step_on_the_way(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	play(f, CALL "F3  dut -> carol   INVITE   as k1\n"
		     "F4  carol -> dut   486   for F3\n");
	check_text(f, "step-on-the-way");
}

/* ---- another message ---- */

static void test_wrong_status(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	on(f, "REFER", "603");
	play(f, CALL "F1  alice -> dut   REFER   on a1\n"
		     "        Refer-To: <{carol.uri}>\n"
		     "F2  dut -> alice   2xx   for F1   [practice-one]\n");
	check_text(f, "wrong-status");
}

/* What came meanwhile is listed, and why it is not what was waited for. */
static void test_provisional(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "100 180@30");
	play(f, "test\n"
		"F1  alice -> dut   INVITE {dut.uri}   as a1   sdp offer\n"
		"F2  must dut -> alice   200   for F1\n");
	check_text(f, "provisional");
}

static void test_wrong_alternatives(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	on(f, "REFER", "603");
	play(f, CALL "F1  alice -> dut   REFER   on a1\n"
		     "        Refer-To: <{carol.uri}>\n"
		     "either \"accepts\"\n"
		     "F2  must dut -> alice   202   for F1\n"
		     "or \"asks for credentials\"\n"
		     "    must dut -> alice   401|407   for F1\n"
		     "end\n");
	check_text(f, "wrong-alternatives");
}

static void test_unexpected(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	on(f, "REFER", "202 MESSAGE@20 NOTIFY:active:100@30");
	play(f, CALL "F1  alice -> dut   REFER   on a1\n"
		     "        Refer-To: <{carol.uri}>\n"
		     "F2  dut -> alice   202   for F1\n"
		     "    may dut -> alice   INFO   on a1\n"
		     "watch N  may dut -> alice   NOTIFY   on a1   reply 200   "
		     "where sipfrag.status >= 200\n"
		     "    wait 1s\n");
	check_text(f, "unexpected");
}

/* ---- a message that is not as it should be ---- */

static void test_field(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	on(f, "REFER", "202 INVITE>carol@20");
	play(f, CALL "F1  alice -> dut   REFER   on a1\n"
		     "        Refer-To: <{carol.uri}>\n"
		     "F2  dut -> alice   202   for F1\n"
		     "        should Contact.uri.host is 192.0.2.77\n"
		     "F3  dut -> carol   INVITE   as k1   reply 486\n"
		     "        must Call-ID is {F1.Call-ID}   [practice-one]\n"
		     "        must From.tag absent\n"
		     "        must CSeq.number in (1000..2000)\n"
		     "        must Max-Forwards > 70 or Subject present\n"
		     "        must not Via.count is 1\n");
	check_text(f, "field");
}

static void test_syntax(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	play_begin(f, CALL
		   "F3  dut -> carol   INVITE   as k1   reply 486   within 4s\n"
		   "        must Contact.syntax is valid   [practice-one]\n");
	play_until(f, 20);
	device_says(f, "carol", "this is no SIP at all\r\n\r\n");
	device_says(f, "carol",
		    "INVITE sip:carol@127.0.0.4 SIP/2.0\r\n"
		    "Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKx\r\n"
		    "From: <sip:dut@127.0.0.1>;tag=1\r\n"
		    "To: <sip:carol@127.0.0.4>\r\n"
		    "Call-ID: 1@x\r\nCSeq: 1 INVITE\r\n"
		    "Contact: <sip:dut@127.0.0.1;q=0.5\r\n"
		    "Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n");
	play_end(f);
	check_text(f, "syntax");
}

static void test_late(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	on(f, "REFER", "202@2500 INVITE>carol@10");
	play(f, CALL "F1  alice -> dut   REFER   on a1\n"
		     "        Refer-To: <{carol.uri}>\n"
		     "F2  dut -> alice   202   for F1   within 2s   "
		     "[practice-one]\n"
		     "F3  dut -> carol   INVITE   as k1   after F2   reply 486"
		     "   [practice-one]\n");
	check_text(f, "late");
}

/* ---- what must not be ---- */

static void test_guard(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	on(f, "REFER", "202 BYE@40");
	play(f, CALL "F1  alice -> dut   REFER   on a1\n"
		     "        Refer-To: <{carol.uri}>\n"
		     "must not  dut -> alice   BYE   on a1   until F3   "
		     "[practice-one]\n"
		     "F2  dut -> alice   202   for F1\n"
		     "    wait 1s\n"
		     "F3  --\n");
	check_text(f, "guard");
}

static void test_monitor(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	play_begin(
		f, CALL
		"F3  dut -> carol   INVITE   as k1   reply 486   within 4s\n");
	play_until(f, 20);
	device_says(f, "carol",
		    "INVITE sip:carol@127.0.0.4 SIP/2.0\r\n"
		    "Via: SIP/2.0/UDP 127.0.0.1:5060;branch=x\r\n"
		    "From: <sip:dut@127.0.0.1>;tag=1\r\n"
		    "To: <sip:carol@127.0.0.4>;tag=2\r\n"
		    "Call-ID: 1@x\r\nCSeq: 1 INVITE\r\n"
		    "Contact: <sip:dut@127.0.0.1>\r\n"
		    "Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n");
	play_end(f);
	check_text(f, "monitor");
}

/* ---- the way to the device ---- */

static void test_crash(void **state)
{
	struct fix *f = *state;

	f->opts.probe = true;
	on(f, "INVITE", "200");
	play_begin(f,
		   CALL "F1  alice -> dut   REFER   on a1\n"
			"        Refer-To: <{carol.uri}>\n"
			"F2  dut -> alice   202   for F1   [practice-one]\n");
	f->dead = true;
	play_end(f);
	check_text(f, "crash");
}

/* The device's port is closed in the middle of the test. */
static void test_connection(void **state)
{
	struct fix *f = *state;
	struct fail why;

	f->opts.probe = true;
	on(f, "INVITE", "200");
	play_begin(f,
		   CALL "    wait 1s\n"
			"F1  alice -> dut   REFER   on a1\n"
			"        Refer-To: <{carol.uri}>\n"
			"F2  dut -> alice   202   for F1   [practice-one]\n");
	play_until(f, 500);
	assert_true(wire_set_mode(f->port, WIRE_REFUSE, &why));
	play_end(f);
	check_text(f, "connection");
}

static void test_preamble(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "480");
	play(f, CALL "F1  alice -> dut   REFER   on a1\n"
		     "        Refer-To: <{carol.uri}>\n"
		     "F2  dut -> alice   202   for F1\n");
	check_text(f, "preamble");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_timeout),         TEST(test_timeout_empty),
		TEST(test_step_on_the_way), TEST(test_wrong_status),
		TEST(test_provisional),     TEST(test_wrong_alternatives),
		TEST(test_unexpected),      TEST(test_field),
		TEST(test_syntax),          TEST(test_late),
		TEST(test_guard),           TEST(test_monitor),
		TEST(test_crash),           TEST(test_connection),
		TEST(test_preamble),
	};

	return cmocka_run_group_tests_name("failures", tests, NULL, NULL);
}
