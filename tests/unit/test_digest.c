/* SPDX-License-Identifier: MIT */
/* Digest against the vectors that the RFCs print. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "sip/digest.h"

static int setup(void **state)
{
	*state = arena_new();
	return 0;
}

static int teardown(void **state)
{
	arena_free(*state);
	return 0;
}

static struct str answer(struct arena *a, const char *challenge,
			 struct digest_answer *w)
{
	struct digest_challenge *c = ARENA_NEW(a, struct digest_challenge);
	struct fail why;

	assert_true(digest_read_challenge(a, str_from(challenge), c, &why));
	w->to = c;
	return digest_write_answer(a, w);
}

static void expect_param(struct str value, const char *param, const char *want)
{
	buf_auto text = { 0 };

	buf_addf(&text, " %s=%s", param, want);
	if (str_find(value, buf_str(&text)) < 0)
		fail_msg("no%s in " STR_F, buf_z(&text), STR_A(value));
}

/* RFC 7616 3.9.1 */
static void rfc7616_http(void **state)
{
	static const char *const how[][3] = {
		{ "MD5", "8ca523f5e9506fed4657c9700eebdbec", "MD5" },
		{ "SHA-256",
		  "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856c"
		  "b6c1",
		  "SHA-256" },
	};
	struct digest_answer w = {
		.user = STR("Mufasa"),
		.secret = STR("Circle of Life"),
		.method = STR("GET"),
		.uri = STR("/dir/index.html"),
		.cnonce = STR("f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"),
		.nc = 1,
	};

	for (size_t i = 0; i < 2; i++) {
		buf_auto c = { 0 };
		struct str v;

		buf_addf(&c,
			 "Digest realm=\"http-auth@example.org\", qop=\"auth, "
			 "auth-int\", algorithm=%s, "
			 "nonce=\"7ypf/xlj9XXwfDPEoM4URrv/"
			 "xwf94BcCAzFZH4GiTo0v\", "
			 "opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"
			 "\"",
			 how[i][0]);
		v = answer(*state, buf_z(&c), &w);
		expect_param(v, "response",
			     arena_z(*state,
				     arena_strf(*state, "\"%s\"", how[i][1])));
		expect_param(v, "algorithm", how[i][2]);
		expect_param(v, "nc", "00000001");
		expect_param(v, "qop", "auth");
	}
}

/* RFC 7616 3.9.2 with the response of its erratum 4897. */
static void rfc7616_sha512(void **state)
{
	struct digest_answer w = {
		.user = STR("J\xc3\xa4s\xc3\xb8n Doe"),
		.secret = STR("Secret, or not?"),
		.method = STR("GET"),
		.uri = STR("/doe.json"),
		.cnonce = STR("NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v"),
		.nc = 1,
	};
	struct str v = answer(
		*state,
		"Digest realm=\"api@example.org\", qop=\"auth\", "
		"algorithm=SHA-512-256, "
		"nonce=\"5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK\", "
		"opaque=\"HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS\", "
		"charset=UTF-8, userhash=true",
		&w);

	expect_param(v, "response",
		     "\"3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95ee"
		     "b1cec68a5\"");
	expect_param(v, "algorithm", "SHA-512-256");
}

/* RFC 2617 3.5, whose numbers RFC 3261 refers to. */
static void rfc2617(void **state)
{
	struct digest_answer w = {
		.user = STR("Mufasa"),
		.secret = STR("Circle Of Life"),
		.method = STR("GET"),
		.uri = STR("/dir/index.html"),
		.cnonce = STR("0a4f113b"),
		.nc = 1,
	};
	struct str v = answer(*state,
			      "Digest realm=\"testrealm@host.com\", "
			      "qop=\"auth,auth-int\", "
			      "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", "
			      "opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"",
			      &w);

	expect_param(v, "response", "\"6629fae49393a05397450978507c4ef1\"");
	expect_param(v, "opaque", "\"5ccc069c403ebaf9f0171e9517f40e41\"");
	assert_true(str_find(v, STR("algorithm")) < 0);
	/* without qop: RFC 2069 (the corrected example of its errata) */
	w.secret = STR("CircleOfLife");
	v = answer(*state,
		   "digest  realm=\"testrealm@host.com\","
		   "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\"",
		   &w);
	expect_param(v, "response", "\"1949323746fe6a43ef61f9606e7febea\"");
	assert_true(str_find(v, STR("nc=")) < 0);
}

/* What is written can be read, and holds for its secret alone. */
static void there_and_back(void **state)
{
	static const char *const names[] = {
		"MD5",          "MD5-sess",    "SHA-256",
		"SHA-256-sess", "SHA-512-256", "sha-512-256-SESS",
	};
	static const char *const qops[] = { "", ", qop=auth-int",
					    ", qop=\"auth\"" };

	for (size_t i = 0; i < 18; i++) {
		struct digest_answer w = { .user = STR("al\"ice"),
					   .secret = STR("s3cret"),
					   .method = STR("REFER"),
					   .uri = STR("sip:bob@x"),
					   .body = STR("body"),
					   .cnonce = STR("abc"),
					   .nc = 31 };
		struct digest_credentials c;
		struct fail why;
		struct str v,
			challenge = arena_strf(
				*state,
				"Digest nonce=\"n\\\"1\", realm=\"a, b\", "
				"algorithm=%s%s",
				names[i % 6], qops[i / 6]);

		v = answer(*state, arena_z(*state, challenge), &w);
		assert_true(digest_read_credentials(*state, v, &c, &why));
		assert_true(str_is(c.realm, "a, b"));
		assert_true(str_is(c.nonce, "n\"1"));
		assert_true(
			digest_matches(*state, &c, w.secret, w.method, w.body));
		assert_false(digest_matches(*state, &c, STR("other"), w.method,
					    w.body));
		assert_false(digest_matches(*state, &c, w.secret, STR("BYE"),
					    w.body));
		assert_int_equal(digest_matches(*state, &c, w.secret, w.method,
						STR("other")),
				 i / 6 != 1);
	}
}

static void chooses(void **state)
{
	static const char *const list[] = {
		"Digest realm=\"r\",nonce=\"1\",algorithm=TIGER",
		"Digest realm=\"r\",nonce=\"2\",qop=\"other\"",
		"Digest realm=\"r\",nonce=\"3\",algorithm=SHA-256,stale=TRUE",
		"Digest realm=\"r\",nonce=\"4\"",
	};
	struct digest_challenge c[4];
	struct fail why;

	for (size_t i = 0; i < 4; i++)
		assert_true(digest_read_challenge(*state, str_from(list[i]),
						  &c[i], &why));
	assert_int_equal(digest_choose(c, 4), 2);
	assert_true(c[2].stale && !c[3].stale);
	assert_int_equal(digest_choose(c, 2), -1);
}

static void refuses(void **state)
{
	struct digest_challenge c;
	struct digest_credentials w;
	struct fail why;

	assert_false(digest_read_challenge(*state, STR("Basic realm=\"r\""), &c,
					   &why));
	assert_false(digest_read_challenge(*state, STR("Digest"), &c, &why));
	assert_false(digest_read_challenge(*state, STR("Digest realm=\"r\""),
					   &c, &why));
	assert_string_equal(why.text, "the challenge has no nonce");
	assert_false(digest_read_credentials(
		*state, STR("Digest username=\"a\", realm=\"r\""), &w, &why));
	assert_string_equal(why.text, "the credentials have no nonce");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(rfc7616_http),   CASE(rfc7616_sha512), CASE(rfc2617),
		CASE(there_and_back), CASE(chooses),        CASE(refuses),
	};

	return cmocka_run_group_tests_name("digest", tests, NULL, NULL);
}
