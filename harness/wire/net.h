/* SPDX-License-Identifier: MIT */
/* net: what the kinds of real ports share; private to wire/. */
#ifndef WIRE_NET_H
#define WIRE_NET_H

#include "wire/wire.h"

#include <sofia-sip/su.h>
#include <sofia-sip/su_wait.h>

enum { DATAGRAM_MAX = 65536 };

struct net_port;
struct tls_context;

struct net {
	struct wire head;
	su_root_t *root;
	struct ports *turns; /* NULL: the kernel picks free ports */
	struct net_port *ports;
	unsigned nreaped; /* of them, those that have something to reap */
	struct wire_tls tls_opts;
	struct tls_context *tls; /* NULL until a TLS port is opened */
	struct net_port *closed; /* freed when no callback is on the stack */
	char bytes[DATAGRAM_MAX];
};

struct net_port_ops { /* one row for each transport */
	bool (*send)(struct net_port *port, struct wire_to to, struct str bytes,
		     struct fail *why);
	bool (*set_mode)(struct net_port *port, enum wire_mode mode,
			 struct fail *why);
	void (*reap)(struct net_port *port); /* between callbacks; or NULL */
	void (*shut)(struct net_port *port);
};

struct net_port {
	struct wire_port head;
	const struct net_port_ops *ops;
	struct net_port *next, **at; /* in the wire's list */
	bool is_closed; /* wire_close was called; nothing goes up any more */
};

/* ---- wire_net.c: descriptors on the loop ---- */

typedef void net_event_fn(void *ctx, int revents); /* SU_WAIT_IN ... */

struct net_watch {
	su_wait_t wait;
	int index; /* of the registration; 0: none */
	net_event_fn *fn;
	void *ctx;
};

bool net_watch_start(struct net *net, struct net_watch *w, int fd, int events,
		     net_event_fn *fn, void *ctx, struct fail *why);
void net_watch_stop(struct net *net, struct net_watch *w);
void net_watch_events(struct net *net, struct net_watch *w, int fd, int events);
struct net *net_of(struct net_port *port);
/* A socket bound to the address, its real address in *ret_at; -1: failed. */
int net_bind(struct net *net, const struct addr *at, int type,
	     struct addr *ret_at, struct fail *why);
void net_deliver(struct net_port *port, struct wire_in *in);

/* ---- wire_udp.c, wire_stream.c: NULL where the machine refuses ---- */

struct net_port *udp_port_new(struct net *net, const struct addr *at,
			      struct fail *why);
struct net_port *stream_port_new(struct net *net, enum proto proto,
				 const struct addr *at, struct fail *why);

#endif
