/* SPDX-License-Identifier: MIT */
/* The other way round: challenges that a party poses to the device, and what
 * the device logs in with, judged by the accounts of its file (RFC 3261 22.4,
 * RFC 7616). */
#include "play/auth.h"

#include "sip/uri.h"

#include <stdlib.h>

/* ---- challenges of ours ---- */

/* The realm of a party: the account that bears its name, else the first. */
static struct str realm_of(struct play *p, const struct party *party)
{
	const struct device *d = p->eng->opts.device;

	for (unsigned i = 0; party->decl && i < d->naccounts; i++)
		if (str_eq(d->accounts[i].domain, party->decl->name))
			return d->accounts[i].domain;
	return d->naccounts ? d->accounts[0].domain : STR("sipladder");
}

/* 401 and 407 of ours carry a challenge (rule 8). */
void auth_challenge(struct play *p, struct draft *d, const struct party *party,
		    unsigned status)
{
	if (status == 401 || status == 407)
		draft_rowf(d, auth_challenge_row(status == 407),
			   "Digest realm=\"" STR_F "\", nonce=\"" STR_F
			   "\", algorithm=MD5, qop=\"auth\"",
			   STR_A(realm_of(p, party)),
			   STR_A(play_token(p, "n")));
}

/* ---- what it logs in with ---- */

struct verify {
	struct play *p;
	const struct msg *request;
	bool proxy;
	struct digest_credentials c;
	struct digest_challenge posed;
	struct str secret;
	struct str why; /* the first thing that is wrong */
};

static bool wrong(struct verify *v, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static bool wrong(struct verify *v, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	v->why = arena_vstrf(v->p->arena, fmt, ap);
	va_end(ap);
	return false;
}

/* The account of that name in this realm, else in any. */
static bool find_account(struct verify *v)
{
	const struct device *d = v->p->eng->opts.device;
	const struct device_account *best = NULL;

	for (unsigned i = 0; i < d->naccounts; i++) {
		const struct device_account *a = &d->accounts[i];

		if (!str_eq(a->user, v->c.user))
			continue;
		if (!best || str_eq(a->domain, v->c.realm))
			best = a;
	}
	if (!best)
		return wrong(v, "the device file has no account \"" STR_F "\"",
			     STR_A(v->c.user));
	v->secret = best->secret;
	return true;
}

/* Our challenge with this nonce, in a response to the right kind of row. */
static bool find_challenge(struct verify *v)
{
	for (size_t i = v->p->nlog; i-- > 0;) {
		const struct msg *m = v->p->log[i];
		const struct line *row;
		struct fail why;

		if (!m->out || m->pkt->kind != PKT_RESPONSE)
			continue;
		for (unsigned k = 0;
		     (row = pkt_row(m->pkt, auth_challenge_row(v->proxy), k));
		     k++)
			if (digest_read_challenge(v->p->arena, row->value,
						  &v->posed, &why) &&
			    str_eq(v->posed.nonce, v->c.nonce))
				return true;
	}
	return wrong(v, "the nonce \"" STR_F "\" is of no challenge",
		     STR_A(v->c.nonce));
}

/* RFC 3261 22.4: what the challenge says comes back, and qop if it offers one.
 */
static bool fits_challenge(struct verify *v)
{
	const struct digest_challenge *posed = &v->posed;
	bool qop = v->c.qop == DIGEST_QOP_AUTH_INT ? posed->auth_int
		   : v->c.qop == DIGEST_QOP_AUTH   ? posed->auth
						   : !posed->has_qop;

	if (!str_eq(v->c.realm, posed->realm))
		return wrong(v,
			     "the realm is not the challenge's \"" STR_F "\"",
			     STR_A(posed->realm));
	if (v->c.kind != posed->kind)
		return wrong(v, "the algorithm is not the challenge's");
	if (posed->opaque.len && !str_eq(v->c.opaque, posed->opaque))
		return wrong(v, "opaque is not the challenge's");
	if (!qop)
		return wrong(v, "qop is none that the challenge offers");
	return true;
}

static bool fits_uri(struct verify *v)
{
	struct str uri = v->request->pkt->uri;

	if (str_eq(v->c.uri, uri) || uri_equal(v->c.uri, uri))
		return true;
	return wrong(v, "uri is not the Request-URI " STR_F, STR_A(uri));
}

static bool read_count(struct str nc, unsigned long *ret)
{
	char text[9] = { 0 };
	char *end;

	if (nc.len != 8)
		return false;
	memcpy(text, nc.p, 8);
	*ret = strtoul(text, &end, 16);
	return !*end && *ret;
}

/* The highest count before, with the same nonce; 0: it is the first. */
static unsigned long count_before(struct verify *v)
{
	unsigned long highest = 0, n;

	for (size_t i = 0; i < v->p->nlog && v->p->log[i] != v->request; i++) {
		const struct msg *m = v->p->log[i];
		struct digest_credentials c;
		const struct line *row;
		struct fail why;

		if (m->out || m->pkt->kind != PKT_REQUEST ||
		    str_is(m->pkt->method, "ACK") ||
		    !(row = pkt_row(m->pkt, auth_answer_row(v->proxy), 0)))
			continue;
		if (digest_read_credentials(v->p->arena, row->value, &c,
					    &why) &&
		    str_eq(c.nonce, v->c.nonce) && read_count(c.nc, &n) &&
		    n > highest)
			highest = n;
	}
	return highest;
}

/* RFC 7616 3.4: eight digits, one more with each request of this nonce. */
static bool fits_count(struct verify *v)
{
	unsigned long n;

	if (v->c.qop == DIGEST_QOP_NONE)
		return true;
	if (!v->c.cnonce.len)
		return wrong(v, "there is qop and no cnonce");
	if (!read_count(v->c.nc, &n))
		return wrong(v, "nc \"" STR_F "\" is no count of eight digits",
			     STR_A(v->c.nc));
	if (!str_is(v->request->pkt->method, "ACK") && n <= count_before(v))
		return wrong(v, "nc " STR_F " was used with this nonce before",
			     STR_A(v->c.nc));
	return true;
}

static bool fits_secret(struct verify *v)
{
	const struct pkt *pkt = v->request->pkt;
	/* RFC 3261 22.1: in an ACK they are the INVITE's. */
	struct str method =
		str_is(pkt->method, "ACK") ? STR("INVITE") : pkt->method;

	return digest_matches(v->p->arena, &v->c, v->secret, method,
			      pkt->body) ||
	       wrong(v, "the response does not fit user, password, method and "
			"uri");
}

static bool is_valid(struct verify *v, struct str row)
{
	struct fail why;

	if (!digest_read_credentials(v->p->arena, row, &v->c, &why))
		return wrong(v, "%s", why.text);
	return find_account(v) && find_challenge(v) && fits_challenge(v) &&
	       fits_uri(v) && fits_count(v) && fits_secret(v);
}

struct value auth_verify(struct play *p, const struct msg *request,
			 const struct field_path *path)
{
	struct verify v = { .p = p, .request = request };
	unsigned index = path->index ? path->index - 1 : 0;
	struct value none = { .type = TYPE_VERDICT };
	const struct line *row;

	v.proxy = str_is(path->header, "Proxy-Authorization");
	row = pkt_row(request->pkt, auth_answer_row(v.proxy), index);
	if (!row)
		return none;
	return (struct value){
		.present = true,
		.type = TYPE_VERDICT,
		.text = is_valid(&v, row->value) ? STR("valid") : v.why,
	};
}

/* "Authorization.digest": known only here, where the passwords are. */
bool auth_judges(const struct field_path *path)
{
	return path->nparts == 1 && str_is(path->parts[0], "digest") &&
	       (str_is(path->header, "Authorization") ||
		str_is(path->header, "Proxy-Authorization"));
}
