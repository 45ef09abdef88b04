/* SPDX-License-Identifier: MIT */
/*
 * HTTP Digest: response = H(H(user:realm:secret):nonce:...:H(method:uri)).
 * The stubs' own, on OpenSSL; the harness has another.
 */
#include "digest.h"

#include <openssl/evp.h>

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const struct {
	const char *name;
	const char *hash;
} algorithms[] = {
	{ "MD5", "MD5" },
	{ "SHA-256", "SHA256" },
};

static const EVP_MD *hash_of(const char *algorithm)
{
	for (size_t i = 0; i < sizeof(algorithms) / sizeof(*algorithms); i++) {
		if (!strcasecmp(algorithm ? algorithm : "MD5",
				algorithms[i].name))
			return EVP_get_digestbyname(algorithms[i].hash);
	}
	return NULL;
}

bool digest_knows(const char *algorithm)
{
	return hash_of(algorithm);
}

/* What is hashed, with ":" between; a NULL part goes with its colon. */
struct part {
	const char *text;
	size_t length; /* 0: up to the NUL */
};

static bool hash(const EVP_MD *md, const struct part *parts, size_t n,
		 char ret[DIGEST_LONGEST])
{
	unsigned char bytes[EVP_MAX_MD_SIZE];
	unsigned length = 0;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool good = ctx && EVP_DigestInit_ex(ctx, md, NULL), first = true;

	for (size_t i = 0; good && i < n; i++) {
		const struct part *p = &parts[i];

		if (!p->text)
			continue;
		if (!first)
			good = EVP_DigestUpdate(ctx, ":", 1);
		first = false;
		good = good && EVP_DigestUpdate(ctx, p->text,
						p->length ? p->length
							  : strlen(p->text));
	}
	good = good && EVP_DigestFinal_ex(ctx, bytes, &length);
	EVP_MD_CTX_free(ctx);
	for (unsigned i = 0; i < length && 2 * i + 2 < DIGEST_LONGEST; i++)
		snprintf(ret + 2 * i, 3, "%02x", bytes[i]);
	return good;
}

/* False: the algorithm is not known. */
bool digest_response(const struct digest *d, char ret[DIGEST_LONGEST])
{
	char who[DIGEST_LONGEST], what[DIGEST_LONGEST], body[DIGEST_LONGEST];
	const EVP_MD *md = hash_of(d->algorithm);
	bool whole = d->qop && !strcasecmp(d->qop, "auth-int");
	const struct part identity[] = { { d->user, 0 },
					 { d->realm, 0 },
					 { d->secret, 0 } };
	const struct part content[] = { { d->length ? d->body : "",
					  d->length } };
	const struct part request[] = { { d->method, 0 },
					{ d->uri, 0 },
					{ whole ? body : NULL, 0 } };
	const struct part all[] = { { who, 0 },
				    { d->nonce, 0 },
				    { d->qop ? d->nc : NULL, 0 },
				    { d->qop ? d->cnonce : NULL, 0 },
				    { d->qop, 0 },
				    { what, 0 } };

	return md && hash(md, identity, 3, who) && hash(md, content, 1, body) &&
	       hash(md, request, 3, what) && hash(md, all, 6, ret);
}

/* One parameter of a challenge or of credentials, without quotes; NULL: it is
 * not there. */
char *digest_param(su_home_t *home, const sip_authorization_t *au,
		   const char *name)
{
	const char *value = msg_params_find(au->au_params, name);
	char *copy, *to;

	if (!value)
		return NULL;
	copy = su_strdup(home, value);
	if (*copy != '"')
		return copy;
	to = copy;
	for (const char *p = copy + 1; *p && *p != '"'; p++) {
		if (*p == '\\' && p[1])
			p++;
		*to++ = *p;
	}
	*to = '\0';
	return copy;
}
