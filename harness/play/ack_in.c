/* SPDX-License-Identifier: MIT */
/* ACKs of the device: to which INVITE, to which of our 2xx, and whether they
 * came before. */
#include "play/state.h"

/* An ACK to our 2xx is a transaction of its own: found by its leg and CSeq. */
static struct msg *invite_of_ack(struct play *p, const struct leg *leg,
				 const struct pkt *ack)
{
	if (leg->invite && !leg->invite->out &&
	    leg->invite->pkt->cseq == ack->cseq)
		return leg->invite;
	for (size_t i = p->nlog; i-- > 0;) {
		struct msg *q = p->log[i];

		if (!q->out && q->leg == leg && q->pkt->cseq == ack->cseq &&
		    str_is(q->pkt->method, "INVITE"))
			return q;
	}
	return NULL;
}

/* Each dialog of a fork has an ACK of its own. */
static struct msg *earlier_ack(struct play *p, const struct msg *ack)
{
	for (size_t i = 0; i < p->nlog; i++) {
		struct msg *q = p->log[i];

		if (!q->out && q->leg == ack->leg &&
		    q->request == ack->request && str_is(q->pkt->method, "ACK"))
			return q;
	}
	return NULL;
}

/* Our last 2xx to that INVITE in that dialog. */
static struct msg *accepted_in(struct play *p, const struct leg *leg,
			       const struct msg *invite)
{
	for (size_t i = p->nlog; leg && i-- > 0;) {
		struct msg *m = p->log[i];

		if (m->out && m->leg == leg && m->request == invite &&
		    m->pkt->kind == PKT_RESPONSE && msg_accepts(m))
			return m;
	}
	return NULL;
}

/* Each 2xx of ours, in each dialog, has its own. tx: the INVITE's, where the
 * ACK has its branch. */
static void settle_ack(struct play *p, struct msg *ack,
		       const struct msg *invite, const struct tx *tx)
{
	struct msg *ok = accepted_in(p, ack->leg, invite);
	struct tx *ours = invite->tx;

	if (ack->leg && (!ok || ok == ack->leg->accepted))
		ack->leg->acked = true;
	if (ok)
		ok->ack = ok->ack ? ok->ack : ack;
	if (ok && ok->tx)
		ours = ok->tx;
	if (ours && !(tx && tx == ours))
		tx_server_acked(ours);
}

void ack_arrives(struct play *p, struct msg *m, struct tx *tx)
{
	struct msg *invite = tx ? tx->user : NULL;

	if (!invite && m->leg)
		invite = invite_of_ack(p, m->leg, m->pkt);
	if (!invite)
		return;
	m->request = invite;
	if (!m->leg)
		m->leg = invite->leg;
	m->repeat_of = earlier_ack(p, m);
	if (m->repeat_of)
		return;
	if (!invite->ack)
		invite->ack = m;
	settle_ack(p, m, invite, tx);
}

bool ack_peek(struct play *p, struct msg *m, const struct tx *tx)
{
	m->request = tx ? tx->user : NULL;
	if (!m->request && m->leg)
		m->request = invite_of_ack(p, m->leg, m->pkt);
	if (!m->leg && m->request)
		m->leg = m->request->leg;
	if (m->request)
		m->repeat_of = earlier_ack(p, m);
	return m->request && !m->repeat_of;
}
