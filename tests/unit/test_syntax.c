/* SPDX-License-Identifier: MIT */
/* Strict grammar: what the RFCs show is valid, what devices get wrong is not,
 * and the place where it breaks is the one that a person would point at. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sip/syntax.h"

static struct arena *arena;

static int setup(void **state)
{
	(void)state;
	arena = arena_new();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

struct syntax_case {
	enum header_id id;
	size_t byte;       /* 0: valid */
	const char *wrong; /* part of the sentence */
	struct str value;
};

#define VALUE(text)                                                            \
	{                                                                      \
		text, sizeof(text) - 1                                         \
	}
#define GOOD(id, value)             { HEADER_##id, 0, NULL, VALUE(value) },
#define BAD(id, byte, wrong, value) { HEADER_##id, byte, wrong, VALUE(value) },
static const struct syntax_case cases[] = {
#include "syntax_cases.def"
};

enum { NCASES = sizeof(cases) / sizeof(*cases) };

static void judge(const struct syntax_case *c, struct breach b)
{
	size_t byte = b.what ? (size_t)(b.at - c->value.p) + 1 : 0;

	if (byte != c->byte || (b.what && !strstr(b.what, c->wrong)))
		fail_msg(STR_F " \"" STR_F
			       "\": wanted byte %zu, %s; got " STR_F,
			 STR_A(header_info(c->id)->name), STR_A(c->value),
			 c->byte, c->wrong ? c->wrong : "valid",
			 STR_A(syntax_text(arena, c->value, b)));
}

static void test_headers(void **state)
{
	(void)state;
	for (size_t i = 0; i < NCASES; i++)
		judge(&cases[i], syntax_check(cases[i].id, cases[i].value));
}

/* The headers that the library asserts on need a thorough table. */
static void test_enough(void **state)
{
	static const enum header_id ids[] = {
		HEADER_REFER_TO,
		HEADER_REFERRED_BY,
		HEADER_REPLACES,
		HEADER_EVENT,
		HEADER_SUBSCRIPTION_STATE,
		HEADER_CONTACT,
		HEADER_VIA,
		HEADER_CSEQ,
		HEADER_CONTENT_TYPE,
	};

	(void)state;
	for (size_t h = 0; h < sizeof(ids) / sizeof(*ids); h++) {
		unsigned good = 0, bad = 0;

		for (size_t i = 0; i < NCASES; i++)
			if (cases[i].id == ids[h])
				*(cases[i].byte ? &bad : &good) += 1;
		if (good < 20 || bad < 20)
			fail_msg(STR_F " has %u good and %u bad values",
				 STR_A(header_info(ids[h])->name), good, bad);
	}
	for (int h = 1; h < HEADER_COUNT; h++) {
		bool seen = !syntax_has((enum header_id)h);

		for (size_t i = 0; i < NCASES && !seen; i++)
			seen = (int)cases[i].id == h;
		if (!seen)
			fail_msg(STR_F " has no case",
				 STR_A(header_info((enum header_id)h)->name));
	}
}

struct text_case {
	const char *text;
	size_t byte;
	const char *wrong;
};

static const struct text_case frags[] = {
	{ "SIP/2.0 200 OK\r\n", 0, NULL },
	{ "SIP/2.0 100 \r\n", 0, NULL },
	{ "SIP/2.0 603 Decline\r\n\r\n", 0, NULL },
	{ "sip/2.0 200 OK\r\n", 0, NULL },
	{ "SIP/2.0 200 OK\r\nTo: sip:x@y\r\n ;tag=1\r\n\r\nbody", 0, NULL },
	{ "SIP/2.0 200 OK\r\nX-Own: a\r\n b\r\n", 0, NULL },
	{ "SIP/2.0 200 OK\r\nm: <sip:a@h>\r\nContent-Length: 0\r\n\r\n", 0,
	  NULL },
	{ "SIP/2.0 200 OK\r\nSubject:\r\n", 0, NULL },
	{ "SIP/2.0 200 OK\r\nSubject : x\r\n", 0, NULL },
	{ "SIP/2.0 503 Service Unavailable\r\nRetry-After: 5 (x)\r\n", 0,
	  NULL },
	{ "SIP/2.0 486 Occup\xc3\xa9 ici\r\n", 0, NULL },
	{ "SIP/2.0 200 = 2**3 * 3**2\r\n", 0, NULL },
	{ "SIP/2.0 200 a\tb\r\n", 0, NULL },
	{ "SIP/2.0 200 %41;/?:@&=+$,\r\n", 0, NULL },
	{ "SIP/2.0 699 x\r\n", 0, NULL },
	{ "SIP/2.0 100 Trying\r\nVia: SIP/2.0/UDP h\r\n", 0, NULL },
	{ "SIP/2.0 200 OK\r\n\r\n\x00\x01", 0, NULL },
	{ "SIP/2.0 302 Moved\r\nContact: <sip:a@h>\r\nContact: *\r\n", 0,
	  NULL },
	{ "REFER sip:a@h SIP/2.0\r\n", 0, NULL },
	{ "INVITE sip:a@h SIP/2.0\r\nCSeq: 1 INVITE\r\n\r\n", 0, NULL },
	{ "", 1, "must not be empty" },
	{ "SIP/2.0 200 OK", 15, "must end in CRLF" },
	{ "SIP/2.0 200 OK\n", 16, "must end in CRLF" },
	{ "SIP/2.0 200 OK\r", 16, "must end in CRLF" },
	{ "SIP/2.0 200\r\n", 12, "a space must follow" },
	{ "SIP/2.0  200 OK\r\n", 9, "status code" },
	{ "SIP/2.0 99 x\r\n", 9, "status code" },
	{ "SIP/2.0 700 x\r\n", 9, "status code" },
	{ "SIP/2.0 2000 x\r\n", 9, "status code" },
	{ "SIP/2.0 abc x\r\n", 9, "status code" },
	{ "SIP/3.0 200 x\r\n", 1, "version" },
	{ "SIP/2.0\r\n", 8, "a space must follow" },
	{ "200 OK\r\n", 1, "status line" },
	{ "HTTP/1.1 200 OK\r\n", 1, "status line" },
	{ " SIP/2.0 200 OK\r\n", 1, "status line" },
	{ "\r\nSIP/2.0 200 OK\r\n", 1, "status line" },
	{ "To: sip:a@h\r\n", 1, "status line" },
	{ "SIP/2.0 200 \"OK\"\r\n", 13, "reason phrase" },
	{ "SIP/2.0 200 a\x01\r\n", 14, "reason phrase" },
	{ "SIP/2.0 200 <b>\r\n", 13, "reason phrase" },
	{ "SIP/2.0 200 OK\r\nfoo\r\n", 20, "colon" },
	{ "SIP/2.0 200 OK\r\n: x\r\n", 17, "name" },
	{ "SIP/2.0 200 OK\r\nTo: sip:x", 26, "last line" },
	{ "SIP/2.0 200 OK\r\nm: <sip:a@h\r\n", 20, "closed" },
	{ "SIP/2.0 200 OK\r\nCSeq: 1\r\n", 24, "blank must follow" },
	{ "INVITE <sip:a@h> SIP/2.0\r\n", 8, "scheme" },
};

static void test_frags(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(frags) / sizeof(*frags); i++) {
		struct syntax_case c = { HEADER_UNKNOWN, frags[i].byte,
					 frags[i].wrong,
					 str_from(frags[i].text) };

		judge(&c, syntax_sipfrag(c.value));
	}
}

static const struct text_case uris[] = {
	{ "sip:bob@b.example;lr", 0, NULL },
	{ "sips:[2001:db8::10]:5061", 0, NULL },
	{ "tel:+12015550123", 0, NULL },
	{ "nobodyKnowsThisScheme:totallyopaquecontent", 0, NULL },
	{ "soap.beep://192.0.2.103:3002", 0, NULL },
	{ "*:*", 1, "scheme" },
	{ "<sip:a@h>", 1, "scheme" },
	{ "sip:a@h; lr", 9, "name" },
	{ "sip:a@h?x=y", 9, "must not have headers" },
	{ "sip:a@h;lr;method=BYE", 9, "method" },
	{ "sip:2001:db8::10", 5, "host" },
	{ "", 1, "scheme" },
};

static void test_request_uris(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(uris) / sizeof(*uris); i++) {
		struct syntax_case c = { HEADER_UNKNOWN, uris[i].byte,
					 uris[i].wrong,
					 str_from(uris[i].text) };

		judge(&c, syntax_request_uri(c.value));
	}
}

static void test_text(void **state)
{
	struct str value = STR("<sip:a@h>;x=\"\0\x80\"");

	(void)state;
	assert_string_equal(syntax_text(arena, STR("a"),
					syntax_check(HEADER_EVENT, STR("a")))
				    .p,
			    "valid");
	assert_string_equal(
		syntax_text(arena, value, syntax_check(HEADER_REFER_TO, value))
			.p,
		"byte 13, at \"\"\\x00\\x80\"\": a parameter must be a token, "
		"alone or with \"=\" and a token, host or quoted string");
	value = STR("CSeq that is long enough for an ellipsis");
	assert_string_equal(
		syntax_text(arena, value, syntax_check(HEADER_CSEQ, value)).p,
		"byte 1, at \"CSeq that is lon…\": CSeq must begin with a "
		"number");
	value = STR("1");
	assert_string_equal(
		syntax_text(arena, value, syntax_check(HEADER_CSEQ, value)).p,
		"byte 2, at the end: a blank must follow the number");
}

static void test_has(void **state)
{
	(void)state;
	assert_true(syntax_has(HEADER_REFER_TO));
	assert_false(syntax_has(HEADER_SUBJECT));
	assert_false(syntax_has(HEADER_UNKNOWN));
	assert_null(syntax_check(HEADER_SUBJECT, STR("anything")).what);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_enough),
		cmocka_unit_test(test_frags),
		cmocka_unit_test(test_request_uris),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_has),
	};

	return cmocka_run_group_tests_name("syntax", tests, setup, teardown);
}
