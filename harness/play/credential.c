/* SPDX-License-Identifier: MIT */
/* The challenges that the device has posed to each party, one for each realm,
 * and the credentials made of them (RFC 7616, RFC 8760). Sends nothing. */
#include "play/auth.h"

enum { CHALLENGES_MAX = 16 }; /* in one response that are looked at */

struct credential {
	struct credential *next;
	unsigned party; /* its number */
	bool proxy;
	struct digest_challenge challenge;
	unsigned used; /* how often: nc */
	bool accepted; /* it let a request through */
};

const char *auth_challenge_row(bool proxy)
{
	return proxy ? "Proxy-Authenticate" : "WWW-Authenticate";
}

const char *auth_answer_row(bool proxy)
{
	return proxy ? "Proxy-Authorization" : "Authorization";
}

/* ---- the store ---- */

static struct credential *find(struct play *p, const struct party *party,
			       bool proxy, struct str realm)
{
	for (struct credential *c = p->credentials; c; c = c->next)
		if (c->party == party->number && c->proxy == proxy &&
		    str_eq(c->challenge.realm, realm))
			return c;
	return NULL;
}

static void keep(struct play *p, const struct party *party, bool proxy,
		 const struct digest_challenge *challenge)
{
	struct credential *c = find(p, party, proxy, challenge->realm);

	if (!c) {
		c = ARENA_NEW(p->arena, struct credential);
		c->party = party->number;
		c->proxy = proxy;
		c->next = p->credentials;
		p->credentials = c;
	}
	if (!str_eq(c->challenge.nonce, challenge->nonce))
		c->used = 0;
	c->challenge = *challenge;
}

/* ---- what a challenge teaches ---- */

/* What the request carried for that realm; false: nothing. */
static bool carried(struct play *p, const struct msg *request, bool proxy,
		    struct str realm, struct digest_credentials *ret)
{
	const struct line *row;
	struct fail why;

	for (unsigned i = 0;
	     (row = pkt_row(request->pkt, auth_answer_row(proxy), i)); i++)
		if (digest_read_credentials(p->arena, row->value, ret, &why) &&
		    str_eq(ret->realm, realm))
			return true;
	return false;
}

/* Were these credentials refused, and not for their nonce's age? One that was
 * kept from earlier may be too old without the device's saying so: a fresh
 * nonce is tried once. */
static bool was_refused(struct play *p, const struct msg *request, bool proxy,
			const struct digest_challenge *challenge)
{
	struct digest_credentials sent;

	return !challenge->stale &&
	       carried(p, request, proxy, challenge->realm, &sent) &&
	       (request->tries || str_eq(sent.nonce, challenge->nonce));
}

static unsigned read_challenges(struct play *p, const struct pkt *response,
				bool proxy, struct digest_challenge *list)
{
	const struct line *row;
	struct fail why;
	unsigned n = 0;

	for (unsigned i = 0;
	     n < CHALLENGES_MAX &&
	     (row = pkt_row(response, auth_challenge_row(proxy), i));
	     i++)
		if (digest_read_challenge(p->arena, row->value, &list[n], &why))
			n++;
	return n;
}

static bool was_seen(const struct digest_challenge *list, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (str_eq(list[i].realm, list[n].realm))
			return true;
	return false;
}

/* Of the challenges of one realm the first that can be met (RFC 8760 2.4); -1:
 * none can. */
static int choose_in_realm(const struct digest_challenge *list, unsigned n,
			   struct str realm)
{
	for (unsigned i = 0; i < n; i++)
		if (str_eq(list[i].realm, realm) &&
		    digest_choose(&list[i], 1) == 0)
			return (int)i;
	return -1;
}

static void note_refused(struct play *p, const struct msg *request, bool proxy,
			 struct str realm, struct refusal *ret)
{
	const struct credential *c = find(p, request->party, proxy, realm);

	*ret = (struct refusal){
		.user = party_user(p, request->party)->user,
		.realm = realm,
		.trusted = c && c->accepted,
	};
}

/* Each realm has a challenge of its own (RFC 3261 22.3). */
static enum lesson learn_header(struct play *p, const struct msg *request,
				const struct pkt *response, bool proxy,
				struct refusal *ret)
{
	struct digest_challenge list[CHALLENGES_MAX];
	unsigned n = read_challenges(p, response, proxy, list);
	enum lesson lesson = LESSON_NONE;

	for (unsigned i = 0; i < n; i++) {
		struct str realm = list[i].realm;
		int best = choose_in_realm(list, n, realm);

		if (was_seen(list, i) || best < 0)
			continue;
		if (was_refused(p, request, proxy, &list[best])) {
			note_refused(p, request, proxy, realm, ret);
			return LESSON_REFUSED;
		}
		keep(p, request->party, proxy, &list[best]);
		lesson = LESSON_ANSWER;
	}
	return lesson;
}

enum lesson credential_learn(struct play *p, const struct msg *request,
			     const struct pkt *response, struct refusal *ret)
{
	enum lesson www = learn_header(p, request, response, false, ret);
	enum lesson proxy =
		www == LESSON_REFUSED
			? www
			: learn_header(p, request, response, true, ret);

	return proxy > www ? proxy : www;
}

/* ---- what passes ---- */

static void take_next_nonce(struct play *p, struct credential *c,
			    const struct pkt *response)
{
	const char *row =
		c->proxy ? "Proxy-Authentication-Info" : "Authentication-Info";
	const struct line *info = pkt_row(response, row, 0);
	struct str nonce = STR_NONE;

	if (info)
		nonce = digest_param(p->arena, info->value, "nextnonce");
	if (!nonce.len || str_eq(nonce, c->challenge.nonce))
		return;
	c->challenge.nonce = nonce;
	c->used = 0;
}

void credential_passed(struct play *p, const struct msg *response)
{
	const struct msg *request = response->request;
	unsigned status = response->pkt->status;
	struct digest_credentials sent;

	if (status <= 100 || status == 401 || status == 403 || status == 407)
		return;
	for (struct credential *c = p->credentials; c; c = c->next) {
		if (c->party != request->party->number ||
		    !carried(p, request, c->proxy, c->challenge.realm, &sent))
			continue;
		c->accepted = true;
		take_next_nonce(p, c, response->pkt);
	}
}

/* ---- writing ---- */

static struct digest_challenge posed(struct play *p, const struct credential *c,
				     enum auth_mode mode)
{
	struct digest_challenge challenge = c->challenge;

	if (mode == AUTH_STALE)
		challenge.nonce = play_token(p, "n");
	return challenge;
}

static struct str write_one(struct play *p, struct credential *c,
			    const struct party *party, const struct draft *d,
			    enum auth_mode mode)
{
	struct str method, uri, version;
	const struct device_user *user = party_user(p, party);
	struct digest_challenge challenge = posed(p, c, mode);
	struct digest_answer w = {
		.to = &challenge,
		.user = user->user,
		.secret = mode == AUTH_WRONG ? STR("wrong") : user->secret,
		.body = d->body,
		.cnonce = play_token(p, "c"),
		.nc = mode == AUTH_STALE ? 1 : ++c->used,
	};

	str_cut(d->start, ' ', &method, &uri);
	str_cut(uri, ' ', &uri, &version);
	w.method = method;
	w.uri = uri;
	return digest_write_answer(p->arena, &w);
}

void auth_add(struct play *p, struct draft *d, const struct party *party,
	      const struct op *op)
{
	enum auth_mode mode = auth_mode_of(op);
	bool own[2];

	if (mode == AUTH_NONE || !p->credentials)
		return;
	own[false] = draft_get(d, auth_answer_row(false)).len;
	own[true] = draft_get(d, auth_answer_row(true)).len;
	for (struct credential *c = p->credentials; c; c = c->next)
		if (c->party == party->number && !own[c->proxy])
			draft_row(d, auth_answer_row(c->proxy),
				  write_one(p, c, party, d, mode));
}

/* RFC 3261 22.1: an ACK to a 2xx carries what its INVITE did. */
void auth_copy(struct draft *d, const struct pkt *invite)
{
	for (int proxy = 0; proxy < 2; proxy++) {
		const char *name = auth_answer_row(proxy);
		const struct line *row;

		for (unsigned i = 0; (row = pkt_row(invite, name, i)); i++)
			draft_row(d, name, row->value);
	}
}
