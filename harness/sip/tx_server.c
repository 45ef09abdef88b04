/* SPDX-License-Identifier: MIT */
/* Server transactions: repeated requests, ACKs and what we answer (RFC 3261
 * 17.2, RFC 6026 8.5-8.7). */
#include "sip/tx_machine.h"

struct tx *tx_server_start(struct tx_table *t, const struct pkt *request,
			   unsigned flags)
{
	bool invite = str_is(request->method, "INVITE");

	return tx_add(t, request, invite ? TX_SERVER_INVITE : TX_SERVER, flags);
}

static enum tx_take on_ack(struct tx *tx)
{
	switch (tx->state) {
	case TX_TRYING:
	case TX_PROCEEDING:
		break; /* an ACK to nothing */
	case TX_COMPLETED:
		tx_stop_repeats(tx);
		tx_set_waiting(tx, false);
		tx->state = TX_CONFIRMED;
		tx_absorb(tx, tx->host->t4); /* I */
		return TX_ACK;
	case TX_ACCEPTED: /* the ACK to a 2xx, with the INVITE's branch */
		if (!tx->waiting)
			return TX_REPEAT;
		tx_server_acked(tx);
		return TX_ACK;
	case TX_CONFIRMED:
	case TX_DONE:
		return TX_REPEAT;
	}
	return TX_NEW;
}

static bool answers_repeats(const struct tx *tx)
{
	if (tx->flags & TX_NO_REPLIES || !tx->response.len)
		return false;
	return tx->state == TX_PROCEEDING || tx->state == TX_COMPLETED;
}

enum tx_take tx_server_request(struct tx *tx, const struct pkt *request)
{
	if (str_is(request->method, "ACK"))
		return on_ack(tx);
	if (answers_repeats(tx))
		tx->host->send(tx->host->ctx, tx, tx->response, TX_SENT_REPEAT);
	return TX_REPEAT;
}

static void final_to_invite(struct tx *tx)
{
	tx->state = tx->status < 300 ? TX_ACCEPTED : TX_COMPLETED;
	timer_stop(tx->host->timers, &tx->linger);
	tx_stop_repeats(tx);
	tx_set_waiting(tx, true);
	tx_start_repeats(tx);
	tx_start_give_up(tx); /* H */
}

void tx_server_response(struct tx *tx, unsigned status, struct str bytes)
{
	if (status < 200 && tx->status >= 200)
		return; /* a 1xx behind the final one: nothing to keep */
	tx_store(tx, &tx->response, bytes);
	tx->status = status;
	if (status < 200) {
		tx->state = TX_PROCEEDING;
	} else if (tx->kind == TX_SERVER) {
		tx->state = TX_COMPLETED;
		tx_absorb(tx, 64 * tx->host->t1); /* J */
	} else {
		final_to_invite(tx);
	}
}

struct tx *tx_server_beside(struct tx *tx, const struct pkt *request,
			    unsigned status, struct str bytes)
{
	struct tx *other = tx_server_start(tx->table, request, tx->flags);

	if (!other)
		return NULL;
	other->beside = true;
	tx_server_response(other, status, bytes);
	return other;
}

void tx_server_acked(struct tx *tx)
{
	tx_stop_repeats(tx);
	tx_set_waiting(tx, false);
	if (tx->state == TX_ACCEPTED && !timer_is_set(&tx->linger))
		tx_absorb_always(tx); /* L */
}

void tx_stop(struct tx *tx)
{
	tx_stop_repeats(tx);
	tx_set_waiting(tx, false);
	if (tx->state != TX_DONE && !timer_is_set(&tx->linger))
		tx_absorb_always(tx);
}
