/* SPDX-License-Identifier: MIT */
/* The table of transactions: what a message belongs to. The machines are in
 * tx_client.c and tx_server.c, their timers in tx_timer.c. */
#include "sip/tx_machine.h"

#include <assert.h>
#include <stdlib.h>

/* ---- memory ---- */

/* Its strings stand behind the struct, in one piece of memory. */
static struct str keep(char **at, struct str s)
{
	struct str kept = { *at, s.len };

	if (s.len)
		memcpy(*at, s.p, s.len);
	*at += s.len;
	return kept;
}

static void *get(const struct tx_host *host, size_t n)
{
	return host->arena ? arena_raw(host->arena, n) : arena_must(malloc(n));
}

static void give_back(const struct tx_host *host, void *p)
{
	if (!host->arena)
		free(p);
}

static void drop(const struct tx_host *host, struct str *slot)
{
	give_back(host, (char *)slot->p);
	*slot = STR_NONE;
}

void tx_store(struct tx *tx, struct str *slot, struct str bytes)
{
	char *p = get(tx->host, bytes.len + 1);

	if (bytes.len)
		memcpy(p, bytes.p, bytes.len);
	drop(tx->host, slot);
	*slot = (struct str){ p, bytes.len };
}

static struct tx *new_tx(const struct tx_host *host, const struct pkt *request)
{
	struct str branch = pkt_branch(request);
	struct str sent_by = pkt_sent_by(request);
	struct str call_id = pkt_call_id(request);
	struct str from_tag = pkt_from_tag(request);
	size_t n = request->raw.len + request->method.len + branch.len +
		   sent_by.len + call_id.len + from_tag.len;
	struct tx *tx = get(host, sizeof(*tx) + n);
	char *at = (char *)(tx + 1);

	memset(tx, 0, sizeof(*tx));
	tx->request = keep(&at, request->raw);
	tx->method = keep(&at, request->method);
	tx->branch = keep(&at, branch);
	tx->sent_by = keep(&at, sent_by);
	tx->call_id = keep(&at, call_id);
	tx->from_tag = keep(&at, from_tag);
	tx->cseq = request->cseq;
	return tx;
}

static void free_tx(struct tx *tx)
{
	struct timers *ts = tx->host->timers;

	timer_stop(ts, &tx->repeat);
	timer_stop(ts, &tx->give_up);
	timer_stop(ts, &tx->linger);
	drop(tx->host, &tx->response);
	drop(tx->host, &tx->ack);
	for (unsigned i = 0; i < tx->ntags; i++)
		drop(tx->host, &tx->tags[i]);
	give_back(tx->host, tx);
}

/* ---- the table ---- */

uint64_t tx_hash(struct str s)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < s.len; i++)
		h = (h ^ (unsigned char)s.p[i]) * 0x100000001b3u;
	return h;
}

/* RFC 3261 8.1.1.7: only a branch with the cookie is unique. */
static bool has_cookie(struct str branch)
{
	return str_starts_case(branch, "z9hG4bK");
}

static uint32_t key_of(struct str branch, struct str call_id)
{
	uint64_t h = tx_hash(has_cookie(branch) ? branch : call_id);

	return (uint32_t)(h ^ h >> 32);
}

void tx_table_init(struct tx_table *t, const struct tx_host *host)
{
	assert(!host->arena || !host->gone);
	*t = (struct tx_table){ .host = *host };
}

void tx_table_free(struct tx_table *t)
{
	for (size_t i = 0; i < t->nbuckets; i++) {
		while (t->buckets[i]) {
			struct tx *tx = t->buckets[i];

			t->buckets[i] = tx->next;
			free_tx(tx);
		}
	}
	free(t->buckets);
	*t = (struct tx_table){ .host = t->host };
}

static struct tx **bucket_of(const struct tx_table *t, uint32_t key)
{
	return &t->buckets[key & (t->nbuckets - 1)];
}

static void put(struct tx_table *t, struct tx *tx)
{
	struct tx **at = bucket_of(t, tx->hash);

	tx->next = *at;
	*at = tx;
}

static void grow(struct tx_table *t)
{
	size_t nold = t->nbuckets;
	struct tx **old = t->buckets;

	if (t->n < nold)
		return;
	t->nbuckets = nold ? nold * 4 : 16; /* a power of two */
	t->buckets = arena_must(calloc(t->nbuckets, sizeof(struct tx *)));
	for (size_t i = 0; i < nold; i++) {
		while (old[i]) {
			struct tx *tx = old[i];

			old[i] = tx->next;
			put(t, tx);
		}
	}
	free(old);
}

struct tx *tx_add(struct tx_table *t, const struct pkt *request,
		  enum tx_kind kind, unsigned flags)
{
	struct tx *tx;

	if (t->n >= TX_MAX)
		return NULL;
	grow(t);
	tx = new_tx(&t->host, request);
	tx->host = &t->host;
	tx->table = t;
	tx->kind = kind;
	tx->flags = flags;
	tx->hash = key_of(tx->branch, tx->call_id);
	put(t, tx);
	t->n++;
	return tx;
}

void tx_remove(struct tx *tx)
{
	struct tx **at = bucket_of(tx->table, tx->hash);

	while (*at != tx)
		at = &(*at)->next;
	*at = tx->next;
	tx->table->n--;
	free_tx(tx);
}

bool tx_is_client(const struct tx *tx)
{
	return tx->kind == TX_CLIENT_INVITE || tx->kind == TX_CLIENT;
}

static bool same_branch(const struct tx *tx, struct str branch,
			const struct pkt *p)
{
	if (!str_eq_case(tx->branch, branch))
		return false;
	return has_cookie(branch) ||
	       (tx->cseq == p->cseq && str_eq(tx->call_id, pkt_call_id(p)) &&
		str_eq(tx->from_tag, pkt_from_tag(p)));
}

struct tx *tx_find_client(const struct tx_table *t, const struct pkt *response)
{
	struct str branch = pkt_branch(response);
	uint32_t key = key_of(branch, pkt_call_id(response));
	struct tx *tx = t->nbuckets ? *bucket_of(t, key) : NULL;

	for (; tx; tx = tx->next)
		if (tx->hash == key && tx_is_client(tx) &&
		    str_eq(tx->method, response->cseq_method) &&
		    same_branch(tx, branch, response))
			break;
	return tx;
}

static struct tx *find_server(const struct tx_table *t,
			      const struct pkt *request, struct str method)
{
	struct str branch = pkt_branch(request);
	struct str sent_by = pkt_sent_by(request);
	uint32_t key = key_of(branch, pkt_call_id(request));
	struct tx *tx = t->nbuckets ? *bucket_of(t, key) : NULL;

	for (; tx; tx = tx->next)
		if (tx->hash == key && !tx_is_client(tx) && !tx->beside &&
		    str_eq(tx->method, method) &&
		    str_eq_case(tx->sent_by, sent_by) &&
		    same_branch(tx, branch, request))
			break;
	return tx;
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

unsigned tx_table_busy(const struct tx_table *t)
{
	return t->waiting;
}
