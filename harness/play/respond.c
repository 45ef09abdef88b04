/* SPDX-License-Identifier: MIT */
/* Responses of ours: by a line, by "reply", or by themselves. */
#include "play/state.h"

#include "sip/status.h"

static bool forms_dialog(struct str method)
{
	return str_is(method, "INVITE") || str_is(method, "SUBSCRIBE") ||
	       str_is(method, "REFER") || str_is(method, "NOTIFY") ||
	       str_is(method, "UPDATE");
}

/* RFC 3581 4: where rport was asked for, say whence the request came. */
static void fill_rport(struct draft *d, struct arena *a,
		       const struct msg *request)
{
	char host[ADDR_TEXT_MAX];
	struct str via = draft_get(d, "Via"), value;
	bool asked;
	ptrdiff_t at;

	value = pkt_param(pkt_value(request->pkt, "Via", 0), "rport", &asked);
	at = str_find(via, STR(";rport"));
	if (!asked || value.len || at < 0)
		return;
	d->rows[0].value = arena_strf(
		a, STR_F ";received=%s;rport=%u" STR_F,
		STR_A(str_sub(via, 0, (size_t)at)),
		addr_host(&request->peer, host), addr_port(&request->peer),
		STR_A(str_tail(via, (size_t)at + strlen(";rport"))));
}

static struct str our_tag(struct play *p, const struct msg *request)
{
	return request->leg && request->leg->d.local_tag.len
		       ? request->leg->d.local_tag
		       : play_token(p, "t");
}

/* Rule 9: in a dialog the one last written, so that an automatic answer moves
 * no remote target (RFC 3261 12.2.2). */
static void contact_row(struct play *p, struct draft *d,
			const struct msg *request)
{
	const struct leg *leg = request->leg;

	if (leg && leg->d.contact.len && pkt_to_tag(request->pkt).len)
		draft_row(d, "Contact", leg->d.contact);
	else
		draft_row(d, "Contact",
			  draft_bracketed(p->arena, request->party->contact));
}

static void begin(struct play *p, struct draft *d, struct msg *request,
		  unsigned status, struct str tag)
{
	draft_response(d, p->arena, request->pkt, status,
		       str_from(status_reason(status)), tag);
	fill_rport(d, p->arena, request);
	if (forms_dialog(request->pkt->method) && status > 100 && status < 300)
		contact_row(p, d, request);
}

bool msg_accepts(const struct msg *m)
{
	return m->pkt->status >= 200 && m->pkt->status < 300 &&
	       str_is(m->request->pkt->method, "INVITE");
}

static void note_answered(struct msg *m)
{
	struct msg *request = m->request;
	struct leg *leg = m->leg;

	if (m->pkt->status < 200)
		return;
	if (!request->final)
		request->final = m->pkt->status;
	request->settled_by_us = true;
	if (leg && msg_accepts(m)) {
		leg->answered = true;
		leg->invite_usage = true;
		leg->acked = false;
		leg->accepted = m;
		leg->d.state = DIALOG_CONFIRMED;
	}
}

/* Rule 9: the tag is the one that was really sent. */
static void learn_tag(struct leg *leg, const struct msg *response)
{
	struct str tag = pkt_to_tag(response->pkt);

	if (leg && leg->d.arena && !leg->d.is_uac && tag.len &&
	    response->pkt->status > 100 &&
	    !pkt_to_tag(response->request->pkt).len)
		leg->d.local_tag = tag;
}

/* An author may send what is no response to this request: from elsewhere, or
 * with another branch. Then it is none of its transaction. */
static bool belongs(const struct msg *response, const struct msg *request)
{
	const struct pkt *r = response->pkt, *q = request->pkt;

	return response->party == request->party && r->cseq == q->cseq &&
	       str_eq(r->cseq_method, q->method) &&
	       str_eq(pkt_branch(r), pkt_branch(q)) &&
	       pkt_values(r, "Via") == pkt_values(q, "Via");
}

/* Tells the transaction, records, sends. */
static struct msg *launch(struct play *p, struct party *party,
			  struct msg *request, struct leg *leg,
			  struct str bytes, const struct op *op)
{
	struct msg *m = ARENA_NEW(p->arena, struct msg);
	struct addr to = send_response_hop(request);

	m->out = true;
	m->automatic = !op;
	m->op = op;
	m->party = party;
	m->leg = leg;
	m->request = request;
	m->peer = m->answer_to = request->answer_to = to;
	m->conn = request->conn;
	m->pkt = pkt_parse(p->arena, bytes);
	m->t = m->first_t = play_now(p);
	m->forged = !belongs(m, request);
	lossy_send(p, m, op);
	play_keep(p, m);
	if (m->forged)
		return m;
	request->last_response = m;
	learn_tag(leg, m);
	if (leg && leg->d.arena)
		dialog_on_replied(&leg->d, m->pkt);
	note_answered(m);
	return m;
}

/* ---- by a line
 * ---------------------------------------------------------------- */

static bool is_open_request(const struct msg *m, const struct op *op)
{
	return !m->out && m->pkt->kind == PKT_REQUEST &&
	       m->party->decl == op->party && !m->settled_by_us &&
	       !str_is(m->pkt->method, "ACK");
}

/* In a fork of ours an INVITE is in each of its dialogs. */
static bool is_in(const struct msg *request, const struct leg *leg)
{
	return leg && (request->leg == leg || leg->begun == request);
}

/* No "for": the last request of the leg without a final response. */
static struct msg *request_for(struct play *p, const struct op *op)
{
	const struct make *make = &op->send.make;

	if (make->to.label)
		return match_labelled_request(p, make->to.label);
	for (size_t i = p->nlog; i-- > 0;) {
		struct msg *m = p->log[i];

		if (!is_open_request(m, op))
			continue;
		if (make->to.method.len &&
		    !str_eq(m->pkt->method, make->to.method))
			continue;
		if (make->on && !is_in(m, p->named[make->on->id]))
			continue;
		return m;
	}
	return NULL;
}

static bool status_of(struct eval *e, const struct make *make, unsigned *ret,
		      struct str *why)
{
	uint64_t n;

	if (str_to_u64(eval_tmpl(e, &make->status), &n) && n >= 100 &&
	    n <= 999) {
		*ret = (unsigned)n;
		return true;
	}
	*why = e->lacks.len ? e->lacks : STR("its status is no number");
	return false;
}

/* `as` on a response: another To tag, a second dialog of that INVITE. */
static struct leg *second_leg(struct play *p, struct msg *request)
{
	struct leg *leg = leg_new(p, request->party);

	dialog_begin_uas(&leg->d, p->arena, request->pkt, play_token(p, "t"));
	leg->begun = leg->invite = request;
	leg->invite_usage = true;
	return leg;
}

static struct msg *respond(struct play *p, const struct op *op,
			   const struct make *make, struct msg *request,
			   struct party *party, struct str *why)
{
	struct eval e = { .play = p, .arena = p->arena };
	struct leg *leg;
	struct draft d;
	unsigned status;

	if (request->repeat_of) /* an answer to the repeat is one to it */
		request = request->repeat_of;
	leg = make->on ? p->named[make->on->id] : NULL;
	if (!leg)
		leg = request->leg;
	if (!status_of(&e, make, &status, why))
		return NULL;
	if (make->as) {
		leg = request->leg && !request->leg->decl
			      ? request->leg
			      : second_leg(p, request);
		leg_name(p, leg, make->as);
	}
	begin(p, &d, request, status,
	      leg ? leg->d.local_tag : our_tag(p, request));
	auth_challenge(p, &d, party, status);
	send_edits(&e, &d, make, leg, request);
	if (e.lacks.len) {
		*why = e.lacks;
		return NULL;
	}
	return launch(p, party, request, leg, send_written(p, &d), op);
}

/* Who has it answers, at the socket that it came to. */
static struct party *answerer(struct play *p, const struct op *op,
			      const struct msg *request)
{
	return request->party->decl == op->party ? request->party
						 : &p->parties[op->party->id];
}

bool respond_line(struct play *p, const struct op *op, struct str *why)
{
	struct msg *request = request_for(p, op), *m;

	if (!request) {
		*why = STR("there is no request to answer");
		return false;
	}
	m = respond(p, op, &op->send.make, request, answerer(p, op, request),
		    why);
	if (!m)
		return false;
	send_note_made(p, op, m);
	return true;
}

/* "reply 200" under an expected line. */
void send_reply(struct play *p, const struct op *op, const struct make *make,
		struct msg *request)
{
	struct str why;

	if (str_is(request->pkt->method, "ACK"))
		return;
	if (!respond(p, op, make, request, request->party, &why))
		play_problem(p, "line %u cannot reply: " STR_F,
			     src_line(&op->at), STR_A(why));
}

/* ---- by itself
 * -------------------------------------------------------------------- */

void send_plain_response(struct play *p, struct msg *request, unsigned status)
{
	struct draft d;

	begin(p, &d, request, status, our_tag(p, request));
	if (status == 405)
		draft_row(&d, "Allow",
			  STR("INVITE, ACK, CANCEL, BYE, OPTIONS, REFER, "
			      "NOTIFY, SUBSCRIBE, INFO, UPDATE, PRACK"));
	launch(p, request->party, request, request->leg, send_written(p, &d),
	       NULL);
}

void send_answer_with_sdp(struct play *p, struct msg *request)
{
	struct draft d;

	begin(p, &d, request, 200, our_tag(p, request));
	if (request->leg)
		media_body(p, &d, request->leg,
			   request->pkt->body.len ? SDP_ANSWER : SDP_OFFER,
			   request);
	launch(p, request->party, request, request->leg, send_written(p, &d),
	       NULL);
}
