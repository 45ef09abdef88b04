/* SPDX-License-Identifier: MIT */
/* "party alice register" at a registrar: REGISTER before, again before it runs
 * out, gone after (RFC 3261 10.2). One Call-ID and a CSeq that rises for all
 * of them, from the socket of the party's calls. */
#include "play/end.h"

#include "sip/uri.h"

enum {
	ASKED_S = 300,   /* what we ask for */
	LONGEST_S = 3600 /* what we let the device make of it (423) */
};

static bool registers(const struct play *p, const struct party *party)
{
	return party->decl && party->decl->registers && play_registers(p);
}

static void on_refresh(struct timer *t, void *ctx);

void registration_begin(struct play *p)
{
	for (unsigned i = 0; i < p->prog->nparties; i++) {
		struct party *party = &p->parties[i];

		if (registers(p, party))
			party->registration = send_register(p, party, ASKED_S);
	}
}

void registration_end(struct play *p)
{
	for (unsigned i = 0; i < p->prog->nparties; i++) {
		struct party *party = &p->parties[i];

		timer_stop(&p->eng->timers, &party->refresh);
		if (registers(p, party) && party->registered)
			party->registration = send_register(p, party, 0);
	}
}

void registration_stop(struct play *p)
{
	for (unsigned i = 0; p->parties && i < p->prog->nparties; i++)
		timer_stop(&p->eng->timers, &p->parties[i].refresh);
}

bool registration_is_over(const struct play *p)
{
	for (unsigned i = 0; i < p->prog->nparties; i++)
		if (p->parties[i].registration &&
		    !p->parties[i].registration->final)
			return false;
	return true;
}

/* ---- what the registrar says ---- */

/* Of our Contact in the response, else of the response, else what was asked. */
static unsigned granted(const struct party *party, const struct pkt *response)
{
	unsigned n = pkt_values(response, "Contact");
	struct str seconds = STR_NONE;
	uint64_t s;

	for (unsigned i = 0; i < n && !seconds.len; i++) {
		struct str contact = pkt_value(response, "Contact", i);

		if (uri_equal(pkt_addr_uri(contact), party->contact))
			seconds = pkt_param(contact, "expires", NULL);
	}
	if (!seconds.len)
		seconds = pkt_value(response, "Expires", 0);
	if (!str_to_u64(seconds, &s))
		return ASKED_S;
	return s < ASKED_S ? (unsigned)s : ASKED_S;
}

static void plan_refresh(struct play *p, struct party *party, unsigned seconds)
{
	ns_t wait = (ns_t)(seconds > 2 ? seconds : 2) * NS_S / 2;

	timer_set(&p->eng->timers, &party->refresh,
		  p->begun + play_now(p) + wait, on_refresh, party);
}

static void on_refresh(struct timer *t, void *ctx)
{
	struct party *party = ctx;
	struct play *p = party->play;

	(void)t;
	if (p->stage < STAGE_TEARDOWN && party->registration->final)
		party->registration = send_register(p, party, ASKED_S);
}

/* RFC 3261 10.3 (7): it wants a longer time; once. */
static bool asks_longer(struct play *p, struct party *party,
			const struct msg *response)
{
	struct str least = pkt_value(response->pkt, "Min-Expires", 0);
	uint64_t s;

	if (response->pkt->status != 423 || party->longer ||
	    !str_to_u64(least, &s) || s > LONGEST_S)
		return false;
	party->longer = true;
	party->registration = send_register(p, party, (unsigned)s);
	return true;
}

/* A response that is no challenge to a REGISTER of ours. */
void registration_heard(struct play *p, const struct msg *response)
{
	struct party *party = response->request->party;
	unsigned status = response->pkt->status;

	if (response->request != party->registration || status < 200)
		return;
	if (p->stage >= STAGE_TEARDOWN) {
		party->registered = false;
		return;
	}
	if (asks_longer(p, party, response))
		return;
	if (status < 300) {
		party->registered = true;
		plan_refresh(p, party, granted(party, response->pkt));
		return;
	}
	if (party->registered)
		play_problem(p,
			     "the registration of " STR_F " was not "
			     "refreshed: answered %u",
			     STR_A(party->decl->name), status);
}

/* ---- those that were refused ---- */

static const struct party *refused(const struct play *p)
{
	for (unsigned i = 0; i < p->prog->nparties; i++)
		if (p->parties[i].registration && !p->parties[i].registered)
			return &p->parties[i];
	return NULL;
}

static struct str reason(struct play *p, const struct party *party)
{
	unsigned status = party->registration->final;
	const struct device_user *user = party_user(p, party);

	if (party->refused.len)
		return arena_strf(p->arena, ": " STR_F, STR_A(party->refused));
	if ((status == 401 || status == 407) && !(user && user->secret.len))
		return arena_strf(p->arena, ": there is no password for " STR_F,
				  STR_A(party->decl->name));
	return STR_NONE;
}

/* Why the play cannot go on; STR_NONE: all parties are registered. */
struct str registration_failure(struct play *p)
{
	const struct party *bad = refused(p);

	if (!bad)
		return STR_NONE;
	if (!bad->registration->final)
		return arena_strf(p->arena,
				  "REGISTER of " STR_F " was not answered",
				  STR_A(bad->decl->name));
	return arena_strf(p->arena,
			  "REGISTER of " STR_F " was answered %u" STR_F,
			  STR_A(bad->decl->name), bad->registration->final,
			  STR_A(reason(p, bad)));
}
