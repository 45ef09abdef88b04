/* SPDX-License-Identifier: MIT */
/* Legs: the dialogs of a play. Each has a leg from its first request on; a
 * line's "as" gives it a name. */
#include "play/state.h"

#include <string.h>

#include "sip/uri.h"

struct leg *leg_new(struct play *p, struct party *party)
{
	struct leg *leg = ARENA_NEW(p->arena, struct leg);

	leg->party = party;
	leg->sdp_session = play_random(p) % 1000000000;
	leg->next = p->legs;
	p->legs = leg;
	return leg;
}

void leg_name(struct play *p, struct leg *leg, const struct dialog_decl *d)
{
	leg->decl = d;
	p->named[d->id] = leg;
}

static struct party *party_of(struct play *p, const struct party_decl *decl)
{
	unsigned i = 0;

	while (p->parties[i].decl != decl)
		i++;
	return &p->parties[i];
}

/* "paper": a dialog that nobody has ever seen. Its words hold what must be
 * escaped in a URI. */
static void write_paper(struct play *p, const struct dialog_decl *decl)
{
	struct party *from = party_of(p, decl->party);
	struct party *to = party_of(p, decl->peer);
	struct leg *leg = leg_new(p, from);

	leg->d.call_id =
		arena_strf(p->arena, STR_F "+%%@" STR_F,
			   STR_A(play_token(p, "c")), STR_A(from->hostport));
	leg->d.local_tag = play_token(p, "l%+");
	leg->d.remote_tag = play_token(p, "r%+");
	leg->d.local_uri = from->uri;
	leg->d.remote_uri = to->uri;
	leg->d.remote_target = to->contact;
	leg_name(p, leg, decl);
}

void leg_write_papers(struct play *p)
{
	for (unsigned i = 0; i < p->prog->ndialogs; i++)
		if (p->prog->dialogs[i]->paper)
			write_paper(p, p->prog->dialogs[i]);
}

/* The leg of a request of theirs; NULL: it is in none of ours. */
struct leg *leg_of(struct play *p, const struct pkt *pkt)
{
	for (struct leg *leg = p->legs; leg; leg = leg->next)
		if (leg->d.arena && dialog_matches(&leg->d, pkt))
			return leg;
	return NULL;
}

static bool leads_to(struct str route, struct str hostport)
{
	struct uri uri;
	struct str port;

	return uri_parse(pkt_addr_uri(route), &uri) &&
	       str_eq(uri.host, pkt_host_port(hostport, &port)) &&
	       str_eq(uri.port, port);
}

/* A party may play a proxy that the device has in its route set: what leaves
 * that party has passed the proxy, which took its own Route out (16.4). */
void leg_pass_own_routes(struct leg *leg)
{
	struct dialog *d = &leg->d;

	while (d->nroutes && leads_to(d->routes[0], leg->party->hostport)) {
		d->nroutes--;
		memmove(d->routes, d->routes + 1,
			d->nroutes * sizeof(*d->routes));
	}
}

/* The dialog that this To tag has in the fork of an INVITE of ours. */
struct leg *leg_of_fork(struct play *p, const struct msg *invite,
			struct str to_tag)
{
	for (struct leg *leg = p->legs; leg; leg = leg->next)
		if (leg->begun == invite && str_eq(leg->d.remote_tag, to_tag))
			return leg;
	return NULL;
}

/* The leg of a request of ours that no line has put into one: raw bytes. */
struct leg *leg_of_sent(struct play *p, const struct pkt *pkt)
{
	for (struct leg *leg = p->legs; leg; leg = leg->next)
		if (leg->d.arena && str_eq(leg->d.call_id, pkt_call_id(pkt)) &&
		    str_eq(leg->d.local_tag, pkt_from_tag(pkt)) &&
		    str_eq(leg->d.remote_tag, pkt_to_tag(pkt)))
			return leg;
	return NULL;
}

bool leg_alive(const struct leg *leg)
{
	return !leg->bye_by_us && !leg->bye_by_device;
}

bool leg_awaits_ack(const struct leg *leg)
{
	const struct msg *ok = leg->accepted;
	const struct tx *tx = leg->invite ? leg->invite->tx : NULL;

	if (ok && ok->tx && ok->request == leg->invite)
		tx = ok->tx;
	return !leg->acked && tx && tx->waiting;
}

/* A REFER or SUBSCRIBE makes one as well; an OPTIONS has none. */
bool leg_is_dialog(const struct leg *leg)
{
	static const char *const makers[] = { "INVITE", "REFER", "SUBSCRIBE" };

	for (size_t i = 0; i < sizeof(makers) / sizeof(*makers); i++)
		if (leg->d.arena && str_is(leg->d.method, makers[i]))
			return true;
	return false;
}

/* No "on": the newest dialog alive between the device and this party. */
struct leg *leg_only(struct play *p, const struct party_decl *party)
{
	for (struct leg *leg = p->legs; leg; leg = leg->next)
		if (leg->party->decl == party && leg_is_dialog(leg) &&
		    leg_alive(leg) && leg->d.state != DIALOG_ENDED)
			return leg;
	return NULL;
}

static bool is_ours(struct play *p, const struct addr *a)
{
	for (unsigned i = 0; i < p->prog->nparties; i++)
		if (addr_equal(&p->parties[i].port->at, a))
			return true;
	return false;
}

/* The dialog as it looks behind the proxies that we play ourselves: RFC 3261
 * 16.4, each takes its own Route away before the request goes to the device. */
struct dialog leg_beyond_us(struct play *p, const struct leg *leg)
{
	struct dialog d = leg->d;
	unsigned own = 0;

	while (own < d.nroutes) {
		struct str uri = pkt_addr_uri(d.routes[own]);
		struct addr hop = send_next_hop(p, uri);

		if (!is_ours(p, &hop))
			break;
		own++;
	}
	d.nroutes -= own;
	for (unsigned i = 0; i < d.nroutes; i++)
		d.routes[i] = d.routes[i + own];
	return d;
}
