/* SPDX-License-Identifier: MIT */
/* What needs no line: rule 10's automatic answers, and the answers that even
 * the unexpected gets (rule 3). */
#include "play/state.h"

/* A line or watch that names this method for this leg keeps it for itself. */
static bool is_named(struct play *p, const struct msg *m)
{
	for (unsigned i = 0; i < p->prog->nops; i++) {
		const struct op *op = p->prog->ops[i];
		const struct match *match = &op->line.expect.match;

		if ((op->kind != OP_EXPECT && op->kind != OP_WATCH) ||
		    op->party != m->party->decl || match->kind != MSG_REQUEST ||
		    !str_eq(match->method, m->pkt->method))
			continue;
		if (match->on && p->named[match->on->id] == m->leg &&
		    p->ops[i].state != OPS_SKIPPED)
			return true;
	}
	return false;
}

/* In a call that is up; an INVITE in what is left of one is none. */
static bool is_reinvite(const struct msg *m)
{
	return str_is(m->pkt->method, "INVITE") && pkt_to_tag(m->pkt).len &&
	       m->leg && m->leg->invite_usage && m->leg->answered &&
	       leg_alive(m->leg);
}

static bool is_summary(const struct msg *m)
{
	return str_is(m->pkt->method, "NOTIFY") &&
	       str_starts_case(pkt_value(m->pkt, "Event", 0),
			       "message-summary");
}

static bool party_answers(const struct msg *m)
{
	const struct party_decl *decl = m->party->decl;

	for (unsigned i = 0; decl && i < decl->nautos; i++)
		if (str_eq(decl->autos[i], m->pkt->method))
			return true;
	return false;
}

static bool answers_by_itself(const struct msg *m)
{
	static const char *const plain[] = { "OPTIONS", "INFO", "PRACK" };

	for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++)
		if (str_is(m->pkt->method, plain[i]))
			return true;
	return is_reinvite(m) || is_summary(m) || party_answers(m) ||
	       (str_is(m->pkt->method, "UPDATE") && m->leg);
}

static void mark(struct play *p, const struct msg *m)
{
	struct event ev = play_event(p, EV_AUTO);

	ev.rec = m->rec;
	play_emit(p, &ev);
	p->automatics++;
}

/* A BYE that crosses ours, or comes where ours was going to. */
static bool is_crossing_bye(struct play *p, const struct msg *m)
{
	if (!str_is(m->pkt->method, "BYE") || !m->leg)
		return false;
	if (m->leg->bye_by_us)
		return true;
	for (unsigned i = 0; i < p->prog->nops; i++) {
		const struct op *op = p->prog->ops[i];

		if (op->kind == OP_SEND && p->ops[i].state == OPS_CLOSED &&
		    str_is(op->send.make.method, "BYE") &&
		    op->party == m->party->decl && order_reachable(p, op) &&
		    (!op->send.make.on ||
		     p->named[op->send.make.on->id] == m->leg))
			return true;
	}
	return false;
}

/* RFC 3261 9.2: it was sent before our final response had come, and has no
 * effect. */
static bool is_crossing_cancel(const struct msg *m)
{
	return str_is(m->pkt->method, "CANCEL") && m->request &&
	       m->request->settled_by_us && !m->request->ack;
}

/* RFC 3261 14.2: an INVITE of ours is under way in this dialog. */
static bool is_glare(const struct msg *m)
{
	const struct msg *ours = m->leg ? m->leg->our_invite : NULL;

	return str_is(m->pkt->method, "INVITE") && ours &&
	       ours != m->leg->begun && !ours->final;
}

/* Sent before our BYE had come: nobody hears it any more (RFC 3261 15.1.2). */
static bool crosses_our_bye(struct play *p, const struct msg *m)
{
	static const char *const methods[] = { "INVITE", "UPDATE", "INFO",
					       "REFER" };
	bool one = false;

	for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++)
		one |= str_is(m->pkt->method, methods[i]);
	if (!one || !m->leg || !m->leg->bye_by_us || !pkt_to_tag(m->pkt).len)
		return false;
	for (size_t i = p->nlog; i-- > 0;)
		if (p->log[i]->out && p->log[i]->leg == m->leg &&
		    str_is(p->log[i]->pkt->method, "BYE") &&
		    p->log[i]->pkt->kind == PKT_REQUEST)
			return !p->log[i]->final;
	return false;
}

bool auto_answer(struct play *p, struct msg *m)
{
	const struct party_decl *decl = m->party->decl;

	if (m->pkt->kind != PKT_REQUEST || (decl && decl->auto_none))
		return false;
	if (is_crossing_bye(p, m) || is_crossing_cancel(m)) {
		mark(p, m);
		send_plain_response(p, m, 200);
		return true;
	}
	if (crosses_our_bye(p, m)) {
		mark(p, m);
		send_plain_response(p, m, 481);
		return true;
	}
	if (!answers_by_itself(m) || is_named(p, m))
		return false;
	mark(p, m);
	if (is_glare(m))
		send_plain_response(p, m, 491);
	else if (is_reinvite(m) ||
		 (str_is(m->pkt->method, "UPDATE") && m->pkt->body.len))
		send_answer_with_sdp(p, m);
	else
		send_plain_response(p, m, 200);
	return true;
}

/* Rule 3: INVITE 486, BYE and CANCEL 200, NOTIFY 481, others 405. */
void auto_unexpected(struct play *p, struct msg *m)
{
	static const struct {
		const char *method;
		unsigned status;
	} answers[] = { { "INVITE", 486 },
			{ "BYE", 200 },
			{ "CANCEL", 200 },
			{ "NOTIFY", 481 },
			{ "OPTIONS", 200 } };
	unsigned status = 405;

	for (size_t i = 0; i < sizeof(answers) / sizeof(*answers); i++)
		if (str_is(m->pkt->method, answers[i].method))
			status = answers[i].status;
	send_plain_response(p, m, status);
	if (str_is(m->pkt->method, "CANCEL") && m->request &&
	    !m->request->settled_by_us)
		send_plain_response(p, m->request, 487);
}
