/* SPDX-License-Identifier: MIT */
/* memory: what datagrams and streams of the memory wire share; private to
 * wire_memory*.c. */
#ifndef WIRE_MEMORY_H
#define WIRE_MEMORY_H

#include "wire/frame.h"
#include "wire/wire_memory.h"

struct link;

struct parcel { /* bytes, or what happens, on its way to a port */
	struct parcel *next;
	ns_t due;
	struct addr from, to;
	enum proto proto;
	enum wire_what what;
	const char *text;  /* static */
	struct link *link; /* of a stream; NULL: a datagram */
	bool to_caller;    /* which of its two ends */
	size_t len;
	char bytes[];
};

struct queue {
	struct parcel *first, **last;
};

struct memory_port {
	struct wire_port head;
	struct memory_port *next;
	enum wire_mode mode;  /* OPEN, REFUSE or STALL */
	struct queue stalled; /* what waits until the port is read again */
	uint32_t last_conn;
};

struct memory {
	struct wire head;
	struct wire_watch *watches;
	struct memory_port *ports;
	struct link *links;
	struct queue way;
	ns_t delay;
	unsigned drop;
	uint16_t next_port;
};

/* ---- wire_memory.c ---- */
struct memory *memory_of(struct wire_port *p);
struct memory_port *memory_find(struct memory *m, enum proto proto,
				const struct addr *at);
/* A free port number of that host. */
void memory_number(struct memory *m, enum proto proto, struct addr *at);
void memory_push(struct memory *m, struct parcel head, struct str bytes);

/* ---- wire_memory_stream.c ---- */
bool memory_stream_send(struct memory_port *port, struct wire_to to,
			struct str bytes, struct fail *why);
/* NULL: its end of the connection is gone. */
struct memory_port *memory_stream_port(const struct parcel *d);
void memory_stream_deliver(struct memory *m, const struct parcel *d);
/* RESET or CLOSE every connection of this port. */
void memory_stream_end(struct memory_port *port, enum wire_mode how);
void memory_stream_free(struct memory *m);

#endif
