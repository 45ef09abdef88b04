/* SPDX-License-Identifier: MIT */
/* Which connection a message of ours goes over: one that the device lends
 * (RFC 5923), the one that the request came on (RFC 3261 18.2.2), a new one. */
#include "play_fix.h"

#define REQUEST(n, via)                                                        \
	"OPTIONS sip:alice@127.0.0.2 SIP/2.0\r\n"                              \
	"Via: SIP/2.0/TCP " via ";branch=z9hG4bKr" n "\r\n"                    \
	"Max-Forwards: 70\r\n"                                                 \
	"From: <sip:dev@127.0.0.1>;tag=r" n "\r\n"                             \
	"To: <sip:alice@127.0.0.2>\r\n"                                        \
	"Call-ID: r" n "\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"

#define ASK                                                                    \
	"F1 alice -> dut OPTIONS {dut.uri} as o\n"                             \
	"F2 must dut -> alice 200 for F1\n"

/* The device has asked over a connection of its own; then we ask. */
static void both_ask(struct fix *f, const char *bytes)
{
	play_begin(f, "test\n"
		      "dut -> alice OPTIONS reply 200\n"
		      "wait 500ms\n" ASK);
	play_until(f, 100);
	device_says(f, "alice", bytes);
	play_until(f, 300);
}

static void without_alias_we_make_our_own(void **state)
{
	struct fix *f = *state;

	both_ask(f, REQUEST("1", "127.0.0.1:5060"));
	play_end(f);
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(f->seen.connected, 2);
}

static void with_alias_theirs_is_used(void **state)
{
	struct fix *f = *state;

	both_ask(f, REQUEST("1", "127.0.0.1:5060;alias"));
	play_end(f);
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(f->seen.connected, 1);
	assert_int_equal(count_heard(f, "OPTIONS"), 1);
}

/* It stands for the address in sent-by, and for no other. */
static void an_alias_is_for_its_sent_by(void **state)
{
	struct fix *f = *state;

	both_ask(f, REQUEST("1", "127.0.0.1:5090;alias"));
	play_end(f);
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(f->seen.connected, 2);
}

static void one_that_has_ended_lends_nothing(void **state)
{
	struct fix *f = *state;
	struct fail why;

	both_ask(f, REQUEST("1", "127.0.0.1:5060;alias"));
	assert_true(wire_set_mode(f->port, WIRE_CLOSE, &why));
	play_end(f);
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(f->seen.connected, 2);
	assert_int_equal(count_heard(f, "OPTIONS"), 1);
}

/* The last that says so is the one. */
static void a_newer_one_takes_its_place(void **state)
{
	struct fix *f = *state;
	struct fail why;

	play_begin(f, "test\n"
		      "dut -> alice OPTIONS reply 200\n"
		      "dut -> alice OPTIONS reply 200\n"
		      "wait 500ms\n" ASK "\tmust connection is 2\n");
	play_until(f, 100);
	device_says(f, "alice", REQUEST("1", "127.0.0.1:5060;alias"));
	play_until(f, 200);
	assert_true(wire_set_mode(f->port, WIRE_CLOSE, &why));
	device_says(f, "alice", REQUEST("2", "127.0.0.1:5060;alias"));
	play_end(f);
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(f->seen.connected, 2);
}

/* More than anybody keeps: they are counted, not kept. */
static void many_aliases(void **state)
{
	struct fix *f = *state;

	play_begin(f, "test\n"
		      "0..100x dut -> alice OPTIONS reply 200\n"
		      "wait 900ms\n" ASK);
	play_until(f, 100);
	for (unsigned i = 0; i < 40; i++)
		device_says(f, "alice",
			    arena_strf(f->arena,
				       "OPTIONS sip:alice@127.0.0.2 SIP/2.0\r\n"
				       "Via: SIP/2.0/TCP 127.0.0.1:%u;alias;"
				       "branch=z9hG4bKm%u\r\n"
				       "Max-Forwards: 70\r\n"
				       "From: <sip:dev@127.0.0.1>;tag=%u\r\n"
				       "To: <sip:alice@127.0.0.2>\r\n"
				       "Call-ID: m%u\r\nCSeq: 1 OPTIONS\r\n"
				       "Content-Length: 0\r\n\r\n",
				       6000 + i, i, i, i)
				    .p);
	play_end(f);
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "200"), 40);
	assert_int_equal(f->seen.connected, 2);
}

/* ---- responses ---- */

#define ANSWER_LATE                                                            \
	"test\n"                                                               \
	"F1 dut -> alice OPTIONS\n"                                            \
	"wait 500ms\n"                                                         \
	"F2 alice -> dut 200 for F1\n"                                         \
	"wait 500ms\n"

static void a_response_goes_back_the_same_way(void **state)
{
	struct fix *f = *state;

	play_begin(f, ANSWER_LATE);
	play_until(f, 100);
	device_says(f, "alice", REQUEST("1", "127.0.0.1:5060"));
	play_end(f);
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(f->seen.connected, 1);
	assert_int_equal(count_heard(f, "200"), 1);
	/* not to sent-by: from its own end of that connection */
	assert_int_equal(addr_port(&heard(f, "200", 0)->from), f->first_port);
}

/* 18.2.2: to sent-by, over a connection that we make. */
static void where_that_is_gone_to_sent_by(void **state)
{
	struct fix *f = *state;
	struct fail why;

	play_begin(f, ANSWER_LATE);
	play_until(f, 100);
	device_says(f, "alice", REQUEST("1", "127.0.0.1:5060"));
	play_until(f, 300);
	assert_true(wire_set_mode(f->port, WIRE_RESET, &why));
	play_end(f);
	assert_int_equal(f->seen.connected, 2);
	assert_int_equal(count_heard(f, "200"), 1);
}

/* ---- a ping in two segments ---- */

static unsigned pongs(struct fix *f, const char *first, long ms,
		      const char *then)
{
	play_begin(f, "test\n"
		      "0..9x dut -> alice OPTIONS reply 200\n"
		      "wait 3s\n");
	play_until(f, 100);
	device_says(f, "alice", first);
	play_until(f, 100 + ms);
	device_says(f, "alice", then);
	play_end(f);
	return count_class(f, REC_KEEPALIVE, true);
}

static void two_lone_crlfs_are_a_ping(void **state)
{
	struct fix *f = *state;

	assert_int_equal(pongs(f, "\r\n", 2, "\r\n"), 1);
	assert_int_equal(pongs(f, "\r\n", 1000, "\r\n"), 0);
	assert_int_equal(pongs(f, "\r\n\r\n", 2, "\r\n"), 1);
	assert_int_equal(pongs(f, "\r", 2, "\n\r\n"), 1);
	assert_int_equal(
		pongs(f, "\r\n", 2, REQUEST("1", "127.0.0.1:5060") "\r\n"), 0);
}

/* ---- the probe ---- */

/* A FIN instead of an answer: at once, and said. */
static void the_probe_ends_with_its_connection(void **state)
{
	struct fix *f = *state;
	struct fail why;

	f->opts.probe = true;
	on(f, "OPTIONS", "-");
	play_begin(f, "test\n"
		      "wait 100ms\n");
	while (!heard(f, "OPTIONS", 0))
		engine_step(&f->engine);
	assert_true(wire_set_mode(f->port, WIRE_CLOSE, &why));
	play_end(f);
	assert_verdict(f, VERDICT_FAIL);
	assert_str(f->result->reason, "crash");
	assert_true(str_find(finding(f, "trouble")->detail,
			     STR("ends the connection without an answer")) >=
		    0);
	assert_in_range(clock_now(&f->clock) - f->begun, 0, 2 * NS_S);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_TCP(without_alias_we_make_our_own),
		TEST_TCP(with_alias_theirs_is_used),
		TEST_TCP(an_alias_is_for_its_sent_by),
		TEST_TCP(one_that_has_ended_lends_nothing),
		TEST_TCP(a_newer_one_takes_its_place),
		TEST_TCP(many_aliases),
		TEST_TCP(a_response_goes_back_the_same_way),
		TEST_TCP(where_that_is_gone_to_sent_by),
		TEST_TCP(two_lone_crlfs_are_a_ping),
		TEST_TCP(the_probe_ends_with_its_connection),
	};

	return cmocka_run_group_tests_name("play_reuse", tests, NULL, NULL);
}
