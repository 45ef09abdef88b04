/* SPDX-License-Identifier: MIT */
/* resolve_dns: single questions to the DNS, through sofia's resolver. They
 * wait; private to resolve.c. */
#ifndef WIRE_RESOLVE_DNS_H
#define WIRE_RESOLVE_DNS_H

#include "wire/resolve.h"

enum { DNS_RECORDS_MAX = 32 };

struct dns_naptr { /* sorted by order and preference */
	unsigned order, preference;
	char flags[8], service[32];
	char replacement[RESOLVE_NAME_MAX];
};

struct dns_srv { /* sorted by priority, the heaviest first */
	unsigned priority, weight;
	uint16_t port;
	char target[RESOLVE_NAME_MAX];
};

struct dns; /* one nameserver, or the system's */

struct dns *dns_new(struct str nameserver, struct fail *why);
void dns_free(struct dns *dns); /* NULL-safe */
/* How many there are; 0: there is none. -1: nobody answers; why. */
int dns_naptr(struct dns *dns, const char *name,
	      struct dns_naptr ret[DNS_RECORDS_MAX], struct fail *why);
int dns_srv(struct dns *dns, const char *name,
	    struct dns_srv ret[DNS_RECORDS_MAX], struct fail *why);
/* A and AAAA, with port 0; the system's ways (files, too) where no nameserver
 * was named. */
int dns_hosts(struct dns *dns, const char *name, int family,
	      struct addr ret[DNS_RECORDS_MAX], struct fail *why);

#endif
