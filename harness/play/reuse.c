/* SPDX-License-Identifier: MIT */
/* Connections that the device has made and lends to requests of ours: those
 * whose Via says "alias" (RFC 5923 5). Answers need none of this: they go back
 * the way the request came (RFC 3261 18.2.2). */
#include "play/state.h"

enum { ALIASES_MAX = 16 }; /* of one socket of a party */

struct alias {
	struct alias *next;
	uint32_t conn;
	struct addr peer; /* where a request would go, were it not for this */
};

/* The entry for this peer, or a new one; NULL: there are enough. */
static struct alias *entry_for(struct play *p, struct party *party,
			       const struct addr *peer)
{
	unsigned n = 0;
	struct alias *a;

	for (a = party->aliases; a; a = a->next, n++)
		if (!a->conn || addr_equal(&a->peer, peer))
			return a;
	if (n == ALIASES_MAX)
		return NULL;
	a = ARENA_NEW(p->arena, struct alias);
	a->next = party->aliases;
	party->aliases = a;
	return a;
}

/* The address is the one that the bytes came from, the port that of sent-by.
 * What came in by another transport, or over UDP, lends nothing. */
void reuse_learn(struct play *p, struct party *party, const struct msg *request)
{
	struct addr peer = send_response_hop(request);
	struct alias *a;
	bool asked;

	pkt_param(pkt_value(request->pkt, "Via", 0), "alias", &asked);
	if (!asked || !request->conn)
		return;
	a = entry_for(p, party, &peer);
	if (!a)
		return;
	a->peer = peer;
	a->conn = request->conn;
}

/* 0: none is lent. */
uint32_t reuse_conn(const struct party *party, const struct addr *to)
{
	for (const struct alias *a = party->aliases; a; a = a->next)
		if (a->conn && addr_equal(&a->peer, to))
			return a->conn;
	return 0;
}

/* It has ended, or ends. */
void reuse_forget(struct party *party, uint32_t conn)
{
	for (struct alias *a = party->aliases; a; a = a->next)
		if (a->conn == conn)
			a->conn = 0;
}
