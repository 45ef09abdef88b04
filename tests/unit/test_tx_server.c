/* SPDX-License-Identifier: MIT */
/* Server transactions on a virtual clock: timers G, H, I, J and L, to the
 * millisecond. */
#include "tx_fix.h"

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

/* Another 2xx, of another branch of a fork: the ACK to one is none to the
 * other, and what comes belongs to the first. */
static void two_oks(void **state)
{
	struct fix *f = *state;
	struct tx *tx = serve(f, "INVITE", 0), *other;

	tx_server_response(tx, 200, STR("one"));
	other = tx_server_beside(tx, request(f, "INVITE", "z9hG4bKs"), 200,
				 STR("two"));
	assert_int_equal(tx_table_busy(&f->table), 2);
	assert_int_equal(hear(f, tx, "INVITE"), TX_REPEAT);
	run(f, 600);
	assert_int_equal(f->nsent, 2);
	tx_server_acked(tx);
	run(f, 1600);
	assert_int_equal(f->nsent, 3);
	assert_true(str_is(f->sent[2].bytes, "two"));
	tx_server_acked(other);
	run(f, 9000);
	assert_int_equal(f->nsent, 3);
	assert_int_equal(tx_table_busy(&f->table), 0);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(timer_j),
		TEST(timers_g_and_h),
		TEST(ack_and_timer_i),
		TEST(ok_is_repeated_until_acked),
		TEST(ok_without_ack),
		TEST(two_oks),
		TEST(ack_of_ok_in_the_same_branch),
		TEST(flags_of_servers),
		TEST(reliable_server),
		TEST(provisional_after_final),
	};

	return cmocka_run_group_tests_name("tx_server", tests, NULL, NULL);
}
