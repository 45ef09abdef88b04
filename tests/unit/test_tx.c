/* SPDX-License-Identifier: MIT */
/* Transactions on a virtual clock: every timer of RFC 3261 17 and RFC 6026, to
 * the millisecond. */
#include <stdio.h>
#include "sip/tx.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { SENDS_MAX = 64, T1 = 500, T2 = 4000, T4 = 5000 };

struct sent {
	long at; /* ms */
	enum tx_sent why;
	struct tx *tx;
	struct str bytes;
};

struct fix {
	struct clock clock;
	struct timers timers;
	struct tx_table table;
	struct arena *arena;
	struct sent sent[SENDS_MAX];
	unsigned nsent;
	long timed_out; /* ms; -1: not */
	long gone;      /* ms of the last; -1: none */
	unsigned ngone;
};

static long now(const struct fix *f)
{
	return (long)(f->clock.now / NS_MS);
}

static void on_send(void *ctx, struct tx *tx, struct str bytes,
		    enum tx_sent why)
{
	struct fix *f = ctx;

	assert_true(f->nsent < SENDS_MAX);
	f->sent[f->nsent++] =
		(struct sent){ now(f), why, tx, arena_str(f->arena, bytes) };
}

static void on_timeout(void *ctx, struct tx *tx)
{
	struct fix *f = ctx;

	assert_int_equal(tx->state, TX_DONE);
	f->timed_out = now(f);
}

static void on_gone(void *ctx, struct tx *tx)
{
	struct fix *f = ctx;

	assert_int_equal(tx->state, TX_DONE);
	f->gone = now(f);
	f->ngone++;
}

static int setup(void **state)
{
	struct fix *f = calloc(1, sizeof(*f));
	struct tx_host host = { .timers = &f->timers,
				.clock = &f->clock,
				.t1 = T1 * NS_MS,
				.t2 = T2 * NS_MS,
				.t4 = T4 * NS_MS,
				.send = on_send,
				.timeout = on_timeout,
				.gone = on_gone,
				.ctx = f };

	f->clock.is_virtual = true;
	f->arena = arena_new();
	f->timed_out = f->gone = -1;
	tx_table_init(&f->table, &host);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fix *f = *state;

	tx_table_free(&f->table);
	assert_int_equal(timers_next(&f->timers), NS_MAX);
	timers_free(&f->timers);
	arena_free(f->arena);
	free(f);
	return 0;
}

/* Lets the time go on to this many ms. */
static void run(struct fix *f, long ms)
{
	ns_t until = ms * NS_MS;

	while (timers_next(&f->timers) <= until) {
		clock_advance(&f->clock, timers_next(&f->timers));
		timers_run(&f->timers, f->clock.now);
	}
	clock_advance(&f->clock, until);
}

static struct pkt *parse(struct fix *f, struct str text)
{
	return pkt_parse(f->arena, text);
}

static struct pkt *request(struct fix *f, const char *method,
			   const char *branch)
{
	return parse(f, arena_strf(f->arena,
				   "%s sip:bob@127.0.0.2 SIP/2.0\r\n"
				   "Via: SIP/2.0/UDP 127.0.0.1:5060;branch=%s"
				   "\r\n"
				   "Route: <sip:p1;lr>\r\n"
				   "Route: <sip:p2;lr>, <sip:p3;lr>\r\n"
				   "Max-Forwards: 70\r\n"
				   "From: <sip:a@x>;tag=fa\r\n"
				   "To: <sip:b@x>\r\n"
				   "Call-ID: c1\r\n"
				   "CSeq: 7 %s\r\n\r\n",
				   method, branch, method));
}

static struct pkt *response(struct fix *f, unsigned status, const char *method,
			    const char *branch, const char *to_tag)
{
	return parse(f, arena_strf(f->arena,
				   "SIP/2.0 %u X\r\n"
				   "Via: SIP/2.0/UDP 127.0.0.1:5060;branch=%s"
				   "\r\n"
				   "From: <sip:a@x>;tag=fa\r\n"
				   "To: <sip:b@x>;tag=%s\r\n"
				   "Call-ID: c1\r\n"
				   "CSeq: 7 %s\r\n\r\n",
				   status, branch, to_tag, method));
}

static struct tx *start(struct fix *f, const char *method, unsigned flags)
{
	struct tx *tx = tx_client_start(&f->table,
					request(f, method, "z9hG4bK1"), flags);

	assert_non_null(tx);
	tx->user = f;
	return tx;
}

static enum tx_take answer(struct fix *f, struct tx *tx, unsigned status,
			   const char *to_tag)
{
	struct pkt *p = response(
		f, status, tx->kind == TX_CLIENT_INVITE ? "INVITE" : "OPTIONS",
		"z9hG4bK1", to_tag);

	assert_ptr_equal(tx_find_client(&f->table, p), tx);
	return tx_client_response(tx, p);
}

static void assert_times(const struct fix *f, const long *ms, unsigned n)
{
	assert_int_equal(f->nsent, n);
	for (unsigned i = 0; i < n; i++) {
		assert_int_equal(f->sent[i].at, ms[i]);
		assert_int_equal(f->sent[i].why, TX_SENT_REPEAT);
	}
}

#define ASSERT_TIMES(f, ...)                                                   \
	do {                                                                   \
		const long ms_[] = { __VA_ARGS__ };                            \
		assert_times((f), ms_, sizeof(ms_) / sizeof(*ms_));            \
	} while (0)

static bool holds(struct str s, const char *text)
{
	return str_find(s, str_from(text)) >= 0;
}

/* ---- client ---- */

static void timers_a_and_b(void **state)
{
	struct fix *f = *state;
	struct tx *tx = start(f, "INVITE", 0);

	assert_int_equal(tx_table_busy(&f->table), 1);
	run(f, 31999);
	assert_int_equal(f->timed_out, -1);
	run(f, 40000);
	/* 17.1.1.2: seven requests in all, B at 64*T1 */
	ASSERT_TIMES(f, 500, 1500, 3500, 7500, 15500, 31500);
	assert_int_equal(f->timed_out, 32000);
	assert_int_equal(tx_table_busy(&f->table), 0);
	assert_true(str_eq(f->sent[0].bytes, tx->request));
	assert_int_equal(f->ngone, 0); /* kept to know what is late */
	run(f, 64000);
	assert_int_equal(f->gone, 64000);
	assert_int_equal(f->table.n, 0);
}

static void provisional_stops_a_and_b(void **state)
{
	struct fix *f = *state;
	struct tx *tx = start(f, "INVITE", 0);

	run(f, 600);
	assert_int_equal(answer(f, tx, 180, "t"), TX_NEW);
	assert_int_equal(answer(f, tx, 180, "t"), TX_REPEAT);
	assert_int_equal(answer(f, tx, 180, "u"), TX_NEW);
	assert_int_equal(tx->state, TX_PROCEEDING);
	run(f, 100000);
	ASSERT_TIMES(f, 500);
	assert_int_equal(f->timed_out, -1);
	assert_int_equal(tx_table_busy(&f->table), 1);
}

static void cancelled_gives_up(void **state)
{
	struct fix *f = *state;
	struct tx *tx = start(f, "INVITE", 0);

	answer(f, tx, 180, "t");
	run(f, 1000);
	tx_client_cancelled(tx);
	run(f, 40000);
	assert_int_equal(f->timed_out, 33000); /* 9.1: 64*T1 */
	assert_int_equal(tx_table_busy(&f->table), 0);
}

static void timers_e_and_f(void **state)
{
	struct fix *f = *state;

	start(f, "OPTIONS", 0);
	run(f, 33000);
	ASSERT_TIMES(f, 500, 1500, 3500, 7500, 11500, 15500, 19500, 23500,
		     27500, 31500);
	assert_int_equal(f->timed_out, 32000);
}

static void timer_e_when_proceeding(void **state)
{
	struct fix *f = *state;
	struct tx *tx = start(f, "OPTIONS", 0);

	run(f, 600);
	assert_int_equal(answer(f, tx, 100, "t"), TX_NEW);
	run(f, 33000);
	/* 17.1.2.2: the running E fires, then every T2 */
	ASSERT_TIMES(f, 500, 1500, 5500, 9500, 13500, 17500, 21500, 25500,
		     29500);
	assert_int_equal(f->timed_out, 32000);
}

static void timer_k(void **state)
{
	struct fix *f = *state;
	struct tx *tx = start(f, "OPTIONS", 0);

	run(f, 100);
	assert_int_equal(answer(f, tx, 200, "t"), TX_NEW);
	assert_int_equal(tx_table_busy(&f->table), 0);
	assert_int_equal(answer(f, tx, 200, "t"), TX_REPEAT);
	assert_int_equal(answer(f, tx, 404, "t"), TX_NEW); /* a second one */
	assert_int_equal(answer(f, tx, 200, "t"), TX_REPEAT);
	run(f, 90000);
	assert_int_equal(f->nsent, 0);
	assert_int_equal(f->gone, 100 + T4);
}

static void ack_of_non_2xx_and_timer_d(void **state)
{
	struct fix *f = *state;
	struct tx *tx = start(f, "INVITE", 0);
	struct str ack;
	struct pkt *p;

	run(f, 100);
	assert_int_equal(answer(f, tx, 486, "tb"), TX_NEW);
	assert_int_equal(f->nsent, 1);
	assert_int_equal(f->sent[0].why, TX_SENT_ACK);
	ack = f->sent[0].bytes;
	p = parse(f, ack);
	assert_int_equal(p->kind, PKT_REQUEST);
	assert_null(p->flaw);
	assert_true(str_is(p->method, "ACK"));
	assert_true(str_is(p->uri, "sip:bob@127.0.0.2"));
	assert_true(str_is(pkt_branch(p), "z9hG4bK1"));
	assert_int_equal(pkt_values(p, "Via"), 1);
	assert_int_equal(pkt_values(p, "Route"), 3);
	assert_true(str_is(pkt_value(p, "Route", 2), "<sip:p3;lr>"));
	assert_true(str_is(pkt_from_tag(p), "fa"));
	assert_true(str_is(pkt_to_tag(p), "tb"));
	assert_true(str_is(pkt_call_id(p), "c1"));
	assert_int_equal(p->cseq, 7);
	assert_true(str_is(p->cseq_method, "ACK"));
	/* a lost ACK: the final comes again and is acknowledged again */
	run(f, 600);
	assert_int_equal(answer(f, tx, 486, "tb"), TX_REPEAT);
	assert_int_equal(f->nsent, 2);
	assert_true(str_eq(f->sent[1].bytes, ack));
	assert_int_equal(answer(f, tx, 487, "tb"), TX_NEW);
	assert_int_equal(f->nsent, 3);
	run(f, 90000);
	assert_int_equal(f->nsent, 3);
	assert_int_equal(f->gone, 100 + 64 * T1);
}

static void withheld_ack(void **state)
{
	struct fix *f = *state;
	struct tx *tx = start(f, "INVITE", TX_NO_ACK);

	answer(f, tx, 486, "t");
	assert_int_equal(answer(f, tx, 486, "t"), TX_REPEAT);
	assert_int_equal(f->nsent, 0);
}

static void accepted_and_timer_m(void **state)
{
	struct fix *f = *state;
	struct tx *tx = start(f, "INVITE", 0);

	answer(f, tx, 100, "");
	run(f, 1000);
	assert_int_equal(answer(f, tx, 200, "t1"), TX_NEW);
	assert_int_equal(tx->state, TX_ACCEPTED);
	assert_int_equal(answer(f, tx, 200, "t1"), TX_REPEAT);
	assert_int_equal(answer(f, tx, 200, "t2"), TX_FORK);
	assert_int_equal(answer(f, tx, 200, "t2"), TX_REPEAT);
	assert_int_equal(answer(f, tx, 200, "t1"), TX_REPEAT);
	assert_int_equal(answer(f, tx, 500, "t1"), TX_NEW);
	assert_int_equal(f->nsent, 0); /* the caller acknowledges 2xx */
	run(f, 32999);
	assert_int_equal(f->ngone, 0);
	run(f, 33000);
	assert_int_equal(f->gone, 33000);
}

static void forks_have_a_ceiling(void **state)
{
	struct fix *f = *state;
	struct tx *tx = start(f, "INVITE", 0);
	unsigned forks = 0;

	for (int i = 0; i < 100; i++) {
		struct str tag = arena_strf(f->arena, "t%d", i);

		forks += answer(f, tx, 200, tag.p) == TX_FORK;
	}
	assert_int_equal(forks, TX_TAGS_MAX - 1);
}

static void reliable_client(void **state)
{
	struct fix *f = *state;
	struct tx *tx = start(f, "INVITE", TX_RELIABLE);

	run(f, 20000);
	assert_int_equal(f->nsent, 0);
	assert_int_equal(answer(f, tx, 486, "t"), TX_NEW);
	assert_int_equal(f->nsent, 1); /* the ACK */
	run(f, 20000);
	assert_int_equal(f->gone, 20000); /* D is 0 */
	start(f, "OPTIONS", TX_RELIABLE);
	run(f, 60000);
	assert_int_equal(f->nsent, 1);
	assert_int_equal(f->timed_out, 52000); /* F */
}

static void reliable_accepted(void **state)
{
	struct fix *f = *state;
	struct tx *tx = start(f, "INVITE", TX_RELIABLE);

	answer(f, tx, 200, "t");
	run(f, 31999);
	assert_int_equal(f->ngone, 0);
	assert_int_equal(answer(f, tx, 200, "u"), TX_FORK);
	run(f, 32000);
	assert_int_equal(f->gone, 32000); /* M is not 0 */
}

static void late_final(void **state)
{
	struct fix *f = *state;
	struct tx *tx = start(f, "INVITE", 0);

	run(f, 40000);
	assert_int_equal(f->timed_out, 32000);
	f->nsent = 0;
	assert_int_equal(answer(f, tx, 503, "t"), TX_NEW);
	assert_int_equal(f->nsent, 1);
	assert_int_equal(f->sent[0].why, TX_SENT_ACK);
	assert_int_equal(answer(f, tx, 503, "t"), TX_REPEAT);
}

static void flags_of_clients(void **state)
{
	struct fix *f = *state;

	start(f, "OPTIONS", TX_NO_REPEATS);
	run(f, 32000);
	assert_int_equal(f->nsent, 0);
	assert_int_equal(f->timed_out, 32000);
	run(f, 64000);
	f->timed_out = -1;
	start(f, "INVITE", TX_NO_TIMEOUT);
	run(f, 64000 + 70000);
	assert_int_equal(f->timed_out, -1);
	assert_int_equal(f->nsent, 7);
}

static void stopped(void **state)
{
	struct fix *f = *state;
	struct tx *tx = start(f, "OPTIONS", 0);

	tx_stop(tx);
	assert_int_equal(tx_table_busy(&f->table), 0);
	run(f, 90000);
	assert_int_equal(f->nsent, 0);
	assert_int_equal(f->timed_out, -1);
	assert_int_equal(f->ngone, 1);
}

/* ---- server ---- */

static struct tx *serve(struct fix *f, const char *method, unsigned flags)
{
	struct pkt *p = request(f, method, "z9hG4bKs");
	struct tx *tx;

	assert_null(tx_find_server(&f->table, p));
	tx = tx_server_start(&f->table, p, flags);
	assert_non_null(tx);
	assert_ptr_equal(tx_find_server(&f->table, p), tx);
	return tx;
}

static enum tx_take hear(struct fix *f, struct tx *tx, const char *method)
{
	struct pkt *p = request(f, method, "z9hG4bKs");

	assert_ptr_equal(tx_find_server(&f->table, p), tx);
	return tx_server_request(tx, p);
}

static void timer_j(void **state)
{
	struct fix *f = *state;
	struct tx *tx = serve(f, "OPTIONS", 0);

	assert_int_equal(tx_table_busy(&f->table), 0);
	assert_int_equal(hear(f, tx, "OPTIONS"), TX_REPEAT);
	assert_int_equal(f->nsent, 0); /* nothing said yet */
	run(f, 1000);
	tx_server_response(tx, 200, STR("the 200"));
	assert_int_equal(hear(f, tx, "OPTIONS"), TX_REPEAT);
	assert_int_equal(f->nsent, 1);
	assert_true(str_is(f->sent[0].bytes, "the 200"));
	run(f, 90000);
	assert_int_equal(f->nsent, 1);
	assert_int_equal(f->gone, 1000 + 64 * T1);
	assert_int_equal(f->timed_out, -1);
}

static void timers_g_and_h(void **state)
{
	struct fix *f = *state;
	struct tx *tx = serve(f, "INVITE", 0);

	tx_server_response(tx, 180, STR("the 180"));
	assert_int_equal(hear(f, tx, "INVITE"), TX_REPEAT);
	assert_true(str_is(f->sent[0].bytes, "the 180"));
	f->nsent = 0;
	assert_int_equal(tx_table_busy(&f->table), 0);
	tx_server_response(tx, 486, STR("the 486"));
	assert_int_equal(tx_table_busy(&f->table), 1);
	run(f, 33000);
	ASSERT_TIMES(f, 500, 1500, 3500, 7500, 11500, 15500, 19500, 23500,
		     27500, 31500);
	assert_true(str_is(f->sent[9].bytes, "the 486"));
	assert_int_equal(f->timed_out, 32000);
	assert_int_equal(tx_table_busy(&f->table), 0);
}

static void ack_and_timer_i(void **state)
{
	struct fix *f = *state;
	struct tx *tx = serve(f, "INVITE", 0);

	assert_int_equal(hear(f, tx, "ACK"), TX_NEW); /* to nothing */
	tx_server_response(tx, 486, STR("the 486"));
	run(f, 600);
	assert_int_equal(hear(f, tx, "INVITE"), TX_REPEAT);
	assert_int_equal(f->nsent, 2);
	assert_int_equal(hear(f, tx, "ACK"), TX_ACK);
	assert_int_equal(tx->state, TX_CONFIRMED);
	assert_int_equal(hear(f, tx, "ACK"), TX_REPEAT);
	assert_int_equal(hear(f, tx, "INVITE"), TX_REPEAT);
	run(f, 90000);
	assert_int_equal(f->nsent, 2);
	assert_int_equal(f->timed_out, -1);
	assert_int_equal(f->gone, 600 + T4);
}

static void ok_is_repeated_until_acked(void **state)
{
	struct fix *f = *state;
	struct tx *tx = serve(f, "INVITE", 0);

	tx_server_response(tx, 200, STR("the 200"));
	assert_int_equal(tx->state, TX_ACCEPTED);
	assert_int_equal(hear(f, tx, "INVITE"), TX_REPEAT);
	assert_int_equal(f->nsent, 0); /* RFC 6026: absorbed */
	run(f, 4000);
	ASSERT_TIMES(f, 500, 1500, 3500);
	assert_int_equal(tx_table_busy(&f->table), 1);
	tx_server_acked(tx);
	assert_int_equal(tx_table_busy(&f->table), 0);
	run(f, 90000);
	assert_int_equal(f->nsent, 3);
	assert_int_equal(f->timed_out, -1);
	assert_int_equal(f->ngone, 1);
}

static void ok_without_ack(void **state)
{
	struct fix *f = *state;
	struct tx *tx = serve(f, "INVITE", TX_RELIABLE);

	tx_server_response(tx, 200, STR("the 200"));
	run(f, 40000);
	/* 13.3.1.4: on every transport, back-off up to T2, for 64*T1 */
	ASSERT_TIMES(f, 500, 1500, 3500, 7500, 11500, 15500, 19500, 23500,
		     27500, 31500);
	assert_int_equal(f->timed_out, 32000);
}

static void ack_of_ok_in_the_same_branch(void **state)
{
	struct fix *f = *state;
	struct tx *tx = serve(f, "INVITE", 0);

	tx_server_response(tx, 200, STR("the 200"));
	assert_int_equal(hear(f, tx, "ACK"), TX_ACK);
	assert_int_equal(hear(f, tx, "ACK"), TX_REPEAT);
	run(f, 31000);
	assert_int_equal(f->nsent, 0);
}

static void flags_of_servers(void **state)
{
	struct fix *f = *state;
	struct tx *tx = serve(f, "INVITE", TX_NO_REPLIES | TX_NO_REPEATS);

	tx_server_response(tx, 486, STR("the 486"));
	assert_int_equal(hear(f, tx, "INVITE"), TX_REPEAT);
	run(f, 31999);
	assert_int_equal(f->nsent, 0);
	run(f, 32000);
	assert_int_equal(f->timed_out, 32000);
}

static void reliable_server(void **state)
{
	struct fix *f = *state;
	struct tx *tx = serve(f, "INVITE", TX_RELIABLE);

	tx_server_response(tx, 486, STR("the 486"));
	run(f, 10000);
	assert_int_equal(f->nsent, 0);
	assert_int_equal(hear(f, tx, "ACK"), TX_ACK);
	run(f, 10000);
	assert_int_equal(f->gone, 10000); /* I is 0 */
	tx = serve(f, "OPTIONS", TX_RELIABLE);
	tx_server_response(tx, 200, STR("the 200"));
	run(f, 10001);
	assert_int_equal(f->ngone, 2); /* J is 0 */
}

static void provisional_after_final(void **state)
{
	struct fix *f = *state;
	struct tx *tx = serve(f, "INVITE", 0);

	tx_server_response(tx, 486, STR("the 486"));
	tx_server_response(tx, 180, STR("the 180"));
	assert_int_equal(tx->state, TX_COMPLETED);
	run(f, 500);
	assert_true(str_is(f->sent[0].bytes, "the 486"));
}

/* ---- matching ---- */

static void cancel_has_its_own(void **state)
{
	struct fix *f = *state;
	struct tx *invite = serve(f, "INVITE", 0);
	struct pkt *cancel = request(f, "CANCEL", "z9hG4bKs");
	struct tx *tx;

	assert_null(tx_find_server(&f->table, cancel));
	assert_ptr_equal(tx_find_cancelled(&f->table, cancel), invite);
	tx = tx_server_start(&f->table, cancel, 0);
	assert_int_equal(tx->kind, TX_SERVER);
	assert_ptr_equal(tx_find_server(&f->table, cancel), tx);
	assert_null(tx_find_cancelled(&f->table,
				      request(f, "CANCEL", "z9hG4bKother")));
}

static void responses_by_method(void **state)
{
	struct fix *f = *state;
	struct tx *invite = start(f, "INVITE", 0);
	struct tx *cancel = start(f, "CANCEL", 0);

	assert_ptr_equal(tx_find_client(&f->table, response(f, 200, "CANCEL",
							    "z9hG4bK1", "t")),
			 cancel);
	assert_ptr_equal(tx_find_client(&f->table, response(f, 487, "INVITE",
							    "z9hG4bK1", "t")),
			 invite);
	assert_null(tx_find_client(
		&f->table, response(f, 200, "INVITE", "z9hG4bK2", "t")));
	assert_null(tx_find_client(&f->table,
				   response(f, 200, "BYE", "z9hG4bK1", "t")));
}

static struct pkt *old_request(struct fix *f, const char *method,
			       const char *sent_by, const char *branch,
			       const char *call_id, unsigned cseq)
{
	return parse(f, arena_strf(f->arena,
				   "%s sip:bob@127.0.0.2 SIP/2.0\r\n"
				   "Via: SIP/2.0/UDP %s%s\r\n"
				   "From: <sip:a@x>;tag=fa\r\n"
				   "To: <sip:b@x>\r\n"
				   "Call-ID: %s\r\n"
				   "CSeq: %u %s\r\n\r\n",
				   method, sent_by, branch, call_id, cseq,
				   method));
}

static void without_the_cookie(void **state)
{
	struct fix *f = *state;
	struct pkt *p = old_request(f, "INVITE", "h1", ";branch=1", "c", 1);
	struct tx *tx = tx_server_start(&f->table, p, 0);
	struct pkt *ack;

	assert_ptr_equal(tx_find_server(&f->table, p), tx);
	tx_server_response(tx, 486, STR("the 486"));
	ack = old_request(f, "ACK", "h1", ";branch=1", "c", 1);
	assert_ptr_equal(tx_find_server(&f->table, ack), tx);
	assert_null(
		tx_find_server(&f->table, old_request(f, "INVITE", "h1",
						      ";branch=1", "c", 2)));
	assert_null(
		tx_find_server(&f->table, old_request(f, "INVITE", "h1",
						      ";branch=1", "d", 1)));
	assert_null(
		tx_find_server(&f->table, old_request(f, "INVITE", "h2",
						      ";branch=1", "c", 1)));
	p = old_request(f, "OPTIONS", "h1", "", "c", 3); /* no branch at all */
	tx = tx_server_start(&f->table, p, 0);
	assert_ptr_equal(tx_find_server(&f->table, p), tx);
}

static void sent_by_counts(void **state)
{
	struct fix *f = *state;
	const char *b = ";branch=z9hG4bKq";
	struct tx *tx = tx_server_start(
		&f->table, old_request(f, "BYE", "Host:5060", b, "c", 1), 0);

	assert_ptr_equal(
		tx_find_server(&f->table,
			       old_request(f, "BYE", "hOST:5060", b, "c", 1)),
		tx);
	assert_null(tx_find_server(
		&f->table, old_request(f, "BYE", "host:5070", b, "c", 1)));
}

static void a_full_table_refuses(void **state)
{
	struct fix *f = *state;
	struct tx *last = NULL;
	char branch[32];

	for (unsigned i = 0; i < TX_MAX; i++) {
		struct pkt *p;

		snprintf(branch, sizeof(branch), "z9hG4bK-%u", i);
		arena_reset(f->arena);
		p = request(f, "OPTIONS", branch);
		last = tx_client_start(&f->table, p, TX_NO_REPEATS);
		assert_non_null(last);
	}
	arena_reset(f->arena);
	assert_null(
		tx_client_start(&f->table, request(f, "BYE", "z9hG4bKz"), 0));
	assert_null(
		tx_server_start(&f->table, request(f, "BYE", "z9hG4bKz"), 0));
	assert_int_equal(tx_table_busy(&f->table), TX_MAX);
	assert_ptr_equal(tx_find_client(&f->table, response(f, 200, "OPTIONS",
							    branch, "t")),
			 last);
	run(f, 64000);
	assert_int_equal(f->ngone, TX_MAX);
	assert_int_equal(f->table.n, 0);
	assert_non_null(start(f, "OPTIONS", 0));
}

/* Without gone() pointers stay good until the table goes. */
static void kept_without_gone(void **state)
{
	struct fix *f = *state;
	struct tx *tx;

	f->table.host.gone = NULL;
	tx = start(f, "OPTIONS", 0);
	answer(f, tx, 200, "t");
	run(f, 90000);
	assert_int_equal(tx->state, TX_DONE);
	assert_int_equal(answer(f, tx, 200, "t"), TX_REPEAT);
}

static void a_sleep_does_not_burst(void **state)
{
	struct fix *f = *state;

	start(f, "INVITE", 0);
	clock_advance(&f->clock, 20000 * NS_MS);
	timers_run(&f->timers, f->clock.now);
	assert_int_equal(f->nsent, 1);
	assert_true(holds(f->sent[0].bytes, "INVITE sip:bob"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(timers_a_and_b),
		TEST(provisional_stops_a_and_b),
		TEST(cancelled_gives_up),
		TEST(timers_e_and_f),
		TEST(timer_e_when_proceeding),
		TEST(timer_k),
		TEST(ack_of_non_2xx_and_timer_d),
		TEST(withheld_ack),
		TEST(accepted_and_timer_m),
		TEST(forks_have_a_ceiling),
		TEST(reliable_client),
		TEST(reliable_accepted),
		TEST(late_final),
		TEST(flags_of_clients),
		TEST(stopped),
		TEST(timer_j),
		TEST(timers_g_and_h),
		TEST(ack_and_timer_i),
		TEST(ok_is_repeated_until_acked),
		TEST(ok_without_ack),
		TEST(ack_of_ok_in_the_same_branch),
		TEST(flags_of_servers),
		TEST(reliable_server),
		TEST(provisional_after_final),
		TEST(cancel_has_its_own),
		TEST(responses_by_method),
		TEST(without_the_cookie),
		TEST(sent_by_counts),
		TEST(a_full_table_refuses),
		TEST(kept_without_gone),
		TEST(a_sleep_does_not_burst),
	};

	return cmocka_run_group_tests_name("tx", tests, NULL, NULL);
}
