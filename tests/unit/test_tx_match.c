/* SPDX-License-Identifier: MIT */
/* What belongs to which transaction (RFC 3261 17.1.3, 17.2.3), and the table
 * that holds them. */
#include "tx_fix.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(cancel_has_its_own),     TEST(responses_by_method),
		TEST(without_the_cookie),     TEST(sent_by_counts),
		TEST(a_full_table_refuses),   TEST(kept_without_gone),
		TEST(a_sleep_does_not_burst),
	};

	return cmocka_run_group_tests_name("tx_match", tests, NULL, NULL);
}
