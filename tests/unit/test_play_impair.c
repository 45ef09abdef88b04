/* SPDX-License-Identifier: MIT */
/* A play over a network that loses and overtakes, of our making: what the
 * device is not to be blamed for, and what it is. */
#include "play_fix.h"

#include "play/state.h"

#define CALL                                                                   \
	"test\n"                                                               \
	"F1 alice -> dut INVITE {dut.uri} as a1 sdp offer\n"                   \
	"F2 must dut -> alice 200 for F1\n"                                    \
	"wait 1s\n"                                                            \
	"may dut -> alice INFO on a1 reply 200\n"

/* What comes to alice now, and would have come at that time. */
static void comes(struct fix *f, enum wire_what what, struct str bytes,
		  long sent_ms)
{
	struct party *alice = f->play->parties;
	struct wire_in in = { .what = what,
			      .mono = clock_now(&f->clock),
			      .first = f->begun + sent_ms * NS_MS,
			      .peer = f->opts.dut,
			      .bytes = bytes,
			      .text = "lost on its way from the device" };

	arrive(alice, alice->port, &in);
}

static struct str of_invite(struct fix *f, const char *row)
{
	return pkt_value(heard(f, "INVITE", 0)->pkt, row, 0);
}

/* In the call that alice has made. */
static struct str request(struct fix *f, const char *method, unsigned cseq)
{
	return arena_strf(
		f->arena,
		"%s sip:alice@127.0.0.2 SIP/2.0\r\n"
		"Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKi%s%u\r\n"
		"Max-Forwards: 70\r\nFrom: " STR_F ";tag=dev\r\nTo: " STR_F
		"\r\nCall-ID: " STR_F
		"\r\nCSeq: %u %s\r\nContent-Length: 0\r\n\r\n",
		method, method, cseq, STR_A(of_invite(f, "To")),
		STR_A(of_invite(f, "From")), STR_A(of_invite(f, "Call-ID")),
		cseq, method);
}

static struct str response(struct fix *f, const char *status)
{
	return arena_strf(
		f->arena,
		"SIP/2.0 %s\r\nVia: " STR_F "\r\nFrom: " STR_F "\r\nTo: " STR_F
		";tag=dev\r\nCall-ID: " STR_F "\r\nCSeq: " STR_F
		"\r\nContact: <sip:dev@127.0.0.1:5060>\r\n"
		"Content-Length: 0\r\n\r\n",
		status, STR_A(of_invite(f, "Via")), STR_A(of_invite(f, "From")),
		STR_A(of_invite(f, "To")), STR_A(of_invite(f, "Call-ID")),
		STR_A(of_invite(f, "CSeq")));
}

static void begin_call(struct fix *f)
{
	on(f, "INVITE", "200");
	play_begin(f, CALL);
	play_until(f, 400);
}

/* ---- overtaken ---- */

static bool broke(struct fix *f, const char *monitor)
{
	return finding(f, monitor)->verdict == VERDICT_FAIL;
}

static void what_was_overtaken_breaks_no_order(void **state)
{
	struct fix *f = *state;

	begin_call(f);
	comes(f, WIRE_BYTES, request(f, "INFO", 102), 300);
	comes(f, WIRE_BYTES, request(f, "INFO", 101), 200);
	play_end(f);
	assert_false(broke(f, "cseq-rises"));
	assert_verdict(f, VERDICT_PASS);
}

static void what_was_sent_in_that_order_does(void **state)
{
	struct fix *f = *state;

	begin_call(f);
	comes(f, WIRE_BYTES, request(f, "INFO", 102), 200);
	comes(f, WIRE_BYTES, request(f, "INFO", 101), 300);
	play_end(f);
	assert_true(broke(f, "cseq-rises"));
	assert_verdict(f, VERDICT_FAIL);
}

/* Its first copy was lost; the repeat comes behind what was sent later. */
static void a_repeat_counts_from_the_lost_copy(void **state)
{
	struct fix *f = *state;

	begin_call(f);
	comes(f, WIRE_WITHHELD, request(f, "INFO", 101), 200);
	comes(f, WIRE_BYTES, request(f, "INFO", 102), 300);
	comes(f, WIRE_BYTES, request(f, "INFO", 101), 390);
	play_end(f);
	assert_false(broke(f, "cseq-rises"));
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_class(f, REC_EVENT, false), 1);
}

/* Nobody waits for a second INFO: overtaken it is none of the device's. */
static void an_info_behind_the_bye(struct fix *f, long sent_ms)
{
	begin_call(f);
	comes(f, WIRE_BYTES, request(f, "BYE", 102), 300);
	comes(f, WIRE_BYTES, request(f, "INFO", 101), sent_ms);
	play_end(f);
}

static void what_a_bye_overtook_is_legal(void **state)
{
	struct fix *f = *state;

	an_info_behind_the_bye(f, 200);
	assert_false(broke(f, "after-bye"));
	assert_false(broke(f, "cseq-rises"));
	an_info_behind_the_bye(f, 350);
	assert_true(broke(f, "after-bye"));
}

/* ---- lost ---- */

/* The INVITE that wants this response; it is lost at 100 ms, if at all. */
static void rings(struct fix *f, const char *does, const char *wants,
		  const char *lost)
{
	on(f, "INVITE", does);
	play_begin(f, arena_strf(f->arena,
				 "test\n"
				 "F1 alice -> dut INVITE {dut.uri} as a1\n"
				 "F2 must dut -> alice %s for F1\n"
				 "F3 dut -> alice 200 for F1\n",
				 wants)
			      .p);
	play_until(f, 100);
	if (lost)
		comes(f, WIRE_WITHHELD, response(f, lost), 99);
	play_end(f);
}

static void a_lost_provisional_is_inconclusive(void **state)
{
	struct fix *f = *state;

	rings(f, "-", "180", "180 Ringing");
	assert_verdict(f, VERDICT_INCONCLUSIVE);
	assert_str(f->result->reason, "network");
	assert_true(str_find(finding(f, "starts from")->detail,
			     STR("\"SIP/2.0 180 Ringing\", which --impair has "
				 "lost")) >= 0);
}

/* It is known that the device has sent it. */
static void so_it_is_where_the_final_comes(void **state)
{
	struct fix *f = *state;

	rings(f, "200@500", "180", "180 Ringing");
	assert_verdict(f, VERDICT_INCONCLUSIVE);
	assert_str(f->result->reason, "network");
}

static void one_that_was_never_sent_fails(void **state)
{
	struct fix *f = *state;

	rings(f, "200@500", "180", NULL);
	assert_verdict(f, VERDICT_FAIL);
}

static void the_loss_of_another_is_no_excuse(void **state)
{
	struct fix *f = *state;

	rings(f, "200@500", "183", "180 Ringing");
	assert_verdict(f, VERDICT_FAIL);
}

/* A final response is repeated until it comes (RFC 3261 17.2.1, 13.3.1.4). */
static void nor_is_that_of_a_final(void **state)
{
	struct fix *f = *state;

	rings(f, "180", "200", "200 OK");
	assert_verdict(f, VERDICT_FAIL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_overtaken_breaks_no_order),
		TEST(what_was_sent_in_that_order_does),
		TEST(a_repeat_counts_from_the_lost_copy),
		TEST(what_a_bye_overtook_is_legal),
		TEST(a_lost_provisional_is_inconclusive),
		TEST(so_it_is_where_the_final_comes),
		TEST(one_that_was_never_sent_fails),
		TEST(the_loss_of_another_is_no_excuse),
		TEST(nor_is_that_of_a_final),
	};

	return cmocka_run_group_tests_name("play_impair", tests, NULL, NULL);
}
