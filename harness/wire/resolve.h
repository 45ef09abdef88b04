/* SPDX-License-Identifier: MIT */
/* resolve: a name -> where SIP is spoken there, best first (RFC 3263). */
#ifndef WIRE_RESOLVE_H
#define WIRE_RESOLVE_H

#include "wire/wire.h"

enum {
	RESOLVE_TARGETS_MAX = 16,
	RESOLVE_NAME_MAX = 256, /* bytes, with the NUL */
	RESOLVE_PROTOS = PROTO_TLS + 1
};

struct resolve_ask {
	struct str host;
	uint16_t port; /* 0: none was given, so that SRV records are asked */
	/* What may be spoken, by preference; several: NAPTR records choose. */
	enum proto protos[RESOLVE_PROTOS];
	unsigned nprotos;
	struct str nameserver; /* "127.0.0.1:5353"; empty: the system's */
	int family;            /* AF_UNSPEC, AF_INET, AF_INET6 */
	ns_t within;
};

struct resolve_target {
	struct addr addr;
	enum proto proto;
	char by[RESOLVE_NAME_MAX]; /* "_sip._udp.pbx.test"; "": no SRV record */
};

struct resolve_answer { /* by priority */
	struct resolve_target list[RESOLVE_TARGETS_MAX];
	unsigned n;
};

/* False: why says which record is not there, or who does not answer. Takes no
 * longer than `within`: a process of its own asks, because not every resolver
 * can be told when to give up. */
bool resolve_name(const struct resolve_ask *ask, struct resolve_answer *ret,
		  struct fail *why);
/* Is it one? "10.1.2" is a broken address. */
bool resolve_is_name(struct str s);
uint16_t resolve_default_port(enum proto proto); /* 5060, 5061 */

#endif
