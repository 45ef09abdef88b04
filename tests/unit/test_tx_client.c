/* SPDX-License-Identifier: MIT */
/* Client transactions on a virtual clock: timers A, B, D, E, F, K and M, to the
 * millisecond. */
#include "tx_fix.h"

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
	};

	return cmocka_run_group_tests_name("tx_client", tests, NULL, NULL);
}
