/* SPDX-License-Identifier: MIT */
/* SDP: our offers read back, answers to whatever a device offers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sip/sdp.h"

static const struct sdp_own own = {
	{ "192.0.2.1", 9 }, 40000, 7, 3, SDP_SENDRECV
};

static void test_offer(void **state)
{
	const struct sdp_media *m;
	buf_auto out = { 0 };
	buf_auto codecs = { 0 };
	struct sdp sdp;

	(void)state;
	sdp_write_offer(&out, &own);
	assert_string_equal(buf_z(&out),
			    "v=0\r\no=- 7 3 IN IP4 192.0.2.1\r\ns=-\r\n"
			    "c=IN IP4 192.0.2.1\r\nt=0 0\r\n"
			    "m=audio 40000 RTP/AVP 0 8\r\n"
			    "a=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n"
			    "a=sendrecv\r\n");
	assert_true(sdp_read(buf_str(&out), &sdp));
	m = sdp_find(&sdp, STR("audio"));
	assert_non_null(m);
	sdp_codecs(m, &codecs);
	assert_string_equal(buf_z(&codecs), "PCMU PCMA");
	assert_null(sdp_find(&sdp, STR("video")));
}

static void test_ipv6(void **state)
{
	struct sdp_own six = own;
	buf_auto out = { 0 };

	(void)state;
	six.host = STR("::1");
	sdp_write_offer(&out, &six);
	assert_non_null(strstr(buf_z(&out), "c=IN IP6 ::1\r\n"));
}

static void test_answer(void **state)
{
	const char offer[] = "v=0\no=x 1 1 IN IP4 h\ns=x\nt=5 6\n"
			     "m=audio 0 RTP/AVP 0\n"
			     "m=audio 5000/2 RTP/AVP 9 8 0\na=sendonly\n"
			     "m=video 5002 RTP/AVP 34\n"
			     "m=audio 5004 RTP/AVP 0\n";
	buf_auto out = { 0 };
	struct sdp sdp;

	(void)state;
	sdp_write_answer(&out, &own, STR(offer));
	assert_true(sdp_read(buf_str(&out), &sdp));
	assert_int_equal(sdp.nmedia, 4);
	assert_true(str_is(sdp.timing, "5 6"));
	assert_true(str_is(sdp.media[0].port, "0"));
	assert_true(str_is(sdp.media[1].port, "40000"));
	assert_true(str_is(sdp.media[1].formats, "8"));
	assert_int_equal(sdp.media[1].direction, SDP_RECVONLY);
	assert_true(str_is(sdp.media[2].kind, "video"));
	assert_true(str_is(sdp.media[2].port, "0"));
	assert_true(str_is(sdp.media[3].port, "0"));
}

struct direction_case {
	const char *offered;
	enum sdp_direction wished, answered;
};

static const struct direction_case directions[] = {
	{ "a=sendrecv", SDP_SENDRECV, SDP_SENDRECV },
	{ "", SDP_SENDONLY, SDP_SENDONLY },
	{ "a=sendonly", SDP_SENDRECV, SDP_RECVONLY },
	{ "a=recvonly", SDP_SENDRECV, SDP_SENDONLY },
	{ "a=inactive", SDP_SENDRECV, SDP_INACTIVE },
	{ "a=sendonly", SDP_RECVONLY, SDP_RECVONLY },
	{ "a=sendonly", SDP_SENDONLY, SDP_INACTIVE },
};

/* At the session's level and at the medium's. */
static void test_directions(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2 * sizeof(directions) / sizeof(*directions);
	     i++) {
		const struct direction_case *d = &directions[i / 2];
		struct sdp_own mine = own;
		buf_auto offer = { 0 };
		buf_auto out = { 0 };
		struct sdp sdp;

		buf_addf(&offer, "v=0\r\n%s\r\nm=audio 4 RTP/AVP 0\r\n%s\r\n",
			 i % 2 ? d->offered : "a=inactive",
			 i % 2 || !*d->offered ? "a=x:y" : d->offered);
		if (!*d->offered && i % 2 == 0)
			continue;
		mine.direction = d->wished;
		sdp_write_answer(&out, &mine, buf_str(&offer));
		assert_true(sdp_read(buf_str(&out), &sdp));
		assert_int_equal(sdp.media[0].direction, d->answered);
	}
}

static void test_no_sdp(void **state)
{
	buf_auto out = { 0 };
	struct sdp sdp;

	(void)state;
	assert_false(sdp_read(STR("hello"), &sdp));
	assert_false(sdp_read(STR_NONE, &sdp));
	sdp_write_answer(&out, &own, STR("hello"));
	assert_true(sdp_read(buf_str(&out), &sdp));
	assert_int_equal(sdp.nmedia, 1);
}

/* The line on which sofia's parser allocates without bound, and many more. */
static void test_hostile(void **state)
{
	buf_auto in = { 0 };
	buf_auto out = { 0 };
	struct sdp sdp;

	(void)state;
	buf_add_z(&in, "v=0\r\nc=\r\no=\r\nm=\r\nm=audio 49170 udp ]\r\n");
	for (int i = 0; i < 20000; i++)
		buf_add_z(&in, "m=audio 1 RTP/AVP 0\r\na=rtpmap:0 x\r\n");
	assert_true(sdp_read(buf_str(&in), &sdp));
	assert_int_equal(sdp.nmedia, SDP_MEDIA_MAX);
	sdp_write_answer(&out, &own, buf_str(&in));
	assert_true(out.len < 4000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_offer),
		cmocka_unit_test(test_ipv6),
		cmocka_unit_test(test_answer),
		cmocka_unit_test(test_directions),
		cmocka_unit_test(test_no_sdp),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests_name("sdp", tests, NULL, NULL);
}
