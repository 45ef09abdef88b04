/* SPDX-License-Identifier: MIT */
/* What comes from elsewhere than the device's address: another port of its
 * host, a further side, a stranger. */
#include "play_fix.h"

#define INVITE(to, tag)                                                        \
	"INVITE sip:carol@127.0.0.2 SIP/2.0\r\n"                               \
	"Via: SIP/2.0/UDP 127.0.0.9:5060;branch=z9hG4bKx\r\n"                  \
	"Max-Forwards: 70\r\nFrom: <sip:x@127.0.0.9>;tag=x\r\n"                \
	"To: <sip:carol@127.0.0.2>" tag "\r\nCall-ID: x\r\n"                   \
	"CSeq: 1 INVITE\r\nContact: <sip:x@127.0.0.9>\r\n"                     \
	"Content-Length: 0\r\n\r\n"

static void hear_nothing(void *ctx, struct wire_port *port,
			 const struct wire_in *in)
{
	(void)port;
	*(unsigned *)ctx += in->what == WIRE_BYTES;
}

/* From that address, 100 ms into a play, to carol; how much came back. */
static unsigned says(struct fix *f, const char *from, const char *sections,
		     const char *bytes)
{
	struct addr at, to = f->opts.bind;
	struct wire_port *port;
	unsigned answers = 0;
	struct fail why;

	assert_true(addr_parse(str_from(from), &at));
	port = wire_open(f->wire, PROTO_UDP, &at, hear_nothing, &answers, &why);
	assert_non_null(port);
	play_begin(f, sections);
	play_until(f, 100);
	addr_set_port(&to, (uint16_t)(f->first_port + 2));
	assert_true(wire_send(port, (struct wire_to){ 0, &to }, str_from(bytes),
			      &why));
	play_end(f);
	wire_close(port);
	return answers;
}

static const char no_line[] = "test\n"
			      "must not dut -> carol INVITE for 500ms\n";
static const char a_line[] = "test\n"
			     "F1 must dut -> carol INVITE as k1 reply 486\n";

static bool tells(struct fix *f, const char *text)
{
	return str_find(finding(f, "trouble")->detail, str_from(text)) >= 0;
}

static void another_port_is_the_devices(void **state)
{
	struct fix *f = *state;

	says(f, "127.0.0.1:5099", no_line, INVITE("carol", ""));
	assert_verdict(f, VERDICT_FAIL);
	assert_int_equal(count_events(f, EV_GUARD), 1);
	says(f, "127.0.0.1:5099", a_line, INVITE("carol", ""));
	assert_false(has_finding(f, "trouble"));
	assert_true(was_taken(f, "F1"));
}

/* Neither a guard nor the scenario breaks; it is said, and answered. */
static void a_stranger_is_not_counted(void **state)
{
	struct fix *f = *state;

	assert_true(says(f, "127.0.0.9:5060", no_line, INVITE("carol", "")) >
		    0);
	assert_verdict(f, VERDICT_WARN);
	assert_int_equal(count_events(f, EV_GUARD), 0);
	assert_int_equal(count_events(f, EV_UNEXPECTED), 0);
	assert_int_equal(count_class(f, REC_STRAY, false), 1);
	assert_true(tells(f, "\"address NAME 127.0.0.9:5060\""));
	assert_true(tells(f, "not counted against the device"));
}

static void a_line_may_wait_for_one(void **state)
{
	struct fix *f = *state;

	says(f, "127.0.0.9:5060", a_line, INVITE("carol", ""));
	assert_true(was_taken(f, "F1"));
	assert_true(tells(f, "a line takes it all the same"));
}

/* A side that the device file names is the device. */
static void a_named_side_is_the_devices(void **state)
{
	struct device_side side = { .name = STR("core") };
	struct fix *f = *state;
	struct addr at;

	assert_true(addr_parse(STR("127.0.0.9:5060"), &at));
	f->device.sides = &side;
	f->device.nsides = 1;
	f->opts.sides = &at;
	says(f, "127.0.0.9:5062", no_line, INVITE("carol", ""));
	assert_verdict(f, VERDICT_FAIL);
	assert_int_equal(count_class(f, REC_STRAY, false), 0);
}

static void noise_of_a_stranger(void **state)
{
	struct fix *f = *state;

	says(f, "127.0.0.9:5060", "test\nwait 300ms\n", "no SIP at all");
	assert_verdict(f, VERDICT_WARN);
	assert_int_equal(count_events(f, EV_UNEXPECTED), 0);
	says(f, "127.0.0.1:5099", "test\nwait 300ms\n", "no SIP at all");
	assert_verdict(f, VERDICT_FAIL);
}

/* Each host once, however much it sends. */
static void one_word_is_enough(void **state)
{
	struct fix *f = *state;

	says(f, "127.0.0.9:5060", "test\nwait 300ms\n",
	     INVITE("carol", ";tag=y"));
	assert_int_equal(count_events(f, EV_PROBLEM), 1);
}

/* Four parties and three addresses: what is behind the range is not ours. */
static void a_range_of_addresses_has_an_end(void **state)
{
	static const char *const hosts[] = { "127.0.0.2", "127.0.0.3",
					     "127.0.0.4", "127.0.0.2" };
	struct fix *f = *state;
	char text[ADDR_TEXT_MAX];

	addr_parse(STR("127.0.0.4"), &f->opts.bind_last);
	f->opts.bind_range = true;
	f->head = "party dave\n";
	play(f, "test\n"
		"alice -> dut MESSAGE {dut.uri} as a\n"
		"bob -> dut MESSAGE {dut.uri} as b\n"
		"carol -> dut MESSAGE {dut.uri} as c\n"
		"dave -> dut MESSAGE {dut.uri} as d\n");
	for (unsigned i = 0; i < 4; i++)
		assert_string_equal(
			addr_host(&heard(f, "MESSAGE", i)->from, text),
			hosts[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(another_port_is_the_devices),
		TEST(a_stranger_is_not_counted),
		TEST(a_line_may_wait_for_one),
		TEST(a_named_side_is_the_devices),
		TEST(noise_of_a_stranger),
		TEST(one_word_is_enough),
		TEST(a_range_of_addresses_has_an_end),
	};

	return cmocka_run_group_tests_name("play_elsewhere", tests, NULL, NULL);
}
