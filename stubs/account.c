/* SPDX-License-Identifier: MIT */
/*
 * The accounts of the command line, and the credentials that answer 401 and
 * 407 (RFC 3261 22.2, 22.3; RFC 7616). It sends nothing.
 */
#include "account.h"

#include "digest.h"

#include <openssl/rand.h>

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* NAME=SECRET, or REALM:USER:SECRET where the separator is a colon: nothing
 * may be empty. False: it is not like that. */
bool account_add(struct account **list, char separator, const char *text)
{
	const char *user = text, *secret;
	struct account *a;

	if (separator == ':')
		user = strchr(text, ':');
	if (!user || (separator == ':' && user++ == text))
		return false;
	secret = strchr(user, separator);
	if (!secret || secret == user || !secret[1])
		return false;
	a = calloc(1, sizeof(*a));
	assert(a);
	if (user != text)
		a->realm = strndup(text, (size_t)(user - 1 - text));
	a->user = strndup(user, (size_t)(secret - user));
	a->secret = strdup(secret + 1);
	a->next = *list;
	*list = a;
	return true;
}

/* A file with NAME=SECRET in each line; "#" begins a comment. */
bool account_read(struct account **list, const char *path)
{
	FILE *f = fopen(path, "re");
	char *line = NULL;
	size_t size = 0;
	bool good = f;

	while (good && getline(&line, &size, f) >= 0) {
		line[strcspn(line, "\r\n")] = '\0';
		if (*line && *line != '#')
			good = account_add(list, '=', line);
	}
	free(line);
	if (f)
		fclose(f);
	return good;
}

void account_free(struct account *list)
{
	while (list) {
		struct account *a = list;

		list = a->next;
		free(a->realm);
		free(a->user);
		free(a->secret);
		free(a);
	}
}

const struct account *account_find(const struct account *list, const char *user)
{
	while (list && (!user || strcmp(list->user, user)))
		list = list->next;
	return list;
}

static const struct account *of_realm(const struct account *list,
				      const char *realm)
{
	while (list && (!list->realm || !realm || strcmp(list->realm, realm)))
		list = list->next;
	return list;
}

/* "auth" if it is offered, else "auth-int"; NULL: none is. */
static const char *choose_qop(const char *offered)
{
	bool whole = false;

	for (const char *p = offered; p && *p; p += strspn(p, ", ")) {
		size_t n = strcspn(p, ", ");

		if (n == 4 && !strncasecmp(p, "auth", n))
			return "auth";
		whole |= n == 8 && !strncasecmp(p, "auth-int", n);
		p += n;
	}
	return whole ? "auth-int" : NULL;
}

/* Was this realm answered before? Then only a stale nonce is worth a second
 * try (RFC 3261 22.1). */
static bool refused(su_home_t *home, const sip_authorization_t *challenge,
		    const char *realm, const char *before)
{
	const char *stale = digest_param(home, challenge, "stale=");
	const char *named = su_sprintf(home, "realm=\"%s\"", realm);

	return before && strstr(before, named) &&
	       (!stale || strcasecmp(stale, "true"));
}

static char *write_line(su_home_t *home, const char *name,
			const struct digest *d, const char *opaque)
{
	char response[DIGEST_LONGEST];
	char *line;

	if (!digest_response(d, response))
		return NULL;
	line = su_sprintf(home,
			  "%s: Digest username=\"%s\", realm=\"%s\", "
			  "nonce=\"%s\", uri=\"%s\", response=\"%s\", "
			  "algorithm=%s",
			  name, d->user, d->realm, d->nonce, d->uri, response,
			  d->algorithm ? d->algorithm : "MD5");
	if (d->qop)
		line = su_sprintf(home, "%s, qop=%s, nc=%s, cnonce=\"%s\"",
				  line, d->qop, d->nc, d->cnonce);
	if (opaque)
		line = su_sprintf(home, "%s, opaque=\"%s\"", line, opaque);
	return su_sprintf(home, "%s\r\n", line);
}

static char *answer_one(su_home_t *home, const struct account *list,
			const struct account_request *request,
			const sip_authorization_t *challenge, const char *name,
			const char *before)
{
	struct digest d = { .method = request->method,
			    .uri = request->uri,
			    .body = request->body,
			    .nc = "00000001" };
	const struct account *account;
	unsigned char random[8] = { 0 };
	char *cnonce = su_zalloc(home, 2 * sizeof(random) + 1);

	d.realm = digest_param(home, challenge, "realm=");
	d.nonce = digest_param(home, challenge, "nonce=");
	d.algorithm = digest_param(home, challenge, "algorithm=");
	account = of_realm(list, d.realm);
	if (!account || !d.nonce || strcasecmp(challenge->au_scheme, "Digest"))
		return NULL;
	if (!digest_knows(d.algorithm) ||
	    refused(home, challenge, d.realm, before))
		return NULL;
	RAND_bytes(random, sizeof(random));
	for (size_t i = 0; i < sizeof(random); i++)
		snprintf(cnonce + 2 * i, 3, "%02x", random[i]);
	d.user = account->user;
	d.secret = account->secret;
	d.cnonce = cnonce;
	d.qop = choose_qop(digest_param(home, challenge, "qop="));
	d.length = request->body ? strlen(request->body) : 0;
	return write_line(home, name, &d,
			  digest_param(home, challenge, "opaque="));
}

/*
 * The header lines that answer the challenges of a response: for each realm
 * with an account the first challenge that can be met. NULL: none can, or what
 * went before was refused. before: the lines of the last try, or NULL.
 */
char *account_answer(su_home_t *home, const struct account *list,
		     const struct account_request *request, const sip_t *sip,
		     const char *before)
{
	const sip_authorization_t *rows[] = { sip->sip_www_authenticate,
					      sip->sip_proxy_authenticate };
	static const char *const names[] = { "Authorization",
					     "Proxy-Authorization" };
	char *lines = NULL;

	for (size_t i = 0; i < 2; i++) {
		char *one = NULL;

		for (const sip_authorization_t *c = rows[i]; c && !one;
		     c = c->au_next)
			one = answer_one(home, list, request, c, names[i],
					 before);
		if (one)
			lines = su_strcat(home, lines, one);
	}
	return lines;
}
