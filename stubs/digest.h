/* SPDX-License-Identifier: MIT */
/* The arithmetic of HTTP Digest (RFC 7616) for both sides of a stub. */
#ifndef STUBS_DIGEST_H
#define STUBS_DIGEST_H

#include "stack.h"

#include <stdbool.h>

#define DIGEST_LONGEST 65 /* hex of SHA-256 and its NUL */

struct digest {
	const char *algorithm; /* NULL: MD5 */
	const char *user, *realm, *secret;
	const char *nonce;
	const char *nc, *cnonce, *qop; /* qop NULL: RFC 2069 */
	const char *method, *uri;
	const char *body; /* for auth-int */
	size_t length;
};

bool digest_knows(const char *algorithm);
bool digest_response(const struct digest *d, char ret[DIGEST_LONGEST]);
char *digest_param(su_home_t *home, const sip_authorization_t *au,
		   const char *name);

#endif
