/* SPDX-License-Identifier: MIT */
/* The line index: frames good and bad, header rows, lists, parameters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "sip/pkt.h"
#include "sip/status.h"

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

static struct pkt *parse(const char *text)
{
	return pkt_parse(arena, str_from(text));
}

static void is(struct str got, const char *want)
{
	if (!want)
		assert_null(got.p);
	else
		assert_string_equal(arena_z(arena, got), want);
}

#define REFER                                                                  \
	"REFER sip:bob@example.com SIP/2.0\r\n"                                \
	"v: SIP/2.0/UDP 192.0.2.1:5070;branch=z9hG4bK1 , SIP / 2.0 / TCP "     \
	"[2001:db8::1];branch=z9hG4bK2\r\n"                                    \
	"From: \"Al;ice, <x>\" <sip:alice@example.com;x=1>;tag=a1\r\n"         \
	"t: sip:bob@example.com;tag=b2\r\n"                                    \
	"i:  abc@host \r\n"                                                    \
	"CSeq: 93 \r\n REFER\r\n"                                              \
	"SuPpOrTeD: timer,\r\n\treplaces\r\n"                                  \
	"Supported:\r\n"                                                       \
	"X-Own : one, two\r\n"                                                 \
	"x-own: three\r\n"                                                     \
	"\r\n"                                                                 \
	"body\r\nmore"

static void test_request(void **state)
{
	struct pkt *p = parse(REFER);

	(void)state;
	assert_int_equal(p->kind, PKT_REQUEST);
	assert_null(p->flaw);
	is(p->method, "REFER");
	is(p->uri, "sip:bob@example.com");
	is(p->version, "SIP/2.0");
	assert_int_equal(p->nlines, 9);
	is(p->body, "body\r\nmore");
	assert_int_equal(p->cseq, 93);
	is(p->cseq_method, "REFER");
	is(pkt_call_id(p), "abc@host");
	is(pkt_from_tag(p), "a1");
	is(pkt_to_tag(p), "b2");
	is(pkt_branch(p), "z9hG4bK1");
	is(pkt_sent_by(p), "192.0.2.1:5070");
}

static void test_rows(void **state)
{
	struct pkt *p = parse(REFER);

	(void)state;
	is(pkt_row(p, "Via", 0)->name, "v");
	assert_null(pkt_row(p, "Via", 1));
	assert_int_equal(pkt_rows(p, "Supported"), 2);
	is(pkt_row(p, "k", 1)->value, "");
	is(pkt_row(p, "Supported", 0)->value, "timer,\r\n\treplaces");
	is(pkt_row(p, "Supported", 0)->whole,
	   "SuPpOrTeD: timer,\r\n\treplaces");
	assert_int_equal(pkt_rows(p, "X-OWN"), 2);
	is(pkt_row(p, "X-Own", 0)->value, "one, two");
	assert_int_equal(pkt_rows(p, "X-Other"), 0);
	assert_int_equal(pkt_rows(p, ""), 0);
}

static void test_values(void **state)
{
	struct pkt *p = parse(REFER);

	(void)state;
	assert_int_equal(pkt_values(p, "Via"), 2);
	is(pkt_via_protocol(pkt_value(p, "Via", 1)), "SIP / 2.0 / TCP");
	is(pkt_via_sent_by(pkt_value(p, "Via", 1)), "[2001:db8::1]");
	is(pkt_value(p, "Via", 2), NULL);
	assert_int_equal(pkt_values(p, "Supported"), 2);
	is(pkt_value(p, "Supported", 1), "replaces");
	assert_int_equal(pkt_values(p, "X-Own"), 2); /* no list: rows */
	assert_int_equal(pkt_values(p, "From"), 1);
}

static void test_response(void **state)
{
	struct pkt *p = parse("\r\n\r\nSIP/2.0 486 Busy Here\r\nCSeq: 1 "
			      "INVITE\r\n\r\n");

	(void)state;
	assert_int_equal(p->kind, PKT_RESPONSE);
	assert_null(p->flaw);
	assert_int_equal(p->status, 486);
	is(p->reason, "Busy Here");
	is(p->body, "");
	is(p->head, "SIP/2.0 486 Busy Here\r\nCSeq: 1 INVITE\r\n\r\n");
	assert_int_equal(p->raw.len, p->head.len + 4);
}

struct flawed {
	const char *text;
	enum pkt_kind kind;
	unsigned nlines;
	const char *flaw, *body;
};

static const struct flawed flawed[] = {
	{ "", PKT_GARBAGE, 0, "there is no start line", "" },
	{ "\r\n\r\n", PKT_GARBAGE, 0, "there is no start line", "" },
	{ "hello", PKT_GARBAGE, 0,
	  "the first line is neither a request nor a status", "" },
	{ "SIP/2.0 200 OK\nCSeq: 1 X\n\nb", PKT_RESPONSE, 1,
	  "a line ends in LF without CR", "b" },
	{ "SIP/2.0 200 OK\rCSeq: 1 X\r\rb", PKT_RESPONSE, 1,
	  "lines end in CR without LF", "b" },
	{ "SIP/2.0 200 OK\r\nCSeq: 1 X\r\n", PKT_RESPONSE, 1,
	  "there is no empty line after the headers", "" },
	{ "SIP/2.0 200 OK\r\nA: b\rC: d\r\n\r\n", PKT_RESPONSE, 1,
	  "there is a CR without LF in the head", "" },
	{ "SIP/2.0 200 OK\r\nfoo\r\n\r\n", PKT_RESPONSE, 1,
	  "a header line has no colon", "" },
	{ "SIP/2.0 200 OK\r\n: x\r\n\r\n", PKT_RESPONSE, 1,
	  "a header line has no name", "" },
	{ "SIP/2.0 200 OK\r\n a: x\r\n\r\n", PKT_RESPONSE, 1,
	  "the first header line is folded", "" },
	{ "SIP/2.0 200\r\n\r\n", PKT_RESPONSE, 0,
	  "the status line has no space after the code", "" },
	{ "SIP/2.0 700 X\r\n\r\n", PKT_GARBAGE, 0,
	  "the status code is not a number from 100 to 699", "" },
	{ "SIP/2.0 99 X\r\n\r\n", PKT_GARBAGE, 0,
	  "the status code is not a number from 100 to 699", "" },
	{ "SIP/3.0 200 OK\r\n\r\n", PKT_RESPONSE, 0,
	  "the version in the start line is not SIP/2.0", "" },
	{ "REFER sip:a SIP/7.0\r\n\r\n", PKT_REQUEST, 0,
	  "the version in the start line is not SIP/2.0", "" },
	{ "REFER  sip:a SIP/2.0\r\n\r\n", PKT_REQUEST, 0,
	  "the request line has more than single spaces", "" },
	{ "REFER sip:a SIP/2.0 \r\n\r\n", PKT_REQUEST, 0,
	  "the request line has more than single spaces", "" },
	{ "REFER <sip:a ;b> SIP/2.0\r\n\r\n", PKT_REQUEST, 0,
	  "the Request-URI has a space in it", "" },
	{ "REFER SIP/2.0\r\n\r\n", PKT_GARBAGE, 0,
	  "the first line is neither a request nor a status", "" },
};

static void test_flaws(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(flawed) / sizeof(*flawed); i++) {
		const struct flawed *f = &flawed[i];
		struct pkt *p = parse(f->text);

		assert_int_equal(p->kind, f->kind);
		assert_non_null(p->flaw);
		assert_string_equal(p->flaw, f->flaw);
		assert_int_equal(p->nlines, f->nlines);
		is(p->body, f->body);
	}
}

static void test_nul(void **state)
{
	struct pkt *p =
		pkt_parse(arena, STR("SIP/2.0 200 OK\r\nA: b\0c\r\n\r\nx\0y"));

	(void)state;
	assert_string_equal(p->flaw, "there is a NUL byte in the head");
	assert_int_equal(p->body.len, 3);
	assert_int_equal(pkt_row(p, "A", 0)->value.len, 3);
	p = pkt_parse(arena, STR("SIP/2.0 200 OK\r\n\r\nx\0y"));
	assert_null(p->flaw);
}

static void test_cseq(void **state)
{
	(void)state;
	assert_int_equal(
		parse("A sip:b SIP/2.0\r\nCSeq: 4294967295 A\r\n\r\n")->cseq,
		UINT32_MAX);
	assert_int_equal(
		parse("A sip:b SIP/2.0\r\nCSeq: 4294967296 A\r\n\r\n")->cseq,
		0);
	is(parse("A sip:b SIP/2.0\r\nCSeq: x\tA\r\n\r\n")->cseq_method, "A");
	is(parse("A sip:b SIP/2.0\r\n\r\n")->cseq_method, NULL);
}

struct one {
	const char *value, *name, *want;
};

static const struct one params[] = {
	{ "<sip:a@b;x=1>;tag=2", "x", NULL },
	{ "<sip:a@b;x=1>;tag=2", "tag", "2" },
	{ "<sip:a@b>;TAG = 2 ;lr", "tag", "2" },
	{ "<sip:a@b>;tag=2;lr", "lr", "" },
	{ "\"q;tag=no\" <sip:a@b>;tag=2", "tag", "2" },
	{ "\"q\\\";tag=no\" <sip:a@b>;tag=2", "tag", "2" },
	{ "\"open;tag=1", "tag", "1" },
	{ "<sip:open;tag=1", "tag", "1" },
	{ "5 (in ; a (nested) meeting;x=1);duration=3", "duration", "3" },
	{ "(open;a=1", "a", "1" },
	{ "sip:a@b;tag=2", "tag", "2" },
	{ "x;a=\"b;c\\\"d\"", "a", "b;c\\\"d" },
	{ "x;a=\"open", "a", "open" },
	{ "", "a", NULL },
	{ ";;;", "", "" },
};

static void test_params(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(params) / sizeof(*params); i++) {
		bool there;
		struct str got = pkt_param(str_from(params[i].value),
					   params[i].name, &there);

		is(got, params[i].want);
		assert_int_equal(there, params[i].want != NULL);
	}
}

static const struct one uris[] = {
	{ "<sip:a@b;x>;tag=1", "", "sip:a@b;x" },
	{ "sip:a@b;tag=1", "", "sip:a@b" },
	{ "\"<sip:no>\" <sip:yes>", "", "sip:yes" },
	{ "Bob  < sip:yes >", "", "sip:yes" },
	{ "<sip:open;x", "", "sip:open;x" },
	{ "*", "", "*" },
	{ "", "", "" },
};

static void test_addr_uri(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(uris) / sizeof(*uris); i++)
		is(pkt_addr_uri(str_from(uris[i].value)), uris[i].want);
	is(pkt_display(STR("\"A <b>\" <sip:c>")), "A <b>");
	is(pkt_display(STR("A B <sip:c>")), "A B");
	is(pkt_display(STR("<sip:c>")), NULL);
	is(pkt_display(STR("sip:c")), NULL);
}

struct count {
	const char *value;
	unsigned n;
};

static const struct count contacts[] = {
	{ "<sip:a>,<sip:b>", 2 },
	{ "\"a,b\" <sip:a,b>, sip:c", 2 },
	{ "\"a\\\",b\" <sip:a>", 1 },
	{ "\"open, sip:b", 2 },
	{ "<sip:open, sip:b", 2 },
	{ "sip:a (x,y), sip:b", 2 },
	{ ",,, ,", 0 },
	{ "*", 1 },
	{ "", 0 },
};

static void test_commas(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(contacts) / sizeof(*contacts); i++) {
		struct str raw =
			arena_strf(arena, "SIP/2.0 200 OK\r\nm: %s\r\n\r\n",
				   contacts[i].value);

		assert_int_equal(pkt_values(pkt_parse(arena, raw), "Contact"),
				 contacts[i].n);
	}
}

static void test_names(void **state)
{
	(void)state;
	is(pkt_canonical(STR("r")), "Refer-To");
	is(pkt_canonical(STR("B")), "Referred-By");
	is(pkt_canonical(STR("o")), "Event");
	is(pkt_canonical(STR("u")), "Allow-Events");
	is(pkt_canonical(STR("x")), "Session-Expires");
	is(pkt_canonical(STR("cseq")), "CSeq");
	is(pkt_canonical(STR("WWW-AUTHENTICATE")), "WWW-Authenticate");
	is(pkt_canonical(STR("X-foo")), "X-foo");
	is(pkt_canonical(STR("z")), "z");
	is(pkt_canonical(STR("")), "");
}

/* The search by halves needs the table in order; every name finds itself. */
static void test_table(void **state)
{
	(void)state;
	for (int i = 1; i < HEADER_COUNT; i++) {
		struct str name = header_info((enum header_id)i)->name;

		if (header_find(name) != (enum header_id)i)
			fail_msg(STR_F " is out of order", STR_A(name));
	}
}

static void test_ceilings(void **state)
{
	size_t n = 300 << 10;
	char *big = arena_alloc(arena, n);
	struct pkt *p;

	(void)state;
	memset(big, 'x', n);
	p = pkt_parse(arena, (struct str){ big, n });
	assert_string_equal(p->flaw, "the message is longer than 256 KiB");
	assert_int_equal(p->raw.len, PKT_BYTES_MAX);
	for (size_t i = 0; i + 4 <= n; i += 4)
		memcpy(big + i, "a:\r\n", 4);
	memcpy(big, "SIP/2.0 200 OK\r\n", 16);
	p = pkt_parse(arena, (struct str){ big, 100000 });
	assert_string_equal(p->flaw, "there are more than 1000 header lines");
	assert_int_equal(p->nlines, PKT_LINES_MAX);
}

static void test_reasons(void **state)
{
	(void)state;
	assert_string_equal(status_reason(202), "Accepted");
	assert_string_equal(status_reason(603), "Decline");
	assert_string_equal(status_reason(299), "Success");
	assert_string_equal(status_reason(0), "Unknown");
	assert_string_equal(status_reason(4000000000u), "Unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_request),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_response),
		cmocka_unit_test(test_flaws),
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_cseq),
		cmocka_unit_test(test_params),
		cmocka_unit_test(test_addr_uri),
		cmocka_unit_test(test_commas),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_ceilings),
		cmocka_unit_test(test_reasons),
	};

	return cmocka_run_group_tests_name("pkt", tests, setup, teardown);
}
