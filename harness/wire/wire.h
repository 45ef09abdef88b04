/* SPDX-License-Identifier: MIT */
/* wire: bytes in and out with their times; the network, or memory in tests.
 * Knows no SIP. */
#ifndef WIRE_WIRE_H
#define WIRE_WIRE_H

#include "base/clock.h"
#include "base/fail.h"
#include "wire/addr.h"
#include "wire/ports.h"

enum proto { PROTO_UDP, PROTO_TCP, PROTO_TLS };

/* What a port met: bytes, or a thing that happened to it. */
enum wire_what { WIRE_BYTES, WIRE_REFUSED };

struct wire_in {
	enum wire_what what;
	ns_t mono; /* when it came */
	struct addr peer;
	struct str bytes; /* valid during the call only */
};

struct wire;      /* a loop and the ports on it */
struct wire_port; /* one bound address */
typedef void wire_in_fn(void *ctx, struct wire_port *port,
			const struct wire_in *in);

enum wire_mode {
	WIRE_OPEN,
	WIRE_REFUSE, /* closed: the peer gets ICMP port unreachable */
	WIRE_STALL   /* open, but nothing is read */
};

struct wire_ops { /* one row for each kind of wire */
	void (*free)(struct wire *w);
	struct wire_port *(*open)(struct wire *w, const struct addr *at,
				  wire_in_fn *on_in, void *ctx,
				  struct fail *why);
	void (*close)(struct wire_port *port);
	bool (*send)(struct wire_port *port, const struct addr *to,
		     struct str bytes, struct fail *why);
	bool (*set_mode)(struct wire_port *port, enum wire_mode mode,
			 struct fail *why);
	void (*wait)(struct wire *w, ns_t until);
};

struct wire { /* head of every kind of wire */
	const struct wire_ops *ops;
	struct clock *clock;
};

struct wire_port { /* head of every kind of port */
	struct wire *wire;
	struct addr at; /* really bound: a free port has its number here */
	wire_in_fn *on_in;
	void *ctx;
};

/* Real UDP sockets on sofia's loop. One thread; the wire makes its su_root.
 * Port 0 is the next of ports, which are borrowed; NULL: the kernel picks. */
struct wire *wire_net_new(struct clock *clock, struct ports *ports,
			  struct fail *why);
/* Every port of one memory wire hears every other; datagrams arrive in the
 * order sent, after wire_memory_delay (default 1 ms of virtual time). */
struct wire *wire_memory_new(struct clock *clock);

void wire_free(struct wire *w); /* closes its ports; NULL-safe */
/* Binds; port 0 takes a free one. NULL: why says which address and errno. */
struct wire_port *wire_open(struct wire *w, const struct addr *at,
			    wire_in_fn *on_in, void *ctx, struct fail *why);
void wire_close(struct wire_port *port); /* NULL-safe */
bool wire_send(struct wire_port *port, const struct addr *to, struct str bytes,
	       struct fail *why);
bool wire_set_mode(struct wire_port *port, enum wire_mode mode,
		   struct fail *why);
/* Handles what is there, else waits until the time or the next arrival. On a
 * virtual clock: delivers, or jumps to `until` where nothing is under way. */
void wire_wait(struct wire *w, ns_t until);

#endif
