/* SPDX-License-Identifier: MIT */
/* The answer to 401 and 407 (rule 7; RFC 3261 22): a request of ours that is
 * challenged goes again with credentials, and what it was known by means the
 * new one. A challenge that a line waits for is the line's. */
#include "play/state.h"

#include "sip/digest.h"

enum { TRIES_MAX = 4 }; /* of one request: several realms, a stale nonce */

struct credential { /* a challenge that the device has posed to a party */
	struct credential *next;
	const struct party *party;
	bool proxy;
	struct digest_challenge challenge;
	unsigned used; /* how often: nc */
};

static const char *challenge_row(bool proxy)
{
	return proxy ? "Proxy-Authenticate" : "WWW-Authenticate";
}

static const char *answer_row(bool proxy)
{
	return proxy ? "Proxy-Authorization" : "Authorization";
}

static enum auth_mode mode_of(const struct op *op)
{
	return op && op->kind == OP_SEND ? op->send.make.auth : AUTH_DEFAULT;
}

/* ---- challenges ---- */

static struct credential *find(struct play *p, const struct party *party,
			       bool proxy, struct str realm)
{
	for (struct credential *c = p->credentials; c; c = c->next)
		if (c->party == party && c->proxy == proxy &&
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
		c->party = party;
		c->proxy = proxy;
		c->next = p->credentials;
		p->credentials = c;
	}
	if (!str_eq(c->challenge.nonce, challenge->nonce))
		c->used = 0;
	c->challenge = *challenge;
}

/* Were these credentials refused: same realm, and not for their nonce's age?
 * One that was kept from earlier may be too old without the device's saying
 * so: a fresh nonce is tried once. */
static bool was_refused(struct play *p, const struct msg *request, bool proxy,
			const struct digest_challenge *challenge)
{
	struct digest_credentials sent;
	const struct line *row;
	struct fail why;

	for (unsigned i = 0;
	     (row = pkt_row(request->pkt, answer_row(proxy), i)); i++)
		if (digest_read_credentials(p->arena, row->value, &sent,
					    &why) &&
		    str_eq(sent.realm, challenge->realm))
			return !challenge->stale &&
			       (request->tries ||
				str_eq(sent.nonce, challenge->nonce));
	return false;
}

/* Of the challenges in one header the first that can be met (RFC 8760 2.4). */
static bool learn_header(struct play *p, const struct msg *request,
			 const struct pkt *response, bool proxy)
{
	struct digest_challenge list[TRIES_MAX];
	const struct line *row;
	struct fail why;
	unsigned n = 0;
	int best;

	for (unsigned i = 0; n < TRIES_MAX &&
			     (row = pkt_row(response, challenge_row(proxy), i));
	     i++)
		if (digest_read_challenge(p->arena, row->value, &list[n], &why))
			n++;
	best = digest_choose(list, n);
	if (best < 0 || was_refused(p, request, proxy, &list[best]))
		return false;
	keep(p, request->party, proxy, &list[best]);
	return true;
}

/* ---- credentials ---- */

static struct str write_one(struct play *p, struct credential *c,
			    const struct draft *d, enum auth_mode mode)
{
	struct str method, uri, version;
	const struct device_user *user = party_user(p, c->party);
	struct digest_answer w = {
		.to = &c->challenge,
		.user = user->user,
		.secret = mode == AUTH_WRONG ? STR("wrong") : user->secret,
		.body = d->body,
		.cnonce = play_token(p, "c"),
		.nc = ++c->used,
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
	enum auth_mode mode = mode_of(op);
	bool own[2];

	if (mode == AUTH_NONE || !p->credentials)
		return;
	own[false] = draft_get(d, answer_row(false)).len;
	own[true] = draft_get(d, answer_row(true)).len;
	for (struct credential *c = p->credentials; c; c = c->next)
		if (c->party == party && !own[c->proxy])
			draft_row(d, answer_row(c->proxy),
				  write_one(p, c, d, mode));
}

/* ---- once more, with credentials ---- */

static struct str with_branch(struct play *p, struct str via)
{
	struct str old = pkt_param(via, "branch", NULL);
	struct str fresh = play_token(p, "z9hG4bK");
	ptrdiff_t at = old.len ? str_find(via, old) : -1;

	if (at < 0)
		return arena_strf(p->arena, STR_F ";branch=" STR_F, STR_A(via),
				  STR_A(fresh));
	return arena_strf(p->arena, STR_F STR_F STR_F,
			  STR_A(str_sub(via, 0, (size_t)at)), STR_A(fresh),
			  STR_A(str_tail(via, (size_t)at + old.len)));
}

static uint32_t next_cseq(const struct msg *request)
{
	uint32_t n = request->pkt->cseq;

	if (request->leg && request->leg->d.arena &&
	    request->leg->d.local_cseq > n)
		n = request->leg->d.local_cseq;
	return n + 1;
}

static void copy_row(struct play *p, struct draft *d, const struct msg *request,
		     const struct line *row, bool *first_via)
{
	struct str canon = pkt_canonical(row->name);

	if (str_is(canon, "Via") && *first_via) {
		*first_via = false;
		draft_row(d, "Via", with_branch(p, row->value));
	} else if (str_is(canon, "CSeq")) {
		draft_rowf(d, "CSeq", "%u " STR_F, next_cseq(request),
			   STR_A(request->pkt->cseq_method));
	} else if (!str_is(canon, "Authorization") &&
		   !str_is(canon, "Proxy-Authorization") &&
		   !str_is(canon, "Content-Length")) {
		draft_add_whole(d, row->whole);
	}
}

static struct str once_more(struct play *p, const struct msg *request)
{
	const struct pkt *pkt = request->pkt;
	bool first_via = true;
	struct draft d;

	draft_request(&d, p->arena, pkt->method, pkt->uri);
	for (unsigned i = 0; i < pkt->nlines; i++)
		copy_row(p, &d, request, &pkt->lines[i], &first_via);
	d.body = pkt->body;
	auth_add(p, &d, request->party, request->op);
	return send_written(p, &d);
}

/* ---- what it was known by ---- */

static void replace(struct msg **at, struct msg *old, struct msg *fresh)
{
	if (*at == old)
		*at = fresh;
}

static void replace_in_leg(struct leg *leg, struct msg *old, struct msg *fresh)
{
	replace(&leg->begun, old, fresh);
	replace(&leg->invite, old, fresh);
	replace(&leg->our_invite, old, fresh);
	if (leg->d.arena)
		dialog_on_sent(&leg->d, fresh->pkt);
}

static void replace_everywhere(struct play *p, struct msg *old,
			       struct msg *fresh)
{
	for (unsigned i = 0; i < p->prog->nlabels; i++)
		replace(&p->labels[i].msg, old, fresh);
	for (unsigned i = 0; i < p->prog->nops; i++) {
		struct oprun *r = &p->ops[i];

		replace(&r->first, old, fresh);
		replace(&r->last, old, fresh);
		replace(&r->request, old, fresh);
		for (unsigned k = 0; k < r->taken && r->all; k++)
			replace(&r->all[k], old, fresh);
	}
	for (unsigned i = 0; i <= p->prog->nparties; i++)
		replace(&p->parties[i].registration, old, fresh);
	replace(&p->probe, old, fresh);
	replace(&p->early_probe, old, fresh);
	if (old->leg)
		replace_in_leg(old->leg, old, fresh);
}

static void send_once_more(struct play *p, struct msg *request)
{
	struct msg *fresh =
		send_launch(p, request->party, request->leg,
			    once_more(p, request), &request->answer_to, NULL);

	fresh->op = request->op;
	fresh->automatic = request->automatic;
	fresh->conn = request->conn;
	fresh->tries = request->tries + 1;
	replace_everywhere(p, request, fresh);
}

/* ---- a challenge ---- */

/* A line that names 401, 407 or 4xx wants to see it; "final" does not. None is
 * about a request that no line has made. */
static bool is_wanted(struct play *p, const struct msg *response)
{
	const struct op *op = take_would(p, response);
	const struct match *m;

	if (!response->request->op)
		return false;
	if (!op || (op->kind != OP_EXPECT && op->kind != OP_WATCH))
		return false;
	m = &op->line.expect.match;
	for (unsigned i = 0; i < m->nstatuses; i++)
		if (m->statuses[i].lo <= response->pkt->status &&
		    m->statuses[i].hi >= response->pkt->status &&
		    m->statuses[i].hi - m->statuses[i].lo < 100)
			return true;
	return m->kind == MSG_RESPONSE && !m->nstatuses;
}

bool auth_answer(struct play *p, struct msg *response)
{
	struct msg *request = response->request;
	unsigned status = response->pkt->status;
	const struct device_user *user = party_user(p, request->party);
	bool www, proxy;

	if (status != 401 && status != 407)
		return false;
	if (p->stage == STAGE_OVER || !user || !user->secret.len ||
	    request->tries >= TRIES_MAX || mode_of(request->op) == AUTH_NONE ||
	    is_wanted(p, response))
		return false;
	www = learn_header(p, request, response->pkt, false);
	proxy = learn_header(p, request, response->pkt, true);
	if (!www && !proxy)
		return false;
	request->final = status;
	request->passed = true;
	send_once_more(p, request);
	return true;
}

/* ---- secrets ---- */

/* A recorded message shows no digest: with it and the challenge a password
 * can be guessed. */
struct str auth_masked(struct play *p, struct str bytes)
{
	static const char word[] = "response=\"";
	struct str rest = bytes;
	char *copy = NULL;
	ptrdiff_t at;

	if (str_find_char(bytes, '"') < 0)
		return bytes; /* most have none */
	while ((at = str_find(rest, STR("response=\""))) >= 0) {
		rest = str_tail(rest, (size_t)at + sizeof(word) - 1);
		if (!copy)
			copy = (char *)(uintptr_t)arena_str(p->arena, bytes).p;
		for (size_t i = 0;
		     i < rest.len && rest.p[i] != '"' && rest.p[i] != '\n'; i++)
			copy[(size_t)(rest.p - bytes.p) + i] = 'x';
	}
	return copy ? (struct str){ copy, bytes.len } : bytes;
}
