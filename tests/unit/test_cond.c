/* SPDX-License-Identifier: MIT */
/* Conditions as authors write them, compiled and asked of one message. */
#include "lang_fix.h"

#include "play/state.h"

static const char bytes[] =
	"SIP/2.0 202 Accepted\r\n"
	"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1;rport\r\n"
	"From: \"A\" <sip:a@x.test>;tag=f1\r\n"
	"To: <sip:b@x.test>;tag=\r\n"
	"Call-ID: c1@x\r\n"
	"CSeq: 7 REFER\r\n"
	"Contact: <sip:b@192.0.2.2:5060;transport=udp>\r\n"
	"Allow: INVITE, ACK, REFER\r\n"
	"Subject:\r\n"
	"X-Count: 12\r\n"
	"Content-Type: text/plain\r\n"
	"Content-Length: 7\r\n"
	"\r\n"
	"BYE now";

static bool holds(struct fix *f, struct str said, const char *text)
{
	struct msg m = { .pkt = pkt_parse(f->arena, said) };
	struct eval e = { .arena = f->arena, .self = &m };
	struct str file, wanted, got;
	const struct op *op;

	file = arena_strf(f->arena,
			  "ladder 1\ntitle \"x\"\nparty alice\ntest\n"
			  "F1 alice -> dut REFER {dut.uri} as r\n"
			  "F2 dut -> alice final for F1\n"
			  "  must %s [practice-x]\n",
			  text);
	if (!fix_text(f, file.p))
		fail_msg("%s", fix_said(f));
	op = f->progs.list[0]->ops[1];
	assert_int_equal(op->line.expect.nchecks, 1);
	return eval_cond(&e, op->line.expect.checks[0].cond, &wanted, &got);
}

static void test_outcomes(void **state)
{
	static const struct {
		const char *text;
		bool holds;
	} rows[] = {
		{ "status is 202", true },
		{ "status is 200", false },
		{ "status is 200|202", true },
		{ "status is 2xx", true },
		{ "status is 3xx|486", false },
		{ "status is 3xx|202", true },
		{ "status is not 200", true },
		{ "status is not 200|202", false },
		{ "status in (200 202)", true },
		{ "status in (200..299)", true },
		{ "status in (300..699 202)", true },
		{ "status in (300..699)", false },
		{ "status < 300", true },
		{ "status <= 202 and status >= 202", true },
		{ "status > 202", false },
		{ "status > 300 or CSeq.number is 7", true },
		/* "and" binds tighter */
		{ "status is 202 or status is 202 and status is 1xx", true },
		{ "status is 1xx and status is 202 or status is 202", true },
		{ "status is 1xx and status is 202 or status is 3xx", false },
		{ "CSeq.method is REFER", true },
		{ "CSeq.method is refer", false },
		{ "Content-Type is Text/PLAIN", true },
		{ "Subject is \"\"", true },
		{ "Subject == \"\"", true },
		{ "Subject is not \"\"", false },
		{ "Subject is \"x|\"", true },
		{ "Call-ID is \"\"", false },
		{ "Subject present", true },
		{ "Organization absent", true },
		{ "Organization is not x", true },
		{ "Contact.uri is sip:b@192.0.2.2:5060;transport=udp", true },
		{ "Contact.uri is SIP:b@192.0.2.2:5060;transport=UDP", true },
		{ "Contact.uri is sip:B@192.0.2.2:5060;transport=udp", false },
		{ "Contact.uri == SIP:b@192.0.2.2:5060;transport=udp", false },
		{ "Allow contains REFER", true },
		{ "Allow contains BYE", false },
		{ "body contains BYE", true },
		{ "body ~ \"^BYE\"", true },
		{ "body ~ \"^now\"", false },
		{ "X-Count < 13", true },
		{ "X-Count in (10..20)", true },
		{ "Via.branch ~ ^z9hG4bK", true },
	};
	struct fix f;

	(void)state;
	fix_open(&f, ".");
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (holds(&f, str_from(bytes), rows[i].text) != rows[i].holds)
			fail_msg("%s: %s", rows[i].text,
				 rows[i].holds ? "does not hold" : "holds");
	fix_close(&f);
}

/* A message without a body has an empty one. */
static void test_no_body(void **state)
{
	static const struct {
		const char *text;
		bool holds;
	} rows[] = {
		{ "body absent", true },       { "body present", false },
		{ "body is \"\"", true },      { "body == \"\"", true },
		{ "body is not \"\"", false }, { "body != \"\"", false },
		{ "body is x", false },        { "body is not x", true },
		{ "body contains x", false },  { "body.type is \"\"", false },
		{ "body[2] is \"\"", false },
	};
	size_t head = (size_t)(strstr(bytes, "Content-Type") - bytes);
	struct fix f;
	struct str said;

	(void)state;
	fix_open(&f, ".");
	said = arena_strf(f.arena, "%.*s\r\n", (int)head, bytes);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (holds(&f, said, rows[i].text) != rows[i].holds)
			fail_msg("%s", rows[i].text);
	fix_close(&f);
}

/* "[2]" is the second part of a body, the second "m=" line. */
static void test_parts(void **state)
{
	static const char parts[] =
		"Content-Type: multipart/mixed;boundary=x\r\n\r\n"
		"--x\r\nContent-Type: text/plain\r\n\r\none\r\n"
		"--x\r\nContent-Type: text/html\r\n\r\ntwo\r\n--x--\r\n";
	static const char media[] =
		"Content-Type: application/sdp\r\n\r\n"
		"v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\n"
		"c=IN IP4 192.0.2.1\r\nt=0 0\r\n"
		"m=audio 5004 RTP/AVP 0\r\nm=video 5006 RTP/AVP 31\r\n";
	static const struct {
		const char *body, *text;
		bool holds;
	} rows[] = {
		{ parts, "body[1] is one", true },
		{ parts, "body[2] is two", true },
		{ parts, "body[2] is one", false },
		{ parts, "body[2].type is text/html", true },
		{ parts, "body[2].headers.Content-Type is text/html", true },
		{ parts, "body[3] absent", true },
		{ parts, "body is two", false },
		{ media, "sdp[1].port is 5004", true },
		{ media, "sdp[2].port is 5006", true },
		{ media, "sdp[2].port is 5004", false },
		{ media, "sdp[3].port absent", true },
		{ media, "sdp.audio.port is 5004", true },
	};
	size_t head = (size_t)(strstr(bytes, "Content-Type") - bytes);
	struct fix f;

	(void)state;
	fix_open(&f, ".");
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct str said = arena_strf(f.arena, "%.*s%s", (int)head,
					     bytes, rows[i].body);

		if (holds(&f, said, rows[i].text) != rows[i].holds)
			fail_msg("%s: %s", rows[i].text,
				 rows[i].holds ? "does not hold" : "holds");
	}
	fix_close(&f);
}

/* Several ids: all are kept, and the strongest counts (rule 15). */
static void test_ids(void **state)
{
	const struct check *ck;
	struct fix f;

	(void)state;
	fix_open(&f, ".");
	assert_true(fix_text(&f, "ladder 1\ntitle \"x\"\nparty alice\ntest\n"
				 "F1 alice -> dut REFER {dut.uri} as r\n"
				 "F2 dut -> alice final for F1\n"
				 "  must status is 202 [rfc3261-21.3.2-a "
				 "rfc3515-2.4.2-i rfc7647-5-a]\n"));
	ck = f.progs.list[0]->ops[1]->line.expect.checks;
	assert_int_equal(ck->rules.n, 3);
	assert_true(str_is(ck->rules.ids[2], "rfc7647-5-a"));
	assert_int_equal(ck->level, LEVEL_MUST);
	fix_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_outcomes),
		cmocka_unit_test(test_no_body),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_ids),
	};

	return cmocka_run_group_tests_name("cond", tests, NULL, NULL);
}
