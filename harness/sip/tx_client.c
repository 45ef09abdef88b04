/* SPDX-License-Identifier: MIT */
/* Client transactions: what becomes of responses (RFC 3261 17.1, RFC 6026 8.4)
 * and the ACK to a non-2xx. */
#include "base/buf.h"
#include "sip/tx_machine.h"

struct tx *tx_client_start(struct tx_table *t, const struct pkt *request,
			   unsigned flags)
{
	bool invite = str_is(request->method, "INVITE");
	struct tx *tx = tx_add(t, request,
			       invite ? TX_CLIENT_INVITE : TX_CLIENT, flags);

	if (!tx)
		return NULL;
	tx_set_waiting(tx, true);
	tx_start_repeats(tx);
	tx_start_give_up(tx);
	return tx;
}

static void add_row(struct buf *out, const char *name, struct str value)
{
	if (!value.len)
		return;
	buf_add_z(out, name);
	buf_add_z(out, ": ");
	buf_add_str(out, value);
	buf_add_z(out, "\r\n");
}

static void add_first_row(struct buf *out, const struct pkt *p,
			  const char *name)
{
	const struct line *row = pkt_row(p, name, 0);

	add_row(out, name, row ? row->value : STR_NONE);
}

/* RFC 3261 17.1.1.3: the INVITE's Request-URI, top Via, From, Call-ID, Route
 * and CSeq number; the To of the response. */
static void make_ack(struct tx *tx, const struct pkt *response)
{
	struct arena *a = arena_new();
	const struct pkt *invite = pkt_parse(a, tx->request);
	buf_auto out = { 0 };
	const struct line *row;

	buf_add_z(&out, "ACK ");
	buf_add_str(&out, invite->uri);
	buf_add_z(&out, " SIP/2.0\r\n");
	add_row(&out, "Via", pkt_value(invite, "Via", 0));
	for (unsigned i = 0; (row = pkt_row(invite, "Route", i)); i++)
		add_row(&out, "Route", row->value);
	add_row(&out, "Max-Forwards", STR("70"));
	add_first_row(&out, invite, "From");
	add_first_row(&out, response, "To");
	add_first_row(&out, invite, "Call-ID");
	buf_addf(&out, "CSeq: %u ACK\r\nContent-Length: 0\r\n\r\n",
		 invite->cseq);
	tx_store(tx, &tx->ack, buf_str(&out));
	arena_free(a);
}

static void send_ack(struct tx *tx)
{
	if (!(tx->flags & TX_NO_ACK) && tx->ack.len)
		tx->host->send(tx->host->ctx, tx, tx->ack, TX_SENT_ACK);
}

/* Is this To tag one of the 2xx seen? If not it is from now on. Tags above the
 * ceiling count as seen. */
static bool seen_tag(struct tx *tx, struct str tag)
{
	for (unsigned i = 0; i < tx->ntags; i++)
		if (str_eq(tx->tags[i], tag))
			return true;
	if (tx->ntags == TX_TAGS_MAX)
		return true;
	tx_store(tx, &tx->tags[tx->ntags++], tag);
	return false;
}

static enum tx_take first_final(struct tx *tx, const struct pkt *response)
{
	tx_stop_repeats(tx);
	tx_set_waiting(tx, false);
	tx->status = response->status;
	if (tx->kind == TX_CLIENT) {
		tx->state = TX_COMPLETED;
		tx_absorb(tx, tx->host->t4); /* K */
	} else if (response->status < 300) {
		tx->state = TX_ACCEPTED;
		seen_tag(tx, pkt_to_tag(response));
		tx_absorb_always(tx); /* M */
	} else {
		tx->state = TX_COMPLETED;
		make_ack(tx, response);
		tx_absorb(tx, 64 * tx->host->t1); /* D: at least 32 s */
		send_ack(tx);
	}
	return TX_NEW;
}

/* Accepted: every 2xx goes up, a new To tag is another branch of a fork. */
static enum tx_take accepted_again(struct tx *tx, const struct pkt *response)
{
	if (response->status >= 300)
		return TX_NEW; /* a second final response: somebody's error */
	return seen_tag(tx, pkt_to_tag(response)) ? TX_REPEAT : TX_FORK;
}

static enum tx_take completed_again(struct tx *tx, const struct pkt *response)
{
	/* Any other non-2xx is acknowledged like the first (17.1.1.2), or it
	 * would never end. */
	if (tx->kind == TX_CLIENT_INVITE && response->status >= 300)
		send_ack(tx);
	return response->status == tx->status ? TX_REPEAT : TX_NEW;
}

/* A 1xx is repeated where our request was, with the very same bytes. */
static bool seen_early(struct tx *tx, const struct pkt *response)
{
	uint64_t h = tx_hash(response->raw);
	unsigned n = tx->nearly < TX_EARLY_MAX ? tx->nearly : TX_EARLY_MAX;

	for (unsigned i = 0; i < n; i++)
		if (tx->early[i] == h)
			return true;
	tx->early[tx->nearly++ % TX_EARLY_MAX] = h;
	return false;
}

/* 17.1.1.2: neither A nor B; but what is cancelled must end (9.1). */
static void stop_calling(struct tx *tx)
{
	tx_stop_repeats(tx);
	if (tx->cancelled)
		tx_start_give_up(tx);
}

static enum tx_take provisional(struct tx *tx, const struct pkt *response)
{
	bool seen = seen_early(tx, response);

	if (tx->state == TX_TRYING) {
		tx->state = TX_PROCEEDING;
		tx->status = response->status;
		if (tx->kind == TX_CLIENT_INVITE)
			stop_calling(tx);
	}
	return seen ? TX_REPEAT : TX_NEW;
}

enum tx_take tx_client_response(struct tx *tx, const struct pkt *response)
{
	if (response->status < 200)
		return provisional(tx, response);
	switch (tx->state) {
	case TX_TRYING:
	case TX_PROCEEDING:
		return first_final(tx, response);
	case TX_ACCEPTED:
		return accepted_again(tx, response);
	case TX_COMPLETED:
	case TX_CONFIRMED:
		return completed_again(tx, response);
	case TX_DONE:
		if (tx->status < 200) /* timed out: too late, yet the first */
			return first_final(tx, response);
		return tx->ntags ? accepted_again(tx, response)
				 : completed_again(tx, response);
	}
	return TX_NEW;
}

void tx_client_cancelled(struct tx *tx)
{
	tx->cancelled = true;
	if (tx->waiting)
		tx_start_give_up(tx);
}
