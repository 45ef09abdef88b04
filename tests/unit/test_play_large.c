/* SPDX-License-Identifier: MIT */
/* Requests above 1300 bytes: by TCP where the device has it, by UDP where it
 * refuses (RFC 3261 18.1.1). */
#include "play_fix.h"

#define PADDED "\tX-Pad: {pad 1300}\n"
#define CALL   "F1 alice -> dut INVITE {dut.uri} as a1 sdp offer\n" PADDED
#define REST                                                                   \
	"F2 must dut -> alice 200 for F1\n"                                    \
	"F3 alice -> dut BYE on a1\n"                                          \
	"F4 must dut -> alice 200 for F3\n"

#define THEIRS                                                                 \
	"OPTIONS sip:carol@127.0.0.2 SIP/2.0\r\n"                              \
	"Via: SIP/2.0/TCP 127.0.0.1:5060;branch=z9hG4bKt\r\n"                  \
	"Max-Forwards: 70\r\nFrom: <sip:dev@127.0.0.1>;tag=t\r\n"              \
	"To: <sip:carol@127.0.0.2>\r\nCall-ID: t\r\nCSeq: 1 OPTIONS\r\n"       \
	"Content-Length: 0\r\n\r\n"

static bool was_by(struct fix *f, const char *method, const char *via)
{
	const struct heard *h = heard(f, method, 0);

	assert_non_null(h);
	return h->port == (strcmp(via, "TCP") == 0 ? f->stream : f->port) &&
	       str_is(pkt_via_protocol(pkt_value(h->pkt, "Via", 0)),
		      strcmp(via, "TCP") == 0 ? "SIP/2.0/TCP" : "SIP/2.0/UDP");
}

/* Only the one that is large: its ACK and what follows go as ever. */
static void a_large_one_goes_by_tcp(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "180 200@20");
	play(f, "test\n" CALL REST "\tmust transport is udp\n"
		"must F2.transport is tcp\n");
	assert_verdict(f, VERDICT_PASS);
	assert_true(was_by(f, "INVITE", "TCP"));
	assert_true(was_by(f, "ACK", "UDP"));
	assert_true(was_by(f, "BYE", "UDP"));
	assert_int_equal(count_heard(f, "INVITE"), 1);
}

/* The Contact stays: it is where the party is, whatever the size. */
static void its_contact_stays(void **state)
{
	struct fix *f = *state;
	struct str contact;

	on(f, "INVITE", "200");
	play(f, "test\n" CALL REST);
	contact = pkt_value(heard(f, "INVITE", 0)->pkt, "Contact", 0);
	assert_true(str_find(contact, STR("transport")) < 0);
}

static void a_small_one_does_not(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	play(f, "test\n"
		"F1 alice -> dut INVITE {dut.uri} as a1 sdp offer\n" REST);
	assert_verdict(f, VERDICT_PASS);
	assert_true(was_by(f, "INVITE", "UDP"));
	assert_int_equal(f->seen.connected, 0);
}

/* 1300 bytes are not above 1300. */
static void the_limit_is_not_above_itself(void **state)
{
	struct fix *f = *state;
	size_t without;
	char text[256];

	play(f, "test\n"
		"F1 alice -> dut OPTIONS {dut.uri} as o\n"
		"\tX-Pad: {pad 1}\n"
		"dut -> alice 200 for F1\n");
	without = heard(f, "OPTIONS", 0)->pkt->raw.len - 1;
	for (size_t n = 1300; n <= 1301; n++) {
		snprintf(text, sizeof(text),
			 "test\n"
			 "F1 alice -> dut OPTIONS {dut.uri} as o\n"
			 "\tX-Pad: {pad %zu}\n"
			 "dut -> alice 200 for F1\n",
			 n - without);
		play(f, text);
		assert_verdict(f, VERDICT_PASS);
		assert_int_equal(heard(f, "OPTIONS", 0)->pkt->raw.len, n);
		assert_true(was_by(f, "OPTIONS", n > 1300 ? "TCP" : "UDP"));
	}
}

static void stays(struct fix *f, const char *sections)
{
	on(f, "INVITE", "200");
	play(f, sections);
	assert_verdict(f, VERDICT_PASS);
	assert_true(was_by(f, "INVITE", "UDP"));
	assert_int_equal(f->seen.connected, 0);
}

static void not_where_the_device_has_no_tcp(void **state)
{
	struct fix *f = *state;

	f->device.nclaims = 0;
	stays(f, "test\n" CALL REST);
}

static void not_where_the_line_says_udp(void **state)
{
	stays(*state,
	      "test\n"
	      "F1 alice -> dut INVITE {dut.uri} as a1 via udp\n" PADDED REST);
}

/* Its repeat is what arrives, and a stream repeats nothing. */
static void not_where_it_is_to_be_lost(void **state)
{
	stays(*state,
	      "test\n"
	      "F1 alice -> dut INVITE {dut.uri} as a1 drop\n" PADDED REST);
}

static void not_where_the_author_wrote_the_via(void **state)
{
	stays(*state,
	      "test\n"
	      "F1 alice -> dut INVITE {dut.uri} as a1\n"
	      "\tVia: SIP/2.0/UDP 127.0.0.2:9;branch=z9hG4bKown\n" PADDED REST);
}

static void transports_say_it_as_well(void **state)
{
	struct fix *f = *state;
	struct str both[] = { STR("udp"), STR("tcp") };

	f->device.nclaims = 0;
	f->device.transports = both;
	f->device.ntransports = 2;
	on(f, "INVITE", "200");
	play(f, "test\n" CALL REST);
	assert_verdict(f, VERDICT_PASS);
	assert_true(was_by(f, "INVITE", "TCP"));
}

/* ---- refused ---- */

static void refused_it_goes_by_udp(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "180 200@20");
	assert_true(wire_set_mode(f->stream, WIRE_REFUSE, &(struct fail){ 0 }));
	play(f, "test\n" CALL REST);
	assert_verdict(f, VERDICT_PASS);
	assert_true(was_by(f, "INVITE", "UDP"));
	assert_int_equal(count_heard(f, "INVITE"), 1);
	assert_int_equal(count_at(f, EV_SENT, "F1"), 1);
	assert_true(count_class(f, REC_EVENT, false) >= 1); /* it is said */
}

/* Then as over UDP: repeated until an answer comes. */
static void and_is_repeated_there(void **state)
{
	struct fix *f = *state;

	f->minds_repeats = true;
	on_nth(f, 1, "OPTIONS", "-");
	assert_true(wire_set_mode(f->stream, WIRE_REFUSE, &(struct fail){ 0 }));
	play(f, "test\n"
		"F1 alice -> dut OPTIONS {dut.uri} as o\n" PADDED
		"F2 must dut -> alice 200 for F1\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "OPTIONS"), 2);
	assert_in_range(heard(f, "OPTIONS", 1)->ms, 500, 510);
}

static void cancel_goes_where_its_invite_went(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "180");
	play(f, "test\n" CALL "F2 must dut -> alice 180 for F1\n"
		"F3 alice -> dut CANCEL for F1\n"
		"dut -> alice 200 for F3\n"
		"F4 must dut -> alice 487 for F1\n");
	assert_verdict(f, VERDICT_PASS);
	assert_true(was_by(f, "CANCEL", "TCP"));
	assert_true(str_eq(pkt_branch(heard(f, "CANCEL", 0)->pkt),
			   pkt_branch(heard(f, "INVITE", 0)->pkt)));
}

static void a_challenge_is_answered_the_same_way(void **state)
{
	static struct device_user alice = { STR("alice"), STR("1001"),
					    STR("s3cret") };
	struct fix *f = *state;

	f->device.users = &alice;
	f->device.nusers = 1;
	on_nth(f, 1, "INVITE", "401");
	on(f, "INVITE", "200");
	play(f, "test\n" CALL REST);
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "INVITE"), 2);
	assert_true(was_by(f, "INVITE", "TCP"));
	assert_true(was_by(f, "BYE", "UDP"));
}

/* ---- theirs ---- */

/* A play of a scenario that needs TCP, in which the device asks carol by it. */
static void carol_gets(struct fix *f, const char *sections)
{
	struct addr carol = f->opts.bind;
	struct fail why;

	f->head = "needs tcp\n";
	play_begin(f, sections);
	addr_set_port(&carol, (uint16_t)(f->first_port + 2));
	play_until(f, 100);
	assert_true(wire_send(f->stream, (struct wire_to){ 0, &carol },
			      STR(THEIRS), &why));
	play_end(f);
}

/* A scenario that needs TCP has its parties listen there, at their numbers:
 * what comes so is answered so. */
static void theirs_by_tcp_is_answered_there(void **state)
{
	struct fix *f = *state;

	carol_gets(f, "test\n"
		      "F1 must dut -> carol OPTIONS\n"
		      "\tmust transport is tcp\n"
		      "F2 carol -> dut 486 for F1\n"
		      "wait 100ms\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(f->seen.connected, 1);
	assert_int_equal(count_heard(f, "486"), 1);
	assert_true(heard(f, "486", 0)->port == f->stream);
}

/* "wire" speaks of all her sockets. */
static void who_refuses_does_so_everywhere(void **state)
{
	struct fix *f = *state;

	carol_gets(f, "test\n"
		      "wire carol refuse\n"
		      "must not dut -> carol OPTIONS for 1s\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(f->seen.connected, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_BOTH(a_large_one_goes_by_tcp),
		TEST_BOTH(its_contact_stays),
		TEST_BOTH(a_small_one_does_not),
		TEST_BOTH(the_limit_is_not_above_itself),
		TEST_BOTH(not_where_the_device_has_no_tcp),
		TEST_BOTH(not_where_the_line_says_udp),
		TEST_BOTH(not_where_it_is_to_be_lost),
		TEST_BOTH(not_where_the_author_wrote_the_via),
		TEST_BOTH(transports_say_it_as_well),
		TEST_BOTH(refused_it_goes_by_udp),
		TEST_BOTH(and_is_repeated_there),
		TEST_BOTH(cancel_goes_where_its_invite_went),
		TEST_BOTH(a_challenge_is_answered_the_same_way),
		TEST_BOTH(theirs_by_tcp_is_answered_there),
		TEST_BOTH(who_refuses_does_so_everywhere),
	};

	return cmocka_run_group_tests_name("play_large", tests, NULL, NULL);
}
