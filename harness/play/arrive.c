/* SPDX-License-Identifier: MIT */
/* Bytes -> record -> packet -> transaction -> leg -> the lines. */
#include "play/state.h"

static struct msg *new_msg(struct play *p, struct party *party, struct pkt *pkt,
			   uint32_t rec, const struct wire_in *in)
{
	struct msg *m = ARENA_NEW(p->arena, struct msg);

	m->pkt = pkt;
	m->rec = rec;
	m->t = in->mono - p->begun;
	m->party = party;
	m->peer = in->peer;
	return m;
}

void play_keep(struct play *p, struct msg *m)
{
	*ARENA_PUSH(p->arena, p->log, p->nlog) = m;
}

/* ---- repeats --------------------------------------------------------------
 */

static void count_repeat(struct play *p, struct msg *m, ns_t t)
{
	uint32_t n = m->repeats;
	ns_t *slot = ARENA_PUSH(p->arena, m->repeat_times, n);

	*slot = t - m->t;
	m->repeats = n;
	p->repeats++;
}

static void on_repeat(struct play *p, struct msg *m, uint32_t rec,
		      const struct wire_in *in)
{
	play_classify(p, rec, REC_REPEAT, true);
	count_repeat(p, m, in->mono - p->begun);
	take_again(p, m, in->mono - p->begun, rec);
}

/* The message that this response repeats. */
static struct msg *first_of(struct play *p, const struct msg *request,
			    const struct pkt *response)
{
	for (size_t i = 0; i < p->nlog; i++) {
		struct msg *m = p->log[i];

		if (!m->out && m->request == request &&
		    m->pkt->kind == PKT_RESPONSE &&
		    m->pkt->status == response->status &&
		    str_eq(pkt_to_tag(m->pkt), pkt_to_tag(response)))
			return m;
	}
	return NULL;
}

/* ---- responses
 * ---------------------------------------------------------------- */

static void on_stray(struct play *p, struct party *party, struct pkt *pkt,
		     uint32_t rec)
{
	(void)party;
	(void)pkt;
	play_classify(p, rec, REC_STRAY, true);
}

/* A 2xx of another branch of a fork is a dialog of its own. */
static struct leg *fork_leg(struct play *p, struct msg *request,
			    const struct pkt *response)
{
	struct leg *leg = leg_new(p, request->party);

	dialog_begin_uac(&leg->d, p->arena, request->pkt);
	leg->begun = leg->invite = request;
	leg->invite_usage = true;
	dialog_on_response(&leg->d, response);
	return leg;
}

static void learn(struct play *p, struct msg *m, enum tx_take take)
{
	struct msg *request = m->request;
	struct leg *leg = request->leg;
	unsigned status = m->pkt->status;

	if (status >= 200 && !request->final)
		request->final = status;
	if (take == TX_FORK)
		leg = fork_leg(p, request, m->pkt);
	m->leg = leg;
	if (!leg)
		return;
	dialog_on_response(&leg->d, m->pkt);
	if (str_is(request->pkt->method, "INVITE") && status >= 200 &&
	    status < 300) {
		leg->answered = true;
		send_ack_2xx(p, request, m);
	}
}

static void on_response(struct play *p, struct party *party, struct pkt *pkt,
			uint32_t rec, const struct wire_in *in)
{
	struct tx *tx = tx_find_client(&p->txs, pkt);
	struct msg *request = tx ? tx->user : NULL;
	enum tx_take take;
	struct msg *m;

	if (!request || request->party != party) {
		on_stray(p, party, pkt, rec);
		return;
	}
	take = tx_client_response(tx, pkt);
	m = take == TX_REPEAT ? first_of(p, request, pkt) : NULL;
	if (m) {
		on_repeat(p, m, rec, in);
		if (pkt->status < 300 && str_is(tx->method, "INVITE"))
			send_ack_2xx(p, request, m);
		return;
	}
	m = new_msg(p, party, pkt, rec, in);
	m->request = request;
	m->tx = tx;
	learn(p, m, take);
	play_keep(p, m);
	monitor_message(p, m);
	if (end_message(p, m))
		return;
	take_offer(p, m);
}

/* ---- requests
 * -------------------------------------------------------------------- */

/* An ACK to our 2xx is a transaction of its own: found by its leg and CSeq. */
static struct msg *invite_of_ack(struct play *p, const struct leg *leg,
				 const struct pkt *ack)
{
	for (size_t i = p->nlog; i-- > 0;) {
		struct msg *q = p->log[i];

		if (!q->out && q->leg == leg && q->pkt->cseq == ack->cseq &&
		    str_is(q->pkt->method, "INVITE"))
			return q;
	}
	return NULL;
}

static bool begins_leg(const struct pkt *pkt)
{
	static const char *const methods[] = { "INVITE", "SUBSCRIBE", "REFER",
					       "NOTIFY" };

	/* An INVITE with a To tag that is in no dialog of ours is a call with a
	 * wrong To: a line may take it and its checks say what is wrong. */
	if (pkt_to_tag(pkt).len && !str_is(pkt->method, "INVITE"))
		return false;
	for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++)
		if (str_is(pkt->method, methods[i]))
			return true;
	return false;
}

static struct leg *leg_of_request(struct play *p, struct party *party,
				  struct msg *m)
{
	struct leg *leg = leg_of(p, m->pkt);

	if (leg) {
		dialog_on_request(&leg->d, m->pkt);
		return leg;
	}
	if (!begins_leg(m->pkt))
		return NULL;
	leg = leg_new(p, party);
	dialog_begin_uas(&leg->d, p->arena, m->pkt,
			 pkt_to_tag(m->pkt).len ? pkt_to_tag(m->pkt)
						: play_token(p, "t"));
	leg->begun = m;
	leg->invite_usage = str_is(m->pkt->method, "INVITE");
	return leg;
}

static void note_special(struct msg *m)
{
	if (!m->leg)
		return;
	if (str_is(m->pkt->method, "INVITE"))
		m->leg->invite = m;
	if (str_is(m->pkt->method, "BYE"))
		m->leg->bye_by_device = true;
}

static void on_ack(struct play *p, struct msg *m, struct tx *tx)
{
	struct msg *invite = tx ? tx->user : NULL;

	if (!invite && m->leg)
		invite = invite_of_ack(p, m->leg, m->pkt);
	if (!invite)
		return;
	m->request = invite;
	m->leg = invite->leg;
	if (invite->ack) { /* one ACK a 2xx is new, the next are repeats */
		m->repeat_of = invite->ack;
		return;
	}
	invite->ack = m;
	if (invite->tx && !tx)
		tx_server_acked(invite->tx);
}

static void bind_request(struct play *p, struct party *party, struct msg *m)
{
	struct tx *cancelled;

	m->leg = leg_of_request(p, party, m);
	if (str_is(m->pkt->method, "CANCEL")) {
		cancelled = tx_find_cancelled(&p->txs, m->pkt);
		m->request = cancelled ? cancelled->user : NULL;
		if (m->request)
			m->leg = m->request->leg;
	}
	m->tx = tx_server_start(&p->txs, m->pkt, 0);
	if (m->tx)
		m->tx->user = m;
	note_special(m);
}

/* The same branch on another socket, or with another CSeq, is no repeat but a
 * new request with an old branch: the device's error, not to be absorbed. */
static bool is_repeat(const struct tx *tx, const struct party *party,
		      const struct pkt *pkt)
{
	const struct msg *m = tx->user;

	return m && m->party == party && m->pkt->cseq == pkt->cseq &&
	       str_eq(m->pkt->uri, pkt->uri);
}

static void on_request(struct play *p, struct party *party, struct pkt *pkt,
		       uint32_t rec, const struct wire_in *in)
{
	struct tx *tx = tx_find_server(&p->txs, pkt);
	bool ack = str_is(pkt->method, "ACK");
	enum tx_take take;
	struct msg *m;

	if (tx && !ack && !is_repeat(tx, party, pkt))
		tx = NULL;
	take = tx ? tx_server_request(tx, pkt) : TX_NEW;
	if (tx && !ack) {
		on_repeat(p, tx->user, rec, in);
		return;
	}
	m = new_msg(p, party, pkt, rec, in);
	if (ack) {
		m->leg = leg_of(p, pkt);
		on_ack(p, m, tx);
		if (take == TX_REPEAT && !m->repeat_of && m->request)
			m->repeat_of = m->request->ack;
		if (m->repeat_of) {
			on_repeat(p, m->repeat_of, rec, in);
			return;
		}
	} else {
		bind_request(p, party, m);
	}
	play_keep(p, m);
	monitor_message(p, m);
	if (end_message(p, m))
		return;
	take_offer(p, m);
}

/* ---- all that comes
 * ------------------------------------------------------------------ */

static bool is_keepalive(struct str bytes)
{
	return !str_trim(bytes).len;
}

static void on_garbage(struct play *p, struct pkt *pkt, uint32_t rec)
{
	struct event ev;

	play_classify(p, rec, REC_UNPARSABLE, false);
	if (p->stage > STAGE_LINGER || p->garbage++)
		return;
	ev = play_event(p, EV_UNEXPECTED);
	ev.rec = rec;
	ev.text = arena_strf(p->arena, "it is no SIP message: %s",
			     pkt->flaw ? pkt->flaw : "it does not parse");
	play_emit(p, &ev);
}

static void on_refused(struct play *p, struct party *party,
		       const struct wire_in *in)
{
	char text[ADDR_TEXT_MAX];

	if (p->refusals++)
		return;
	play_problem(p, "%s refuses datagrams (ICMP port unreachable)",
		     addr_format(&in->peer, text));
	(void)party;
}

/* The probe asks, and nothing else concerns it. And a device may still repeat
 * what it sent to a play that had our port before. */
static bool is_astray(const struct play *p, const struct party *party,
		      const struct pkt *pkt)
{
	if (pkt->kind == PKT_RESPONSE)
		return false;
	return !party->decl || play_is_anothers(p, pkt_to_tag(pkt));
}

static void on_bytes(struct play *p, struct party *party,
		     const struct wire_in *in)
{
	uint32_t rec = play_record(p, party, false, &in->peer, in->bytes,
				   in->mono - p->begun);
	struct pkt *pkt;

	if (!rec)
		return; /* above the ceiling: counted, not kept */
	if (is_keepalive(in->bytes)) {
		play_classify(p, rec, REC_KEEPALIVE, true);
		return;
	}
	pkt = pkt_parse(p->arena, in->bytes);
	if (is_astray(p, party, pkt)) {
		play_classify(p, rec, REC_STRAY, true);
		return;
	}
	switch (pkt->kind) {
	case PKT_REQUEST:
		on_request(p, party, pkt, rec, in);
		break;
	case PKT_RESPONSE:
		on_response(p, party, pkt, rec, in);
		break;
	case PKT_GARBAGE:
		on_garbage(p, pkt, rec);
		break;
	}
}

void arrive(void *ctx, struct wire_port *port, const struct wire_in *in)
{
	struct party *party = ctx;
	struct play *p = party->play;

	(void)port;
	if (p->stage == STAGE_OVER)
		return;
	if (in->what == WIRE_REFUSED)
		on_refused(p, party, in);
	else
		on_bytes(p, party, in);
	order_pump(p);
}
