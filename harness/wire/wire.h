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

const char *proto_word(enum proto proto); /* "udp", "tcp", "tls" */
bool proto_of(struct str word, enum proto *ret);

/* What a port met: bytes, or a thing that happened to it. */
enum wire_what {
	WIRE_BYTES,     /* a datagram, or one message of a stream; a stream's
			 * keep-alive CRLFs come as bytes, too */
	WIRE_BROKEN,    /* bytes of a stream that belong to no message */
	WIRE_REFUSED,   /* nobody listens at the peer: ICMP, or RST to a SYN */
	WIRE_CONNECTED, /* a connection is there; text says who made it */
	WIRE_FINISHED,  /* the peer has sent all that it will (FIN) */
	WIRE_LOST,      /* the connection is gone; text says how */
	WIRE_WITHHELD /* bytes that were lost on purpose; text says which way */
};

struct wire_in {
	enum wire_what what;
	enum proto proto;
	ns_t mono;     /* when it came */
	ns_t first;    /* when it would have, had the wire not held it back on
			* purpose; 0: then */
	bool ours;     /* WIRE_WITHHELD: bytes of ours */
	uint32_t conn; /* number of the connection, from 1; 0: UDP */
	struct addr peer;
	struct str bytes; /* valid during the call only */
	const char *text; /* what is wrong or has happened; NULL: nothing */
};

struct wire_to {       /* where bytes go */
	uint32_t conn; /* this connection, if it is there; 0: any */
	const struct addr *peer;
};

struct wire;      /* a loop and the ports on it */
struct wire_port; /* one bound address */
typedef void wire_in_fn(void *ctx, struct wire_port *port,
			const struct wire_in *in);

enum wire_mode {
	WIRE_OPEN,
	WIRE_REFUSE, /* closed: ICMP port unreachable, or RST to a SYN */
	WIRE_STALL,  /* open, but nothing is read or accepted */
	WIRE_RESET,  /* every connection ends with RST */
	WIRE_CLOSE   /* every connection ends with FIN */
};

/* A descriptor of somebody else's on the loop: what a process prints, that it
 * has ended. fn is called while it can be read, and may end the watch. */
typedef void wire_watch_fn(void *ctx);

struct wire_watch {
	struct wire *wire; /* NULL: not on a loop */
	int fd;            /* stays the caller's */
	wire_watch_fn *fn;
	void *ctx;
	void *own;               /* the wire's */
	struct wire_watch *next; /* in memory */
};

struct wire_ops { /* one row for each kind of wire */
	void (*free)(struct wire *w);
	struct wire_port *(*open)(struct wire *w, enum proto proto,
				  const struct addr *at, wire_in_fn *on_in,
				  void *ctx, struct fail *why);
	void (*close)(struct wire_port *port);
	bool (*send)(struct wire_port *port, struct wire_to to,
		     struct str bytes, struct fail *why);
	bool (*set_mode)(struct wire_port *port, enum wire_mode mode,
			 struct fail *why);
	void (*wait)(struct wire *w, ns_t until);
	bool (*watch)(struct wire_watch *watch, struct fail *why);
	void (*unwatch)(struct wire_watch *watch);
};

struct wire { /* head of every kind of wire */
	const struct wire_ops *ops;
	struct clock *clock;
};

struct wire_port { /* head of every kind of port */
	struct wire *wire;
	enum proto proto;
	struct addr at; /* really bound: a free port has its number here */
	wire_in_fn *on_in;
	void *ctx;
};

struct wire_tls {                /* files are PEM; NULL: not given */
	const char *ca;          /* NULL: what the system trusts */
	const char *certificate; /* chain; NULL: one made for the run */
	const char *key;         /* NULL: in the certificate's file */
	const char *name;        /* that the device's certificate must hold */
	const char *keylog;      /* appended to, for tshark */
	bool insecure;           /* take any certificate */
};

/* Real sockets, UDP, TCP and TLS, on sofia's loop. One thread; the wire makes
 * its su_root. Port 0 is the next of turns, borrowed; NULL: the kernel picks.
 */
struct wire *wire_net_new(struct clock *clock, struct ports *turns,
			  struct fail *why);
/* For TLS ports that are opened from now on; the files are read with the first
 * of them. */
void wire_net_tls(struct wire *w, const struct wire_tls *opts);
/* Can all of it be used? */
bool wire_tls_check(const struct wire_tls *opts, struct fail *why);
/* Every port of one memory wire hears every other; datagrams arrive in the
 * order sent, after wire_memory_delay (default 1 ms of virtual time). */
struct wire *wire_memory_new(struct clock *clock);

void wire_free(struct wire *w); /* closes its ports; NULL-safe */
/* Binds; port 0 takes a free one. NULL: why says which address and errno. */
struct wire_port *wire_open(struct wire *w, enum proto proto,
			    const struct addr *at, wire_in_fn *on_in, void *ctx,
			    struct fail *why);
void wire_close(struct wire_port *port); /* NULL-safe */
/* A stream port takes the connection that is named, else one that it has with
 * this peer, else it makes one; what happens to the bytes is told later. */
bool wire_send(struct wire_port *port, struct wire_to to, struct str bytes,
	       struct fail *why);
bool wire_set_mode(struct wire_port *port, enum wire_mode mode,
		   struct fail *why);
/* The caller has set fd, fn and ctx; w stays where it is until it is ended. */
bool wire_watch(struct wire *w, struct wire_watch *watch, struct fail *why);
void wire_unwatch(struct wire_watch *watch); /* or was not begun */
/* Handles what is there, else waits until the time or the next arrival. On a
 * virtual clock: delivers, or jumps to `until` where nothing is under way. */
void wire_wait(struct wire *w, ns_t until);

#endif
