/* SPDX-License-Identifier: MIT */
/* What the tests of transactions share: a virtual clock, a host that writes
 * down what it is told, and messages. */
#ifndef TEST_TX_FIX_H
#define TEST_TX_FIX_H

#include "sip/tx.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
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

static inline long now(const struct fix *f)
{
	return (long)(f->clock.now / NS_MS);
}

static inline void on_send(void *ctx, struct tx *tx, struct str bytes,
			   enum tx_sent why)
{
	struct fix *f = ctx;

	assert_true(f->nsent < SENDS_MAX);
	f->sent[f->nsent++] =
		(struct sent){ now(f), why, tx, arena_str(f->arena, bytes) };
}

static inline void on_timeout(void *ctx, struct tx *tx)
{
	struct fix *f = ctx;

	assert_int_equal(tx->state, TX_DONE);
	f->timed_out = now(f);
}

static inline void on_gone(void *ctx, struct tx *tx)
{
	struct fix *f = ctx;

	assert_int_equal(tx->state, TX_DONE);
	f->gone = now(f);
	f->ngone++;
}

static inline int setup(void **state)
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

static inline int teardown(void **state)
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
static inline void run(struct fix *f, long ms)
{
	ns_t until = ms * NS_MS;

	while (timers_next(&f->timers) <= until) {
		clock_advance(&f->clock, timers_next(&f->timers));
		timers_run(&f->timers, f->clock.now);
	}
	clock_advance(&f->clock, until);
}

static inline struct pkt *parse(struct fix *f, struct str text)
{
	return pkt_parse(f->arena, text);
}

static inline struct pkt *request(struct fix *f, const char *method,
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

static inline struct pkt *response(struct fix *f, unsigned status,
				   const char *method, const char *branch,
				   const char *to_tag)
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

static inline struct tx *start(struct fix *f, const char *method,
			       unsigned flags)
{
	struct tx *tx = tx_client_start(&f->table,
					request(f, method, "z9hG4bK1"), flags);

	assert_non_null(tx);
	tx->user = f;
	return tx;
}

static inline enum tx_take answer(struct fix *f, struct tx *tx, unsigned status,
				  const char *to_tag)
{
	struct pkt *p = response(
		f, status, tx->kind == TX_CLIENT_INVITE ? "INVITE" : "OPTIONS",
		"z9hG4bK1", to_tag);

	assert_ptr_equal(tx_find_client(&f->table, p), tx);
	return tx_client_response(tx, p);
}

static inline void assert_times(const struct fix *f, const long *ms, unsigned n)
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

static inline bool holds(struct str s, const char *text)
{
	return str_find(s, str_from(text)) >= 0;
}

static inline struct tx *serve(struct fix *f, const char *method,
			       unsigned flags)
{
	struct pkt *p = request(f, method, "z9hG4bKs");
	struct tx *tx;

	assert_null(tx_find_server(&f->table, p));
	tx = tx_server_start(&f->table, p, flags);
	assert_non_null(tx);
	assert_ptr_equal(tx_find_server(&f->table, p), tx);
	return tx;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

#endif
