/* SPDX-License-Identifier: MIT */
/* Bytes -> record -> packet -> transaction -> leg -> the lines. */
#include "play/state.h"

/* On a bad network of our making it is known what was sent behind what. */
static void note_way(const struct play *p, struct msg *m,
		     const struct wire_in *in)
{
	ns_t lost = network_lost_at(p, m->pkt->raw);
	ns_t sent = in->first ? in->first - p->begun : m->t;

	if (lost >= 0 && lost < sent)
		sent = lost;
	m->sent = sent;
	m->overtaken = sent < m->party->latest;
	if (!m->overtaken)
		m->party->latest = sent;
}

static struct msg *new_msg(struct play *p, struct party *party, struct pkt *pkt,
			   uint32_t rec, const struct wire_in *in)
{
	struct msg *m = ARENA_NEW(p->arena, struct msg);

	m->pkt = pkt;
	m->rec = rec;
	m->t = m->first_t = in->mono - p->begun;
	m->party = party;
	m->peer = in->peer;
	m->conn = in->conn;
	note_way(p, m, in);
	return m;
}

void play_keep(struct play *p, struct msg *m)
{
	*ARENA_PUSH(p->arena, p->log, p->nlog) = m;
}

/* ---- repeats --------------------------------------------------------------
 */

void arrive_count_repeat(struct play *p, struct msg *m, ns_t t)
{
	uint32_t n = m->repeats;
	ns_t *slot = ARENA_PUSH(p->arena, m->repeat_times, n);

	*slot = t - m->first_t;
	m->repeats = n;
	p->repeats++;
}

static void on_repeat(struct play *p, struct msg *m, uint32_t rec,
		      const struct wire_in *in)
{
	if (p->doubling)
		return; /* not the device's doing */
	play_classify(p, rec, REC_REPEAT, true);
	arrive_count_repeat(p, m, in->mono - p->begun);
	monitor_repeat(p, m, rec, in->mono - p->begun);
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

static bool is_2xx(const struct pkt *response)
{
	return response->status >= 200 && response->status < 300;
}

/* RFC 3261 13.2.2.4, 12.1: a response with another To tag comes from another
 * branch of a fork, and is a dialog of its own. */
static struct leg *fork_leg(struct play *p, struct msg *request,
			    const struct pkt *response)
{
	struct leg *leg = leg_of_fork(p, request, pkt_to_tag(response));

	if (leg) {
		dialog_on_response(&leg->d, response);
		return leg;
	}
	leg = leg_new(p, large_home(request));
	dialog_begin_uac(&leg->d, p->arena, request->pkt);
	leg->begun = leg->invite = request;
	leg->invite_usage = true;
	dialog_on_response(&leg->d, response);
	return leg;
}

static bool may_fork(const struct msg *request)
{
	return str_is(request->pkt->method, "INVITE") &&
	       !pkt_to_tag(request->pkt).len;
}

static struct leg *leg_of_response(struct play *p, struct msg *request,
				   const struct pkt *response)
{
	struct leg *leg = request->leg;

	if (!leg || dialog_on_response(&leg->d, response) || !may_fork(request))
		return leg;
	leg = fork_leg(p, request, response);
	if (is_2xx(response) && !request->leg->answered) {
		/* The call is with who took it: the name goes there. */
		if (request->leg->decl)
			leg_name(p, leg, request->leg->decl);
		request->leg->decl = NULL;
		request->leg = leg;
	}
	return leg;
}

static void learn(struct play *p, struct msg *m)
{
	struct msg *request = m->request;

	if (m->pkt->status >= 200 && !request->final)
		request->final = m->pkt->status;
	m->leg = leg_of_response(p, request, m->pkt);
	if (m->leg)
		leg_pass_own_routes(m->leg);
	if (!str_is(request->pkt->method, "INVITE"))
		return;
	if (m->leg && is_2xx(m->pkt)) {
		m->leg->answered = true;
		m->leg->invite_usage = true;
		m->leg->ok = m;
		send_ack_2xx(p, request, m);
	} else if (m->pkt->status >= 300) {
		send_note_no_ack(p, request, m);
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
		if (str_is(tx->method, "INVITE") && (is_2xx(pkt) || m->our_ack))
			send_ack_2xx(p, request, m);
		return;
	}
	if (p->doubling)
		return;
	m = new_msg(p, party, pkt, rec, in);
	m->request = request;
	m->tx = tx;
	if (auth_answer(p, m) || glare_answer(p, m)) {
		play_classify(p, rec, REC_NEW, true);
		play_keep(p, m);
		monitor_message(p, m);
		return;
	}
	learn(p, m);
	play_keep(p, m);
	registration_heard(p, m);
	monitor_message(p, m);
	if (end_message(p, m))
		return;
	take_offer(p, m);
}

/* ---- requests
 * -------------------------------------------------------------------- */

static bool begins_leg(const struct pkt *pkt)
{
	static const char *const methods[] = {
		"INVITE", "SUBSCRIBE", "REFER", "NOTIFY", "OPTIONS", "MESSAGE"
	};

	/* An INVITE with a To tag that is in no dialog of ours is a call with a
	 * wrong To: a line may take it and its checks say what is wrong. */
	if (pkt_to_tag(pkt).len && !str_is(pkt->method, "INVITE"))
		return false;
	for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++)
		if (str_is(pkt->method, methods[i]))
			return true;
	return false;
}

/* The refusal of its INVITE has ended this dialog (RFC 3261 12.3): an INVITE
 * with its tags is no re-INVITE but a call with a wrong To. */
static bool calls_anew(const struct leg *leg, const struct pkt *pkt)
{
	return str_is(pkt->method, "INVITE") && leg->invite_usage &&
	       leg->begun && !leg->begun->out && leg->begun->final >= 300;
}

static struct leg *leg_of_request(struct play *p, struct party *party,
				  struct msg *m)
{
	struct leg *leg = leg_of(p, m->pkt);

	if (leg && !calls_anew(leg, m->pkt)) {
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
	m->tx = tx_server_start(&p->txs, m->pkt, party_tx_flags(party));
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

static bool peek_response(struct play *p, struct msg *m)
{
	m->tx = tx_find_client(&p->txs, m->pkt);
	m->request = m->tx ? m->tx->user : NULL;
	if (!m->request || m->request->party != m->party)
		return false;
	m->repeat_of = first_of(p, m->request, m->pkt);
	m->leg = m->request->leg;
	return !m->repeat_of;
}

bool arrive_peek(struct play *p, struct msg *m, struct leg *fresh)
{
	struct tx *tx;

	if (m->pkt->kind == PKT_RESPONSE)
		return peek_response(p, m);
	if (m->pkt->kind == PKT_GARBAGE)
		return false;
	tx = tx_find_server(&p->txs, m->pkt);
	m->leg = leg_of(p, m->pkt);
	if (str_is(m->pkt->method, "ACK"))
		return ack_peek(p, m, tx);
	if (tx && is_repeat(tx, m->party, m->pkt)) {
		m->repeat_of = tx->user;
		return false;
	}
	if (str_is(m->pkt->method, "CANCEL")) {
		tx = tx_find_cancelled(&p->txs, m->pkt);
		m->request = tx ? tx->user : NULL;
	}
	if (!m->leg && begins_leg(m->pkt)) {
		fresh->begun = m;
		m->leg = fresh;
	}
	return true;
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
	if (p->doubling && !ack)
		return;
	m = new_msg(p, party, pkt, rec, in);
	reuse_learn(p, party, m);
	if (ack) {
		m->leg = leg_of(p, pkt);
		ack_arrives(p, m, tx);
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
	m->elsewhere = !ack && elsewhere_request(p, m);
	if (!m->elsewhere)
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

/* The probe asks, and nothing else concerns it. And a device may still repeat
 * what it sent to a play that had our port before. */
static bool is_astray(const struct play *p, const struct party *party,
		      const struct pkt *pkt)
{
	if (pkt->kind == PKT_RESPONSE)
		return false;
	return !party->decl || play_is_anothers(p, pkt_to_tag(pkt));
}

void arrive_pkt(struct play *p, struct party *party, struct pkt *pkt,
		uint32_t rec, const struct wire_in *in)
{
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
		if (!elsewhere_garbage(p, in, rec))
			network_garbage(p, rec, pkt->flaw);
		break;
	}
}

/* In a flood only what answers us still counts: else a device that floods
 * would also be taken for dead. */
static bool answers_us(struct play *p, struct str bytes)
{
	struct arena *scratch;
	const struct pkt *pkt;
	struct tx *tx = NULL;

	if (!str_starts(bytes, "SIP/2.0 "))
		return false;
	scratch = arena_new();
	pkt = pkt_parse(scratch, bytes);
	if (pkt->kind == PKT_RESPONSE)
		tx = tx_find_client(&p->txs, pkt);
	arena_free(scratch);
	return tx && tx->user && !((struct msg *)tx->user)->final;
}

static void on_bytes(struct play *p, struct party *party,
		     const struct wire_in *in)
{
	uint32_t rec;

	if (lossy_arrives(p, party, in))
		return;
	if (trace_is_crowded(&p->trace) && !answers_us(p, in->bytes)) {
		p->trace.dropped++;
		return;
	}
	rec = play_record(p, party, false,
			  (struct wire_to){ in->conn, &in->peer }, in->bytes,
			  in->mono - p->begun);
	if (!rec)
		return; /* above the ceiling: counted, not kept */
	if (is_keepalive(in->bytes)) {
		network_keepalive(p, party, in, rec);
	} else {
		party->lone = 0;
		arrive_pkt(p, party, pkt_parse(p->arena, in->bytes), rec, in);
	}
	lossy_let_follow(p, party);
}

void arrive(void *ctx, struct wire_port *port, const struct wire_in *in)
{
	struct party *party = ctx;
	struct play *p = party->play;

	(void)port;
	if (p->stage == STAGE_OVER)
		return;
	if (in->what == WIRE_BYTES) {
		p->heard = in->mono - p->begun;
		on_bytes(p, party, in);
	} else {
		network_happens(p, party, in);
	}
	order_pump(p);
}
