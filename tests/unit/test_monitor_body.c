/* SPDX-License-Identifier: MIT */
/* The monitors of header fields and bodies. */
#include "monitor_fix.h"

#include "play/monitor.h"

/* ---- headers and bodies -------------------------------------------------- */

static void uris_in_brackets(void **state)
{
	static const struct {
		const char *row;
		enum said want;
	} rows[] = {
		{ "Contact: sip:b@h;expires=60\r\n", HOLDS },
		{ "Contact: *\r\n", HOLDS },
		{ "Contact: <sip:b@h;transport=udp?a=b>;q=1\r\n", HOLDS },
		{ "Contact: sip:b@h;transport=udp\r\n", BROKEN },
		{ "Refer-To: sip:b@h?Replaces=1\r\n", BROKEN },
	};
	struct scene *s = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char text[1024];

		snprintf(text, sizeof(text),
			 REQUEST("OPTIONS", "%zu", "%zu", "%s"), i, i + 1,
			 rows[i].row);
		they_send(s, text);
		assert_int_equal(says(s, "name-addr"), rows[i].want);
	}
}

static void refusal_of_an_extension_names_it(void **state)
{
	struct scene *s = *state;
	struct msg *m = we_send(s, REQUEST("OPTIONS", "1", "1", ""));

	they_answer(s, m,
		    RESPONSE("420", "1", "1 OPTIONS", "Unsupported: zzz\r\n"));
	assert_int_equal(says(s, "unsupported"), HOLDS);
	m = we_send(s, REQUEST("OPTIONS", "2", "2", ""));
	they_answer(s, m, RESPONSE("420", "2", "2 OPTIONS", ""));
	assert_int_equal(says(s, "unsupported"), BROKEN);
}

static void reason_in_one_line(void **state)
{
	struct scene *s = *state;
	struct msg *m = we_send(s, REQUEST("OPTIONS", "1", "1", ""));

	they_answer(s, m,
		    "SIP/2.0 400 missing tag\nDialog Does Not Exist\r\n" ROWS(
			    "1", "1 OPTIONS", ""));
	assert_int_equal(says(s, "reason-phrase"), BROKEN);
	assert_int_equal(says(s, "frame"), BROKEN);
}

static struct msg *with_sdp(struct scene *s, struct msg *request,
			    const char *origin, const char *rest)
{
	char body[256], text[1024];

	snprintf(body, sizeof(body), "v=0\r\no=%s\r\ns=-\r\nt=0 0\r\n%s",
		 origin, rest);
	snprintf(text, sizeof(text),
		 "SIP/2.0 200 OK\r\nTo: <sip:b@h>;tag=t\r\nCSeq: 1 INVITE\r\n"
		 "Content-Type: application/sdp\r\nContent-Length: %zu\r\n"
		 "\r\n%s",
		 strlen(body), body);
	return they_answer(s, request, text);
}

static struct msg *offer(struct scene *s, const char *streams)
{
	char body[256], text[1024];

	snprintf(body, sizeof(body), "v=0\r\no=a 1 1 IN IP4 h\r\ns=-\r\n%s",
		 streams);
	snprintf(text, sizeof(text),
		 "INVITE sip:b@h SIP/2.0\r\nCSeq: 1 INVITE\r\n"
		 "Content-Type: application/sdp\r\nContent-Length: %zu\r\n"
		 "\r\n%s",
		 strlen(body), body);
	return we_send(s, text);
}

#define AUDIO "m=audio 4000 RTP/AVP 0\r\n"
#define VIDEO "m=video 0 RTP/AVP 31\r\n"

static void answer_has_the_streams_of_the_offer(void **state)
{
	struct scene *s = *state;

	with_sdp(s, offer(s, AUDIO VIDEO), "b 1 1 IN IP4 h", AUDIO VIDEO);
	assert_int_equal(says(s, "sdp-answer"), HOLDS);
	with_sdp(s, offer(s, AUDIO VIDEO), "b 1 2 IN IP4 h", AUDIO);
	assert_int_equal(says(s, "sdp-answer"), BROKEN);
	with_sdp(s, offer(s, AUDIO VIDEO), "b 1 3 IN IP4 h", VIDEO AUDIO);
	assert_int_equal(says(s, "sdp-answer"), BROKEN);
}

static void the_origin_of_an_answer_rises(void **state)
{
	static const struct {
		const char *origin, *rest;
		enum said want;
	} rows[] = {
		{ "b 1 1 IN IP4 h", AUDIO, SAYS_NOTHING },
		{ "b 1 1 IN IP4 h", AUDIO, HOLDS },            /* the same */
		{ "b 1 2 IN IP4 h", AUDIO, HOLDS },            /* a refresh */
		{ "b 1 3 IN IP4 h", AUDIO "a=x\r\n", HOLDS },  /* a change */
		{ "b 1 3 IN IP4 h", AUDIO "a=y\r\n", BROKEN }, /* untold */
		{ "b 1 5 IN IP4 h", AUDIO "a=z\r\n", HOLDS },  /* by two */
		{ "b 1 4 IN IP4 h", AUDIO "a=w\r\n", BROKEN }, /* back */
		{ "b 9 6 IN IP4 h", AUDIO "a=z\r\n", BROKEN }, /* another */
	};
	struct scene *s = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		with_sdp(s, offer(s, AUDIO), rows[i].origin, rows[i].rest);
		assert_int_equal(says(s, "sdp-version"), rows[i].want);
	}
}

static void the_origin_of_an_offer_steps_by_one(void **state)
{
	static const struct {
		const char *origin, *rest;
		enum said want;
	} rows[] = {
		{ "b 1 1 IN IP4 h", AUDIO, SAYS_NOTHING },
		{ "b 1 2 IN IP4 h", AUDIO "a=x\r\n", HOLDS },
		{ "b 1 4 IN IP4 h", AUDIO "a=y\r\n", BROKEN },
	};
	struct scene *s = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		with_sdp(s,
			 we_send(s, "INVITE sip:b@h SIP/2.0\r\n"
				    "CSeq: 1 INVITE\r\n\r\n"),
			 rows[i].origin, rows[i].rest);
		assert_int_equal(says(s, "sdp-version"), rows[i].want);
	}
}

static void sipfrag_lines_end_in_crlf(void **state)
{
	static const struct {
		const char *body;
		enum said want;
	} rows[] = {
		{ "SIP/2.0 200 OK\r\n", HOLDS },
		{ "SIP/2.0 200 OK\r\nTo: <sip:a@h>\r\n\r\nv=0\n", HOLDS },
		{ "SIP/2.0 200 OK\n", BROKEN },
		{ "SIP/2.0 200 OK", BROKEN },
	};
	struct scene *s = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char text[512];

		snprintf(text, sizeof(text),
			 "NOTIFY sip:a@h SIP/2.0\r\n"
			 "Content-Type: message/sipfrag;version=2.0\r\n"
			 "\r\n%s",
			 rows[i].body);
		they_send(s, text);
		assert_int_equal(says(s, "sipfrag-ends"), rows[i].want);
	}
}

/* The probe of liveness belongs to no scenario. */
static void the_probe_is_not_watched(void **state)
{
	struct scene *s = *state;

	s->alice.decl = NULL;
	they_send(s, "OPTIONS sip:a@h SIP/2.0\r\n\r\n");
	monitor_end(&s->p);
	assert_int_equal(s->p.trace.n, 0);
}

static enum look judge_echo(struct scene *s, look_fn *look, const char *ours,
			    const char *theirs)
{
	struct msg *request = keep(
		s, true, NULL,
		arena_strf(s->p.arena, "REFER sip:b SIP/2.0\r\n%s", ours).p);
	struct seen seen = { .p = &s->p };

	seen.m = keep(s, false, request,
		      arena_strf(s->p.arena, "SIP/2.0 400 No\r\n%s", theirs).p);
	return look(&seen);
}

/* What was wrong in our request comes back in its response. */
static void our_own_mistakes_come_back(void **state)
{
	static const char *const bad =
		ROWS("1", "2 REFER", "To: <sip:b@h>;tag=\r\n");
	static const char *const twice =
		ROWS("1", "2 REFER", "CSeq: 4711 REFER\r\n");
	static const char good[] = ROWS("1", "2 REFER", "");
	static const char last[] =
		"Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK1\r\n"
		"From: <sip:a@127.0.0.1>;tag=f\r\nTo: <sip:b@127.0.0.1>;tag=t"
		"\r\nCall-ID: c@h\r\nCSeq: 4711 REFER\r\n"
		"Content-Length: 0\r\n\r\n";
	struct scene *s = *state;

	assert_int_equal(judge_echo(s, monitor_syntax, bad, bad), LOOK_PASS);
	assert_int_equal(judge_echo(s, monitor_syntax, good, bad), LOOK_FAIL);
	assert_int_equal(judge_echo(s, monitor_echoes, twice, last), LOOK_PASS);
	assert_int_equal(judge_echo(s, monitor_echoes, good, last), LOOK_FAIL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(our_own_mistakes_come_back),
		TEST(uris_in_brackets),
		TEST(refusal_of_an_extension_names_it),
		TEST(reason_in_one_line),
		TEST(answer_has_the_streams_of_the_offer),
		TEST(the_origin_of_an_answer_rises),
		TEST(the_origin_of_an_offer_steps_by_one),
		TEST(sipfrag_lines_end_in_crlf),
		TEST(the_probe_is_not_watched),
	};

	return cmocka_run_group_tests_name("monitor_body", tests, NULL, NULL);
}
