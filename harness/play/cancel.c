/* SPDX-License-Identifier: MIT */
/* CANCEL: the INVITE's Via, Request-URI, Call-ID, From, To and CSeq number
 * (RFC 3261 9.1). From then on the INVITE ends with or without a response. */
#include "play/state.h"

static struct msg *pending_invite(struct play *p, const struct op *op)
{
	const struct make *make = &op->send.make;

	if (make->to.label)
		return match_labelled_request(p, make->to.label);
	for (size_t i = p->nlog; i-- > 0;) {
		struct msg *m = p->log[i];

		if (m->out && m->party->decl == op->party &&
		    m->pkt->kind == PKT_REQUEST &&
		    str_is(m->pkt->method, "INVITE") &&
		    (!make->on || m->leg == p->named[make->on->id]))
			return m;
	}
	return NULL;
}

static void draft_cancel(struct play *p, struct draft *d,
			 const struct msg *invite)
{
	static const char *const copied[] = { "Route", "Max-Forwards", "From",
					      "To", "Call-ID" };
	const struct line *row;

	draft_request(d, p->arena, STR("CANCEL"), invite->pkt->uri);
	draft_row(d, "Via", pkt_value(invite->pkt, "Via", 0));
	for (size_t i = 0; i < sizeof(copied) / sizeof(*copied); i++)
		for (unsigned n = 0; (row = pkt_row(invite->pkt, copied[i], n));
		     n++)
			draft_row(d, copied[i], row->value);
	draft_rowf(d, "CSeq", "%u CANCEL", invite->pkt->cseq);
}

static struct msg *launch(struct play *p, struct msg *invite,
			  const struct draft *d, const struct op *op)
{
	struct msg *m = send_launch(p, invite->party, invite->leg,
				    send_written(p, d), &invite->peer, op);

	if (invite->tx)
		tx_client_cancelled(invite->tx);
	return m;
}

/* By a line: what it sets wins. */
bool send_cancel_line(struct play *p, const struct op *op, struct str *why)
{
	struct msg *invite = pending_invite(p, op);
	struct eval e = { .play = p, .arena = p->arena };
	struct draft d;

	if (!invite) {
		*why = STR("there is no INVITE to cancel");
		return false;
	}
	draft_cancel(p, &d, invite);
	send_edits(&e, &d, &op->send.make, NULL, NULL);
	if (e.lacks.len) {
		*why = e.lacks;
		return false;
	}
	send_note_made(p, op, launch(p, invite, &d, op));
	return true;
}

/* By itself, when a play ends while its call rings. */
struct msg *send_cancel(struct play *p, struct msg *invite)
{
	struct draft d;

	draft_cancel(p, &d, invite);
	return launch(p, invite, &d, NULL);
}
