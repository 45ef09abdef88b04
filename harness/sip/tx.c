/* SPDX-License-Identifier: MIT */
/* The four machines of RFC 3261 17 as amended by RFC 6026, in one struct: what
 * differs between them is when they repeat and when they give up. */
#include "sip/tx.h"

#include <stdlib.h>

#include "base/buf.h"

/* ---- the table ------------------------------------------------------------
 */

static uint32_t hash_of(struct str branch)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < branch.len; i++)
		h = (h ^ (unsigned char)branch.p[i]) * 16777619u;
	return h;
}

void tx_table_init(struct tx_table *t, const struct tx_host *host)
{
	*t = (struct tx_table){ .host = *host };
}

static void free_tx(struct tx *tx)
{
	struct timers *ts = tx->host->timers;

	timer_stop(ts, &tx->repeat);
	timer_stop(ts, &tx->give_up);
	timer_stop(ts, &tx->linger);
	arena_free(tx->arena);
}

void tx_table_free(struct tx_table *t)
{
	for (size_t i = 0; i < t->nbuckets; i++) {
		struct tx *tx = t->buckets[i];

		while (tx) {
			struct tx *next = tx->next;

			free_tx(tx);
			tx = next;
		}
	}
	free(t->buckets);
	t->buckets = NULL;
	t->nbuckets = t->n = 0;
}

static void grow(struct tx_table *t)
{
	size_t n = t->nbuckets ? t->nbuckets * 4 : 16;
	struct tx **old = t->buckets;

	if (t->n < t->nbuckets)
		return;
	t->buckets = arena_must(calloc(n, sizeof(struct tx *)));
	for (size_t i = 0; i < t->nbuckets; i++) {
		struct tx *tx = old[i];

		while (tx) {
			struct tx *next = tx->next;

			tx->next = t->buckets[tx->hash % n];
			t->buckets[tx->hash % n] = tx;
			tx = next;
		}
	}
	free(old);
	t->nbuckets = n;
}

static struct tx *add(struct tx_table *t, const struct pkt *request,
		      enum tx_kind kind, unsigned flags)
{
	struct arena *arena;
	struct tx *tx;

	if (t->n >= TX_MAX)
		return NULL;
	grow(t);
	arena = arena_new();
	tx = ARENA_NEW(arena, struct tx);
	tx->arena = arena;
	tx->host = &t->host;
	tx->table = t;
	tx->kind = kind;
	tx->flags = flags;
	tx->request = arena_str(arena, request->raw);
	tx->branch = arena_str(arena, pkt_branch(request));
	tx->sent_by = arena_str(arena, pkt_sent_by(request));
	tx->method = arena_str(arena, request->method);
	tx->hash = hash_of(tx->branch);
	tx->next = t->buckets[tx->hash % t->nbuckets];
	t->buckets[tx->hash % t->nbuckets] = tx;
	t->n++;
	return tx;
}

static bool is_client(const struct tx *tx)
{
	return tx->kind == TX_CLIENT_INVITE || tx->kind == TX_CLIENT;
}

static bool is_reliable(const struct tx *tx)
{
	return tx->flags & TX_RELIABLE;
}

struct tx *tx_find_client(const struct tx_table *t, const struct pkt *response)
{
	struct str branch = pkt_branch(response);
	uint32_t h = hash_of(branch);

	if (!t->nbuckets)
		return NULL;
	for (struct tx *tx = t->buckets[h % t->nbuckets]; tx; tx = tx->next)
		if (tx->hash == h && is_client(tx) &&
		    str_eq(tx->branch, branch) &&
		    str_eq(tx->method, response->cseq_method))
			return tx;
	return NULL;
}

/* RFC 3261 17.2.3: without the magic cookie a branch proves nothing, so the
 * rest of the tuple must agree as well. */
static bool same_tuple(const struct tx *tx, const struct pkt *request)
{
	struct arena *a;
	struct pkt *mine;
	bool same;

	if (str_starts(tx->branch, "z9hG4bK"))
		return true;
	a = arena_new();
	mine = pkt_parse(a, tx->request);
	same = str_eq(pkt_call_id(mine), pkt_call_id(request)) &&
	       mine->cseq == request->cseq &&
	       str_eq(pkt_from_tag(mine), pkt_from_tag(request));
	arena_free(a);
	return same;
}

static struct tx *find_server(const struct tx_table *t,
			      const struct pkt *request, struct str method)
{
	struct str branch = pkt_branch(request);
	struct str sent_by = pkt_sent_by(request);
	uint32_t h = hash_of(branch);

	if (!t->nbuckets)
		return NULL;
	for (struct tx *tx = t->buckets[h % t->nbuckets]; tx; tx = tx->next)
		if (tx->hash == h && !is_client(tx) &&
		    str_eq(tx->branch, branch) &&
		    str_eq_case(tx->sent_by, sent_by) &&
		    str_eq(tx->method, method) && same_tuple(tx, request))
			return tx;
	return NULL;
}

struct tx *tx_find_server(const struct tx_table *t, const struct pkt *request)
{
	bool ack = str_is(request->method, "ACK");

	return find_server(t, request, ack ? STR("INVITE") : request->method);
}

struct tx *tx_find_cancelled(const struct tx_table *t, const struct pkt *cancel)
{
	return find_server(t, cancel, STR("INVITE"));
}

static bool is_busy(const struct tx *tx)
{
	switch (tx->kind) {
	case TX_CLIENT_INVITE:
	case TX_CLIENT:
		return tx->state == TX_TRYING || tx->state == TX_PROCEEDING;
	case TX_SERVER_INVITE:
		return tx->state == TX_COMPLETED ||
		       (tx->state == TX_ACCEPTED && timer_is_set(&tx->repeat));
	case TX_SERVER:
		return false;
	}
	return false;
}

unsigned tx_table_busy(const struct tx_table *t)
{
	unsigned n = 0;

	for (size_t i = 0; i < t->nbuckets; i++)
		for (struct tx *tx = t->buckets[i]; tx; tx = tx->next)
			n += is_busy(tx);
	return n;
}

/* ---- timers
 * ------------------------------------------------------------------ */

static void set(struct tx *tx, struct timer *t, ns_t in, timer_fn *fn)
{
	timer_set(tx->host->timers, t, clock_now(tx->host->clock) + in, fn, tx);
}

static void stop_repeats(struct tx *tx)
{
	timer_stop(tx->host->timers, &tx->repeat);
	timer_stop(tx->host->timers, &tx->give_up);
}

static void on_gone(struct timer *t, void *ctx)
{
	struct tx *tx = ctx;

	(void)t;
	stop_repeats(tx);
	tx->state = TX_DONE;
}

/* Timers D, I, J, K, L, M: how long it goes on absorbing repeats. */
static void absorb(struct tx *tx, ns_t span)
{
	set(tx, &tx->linger, is_reliable(tx) ? 0 : span, on_gone);
}

static void on_give_up(struct timer *t, void *ctx)
{
	struct tx *tx = ctx;

	(void)t;
	stop_repeats(tx);
	tx->state = TX_DONE;
	tx->host->timeout(tx->host->ctx, tx);
}

static void double_interval(struct tx *tx, ns_t ceiling)
{
	tx->interval *= 2;
	if (ceiling && tx->interval > ceiling)
		tx->interval = ceiling;
}

/* Timers A (doubles without ceiling), E and G (up to T2). */
static void on_repeat(struct timer *t, void *ctx)
{
	struct tx *tx = ctx;
	bool client = is_client(tx);

	(void)t;
	double_interval(tx, tx->kind == TX_CLIENT_INVITE ? 0 : tx->host->t2);
	if (client && tx->state == TX_PROCEEDING)
		tx->interval = tx->host->t2; /* 17.1.2.2 */
	set(tx, &tx->repeat, tx->interval, on_repeat);
	tx->host->send(tx->host->ctx, tx, client ? tx->request : tx->response,
		       TX_SENT_REPEAT);
}

static void start_repeats(struct tx *tx)
{
	ns_t t1 = tx->host->t1;

	tx->interval = t1;
	if (!is_reliable(tx) && !(tx->flags & TX_NO_REPEATS))
		set(tx, &tx->repeat, t1, on_repeat);
	if (!(tx->flags & TX_NO_TIMEOUT))
		set(tx, &tx->give_up, 64 * t1, on_give_up);
}

/* ---- client
 * -------------------------------------------------------------------- */

struct tx *tx_client_start(struct tx_table *t, const struct pkt *request,
			   unsigned flags)
{
	bool invite = str_is(request->method, "INVITE");
	struct tx *tx =
		add(t, request, invite ? TX_CLIENT_INVITE : TX_CLIENT, flags);

	if (tx)
		start_repeats(tx);
	return tx;
}

static void add_row(struct buf *out, const char *name, struct str value)
{
	if (value.len)
		buf_addf(out, "%s: " STR_F "\r\n", name, STR_A(value));
}

/* RFC 3261 17.1.1.3: the INVITE's Request-URI, top Via, From, Call-ID, Route
 * and CSeq number; the To of the response. */
static void make_ack(struct tx *tx, const struct pkt *response)
{
	struct arena *a = arena_new();
	struct pkt *invite = pkt_parse(a, tx->request);
	buf_auto out = { 0 };
	const struct line *row;

	buf_addf(&out, "ACK " STR_F " SIP/2.0\r\n", STR_A(invite->uri));
	add_row(&out, "Via", pkt_value(invite, "Via", 0));
	for (unsigned i = 0; (row = pkt_row(invite, "Route", i)); i++)
		add_row(&out, "Route", row->value);
	add_row(&out, "Max-Forwards", STR("70"));
	row = pkt_row(invite, "From", 0);
	add_row(&out, "From", row ? row->value : STR_NONE);
	row = pkt_row(response, "To", 0);
	add_row(&out, "To", row ? row->value : STR_NONE);
	add_row(&out, "Call-ID", pkt_call_id(invite));
	buf_addf(&out, "CSeq: %u ACK\r\nContent-Length: 0\r\n\r\n",
		 invite->cseq);
	tx->ack = arena_str(tx->arena, buf_str(&out));
	arena_free(a);
}

static void send_ack(struct tx *tx)
{
	if (!(tx->flags & TX_NO_ACK) && tx->ack.len)
		tx->host->send(tx->host->ctx, tx, tx->ack, TX_SENT_ACK);
}

static enum tx_take first_final(struct tx *tx, const struct pkt *response)
{
	stop_repeats(tx);
	if (tx->kind == TX_CLIENT) {
		tx->state = TX_COMPLETED;
		absorb(tx, tx->host->t4); /* K */
	} else if (response->status < 300) {
		tx->state = TX_ACCEPTED;
		tx->to_tag = arena_str(tx->arena, pkt_to_tag(response));
		absorb(tx, 64 * tx->host->t1); /* M */
	} else {
		tx->state = TX_COMPLETED;
		make_ack(tx, response);
		send_ack(tx);
		absorb(tx, 64 * tx->host->t1); /* D: at least 32 s */
	}
	return TX_NEW;
}

/* Accepted: every 2xx goes up, a new To tag is another branch of a fork. */
static enum tx_take accepted_again(struct tx *tx, const struct pkt *response)
{
	if (response->status < 200 || response->status >= 300)
		return TX_NEW; /* a second final response: somebody's error */
	return str_eq(pkt_to_tag(response), tx->to_tag) ? TX_REPEAT : TX_FORK;
}

static enum tx_take completed_again(struct tx *tx, const struct pkt *response)
{
	if (response->status != tx->status)
		return TX_NEW;
	if (tx->kind == TX_CLIENT_INVITE)
		send_ack(tx);
	return TX_REPEAT;
}

static enum tx_take provisional(struct tx *tx)
{
	if (tx->state != TX_TRYING && tx->state != TX_PROCEEDING)
		return TX_NEW;
	tx->state = TX_PROCEEDING;
	if (tx->kind == TX_CLIENT_INVITE)
		stop_repeats(tx); /* 17.1.1.2: neither A nor B any more */
	return TX_NEW;
}

enum tx_take tx_client_response(struct tx *tx, const struct pkt *response)
{
	enum tx_take take = TX_NEW;

	if (response->status < 200)
		return provisional(tx);
	switch (tx->state) {
	case TX_TRYING:
	case TX_PROCEEDING:
		take = first_final(tx, response);
		break;
	case TX_ACCEPTED:
		return accepted_again(tx, response);
	case TX_COMPLETED:
	case TX_CONFIRMED:
	case TX_DONE:
		return completed_again(tx, response);
	}
	tx->status = response->status;
	return take;
}

/* ---- server
 * --------------------------------------------------------------------- */

struct tx *tx_server_start(struct tx_table *t, const struct pkt *request,
			   unsigned flags)
{
	bool invite = str_is(request->method, "INVITE");

	return add(t, request, invite ? TX_SERVER_INVITE : TX_SERVER, flags);
}

static void on_ack(struct tx *tx)
{
	stop_repeats(tx);
	tx->state = TX_CONFIRMED;
	absorb(tx, tx->host->t4); /* I */
}

enum tx_take tx_server_request(struct tx *tx, const struct pkt *request)
{
	if (str_is(request->method, "ACK")) {
		if (tx->state == TX_COMPLETED) {
			on_ack(tx);
			return TX_ACK;
		}
		return TX_REPEAT;
	}
	if (tx->response.len && !(tx->flags & TX_NO_REPLIES) &&
	    tx->state != TX_CONFIRMED && tx->state != TX_ACCEPTED)
		tx->host->send(tx->host->ctx, tx, tx->response, TX_SENT_REPEAT);
	return TX_REPEAT;
}

void tx_server_response(struct tx *tx, unsigned status, struct str bytes)
{
	tx->response = arena_str(tx->arena, bytes);
	tx->status = status;
	if (status < 200) {
		tx->state = TX_PROCEEDING;
	} else if (tx->kind == TX_SERVER) {
		tx->state = TX_COMPLETED;
		absorb(tx, 64 * tx->host->t1); /* J */
	} else {
		tx->state = status < 300 ? TX_ACCEPTED : TX_COMPLETED;
		stop_repeats(tx);
		start_repeats(tx); /* G and H */
	}
}

void tx_server_acked(struct tx *tx)
{
	stop_repeats(tx);
	if (tx->state == TX_ACCEPTED)
		absorb(tx, 64 * tx->host->t1); /* L */
}

void tx_stop(struct tx *tx)
{
	stop_repeats(tx);
}
