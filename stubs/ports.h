/* SPDX-License-Identifier: MIT */
/* The sockets of a device: where it can be called, and from where it calls. */
#ifndef STUBS_PORTS_H
#define STUBS_PORTS_H

#include "stack.h"

#include <stdbool.h>

#define PORTS_MAX 3

struct device;

/* What the command line says. */
struct listen {
	const char *host; /* without brackets */
	unsigned port;    /* 0: a free one; among others TLS has the next */
	const char *transports[PORTS_MAX]; /* "udp", "tcp", "tls" */
	unsigned n;
	const char *certificates; /* folder for TLS; NULL: one for the run */
};

struct port {
	const char *transport;
	const char *host; /* as in a URI: IPv6 has its brackets */
	const char *number;
	sip_contact_t *contact; /* of the device, here */
};

bool ports_open(struct device *dev, const struct listen *listen);
const struct port *ports_of_request(const struct device *dev, const sip_t *sip);
const struct port *ports_towards(const struct device *dev, const url_t *url);
bool ports_have(const struct device *dev, const url_t *url);

#endif
