/* SPDX-License-Identifier: MIT */
/* Monitors: what must hold of every message the device sends, whatever the
 * scenario says. One row a monitor; each speaks for its requirement. */
#include "play/state.h"

struct seen { /* one look at one message */
	struct play *p;
	const struct msg *m;
	struct str wanted, got;
};

enum look { LOOK_PASS, LOOK_FAIL, LOOK_NOT_MINE };

static enum look broken(struct seen *s, struct str wanted, struct str got)
{
	s->wanted = wanted;
	s->got = got.len ? got : STR("absent");
	return LOOK_FAIL;
}

static bool is_request(const struct msg *m)
{
	return m->pkt->kind == PKT_REQUEST;
}

static struct str row_of(const struct pkt *pkt, const char *name)
{
	const struct line *row = pkt_row(pkt, name, 0);

	return row ? row->value : STR_NONE;
}

/* RFC 3261 12.2.1.1: CSeq rises in a dialog (an ACK repeats its INVITE's). */
static enum look cseq_rises(struct seen *s)
{
	const struct msg *m = s->m;
	struct play *p = s->p;

	if (!is_request(m) || !m->leg || str_is(m->pkt->method, "ACK") ||
	    str_is(m->pkt->method, "CANCEL"))
		return LOOK_NOT_MINE;
	for (size_t i = p->nlog; i-- > 0;) {
		const struct msg *o = p->log[i];

		if (o == m || o->out || !is_request(o) || o->leg != m->leg ||
		    str_is(o->pkt->method, "ACK") ||
		    str_is(o->pkt->method, "CANCEL"))
			continue;
		if (m->pkt->cseq > o->pkt->cseq)
			return LOOK_PASS;
		return broken(
			s, arena_strf(p->arena, "CSeq above %u", o->pkt->cseq),
			arena_strf(p->arena, "%u", m->pkt->cseq));
	}
	return LOOK_PASS;
}

/* 8.2.6.2: Via, From, Call-ID and CSeq of a response are the request's. */
static enum look response_echoes(struct seen *s)
{
	static const char *const rows[] = { "From", "Call-ID", "CSeq" };
	const struct msg *m = s->m;

	if (is_request(m) || !m->request)
		return LOOK_NOT_MINE;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct str want = row_of(m->request->pkt, rows[i]);
		struct str got = row_of(m->pkt, rows[i]);

		if (str_is(STR("From"), rows[i])) { /* spelling may change */
			want = pkt_from_tag(m->request->pkt);
			got = pkt_from_tag(m->pkt);
		}
		if (!str_eq(want, got))
			return broken(s,
				      arena_strf(s->p->arena, "%s " STR_F,
						 rows[i], STR_A(want)),
				      got);
	}
	if (pkt_values(m->pkt, "Via") != pkt_values(m->request->pkt, "Via"))
		return broken(s, STR("the Vias of the request"),
			      row_of(m->pkt, "Via"));
	return LOOK_PASS;
}

/* 8.1.1.7: the branch has the magic cookie and is new for each request. */
static enum look branch_is_new(struct seen *s)
{
	const struct msg *m = s->m;
	struct str branch = pkt_branch(m->pkt);

	if (!is_request(m))
		return LOOK_NOT_MINE;
	if (!str_starts(branch, "z9hG4bK"))
		return broken(s, STR("a branch that begins with z9hG4bK"),
			      branch);
	if (str_is(m->pkt->method, "ACK") || str_is(m->pkt->method, "CANCEL"))
		return LOOK_PASS;
	for (size_t i = 0; i < s->p->nlog; i++) {
		const struct msg *o = s->p->log[i];

		if (o == m || o->out || !is_request(o) || o->rec >= m->rec ||
		    str_is(o->pkt->method, "ACK"))
			continue;
		if (str_eq(pkt_branch(o->pkt), branch))
			return broken(s, STR("a new branch"), branch);
	}
	return LOOK_PASS;
}

/* 8.2.6.2: a To tag in every response but a 100. */
static enum look to_tag_in_response(struct seen *s)
{
	if (is_request(s->m) || s->m->pkt->status < 200)
		return LOOK_NOT_MINE;
	return pkt_to_tag(s->m->pkt).len
		       ? LOOK_PASS
		       : broken(s, STR("a To tag"), row_of(s->m->pkt, "To"));
}

static bool forms_dialog(const struct msg *m)
{
	const struct str method = m->pkt->cseq_method;

	return str_is(method, "INVITE") || str_is(method, "SUBSCRIBE") ||
	       str_is(method, "REFER");
}

/* 12.1.1, 8.1.1.8: a Contact where a dialog is formed. */
static enum look contact_present(struct seen *s)
{
	const struct msg *m = s->m;
	bool matters = is_request(m)
			       ? forms_dialog(m)
			       : forms_dialog(m) && m->pkt->status >= 200 &&
					 m->pkt->status < 300;

	if (!matters)
		return LOOK_NOT_MINE;
	return pkt_values(m->pkt, "Contact") == 1
		       ? LOOK_PASS
		       : broken(s, STR("one Contact"),
				row_of(m->pkt, "Contact"));
}

/* 12.1.1: Record-Route of the request is in the 2xx. */
static enum look record_route_mirrored(struct seen *s)
{
	const struct msg *m = s->m;
	unsigned want;

	if (is_request(m) || !m->request || !forms_dialog(m) ||
	    m->pkt->status < 200 || m->pkt->status >= 300)
		return LOOK_NOT_MINE;
	want = pkt_values(m->request->pkt, "Record-Route");
	if (!want)
		return LOOK_NOT_MINE;
	return pkt_values(m->pkt, "Record-Route") >= want
		       ? LOOK_PASS
		       : broken(s, STR("the Record-Route of the request"),
				row_of(m->pkt, "Record-Route"));
}

/* 20.14: Content-Length is the body's; without one (UDP) all of it is. */
static enum look length_true(struct seen *s)
{
	const struct pkt *pkt = s->m->pkt;
	struct str value = row_of(pkt, "Content-Length");
	uint64_t n;

	if (!value.len)
		return LOOK_NOT_MINE;
	if (str_to_u64(value, &n) && n == pkt->body.len)
		return LOOK_PASS;
	return broken(
		s, arena_strf(s->p->arena, "Content-Length %zu", pkt->body.len),
		value);
}

/* 8.1.1.6: every request has Max-Forwards. */
static enum look max_forwards(struct seen *s)
{
	struct str value = row_of(s->m->pkt, "Max-Forwards");
	uint64_t n;

	if (!is_request(s->m))
		return LOOK_NOT_MINE;
	return str_to_u64(value, &n) && n <= 255
		       ? LOOK_PASS
		       : broken(s, STR("Max-Forwards 0..255"), value);
}

/* 17.1.1.3: an ACK to a non-2xx has the INVITE's branch, URI and CSeq. */
static enum look ack_shape(struct seen *s)
{
	const struct msg *m = s->m, *invite = m->request;

	if (!is_request(m) || !str_is(m->pkt->method, "ACK") || !invite ||
	    invite->final < 300)
		return LOOK_NOT_MINE;
	if (!str_eq(pkt_branch(m->pkt), pkt_branch(invite->pkt)))
		return broken(s, STR("the branch of the INVITE"),
			      pkt_branch(m->pkt));
	if (!str_eq(m->pkt->uri, invite->pkt->uri))
		return broken(s, invite->pkt->uri, m->pkt->uri);
	return LOOK_PASS;
}

/* 8.1.1.2: no To tag in a request outside a dialog. */
static enum look no_stray_to_tag(struct seen *s)
{
	const struct msg *m = s->m;

	if (!is_request(m) || !m->leg || m->leg->begun != m)
		return LOOK_NOT_MINE;
	return pkt_to_tag(m->pkt).len
		       ? broken(s, STR("no To tag"), pkt_to_tag(m->pkt))
		       : LOOK_PASS;
}

static const struct {
	const char *name, *rule;
	enum look (*look)(struct seen *s);
} monitors[] = {
	{ "cseq-rises", "rfc3261-12.2.1.1-a", cseq_rises },
	{ "response-echoes", "rfc3261-8.2.6.2-a", response_echoes },
	{ "branch-new", "rfc3261-8.1.1.7-a", branch_is_new },
	{ "to-tag-in-response", "rfc3261-8.2.6.2-a", to_tag_in_response },
	{ "contact", "rfc3261-12.1.1-a", contact_present },
	{ "record-route", "rfc3261-12.1.1-a", record_route_mirrored },
	{ "content-length", "rfc3261-20.14-a", length_true },
	{ "max-forwards", "rfc3261-8.1.1.6-a", max_forwards },
	{ "ack-non2xx", "rfc3261-17.1.1.3-a", ack_shape },
	{ "no-to-tag-outside", "rfc3261-8.1.1-a", no_stray_to_tag },
};

void monitor_message(struct play *p, struct msg *m)
{
	if (!m->party->decl)
		return; /* the probe's answer is no part of the scenario */
	for (size_t i = 0; i < sizeof(monitors) / sizeof(*monitors); i++) {
		struct seen s = { .p = p, .m = m };
		enum look look = monitors[i].look(&s);
		struct event ev = event_of(EV_MONITOR, m->t);

		if (look == LOOK_NOT_MINE)
			continue;
		ev.rec = m->rec;
		ev.name = str_from(monitors[i].name);
		ev.rules = str_from(monitors[i].rule);
		ev.level = LEVEL_MUST;
		ev.ok = look == LOOK_PASS;
		ev.wanted = s.wanted;
		ev.got = s.got;
		play_emit(p, &ev);
	}
}
