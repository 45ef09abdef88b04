/* SPDX-License-Identifier: MIT */
/* Monitors of NOTIFY and of bodies: the refer event package, message/sipfrag,
 * SDP. */
#include "play/monitor.h"

#include "sip/sdp.h"

/* ---- NOTIFY -------------------------------------------------------------- */

/* RFC 6665 8.2.1, RFC 3515 2.4.4: one Event. */
enum look monitor_notify_event(struct seen *s)
{
	if (!monitor_is(s->m, "NOTIFY"))
		return LOOK_NOT_MINE;
	return monitor_judge(s, pkt_rows(s->m->pkt, "Event") == 1,
			     STR("one Event"),
			     monitor_row(s->m->pkt, HEADER_EVENT));
}

/* RFC 6665 4.2.2, RFC 3515 2.4.7: one Subscription-State. */
enum look monitor_notify_state(struct seen *s)
{
	if (!monitor_is(s->m, "NOTIFY"))
		return LOOK_NOT_MINE;
	return monitor_judge(s, pkt_rows(s->m->pkt, "Subscription-State") == 1,
			     STR("one Subscription-State"),
			     monitor_row(s->m->pkt, HEADER_SUBSCRIPTION_STATE));
}

static bool has_body(const struct msg *m, const char *type)
{
	return m->pkt->body.len &&
	       str_is_case(pkt_base(pkt_value(m->pkt, "Content-Type", 0)),
			   type);
}

/* Its start line and headers; what is behind the blank line is free. */
static bool ends_in_crlf(struct str body)
{
	for (size_t i = 0; i < body.len; i++) {
		if (body.p[i] != '\n')
			continue;
		if (!i || body.p[i - 1] != '\r')
			return false;
		if (i >= 3 && body.p[i - 2] == '\n')
			return true;
	}
	return str_ends(body, "\r\n");
}

/* RFC 3420 2.1: each line ends in CRLF, the last one too. */
enum look monitor_sipfrag_ends(struct seen *s)
{
	if (!has_body(s->m, "message/sipfrag"))
		return LOOK_NOT_MINE;
	return monitor_judge(s, ends_in_crlf(s->m->pkt->body),
			     STR("lines of the sipfrag that end in CRLF"),
			     s->m->pkt->body);
}

/* ---- SDP ------------------------------------------------------------------
 */

/* The answer to OPTIONS may hold one too: it only tells what could be. */
static bool negotiates(const struct msg *m)
{
	static const char *const methods[] = { "INVITE", "ACK", "PRACK",
					       "UPDATE" };

	for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++)
		if (str_is(m->pkt->cseq_method, methods[i]))
			return true;
	return false;
}

static bool read_sdp(const struct msg *m, struct sdp *ret)
{
	return negotiates(m) && has_body(m, "application/sdp") &&
	       sdp_read(m->pkt->body, ret);
}

static struct str media_of(struct arena *a, const struct sdp *sdp)
{
	struct str all = STR_NONE;

	for (unsigned i = 0; i < sdp->nmedia; i++)
		all = arena_strf(a, STR_F "m=" STR_F " ", STR_A(all),
				 STR_A(sdp->media[i].kind));
	return all.len ? str_trim(all) : STR("no m= line");
}

/* RFC 3264 6: the answer has the m= lines of the offer, in its order. */
enum look monitor_sdp_answer(struct seen *s)
{
	const struct msg *m = s->m;
	struct sdp offer, answer;
	bool same;

	if (monitor_is_request(m) || !m->request || m->pkt->status >= 300 ||
	    !read_sdp(m->request, &offer) || !read_sdp(m, &answer))
		return LOOK_NOT_MINE;
	same = offer.nmedia == answer.nmedia;
	for (unsigned i = 0; same && i < offer.nmedia; i++)
		same = str_eq(offer.media[i].kind, answer.media[i].kind);
	return monitor_judge(s, same, media_of(s->p->arena, &offer),
			     media_of(s->p->arena, &answer));
}

/* Early responses of two branches of a fork may share a leg. */
static bool is_other_fork(const struct msg *a, const struct msg *b)
{
	return !monitor_is_request(a) && !monitor_is_request(b) &&
	       !str_eq(pkt_to_tag(a->pkt), pkt_to_tag(b->pkt));
}

/* The session description that the device sent before m in this dialog. */
static bool sdp_before(const struct seen *s, struct sdp *ret,
		       const struct msg **ret_msg)
{
	for (size_t i = s->p->nlog; i-- > 0;) {
		const struct msg *o = s->p->log[i];

		if (o == s->m || o->out || o->leg != s->m->leg ||
		    is_other_fork(o, s->m) || !read_sdp(o, ret))
			continue;
		*ret_msg = o;
		return true;
	}
	return false;
}

static bool is_answer(const struct msg *m)
{
	struct sdp offer;

	if (monitor_is_request(m))
		return monitor_is(m, "ACK");
	return m->request && read_sdp(m->request, &offer);
}

/* "By one" is said of offers alone; RFC 4566 5.2 lets an answer's version rise
 * by any number. */
static bool steps(const struct msg *m, struct str before, struct str now)
{
	uint64_t a, b;

	if (!str_to_u64(before, &a) || !str_to_u64(now, &b))
		return false;
	return is_answer(m) ? b > a : b == a + 1;
}

/* RFC 3264 8: o= stays, but for its version, which steps by one where the rest
 * has changed. */
enum look monitor_sdp_version(struct seen *s)
{
	struct sdp old, sdp;
	const struct msg *before;
	bool same;

	if (!s->m->leg || s->m->overtaken || !read_sdp(s->m, &sdp) ||
	    !sdp_before(s, &old, &before))
		return LOOK_NOT_MINE;
	if (!str_eq(old.session_id, sdp.session_id))
		return monitor_broken(s,
				      arena_strf(s->p->arena,
						 "the session of o=" STR_F,
						 STR_A(old.origin)),
				      sdp.origin);
	same = str_eq(before->pkt->body, s->m->pkt->body);
	return monitor_judge(
		s, same || steps(s->m, old.version, sdp.version),
		arena_strf(s->p->arena,
			   is_answer(s->m) ? "a later version than o=" STR_F
					   : "one version behind o=" STR_F,
			   STR_A(old.origin)),
		sdp.origin);
}
