/* SPDX-License-Identifier: MIT */
/*
 * The digest server of the PBX: requests in the name of a user need his
 * password, inside dialogs too. A nonce serves for a while, a number of times,
 * and each count of it once.
 */
#include "guard.h"

#include "device.h"
#include "digest.h"

#include <openssl/rand.h>

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define LIFETIME_S  300
#define MANY_NONCES 10000 /* the oldest is forgotten */

struct nonce {
	struct nonce *next;
	char text[33];
	sip_time_t made; /* in seconds */
	unsigned long count;
	unsigned uses;
};

/* What the credentials of one request are worth. */
enum worth {
	WORTH_ALL,
	WORTH_NOTHING,
	WORTH_STALE,
	WORTH_ANOTHER,
	WORTH_BROKEN
};

struct claim {
	const char *user, *nonce, *uri, *response, *nc, *cnonce, *qop;
};

static void forget_old(struct guard *guard)
{
	struct nonce **p = &guard->nonces;

	for (unsigned i = 0; *p && i < MANY_NONCES; i++)
		p = &(*p)->next;
	while (*p) {
		struct nonce *n = *p;

		*p = n->next;
		free(n);
	}
}

void guard_clear(struct guard *guard)
{
	while (guard->nonces) {
		struct nonce *n = guard->nonces;

		guard->nonces = n->next;
		free(n);
	}
}

static const char *new_nonce(struct guard *guard)
{
	struct nonce *n = calloc(1, sizeof(*n));
	unsigned char random[16];

	assert(n);
	RAND_bytes(random, sizeof(random));
	for (size_t i = 0; i < sizeof(random); i++)
		snprintf(n->text + 2 * i, 3, "%02x", random[i]);
	n->made = sip_now();
	n->next = guard->nonces;
	guard->nonces = n;
	forget_old(guard);
	return n->text;
}

static struct nonce *find_nonce(const struct guard *guard, const char *text)
{
	struct nonce *n = guard->nonces;

	while (n && strcmp(n->text, text))
		n = n->next;
	return n;
}

static int challenge(struct device *dev, nta_incoming_t *irq, bool stale)
{
	struct guard *guard = &dev->guard;
	bool registers = nta_incoming_method(irq) == sip_method_register ||
			 device_has(dev, FAULT_proxy_says_401);
	su_home_t home[1] = { SU_HOME_INIT(home) };
	char *text;

	su_home_init(home);
	text = su_sprintf(home,
			  "Digest realm=\"%s\", nonce=\"%s\", algorithm=%s, "
			  "qop=\"auth\"%s",
			  dev->domain, new_nonce(guard), guard->rules.algorithm,
			  stale ? ", stale=true" : "");
	if (registers)
		nta_incoming_treply(irq, SIP_401_UNAUTHORIZED,
				    SIPTAG_WWW_AUTHENTICATE_STR(text),
				    TAG_END());
	else
		nta_incoming_treply(
			irq, SIP_407_PROXY_AUTH_REQUIRED,
			TAG_IF(!device_has(dev, FAULT_challenge_left_out),
			       SIPTAG_PROXY_AUTHENTICATE_STR(text)),
			TAG_END());
	su_home_deinit(home);
	return registers ? 401 : 407;
}

/* The credentials for our realm; NULL: none. */
static const sip_authorization_t *credentials(const struct device *dev,
					      su_home_t *home, const sip_t *sip)
{
	const sip_authorization_t *au = sip->sip_proxy_authorization;

	if (sip->sip_request->rq_method == sip_method_register)
		au = sip->sip_authorization;
	for (; au; au = au->au_next) {
		const char *realm = digest_param(home, au, "realm=");

		if (!strcasecmp(au->au_scheme, "Digest") && realm &&
		    !strcmp(realm, dev->domain))
			return au;
	}
	return NULL;
}

/* False: something that must be there is not. */
static bool read_claim(su_home_t *home, const sip_authorization_t *au,
		       struct claim *ret)
{
	ret->user = digest_param(home, au, "username=");
	ret->nonce = digest_param(home, au, "nonce=");
	ret->uri = digest_param(home, au, "uri=");
	ret->response = digest_param(home, au, "response=");
	ret->nc = digest_param(home, au, "nc=");
	ret->cnonce = digest_param(home, au, "cnonce=");
	ret->qop = digest_param(home, au, "qop=");
	return ret->user && ret->nonce && ret->uri && ret->response &&
	       ret->nc && ret->cnonce && ret->qop &&
	       !strcasecmp(ret->qop, "auth");
}

static bool is_target(su_home_t *home, const char *uri, const sip_t *sip)
{
	const url_t *target = sip->sip_request->rq_url;
	const url_t *said = url_make(home, uri);

	return said && !url_cmp(said, target);
}

/* Has this nonce been used up, by its age, its uses or this very count? */
static bool spent(const struct guard *guard, struct nonce *nonce,
		  const char *nc)
{
	unsigned long count = strtoul(nc, NULL, 16);

	if (nonce->made + LIFETIME_S < sip_now() || count <= nonce->count ||
	    nonce->uses >= guard->rules.nonce_uses)
		return true;
	nonce->count = count;
	nonce->uses++;
	return false;
}

static enum worth weigh(const struct guard *guard, su_home_t *home,
			const struct account *account, const sip_t *sip,
			const sip_authorization_t *au)
{
	char right[DIGEST_LONGEST];
	const char *algorithm = digest_param(home, au, "algorithm=");
	struct nonce *nonce;
	struct claim c;
	struct digest d = { .secret = account->secret,
			    .algorithm = guard->rules.algorithm,
			    .realm = digest_param(home, au, "realm="),
			    .method = sip->sip_request->rq_method_name };

	if (!read_claim(home, au, &c))
		return WORTH_BROKEN;
	if (strcmp(c.user, account->user))
		return WORTH_ANOTHER;
	if (strcasecmp(algorithm ? algorithm : "MD5", d.algorithm))
		return WORTH_NOTHING;
	d.user = c.user, d.nonce = c.nonce, d.uri = c.uri;
	d.nc = c.nc, d.cnonce = c.cnonce, d.qop = c.qop;
	if (!digest_response(&d, right) || strcasecmp(right, c.response))
		return WORTH_NOTHING;
	if (!is_target(home, c.uri, sip))
		return WORTH_BROKEN;
	nonce = find_nonce(guard, c.nonce);
	return nonce && !spent(guard, nonce, c.nc) ? WORTH_ALL : WORTH_STALE;
}

static bool is_guarded(sip_method_t method)
{
	static const sip_method_t guarded[] = {
		sip_method_register, sip_method_invite, sip_method_refer,
		sip_method_update, sip_method_subscribe
	};

	for (size_t i = 0; i < sizeof(guarded) / sizeof(*guarded); i++) {
		if (guarded[i] == method)
			return true;
	}
	return false;
}

/*
 * 0: the request may pass, else the status it has been answered with. Who is
 * no user may call users, but registers nobody.
 */
int guard_check(struct device *dev, nta_incoming_t *irq, const sip_t *sip)
{
	static const int statuses[] = {
		[WORTH_ALL] = 0, [WORTH_ANOTHER] = 403, [WORTH_BROKEN] = 400
	};
	sip_method_t method = sip->sip_request->rq_method;
	bool registers = method == sip_method_register;
	const char *user = registers ? sip->sip_to->a_url->url_user
				     : sip->sip_from->a_url->url_user;
	const struct account *account;
	const sip_authorization_t *au;
	su_home_t home[1] = { SU_HOME_INIT(home) };
	enum worth worth = WORTH_NOTHING;

	if (!dev->guard.rules.users || !is_guarded(method))
		return 0;
	if (sip_replaces(sip) && device_has(dev, FAULT_replaces_unguarded))
		return 0;
	account = account_find(dev->guard.rules.users, user);
	if (!account && !registers)
		return 0;
	su_home_init(home);
	au = credentials(dev, home, sip);
	if (au && account)
		worth = weigh(&dev->guard, home, account, sip, au);
	su_home_deinit(home);
	if (worth == WORTH_NOTHING || worth == WORTH_STALE)
		return challenge(dev, irq, worth == WORTH_STALE);
	return statuses[worth];
}
