/* SPDX-License-Identifier: MIT */
/* Monitors of transactions: branches, ACK, CANCEL, final responses. */
#include "play/monitor.h"

#include "sip/uri.h"

/* "branch is x": the value stands where the one that came can be compared. */
static struct str labelled(struct seen *s, const char *head, struct str value)
{
	return ARENA_JOIN(s->p->arena, str_from(head), value);
}

/* RFC 3261 8.1.1.7: the branch has the magic cookie and is new for each
 * request. */
enum look monitor_branch(struct seen *s)
{
	const struct msg *m = s->m;
	struct str branch = pkt_branch(m->pkt);

	if (!monitor_is_request(m))
		return LOOK_NOT_MINE;
	if (!str_starts(branch, "z9hG4bK"))
		return monitor_broken(
			s, STR("a branch that begins with z9hG4bK"), branch);
	if (monitor_is(m, "ACK") || monitor_is(m, "CANCEL"))
		return LOOK_PASS;
	for (size_t i = 0; i < s->p->nlog; i++) {
		const struct msg *o = s->p->log[i];

		if (o->branch_key != m->branch_key || o == m || o->out ||
		    !monitor_is_request(o) || o->rec >= m->rec ||
		    monitor_is(o, "ACK"))
			continue;
		if (str_eq(pkt_branch(o->pkt), branch))
			return monitor_broken(s, STR("a new branch"), branch);
	}
	return LOOK_PASS;
}

/* ---- ACK ----------------------------------------------------------------- */

/* 17.1.1.3: an ACK to a non-2xx has the INVITE's branch and URI. */
enum look monitor_ack_failure(struct seen *s)
{
	const struct msg *m = s->m, *invite = m->request;

	if (!monitor_is(m, "ACK") || !invite || invite->final < 300)
		return LOOK_NOT_MINE;
	if (!str_eq(pkt_branch(m->pkt), pkt_branch(invite->pkt)))
		return monitor_broken(
			s, labelled(s, "branch is ", pkt_branch(invite->pkt)),
			pkt_branch(m->pkt));
	return monitor_judge(s, str_eq(m->pkt->uri, invite->pkt->uri),
			     labelled(s, "Request-URI is ", invite->pkt->uri),
			     m->pkt->uri);
}

/* Our 2xx that this ACK is for, by its To tag. */
static const struct msg *acked_2xx(const struct seen *s,
				   const struct msg *invite)
{
	for (size_t i = s->p->nlog; i-- > 0;) {
		const struct msg *o = s->p->log[i];

		if (o->out && o->request == invite && monitor_is_success(o) &&
		    str_eq(pkt_to_tag(o->pkt), pkt_to_tag(s->m->pkt)))
			return o;
	}
	return NULL;
}

/* An INVITE of the device with this Call-ID; any CSeq if cseq is 0. */
static const struct msg *invite_like(const struct seen *s, uint32_t cseq)
{
	struct str call_id = pkt_call_id(s->m->pkt);

	for (size_t i = s->p->nlog; i-- > 0;) {
		const struct msg *o = s->p->log[i];

		if (!o->out && monitor_is(o, "INVITE") &&
		    (!cseq || o->pkt->cseq == cseq) &&
		    str_eq(pkt_call_id(o->pkt), call_id))
			return o;
	}
	return NULL;
}

/* 13.2.2.4: the ACK to a 2xx has the INVITE's CSeq and goes to its Contact. */
enum look monitor_ack_success(struct seen *s)
{
	const struct msg *m = s->m, *invite = m->request, *ok;
	struct str contact;

	if (!monitor_is(m, "ACK") || !m->leg)
		return LOOK_NOT_MINE;
	if (!invite) {
		invite = invite_like(s, 0);
		if (!invite || invite_like(s, m->pkt->cseq))
			return LOOK_NOT_MINE;
		return monitor_broken(s,
				      arena_strf(s->p->arena,
						 "CSeq %u of the INVITE",
						 invite->pkt->cseq),
				      monitor_row(m->pkt, HEADER_CSEQ));
	}
	ok = acked_2xx(s, invite);
	if (!ok)
		return LOOK_NOT_MINE;
	contact = pkt_addr_uri(pkt_value(ok->pkt, "Contact", 0));
	if (!contact.len || dialog_first_is_strict(&m->leg->d))
		return LOOK_NOT_MINE;
	return monitor_judge(s, uri_equal(m->pkt->uri, contact),
			     labelled(s, "Request-URI is ", contact),
			     m->pkt->uri);
}

/* Where one dialog has got two of them, the ACK to either is to both. */
static bool is_acked(struct seen *s)
{
	for (size_t i = s->p->nlog; i-- > 0;) {
		const struct msg *o = s->p->log[i];

		if (o->out && o->ack && o->request == s->m->request &&
		    o->leg == s->m->leg)
			return true;
	}
	return false;
}

/* Had we refused the INVITE before? What comes then is ignored (13.2.2.3). */
static bool was_refused(struct seen *s)
{
	for (size_t i = 0; i < s->p->nlog && s->p->log[i] != s->m; i++) {
		const struct msg *o = s->p->log[i];

		if (o->out == s->m->out && o->request == s->m->request &&
		    o->pkt && o->pkt->status >= 300)
			return true;
	}
	return false;
}

/* 13.2.2.4: every 2xx is acknowledged. Only after 4 T1, when it has been
 * repeated twice, nobody can say that the ACK is on its way. */
enum look monitor_acked(struct seen *s)
{
	const struct msg *m = s->m, *invite = m->request;
	bool lost = m->op && m->op->kind == OP_SEND && m->op->send.way.drop;

	if (!monitor_is_success(m) || !invite || invite->out ||
	    !monitor_is(invite, "INVITE") || lost || was_refused(s))
		return LOOK_NOT_MINE;
	if (!is_acked(s) && play_now(s->p) - m->t < 4 * s->p->eng->opts.t1)
		return LOOK_NOT_MINE;
	return monitor_judge(s, is_acked(s), STR("an ACK to this 2xx"),
			     STR("none"));
}

/* ---- CANCEL -------------------------------------------------------------- */

/* 9.1: CANCEL has the branch, Request-URI and CSeq of the INVITE and goes where
 * that went. */
enum look monitor_cancel(struct seen *s)
{
	const struct msg *m = s->m, *invite = m->request;

	if (!monitor_is(m, "CANCEL"))
		return LOOK_NOT_MINE;
	if (!invite) {
		const struct msg *meant = invite_like(s, 0);

		return monitor_broken(s,
				      meant ? labelled(s, "branch is ",
						       pkt_branch(meant->pkt))
					    : STR("an INVITE that is pending"),
				      pkt_branch(m->pkt));
	}
	if (!str_eq(m->pkt->uri, invite->pkt->uri))
		return monitor_broken(
			s, labelled(s, "Request-URI is ", invite->pkt->uri),
			m->pkt->uri);
	if (m->party != invite->party)
		return monitor_broken(s, STR("the address of the INVITE"),
				      m->party->hostport);
	return monitor_judge(
		s, m->pkt->cseq == invite->pkt->cseq,
		arena_strf(s->p->arena, "CSeq %u", invite->pkt->cseq),
		monitor_row(m->pkt, HEADER_CSEQ));
}

/* 9.1: no CANCEL before a provisional response. */
enum look monitor_cancel_early(struct seen *s)
{
	const struct msg *m = s->m, *invite = m->request;

	if (!monitor_is(m, "CANCEL") || !invite)
		return LOOK_NOT_MINE;
	return monitor_judge(s, invite->last_response != NULL,
			     STR("a 1xx before the CANCEL"), STR("none"));
}

/* ---- responses ----------------------------------------------------------- */

static bool is_final(const struct msg *m)
{
	return m->pkt->kind == PKT_RESPONSE && m->pkt->status >= 200;
}

/* A fork gives a 2xx from each branch, a late one even behind a failure. */
static bool is_another_branch(const struct msg *m, const struct msg *first)
{
	return str_is(m->pkt->cseq_method, "INVITE") && monitor_is_success(m) &&
	       !str_eq(pkt_to_tag(m->pkt), pkt_to_tag(first->pkt));
}

/* 17.2.1: one final response; a repeat of it is no second one. */
enum look monitor_one_final(struct seen *s)
{
	const struct msg *m = s->m;

	if (!is_final(m) || !m->request)
		return LOOK_NOT_MINE;
	for (size_t i = s->p->nlog; i-- > 0;) {
		const struct msg *o = s->p->log[i];

		if (o == m->request)
			break;
		if (o == m || o->out || o->request != m->request ||
		    !is_final(o) || is_another_branch(m, o))
			continue;
		return monitor_broken(s,
				      arena_strf(s->p->arena,
						 "no other than %u",
						 o->pkt->status),
				      m->pkt->start);
	}
	return LOOK_PASS;
}

/* The request of ours whose Via stands so many hops below the top of m's. */
static const struct msg *sent_before(const struct play *p, const struct msg *m,
				     unsigned hops)
{
	struct str branch =
		pkt_param(pkt_value(m->pkt, "Via", hops), "branch", NULL);

	for (size_t i = p->nlog; branch.len && i-- > 0;) {
		const struct msg *o = p->log[i];

		if (o->out && monitor_is_request(o) &&
		    str_eq(pkt_branch(o->pkt), branch) &&
		    str_eq(o->pkt->method, m->pkt->method))
			return o;
	}
	return NULL;
}

static const struct msg *
source_of_request(const struct play *p, const struct msg *m, unsigned *ret_hops)
{
	unsigned vias = pkt_values(m->pkt, "Via");
	const struct msg *o = NULL;

	for (unsigned hops = 1; hops < vias && !o; hops++) {
		o = sent_before(p, m, hops);
		*ret_hops = hops;
	}
	return o;
}

static bool is_passed_on(const struct play *p, const struct msg *answer,
			 const struct msg *m)
{
	unsigned hops;

	return answer->out && answer->request && !monitor_is_request(answer) &&
	       answer->pkt->status == m->pkt->status &&
	       str_eq(pkt_to_tag(answer->pkt), pkt_to_tag(m->pkt)) &&
	       source_of_request(p, answer->request, &hops) == m->request;
}

/* What a party of ours sent that the device, a proxy, has passed on as m; NULL:
 * m is the device's own. */
const struct msg *monitor_source(const struct play *p, const struct msg *m)
{
	unsigned hops;

	if (monitor_is_request(m))
		return source_of_request(p, m, &hops);
	for (size_t i = p->nlog; m->request && i-- > 0;)
		if (is_passed_on(p, p->log[i], m))
			return p->log[i];
	return NULL;
}

/* 16.6: Max-Forwards of a request of ours that comes back through the device is
 * less by one for each hop. */
enum look monitor_forwarded(struct seen *s)
{
	struct str row = monitor_row(s->m->pkt, HEADER_MAX_FORWARDS);
	const struct msg *o = NULL;
	unsigned hops = 0;
	uint64_t was, is;

	if (monitor_is_request(s->m) && !monitor_is(s->m, "CANCEL"))
		o = source_of_request(s->p, s->m, &hops);
	if (!o || !str_to_u64(monitor_row(o->pkt, HEADER_MAX_FORWARDS), &was))
		return LOOK_NOT_MINE;
	return monitor_judge(
		s, str_to_u64(row, &is) && is < was && is + hops >= was,
		arena_strf(s->p->arena, "Max-Forwards %u", (unsigned)was - 1),
		row);
}
