/* SPDX-License-Identifier: MIT */
/* ACKs of ours: by themselves to a 2xx (that to a non-2xx is the
 * transaction's), by a line where "no-ack" leaves it to one. */
#include "play/state.h"

static bool is_withheld(const struct msg *invite)
{
	return invite->op && invite->op->kind == OP_SEND &&
	       invite->op->send.make.no_ack;
}

/* "no-ack": what we owe and do not send is a record too. */
void send_note_no_ack(struct play *p, struct msg *invite,
		      const struct msg *response)
{
	if (is_withheld(invite))
		play_record_event(
			p, invite->party, true,
			(struct wire_to){ invite->conn, &invite->peer },
			STR_NONE,
			arena_strf(p->arena,
				   "no-ack: the ACK to %u is withheld",
				   response->pkt->status));
}

/* RFC 3261 13.2.2.4: goes to the Contact by the route set, with the INVITE's
 * CSeq number. */
static void draft_ack_ok(struct play *p, struct draft *d, struct party *party,
			 const struct msg *invite, const struct leg *leg)
{
	struct dialog dialog = leg_beyond_us(p, leg);

	send_begin_request(p, d, party, STR("ACK"),
			   dialog_request_uri(&dialog));
	draft_dialog_rows(d, &dialog, STR("ACK"), invite->pkt->cseq);
	auth_copy(d, invite->pkt);
}

/* RFC 3261 17.1.1.3: in the INVITE's transaction; the To of the response. */
static void draft_ack_failed(struct play *p, struct draft *d,
			     const struct msg *invite,
			     const struct msg *response)
{
	const struct line *row;

	draft_request(d, p->arena, STR("ACK"), invite->pkt->uri);
	draft_row(d, "Via", pkt_value(invite->pkt, "Via", 0));
	for (unsigned i = 0; (row = pkt_row(invite->pkt, "Route", i)); i++)
		draft_row(d, "Route", row->value);
	draft_row(d, "Max-Forwards", STR("70"));
	if ((row = pkt_row(invite->pkt, "From", 0)))
		draft_row(d, "From", row->value);
	if ((row = pkt_row(response->pkt, "To", 0)))
		draft_row(d, "To", row->value);
	draft_row(d, "Call-ID", pkt_call_id(invite->pkt));
	draft_rowf(d, "CSeq", "%u ACK", invite->pkt->cseq);
}

static struct msg *launch(struct play *p, struct party *party,
			  const struct draft *d, struct msg *response,
			  const struct op *op)
{
	struct msg *invite = response->request, *m;
	struct leg *leg = response->leg;
	struct addr to = invite->peer;

	if (leg && response->pkt->status < 300)
		to = send_leg_hop(p, leg);
	m = send_launch(p, party, leg, send_written(p, d), &to, op);
	m->request = invite;
	/* To a non-2xx the transaction sends one for each repeat, unless it is
	 * told not to. */
	if (response->pkt->status < 300 || is_withheld(invite))
		response->our_ack = m;
	return m;
}

/* To a 2xx that came, or came again: then the same ACK again. */
void send_ack_2xx(struct play *p, struct msg *invite, struct msg *response)
{
	struct msg *sent = response->our_ack;
	struct draft d;

	if (sent) {
		uint32_t rec = send_bytes(p, sent, sent->pkt->raw, true);

		play_classify(p, rec, REC_REPEAT, true);
		return;
	}
	if (is_withheld(invite)) {
		send_note_no_ack(p, invite, response);
		return;
	}
	draft_ack_ok(p, &d, large_home(invite), invite, response->leg);
	launch(p, large_home(invite), &d, response, NULL);
}

/* ---- by a line ---- */

static bool is_final_to_invite(const struct msg *m)
{
	return !m->out && m->request && m->pkt->kind == PKT_RESPONSE &&
	       m->pkt->status >= 200 &&
	       str_is(m->request->pkt->method, "INVITE");
}

/* "ACK for F2", "ACK on a1", or the last final response to an INVITE. */
static struct msg *to_acknowledge(struct play *p, const struct op *op)
{
	const struct make *make = &op->send.make;
	struct msg *named =
		make->to.label ? p->labels[make->to.label->id].msg : NULL;

	for (size_t i = p->nlog; i-- > 0;) {
		struct msg *m = p->log[i];

		if (!is_final_to_invite(m) ||
		    m->request->party->decl != op->party)
			continue;
		if (make->to.label && m != named && m->request != named)
			continue;
		if (make->on && m->leg != p->named[make->on->id])
			continue;
		return m;
	}
	return NULL;
}

bool send_ack_line(struct play *p, const struct op *op, struct str *why)
{
	struct msg *response = to_acknowledge(p, op);
	struct party *party = &p->parties[op->party->id];
	struct eval e = { .play = p, .arena = p->arena };
	struct draft d;

	if (!response) {
		*why = STR("there is no final response to acknowledge");
		return false;
	}
	if (response->pkt->status < 300)
		draft_ack_ok(p, &d, party, response->request, response->leg);
	else
		draft_ack_failed(p, &d, response->request, response);
	send_edits(&e, &d, &op->send.make, response->leg, NULL);
	if (e.lacks.len) {
		*why = e.lacks;
		return false;
	}
	send_note_made(p, op, launch(p, party, &d, response, op));
	return true;
}
