/* SPDX-License-Identifier: MIT */
/* A wire in memory on a virtual clock: every port hears every other, nothing
 * is real, and 32 s take no time. */
#include "wire/wire_memory.h"

#include <assert.h>
#include <poll.h>
#include <stdlib.h>

#include "base/arena.h"

enum { FIRST_FREE_PORT = 20000, WATCHES_MAX = 16 };

struct datagram {
	struct datagram *next;
	ns_t due;
	struct addr from, to;
	size_t len;
	enum proto proto;
	bool refusal;
	char bytes[];
};

struct queue {
	struct datagram *first, **last;
};

struct memory_port {
	struct wire_port head;
	struct memory_port *next;
	enum wire_mode mode;
	struct queue stalled; /* what waits until the port is read again */
};

struct memory {
	struct wire head;
	struct wire_watch *watches;
	struct memory_port *ports;
	struct queue way;
	ns_t delay;
	unsigned drop;
	uint16_t next_port;
};

/* ---- queues ---------------------------------------------------------------
 */

static void queue_init(struct queue *q)
{
	q->first = NULL;
	q->last = &q->first;
}

static void queue_add(struct queue *q, struct datagram *d)
{
	d->next = NULL;
	*q->last = d;
	q->last = &d->next;
}

static struct datagram *queue_take(struct queue *q)
{
	struct datagram *d = q->first;

	if (d)
		q->first = d->next;
	if (!q->first)
		q->last = &q->first;
	return d;
}

static void queue_free(struct queue *q)
{
	struct datagram *d;

	while ((d = queue_take(q)))
		free(d);
}

/* ---- ports ----------------------------------------------------------------
 */

static struct memory *memory_of(struct wire_port *p)
{
	return (struct memory *)p->wire;
}

static struct memory_port *find(struct memory *m, enum proto proto,
				const struct addr *at)
{
	for (struct memory_port *p = m->ports; p; p = p->next)
		if (p->head.proto == proto && addr_equal(&p->head.at, at))
			return p;
	return NULL;
}

static struct wire_port *memory_open(struct wire *w, enum proto proto,
				     const struct addr *at, wire_in_fn *on_in,
				     void *ctx, struct fail *why)
{
	struct memory *m = (struct memory *)w;
	struct memory_port *port;
	struct addr bound = *at;
	char text[ADDR_TEXT_MAX];

	if (!addr_port(at)) {
		do
			addr_set_port(&bound, m->next_port++);
		while (find(m, proto, &bound));
	}
	if (find(m, proto, &bound)) {
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
	queue_free(&port->stalled);
	free(port);
}

/* ---- datagrams ------------------------------------------------------------
 */

static void push(struct memory *m, struct datagram head, struct str bytes)
{
	struct datagram *d = arena_must(malloc(sizeof(*d) + bytes.len));

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

	if (((struct memory_port *)p)->mode == WIRE_REFUSE)
		return fail_set(why, "the port is closed by \"wire refuse\"");
	if (m->drop)
		m->drop--;
	else
		push(m,
		     (struct datagram){
			     .from = p->at, .to = *to.peer, .proto = p->proto },
		     bytes);
	return true;
}

static bool memory_set_mode(struct wire_port *p, enum wire_mode mode,
			    struct fail *why)
{
	struct memory_port *port = (struct memory_port *)p;
	struct datagram *d;

	(void)why;
	port->mode = mode;
	if (mode == WIRE_REFUSE)
		queue_free(&port->stalled);
	while (mode == WIRE_OPEN && (d = queue_take(&port->stalled))) {
		d->due = clock_now(p->wire->clock);
		queue_add(&memory_of(p)->way, d);
	}
	return true;
}

/* d belongs to the callee. */
static void deliver(struct memory *m, struct datagram *d)
{
	struct memory_port *port = find(m, d->proto, &d->to);
	struct wire_in in = {
		.what = d->refusal ? WIRE_REFUSED : WIRE_BYTES,
		.proto = d->proto,
		.mono = clock_now(m->head.clock),
		.peer = d->from,
		.bytes = { d->bytes, d->len },
	};

	if (port && port->mode == WIRE_STALL) {
		queue_add(&port->stalled, d);
		return;
	}
	if (port && port->mode == WIRE_OPEN)
		port->head.on_in(port->head.ctx, &port->head, &in);
	else if (!d->refusal)
		push(m,
		     (struct datagram){ .from = d->to,
					.to = d->from,
					.proto = d->proto,
					.refusal = true },
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
	struct datagram *d = m->way.first;

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

	queue_free(&m->way);
	while (m->ports)
		memory_close(&m->ports->head);
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
