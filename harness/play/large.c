/* SPDX-License-Identifier: MIT */
/* Requests that are too large for UDP: they move to TCP where the device has
 * it, and come back where nobody listens there (RFC 3261 18.1.1). */
#include "play/state.h"

#include "lang/claims.h"

enum { LARGE = 1300 }; /* bytes; the MTU of the path is not known */

bool large_is(const struct pkt *pkt)
{
	return pkt->raw.len > LARGE;
}

/* An author who names the transport, the Via or every byte, or who wants a
 * datagram lost, is obeyed. A registration keeps to its flow. */
static bool may_move(const struct play *p, const struct msg *m)
{
	const struct op *op = m->op;

	if (m->party->proto != PROTO_UDP || !m->party->decl ||
	    m->pkt->kind != PKT_REQUEST || !large_is(m->pkt) ||
	    str_is(m->pkt->method, "REGISTER") ||
	    claims_ask(p->eng->opts.device, STR("tcp")) != CLAIM_YES)
		return false;
	return !op || op->kind != OP_SEND ||
	       (op->send.make.kind == MSG_REQUEST && !op->send.make.via.len &&
		!op->send.way.drop && !op->send.way.delay &&
		!op->send.way.duplicate && !op->send.way.reorder);
}

/* The same bytes with `now` instead of `was` behind the first Via; empty:
 * it does not begin so. */
static struct str with_via(struct play *p, const struct pkt *pkt,
			   struct str was, struct str now)
{
	ptrdiff_t at = str_find(pkt->raw, was);

	if (at < 0 ||
	    !str_eq(str_sub(pkt_value(pkt, "Via", 0), 0, was.len), was))
		return STR_NONE;
	return ARENA_JOIN(p->arena, str_sub(pkt->raw, 0, (size_t)at), now,
			  str_tail(pkt->raw, (size_t)at + was.len));
}

static struct str sent_by(struct play *p, const char *protocol,
			  const struct party *party)
{
	return ARENA_JOIN(p->arena, str_from(protocol), party->hostport,
			  STR(";"));
}

/* Where the device has an address for TCP of its own, that is it. */
static struct addr stream_hop(const struct play *p, struct addr to)
{
	const struct engine_opts *o = &p->eng->opts;
	int side = device_side_of(o->device, STR("tcp"));

	return side >= 0 && o->sides && addr_equal(&to, &o->dut)
		       ? o->sides[side]
		       : to;
}

/* Called before m is sent: it has its party, its bytes and where it goes. */
void large_move(struct play *p, struct msg *m)
{
	struct party *tcp;
	struct str bytes;

	if (!may_move(p, m))
		return;
	tcp = party_open_over(p, m->party, PROTO_TCP, &(struct fail){ 0 });
	if (!tcp)
		return;
	bytes = with_via(p, m->pkt, sent_by(p, "SIP/2.0/UDP ", m->party),
			 sent_by(p, "SIP/2.0/TCP ", tcp));
	if (!bytes.len)
		return;
	m->home = m->party;
	m->datagram = m->pkt;
	m->party = tcp;
	m->pkt = pkt_parse(p->arena, bytes);
	m->peer = m->answer_to = stream_hop(p, m->peer);
}

struct party *large_home(const struct msg *m)
{
	return m->home ? m->home : m->party;
}

/* RFC 3263 4.3: a branch of its own, since it is another transaction. */
static void send_back(struct play *p, struct msg *m)
{
	struct str old = pkt_branch(m->datagram);
	ptrdiff_t at = str_find(m->datagram->raw, old);
	struct str raw = m->datagram->raw;

	if (m->tx)
		tx_stop(m->tx);
	m->party = m->home;
	m->home = NULL;
	m->conn = 0;
	m->pkt = pkt_parse(p->arena,
			   ARENA_JOIN(p->arena, str_sub(raw, 0, (size_t)at),
				      play_token(p, "z9hG4bK"),
				      str_tail(raw, (size_t)at + old.len)));
	lossy_start_tx(p, m);
	m->rec = send_bytes(p, m, m->pkt->raw, m->automatic);
}

/* Nobody listens at that address: true: what went there goes by UDP. */
bool large_falls_back(struct play *p, const struct party *party,
		      const struct addr *refuses)
{
	bool any = false;

	for (size_t i = p->nlog; i-- > 0;) {
		struct msg *m = p->log[i];

		if (!m->out || !m->home || m->party != party || m->final ||
		    !m->datagram || !addr_equal(&m->peer, refuses))
			continue;
		send_back(p, m);
		any = true;
	}
	return any;
}
