/* SPDX-License-Identifier: MIT */
/* Monitors of dialogs: CSeq, tags, Contact, routes, and what may come behind a
 * BYE. */
#include "play/monitor.h"

#include "sip/uri.h"

static bool has_cseq_of_its_own(const struct msg *m)
{
	return monitor_is_request(m) && !monitor_is(m, "ACK") &&
	       !monitor_is(m, "CANCEL");
}

/* RFC 3261 12.2.1.1: CSeq rises in a dialog (an ACK repeats its INVITE's). */
enum look monitor_cseq_rises(struct seen *s)
{
	const struct msg *m = s->m;
	struct arena *a = s->p->arena;

	if (!has_cseq_of_its_own(m) || !m->leg || m->overtaken)
		return LOOK_NOT_MINE;
	for (size_t i = s->p->nlog; i-- > 0;) {
		const struct msg *o = s->p->log[i];

		if (o == m || o->out || o->leg != m->leg ||
		    !has_cseq_of_its_own(o))
			continue;
		return monitor_judge(
			s, m->pkt->cseq > o->pkt->cseq,
			arena_strf(a, "CSeq above %u (message %u)",
				   o->pkt->cseq, o->rec),
			arena_strf(a, "%u (message %u)", m->pkt->cseq, m->rec));
	}
	return LOOK_PASS;
}

/* 8.1.1.2: no To tag in a request outside a dialog. */
enum look monitor_no_stray_to_tag(struct seen *s)
{
	const struct msg *m = s->m;

	if (!monitor_is_request(m) || !m->leg || m->leg->begun != m)
		return LOOK_NOT_MINE;
	return monitor_judge(s, !pkt_to_tag(m->pkt).len, STR("no To tag"),
			     pkt_to_tag(m->pkt));
}

/* ---- Contact ------------------------------------------------------------- */

static bool needs_contact(const struct msg *m)
{
	return monitor_forms_dialog(m) &&
	       (monitor_is_request(m) || monitor_is_success(m));
}

/* 12.1.1, 8.1.1.8: a Contact where a dialog is formed. A REFER has it inside
 * of one too, and so has its 2xx (RFC 3515 2, 2.2). */
enum look monitor_contact(struct seen *s)
{
	const struct msg *m = s->m;

	if (!needs_contact(m))
		return LOOK_NOT_MINE;
	if (str_is(m->pkt->cseq_method, "REFER"))
		s->rules =
			monitor_is_request(m) ? "rfc3515-2-c" : "rfc3515-2.2-a";
	return monitor_judge(s, pkt_values(m->pkt, "Contact") == 1,
			     STR("one Contact"),
			     monitor_row(m->pkt, HEADER_CONTACT));
}

static bool read_contact(const struct msg *m, struct str *ret_value,
			 struct uri *ret)
{
	*ret_value = pkt_value(m->pkt, "Contact", 0);
	return needs_contact(m) && ret_value->len &&
	       uri_parse(pkt_addr_uri(*ret_value), ret);
}

/* 8.1.1.8, 12.1.1: where the dialog is a sips one, so is the Contact. */
enum look monitor_sips_contact(struct seen *s)
{
	const struct msg *m = s->m;
	struct str value;
	struct uri uri;

	if (!m->leg || !m->leg->d.secure || !read_contact(m, &value, &uri))
		return LOOK_NOT_MINE;
	return monitor_judge(s, uri.is_sips, STR("a sips Contact"), value);
}

/* It is over TCP for its size alone, or answers one that is (18.1.1): that says
 * nothing of those to come. */
static bool is_moved(const struct msg *m)
{
	const struct msg *request = m->request ? m->request : m;

	return m->party->proto == PROTO_TCP && large_is(request->pkt);
}

/* The Contact leads to the transport that is in use: without a parameter to
 * UDP, or to TLS where it is sips (RFC 3263 4.1). */
enum look monitor_contact_transport(struct seen *s)
{
	const struct msg *m = s->m;
	struct str protocol = pkt_via_protocol(pkt_value(m->pkt, "Via", 0));
	struct str value, transport, want;
	struct uri uri;

	if (!read_contact(m, &value, &uri) || !uri.is_sip)
		return LOOK_NOT_MINE;
	if (!str_starts_case(protocol, "SIP/2.0/") || is_moved(m) ||
	    monitor_source(s->p, m)) /* its hop was another one */
		return LOOK_NOT_MINE;
	want = str_tail(protocol, strlen("SIP/2.0/"));
	transport = uri_param(&uri, STR("transport"), NULL);
	if (!transport.len)
		transport = uri.is_sips ? STR("tls") : STR("udp");
	return monitor_judge(s,
			     str_eq_case(transport, want) ||
				     (uri.is_sips && str_is_case(want, "tls")),
			     ARENA_JOIN(s->p->arena,
					STR("a Contact that is reached by "),
					want),
			     value);
}

/* ---- routes -------------------------------------------------------------- */

/* 12.1.1: Record-Route of the request is in the 2xx, in the same order. */
enum look monitor_record_route(struct seen *s)
{
	const struct msg *m = s->m;
	unsigned n;
	bool same = true;

	if (!monitor_is_success(m) || !m->request || !monitor_forms_dialog(m))
		return LOOK_NOT_MINE;
	n = pkt_values(m->request->pkt, "Record-Route");
	if (!n)
		return LOOK_NOT_MINE;
	/* a proxy may have put its own above ours */
	for (unsigned i = 1; i <= n && same; i++) {
		unsigned have = pkt_values(m->pkt, "Record-Route");

		same = have >= i &&
		       str_eq(pkt_value(m->request->pkt, "Record-Route", n - i),
			      pkt_value(m->pkt, "Record-Route", have - i));
	}
	return monitor_judge(s, same, STR("the Record-Route of the request"),
			     monitor_row(m->pkt, HEADER_RECORD_ROUTE));
}

/* Whose Record-Route made the device's route set: our request as it is, or our
 * 2xx from its end. */
static const struct pkt *route_source(const struct leg *leg, bool *ret_reversed)
{
	const struct msg *begun = leg->begun;

	if (!begun)
		return NULL;
	*ret_reversed = !begun->out;
	if (begun->out)
		return begun->pkt;
	return begun->final >= 200 && begun->final < 300 && begun->last_response
		       ? begun->last_response->pkt
		       : NULL;
}

/* What a proxy passes on has the caller's route set, less the proxy's own. */
static bool is_in_route_set(const struct msg *m)
{
	if (pkt_values(m->pkt, "Via") > 1 || !monitor_is_request(m) ||
	    !m->leg || m->leg->begun == m || monitor_is(m, "CANCEL"))
		return false;
	return !monitor_is(m, "ACK") || (m->request && m->request->final < 300);
}

/* 12.2.1.1: a request in a dialog takes the dialog's route set. A strict
 * router, without ;lr, is passed over. */
enum look monitor_route_set(struct seen *s)
{
	const struct msg *m = s->m;
	const struct pkt *source;
	bool reversed, same;
	unsigned n;

	if (!is_in_route_set(m))
		return LOOK_NOT_MINE;
	source = route_source(m->leg, &reversed);
	n = source ? pkt_values(source, "Record-Route") : 0;
	if (!n ||
	    str_find(monitor_row(source, HEADER_RECORD_ROUTE), STR(";lr")) < 0)
		return LOOK_NOT_MINE;
	same = pkt_values(m->pkt, "Route") == n;
	for (unsigned i = 0; i < n && same; i++) {
		unsigned from = reversed ? n - 1 - i : i;

		same = uri_equal(
			pkt_addr_uri(pkt_value(m->pkt, "Route", i)),
			pkt_addr_uri(pkt_value(source, "Record-Route", from)));
	}
	return monitor_judge(
		s, same,
		arena_strf(s->p->arena, "the route set " STR_F,
			   STR_A(monitor_row(source, HEADER_RECORD_ROUTE))),
		monitor_row(m->pkt, HEADER_ROUTE));
}

/* ---- behind a BYE -------------------------------------------------------- */

/* A second BYE is right where the first was challenged or has timed out. */
static bool has_ended(const struct msg *bye)
{
	return (bye->final >= 200 && bye->final < 300) || bye->final == 481;
}

/* Our BYE found nothing any more: the device had sent its own, and over another
 * connection that may come behind its 481. */
static bool has_crossed(const struct msg *bye, const struct msg *m)
{
	return bye->out && bye->final == 481 && monitor_is(m, "BYE");
}

/* Passed on by a proxy: both ends of its calls are ours, and may hang up at the
 * same time. */
static bool is_of_another(const struct msg *m)
{
	return pkt_values(m->pkt, "Via") > 1;
}

/* 15.1: BYE ends the INVITE usage; subscriptions live on (RFC 5057). */
enum look monitor_after_bye(struct seen *s)
{
	static const char *const usage[] = { "INVITE", "BYE", "UPDATE", "INFO",
					     "PRACK" };
	const struct msg *m = s->m;
	bool mine = false;

	if (m->overtaken)
		return LOOK_NOT_MINE;
	for (size_t i = 0; i < sizeof(usage) / sizeof(*usage); i++)
		mine |= monitor_is(m, usage[i]);
	if (!mine || !m->leg || m->leg->begun == m || is_of_another(m))
		return LOOK_NOT_MINE;
	for (size_t i = s->p->nlog; i-- > 0;) {
		const struct msg *o = s->p->log[i];

		if (o != m && o->leg == m->leg && monitor_is(o, "BYE") &&
		    has_ended(o) && !has_crossed(o, m))
			return monitor_broken(
				s,
				arena_strf(
					s->p->arena,
					"nothing behind the BYE (message %u)",
					o->rec),
				m->pkt->method);
	}
	return LOOK_PASS;
}
