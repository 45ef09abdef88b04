/* SPDX-License-Identifier: MIT */
/* Rule 9: what a line sets wins; raw; templates; what is made by itself. And
 * rule 10: what is answered by itself. */
#include "play_fix.h"

#define CALL                                                                   \
	"setup\n"                                                              \
	"alice -> dut INVITE {dut.uri} as a1 sdp offer\n"                      \
	"dut -> alice 200 on a1\n"                                             \
	"test\n"

#define SAY(rows)                                                              \
	"test\nF1 alice -> dut OPTIONS {dut.uri} as o\n" rows "wait 100ms\n"

static const struct pkt *said(struct fix *f, const char *text)
{
	play(f, text);
	assert_non_null(heard(f, "OPTIONS", 0));
	return heard(f, "OPTIONS", 0)->pkt;
}

static void a_header_replaces(void **state)
{
	struct fix *f = *state;
	const struct pkt *p = said(f, SAY("  Max-Forwards: 3\n"));

	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(pkt_rows(p, "Max-Forwards"), 1);
	assert_true(holds(p, "\r\nMax-Forwards: 3\r\n"));
}

static void a_name_is_written_as_spelt(void **state)
{
	struct fix *f = *state;
	const struct pkt *p = said(f, SAY("  max-FORWARDS: 3\n"
					  "  i: short@x\n"));

	assert_true(holds(p, "\r\nmax-FORWARDS: 3\r\n"));
	assert_true(holds(p, "\r\ni: short@x\r\n"));
	assert_int_equal(pkt_rows(p, "Call-ID"), 1);
}

static void plus_adds_a_row(void **state)
{
	struct fix *f = *state;
	const struct pkt *p = said(f, SAY("  + To: <sip:second@x>\n"
					  "  + X-Mark: a\n"));

	assert_int_equal(pkt_rows(p, "To"), 2);
	assert_int_equal(pkt_rows(p, "X-Mark"), 1);
}

static void minus_removes(void **state)
{
	struct fix *f = *state;
	const struct pkt *p = said(f, SAY("  -Call-ID\n  -Via\n"));

	assert_int_equal(pkt_rows(p, "Call-ID"), 0);
	assert_int_equal(pkt_rows(p, "Via"), 0);
}

static void many_rows_and_padding(void **state)
{
	struct fix *f = *state;
	const struct pkt *p = said(f, SAY("  500x X-Pad: {pad 80}\n"));

	assert_int_equal(pkt_rows(p, "X-Pad"), 500);
	assert_int_equal(pkt_row(p, "X-Pad", 499)->value.len, 80);
}

static void strange_bytes(void **state)
{
	struct fix *f = *state;
	const struct pkt *p =
		said(f, SAY("  X-Odd: a{crlf}X-Smuggled: b{x00}c\n"));

	assert_int_equal(pkt_rows(p, "X-Smuggled"), 1);
	assert_int_equal(pkt_row(p, "X-Smuggled", 0)->value.len, 3);
	assert_int_equal(pkt_row(p, "X-Smuggled", 0)->value.p[1], 0);
}

static void a_length_that_lies(void **state)
{
	struct fix *f = *state;
	const struct pkt *p = said(f, SAY("  Content-Length: 9999\n"));

	assert_true(holds(p, "\r\nContent-Length: 9999\r\n"));
	assert_int_equal(pkt_rows(p, "Content-Length"), 1);
}

static void auto_is_the_automatic_value(void **state)
{
	struct fix *f = *state;
	const struct pkt *p = said(f, SAY("  CSeq: {auto}\n"));

	assert_true(holds(p, "\r\nCSeq: 1 OPTIONS\r\n"));
}

static void a_body_of_its_own(void **state)
{
	struct fix *f = *state;
	const struct pkt *p = said(f, SAY("  body text/plain \"hello\"\n"));

	assert_true(holds(p, "\r\nContent-Type: text/plain\r\n"));
	assert_true(holds(p, "\r\nContent-Length: 5\r\n\r\nhello"));
}

/* What stands in a line is read from what came. */
static void templates_read_what_came(void **state)
{
	struct fix *f = *state;

	on(f, "OPTIONS", "200/zz");
	play(f, "test\n"
		"F1 alice -> dut OPTIONS {dut.uri} as o\n"
		"F2 dut -> alice 200 for F1\n"
		"F3 bob -> dut MESSAGE {alice.contact} as m\n"
		"  X-Tag: {F2.To.tag} of {F1.CSeq.number}\n"
		"wait 100ms\n");
	assert_true(
		holds(heard(f, "MESSAGE", 0)->pkt, "\r\nX-Tag: zz of 1\r\n"));
	assert_true(holds(heard(f, "MESSAGE", 0)->pkt,
			  "MESSAGE sip:alice@127.0.0.2:20000 SIP/2.0\r\n"));
}

static void replaces_of_a_dialog(void **state)
{
	struct fix *f = *state;
	const struct pkt *invite;
	char want[200];

	on(f, "INVITE", "200/far");
	play(f, CALL "F3 bob -> dut MESSAGE {dut.uri} as m\n"
		     "  X-Replaces: {a1.replaces}\n"
		     "wait 100ms\n");
	invite = heard(f, "INVITE", 0)->pkt;
	snprintf(want, sizeof(want),
		 "\r\nX-Replaces: " STR_F ";to-tag=far;from-tag=" STR_F "\r\n",
		 STR_A(pkt_call_id(invite)), STR_A(pkt_from_tag(invite)));
	assert_true(holds(heard(f, "MESSAGE", 0)->pkt, want));
}

/* The next request learns from what was really sent. */
static void a_dialog_learns_what_was_sent(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200/far");
	play(f, "setup\n"
		"alice -> dut INVITE {dut.uri} as a1 sdp offer\n"
		"  Call-ID: mine\n"
		"  From: <sip:me@x>;tag=mytag\n"
		"  CSeq: 70 INVITE\n"
		"dut -> alice 200 on a1\n"
		"test\n"
		"F1 alice -> dut BYE on a1\n"
		"dut -> alice 200 for F1\n");
	assert_verdict(f, VERDICT_PASS);
	assert_true(holds(heard(f, "ACK", 0)->pkt, "\r\nCSeq: 70 ACK\r\n"));
	assert_true(holds(heard(f, "BYE", 0)->pkt, "\r\nCSeq: 71 BYE\r\n"));
	assert_true(holds(heard(f, "BYE", 0)->pkt, "\r\nCall-ID: mine\r\n"));
	assert_true(holds(heard(f, "BYE", 0)->pkt, "tag=mytag"));
}

/* A forged response is none of the transaction: the true one goes, and the
 * forger's is not repeated in our name. */
static void a_forged_response_settles_nothing(void **state)
{
	struct fix *f = *state;

	at(f, 10, "INVITE>carol");
	on(f, "301", "-");
	play(f, "test\n"
		"F1 dut -> carol INVITE as k1\n"
		"carol -> dut 301 for F1\n"
		"  Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKforged\n"
		"bob -> dut 301 for F1\n"
		"wait 2s\n"
		"F3 carol -> dut 200 for F1 sdp offer\n"
		"F4 must dut -> carol ACK for F3\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "301"), 2);
	assert_int_equal(addr_port(&heard(f, "301", 1)->from), 20001);
	assert_int_equal(count_heard(f, "200"), 1);
}

/* ---- raw ---- */

#define RAW_INVITE                                                             \
	"F1 alice -> dut raw <<END\n"                                          \
	"INVITE sip:dev@127.0.0.1:5060 SIP/2.0\n"                              \
	"Via: SIP/2.0/UDP {alice.hostport};branch=z9hG4bKraw\n"                \
	"Max-Forwards: 70\n"                                                   \
	"From: <sip:alice@x>;tag=r1\n"                                         \
	"To: <sip:dev@x>\n"                                                    \
	"Call-ID: raw@x\n"                                                     \
	"CSeq: 1 INVITE\n"                                                     \
	"Contact: <{alice.contact}>\n"                                         \
	"Content-Length: 0\n"                                                  \
	"\n"                                                                   \
	"END\n"

static void raw_bypasses_everything(void **state)
{
	struct fix *f = *state;

	play(f, "test\n"
		"F1 alice -> dut raw <<END\n"
		"NONSENSE {alice.hostport}\n"
		"END\n"
		"wait 100ms\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(f->nheard, 1);
	assert_true(holds(f->heard[0].pkt, "NONSENSE 127.0.0.2:20000"));
}

/* What became of raw bytes is left as clean as the rest. */
static void a_raw_call_is_acked_and_hung_up(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	play(f, "test\n" RAW_INVITE "F2 must dut -> alice 200 for F1\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "ACK"), 1);
	assert_int_equal(count_heard(f, "BYE"), 1);
	assert_true(holds(heard(f, "BYE", 0)->pkt, "\r\nCall-ID: raw@x\r\n"));
}

/* ---- rule 10: automatic answers ---- */

static void in_a_call_these_are_answered(void **state)
{
	static const char *const methods[] = { "OPTIONS", "INFO", "INVITE",
					       "UPDATE", "PRACK" };

	(void)state;
	for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++) {
		char does[60];
		void *fresh;
		struct fix *f;

		fix_setup(&fresh);
		f = fresh;
		snprintf(does, sizeof(does), "200 %s@100", methods[i]);
		on_nth(f, 1, "INVITE", does);
		play(f, CALL "wait 300ms\n");
		assert_verdict(f, VERDICT_PASS);
		assert_int_equal(count_heard(f, "200"), 1);
		assert_int_equal(f->result->automatic, 1);
		fix_teardown(&fresh);
	}
}

static void a_reinvite_gets_an_sdp(void **state)
{
	struct fix *f = *state;

	on_nth(f, 1, "INVITE", "200 INVITE@100");
	play(f, CALL "wait 300ms\n");
	assert_true(holds(heard(f, "200", 0)->pkt,
			  "\r\nContent-Type: application/sdp\r\n"));
}

/* Else it would move the remote target back. */
static void an_automatic_answer_keeps_the_contact(void **state)
{
	struct fix *f = *state;

	on_nth(f, 1, "INVITE", "200 INVITE@100");
	play(f, "test\n"
		"F1 alice -> dut INVITE {dut.uri} as a1 sdp offer\n"
		"    Contact: <sip:other@h:9>\n"
		"dut -> alice 200 for F1\n"
		"wait 300ms\n");
	assert_true(holds(heard(f, "200", 0)->pkt,
			  "\r\nContact: <sip:other@h:9>\r\n"));
}

/* An INVITE in what is no call, or no more, is nobody's. */
static void an_invite_in_no_call_is_unexpected(void **state)
{
	struct fix *f = *state;

	at(f, 50, "NOTIFY>alice");
	on(f, "481", "INVITE@20");
	play(f, "test\nwait 300ms\n");
	assert_verdict(f, VERDICT_FAIL);
	assert_true(has_finding(f, "unexpected INVITE"));
	assert_int_equal(count_heard(f, "486"), 1);
}

static void auto_none_answers_nothing(void **state)
{
	struct fix *f = *state;

	f->head = "party dora auto none\n";
	at(f, 100, "OPTIONS>dora");
	play(f, "test\nwait 300ms\n");
	assert_verdict(f, VERDICT_FAIL);
	assert_true(has_finding(f, "unexpected OPTIONS at dora"));
}

static void auto_method_answers_more(void **state)
{
	struct fix *f = *state;

	f->head = "party dora auto MESSAGE\n";
	at(f, 100, "MESSAGE>dora");
	play(f, "test\nwait 300ms\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "200"), 1);
}

/* Never what a line or watch names for that leg. */
static void what_a_line_names_is_its_own(void **state)
{
	struct fix *f = *state;

	on_nth(f, 1, "INVITE", "200 INVITE@100");
	play(f, CALL "wait 300ms\n"
		     "F1 must dut -> alice INVITE on a1 reply 488\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "488"), 1);
	assert_int_equal(count_events(f, EV_AUTO), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_header_replaces),
		TEST(a_name_is_written_as_spelt),
		TEST(plus_adds_a_row),
		TEST(minus_removes),
		TEST(many_rows_and_padding),
		TEST(strange_bytes),
		TEST(a_length_that_lies),
		TEST(auto_is_the_automatic_value),
		TEST(a_body_of_its_own),
		TEST(templates_read_what_came),
		TEST(replaces_of_a_dialog),
		TEST(a_dialog_learns_what_was_sent),
		TEST(a_forged_response_settles_nothing),
		TEST(raw_bypasses_everything),
		TEST(a_raw_call_is_acked_and_hung_up),
		TEST(in_a_call_these_are_answered),
		TEST(a_reinvite_gets_an_sdp),
		TEST(an_automatic_answer_keeps_the_contact),
		TEST(an_invite_in_no_call_is_unexpected),
		TEST(auto_none_answers_nothing),
		TEST(auto_method_answers_more),
		TEST(what_a_line_names_is_its_own),
	};

	return cmocka_run_group_tests_name("play_say", tests, NULL, NULL);
}
