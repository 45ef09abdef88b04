/* SPDX-License-Identifier: MIT */
/* Streams of the memory wire: connections between two of its ports, that are
 * made, ended and reset as TCP's are. No segments: what is sent at once comes
 * at once, and is cut into messages as on a real wire. */
#include "wire/memory.h"

#include <stdlib.h>

#include "base/arena.h"

struct link_end {
	struct memory_port *port; /* NULL: it has gone */
	struct addr at;
	uint32_t id;
	bool told;     /* WIRE_CONNECTED was given out */
	bool finished; /* the other end has sent all that it will */
	struct framer framer;
};

struct link { /* one connection */
	struct link *next;
	struct link_end caller, called;
};

static struct link_end *end_of(struct link *l, bool caller)
{
	return caller ? &l->caller : &l->called;
}

/* ---- making, finding ---- */

static void happens(struct memory *m, struct link *l, bool to_caller,
		    enum wire_what what, const char *text)
{
	struct parcel head = { .link = l,
			       .to_caller = to_caller,
			       .from = end_of(l, !to_caller)->at,
			       .to = end_of(l, to_caller)->at,
			       .what = what,
			       .text = text };

	memory_push(m, head, STR_NONE);
}

static void refuse(struct memory_port *port, const struct addr *peer)
{
	memory_push(memory_of(&port->head),
		    (struct parcel){ .from = *peer,
				     .to = port->head.at,
				     .proto = port->head.proto,
				     .what = WIRE_REFUSED },
		    STR_NONE);
}

/* From the port's own host address, from any number. */
static struct link *connect_to(struct memory_port *port,
			       const struct addr *peer)
{
	struct memory *m = memory_of(&port->head);
	struct memory_port *called = memory_find(m, port->head.proto, peer);
	struct link *l;

	if (!called || called->mode == WIRE_REFUSE) {
		refuse(port, peer);
		return NULL;
	}
	l = arena_must(calloc(1, sizeof(*l)));
	l->caller = (struct link_end){ .port = port,
				       .at = port->head.at,
				       .id = ++port->last_conn };
	l->called = (struct link_end){ .port = called,
				       .at = *peer,
				       .id = ++called->last_conn };
	memory_number(m, port->head.proto, &l->caller.at);
	l->next = m->links;
	m->links = l;
	happens(m, l, true, WIRE_CONNECTED, "made by us");
	happens(m, l, false, WIRE_CONNECTED, "made by the peer");
	return l;
}

/* The one that is named, else the one it has with this peer. */
static struct link *find(struct memory_port *port, struct wire_to to,
			 bool *ret_caller)
{
	struct link *same = NULL;

	for (struct link *l = memory_of(&port->head)->links; l; l = l->next) {
		for (int caller = 0; caller < 2; caller++) {
			struct link_end *own = end_of(l, caller);

			if (own->port != port)
				continue;
			*ret_caller = caller;
			if (to.conn && own->id == to.conn)
				return l;
			if (!same && !own->finished &&
			    addr_equal(&end_of(l, !caller)->at, to.peer))
				same = l;
		}
	}
	if (same)
		*ret_caller = same->caller.port == port;
	return same;
}

bool memory_stream_send(struct memory_port *port, struct wire_to to,
			struct str bytes, struct fail *why)
{
	struct memory *m = memory_of(&port->head);
	bool caller = true;
	struct link *l = find(port, to, &caller);
	struct parcel head = { .what = WIRE_BYTES };

	(void)why;
	if (!l) {
		caller = true;
		l = connect_to(port, to.peer);
	}
	if (!l)
		return true; /* it is told later */
	head.link = l;
	head.to_caller = !caller;
	head.from = end_of(l, caller)->at;
	head.to = end_of(l, !caller)->at;
	if (end_of(l, !caller)->port)
		memory_push(m, head, bytes);
	else
		happens(m, l, caller, WIRE_LOST, "Connection reset by peer");
	return true;
}

/* ---- arriving ---- */

struct memory_port *memory_stream_port(const struct parcel *d)
{
	return end_of(d->link, d->to_caller)->port;
}

static void give(struct memory *m, const struct parcel *d, enum wire_what what,
		 struct str bytes, const char *text)
{
	struct link_end *own = end_of(d->link, d->to_caller);
	struct wire_in in = { .what = what,
			      .mono = clock_now(m->head.clock),
			      .conn = own->id,
			      .peer = d->from,
			      .bytes = bytes,
			      .text = text };

	if (!own->port)
		return;
	in.proto = own->port->head.proto;
	own->port->head.on_in(own->port->head.ctx, &own->port->head, &in);
}

static void give_frames(struct memory *m, const struct parcel *d, bool ended)
{
	struct framer *framer = &end_of(d->link, d->to_caller)->framer;
	struct frame f;

	while (memory_stream_port(d) &&
	       (framer_next(framer, &f) || (ended && framer_end(framer, &f))))
		give(m, d, f.kind == FRAME_BROKEN ? WIRE_BROKEN : WIRE_BYTES,
		     f.bytes, f.flaw);
}

void memory_stream_deliver(struct memory *m, const struct parcel *d)
{
	struct link_end *own = end_of(d->link, d->to_caller);

	if (!own->port)
		return;
	if (d->what == WIRE_BYTES) {
		framer_add(&own->framer, (struct str){ d->bytes, d->len });
		give_frames(m, d, false);
		return;
	}
	if (d->what == WIRE_FINISHED) {
		own->finished = true;
		give_frames(m, d, true);
	}
	give(m, d, d->what, STR_NONE, d->text);
	if (d->what == WIRE_LOST)
		own->port = NULL;
}

/* ---- ending ---- */

static void end_one(struct memory *m, struct link *l, bool caller,
		    enum wire_mode how)
{
	end_of(l, caller)->port = NULL;
	if (!end_of(l, !caller)->port)
		return;
	happens(m, l, !caller, how == WIRE_RESET ? WIRE_LOST : WIRE_FINISHED,
		how == WIRE_RESET ? "Connection reset by peer" : NULL);
}

void memory_stream_end(struct memory_port *port, enum wire_mode how)
{
	struct memory *m = memory_of(&port->head);

	for (struct link *l = m->links; l; l = l->next)
		for (int caller = 0; caller < 2; caller++)
			if (end_of(l, caller)->port == port)
				end_one(m, l, caller, how);
}

void memory_stream_free(struct memory *m)
{
	while (m->links) {
		struct link *l = m->links;

		m->links = l->next;
		framer_free(&l->caller.framer);
		framer_free(&l->called.framer);
		free(l);
	}
}
