/* SPDX-License-Identifier: MIT */
/* A wire in memory on a virtual clock: every port hears every other, nothing
 * is real, and 32 s take no time. Streams are in wire_memory_stream.c. */
#include "wire/memory.h"

#include <assert.h>
#include <poll.h>
#include <stdlib.h>

#include "base/arena.h"

enum { FIRST_FREE_PORT = 20000, WATCHES_MAX = 16 };

/* ---- queues ---------------------------------------------------------------
 */

static void queue_init(struct queue *q)
{
	q->first = NULL;
	q->last = &q->first;
}

static void queue_add(struct queue *q, struct parcel *d)
{
	d->next = NULL;
	*q->last = d;
	q->last = &d->next;
}

static struct parcel *queue_take(struct queue *q)
{
	struct parcel *d = q->first;

	if (d)
		q->first = d->next;
	if (!q->first)
		q->last = &q->first;
	return d;
}

static void queue_free(struct queue *q)
{
	struct parcel *d;

	while ((d = queue_take(q)))
		free(d);
}

/* ---- ports ----------------------------------------------------------------
 */

struct memory *memory_of(struct wire_port *p)
{
	return (struct memory *)p->wire;
}

struct memory_port *memory_find(struct memory *m, enum proto proto,
				const struct addr *at)
{
	for (struct memory_port *p = m->ports; p; p = p->next)
		if (p->head.proto == proto && addr_equal(&p->head.at, at))
			return p;
	return NULL;
}

void memory_number(struct memory *m, enum proto proto, struct addr *at)
{
	do
		addr_set_port(at, m->next_port++);
	while (memory_find(m, proto, at));
}

static struct wire_port *memory_open(struct wire *w, enum proto proto,
				     const struct addr *at, wire_in_fn *on_in,
				     void *ctx, struct fail *why)
{
	struct memory *m = (struct memory *)w;
	struct memory_port *port;
	struct addr bound = *at;
	char text[ADDR_TEXT_MAX];

	if (!addr_port(at))
		memory_number(m, proto, &bound);
	if (memory_find(m, proto, &bound)) {
		fail_set(why, "bind %s: Address already in use",
			 addr_format(&bound, text));
		return NULL;
	}
	port = arena_must(calloc(1, sizeof(*port)));
	port->head = (struct wire_port){ .wire = w,
					 .proto = proto,
					 .at = bound,
					 .on_in = on_in,
					 .ctx = ctx };
	queue_init(&port->stalled);
	port->next = m->ports;
	m->ports = port;
	return &port->head;
}

static void memory_close(struct wire_port *p)
{
	struct memory_port *port = (struct memory_port *)p;
	struct memory_port **at = &memory_of(p)->ports;

	while (*at != port)
		at = &(*at)->next;
	*at = port->next;
	memory_stream_end(port, WIRE_CLOSE);
	queue_free(&port->stalled);
	free(port);
}

/* ---- datagrams ------------------------------------------------------------
 */

void memory_push(struct memory *m, struct parcel head, struct str bytes)
{
	struct parcel *d = arena_must(malloc(sizeof(*d) + bytes.len));

	*d = head;
	d->due = clock_now(m->head.clock) + m->delay;
	d->len = bytes.len;
	if (bytes.len)
		memcpy(d->bytes, bytes.p, bytes.len);
	queue_add(&m->way, d);
}

static bool memory_send(struct wire_port *p, struct wire_to to,
			struct str bytes, struct fail *why)
{
	struct memory *m = memory_of(p);

	if (p->proto == PROTO_UDP &&
	    ((struct memory_port *)p)->mode == WIRE_REFUSE)
		return fail_set(why, "the port is closed by \"wire refuse\"");
	if (p->proto != PROTO_UDP)
		return memory_stream_send((struct memory_port *)p, to, bytes,
					  why);
	if (m->drop)
		m->drop--;
	else
		memory_push(m,
			    (struct parcel){ .from = p->at,
					     .to = *to.peer,
					     .proto = p->proto },
			    bytes);
	return true;
}

static bool memory_set_mode(struct wire_port *p, enum wire_mode mode,
			    struct fail *why)
{
	struct memory_port *port = (struct memory_port *)p;
	struct parcel *d;

	if (mode == WIRE_RESET || mode == WIRE_CLOSE) {
		if (p->proto == PROTO_UDP)
			return fail_set(why, "UDP has no connection to end");
		memory_stream_end(port, mode);
		return true;
	}
	port->mode = mode;
	if (mode == WIRE_REFUSE && p->proto == PROTO_UDP)
		queue_free(&port->stalled);
	while (mode == WIRE_OPEN && (d = queue_take(&port->stalled))) {
		d->due = clock_now(p->wire->clock);
		queue_add(&memory_of(p)->way, d);
	}
	return true;
}

/* d belongs to the callee. */
static void deliver(struct memory *m, struct parcel *d)
{
	struct memory_port *port = d->link ? memory_stream_port(d)
					   : memory_find(m, d->proto, &d->to);
	struct wire_in in = {
		.what = d->what,
		.proto = d->proto,
		.mono = clock_now(m->head.clock),
		.peer = d->from,
		.bytes = { d->bytes, d->len },
	};

	if (port && port->mode == WIRE_STALL) {
		queue_add(&port->stalled, d);
		return;
	}
	if (d->link)
		memory_stream_deliver(m, d);
	else if (port && port->mode == WIRE_OPEN)
		port->head.on_in(port->head.ctx, &port->head, &in);
	else if (d->what == WIRE_BYTES)
		memory_push(m,
			    (struct parcel){ .from = d->to,
					     .to = d->from,
					     .proto = d->proto,
					     .what = WIRE_REFUSED },
			    STR_NONE);
	free(d);
}

static bool memory_watch(struct wire_watch *watch, struct fail *why)
{
	struct memory *m = (struct memory *)watch->wire;

	(void)why;
	watch->next = m->watches;
	m->watches = watch;
	return true;
}

static void memory_unwatch(struct wire_watch *watch)
{
	struct wire_watch **at = &((struct memory *)watch->wire)->watches;

	while (*at != watch)
		at = &(*at)->next;
	*at = watch->next;
}

/* A process is real, and so is the time that it takes: nothing else passes
 * until it has said something or ended. */
static bool look_at_watches(struct memory *m)
{
	enum { REAL_MS_MAX = 20000 };
	struct pollfd fds[WATCHES_MAX];
	struct wire_watch *list[WATCHES_MAX];
	nfds_t n = 0;

	for (struct wire_watch *w = m->watches; w && n < WATCHES_MAX;
	     w = w->next) {
		list[n] = w;
		fds[n++] = (struct pollfd){ .fd = w->fd, .events = POLLIN };
	}
	if (!n || poll(fds, n, REAL_MS_MAX) <= 0)
		return false;
	for (nfds_t i = 0; i < n; i++)
		if (fds[i].revents) {
			list[i]->fn(list[i]->ctx);
			return true; /* it may have ended others */
		}
	return false;
}

static void memory_wait(struct wire *w, ns_t until)
{
	struct memory *m = (struct memory *)w;
	struct parcel *d = m->way.first;

	if (!d && look_at_watches(m))
		return;
	if (!d || d->due > until) {
		if (until > w->clock->now)
			clock_advance(w->clock, until);
		return;
	}
	if (d->due > w->clock->now)
		clock_advance(w->clock, d->due);
	deliver(m, queue_take(&m->way));
}

static void memory_free(struct wire *w)
{
	struct memory *m = (struct memory *)w;

	while (m->ports)
		memory_close(&m->ports->head);
	queue_free(&m->way);
	memory_stream_free(m);
	free(m);
}

static const struct wire_ops memory_ops = {
	.free = memory_free,
	.open = memory_open,
	.close = memory_close,
	.send = memory_send,
	.set_mode = memory_set_mode,
	.wait = memory_wait,
	.watch = memory_watch,
	.unwatch = memory_unwatch,
};

struct wire *wire_memory_new(struct clock *clock)
{
	struct memory *m = arena_must(calloc(1, sizeof(*m)));

	assert(clock->is_virtual);
	m->head = (struct wire){ .ops = &memory_ops, .clock = clock };
	queue_init(&m->way);
	m->delay = NS_MS;
	m->next_port = FIRST_FREE_PORT;
	return &m->head;
}

void wire_memory_delay(struct wire *w, ns_t delay)
{
	((struct memory *)w)->delay = delay;
}

void wire_memory_drop(struct wire *w, unsigned n)
{
	((struct memory *)w)->drop = n;
}
