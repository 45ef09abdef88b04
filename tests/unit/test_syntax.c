/* SPDX-License-Identifier: MIT */
/* Strict grammar: what the RFCs show is valid, what devices get wrong is not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sip/syntax.h"

struct good {
	enum header_id id;
	const char *value;
};

static const struct good goods[] = {
	{ HEADER_REFER_TO, "sip:alice@atlanta.example" },
	{ HEADER_REFER_TO, "<sip:bob@b.example?Accept-Contact=sip:b.example>" },
	{ HEADER_REFER_TO,
	  "<sip:dave@d.example?Replaces=12345%40192.0.2.3%3Bto-tag%3D1%3B"
	  "from-tag%3D5FFE-3994>" },
	{ HEADER_REFER_TO, "<sip:carol@c.example;method=SUBSCRIBE>" },
	{ HEADER_REFER_TO,
	  "\"C; <c>\" \r\n <tel:+1-201-555-0123> ; x = \"y\"" },
	{ HEADER_REFER_TO, "Carol of C <sips:carol:pw@[2001:db8::9]:5061;lr>" },
	{ HEADER_REFER_TO, "http://www.example.com/path" },
	{ HEADER_REFERRED_BY, "sip:r@ref.example;cid=\"2UWQFN309shb3@r.ex\"" },
	{ HEADER_REPLACES, "98732@sip.example.com;from-tag=r33th4x0r\r\n "
			   ";to-tag=ff87ff" },
	{ HEADER_REPLACES, "a(b)<c>:d@e;to-tag=0;from-tag=0;early-only" },
	{ HEADER_TARGET_DIALOG, "f@h ;local-tag=5 ; remote-tag=6" },
	{ HEADER_EVENT, "refer" },
	{ HEADER_EVENT, "presence.winfo;id=93809824" },
	{ HEADER_SUBSCRIPTION_STATE, "active;expires=60" },
	{ HEADER_SUBSCRIPTION_STATE, "terminated;reason=noresource" },
	{ HEADER_SUBSCRIPTION_STATE, "my-own;retry-after=5;x" },
	{ HEADER_CONTACT, "*" },
	{ HEADER_CONTACT, "\"Mr. W\" <sip:w@w.example>;q=0.7; expires=3600,\r\n"
			  "\t\"Mr. W\" <mailto:w@b.example> ;q=0.1" },
	{ HEADER_CONTACT, "sip:a@h;q=1.000 , <sip:b@h>;q=0;+sip.x=\"<y>\"" },
	{ HEADER_VIA,
	  "SIP/2.0/UDP erlang.example:5060;branch=z9hG4bK87asdks7" },
	{ HEADER_VIA, "SIP / 2.0 / UDP first.example : 4000;ttl=16 ;maddr="
		      "224.2.0.1 ;branch=z9hG4bKa7c6a8dlze.1" },
	{ HEADER_VIA, "SIP/2.0/TCP [::1];rport;received=::1, SIP/2.0/TLS h" },
	{ HEADER_CSEQ, "4711 INVITE" },
	{ HEADER_CSEQ, "0009\r\n  REFER" },
	{ HEADER_MAX_FORWARDS, "70" },
	{ HEADER_CONTENT_TYPE, "text/html; charset=ISO-8859-4" },
	{ HEADER_CONTENT_TYPE, "message/sipfrag;version=2.0" },
	{ HEADER_CONTENT_TYPE, "multipart / mixed;boundary=\"a b\"" },
	{ HEADER_CALL_ID,
	  "f81d4fae-7dec-11d0-a765-00a0c91e6bf6@biloxi.example" },
	{ HEADER_FROM, "\"A. G. Bell\" <sip:agb@b.example> ;tag=a48s" },
	{ HEADER_TO, "Anonymous <sip:c8oqz84zk7z@privacy.example>" },
	{ HEADER_ROUTE, "<sip:p1;lr>,<sip:p2;lr>;x=1" },
	{ HEADER_EXPIRES, "4294967295" },
};

static void test_good(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(goods) / sizeof(*goods); i++) {
		const char *wrong =
			syntax_check(goods[i].id, str_from(goods[i].value));

		if (wrong)
			fail_msg("%s: %s", goods[i].value, wrong);
	}
}

struct bad {
	enum header_id id;
	const char *value, *wrong;
};

static const struct bad bads[] = {
	{ HEADER_REFER_TO, "", "is empty" },
	{ HEADER_REFER_TO, "carol", "no scheme" },
	{ HEADER_REFER_TO, "<carol>", "no scheme" },
	{ HEADER_REFER_TO, "<sip:carol@c.example", "not closed" },
	{ HEADER_REFER_TO, "sip:carol@c.example?Replaces=x", "in <>" },
	{ HEADER_REFER_TO, "<sip:a@h>, <sip:b@h>", "one value" },
	{ HEADER_REFER_TO, "<sip:a@h> x", "behind the value" },
	{ HEADER_REFER_TO, "<sip:a b@h>", "must be escaped" },
	{ HEADER_REFER_TO, "<sip:a@>", "host" },
	{ HEADER_REFER_TO, "<sip:a@h_x>", "must be escaped" },
	{ HEADER_REFER_TO, "<sip:a@h:99999>", "port" },
	{ HEADER_REFER_TO, "<sip:a@h?Replaces>", "no \"=\"" },
	{ HEADER_REFER_TO, "<sip:a@h?Replaces=1@2;to-tag=3>", "escaped" },
	{ HEADER_REFER_TO, "<sip:a%4@h>", "escaped" },
	{ HEADER_REFER_TO, "< sip:a@h>", "no scheme" },
	{ HEADER_REFER_TO, "Jos\xc3\xa9 <sip:a@h>", "display name" },
	{ HEADER_REFER_TO, "\"open <sip:a@h>", "quoted" },
	{ HEADER_REFER_TO, "<sip:a@h>;x=1;X=2", "twice" },
	{ HEADER_REFER_TO, "<sip:a@h>;", "no token" },
	{ HEADER_REFER_TO, "<sip:a@h>;x=", "proper value" },
	{ HEADER_REFERRED_BY, "<sip:a@h>;cid=x@y", "cid" },
	{ HEADER_REFERRED_BY, "<sip:a@h>;cid=\"x\"", "cid" },
	{ HEADER_REPLACES, "abc", "no to-tag" },
	{ HEADER_REPLACES, "abc;to-tag=1", "no from-tag" },
	{ HEADER_REPLACES, "abc;to-tag;from-tag=1", "tag is no token" },
	{ HEADER_REPLACES, "abc;to-tag=1;from-tag=1;early-only=yes", "early" },
	{ HEADER_REPLACES, "abc;to-tag=1;to-tag=2;from-tag=1", "twice" },
	{ HEADER_REPLACES, "a@b@c;to-tag=1;from-tag=1", "behind" },
	{ HEADER_REPLACES, "a;to-tag=1;from-tag=2, b;to-tag=1;from-tag=2",
	  "one value" },
	{ HEADER_TARGET_DIALOG, "abc;local-tag=1", "no remote-tag" },
	{ HEADER_EVENT, "refer.", "empty part" },
	{ HEADER_EVENT, "refer;id", "id is no token" },
	{ HEADER_EVENT, "refer;id=\"1\"", "id is no token" },
	{ HEADER_SUBSCRIPTION_STATE, ";reason=x", "no token" },
	{ HEADER_SUBSCRIPTION_STATE, "active;expires=-1", "expires" },
	{ HEADER_SUBSCRIPTION_STATE, "active;expires=4294967296", "expires" },
	{ HEADER_CONTACT, "*, <sip:a@h>", "no scheme" },
	{ HEADER_CONTACT, "<sip:a@h>;q=5", "q is no" },
	{ HEADER_CONTACT, "<sip:a@h>;q=1.1", "q is no" },
	{ HEADER_CONTACT, "<sip:a@h>,,<sip:b@h>", "no scheme" },
	{ HEADER_CONTACT, "<sip:a@h>,", "is empty" },
	{ HEADER_VIA, "SIP/2.0 h", "protocol" },
	{ HEADER_VIA, "SIP/2.0/UDP", "no blank" },
	{ HEADER_VIA, "SIP/2.0/UDP ;branch=1", "sent-by" },
	{ HEADER_VIA, "SIP/2.0/UDP h;branch=", "proper value" },
	{ HEADER_VIA, "SIP/2.0/UDP h;rport=x", "rport" },
	{ HEADER_VIA, "SIP/2.0/UDP h;received=g!", "received" },
	{ HEADER_VIA, "SIP/2.0/UDP 1.2.3.400", "sent-by" },
	{ HEADER_CSEQ, "1", "no blank" },
	{ HEADER_CSEQ, "1 ", "no method" },
	{ HEADER_CSEQ, "x REFER", "begin with a number" },
	{ HEADER_CSEQ, "2147483648 REFER", "below 2^31" },
	{ HEADER_CSEQ, "1 REFER x", "behind the method" },
	{ HEADER_CSEQ, "1\n REFER", "no blank" },
	{ HEADER_MAX_FORWARDS, "300", "above 255" },
	{ HEADER_MAX_FORWARDS, "-1", "no number" },
	{ HEADER_CONTENT_TYPE, "sipfrag", "type/subtype" },
	{ HEADER_CONTENT_TYPE, "a/b;c", "no value" },
	{ HEADER_CALL_ID, "a b", "Call-ID" },
	{ HEADER_FROM, "<sip:a@h>;tag=\"1\"", "tag is no token" },
	{ HEADER_ROUTE, "sip:p1;lr", "stand in <>" },
	{ HEADER_EXPIRES, "99999999999", "above" },
};

static void test_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bads) / sizeof(*bads); i++) {
		const char *wrong =
			syntax_check(bads[i].id, str_from(bads[i].value));

		if (!wrong || !strstr(wrong, bads[i].wrong))
			fail_msg("\"%s\": %s", bads[i].value,
				 wrong ? wrong : "valid");
	}
	assert_non_null(
		syntax_check(HEADER_REFER_TO, STR("<sip:a@h>;x=\"\0\"")));
}

static const struct bad frags[] = {
	{ 0, "SIP/2.0 200 OK\r\n", NULL },
	{ 0, "SIP/2.0 100 \r\n", NULL },
	{ 0, "SIP/2.0 200 OK\r\nTo: x\r\n y\r\n\r\nbody", NULL },
	{ 0, "REFER sip:a@h SIP/2.0\r\n", NULL },
	{ 0, "", "empty" },
	{ 0, "SIP/2.0 200 OK", "CRLF" },
	{ 0, "SIP/2.0 200 OK\n", "CRLF" },
	{ 0, "SIP/2.0 200\r\n", "no space" },
	{ 0, "SIP/2.0 99 x\r\n", "status code" },
	{ 0, "SIP/3.0 200 x\r\n", "version" },
	{ 0, "200 OK\r\n", "status line" },
	{ 0, "SIP/2.0 200 OK\r\nfoo\r\n", "header line" },
	{ 0, "SIP/2.0 200 OK\r\nTo: x", "last line" },
};

static void test_frags(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(frags) / sizeof(*frags); i++) {
		const char *wrong = syntax_sipfrag(str_from(frags[i].value));

		if (!wrong != !frags[i].wrong ||
		    (wrong && !strstr(wrong, frags[i].wrong)))
			fail_msg("\"%s\": %s", frags[i].value,
				 wrong ? wrong : "valid");
	}
}

static void test_has(void **state)
{
	(void)state;
	assert_true(syntax_has(HEADER_REFER_TO));
	assert_false(syntax_has(HEADER_SUBJECT));
	assert_false(syntax_has(HEADER_UNKNOWN));
	assert_null(syntax_check(HEADER_SUBJECT, STR("anything")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_frags),
		cmocka_unit_test(test_has),
	};

	return cmocka_run_group_tests_name("syntax", tests, NULL, NULL);
}
