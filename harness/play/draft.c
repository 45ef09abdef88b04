/* SPDX-License-Identifier: MIT */
/* Where a message goes, and what a line sets in it. */
#include "play/state.h"

/* ---- where to ---------------------------------------------------------------
 */

static uint16_t default_port(const struct party *party)
{
	return party->proto == PROTO_TLS ? 5061 : 5060;
}

/* host[:port] of a URI, numeric; the device itself otherwise. */
struct addr send_next_hop(struct play *p, struct str uri)
{
	struct str rest = uri, hostport, after;
	struct addr a = p->eng->opts.dut;
	struct str junk;

	if (!str_cut(uri, ':', &junk, &rest))
		return a;
	while (str_find_char(rest, '@') >= 0)
		str_cut(rest, '@', &junk, &rest);
	str_cut(rest, ';', &hostport, &after);
	str_cut(hostport, '?', &hostport, &after);
	if (!addr_parse(hostport, &a))
		return p->eng->opts.dut;
	if (!addr_port(&a))
		addr_set_port(&a, 5060);
	return a;
}

/* RFC 3261 18.2.2, RFC 3581: back where the top Via says. */
struct addr send_response_hop(const struct msg *request)
{
	struct str via = pkt_value(request->pkt, "Via", 0), port;
	struct addr a = request->peer;
	bool rport;
	uint64_t n;

	pkt_param(via, "rport", &rport);
	/* Of a stream this is whereto a new connection is made (18.2.2). */
	if (rport && request->party->proto == PROTO_UDP)
		return a;
	pkt_host_port(pkt_sent_by(request->pkt), &port);
	addr_set_port(&a, str_to_u64(port, &n) && n <= 65535
				  ? (uint16_t)n
				  : default_port(request->party));
	return a;
}

/* ---- edits
 * ------------------------------------------------------------------- */

static unsigned times_of(struct eval *e, const struct edit *edit)
{
	uint64_t n = 1;

	if (edit->times.n && !str_to_u64(eval_tmpl(e, &edit->times), &n))
		return 1;
	return n > DRAFT_ROWS_MAX ? DRAFT_ROWS_MAX : (unsigned)n;
}

static void apply(struct eval *e, struct draft *d, const struct edit *edit)
{
	struct str value = STR_NONE;
	unsigned times = times_of(e, edit);

	if (edit->kind != EDIT_REMOVE && edit->value.is_auto)
		return;
	if (edit->kind != EDIT_REMOVE)
		value = eval_tmpl(e, &edit->value);
	switch (edit->kind) {
	case EDIT_SET:
		if (times == 0) {
			return;
		}
		draft_set(d, edit->name, value);
		for (unsigned i = 1; i < times; i++)
			draft_add(d, edit->name, value);
		break;
	case EDIT_ADD:
		for (unsigned i = 0; i < times; i++) {
			if (edit->name.len)
				draft_add(d, edit->name, value);
			else
				draft_add_whole(d, value);
		}
		break;
	case EDIT_REMOVE:
		draft_remove(d, edit->name);
		break;
	}
}

/* Body: as written, or the SDP that the line asks for. */
static void add_body(struct eval *e, struct draft *d, const struct make *make,
		     struct leg *leg, const struct msg *offer)
{
	if (make->has_body)
		draft_body(d, eval_tmpl(e, &make->body_type),
			   eval_tmpl(e, &make->body));
	else if (make->sdp != SDP_DEFAULT && make->sdp != SDP_NONE && leg)
		media_body(e->play, d, leg, make->sdp, offer);
}

static void edit_all(struct eval *e, struct draft *d, const struct make *make)
{
	for (unsigned i = 0; i < make->nedits; i++)
		apply(e, d, &make->edits[i]);
}

void send_edits(struct eval *e, struct draft *d, const struct make *make,
		struct leg *leg, const struct msg *offer)
{
	add_body(e, d, make, leg, offer);
	edit_all(e, d, make);
}
