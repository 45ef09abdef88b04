/* SPDX-License-Identifier: MIT */
/* What a line sends: a draft made automatically, edited by what the line
 * sets, written, recorded, sent, and learned from (rules 7 and 9). */
#include "play/state.h"

#include "sip/status.h"

/* ---- out on the wire -------------------------------------------------------
 */

static struct wire_to way_of(const struct msg *m)
{
	return (struct wire_to){ m->conn, &m->answer_to };
}

uint32_t send_bytes(struct play *p, struct msg *m, struct str bytes,
		    bool automatic)
{
	uint32_t rec =
		play_record(p, m->party, true, way_of(m), bytes, play_now(p));
	struct fail why;

	if (automatic && rec)
		play_classify(p, rec, REC_NEW, true);
	if (!wire_send(m->party->port, way_of(m), bytes, &why)) {
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
	rec = play_record(p, m->party, true, way_of(m), bytes, play_now(p));
	if (rec)
		play_classify(p, rec,
			      why == TX_SENT_REPEAT ? REC_REPEAT : REC_NEW,
			      true);
	wire_send(m->party->port, way_of(m), bytes, &(struct fail){ 0 });
}

static void on_tx_timeout(void *ctx, struct tx *tx)
{
	(void)tx; /* the line that waits for it says so when it is missing */
	order_pump(ctx);
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
		.arena = p->arena,
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
	static const struct str words[] = { [PROTO_UDP] = { "UDP", 3 },
					    [PROTO_TCP] = { "TCP", 3 },
					    [PROTO_TLS] = { "TLS", 3 } };

	draft_row(d, "Via",
		  ARENA_JOIN(d->arena, STR("SIP/2.0/"), words[party->proto],
			     STR(" "), party->hostport, STR(";branch="), branch,
			     STR(";rport")));
}

static bool has_contact(struct str method)
{
	return !str_is(method, "BYE") && !str_is(method, "CANCEL") &&
	       !str_is(method, "ACK") && !str_is(method, "OPTIONS");
}

void send_begin_request(struct play *p, struct draft *d, struct party *party,
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
		draft_row(d, "Contact",
			  draft_bracketed(d->arena, party->contact));
	draft_row(d, "User-Agent", STR("sipladder"));
}

static void draft_inside(struct play *p, struct draft *d, struct party *party,
			 struct leg *leg, struct str method, struct str uri)
{
	struct dialog dialog = leg_beyond_us(p, leg);

	send_begin_request(p, d, party, method,
			   uri.len ? uri : dialog_request_uri(&dialog));
	draft_dialog_rows(d, &dialog, method, dialog.local_cseq + 1);
	end_request(d, party, method);
}

/* Where requests in this dialog go. */
struct addr send_leg_hop(struct play *p, const struct leg *leg)
{
	struct dialog dialog = leg_beyond_us(p, leg);

	return send_next_hop(p, dialog_next_hop(&dialog));
}

static void draft_outside(struct play *p, struct draft *d, struct party *party,
			  struct str method, struct str uri)
{
	if (!uri.len)
		uri = p->dut_uri;
	send_begin_request(p, d, party, method, uri);
	draft_row(d, "From",
		  ARENA_JOIN(p->arena, STR("<"), party->aor, STR(">;tag="),
			     play_token(p, "f")));
	draft_row(d, "To", draft_bracketed(p->arena, uri));
	draft_row(d, "Call-ID",
		  ARENA_JOIN(p->arena, play_token(p, "c"), STR("@"),
			     party->hostport));
	draft_row(d, "CSeq", ARENA_JOIN(p->arena, STR("1 "), method));
	end_request(d, party, method);
}

/* Learns from what was really sent: an author may have set anything. */
struct msg *send_launch(struct play *p, struct party *party, struct leg *leg,
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
	m->t = m->first_t = play_now(p);
	large_move(p, m);
	m->conn = reuse_conn(m->party, &m->peer);
	play_keep(p, m);
	lossy_send(p, m, op);
	return m;
}

/* What a line has made: its label, its count, its place in the trace. */
void send_note_made(struct play *p, const struct op *op, struct msg *m)
{
	struct oprun *r = &p->ops[op->id];

	/* What is put off is said when it goes. */
	if (!lossy_puts_off(op))
		play_note_op(p, EV_SENT, op, m);
	if (!r->first)
		r->first = m;
	r->last = m;
	*ARENA_PUSH(p->arena, r->all, r->taken) = m;
	take_label(p, op, m);
}

void send_note_leg(struct play *p, struct msg *m, struct leg *leg, bool begins)
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
		leg->invite = leg->our_invite = m;
	if (leg && str_is(method, "BYE"))
		leg->bye_by_us = true;
}

struct str send_written(struct play *p, const struct draft *d)
{
	buf_auto out = { 0 };

	draft_write(d, &out);
	return arena_str(p->arena, buf_str(&out));
}

/* The last dialog of this party, over or not: what its BYE speaks of. */
static struct leg *last_dialog(struct play *p, const struct party_decl *party)
{
	struct leg *leg = p->legs;

	while (leg && (leg->party->decl != party || !leg->invite_usage))
		leg = leg->next;
	return leg;
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
	if (make->as || make->uri.n || str_is(make->method, "INVITE"))
		return true;
	*ret = leg_only(p, op->party);
	if (*ret || !str_is(make->method, "BYE"))
		return true;
	*ret = last_dialog(p, op->party);
	if (!*ret)
		*why = STR("there is no dialog to end");
	return *ret;
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
	struct party *party = party_over(&p->parties[op->party->id], make->via);
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
		to = send_leg_hop(p, leg);
	} else {
		leg = leg_new(p, party);
		begins = true;
		draft_outside(p, &d, party, make->method, uri);
		to = party->dut;
	}
	send_edits(&e, &d, make, leg, NULL);
	if (e.lacks.len) {
		*why = e.lacks;
		return false;
	}
	auth_add(p, &d, party, op);
	bytes = send_written(p, &d);
	m = send_launch(p, party, leg, bytes, &to, op);
	send_note_leg(p, m, leg, begins);
	if (make->as)
		leg_name(p, leg, make->as);
	send_note_made(p, op, m);
	return true;
}

/* ---- what we send by ourselves
 * --------------------------------------------------- */

struct msg *send_plain_request(struct play *p, struct leg *leg,
			       const char *method)
{
	struct addr to = send_leg_hop(p, leg);
	struct draft d;
	struct msg *m;

	draft_inside(p, &d, leg->party, leg, str_from(method), STR_NONE);
	auth_add(p, &d, leg->party, NULL);
	m = send_launch(p, leg->party, leg, send_written(p, &d), &to, NULL);
	send_note_leg(p, m, leg, false);
	return m;
}

/* RFC 3261 10.2: one Call-ID for all, and a CSeq that rises. */
static void continue_registration(struct draft *d, const struct pkt *last)
{
	draft_set(d, STR("From"), pkt_value(last, "From", 0));
	draft_set(d, STR("Call-ID"), pkt_call_id(last));
	draft_set(d, STR("CSeq"),
		  arena_strf(d->arena, "%u REGISTER", last->cseq + 1));
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
	if (party->registration)
		continue_registration(&d, party->registration->pkt);
	auth_add(p, &d, party, NULL);
	leg->bye_by_us = true; /* no dialog, never hung up */
	return send_launch(p, party, leg, send_written(p, &d), &party->dut,
			   NULL);
}

struct msg *send_probe(struct play *p)
{
	struct party *party = &p->parties[p->prog->nparties];
	struct draft d;

	draft_outside(p, &d, party, STR("OPTIONS"), STR_NONE);
	draft_row(&d, "Accept", STR("application/sdp"));
	return send_launch(p, party, NULL, send_written(p, &d), &party->dut,
			   NULL);
}

/* ---- a line's sending
 * ------------------------------------------------------------- */

/* The very bytes once more. The label of this line speaks of the repeat; an
 * answer to it is an answer to the message. */
static bool send_again(struct play *p, const struct op *op, struct str *why)
{
	const struct label *label = op->send.make.again;
	struct msg *m = p->labels[label->id].msg, *copy;

	if (!m) {
		*why = arena_strf(p->arena, STR_F " has not happened",
				  STR_A(label->name));
		return false;
	}
	copy = ARENA_NEW(p->arena, struct msg);
	*copy = *m;
	copy->repeat_of = m;
	copy->t = play_now(p);
	lossy_send(p, copy, op);
	send_note_made(p, op, copy);
	return true;
}

/* Bytes that happen to be a request begin a dialog, or belong to one, as any
 * other: what is made of it is acknowledged and hung up. */
static void learn_raw(struct play *p, struct party *party, struct msg *m)
{
	bool begins = m->pkt->kind == PKT_REQUEST && !pkt_to_tag(m->pkt).len;

	if (m->pkt->kind != PKT_REQUEST || str_is(m->pkt->method, "ACK") ||
	    str_is(m->pkt->method, "CANCEL"))
		return;
	m->leg = begins ? leg_new(p, party) : leg_of_sent(p, m->pkt);
	send_note_leg(p, m, m->leg, begins);
}

static bool send_raw(struct play *p, const struct op *op)
{
	struct party *party =
		party_over(&p->parties[op->party->id], op->send.make.via);
	struct eval e = { .play = p, .arena = p->arena };
	struct msg *m =
		send_launch(p, party, NULL, eval_tmpl(&e, &op->send.make.raw),
			    &party->dut, op);

	learn_raw(p, party, m);
	send_note_made(p, op, m);
	return true;
}

static bool send_once(struct play *p, const struct op *op, struct str *why)
{
	switch (op->send.make.kind) {
	case MSG_REQUEST:
		if (str_is(op->send.make.method, "CANCEL"))
			return send_cancel_line(p, op, why);
		if (str_is(op->send.make.method, "ACK"))
			return send_ack_line(p, op, why);
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
