/* SPDX-License-Identifier: MIT */
/* What a hostile device may send: mutated messages through everything that
 * reads them, and sizes that would hurt anything but linear work. The
 * sanitizers see bad memory; the asserts see slices outside of the message. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "base/buf.h"
#include "sip/field.h"
#include "sip/sdp.h"
#include "sip/syntax.h"

static const char *const seeds[] = {
	"REFER sip:bob@example.com:5070;lr?Subject=y SIP/2.0\r\n"
	"Via: SIP/2.0/UDP [2001:db8::1]:5071;branch=z9hG4bK1;rport\r\n"
	"From: \"A \\\"B\\\"\" <sip:a:b@c>;tag=7\r\nTo: sip:d@e;tag=8\r\n"
	"i: c@h\r\nCSeq: 93\r\n REFER\r\nm: <sip:o@192.0.2.1>;q=0.7, *\r\n"
	"r: <sip:c@d;method=BYE?Replaces=1%402%3Bto-tag%3D3&x=>;cid=4\r\n"
	"Replaces: abc@h;to-tag=t1;from-tag=f1;early-only\r\n"
	"Authorization: Digest realm=\"r, x\",nonce=\"n\"\r\n\r\n",
	"NOTIFY sip:a@b SIP/2.0\r\nv: SIP / 2.0 / TCP h;received=::1\r\n"
	"o: refer;id=93\r\nSubscription-State: active;expires=60 (x)\r\n"
	"Supported: timer, replaces\r\nSupported:\r\nX-Own: a;b.c=d\r\n"
	"Content-Type: multipart/mixed;boundary=q\r\n\r\n--q\r\n"
	"c: message/sipfrag\r\n\r\nSIP/2.0 200 OK\r\n--q--\r\n",
	"SIP/2.0 200 OK\nCSeq: 1 INVITE\nContact: <sip:x>\n"
	"Content-Type: application/sdp\n\nv=0\no=- 1 2 IN IP4 h\n"
	"c=IN IP4 h/1\nt=0 0\nm=audio 4/2 RTP/AVP 0 8\na=rtpmap:0 P/8\n"
	"a=sendonly\n",
};

/* "root.header.parts", read once and asked of every mutant. */
static const char *const asked[] = {
	"Via.branch",
	"Via.transport",
	"Via[2].port",
	"From.display",
	"From.uri.password",
	"Contact[2].uri.host",
	"Contact.count",
	"Contact.syntax",
	"Refer-To.uri.headers.Replaces",
	"Refer-To.syntax",
	"Replaces.to-tag",
	"Replaces.syntax",
	"Event.id",
	"Event.syntax",
	"Subscription-State.syntax",
	"Via.syntax",
	"CSeq.method",
	"CSeq.syntax",
	"Supported",
	"X-Own.params.b.c",
	"Authorization.realm",
	"Content-Type.subtype",
};

enum { NASKED = sizeof(asked) / sizeof(*asked), NROOTED = 5 };

static struct field_path paths[NASKED + NROOTED];

static void read_paths(void)
{
	/* clang-format off */
	static const struct field_path rooted[NROOTED] = {
		{ .root = FIELD_REQUEST_URI, .parts = { { "headers", 7 } },
		  .nparts = 1 },
		{ .root = FIELD_SIPFRAG, .parts = { { "reason", 6 } },
		  .nparts = 1 },
		{ .root = FIELD_SIPFRAG, .parts = { { "syntax", 6 } },
		  .nparts = 1 },
		{ .root = FIELD_SDP, .parts = { { "version", 7 } },
		  .nparts = 1 },
		{ .root = FIELD_SDP,
		  .parts = { { "audio", 5 }, { "codecs", 6 } }, .nparts = 2 },
	};
	/* clang-format on */
	struct str rest, near;
	unsigned bad;

	memcpy(&paths[NASKED], rooted, sizeof(rooted));
	for (size_t i = 0; i < NASKED; i++) {
		struct field_path *p = &paths[i];
		struct str index;

		str_cut(str_from(asked[i]), '.', &p->header, &rest);
		p->index = str_cut(p->header, '[', &p->header, &index) ? 2 : 0;
		while (rest.len)
			str_cut(rest, '.', &p->parts[p->nparts++], &rest);
	}
	for (size_t i = 0; i < NASKED + NROOTED; i++)
		assert_true(field_resolve(&paths[i], &bad, &near));
}

/* xorshift: the same mutants on every machine. */
static uint32_t draw(uint64_t *seed, uint32_t below)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (uint32_t)(*seed >> 32) % below;
}

static void mutate(char *p, size_t *len, size_t cap, uint64_t *seed)
{
	static const char nasty[] = "\r\n \t\"<>();,:=%@?&[]\\.-0aZ\0\x7f\xff*";
	size_t at = draw(seed, (uint32_t)*len);
	size_t n = 1 + draw(seed, 8);

	switch (draw(seed, 4)) {
	case 0:
		p[at] = nasty[draw(seed, sizeof(nasty))];
		break;
	case 1: /* cut a piece out */
		n = n > *len - at ? *len - at : n;
		memmove(p + at, p + at + n, *len - at - n);
		*len -= n;
		break;
	case 2: /* say a piece twice */
		n = n > *len - at ? *len - at : n;
		if (*len + n > cap)
			break;
		memmove(p + at + n, p + at, *len - at);
		*len += n;
		break;
	default:
		p[at] = (char)draw(seed, 256);
	}
	if (!*len)
		p[(*len)++] = 'x';
}

static bool inside(struct str piece, struct str whole)
{
	return !piece.p || (piece.p >= whole.p &&
			    piece.p + piece.len <= whole.p + whole.len);
}

static void check_index(const struct pkt *p)
{
	assert_true(inside(p->head, p->raw) && inside(p->body, p->raw));
	assert_ptr_equal(p->head.p + p->head.len, p->body.p);
	assert_ptr_equal(p->body.p + p->body.len, p->raw.p + p->raw.len);
	for (unsigned i = 0; i < p->nlines; i++) {
		const struct line *l = &p->lines[i];

		assert_true(inside(l->whole, p->head));
		assert_true(inside(l->name, l->whole));
		assert_true(inside(l->value, l->whole));
		assert_true(!l->name.len || l->name.p == l->whole.p);
	}
}

static void read_all(struct arena *a, struct pkt *p)
{
	for (size_t i = 0; i < NASKED + NROOTED; i++) {
		struct value v = field_get(p, &paths[i], a);

		value_is(&v, STR("refer;id=1"));
		value_contains(&v, STR("x"));
	}
	pkt_call_id(p);
	pkt_from_tag(p);
	pkt_to_tag(p);
	uri_bare(a, p->uri);
	if (uri_equal(p->uri, p->uri))
		assert_true(uri_equal(p->uri, uri_spelt(a, p->uri)));
	uri_unescape(a, p->uri);
}

static void answer_it(const struct pkt *p)
{
	static const struct sdp_own own = { { "h", 1 }, 4, 1, 1, 0 };
	buf_auto out = { 0 };

	sdp_write_answer(&out, &own, p->body);
}

enum { MUTANTS = 200000 };

static void test_mutants(void **state)
{
	struct arena *a = arena_new();
	uint64_t seed = 0x9e3779b97f4a7c15;
	char text[2048];

	(void)state;
	read_paths();
	for (unsigned i = 0; i < MUTANTS; i++) {
		const char *from = seeds[i % (sizeof(seeds) / sizeof(*seeds))];
		size_t len = strlen(from);
		struct pkt *p;

		memcpy(text, from, len);
		for (uint32_t n = 1 + draw(&seed, 6); n; n--)
			mutate(text, &len, sizeof(text), &seed);
		p = pkt_parse(a, (struct str){ text, len });
		check_index(p);
		read_all(a, p);
		answer_it(p);
		arena_reset(a);
	}
	arena_free(a);
}

/* ---- sizes --------------------------------------------------------------- */

static const char *const fillers[] = {
	",",  "a,", "\"",      "\",",    "<",  "<,",     "(",      "(,",
	";",  ";a", "sip:a(,", "sip:a,", "\\", "\\\"",   "=",      "<sip:a>,",
	"&a", "%",  "\r\n ",   " ",      "\r", "a;b=c,", "\"a\",", "--",
	"?",  "[",  ":",       "@",      "<>", ");(",
};

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct str filled(struct buf *out, const char *head, const char *filler)
{
	buf_clear(out);
	buf_add_z(out, head);
	while (out->len < PKT_BYTES_MAX - 64)
		buf_add_z(out, filler);
	buf_add_z(out, "\r\n\r\n");
	return buf_str(out);
}

/* Quadratic work over 256 KiB is 7e10 steps: minutes, not the second (under
 * the sanitizers) that is allowed here. */
static void test_sizes(void **state)
{
	static const char *const heads[] = {
		"REFER sip:a SIP/2.0\r\nContact: ",
		"REFER sip:a SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=",
		"REFER sip:a SIP/2.0\r\nRefer-To: <sip:a@b?x=",
		"REFER sip:a SIP/2.0\r\nSupported: ",
		"REFER sip:a SIP/2.0\r\nAuthorization: Digest ",
		"REFER sip:",
		"REFER sip:a SIP/2.0\r\nc: multipart/mixed;boundary=-\r\n\r\n",
		"REFER sip:a SIP/2.0\r\nc: application/sdp\r\n\r\nv=0\r\nm=",
	};
	struct arena *a = arena_new();
	buf_auto out = { 0 };

	(void)state;
	for (size_t h = 0; h < sizeof(heads) / sizeof(*heads); h++) {
		for (size_t f = 0; f < sizeof(fillers) / sizeof(*fillers);
		     f++) {
			struct str raw = filled(&out, heads[h], fillers[f]);
			double from = seconds();
			struct pkt *p = pkt_parse(a, raw);

			read_all(a, p);
			answer_it(p);
			if (seconds() - from > 1.0)
				fail_msg("%s with %s took %.1f s", heads[h],
					 fillers[f], seconds() - from);
			arena_reset(a);
		}
	}
	arena_free(a);
}

static void test_values_in_turn(void **state)
{
	struct arena *a = arena_new();
	buf_auto out = { 0 };
	struct pkt *p =
		pkt_parse(a, filled(&out, "REFER sip:a SIP/2.0\r\nm: ", "a,"));
	struct pkt_values v = pkt_values_begin(p, STR("Contact"));
	struct str one;
	unsigned n = 0;

	(void)state;
	while (pkt_values_next(&v, &one))
		n++;
	assert_true(n > 100000);
	assert_int_equal(pkt_values(p, "Contact"), PKT_VALUES_MAX);
	assert_true(str_is(pkt_value(p, "Contact", PKT_VALUES_MAX - 1), "a"));
	assert_null(pkt_value(p, "Contact", PKT_VALUES_MAX).p);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mutants),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_values_in_turn),
	};

	return cmocka_run_group_tests_name("hostile", tests, NULL, NULL);
}
