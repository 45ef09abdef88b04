/* SPDX-License-Identifier: MIT */
/* What happens on the wire besides messages: connections that come and go,
 * refusals, bytes that belong to no message. All of it is a record. */
#include "play/state.h"

#define PING_WITHIN (500 * NS_MS) /* its two halves are sent at once */

static uint32_t record(struct play *p, const struct party *party,
		       const struct wire_in *in, const char *fmt,
		       const char *detail)
{
	struct str text = arena_strf(p->arena, "connection %u %s%s", in->conn,
				     fmt, detail);

	return play_record_event(p, party, false,
				 (struct wire_to){ in->conn, &in->peer },
				 STR_NONE, text);
}

static void on_refused(struct play *p, struct party *party,
		       const struct wire_in *in)
{
	char text[ADDR_TEXT_MAX];

	if (large_falls_back(p, party, &in->peer)) {
		record(p, party, in,
		       "is refused: what is too large for UDP goes by UDP "
		       "(RFC 3261 18.1.1)",
		       "");
		return;
	}
	if (!p->refusals++)
		play_problem(p, "%s refuses %s", addr_format(&in->peer, text),
			     party->proto == PROTO_UDP
				     ? "datagrams (ICMP port unreachable)"
				     : "connections");
	if (party->proto != PROTO_UDP)
		end_unheard(p, party);
}

static void on_lost(struct play *p, struct party *party,
		    const struct wire_in *in)
{
	char text[ADDR_TEXT_MAX];

	record(p, party, in, "is lost: ", in->text);
	reuse_forget(party, in->conn);
	play_problem(p, "the connection with %s is lost: %s",
		     addr_format(&in->peer, text), in->text);
	end_unheard(p, party);
}

/* To the probe a FIN is the end, unless it has asked over a newer one. */
static void on_finished(struct play *p, struct party *party,
			const struct wire_in *in)
{
	char text[ADDR_TEXT_MAX];

	record(p, party, in, "ended by the peer", "");
	reuse_forget(party, in->conn);
	if (!end_asks(p, party) || in->conn != party->newest)
		return;
	play_problem(p, "%s ends the connection without an answer",
		     addr_format(&in->peer, text));
	end_unheard(p, party);
}

/* Bytes that are no SIP: unexpected, the first time. */
void network_garbage(struct play *p, uint32_t rec, const char *flaw)
{
	struct event ev;

	play_classify(p, rec, REC_UNPARSABLE, false);
	if (p->stage > STAGE_LINGER || p->garbage++)
		return;
	ev = play_event(p, EV_UNEXPECTED);
	ev.rec = rec;
	ev.text = arena_strf(p->arena, "it is no SIP message: %s",
			     flaw ? flaw : "it does not parse");
	play_emit(p, &ev);
}

/* A ping is a double CRLF, which may come in two segments (RFC 5626 4.4.1). A
 * single one is a pong, or keeps a binding alive by itself: those are far
 * apart. */
static bool is_ping(struct party *party, const struct wire_in *in)
{
	bool half = party->lone == in->conn &&
		    in->mono - party->lone_at < PING_WITHIN;

	party->lone = 0;
	if (half || str_starts(in->bytes, "\r\n\r\n"))
		return true;
	party->lone = in->conn;
	party->lone_at = in->mono;
	return false;
}

/* Is answered with a single one. */
void network_keepalive(struct play *p, struct party *party,
		       const struct wire_in *in, uint32_t rec)
{
	struct wire_to back = { in->conn, &in->peer };

	play_classify(p, rec, REC_KEEPALIVE, true);
	if (party->proto == PROTO_UDP || !is_ping(party, in))
		return;
	rec = play_record(p, party, true, back, STR("\r\n"), play_now(p));
	if (!rec)
		return; /* above the ceiling: who floods us is not served */
	play_classify(p, rec, REC_KEEPALIVE, true);
	wire_send(party->port, back, STR("\r\n"), &(struct fail){ 0 });
}

static void on_broken(struct play *p, struct party *party,
		      const struct wire_in *in)
{
	uint32_t rec = play_record(p, party, false,
				   (struct wire_to){ in->conn, &in->peer },
				   in->bytes, in->mono - p->begun);

	if (rec)
		network_garbage(p, rec, in->text);
}

static void remember_lost(struct play *p, const struct wire_in *in)
{
	struct lost *l = ARENA_NEW(p->arena, struct lost);

	l->bytes = arena_str(p->arena, in->bytes);
	l->t = in->first - p->begun;
	l->next = p->lost;
	p->lost = l;
}

ns_t network_lost_at(const struct play *p, struct str bytes)
{
	ns_t at = -1;

	for (const struct lost *l = p->lost; l; l = l->next)
		if (str_eq(l->bytes, bytes))
			at = l->t;
	return at;
}

const struct pkt *network_lost_for(struct play *p, const struct op *op)
{
	const struct msg *request = p->ops[op->id].request;

	if (op->kind != OP_EXPECT || !request)
		return NULL;
	for (const struct lost *l = p->lost; l; l = l->next) {
		const struct pkt *pkt = pkt_parse(p->arena, l->bytes);

		if (pkt->kind == PKT_RESPONSE && pkt->status < 200 &&
		    tx_find_client(&p->txs, pkt) == request->tx &&
		    match_status(p, &op->line.expect.match, pkt->status))
			return pkt;
	}
	return NULL;
}

static void on_withheld(struct play *p, struct party *party,
			const struct wire_in *in)
{
	struct str line, rest;

	if (!in->ours && !trace_is_crowded(&p->trace))
		remember_lost(p, in);

	str_cut(in->bytes, '\n', &line, &rest);
	play_record_event(p, party, false,
			  (struct wire_to){ in->conn, &in->peer }, in->bytes,
			  arena_strf(p->arena, "%s: " STR_F, in->text,
				     STR_A(str_trim(line))));
}

void network_happens(struct play *p, struct party *party,
		     const struct wire_in *in)
{
	switch (in->what) {
	case WIRE_BYTES:
		break; /* arrive.c */
	case WIRE_BROKEN:
		on_broken(p, party, in);
		break;
	case WIRE_REFUSED:
		on_refused(p, party, in);
		break;
	case WIRE_CONNECTED:
		party->newest = in->conn;
		record(p, party, in, in->text, "");
		break;
	case WIRE_FINISHED:
		on_finished(p, party, in);
		break;
	case WIRE_LOST:
		on_lost(p, party, in);
		break;
	case WIRE_WITHHELD:
		on_withheld(p, party, in);
		break;
	}
}
