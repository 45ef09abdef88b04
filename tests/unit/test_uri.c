/* SPDX-License-Identifier: MIT */
/* URIs: the parts, equality by RFC 3261 19.1.4, other spellings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sip/syntax.h"
#include "sip/uri.h"

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

static void is(struct str got, const char *want)
{
	if (!want)
		assert_null(got.p);
	else
		assert_string_equal(arena_z(arena, got), want);
}

struct parts {
	const char *uri, *user, *password, *host, *port, *params, *headers;
	unsigned effective;
};

static const struct parts parts[] = {
	{ "sip:h", NULL, NULL, "h", NULL, NULL, NULL, 5060 },
	{ "sips:u@h", "u", NULL, "h", NULL, NULL, NULL, 5061 },
	{ "sip:u:p@h:5070;a;b=c?x=y&z=", "u", "p", "h", "5070", "a;b=c",
	  "x=y&z=", 5070 },
	{ "sip:u;x=1?y@[::1]:99", "u;x=1?y", NULL, "[::1]", "99", NULL, NULL,
	  99 },
	{ "sip:h;transport=tls?A=b", NULL, NULL, "h", NULL, "transport=tls",
	  "A=b", 5061 },
	{ "sip:@h", "", NULL, "h", NULL, NULL, NULL, 5060 },
	/* an unescaped Replaces, as several phones send it */
	{ "sip:c@h?Replaces=1@2;to-tag=3", "c", NULL, "h", NULL, NULL,
	  "Replaces=1@2;to-tag=3", 5060 },
};

static void test_parts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		struct uri u;

		assert_true(uri_parse(str_from(parts[i].uri), &u));
		assert_true(u.is_sip);
		is(u.user, parts[i].user);
		is(u.password, parts[i].password);
		is(u.host, parts[i].host);
		is(u.port, parts[i].port);
		is(u.params, parts[i].params);
		is(u.headers, parts[i].headers);
		assert_int_equal(uri_port(&u), parts[i].effective);
	}
}

static void test_lookups(void **state)
{
	struct uri u;
	bool there;

	(void)state;
	assert_true(uri_parse(STR("sip:a@b;lr;Method=BYE?r=%3Cx%3E&Foo="), &u));
	is(uri_param(&u, STR("METHOD"), &there), "BYE");
	assert_true(there);
	is(uri_param(&u, STR("lr"), &there), "");
	assert_true(there);
	uri_param(&u, STR("x"), &there);
	assert_false(there);
	is(uri_header(&u, STR("Refer-To"), NULL), "%3Cx%3E");
	is(uri_header(&u, STR("foo"), &there), "");
	assert_true(there);
}

static void test_no_uris(void **state)
{
	static const char *const none[] = {
		"",         "x",      "sip:",        "sip:;x",
		":a",       "1sip:a", "sip:a b",     "sip:[::1",
		"sip:a:x",  "sip:a:", "sip:a:70000", "<sip:a>",
		"sip:a\"b", "sip:u@", "sip:a\tb",    "sip:[::1]x",
	};
	struct uri u;

	(void)state;
	for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++)
		if (uri_parse(str_from(none[i]), &u))
			fail_msg("\"%s\" was taken for a URI", none[i]);
	assert_false(uri_parse(STR("sip:a\0b"), &u));
	assert_false(uri_parse(STR("s\0p:ab"), &u));
	assert_false(uri_parse(STR_NONE, &u));
}

struct pair {
	const char *a, *b;
	bool equal;
};

static const struct pair pairs[] = {
	/* escapes of unreserved bytes, case of host and parameters */
	{ "sip:%61lice@atlanta.example;transport=TCP",
	  "sip:alice@AtlanTa.Example;Transport=tcp", true },
	/* a parameter that is not known may be on one side */
	{ "sip:carol@chicago.example", "sip:carol@chicago.example;new=5",
	  true },
	{ "sip:carol@chicago.example", "sip:carol@chicago.example;lr", true },
	{ "sip:carol@chicago.example;security=on",
	  "sip:carol@chicago.example;new=5", true },
	{ "sip:carol@chicago.example;security=on",
	  "sip:carol@chicago.example;security=off", false },
	/* order of parameters and headers */
	{ "sip:h.example;transport=tcp;method=REGISTER?to=sip:b%40h.example",
	  "sip:h.example;method=REGISTER;transport=tcp?to=sip:b%40h.example",
	  true },
	{ "sip:a@h.example?subject=x%20y&priority=urgent",
	  "sip:a@h.example?priority=urgent&subject=x%20y", true },
	/* users have case */
	{ "SIP:ALICE@h.example;Transport=udp",
	  "sip:alice@h.example;Transport=UDP", false },
	/* defaults are not left out */
	{ "sip:bob@h.example", "sip:bob@h.example:5060", false },
	{ "sip:bob@h.example", "sip:bob@h.example;transport=udp", false },
	{ "sip:bob@h.example", "sip:bob@h.example:6000;transport=tcp", false },
	{ "sip:bob@h.example;user=phone", "sip:bob@h.example", false },
	{ "sip:bob@h.example;maddr=192.0.2.1", "sip:bob@h.example", false },
	{ "sip:bob@h.example;ttl=1", "sip:bob@h.example", false },
	{ "sip:bob@h.example;method=INVITE", "sip:bob@h.example", false },
	/* headers are never ignored */
	{ "sip:carol@h.example", "sip:carol@h.example?Subject=next", false },
	{ "sip:c@h?Subject=x&Subject=x", "sip:c@h?Subject=x&Subject=y", false },
	{ "sip:c@h?s=x", "sip:c@h?Subject=x", true },
	/* names are not resolved */
	{ "sip:bob@phone.example", "sip:bob@192.0.2.4", false },
	/* an escaped reserved byte is not that byte */
	{ "sip:a%3Bb@h", "sip:a;b@h", false },
	{ "sip:a%3bb@h", "sip:a%3Bb@h", true },
	{ "sip:h", "sips:h", false },
	{ "sip:@h", "sip:h", false },
	{ "sip:u:p@h", "sip:u@h", false },
	{ "sip:u:p@h", "sip:u:P@h", false },
	{ "sip:h:05060", "sip:h:5060", true },
	{ "sip:[2001:DB8::1]", "sip:[2001:db8::1]", true },
	{ "tel:+1-201-555-0123", "TEL:+12015550123", true },
	{ "tel:+1", "tel:+2", false },
	{ "mailto:a@b", "mailto:A@b", false },
	{ "none", "none", false },
};

static void test_equal(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		struct str a = str_from(pairs[i].a), b = str_from(pairs[i].b);

		if (uri_equal(a, b) != pairs[i].equal ||
		    uri_equal(b, a) != pairs[i].equal)
			fail_msg("%s and %s", pairs[i].a, pairs[i].b);
	}
}

static void test_bare(void **state)
{
	(void)state;
	is(uri_bare(arena, STR("sip:a@h:1;x=1;method=BYE;lr?Replaces=x")),
	   "sip:a@h:1;x=1;lr");
	is(uri_bare(arena, STR("sip:h")), "sip:h");
	is(uri_bare(arena, STR("tel:+1?x")), "tel:+1?x");
	is(uri_bare(arena, STR("no uri")), "no uri");
}

static void test_spelt(void **state)
{
	static const char *const uris[] = {
		"sip:carol@example.com",   "sip:1001@192.0.2.1:5070;x=1?s=y",
		"sips:%41b@[2001:db8::1]", "sip:%3b@example.com",
		"sip:u:p@example.com",     "sip:example.com",
		"sip:;@example.com",       "tel:+1",
	};

	(void)state;
	is(uri_spelt(arena, STR("sip:carol@a.example;x")),
	   "SIP:%63arol@A.EXAMPLE;x");
	is(uri_spelt(arena, STR("none")), "none");
	for (size_t i = 0; i < sizeof(uris) / sizeof(*uris); i++) {
		struct str u = str_from(uris[i]), v = uri_spelt(arena, u);

		assert_false(str_eq(u, v));
		if (!uri_equal(u, v) || syntax_uri(v).what)
			fail_msg("%s became " STR_F, uris[i], STR_A(v));
	}
}

static void test_escape(void **state)
{
	struct str s = STR("abc@h;to-tag=1;from-tag=%\xff");

	(void)state;
	is(uri_escape(arena, s), "abc%40h%3Bto-tag%3D1%3Bfrom-tag%3D%25%FF");
	assert_true(str_eq(uri_unescape(arena, uri_escape(arena, s)), s));
	is(uri_unescape(arena, STR("%4z%4%")), "%4z%4%");
	assert_int_equal(uri_unescape(arena, STR("%00x")).len, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parts),   cmocka_unit_test(test_lookups),
		cmocka_unit_test(test_no_uris), cmocka_unit_test(test_equal),
		cmocka_unit_test(test_bare),    cmocka_unit_test(test_spelt),
		cmocka_unit_test(test_escape),
	};

	return cmocka_run_group_tests_name("uri", tests, setup, teardown);
}
