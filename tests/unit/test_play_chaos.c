/* SPDX-License-Identifier: MIT */
/* A device that does what it likes: whatever comes, and whenever, a play ends
 * in its time, is judged, and the same device gives the same trace. */
#include "play_fix.h"

enum { ROUNDS = 300 };

#define CALL                                                                   \
	"setup\n"                                                              \
	"alice -> dut INVITE {dut.uri} as a1 sdp offer\n"                      \
	"dut -> alice 200 on a1\n"                                             \
	"test\n"

static const char *const texts[] = {
	CALL "F1 alice -> dut REFER on a1\n"
	     "  Refer-To: <{carol.uri}>\n"
	     "watch N dut -> alice NOTIFY on a1 reply 200"
	     " until Subscription-State.state is terminated\n"
	     "must not dut -> bob any until F3\n"
	     "F2 should dut -> alice 202 for F1 within 1s\n"
	     "F3 dut -> carol INVITE as k1\n"
	     "F4 carol -> dut 180 for F3\n"
	     "F5 carol -> dut 200 for F3 sdp answer\n"
	     "join N within 5s\n"
	     "must N.last.sipfrag.status is {F5.status} after F5\n",
	"test\n"
	"F1 alice -> dut INVITE {dut.uri} as a1\n"
	"either\n"
	"dut -> alice 180 for F1\n"
	"either\n"
	"F2 dut -> alice 200 on a1\n"
	"or\n"
	"F2 dut -> alice 4xx for F1\n"
	"or after 2s\n"
	"F2 alice -> dut CANCEL for F1\n"
	"dut -> alice 200 for F2\n"
	"end\n"
	"or \"silent\" verdict skip\n"
	"dut -> bob INVITE as b1 reply 302\n"
	"or after 5s\n"
	"end\n"
	"F3 alice -> dut BYE on a1\n"
	"dut -> alice 200|481 for F3\n",
	"test\n"
	"any order\n"
	"F1 alice -> dut OPTIONS {dut.uri} as o\n"
	"F2 should dut -> alice 200 for F1 drop\n"
	"and\n"
	"F3 dut -> carol INVITE as k1 drop\n"
	"F4 carol -> dut 200 for F3 as k2 delay 300ms\n"
	"F5 should dut -> carol ACK on k2\n"
	"and\n"
	"F6 should dut -> bob MESSAGE as m delay 1s reply 200\n"
	"F7 bob -> dut 486 for F3\n"
	"end\n"
	"must F3.repeats.count is 1\n"
	"cleanup\n"
	"alice -> dut OPTIONS {dut.uri} as p\n"
	"dut -> alice 200\n",
	CALL "F1 alice -> dut INVITE on a1 sdp hold no-ack\n"
	     "F2 should dut -> alice 200|491 for F1\n"
	     "F3 alice -> dut ACK on a1\n"
	     "alice -> dut again F3\n"
	     "F4 should dut -> alice again F2\n"
	     "watch R 0..4x dut -> bob INVITE reply 302\n"
	     "  Contact: <{carol.contact}>\n"
	     "wait 500ms..2s\n"
	     "must R.count <= 1\n"
	     "F5 alice -> dut BYE on a1 drop\n"
	     "should dut -> alice 200 for F5\n",
};

static const char *const kinds[] = { "INVITE", "REFER", "OPTIONS", "BYE",
				     "CANCEL", "ACK",   "200",     "180",
				     "486",    "302",   "481",     "MESSAGE" };

static const char *const words[] = {
	"100",
	"180/x",
	"183/y",
	"200",
	"200/x",
	"200/y",
	"202",
	"302",
	"404",
	"481",
	"487",
	"491",
	"603",
	"NOTIFY:active:100",
	"NOTIFY:terminated:200",
	"NOTIFY:x:999",
	"BYE",
	"INVITE",
	"OPTIONS",
	"INFO",
	"UPDATE",
	"REFER",
	"INVITE>carol",
	"INVITE>bob",
	"MESSAGE>bob",
	"CANCEL>carol",
	"BYE>alice",
	"ACK",
	"ACK>bob",
	"again",
	"NOTIFY>alice",
	"SUBSCRIBE>carol",
};

static uint64_t next(uint64_t *rng, uint64_t below)
{
	*rng ^= *rng << 13;
	*rng ^= *rng >> 7;
	*rng ^= *rng << 17;
	return *rng % below;
}

#define PICK(rng, list) (list)[next((rng), sizeof(list) / sizeof(*(list)))]

static const char *some_words(struct fix *f, uint64_t *rng)
{
	buf_auto out = { 0 };

	for (uint64_t n = next(rng, 4); n--;)
		buf_addf(&out, "%s@%u ", PICK(rng, words),
			 (unsigned)next(rng, next(rng, 2) ? 20 : 3000));
	return arena_z(f->arena, buf_str(&out));
}

static void make_device(struct fix *f, uint64_t *rng)
{
	f->no_ack = !next(rng, 4);
	f->minds_repeats = !next(rng, 3);
	f->opts.probe = next(rng, 2);
	on_nth(f, 1, "INVITE", "180 200@40");
	for (uint64_t n = next(rng, 6); n--;)
		on_nth(f, (unsigned)next(rng, 3), PICK(rng, kinds),
		       some_words(f, rng));
	for (uint64_t n = next(rng, 3); n--;)
		at(f, (long)next(rng, 4000) + 1, "INVITE>carol");
}

static bool is_ok_to_invite(const struct pkt *p)
{
	return p->status >= 200 && p->status < 300 &&
	       str_is(p->cseq_method, "INVITE");
}

/* To a request of ours; the device may also answer answers. */
static bool is_answer(const struct pkt *p)
{
	return !str_is(pkt_sent_by(p), "127.0.0.1:5060");
}

/* A BYE of either side in the call of this message. */
static bool has_bye(struct fix *f, const struct pkt *of)
{
	for (unsigned i = 0; i < f->nheard; i++)
		if (str_is(f->heard[i].pkt->method, "BYE") &&
		    str_eq(pkt_call_id(f->heard[i].pkt), pkt_call_id(of)))
			return true;
	for (unsigned i = 0; i < f->nsent; i++) {
		const struct pkt *p = pkt_parse(f->arena, f->sent[i]);

		if (str_is(p->method, "BYE") &&
		    str_eq(pkt_call_id(p), pkt_call_id(of)))
			return true;
	}
	return false;
}

/* RFC 3261 13.2.2.4: every 2xx has an ACK of its dialog and number. */
static bool has_ack(struct fix *f, const struct pkt *ok)
{
	for (unsigned i = 0; i < f->nheard; i++) {
		const struct pkt *p = f->heard[i].pkt;

		if (str_is(p->method, "ACK") && p->cseq == ok->cseq &&
		    str_eq(pkt_call_id(p), pkt_call_id(ok)) &&
		    str_eq(pkt_to_tag(p), pkt_to_tag(ok)))
			return true;
	}
	return false;
}

/* A call that is up is hung up, whoever took it; what the device says when the
 * play is all but over may be too late. */
static void assert_hung_up(struct fix *f, bool may_withhold)
{
	long late = (long)(f->result->took / NS_MS) - 50;

	if (f->nheard == FIX_HEARD || f->nsent == FIX_HEARD)
		return;
	for (unsigned i = 0; i < f->nsent; i++) {
		const struct pkt *p = pkt_parse(f->arena, f->sent[i]);

		if (!is_ok_to_invite(p) || !is_answer(p) ||
		    f->sent_ms[i] >= late)
			continue;
		assert_true(has_bye(f, p));
		assert_true(has_ack(f, p) || may_withhold);
	}
	for (unsigned i = 0; i < f->nheard; i++)
		if (is_ok_to_invite(f->heard[i].pkt))
			assert_true(has_bye(f, f->heard[i].pkt));
}

static void assert_clean(struct fix *f, const char *text)
{
	assert_non_null(f->result);
	assert_true(f->result->verdict != VERDICT_ERROR);
	assert_true(f->result->took < 90 * NS_S);
	assert_int_equal(count_events(f, EV_END), 1);
	assert_hung_up(f, strstr(text, "no-ack"));
}

static void play_round(uint64_t seed, struct buf *trace)
{
	uint64_t rng = seed * 0x9e3779b97f4a7c15u + 1;
	const char *text = PICK(&rng, texts);
	void *fresh;
	struct fix *f;

	fix_setup(&fresh);
	f = fresh;
	f->head = "timeout 60s\n";
	make_device(f, &rng);
	play(f, text);
	assert_clean(f, text);
	for (size_t i = 0; i < f->trace.n; i++)
		trace_line(&f->trace.list[i], trace);
	fix_teardown(&fresh);
}

static void whatever_comes_a_play_ends(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= ROUNDS; seed++) {
		buf_auto once = { 0 }, again = { 0 };

		play_round(seed, &once);
		if (seed % 10)
			continue;
		play_round(seed, &again);
		assert_true(str_eq(buf_str(&once), buf_str(&again)));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whatever_comes_a_play_ends),
	};

	return cmocka_run_group_tests_name("play_chaos", tests, NULL, NULL);
}
