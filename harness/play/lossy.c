/* SPDX-License-Identifier: MIT */
/* drop, delay, duplicate, reorder: a network that is as bad as a line says,
 * on the way out. What is lost is a record all the same; its transaction lives
 * on. The way in is lossy_in.c. */
#include "play/lossy.h"

static const struct way *way_of(const struct op *op)
{
	return op && op->kind == OP_SEND ? &op->send.way : NULL;
}

bool lossy_puts_off(const struct op *op)
{
	const struct way *way = way_of(op);

	return way && (way->delay || way->reorder);
}

/* ---- on the wire ---------------------------------------------------------
 */

/* The first 2xx to an INVITE is its transaction's; that of another dialog is
 * repeated beside it. */
static void start_response(struct msg *m)
{
	struct tx *tx = m->request->tx;
	const struct msg *before = m->leg ? m->leg->accepted : NULL;

	if (!tx || m->forged)
		return;
	if (before && before->request == m->request && before->tx)
		tx = before->tx;
	else if (msg_accepts(m) && tx->state == TX_ACCEPTED &&
		 (!before || before->request != m->request))
		m->tx = tx_server_beside(tx, m->request->pkt, m->pkt->status,
					 m->pkt->raw);
	if (!m->tx)
		tx_server_response(tx, m->pkt->status, m->pkt->raw);
}

void lossy_start_tx(struct play *p, struct msg *m)
{
	bool no_ack =
		m->op && m->op->kind == OP_SEND && m->op->send.make.no_ack;
	unsigned flags = (no_ack ? TX_NO_ACK : 0u) | party_tx_flags(m->party);

	if (m->pkt->kind == PKT_RESPONSE) {
		start_response(m);
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

/* "again": it belongs to the message that it repeats. */
static uint32_t send_copy(struct play *p, struct msg *m, bool automatic)
{
	uint32_t rec = send_bytes(p, m->repeat_of ? m->repeat_of : m,
				  m->pkt->raw, automatic);

	play_classify(p, rec, REC_REPEAT, automatic);
	return rec;
}

static void transmit(struct play *p, struct msg *m, const struct op *op)
{
	const struct way *way = way_of(op);

	if (!m->repeat_of)
		lossy_start_tx(p, m);
	if (way && way->drop) {
		withhold(p, m);
		return;
	}
	m->rec = m->repeat_of ? send_copy(p, m, false)
			      : send_bytes(p, m, m->pkt->raw, !op);
	if (way && way->duplicate)
		send_copy(p, m, false);
}

/* ---- now, later, or never ------------------------------------------------
 */

struct put_off *lossy_put_off(struct play *p, const struct op *op, ns_t delay,
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

bool lossy_release(struct put_off *o)
{
	if (o->over)
		return false;
	timer_stop(&o->play->eng->timers, &o->timer);
	o->over = true;
	o->play->nput_off--;
	return true;
}

static void send_put_off(struct put_off *o)
{
	struct play *p = o->play;

	if (!lossy_release(o) || p->stage >= STAGE_PROBE)
		return;
	transmit(p, o->m, o->op);
	play_note_op(p, EV_SENT, o->op, o->m);
}

static void on_send(struct timer *t, void *ctx)
{
	struct put_off *o = ctx;

	(void)t;
	send_put_off(o);
	order_pump(o->play);
}

/* "reorder": what was held back follows what has just gone out. */
static void let_follow(struct play *p, const struct party *party)
{
	for (struct put_off *o = p->put_off; o; o = o->next)
		if (o->m && o->reordered && !o->over &&
		    o->m->party->decl == party->decl)
			send_put_off(o);
}

/* Puts m on the wire as its line wants it: now, later, or never. The line's
 * EV_SENT comes with the bytes. What nothing overtakes goes after T1. */
void lossy_send(struct play *p, struct msg *m, const struct op *op)
{
	const struct way *way = way_of(op);
	struct put_off *o;

	if (!lossy_puts_off(op)) {
		transmit(p, m, op);
		let_follow(p, m->party);
		return;
	}
	m->t += way->delay;
	o = lossy_put_off(p, op, way->delay ? way->delay : p->eng->opts.t1,
			  on_send);
	o->m = m;
	o->reordered = way->reorder;
}

void lossy_stop(struct play *p)
{
	for (struct put_off *o = p->put_off; o; o = o->next)
		timer_stop(&p->eng->timers, &o->timer);
}
