/* SPDX-License-Identifier: MIT */
/* A party asks the device for a password: what it logs in with is judged by
 * the account of its file, down to nc. */
#include "play_fix.h"

#include "base/buf.h"
#include "sip/digest.h"

static struct device_account account = { STR("pbx.test"), STR("stub"),
					 STR("hidden-word") };

static int setup(void **state)
{
	int failed = fix_setup(state);
	struct fix *f = *state;

	f->device.accounts = &account;
	f->device.naccounts = 1;
	return failed;
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, fix_teardown)

static const char scenario[] =
	"test\n"
	"F1 dut -> alice INVITE as a1\n"
	"F2 alice -> dut 407 for F1\n"
	"   dut -> alice ACK for F2\n"
	"F3 dut -> alice INVITE as a2\n"
	"        must Proxy-Authorization.digest is valid\n"
	"F4 alice -> dut 486 for F3\n"
	"   dut -> alice ACK for F4\n"
	"may dut -> alice OPTIONS reply 200\n"
	"        must Proxy-Authorization.digest is valid\n";

static void says(struct fix *f, const char *method, unsigned cseq,
		 struct str row)
{
	buf_auto out = { 0 };

	buf_addf(&out,
		 "%s sip:alice@127.0.0.1 SIP/2.0\r\n"
		 "Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKx%u\r\n"
		 "Max-Forwards: 70\r\n"
		 "From: <sip:dev@127.0.0.1>;tag=d\r\n"
		 "To: <sip:alice@127.0.0.1>\r\n"
		 "Call-ID: one\r\nCSeq: %u %s\r\n"
		 "Contact: <sip:dev@127.0.0.1:5060>\r\n",
		 method, cseq, cseq, method);
	if (row.len)
		buf_addf(&out, "Proxy-Authorization: " STR_F "\r\n",
			 STR_A(row));
	buf_add_z(&out, "Content-Length: 0\r\n\r\n");
	device_says(f, "alice", buf_z(&out));
}

static void acknowledges(struct fix *f, unsigned cseq, unsigned status)
{
	char word[4];
	const struct heard *h;
	buf_auto out = { 0 };

	snprintf(word, sizeof(word), "%u", status);
	h = heard(f, word, 0);
	assert_non_null(h);
	buf_addf(&out,
		 "ACK sip:alice@127.0.0.1 SIP/2.0\r\n"
		 "Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKx%u\r\n"
		 "Max-Forwards: 70\r\n"
		 "From: <sip:dev@127.0.0.1>;tag=d\r\nTo: " STR_F "\r\n"
		 "Call-ID: one\r\nCSeq: %u ACK\r\nContent-Length: 0\r\n\r\n",
		 cseq, STR_A(pkt_value(h->pkt, "To", 0)), cseq);
	device_says(f, "alice", buf_z(&out));
}

struct login { /* to log in */
	const char *user, *secret, *method, *uri;
	const char *from, *to; /* replaced in what is right; may be NULL */
	const char *verdict;
};

static struct str replaced(struct fix *f, struct str s, const struct login *way)
{
	ptrdiff_t at;

	if (!way->from)
		return s;
	at = str_find(s, str_from(way->from));
	assert_true(at >= 0);
	return arena_strf(f->arena, STR_F "%s" STR_F,
			  STR_A(str_sub(s, 0, (size_t)at)), way->to,
			  STR_A(str_tail(s, (size_t)at + strlen(way->from))));
}

static struct str log_in(struct fix *f, const struct login *way, unsigned nc)
{
	const struct heard *h = heard(f, "407", 0);
	struct digest_challenge c;
	struct digest_answer w = {
		.to = &c,
		.user = str_from(way->user ? way->user : "stub"),
		.secret = str_from(way->secret ? way->secret : "hidden-word"),
		.method = str_from(way->method ? way->method : "INVITE"),
		.uri = str_from(way->uri ? way->uri : "sip:alice@127.0.0.1"),
		.cnonce = STR("abc"),
		.nc = nc,
	};
	struct fail why;

	assert_non_null(h);
	assert_true(digest_read_challenge(
		f->arena, pkt_value(h->pkt, "Proxy-Authenticate", 0), &c,
		&why));
	assert_str(c.realm, "pbx.test");
	return replaced(f, digest_write_answer(f->arena, &w), way);
}

static void begin(struct fix *f)
{
	play_begin(f, scenario);
	play_until(f, 10);
	says(f, "INVITE", 1, STR_NONE);
	play_until(f, 20);
	acknowledges(f, 1, 407);
}

static void finish(struct fix *f, const struct login *way)
{
	says(f, "INVITE", 2, log_in(f, way, 1));
	play_until(f, 40);
	acknowledges(f, 2, 486);
}

static void what_is_right(void **state)
{
	const struct login way = { 0 }, options = { .method = "OPTIONS" };
	struct fix *f = *state;

	begin(f);
	finish(f, &way);
	play_until(f, 60);
	says(f, "OPTIONS", 3, log_in(f, &options, 2));
	play_end(f);
	assert_verdict(f, VERDICT_PASS);
	assert_str(finding(f, "F3 Proxy-Authorization.digest")->got, "valid");
}

static void the_same_count_again(void **state)
{
	const struct login way = { 0 }, options = { .method = "OPTIONS" };
	struct fix *f = *state;

	begin(f);
	finish(f, &way);
	play_until(f, 60);
	says(f, "OPTIONS", 3, log_in(f, &options, 1));
	play_end(f);
	assert_verdict(f, VERDICT_FAIL);
	assert_str(finding(f, "OPTIONS Proxy-Authorization")->got,
		   "nc 00000001 was used with this nonce before");
}

static const struct login logins[] = {
	{ .secret = "guessed",
	  .verdict = "the response does not fit user, password, method and "
		     "uri" },
	{ .method = "OPTIONS",
	  .verdict = "the response does not fit user, password, method and "
		     "uri" },
	{ .uri = "sip:bob@127.0.0.1",
	  .verdict = "uri is not the Request-URI sip:alice@127.0.0.1" },
	{ .user = "nobody",
	  .verdict = "the device file has no account \"nobody\"" },
	{ .from = "nc=00000001",
	  .to = "nc=1",
	  .verdict = "nc \"1\" is no count of eight digits" },
	{ .from = "cnonce=\"abc\"",
	  .to = "cnonce=\"\"",
	  .verdict = "there is qop and no cnonce" },
	{ .from = "nonce=\"n",
	  .to = "nonce=\"m",
	  .verdict = "is of no challenge" },
	{ .from = "realm=\"pbx.test\"",
	  .to = "realm=\"other\"",
	  .verdict = "the realm is not the challenge's \"pbx.test\"" },
	{ .from = "algorithm=MD5",
	  .to = "algorithm=SHA-256",
	  .verdict = "the algorithm is not the challenge's" },
	{ .from = "qop=auth, nc=00000001",
	  .to = "x=y",
	  .verdict = "qop is none that the challenge offers" },
	{ .from = "username=\"stub\", ",
	  .to = "",
	  .verdict = "the credentials have no username" },
	{ .from = "Digest ",
	  .to = "Basic ",
	  .verdict = "the credentials are not Digest" },
};

static void each_way_to_be_wrong(void **state)
{
	for (size_t i = 0; i < sizeof(logins) / sizeof(*logins); i++) {
		struct fix *f = *state;
		const struct finding *found;

		begin(f);
		finish(f, &logins[i]);
		play_end(f);
		assert_verdict(f, VERDICT_FAIL);
		found = finding(f, "F3 Proxy-Authorization.digest");
		if (str_find(found->got, str_from(logins[i].verdict)) < 0)
			fail_msg("%zu: got " STR_F, i, STR_A(found->got));
		fix_teardown(state);
		setup(state);
	}
}

static void without_credentials(void **state)
{
	struct fix *f = *state;

	begin(f);
	says(f, "INVITE", 2, STR_NONE);
	play_until(f, 40);
	acknowledges(f, 2, 486);
	play_end(f);
	assert_verdict(f, VERDICT_FAIL);
	assert_str(finding(f, "F3 Proxy-Authorization.digest")->got, "absent");
}

/* Who has no account cannot be judged: not played. */
static void no_account(void **state)
{
	struct fix *f = *state;
	struct prog *prog;

	f->device.naccounts = 0;
	prog = fix_compile(f, scenario);
	assert_false(prog->selected);
	assert_str(prog->why, "its device file has no account to judge digests "
			      "by");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(what_is_right),        CASE(the_same_count_again),
		CASE(each_way_to_be_wrong), CASE(without_credentials),
		CASE(no_account),
	};

	return cmocka_run_group_tests_name("play challenge", tests, NULL, NULL);
}
