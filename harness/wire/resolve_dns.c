/* SPDX-License-Identifier: MIT */
/* Questions to the DNS: NAPTR, SRV, A and AAAA, by sofia's resolver (sres). */
#include "wire/resolve_dns.h"

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <sofia-resolv/sres.h>
#include <sofia-resolv/sres_record.h>

#include "base/arena.h"

struct dns {
	sres_resolver_t *sres;
	char server[ADDR_TEXT_MAX]; /* "": the system's */
	int conf; /* what sres reads instead of /etc/resolv.conf; -1 */
};

/* ---- beginning and end ---- */

static bool name_server(struct dns *dns, struct str nameserver,
			struct fail *why)
{
	struct addr at;
	char host[ADDR_TEXT_MAX];

	if (!addr_parse(nameserver, &at))
		return fail_set(why,
				"nameserver \"" STR_F "\" is no numeric "
				"address",
				STR_A(nameserver));
	if (!addr_port(&at))
		addr_set_port(&at, 53);
	addr_format(&at, dns->server);
	dns->conf = memfd_create("resolv.conf", MFD_CLOEXEC);
	if (dns->conf < 0)
		return fail_errno(why, "memfd_create");
	dprintf(dns->conf, "nameserver %s\nport %u\n", addr_host(&at, host),
		addr_port(&at));
	return true;
}

struct dns *dns_new(struct str nameserver, struct fail *why)
{
	struct dns *dns = arena_must(calloc(1, sizeof(*dns)));
	char path[64];

	dns->conf = -1;
	if (nameserver.len && !name_server(dns, nameserver, why)) {
		dns_free(dns);
		return NULL;
	}
	snprintf(path, sizeof(path), "/proc/self/fd/%d", dns->conf);
	dns->sres = sres_resolver_new(nameserver.len ? path : NULL);
	if (dns->sres)
		return dns;
	fail_errno(why, "the resolver does not start");
	dns_free(dns);
	return NULL;
}

void dns_free(struct dns *dns)
{
	if (!dns)
		return;
	if (dns->sres)
		sres_resolver_unref(dns->sres);
	if (dns->conf >= 0)
		close(dns->conf);
	free(dns);
}

/* ---- a question ---- */

static const char *type_word(uint16_t type)
{
	return type == sres_type_naptr ? "NAPTR"
	       : type == sres_type_srv ? "SRV"
	       : type == sres_type_a   ? "A"
				       : "AAAA";
}

static bool refused(struct dns *dns, const char *name, uint16_t type,
		    unsigned status, struct fail *why)
{
	const char *who = dns->server[0] ? dns->server : "the nameserver";
	const char *how = status == SRES_SERVER_ERR    ? "has failed"
			  : status == SRES_AUTH_ERR    ? "refuses"
			  : status >= SRES_TIMEOUT_ERR ? "does not answer"
						       : "cannot answer";

	return fail_set(why, "%s %s (%s of %s)", who, how, type_word(type),
			name);
}

/* The records, NULL where there is none; false: nobody answers. They are freed
 * by the caller. */
static bool ask(struct dns *dns, const char *name, uint16_t type,
		sres_record_t ***ret, struct fail *why)
{
	unsigned status = SRES_NETWORK_ERR;

	*ret = NULL;
	if (sres_blocking_query(dns->sres, type, name, 0, ret) < 0)
		return refused(dns, name, type, status, why);
	status = *ret && (*ret)[0] ? (*ret)[0]->sr_record->r_status
				   : SRES_TIMEOUT_ERR;
	if (status == SRES_OK || status == SRES_NAME_ERR ||
	    status == SRES_RECORD_ERR)
		return true;
	sres_free_answers(dns->sres, *ret);
	*ret = NULL;
	return refused(dns, name, type, status, why);
}

/* Of that type: CNAMEs on the way stand there as well. */
static bool is_good(const sres_record_t *r, uint16_t type)
{
	return r->sr_record->r_status == SRES_OK &&
	       r->sr_record->r_type == type;
}

static void copy_name(char to[RESOLVE_NAME_MAX], const char *name)
{
	size_t n = name ? strlen(name) : 0;

	if (n > 1 && name[n - 1] == '.')
		n--; /* the root's dot says nothing, but alone it does */
	if (n >= RESOLVE_NAME_MAX)
		n = RESOLVE_NAME_MAX - 1;
	if (n)
		memcpy(to, name, n);
	to[n] = '\0';
}

/* ---- NAPTR ---- */

static int by_order(const void *a, const void *b)
{
	const struct dns_naptr *x = a, *y = b;

	if (x->order != y->order)
		return x->order < y->order ? -1 : 1;
	return (x->preference > y->preference) -
	       (x->preference < y->preference);
}

int dns_naptr(struct dns *dns, const char *name,
	      struct dns_naptr ret[DNS_RECORDS_MAX], struct fail *why)
{
	sres_record_t **list;
	int n = 0;

	if (!ask(dns, name, sres_type_naptr, &list, why))
		return -1;
	for (sres_record_t **r = list; r && *r && n < DNS_RECORDS_MAX; r++) {
		const sres_naptr_record_t *na = (*r)->sr_naptr;

		if (!is_good(*r, sres_type_naptr))
			continue;
		ret[n] = (struct dns_naptr){ .order = na->na_order,
					     .preference = na->na_prefer };
		snprintf(ret[n].flags, sizeof(ret[n].flags), "%s",
			 na->na_flags);
		snprintf(ret[n].service, sizeof(ret[n].service), "%s",
			 na->na_services);
		copy_name(ret[n++].replacement, na->na_replace);
	}
	sres_free_answers(dns->sres, list);
	qsort(ret, (size_t)n, sizeof(*ret), by_order);
	return n;
}

/* ---- SRV ---- */

static int by_priority(const void *a, const void *b)
{
	const struct dns_srv *x = a, *y = b;

	if (x->priority != y->priority)
		return x->priority < y->priority ? -1 : 1;
	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	return strcmp(x->target, y->target);
}

int dns_srv(struct dns *dns, const char *name,
	    struct dns_srv ret[DNS_RECORDS_MAX], struct fail *why)
{
	sres_record_t **list;
	int n = 0;

	if (!ask(dns, name, sres_type_srv, &list, why))
		return -1;
	for (sres_record_t **r = list; r && *r && n < DNS_RECORDS_MAX; r++) {
		const sres_srv_record_t *srv = (*r)->sr_srv;

		if (!is_good(*r, sres_type_srv))
			continue;
		ret[n] = (struct dns_srv){ .priority = srv->srv_priority,
					   .weight = srv->srv_weight,
					   .port = srv->srv_port };
		copy_name(ret[n++].target, srv->srv_target);
	}
	sres_free_answers(dns->sres, list);
	qsort(ret, (size_t)n, sizeof(*ret), by_priority);
	return n;
}

/* ---- A, AAAA ---- */

static bool add_hosts(struct dns *dns, const char *name, uint16_t type,
		      struct addr *ret, int *n, struct fail *why)
{
	sres_record_t **list;

	if (!ask(dns, name, type, &list, why))
		return false;
	for (sres_record_t **r = list; r && *r && *n < DNS_RECORDS_MAX; r++) {
		struct addr *a = &ret[*n];

		if (!is_good(*r, type))
			continue;
		memset(a, 0, sizeof(*a));
		if (type == sres_type_a) {
			a->u.v4.sin_family = AF_INET;
			a->u.v4.sin_addr = (*r)->sr_a->a_addr;
		} else {
			a->u.v6.sin6_family = AF_INET6;
			memcpy(&a->u.v6.sin6_addr, &(*r)->sr_aaaa->aaaa_addr,
			       sizeof(a->u.v6.sin6_addr));
		}
		++*n;
	}
	sres_free_answers(dns->sres, list);
	return true;
}

/* The system's own way, IPv4 first where nothing is said. */
static int ask_system(const char *name, int family,
		      struct addr ret[DNS_RECORDS_MAX], struct fail *why)
{
	struct addrinfo hints = { .ai_family = family,
				  .ai_socktype = SOCK_DGRAM };
	struct addrinfo *list = NULL;
	int error = getaddrinfo(name, NULL, &hints, &list), n = 0;

	if (error == EAI_NONAME || error == EAI_NODATA)
		return 0;
	if (error) {
		fail_set(why, "%s", gai_strerror(error));
		return -1;
	}
	for (int pass = 0; pass < 2; pass++)
		for (struct addrinfo *ai = list; ai; ai = ai->ai_next) {
			bool v4 = ai->ai_family == AF_INET;

			if (n == DNS_RECORDS_MAX || v4 == (pass == 1) ||
			    ai->ai_addrlen > sizeof(ret->u))
				continue;
			memset(&ret[n], 0, sizeof(ret[n]));
			memcpy(&ret[n++].u, ai->ai_addr, ai->ai_addrlen);
		}
	freeaddrinfo(list);
	return n;
}

int dns_hosts(struct dns *dns, const char *name, int family,
	      struct addr ret[DNS_RECORDS_MAX], struct fail *why)
{
	int n = 0;

	if (!dns->server[0])
		return ask_system(name, family, ret, why);
	if (family != AF_INET6 &&
	    !add_hosts(dns, name, sres_type_a, ret, &n, why))
		return -1;
	if (family != AF_INET &&
	    !add_hosts(dns, name, sres_type_aaaa, ret, &n, why))
		return -1;
	return n;
}
