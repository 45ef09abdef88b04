/* SPDX-License-Identifier: MIT */
/* Who may use the PBX: digest challenges (RFC 3261 22, RFC 7616). */
#ifndef STUBS_GUARD_H
#define STUBS_GUARD_H

#include "account.h"

struct device;

/* What the command line says; without users nobody is asked. */
struct guard_rules {
	struct account *users;
	const char *algorithm;
	unsigned nonce_uses; /* then it is stale */
};

struct nonce;

struct guard {
	struct guard_rules rules;
	struct nonce *nonces; /* newest first */
};

int guard_check(struct device *dev, nta_incoming_t *irq, const sip_t *sip);
void guard_clear(struct guard *guard);

#endif
