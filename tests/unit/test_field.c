/* SPDX-License-Identifier: MIT */
/* Fields: every path of the table read from a message, and wrong paths. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "field_fix.h"

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

static struct value get(const struct pkt *p, const char *text)
{
	struct field_path path = field_fix_path(text);
	struct str near;
	unsigned bad;

	if (!field_resolve(&path, &bad, &near))
		fail_msg("%s is no field", text);
	return field_get(p, &path, arena);
}

static const char request[] =
	"REFER sip:bob@example.com:5070;lr;x=1?Subject=y SIP/2.0\r\n"
	"Via: SIP/2.0/TCP [2001:db8::1]:5071;branch=z9hG4bK1;rport;"
	"received=192.0.2.9\r\n"
	"Via: SIP/2.0/UDP host.example;branch=z9hG4bK2\r\n"
	"From: \"Alice \\\"A\\\"\" <sip:alice:secret@a.example>;tag=77\r\n"
	"To: Bob B. <sips:bob@b.example>\r\n"
	"Call-ID: c1@h\r\n"
	"CSeq: 0093\r\n REFER\r\n"
	"m: <sip:one@192.0.2.1;transport=tcp>;q=0.7;expires=30, "
	"<sip:two@192.0.2.2>\r\n"
	"r: <sip:carol@c.example;method=INVITE?Replaces=1%402%3Bto-tag%3D3&"
	"Require=replaces>;cid=4\r\n"
	"Referred-By: <sip:alice@a.example>;cid=\"x@y\"\r\n"
	"Replaces: abc@h;to-tag=t1;from-tag=f1;early-only\r\n"
	"Target-Dialog: abc@h;local-tag=l1;remote-tag=r1\r\n"
	"o: refer;id=93\r\n"
	"Subscription-State: terminated;reason=noresource;expires=0;"
	"retry-after=5\r\n"
	"Expires: 60\r\n"
	"Retry-After: 5 (busy);duration=3600\r\n"
	"Max-Forwards: 70\r\n"
	"Supported: timer, Replaces\r\n"
	"Supported: norefersub\r\n"
	"Route: <sip:p1;lr>\r\n"
	"Route: <sip:p2;lr>\r\n"
	"Session-Expires: 1800;refresher=uac\r\n"
	"RAck: 776656 1 INVITE\r\n"
	"Proxy-Authorization: Digest username=\"al\", realm=\"r, x\", "
	"nonce=\"n\", uri=\"sip:h\", response=\"00\", qop=auth, nc=00000001\r\n"
	"Proxy-Authenticate: Digest realm=\"r\",stale=TRUE\r\n"
	"Warning: 307 isi.example \"Session parameter 'foo' not "
	"understood\"\r\n"
	"User-to-User: 56a390;encoding=hex;purpose=x\r\n"
	"X-Own: a;b.c=d\r\n"
	"Content-Type: Message/SIPfrag ; version=2.0\r\n"
	"Content-Length: 16\r\n"
	"\r\n"
	"SIP/2.0 200 Fine\r\n";

struct expected {
	const char *path, *text; /* NULL: absent */
	enum field_type type;
};

static const struct expected expected[] = {
	{ "method", "REFER", TYPE_TEXT },
	{ "status", NULL, TYPE_NUMBER },
	{ "request-uri", "sip:bob@example.com:5070;lr;x=1?Subject=y",
	  TYPE_URI },
	{ "request-uri.user", "bob", TYPE_TEXT },
	{ "request-uri.host", "example.com", TYPE_TOKEN },
	{ "request-uri.port", "5070", TYPE_NUMBER },
	{ "request-uri.params.x", "1", TYPE_TOKEN },
	{ "request-uri.params.lr", "", TYPE_TOKEN },
	{ "request-uri.params.y", NULL, TYPE_TOKEN },
	{ "request-uri.headers", "Subject=y", TYPE_TEXT },
	{ "request-uri.headers.s", "y", TYPE_TEXT },
	{ "Via.count", "2", TYPE_NUMBER },
	{ "Via[1].branch", "z9hG4bK1", TYPE_TOKEN },
	{ "Via[2].branch", "z9hG4bK2", TYPE_TOKEN },
	{ "Via[3].branch", NULL, TYPE_TOKEN },
	{ "Via[3]", NULL, TYPE_TEXT },
	{ "Via.sent-by", "[2001:db8::1]:5071", TYPE_TOKEN },
	{ "Via.host", "[2001:db8::1]", TYPE_TOKEN },
	{ "Via.port", "5071", TYPE_NUMBER },
	{ "Via[2].port", NULL, TYPE_NUMBER },
	{ "Via.transport", "TCP", TYPE_TOKEN },
	{ "Via.protocol", "SIP/2.0/TCP", TYPE_TOKEN },
	{ "Via.rport", "", TYPE_NUMBER },
	{ "Via[2].rport", NULL, TYPE_NUMBER },
	{ "Via.received", "192.0.2.9", TYPE_TOKEN },
	{ "Via.syntax", "valid", TYPE_VERDICT },
	{ "From.display", "Alice \\\"A\\\"", TYPE_TEXT },
	{ "From.uri", "sip:alice:secret@a.example", TYPE_URI },
	{ "From.uri.password", "secret", TYPE_TEXT },
	{ "From.tag", "77", TYPE_TOKEN },
	{ "To.tag", NULL, TYPE_TOKEN },
	{ "To.uri.scheme", "sips", TYPE_TOKEN },
	{ "To.display", "Bob B.", TYPE_TEXT },
	{ "Call-ID", "c1@h", TYPE_TEXT },
	{ "CSeq", "0093 REFER", TYPE_TEXT },
	{ "CSeq.number", "0093", TYPE_NUMBER },
	{ "CSeq.method", "REFER", TYPE_TEXT },
	{ "Contact.count", "2", TYPE_NUMBER },
	{ "Contact.uri", "sip:one@192.0.2.1;transport=tcp", TYPE_URI },
	{ "Contact.uri.params.transport", "tcp", TYPE_TOKEN },
	{ "Contact[2].uri.host", "192.0.2.2", TYPE_TOKEN },
	{ "Contact.q", "0.7", TYPE_NUMBER },
	{ "Contact[1].expires", "30", TYPE_NUMBER },
	{ "Contact[2]", "<sip:two@192.0.2.2>", TYPE_ADDR },
	{ "Refer-To.count", "1", TYPE_NUMBER },
	{ "Refer-To.uri.headers.Replaces", "1%402%3Bto-tag%3D3", TYPE_TEXT },
	{ "Refer-To.uri.headers.Subject", NULL, TYPE_TEXT },
	{ "Refer-To.uri.params.method", "INVITE", TYPE_TOKEN },
	{ "Refer-To.params.cid", "4", TYPE_TOKEN },
	{ "Referred-By.cid", "x@y", TYPE_TEXT },
	{ "Replaces.call-id", "abc@h", TYPE_TEXT },
	{ "Replaces.to-tag", "t1", TYPE_TOKEN },
	{ "Replaces.from-tag", "f1", TYPE_TOKEN },
	{ "Replaces.early-only", "", TYPE_TOKEN },
	{ "Replaces.count", "1", TYPE_NUMBER },
	{ "Target-Dialog.local-tag", "l1", TYPE_TOKEN },
	{ "Target-Dialog.remote-tag", "r1", TYPE_TOKEN },
	{ "Event.package", "refer", TYPE_TOKEN },
	{ "Event.id", "93", TYPE_TOKEN },
	{ "Subscription-State.state", "terminated", TYPE_TOKEN },
	{ "Subscription-State.reason", "noresource", TYPE_TOKEN },
	{ "Subscription-State.expires", "0", TYPE_NUMBER },
	{ "Subscription-State.retry-after", "5", TYPE_NUMBER },
	{ "Expires.seconds", "60", TYPE_NUMBER },
	{ "Expires", "60", TYPE_NUMBER },
	{ "Retry-After.params.duration", "3600", TYPE_TOKEN },
	{ "Max-Forwards", "70", TYPE_NUMBER },
	{ "Supported", "timer, Replaces, norefersub", TYPE_TOKEN },
	{ "Supported.count", "3", TYPE_NUMBER },
	{ "Supported[2]", "Replaces", TYPE_TOKEN },
	{ "Route", "<sip:p1;lr>, <sip:p2;lr>", TYPE_ADDR },
	{ "Route[2].uri.params.lr", "", TYPE_TOKEN },
	{ "Record-Route", NULL, TYPE_ADDR },
	{ "Record-Route.count", "0", TYPE_NUMBER },
	{ "Record-Route.syntax", NULL, TYPE_VERDICT },
	{ "Session-Expires.refresher", "uac", TYPE_TOKEN },
	{ "RAck.rseq", "776656", TYPE_NUMBER },
	{ "RAck.method", "INVITE", TYPE_TEXT },
	{ "Proxy-Authorization.scheme", "Digest", TYPE_TOKEN },
	{ "Proxy-Authorization.username", "al", TYPE_TEXT },
	{ "Proxy-Authorization.realm", "r, x", TYPE_TEXT },
	{ "Proxy-Authorization.uri", "sip:h", TYPE_URI },
	{ "Proxy-Authorization.nc", "00000001", TYPE_TEXT },
	{ "Proxy-Authorization.cnonce", NULL, TYPE_TEXT },
	{ "Proxy-Authorization.digest", NULL, TYPE_VERDICT },
	{ "Proxy-Authenticate.stale", "TRUE", TYPE_TOKEN },
	{ "Authorization.nonce", NULL, TYPE_TEXT },
	{ "Warning.code", "307", TYPE_NUMBER },
	{ "User-to-User.data", "56a390", TYPE_TEXT },
	{ "User-to-User.encoding", "hex", TYPE_TOKEN },
	{ "X-Own", "a;b.c=d", TYPE_TEXT },
	{ "X-Own.params.b.c", "d", TYPE_TOKEN },
	{ "X-Own.count", "1", TYPE_NUMBER },
	{ "X-None", NULL, TYPE_TEXT },
	{ "Content-Type.type", "Message", TYPE_TOKEN },
	{ "Content-Type.subtype", "SIPfrag", TYPE_TOKEN },
	{ "Content-Type.params.version", "2.0", TYPE_TOKEN },
	{ "Content-Length", "16", TYPE_NUMBER },
	{ "body", "SIP/2.0 200 Fine\r\n", TYPE_TEXT },
	{ "body.length", "18", TYPE_NUMBER },
	{ "sipfrag", "SIP/2.0 200 Fine", TYPE_TEXT },
	{ "sipfrag.status", "200", TYPE_NUMBER },
	{ "sipfrag.reason", "Fine", TYPE_TEXT },
	{ "sipfrag.version", "SIP/2.0", TYPE_TOKEN },
	{ "sipfrag.syntax", "valid", TYPE_VERDICT },
	{ "sdp", NULL, TYPE_TEXT },
	{ "sdp.audio.direction", NULL, TYPE_TOKEN },
};

static void test_all(void **state)
{
	struct pkt *p = pkt_parse(arena, STR(request));

	(void)state;
	assert_null(p->flaw);
	for (size_t i = 0; i < sizeof(expected) / sizeof(*expected); i++) {
		const struct expected *e = &expected[i];
		struct value v = get(p, e->path);

		if (v.type != e->type || v.present != (e->text != NULL) ||
		    (e->text && !str_is(v.text, e->text)))
			fail_msg("%s: got \"" STR_F "\" (%s, %s)", e->path,
				 STR_A(v.text), field_type_name(v.type),
				 v.present ? "present" : "absent");
	}
}

struct wrong {
	const char *path;
	unsigned bad;
	const char *near;
};

static const struct wrong wrongs[] = {
	{ "Contact.ur", 0, "uri" },
	{ "Contact.uri.hots", 1, "host" },
	{ "Refer-To.uri.headers.X-Foo.y.z", 99, NULL }, /* one name */
	{ "Refer-To.uri.headers.x.y.z", 3, NULL },
	{ "Refer-To.uri.headers.Replaces.to-tga", 3, "to-tag" },
	{ "Event.packge", 0, "package" },
	{ "Via.brnch", 0, "branch" },
	{ "sdp.audio.diretion", 1, "direction" },
	{ "sipfrag.stat", 0, "status" },
	{ "status.x", 0, NULL },
	{ "Subject.qqqqqqqqq", 0, NULL },
	{ "Subject.syntax", 0, NULL },
	{ "X-Own.uri", 0, NULL },
	{ "From.tag.x", 1, NULL },
};

static void test_wrong(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(wrongs) / sizeof(*wrongs); i++) {
		const struct wrong *w = &wrongs[i];
		struct field_path path = field_fix_path(w->path);
		struct str near = STR_NONE;
		unsigned bad = 0;
		bool ok = field_resolve(&path, &bad, &near);

		if (ok != (w->bad == 99))
			fail_msg("%s", w->path);
		if (ok)
			continue;
		if (bad != w->bad || !near.p != !w->near ||
		    (w->near && !str_is(near, w->near)))
			fail_msg("%s: part %u, near \"" STR_F "\"", w->path,
				 bad, STR_A(near));
	}
}

static void test_compact_path(void **state)
{
	struct field_path path = field_fix_path("o.id");
	struct str near;
	unsigned bad;

	(void)state;
	assert_true(field_resolve(&path, &bad, &near));
	assert_true(str_is(path.header, "Event"));
}

#define HEAD "NOTIFY sip:a SIP/2.0\r\n"

struct frag_case {
	const char *text, *status, *reason;
};

static const struct frag_case frags[] = {
	{ HEAD "c: message/sipfrag\r\n\r\nSIP/2.0 100 Trying", "100",
	  "Trying" },
	{ HEAD "c: message/sipfrag\r\n\r\nSIP/2.0 486 Busy Here\n", "486",
	  "Busy Here" },
	{ HEAD "c: message/sipfrag\r\n\r\nSIP/2.0 200\r\nTo: x\r\n", "200",
	  NULL },
	{ HEAD "\r\nSIP/2.0 200 OK", "200", "OK" },
	{ HEAD "c: text/plain\r\n\r\nSIP/2.0 200 OK", "200", "OK" },
	{ HEAD "c: message/sipfrag\r\n\r\nTo: x\r\n", NULL, NULL },
	{ HEAD "c: message/sipfrag\r\n\r\n", NULL, NULL },
	{ HEAD "c: text/plain\r\n\r\n200 OK", NULL, NULL },
	{ HEAD "c: multipart/mixed;boundary=\"q 1\"\r\n\r\n"
	       "preamble\r\n--q 1\r\nContent-Type: text/plain\r\n\r\nno\r\n"
	       "--q 1\r\nc: message/sipfrag;version=2.0\r\nA: b\r\n\r\n"
	       "SIP/2.0 603 Decline\r\n\r\n--q 1--\r\n",
	  "603", "Decline" },
};

static void test_frags(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(frags) / sizeof(*frags); i++) {
		struct pkt *p = pkt_parse(arena, str_from(frags[i].text));
		struct value v = get(p, "sipfrag.status");
		struct value r = get(p, "sipfrag.reason");

		assert_int_equal(v.present, frags[i].status != NULL);
		if (v.present)
			assert_true(str_is(v.text, frags[i].status));
		assert_int_equal(r.present, frags[i].reason != NULL);
		if (r.present)
			assert_true(str_is(r.text, frags[i].reason));
	}
}

static void test_syntax_over_rows(void **state)
{
	struct pkt *p = pkt_parse(
		arena,
		STR(HEAD "m: <sip:a>\r\nm: <sip:b>;q=5, <sip:c\r\n\r\n"));

	(void)state;
	assert_true(str_starts(get(p, "Contact.syntax").text,
			       "row 2, byte 11, at \"5, <sip:c\": q must"));
	assert_true(str_is(get(p, "Contact[1].syntax").text, "valid"));
	assert_false(get(p, "Contact[9].syntax").present);
}

static void test_sdp_fields(void **state)
{
	struct pkt *p = pkt_parse(
		arena, STR(HEAD "c: application/sdp\r\n\r\n"
				"v=0\r\no=- 12 34 IN IP4 192.0.2.1\r\ns=-\r\n"
				"c=IN IP4 192.0.2.1\r\nt=0 0\r\n"
				"m=audio 4000 RTP/AVP 0 8 101\r\n"
				"a=rtpmap:101 telephone-event/8000\r\n"
				"a=sendonly\r\nm=video 0 RTP/AVP 34\r\n"));

	(void)state;
	assert_true(str_is(get(p, "sdp.version").text, "34"));
	assert_true(str_is(get(p, "sdp.session-id").text, "12"));
	assert_true(str_is(get(p, "sdp.count").text, "2"));
	assert_true(str_is(get(p, "sdp.audio.direction").text, "sendonly"));
	assert_true(str_is(get(p, "sdp.audio.port").text, "4000"));
	assert_true(str_is(get(p, "sdp.audio.address").text, "192.0.2.1"));
	assert_true(str_is(get(p, "sdp.audio.codecs").text,
			   "PCMU PCMA telephone-event"));
	assert_true(str_is(get(p, "sdp.audio.proto").text, "RTP/AVP"));
}

static void test_names(void **state)
{
	struct field_path path = field_fix_path("Contact");
	const struct str *names;
	size_t n, uri = 0;

	(void)state;
	names = field_headers(&n);
	assert_int_equal(n, HEADER_COUNT - 1);
	names = field_names(&path, arena, &n);
	for (size_t i = 0; i < n; i++)
		uri += str_starts(names[i], "uri.");
	assert_int_equal(uri, 12);
	assert_true(str_is(names[n - 1], "params.*"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_compact_path),
		cmocka_unit_test(test_frags),
		cmocka_unit_test(test_syntax_over_rows),
		cmocka_unit_test(test_sdp_fields),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests_name("field", tests, setup, teardown);
}
