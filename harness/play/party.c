/* SPDX-License-Identifier: MIT */
/* Who plays: the parties' sockets and names, and the liveness probe's. */
#include "play/state.h"

const char *party_transport_param(enum proto proto)
{
	static const char *const params[] = {
		[PROTO_UDP] = "",
		[PROTO_TCP] = ";transport=tcp",
		[PROTO_TLS] = ";transport=tls",
	};

	return params[proto];
}

const struct device_user *party_user(const struct play *p,
				     const struct party *party)
{
	const struct device *device = p->eng->opts.device;

	for (unsigned i = 0; party->decl && i < device->nusers; i++)
		if (str_eq(device->users[i].party, party->decl->name))
			return &device->users[i];
	return NULL;
}

unsigned party_tx_flags(const struct party *party)
{
	return party->proto == PROTO_UDP ? 0 : TX_RELIABLE;
}

bool play_registers(const struct play *p)
{
	const struct device *device = p->eng->opts.device;

	for (unsigned i = 0; i < device->nroles; i++)
		if (str_is(device->roles[i], "registrar"))
			return true;
	return false;
}

/* Where the device names no users, each play has its own, so that plays side
 * by side do not take each other's calls. */
static struct str user_name(struct play *p, const struct party *party)
{
	const struct party_decl *decl = party->decl;
	const struct device_user *u = party_user(p, party);

	if (u)
		return u->user;
	if (decl->registers && play_registers(p))
		return arena_strf(p->arena, STR_F "-%06llx", STR_A(decl->user),
				  (unsigned long long)(p->tag & 0xffffff));
	return decl->user;
}

static void name_party(struct play *p, struct party *party)
{
	char text[ADDR_TEXT_MAX];
	bool routed;

	party->hostport = arena_str(
		p->arena, str_from(addr_format(&party->port->at, text)));
	party->user = party->decl ? user_name(p, party) : STR("sipladder");
	party->contact = ARENA_JOIN(
		p->arena, STR("sip:"), party->user, STR("@"), party->hostport,
		str_from(party_transport_param(party->proto)));
	routed = party->decl && party->decl->registers && play_registers(p);
	party->aor = ARENA_JOIN(p->arena, STR("sip:"), party->user, STR("@"),
				routed ? p->dut_domain : party->hostport);
	party->uri = routed ? party->aor : party->contact;
}

enum {
	FIXED_PORT = 5060, /* of "party NAME fixed" */
	BESIDE_TRIES = 20
};

static bool open_port(struct play *p, struct party *party,
		      const struct addr *at, struct fail *why)
{
	const struct party_decl *decl = party->decl;
	struct addr own = *at;

	if (decl && decl->fixed)
		addr_set_port(&own, FIXED_PORT);
	party->port =
		wire_open(p->eng->wire, party->proto, &own, arrive, party, why);
	if (!party->port)
		return false;
	name_party(p, party);
	return !decl || !decl->deaf ||
	       wire_set_mode(party->port, WIRE_STALL, why);
}

/* What is behind the range belongs to others. */
static void next_address(const struct play *p, struct addr *at)
{
	if (addr_equal(at, &p->eng->opts.bind_last))
		*at = p->eng->opts.bind;
	else
		addr_next(at);
}

static bool open_party(struct play *p, unsigned number,
		       const struct party_decl *decl, struct addr *at,
		       struct fail *why)
{
	struct party *party = &p->parties[number];
	struct addr own = *at;

	party->play = p;
	party->number = number;
	party->decl = decl;
	party->dut = p->eng->opts.dut;
	if (decl && decl->side.len)
		party->dut = p->eng->opts.sides[device_side_of(
			p->eng->opts.device, decl->side)];
	party->proto = p->eng->opts.proto;
	if (decl && decl->via.len)
		proto_of(decl->via, &party->proto);
	if (p->eng->opts.bind_range && decl)
		next_address(p, at);
	return open_port(p, party, &own, why);
}

/* ---- a line over another transport than its party's ---- */

static struct party **other_of(struct party *party, enum proto proto)
{
	struct party **at = &party->others;

	while (*at && (*at)->proto != proto)
		at = &(*at)->others;
	return at;
}

/* The same party at a socket of that transport; NULL: it cannot be bound. */
static struct party *open_other(struct play *p, struct party *party,
				enum proto proto, const struct addr *own,
				struct fail *why)
{
	struct party *other = ARENA_NEW(p->arena, struct party);

	*other = *party;
	other->others = NULL;
	other->aliases = NULL;
	other->port = NULL;
	other->proto = proto;
	if (!open_port(p, other, own, why))
		return NULL;
	*other_of(party, proto) = other;
	return other;
}

struct party *party_open_over(struct play *p, struct party *party,
			      enum proto proto, struct fail *why)
{
	struct addr own = party->port->at;

	if (proto == party->proto)
		return party;
	if (*other_of(party, proto))
		return *other_of(party, proto);
	addr_set_port(&own, 0);
	return open_other(p, party, proto, &own, why);
}

struct party *party_over(struct party *party, struct str via)
{
	struct party *other;
	enum proto proto;

	if (!via.len || !proto_of(via, &proto) || proto == party->proto)
		return party;
	other = *other_of(party, proto);
	return other ? other : party;
}

static bool open_others(struct play *p, struct fail *why)
{
	for (unsigned i = 0; i < p->prog->nops; i++) {
		const struct op *op = p->prog->ops[i];
		enum proto proto;

		if (op->kind == OP_SEND && op->party &&
		    proto_of(op->send.make.via, &proto) &&
		    !party_open_over(p, &p->parties[op->party->id], proto, why))
			return false;
	}
	return true;
}

/* RFC 3261 18.1.1: who is sent a large request by TCP listens there, at the
 * same number. Where another program has that, both take the next. */
static bool open_beside(struct play *p, struct party *party, struct fail *why)
{
	struct addr own = party->port->at;

	for (int i = 0; i < BESIDE_TRIES; i++) {
		if (open_other(p, party, PROTO_TCP, &party->port->at, why))
			return true;
		if (party->decl->fixed)
			return false;
		wire_close(party->port);
		addr_set_port(&own, 0);
		if (!open_port(p, party, &own, why))
			return false;
	}
	return false;
}

static bool open_all_beside(struct play *p, struct fail *why)
{
	for (unsigned i = 0; p->prog->over_tcp && i < p->prog->nparties; i++)
		if (p->parties[i].proto == PROTO_UDP &&
		    !open_beside(p, &p->parties[i], why))
			return false;
	return true;
}

void party_close_all(struct play *p)
{
	for (unsigned i = 0; p->parties && i <= p->prog->nparties; i++)
		for (struct party *one = &p->parties[i]; one; one = one->others)
			wire_close(one->port);
}

void party_announce(struct play *p)
{
	struct event ev = play_event(p, EV_BEGIN);

	ev.name = p->prog->id;
	ev.text = ARENA_JOIN(p->arena, p->eng->opts.device->name, STR(" "),
			     p->dut_hostport, STR("/"),
			     str_from(proto_word(p->eng->opts.proto)));
	play_emit_kept(p, &ev);
	for (unsigned i = 0; i < p->prog->nparties; i++) {
		ev = play_event(p, EV_PARTY);
		ev.party = i;
		ev.name = p->prog->parties[i].name;
		ev.peer = p->parties[i].hostport;
		play_emit_kept(p, &ev);
	}
}

/* One party more than declared: the last socket is the liveness probe's. */
bool party_open_all(struct play *p, struct fail *why)
{
	struct addr at = p->eng->opts.bind;
	unsigned n = p->prog->nparties;

	p->parties = ARENA_ARRAY(p->arena, struct party, n + 1);
	for (unsigned i = 0; i < n; i++)
		if (!open_party(p, i, &p->prog->parties[i], &at, why))
			return false;
	if (!open_all_beside(p, why) || !open_others(p, why))
		return false;
	at = p->eng->opts.bind;
	return !p->eng->opts.probe || open_party(p, n, NULL, &at, why);
}
