/* SPDX-License-Identifier: MIT */
/* addr: an IPv4 or IPv6 address with its port. */
#ifndef WIRE_ADDR_H
#define WIRE_ADDR_H

#include "base/buf.h"

#include <netinet/in.h>
#include <sys/socket.h>

struct addr {
	union {
		struct sockaddr sa;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} u;
};

enum { ADDR_TEXT_MAX = 64 };

/* "127.0.0.1", "127.0.0.1:5060", "[::1]:5060"; numeric only; missing port: 0.
 * False: not an address. */
bool addr_parse(struct str text, struct addr *ret);
/* "127.0.0.1:5060" / "[::1]:5060"; the text form is SIP's hostport. */
const char *addr_format(const struct addr *a, char text[ADDR_TEXT_MAX]);
const char *addr_host(const struct addr *a, char text[ADDR_TEXT_MAX]);
uint16_t addr_port(const struct addr *a);
void addr_set_port(struct addr *a, uint16_t port);
socklen_t addr_len(const struct addr *a);
bool addr_equal(const struct addr *a, const struct addr *b);
/* The next host address (127.0.0.1 -> 127.0.0.2, ::f -> ::10), port kept. */
void addr_next(struct addr *a);
/* Is it of the same family, and the same host or one after it? */
bool addr_follows(const struct addr *a, const struct addr *first);

#endif
