/* SPDX-License-Identifier: MIT */
/* What a line sends: a draft made automatically, edited by what the line
 * sets, written, recorded, sent, and learned from (rules 7 and 9). */
#include "play/state.h"

#include "sip/status.h"

/* ---- out on the wire -------------------------------------------------------
 */

uint32_t send_bytes(struct play *p, struct party *party, const struct addr *to,
		    struct str bytes, bool automatic)
{
	uint32_t rec = play_record(p, party, true, to, bytes, play_now(p));
	struct fail why;

	if (automatic && rec)
		play_classify(p, rec, REC_NEW, true);
	if (!wire_send(party->port, (struct wire_to){ 0, to }, bytes, &why)) {
		struct event ev = play_event(p, EV_PROBLEM);

		ev.text = str_from(why.text);
		play_emit(p, &ev);
	}
	return rec;
}

/* Repeats and the ACKs of transactions. */
static void on_tx_send(void *ctx, struct tx *tx, struct str bytes,
		       enum tx_sent why)
{
	struct play *p = ctx;
	struct msg *m = tx->user;
	uint32_t rec;

	if (!m)
		return;
	rec = play_record(p, m->party, true, &m->answer_to, bytes, play_now(p));
	if (rec)
		play_classify(p, rec,
			      why == TX_SENT_REPEAT ? REC_REPEAT : REC_NEW,
			      true);
	wire_send(m->party->port, (struct wire_to){ 0, &m->answer_to }, bytes,
		  &(struct fail){ 0 });
}

static void on_tx_timeout(void *ctx, struct tx *tx)
{
	(void)ctx; /* the line that waits for it says so when it is missing */
	(void)tx;
}

void send_init(struct play *p)
{
	struct tx_host host = {
		.timers = &p->eng->timers,
		.clock = p->eng->clock,
		.t1 = p->eng->opts.t1,
		.t2 = 8 * p->eng->opts.t1,
		.t4 = 10 * p->eng->opts.t1,
		.send = on_tx_send,
		.timeout = on_tx_timeout,
		.ctx = p,
	};

	tx_table_init(&p->txs, &host);
}

/* ---- requests
 * ------------------------------------------------------------------ */

static struct str send_new_branch(struct play *p)
{
	return play_token(p, "z9hG4bK");
}

static void via_row(struct draft *d, const struct party *party,
		    struct str branch)
{
	draft_rowf(d, "Via", "SIP/2.0/UDP " STR_F ";branch=" STR_F ";rport",
		   STR_A(party->hostport), STR_A(branch));
}

static bool has_contact(struct str method)
{
	return !str_is(method, "BYE") && !str_is(method, "CANCEL") &&
	       !str_is(method, "ACK") && !str_is(method, "OPTIONS");
}

static void begin_request(struct play *p, struct draft *d, struct party *party,
			  struct str method, struct str uri)
{
	draft_request(d, p->arena, method, uri);
	via_row(d, party, send_new_branch(p));
	draft_row(d, "Max-Forwards", STR("70"));
}

static void end_request(struct draft *d, const struct party *party,
			struct str method)
{
	if (has_contact(method))
		draft_rowf(d, "Contact", "<" STR_F ">", STR_A(party->contact));
	draft_row(d, "User-Agent", STR("sipladder"));
}

static void draft_inside(struct play *p, struct draft *d, struct party *party,
			 struct leg *leg, struct str method, struct str uri)
{
	begin_request(p, d, party, method,
		      uri.len ? uri : dialog_request_uri(&leg->d));
	draft_dialog_rows(d, &leg->d, method, leg->d.local_cseq + 1);
	end_request(d, party, method);
}

static void draft_outside(struct play *p, struct draft *d, struct party *party,
			  struct str method, struct str uri)
{
	if (!uri.len)
		uri = p->dut_uri;
	begin_request(p, d, party, method, uri);
	draft_rowf(d, "From", "<" STR_F ">;tag=" STR_F, STR_A(party->aor),
		   STR_A(play_token(p, "f")));
	draft_rowf(d, "To", "<" STR_F ">", STR_A(uri));
	draft_rowf(d, "Call-ID", STR_F "@" STR_F, STR_A(play_token(p, "c")),
		   STR_A(party->hostport));
	draft_rowf(d, "CSeq", "1 " STR_F, STR_A(method));
	end_request(d, party, method);
}

/* Learns from what was really sent: an author may have set anything. */
static struct msg *launch(struct play *p, struct party *party, struct leg *leg,
			  struct str bytes, const struct addr *to,
			  const struct op *op)
{
	struct msg *m = ARENA_NEW(p->arena, struct msg);

	m->out = true;
	m->automatic = !op;
	m->op = op;
	m->party = party;
	m->leg = leg;
	m->peer = m->answer_to = *to;
	m->pkt = pkt_parse(p->arena, bytes);
	m->t = play_now(p);
	if (m->pkt->kind == PKT_REQUEST && !str_is(m->pkt->method, "ACK"))
		m->tx = tx_client_start(&p->txs, m->pkt, 0);
	if (m->tx)
		m->tx->user = m;
	play_keep(p, m);
	m->rec = send_bytes(p, party, to, bytes, !op);
	return m;
}

static void note_sent(struct play *p, struct msg *m, struct leg *leg,
		      bool begins)
{
	struct str method = m->pkt->method;

	if (begins) {
		dialog_begin_uac(&leg->d, p->arena, m->pkt);
		leg->begun = m;
		leg->invite_usage = str_is(method, "INVITE");
	} else if (leg) {
		dialog_on_sent(&leg->d, m->pkt);
	}
	if (leg && str_is(method, "INVITE"))
		leg->invite = m;
	if (leg && str_is(method, "BYE"))
		leg->bye_by_us = true;
}

struct str send_written(struct play *p, const struct draft *d)
{
	buf_auto out = { 0 };

	draft_write(d, &out);
	return arena_str(p->arena, buf_str(&out));
}

/* The dialog a request of ours goes into; NULL: a new one, or none. */
static bool find_leg(struct play *p, const struct op *op, struct leg **ret,
		     struct str *why)
{
	const struct make *make = &op->send.make;

	*ret = NULL;
	if (make->on) {
		*ret = p->named[make->on->id];
		if (*ret)
			return true;
		*why = arena_strf(p->arena,
				  "the dialog " STR_F " did not come about",
				  STR_A(make->on->name));
		return false;
	}
	if (make->as || make->uri.n)
		return true;
	*ret = leg_only(p, op->party);
	return true;
}

/* Rule 10: our BYE to a dialog that the device has ended is skipped. */
static bool is_over(const struct leg *leg, struct str method, struct str *why)
{
	if (!leg || !leg->bye_by_device || !str_is(method, "BYE"))
		return false;
	*why = STR("the device has ended this dialog already");
	return true;
}

static bool send_request(struct play *p, const struct op *op, struct str *why)
{
	const struct make *make = &op->send.make;
	struct party *party = &p->parties[op->party->id];
	struct eval e = { .play = p, .arena = p->arena };
	struct str uri = eval_tmpl(&e, &make->uri), bytes;
	bool begins = false;
	struct draft d;
	struct leg *leg;
	struct addr to;
	struct msg *m;

	if (!find_leg(p, op, &leg, why) || is_over(leg, make->method, why))
		return false;
	if (leg) {
		draft_inside(p, &d, party, leg, make->method, uri);
		to = send_next_hop(p, dialog_next_hop(&leg->d));
	} else {
		leg = leg_new(p, party);
		begins = true;
		draft_outside(p, &d, party, make->method, uri);
		to = p->eng->opts.dut;
	}
	send_edits(&e, &d, make, leg, NULL);
	if (e.lacks.len) {
		*why = e.lacks;
		return false;
	}
	bytes = send_written(p, &d);
	m = launch(p, party, leg, bytes, &to, op);
	note_sent(p, m, leg, begins);
	if (make->as)
		leg_name(p, leg, make->as);
	play_note_op(p, EV_SENT, op, m);
	p->ops[op->id].taken++;
	p->ops[op->id].first = p->ops[op->id].last = m;
	take_label(p, op, m);
	return true;
}

/* ---- CANCEL: the INVITE's Via, Request-URI, Call-ID, From, To, CSeq (9.1)
 * ---- */

static struct msg *pending_invite(struct play *p, const struct op *op)
{
	const struct make *make = &op->send.make;

	if (make->to.label) {
		struct msg *m = p->labels[make->to.label->id].msg;

		return m && m->request ? m->request : m;
	}
	for (size_t i = p->nlog; i-- > 0;) {
		struct msg *m = p->log[i];

		if (m->out && m->party->decl == op->party &&
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

static bool send_cancel_line(struct play *p, const struct op *op,
			     struct str *why)
{
	struct msg *invite = pending_invite(p, op), *m;
	struct eval e = { .play = p, .arena = p->arena };
	struct draft d;

	if (!invite) {
		*why = STR("there is no INVITE to cancel");
		return false;
	}
	draft_cancel(p, &d, invite);
	send_edits(&e, &d, &op->send.make, NULL, NULL);
	m = launch(p, invite->party, invite->leg, send_written(p, &d),
		   &invite->peer, op);
	play_note_op(p, EV_SENT, op, m);
	take_label(p, op, m);
	return true;
}

struct msg *send_cancel(struct play *p, struct msg *invite)
{
	struct draft d;

	draft_cancel(p, &d, invite);
	return launch(p, invite->party, invite->leg, send_written(p, &d),
		      &invite->peer, NULL);
}

/* ---- what we send by ourselves
 * --------------------------------------------------- */

struct msg *send_plain_request(struct play *p, struct leg *leg,
			       const char *method)
{
	struct addr to = send_next_hop(p, dialog_next_hop(&leg->d));
	struct draft d;
	struct msg *m;

	draft_inside(p, &d, leg->party, leg, str_from(method), STR_NONE);
	m = launch(p, leg->party, leg, send_written(p, &d), &to, NULL);
	note_sent(p, m, leg, false);
	return m;
}

struct msg *send_register(struct play *p, struct party *party, unsigned expires)
{
	struct str registrar =
		arena_strf(p->arena, "sip:" STR_F, STR_A(p->dut_domain));
	struct draft d;
	struct leg *leg = leg_new(p, party);

	draft_outside(p, &d, party, STR("REGISTER"), registrar);
	draft_set(&d, STR("To"),
		  arena_strf(p->arena, "<" STR_F ">", STR_A(party->aor)));
	draft_rowf(&d, "Expires", "%u", expires);
	leg->bye_by_us = true; /* no dialog, never hung up */
	return launch(p, party, leg, send_written(p, &d), &p->eng->opts.dut,
		      NULL);
}

struct msg *send_probe(struct play *p)
{
	struct party *party = &p->parties[p->prog->nparties];
	struct draft d;

	draft_outside(p, &d, party, STR("OPTIONS"), STR_NONE);
	draft_row(&d, "Accept", STR("application/sdp"));
	return launch(p, party, NULL, send_written(p, &d), &p->eng->opts.dut,
		      NULL);
}

/* RFC 3261 13.2.2.4: the ACK to a 2xx goes to the Contact by the route set,
 * with the INVITE's CSeq number. */
void send_ack_2xx(struct play *p, struct msg *invite, struct msg *response)
{
	struct leg *leg = response->leg;
	struct addr to = send_next_hop(p, dialog_next_hop(&leg->d));
	struct draft d;

	if (invite->op && invite->op->send.make.no_ack)
		return;
	begin_request(p, &d, invite->party, STR("ACK"),
		      dialog_request_uri(&leg->d));
	draft_dialog_rows(&d, &leg->d, STR("ACK"), invite->pkt->cseq);
	launch(p, invite->party, leg, send_written(p, &d), &to, NULL);
}

/* ---- a line's sending
 * ------------------------------------------------------------- */

static bool send_again(struct play *p, const struct op *op, struct str *why)
{
	const struct label *label = op->send.make.again;
	struct msg *m = p->labels[label->id].msg;
	uint32_t rec;

	if (!m) {
		*why = arena_strf(p->arena, STR_F " has not happened",
				  STR_A(label->name));
		return false;
	}
	rec = send_bytes(p, m->party, &m->answer_to, m->pkt->raw, false);
	play_classify(p, rec, REC_REPEAT, false);
	play_note_op(p, EV_SENT, op, NULL);
	return true;
}

static bool send_raw(struct play *p, const struct op *op)
{
	struct party *party = &p->parties[op->party->id];
	struct eval e = { .play = p, .arena = p->arena };
	struct msg *m =
		launch(p, party, NULL, eval_tmpl(&e, &op->send.make.raw),
		       &p->eng->opts.dut, op);

	play_note_op(p, EV_SENT, op, m);
	take_label(p, op, m);
	return true;
}

static bool send_once(struct play *p, const struct op *op, struct str *why)
{
	switch (op->send.make.kind) {
	case MSG_REQUEST:
		if (str_is(op->send.make.method, "CANCEL"))
			return send_cancel_line(p, op, why);
		return send_request(p, op, why);
	case MSG_RESPONSE:
		return respond_line(p, op, why);
	case MSG_AGAIN:
		return send_again(p, op, why);
	case MSG_RAW:
		return send_raw(p, op);
	case MSG_ANY:
		break;
	}
	return false;
}

bool send_op(struct play *p, const struct op *op, struct str *why)
{
	unsigned times = op->send.times ? op->send.times : 1;

	for (unsigned i = 0; i < times; i++)
		if (!send_once(p, op, why))
			return false;
	return true;
}
