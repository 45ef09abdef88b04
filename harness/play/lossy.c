/* SPDX-License-Identifier: MIT */
/* drop and delay: a network that loses and is slow where a line says so. What
 * is lost is a record all the same; its transaction lives on. */
#include "play/state.h"

struct put_off { /* a message that is on its way for longer */
	struct put_off *next;
	struct timer timer;
	struct play *play;
	const struct op *op;
	bool out;
	struct msg *m; /* ours */
	/* theirs */
	struct party *party;
	struct pkt *pkt;
	struct wire_in in;
	uint32_t rec;
};

/* ---- ours ---------------------------------------------------------------- */

/* From its first sending on a transaction counts its time. */
static void start_tx(struct play *p, struct msg *m)
{
	bool no_ack =
		m->op && m->op->kind == OP_SEND && m->op->send.make.no_ack;
	unsigned flags = (no_ack ? TX_NO_ACK : 0u) | party_tx_flags(m->party);

	if (m->pkt->kind == PKT_RESPONSE) {
		if (m->request->tx && !m->forged)
			tx_server_response(m->request->tx, m->pkt->status,
					   m->pkt->raw);
	} else if (m->pkt->kind == PKT_REQUEST &&
		   !str_is(m->pkt->method, "ACK")) {
		m->tx = tx_client_start(&p->txs, m->pkt, flags);
	}
	if (m->tx)
		m->tx->user = m;
}

static void withhold(struct play *p, struct msg *m)
{
	m->rec = play_record_event(
		p, m->party, true, (struct wire_to){ m->conn, &m->peer },
		m->pkt->raw,
		arena_strf(p->arena, "drop: not sent: " STR_F,
			   STR_A(m->pkt->start)));
}

static void send_now(struct play *p, struct msg *m, const struct op *op)
{
	start_tx(p, m);
	if (op && op->kind == OP_SEND && op->send.drop)
		withhold(p, m);
	else
		m->rec = send_bytes(p, m, m->pkt->raw, !op);
}

static struct put_off *put_off(struct play *p, const struct op *op, ns_t delay,
			       timer_fn *fn)
{
	struct put_off *o = ARENA_NEW(p->arena, struct put_off);

	o->play = p;
	o->op = op;
	o->next = p->put_off;
	p->put_off = o;
	p->nput_off++;
	timer_set(&p->eng->timers, &o->timer, clock_now(p->eng->clock) + delay,
		  fn, o);
	return o;
}

static void on_send(struct timer *t, void *ctx)
{
	struct put_off *o = ctx;
	struct play *p = o->play;

	(void)t;
	p->nput_off--;
	if (p->stage >= STAGE_PROBE)
		return;
	send_now(p, o->m, o->op);
	play_note_op(p, EV_SENT, o->op, o->m);
	order_pump(p);
}

/* Puts m on the wire as its line wants it: now, later, or never. The line's
 * EV_SENT comes with the bytes. */
void lossy_send(struct play *p, struct msg *m, const struct op *op)
{
	if (!op || op->kind != OP_SEND || !op->send.delay) {
		send_now(p, m, op);
		return;
	}
	m->t += op->send.delay;
	put_off(p, op, op->send.delay, on_send)->m = m;
}

/* ---- theirs -------------------------------------------------------------- */

/* The repeat of what was lost may pass. */
static struct lost *lost_before(const struct oprun *r, const struct pkt *pkt)
{
	for (struct lost *l = r->lost; l; l = l->next)
		if (str_eq(l->bytes, pkt->raw))
			return l;
	return NULL;
}

static bool loses(const struct oprun *r, const struct pkt *pkt)
{
	enum { LOST_MAX = 100 };
	const struct op *op = r->op;
	unsigned most = op->max ? op->max : LOST_MAX;

	return op->line.expect.drop && r->nlost < most && !lost_before(r, pkt);
}

static void lose(struct play *p, struct oprun *r, struct party *party,
		 const struct pkt *pkt, const struct wire_in *in)
{
	struct lost *l = ARENA_NEW(p->arena, struct lost);

	l->bytes = pkt->raw;
	l->t = in->mono - p->begun;
	l->next = r->lost;
	r->lost = l;
	r->nlost++;
	play_record_event(p, party, false,
			  (struct wire_to){ in->conn, &in->peer }, pkt->raw,
			  arena_strf(p->arena, "drop: as if lost: " STR_F,
				     STR_A(pkt->start)));
}

static void on_arrival(struct timer *t, void *ctx)
{
	struct put_off *o = ctx;
	struct play *p = o->play;

	(void)t;
	p->nput_off--;
	if (p->stage == STAGE_OVER)
		return;
	arrive_pkt(p, o->party, o->pkt, o->rec, &o->in);
	order_pump(p);
}

static void delay(struct play *p, const struct op *op, struct party *party,
		  struct pkt *pkt, const struct wire_in *in)
{
	uint32_t rec = play_record(p, party, false,
				   (struct wire_to){ in->conn, &in->peer },
				   pkt->raw, in->mono - p->begun);
	struct put_off *o;

	if (!rec)
		return; /* above the ceiling: counted, not kept */
	o = put_off(p, op, op->line.expect.delay, on_arrival);
	o->party = party;
	o->pkt = pkt;
	o->in = *in;
	o->in.bytes = pkt->raw;
	o->rec = rec;
}

static bool is_lossy(const struct op *op)
{
	return (op->kind == OP_EXPECT || op->kind == OP_WATCH) &&
	       (op->line.expect.drop || op->line.expect.delay);
}

static bool has_lossy_line(const struct play *p)
{
	for (unsigned i = 0; i < p->prog->nops; i++)
		if (is_lossy(p->prog->ops[i]) && p->ops[i].state <= OPS_OPEN)
			return true;
	return false;
}

/* Is this lost, or put off, by the line that would take it? Then it is
 * recorded, and true. */
bool lossy_arrives(struct play *p, struct party *party,
		   const struct wire_in *in)
{
	struct msg m = { .party = party, .peer = in->peer };
	struct leg fresh = { .party = party };
	const struct op *op;

	if (!party->decl || p->stage > STAGE_LINGER || !has_lossy_line(p))
		return false;
	m.pkt = pkt_parse(p->arena, in->bytes);
	m.t = in->mono - p->begun;
	if (!arrive_peek(p, &m, &fresh))
		return false;
	op = take_would(p, &m);
	if (!op || !is_lossy(op))
		return false;
	if (loses(&p->ops[op->id], m.pkt)) {
		lose(p, &p->ops[op->id], party, m.pkt, in);
		return true;
	}
	if (!op->line.expect.delay)
		return false;
	delay(p, op, party, m.pkt, in);
	return true;
}

/* A taken message counts its repeats from the copy that was lost. */
void lossy_count(struct play *p, const struct oprun *r, struct msg *m)
{
	const struct lost *l = lost_before(r, m->pkt);

	if (!l)
		return;
	m->first_t = l->t;
	arrive_count_repeat(p, m, m->t);
}

void lossy_stop(struct play *p)
{
	for (struct put_off *o = p->put_off; o; o = o->next)
		timer_stop(&p->eng->timers, &o->timer);
}
