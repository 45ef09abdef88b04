/* SPDX-License-Identifier: MIT */
/* digest: HTTP Digest as SIP uses it (RFC 3261 22.4, RFC 7616, RFC 8760):
 * challenges read, answered, made and judged. Secrets come in, hashes go out;
 * nothing is kept. */
#ifndef SIP_DIGEST_H
#define SIP_DIGEST_H

#include "base/arena.h"
#include "base/fail.h"

enum digest_algorithm {
	DIGEST_MD5, /* also where none is named */
	DIGEST_MD5_SESS,
	DIGEST_SHA256,
	DIGEST_SHA256_SESS,
	DIGEST_SHA512_256,
	DIGEST_SHA512_256_SESS,
	DIGEST_UNKNOWN
};

enum digest_qop { DIGEST_QOP_NONE, DIGEST_QOP_AUTH, DIGEST_QOP_AUTH_INT };

struct digest_challenge { /* of a WWW- or Proxy-Authenticate value */
	struct str realm, nonce, opaque, domain;
	struct str algorithm; /* as spelt; empty: not named */
	enum digest_algorithm kind;
	bool has_qop, auth, auth_int; /* what qop offers */
	bool stale;
};

/* False: why says what is missing; the scheme may also be another one. */
bool digest_read_challenge(struct arena *a, struct str value,
			   struct digest_challenge *ret, struct fail *why);
/* Which of several to answer: the first whose algorithm and qop are known
 * (RFC 8760 2.4: the server lists them by preference); -1: none. */
int digest_choose(const struct digest_challenge *list, unsigned n);

struct digest_answer { /* what is put into Authorization */
	const struct digest_challenge *to;
	struct str user, secret;
	struct str method, uri, body;
	struct str cnonce;
	unsigned nc; /* from 1; how often this nonce was used */
};

/* The header's value, "Digest username=..."; auth is taken before auth-int. */
struct str digest_write_answer(struct arena *a, const struct digest_answer *w);

struct digest_credentials { /* of an Authorization value */
	struct str user, realm, nonce, uri, response, cnonce, opaque;
	struct str algorithm;
	enum digest_algorithm kind;
	enum digest_qop qop;
	struct str nc; /* eight hex digits, as spelt */
};

bool digest_read_credentials(struct arena *a, struct str value,
			     struct digest_credentials *ret, struct fail *why);
/* Is the response the one that this secret gives? method and body are those
 * of the request that carried it. */
bool digest_matches(struct arena *a, const struct digest_credentials *c,
		    struct str secret, struct str method, struct str body);

/* One parameter of such a value without a scheme ("nextnonce" of
 * Authentication-Info), unquoted; STR_NONE: there is none. */
struct str digest_param(struct arena *a, struct str value, const char *name);

/* "MD5", "SHA-512-256-sess" ..., whatever the case. */
enum digest_algorithm digest_algorithm_of(struct str name);
/* hex of the hash of s; lower case. */
struct str digest_hash(struct arena *a, enum digest_algorithm kind,
		       struct str s);

#endif
