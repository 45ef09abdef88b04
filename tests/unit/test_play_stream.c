/* SPDX-License-Identifier: MIT */
/* Over TCP: "wire ... refuse, stall, reset, close, open", connections that
 * come and go, and what a stream brings between its messages. */
#include "play_fix.h"

#define CALL                                                                   \
	"setup\n"                                                              \
	"S1 alice -> dut INVITE {dut.uri} as a1 sdp offer\n"                   \
	"S2 dut -> alice 200 for S1\n"                                         \
	"test\n"

#define HANG_UP                                                                \
	"F1 alice -> dut BYE on a1\n"                                          \
	"F2 must dut -> alice 200 for F1\n"

static void both_ways_over_one_connection(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "180 200@20");
	play(f, CALL HANG_UP "\tmust transport is tcp\n"
			     "\tmust connection is {S2.connection}\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(f->seen.connected, 1);
	assert_true(holds(heard(f, "INVITE", 0)->pkt, "Via: SIP/2.0/TCP"));
}

static void nothing_is_repeated(void **state)
{
	struct fix *f = *state;

	on(f, "OPTIONS", "");
	play(f, "test\n"
		"alice -> dut OPTIONS {dut.uri} as o\n"
		"wait 8s\n");
	assert_int_equal(count_heard(f, "OPTIONS"), 1);
}

/* ---- wire ---- */

static void reset_ends_its_connections(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	play(f, CALL "wire alice reset\n"
		     "wait 50ms\n" HANG_UP "\tmust connection is 2\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(f->seen.lost, 1);
	assert_int_equal(f->seen.connected, 2);
}

static void close_ends_them_politely(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	play(f, CALL "wire alice close\n"
		     "wait 50ms\n" HANG_UP "\tmust connection is 2\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(f->seen.lost, 0);
	assert_int_equal(f->seen.connected, 2);
}

/* Who refuses takes no connection, and may still make one. */
static void refuse_takes_none(void **state)
{
	struct fix *f = *state;

	at(f, 100, "INVITE>carol");
	at(f, 1000, "INVITE>carol");
	play(f, "test\n"
		"wire carol refuse\n"
		"F1 carol -> dut OPTIONS {dut.uri} as o\n"
		"F2 must dut -> carol 200 for F1\n"
		"must not dut -> carol INVITE until F3\n"
		"wait 500ms\n"
		"F3 --\n"
		"wire carol open\n"
		"F4 must dut -> carol INVITE as k1 reply 486\n"
		"dut -> carol ACK on k1\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_at(f, EV_TAKE, "F4"), 1);
}

/* Who stalls is connected to, and reads when it opens. */
static void stall_reads_later(void **state)
{
	struct fix *f = *state;

	at(f, 100, "INVITE>carol");
	play(f, "test\n"
		"wire carol stall\n"
		"wait 800ms\n"
		"F1 --\n"
		"wire carol open\n"
		"F2 must dut -> carol INVITE as k1 after F1 reply 486\n"
		"dut -> carol ACK on k1\n");
	assert_verdict(f, VERDICT_PASS);
	assert_in_range(heard(f, "486", 0)->ms, 800, 810);
}

static void who_refuses_comes_back_to_hang_up(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	play(f, CALL "wire alice refuse\n"
		     "wait 50ms\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "BYE"), 1);
}

static void udp_has_no_connection_to_end(void **state)
{
	struct fix *f = *state;

	play(f, "test\n"
		"wire carol reset\n");
	assert_verdict(f, VERDICT_WARN);
	assert_true(str_find(finding(f, "trouble")->detail,
			     STR("UDP has no connection to end")) >= 0);
}

/* ---- what the device does to connections ---- */

static void device_ends(struct fix *f, enum wire_mode how)
{
	struct fail why;

	assert_true(wire_set_mode(f->port, how, &why));
	f->port->wire->ops->set_mode(f->port, WIRE_OPEN, &why);
}

/* A lost connection is told, and is no end of the call. */
static void a_reset_of_theirs_warns(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	play_begin(f, CALL "wait 1s\n" HANG_UP);
	play_until(f, 500);
	device_ends(f, WIRE_RESET);
	play_end(f);
	assert_verdict(f, VERDICT_WARN);
	assert_true(str_find(finding(f, "trouble")->detail,
			     STR("is lost: Connection reset by peer")) >= 0);
	assert_true(was_taken(f, "F2"));
	assert_int_equal(f->seen.connected, 2);
}

/* A half-closed connection is not used for what is new. */
static void a_fin_of_theirs_is_no_trouble(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	play_begin(f, CALL "wait 1s\n" HANG_UP);
	play_until(f, 500);
	device_ends(f, WIRE_CLOSE);
	play_end(f);
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(f->seen.connected, 2);
}

static void nobody_listens(void **state)
{
	struct fix *f = *state;

	play_begin(f, "test\n"
		      "wait 100ms\n"
		      "F1 alice -> dut OPTIONS {dut.uri} as o\n"
		      "F2 must dut -> alice 200 for F1\n");
	device_ends(f, WIRE_OPEN);
	assert_true(wire_set_mode(f->port, WIRE_REFUSE, &(struct fail){ 0 }));
	play_end(f);
	assert_true(str_find(finding(f, "trouble")->detail,
			     STR("refuses connections")) >= 0);
	assert_false(was_taken(f, "F2"));
}

/* ---- what a stream brings ---- */

#define MESSAGE(n, length)                                                     \
	"OPTIONS sip:alice@127.0.0.2 SIP/2.0\r\n"                              \
	"Via: SIP/2.0/TCP 127.0.0.1:5060;branch=z9hG4bKs" n "\r\n"             \
	"Max-Forwards: 70\r\n"                                                 \
	"From: <sip:dev@127.0.0.1>;tag=s" n "\r\n"                             \
	"To: <sip:alice@127.0.0.2>\r\n"                                        \
	"Call-ID: s" n "\r\nCSeq: 1 OPTIONS\r\n" length "\r\n"

static void says(struct fix *f, const char *bytes)
{
	play_begin(f, "test\n"
		      "wait 1s\n");
	play_until(f, 100);
	device_says(f, "alice", bytes);
	play_end(f);
}

static void several_in_one_segment(void **state)
{
	struct fix *f = *state;

	says(f, MESSAGE("1", "Content-Length: 0\r\n") MESSAGE(
			"2", "Content-Length: 0\r\n") MESSAGE("3", "l: 0\r\n"));
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "200"), 3);
}

static void one_in_many_segments(void **state)
{
	static const char text[] = MESSAGE("1", "Content-Length: 0\r\n");
	struct fix *f = *state;
	char one[2] = "";

	play_begin(f, "test\n"
		      "wait 1s\n");
	play_until(f, 100);
	for (size_t i = 0; i + 1 < sizeof(text); i++) {
		one[0] = text[i];
		device_says(f, "alice", one);
	}
	play_end(f);
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "200"), 1);
	assert_int_equal(f->seen.connected, 1);
}

/* Said, and the next message is found. */
static void a_missing_length_is_said(void **state)
{
	struct fix *f = *state;

	says(f, MESSAGE("1", "") MESSAGE("2", "Content-Length: 0\r\n"));
	assert_verdict(f, VERDICT_FAIL);
	assert_true(has_finding(f, "monitor content-length"));
	assert_int_equal(count_heard(f, "200"), 2);
}

static void a_bad_length_is_said(void **state)
{
	struct fix *f = *state;

	says(f, MESSAGE("1", "Content-Length: x\r\n")
			MESSAGE("2", "Content-Length: 0\r\n"));
	assert_verdict(f, VERDICT_FAIL);
	assert_true(has_finding(f, "monitor content-length"));
	assert_int_equal(count_heard(f, "200"), 2);
}

static void noise_between_messages_is_said(void **state)
{
	struct fix *f = *state;

	says(f, MESSAGE("1", "Content-Length: 0\r\n") "more\r\n\r\n" MESSAGE(
			"2", "Content-Length: 0\r\n"));
	assert_verdict(f, VERDICT_FAIL);
	assert_int_equal(count_heard(f, "200"), 2);
}

/* RFC 5626 4.4.1: a ping is answered with a pong, a pong is not. */
static void a_double_crlf_is_answered(void **state)
{
	struct fix *f = *state;

	says(f, "\r\n\r\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_class(f, REC_KEEPALIVE, true), 1);
	play_begin(f, "test\n"
		      "wait 1s\n");
	play_until(f, 100);
	device_says(f, "alice", "\r\n");
	play_end(f);
	assert_int_equal(count_class(f, REC_KEEPALIVE, true), 0);
	assert_int_equal(count_class(f, REC_KEEPALIVE, false), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_TCP(both_ways_over_one_connection),
		TEST_TCP(nothing_is_repeated),
		TEST_TCP(reset_ends_its_connections),
		TEST_TCP(close_ends_them_politely),
		TEST_TCP(refuse_takes_none),
		TEST_TCP(stall_reads_later),
		TEST_TCP(who_refuses_comes_back_to_hang_up),
		TEST(udp_has_no_connection_to_end),
		TEST_TCP(a_reset_of_theirs_warns),
		TEST_TCP(a_fin_of_theirs_is_no_trouble),
		TEST_TCP(nobody_listens),
		TEST_TCP(several_in_one_segment),
		TEST_TCP(one_in_many_segments),
		TEST_TCP(a_missing_length_is_said),
		TEST_TCP(a_bad_length_is_said),
		TEST_TCP(noise_between_messages_is_said),
		TEST_TCP(a_double_crlf_is_answered),
	};

	return cmocka_run_group_tests_name("play_stream", tests, NULL, NULL);
}
