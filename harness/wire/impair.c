/* SPDX-License-Identifier: MIT */
/* What is under way waits in a list by its time; the inner wire does the
 * rest. One generator of numbers decides both ways, so that a seed and the
 * same traffic give the same fate. */
#include "wire/impair.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/text.h"

enum { WHOLE = 10000, UNDER_WAY_MAX = 100000 };

struct impaired_port {
	struct wire_port head;
	struct impaired_port *next;
	struct wire_port *inner;
};

struct parcel { /* bytes under way */
	struct parcel *next;
	struct impaired_port *port;
	ns_t due;
	ns_t came; /* to us */
	bool out, ours;
	enum wire_what what;
	const char *text; /* static, or of the inner wire's own words */
	uint32_t conn;
	struct addr peer;
	size_t len;
	char bytes[];
};

struct impaired {
	struct wire head;
	struct wire *inner;
	struct impair how;
	uint64_t random;
	struct impaired_port *ports;
	struct parcel *way;
	unsigned nway;
};

/* ---- chance ---- */

static uint64_t next_random(struct impaired *w) /* xorshift64* */
{
	w->random ^= w->random >> 12;
	w->random ^= w->random << 25;
	w->random ^= w->random >> 27;
	return w->random * 0x2545f4914f6cdd1dULL >> 16;
}

static bool happens(struct impaired *w, unsigned of_whole)
{
	return of_whole && next_random(w) % WHOLE < of_whole;
}

static ns_t some_delay(struct impaired *w)
{
	ns_t spread = 2 * w->how.jitter, d = w->how.delay - w->how.jitter;

	if (spread)
		d += (ns_t)(next_random(w) % (uint64_t)(spread + 1));
	return d > 0 ? d : 0;
}

/* ---- what is under way ---- */

/* Behind all that are due no later. A stream keeps its order. */
static void insert(struct impaired *w, struct parcel *p)
{
	struct parcel **at = &w->way;
	bool stream = p->port->head.proto != PROTO_UDP;

	for (struct parcel *q = w->way; stream && q; q = q->next)
		if (q->port == p->port && q->out == p->out && q->due > p->due)
			p->due = q->due;
	while (*at && (*at)->due <= p->due)
		at = &(*at)->next;
	p->next = *at;
	*at = p;
	w->nway++;
}

static void put(struct impaired *w, struct parcel head, struct str bytes,
		ns_t delay)
{
	struct parcel *p;

	if (w->nway >= UNDER_WAY_MAX)
		return;
	p = arena_must(malloc(sizeof(*p) + bytes.len));
	*p = head;
	p->came = clock_now(w->head.clock);
	p->due = p->came + delay;
	p->len = bytes.len;
	if (bytes.len)
		memcpy(p->bytes, bytes.p, bytes.len);
	insert(w, p);
}

/* Told from the loop, as all that happens: who sends is not called back. */
static void tell_lost(struct impaired *w, struct parcel head, struct str bytes)
{
	head.what = WIRE_WITHHELD;
	head.text = head.out ? "lost on its way to the device"
			     : "lost on its way from the device";
	head.ours = head.out;
	head.out = false;
	put(w, head, bytes, 0);
}

static void post(struct impaired *w, struct parcel head, struct str bytes)
{
	bool datagram =
		head.port->head.proto == PROTO_UDP && head.what == WIRE_BYTES;

	if (datagram && happens(w, w->how.loss)) {
		tell_lost(w, head, bytes);
		return;
	}
	put(w, head, bytes, some_delay(w));
	if (datagram && happens(w, w->how.dup))
		put(w, head, bytes, some_delay(w));
}

static void deliver(struct parcel *p)
{
	struct impaired_port *port = p->port;
	struct str bytes = { p->bytes, p->len };
	struct wire_in in = { .what = p->what,
			      .proto = port->head.proto,
			      .mono = clock_now(port->head.wire->clock),
			      .first = p->came,
			      .ours = p->ours,
			      .conn = p->conn,
			      .peer = p->peer,
			      .bytes = bytes,
			      .text = p->text };

	if (p->out)
		wire_send(port->inner, (struct wire_to){ p->conn, &p->peer },
			  bytes, &(struct fail){ 0 });
	else
		port->head.on_in(port->head.ctx, &port->head, &in);
}

static struct parcel *take_due(struct impaired *w)
{
	struct parcel *p = w->way;

	if (!p || p->due > clock_now(w->head.clock))
		return NULL;
	w->way = p->next;
	w->nway--;
	return p;
}

/* ---- the wire ---- */

static void on_inner(void *ctx, struct wire_port *inner,
		     const struct wire_in *in)
{
	struct impaired_port *port = ctx;
	struct parcel head = { .port = port,
			       .what = in->what,
			       .text = in->text,
			       .conn = in->conn,
			       .peer = in->peer };

	(void)inner;
	post((struct impaired *)port->head.wire, head, in->bytes);
}

static struct wire_port *impaired_open(struct wire *wire, enum proto proto,
				       const struct addr *at, wire_in_fn *on_in,
				       void *ctx, struct fail *why)
{
	struct impaired *w = (struct impaired *)wire;
	struct impaired_port *port = arena_must(calloc(1, sizeof(*port)));

	port->inner = wire_open(w->inner, proto, at, on_inner, port, why);
	if (!port->inner) {
		free(port);
		return NULL;
	}
	port->head = (struct wire_port){ .wire = wire,
					 .proto = proto,
					 .at = port->inner->at,
					 .on_in = on_in,
					 .ctx = ctx };
	port->next = w->ports;
	w->ports = port;
	return &port->head;
}

static void forget(struct impaired *w, const struct impaired_port *port)
{
	struct parcel **at = &w->way;

	while (*at) {
		struct parcel *p = *at;

		if (p->port != port) {
			at = &p->next;
			continue;
		}
		*at = p->next;
		w->nway--;
		free(p);
	}
}

static void impaired_close(struct wire_port *p)
{
	struct impaired_port *port = (struct impaired_port *)p;
	struct impaired *w = (struct impaired *)p->wire;
	struct impaired_port **at = &w->ports;

	while (*at != port)
		at = &(*at)->next;
	*at = port->next;
	forget(w, port);
	wire_close(port->inner);
	free(port);
}

static bool impaired_send(struct wire_port *p, struct wire_to to,
			  struct str bytes, struct fail *why)
{
	struct parcel head = { .port = (struct impaired_port *)p,
			       .out = true,
			       .what = WIRE_BYTES,
			       .conn = to.conn,
			       .peer = *to.peer };

	(void)why;
	post((struct impaired *)p->wire, head, bytes);
	return true;
}

static bool impaired_set_mode(struct wire_port *p, enum wire_mode mode,
			      struct fail *why)
{
	return wire_set_mode(((struct impaired_port *)p)->inner, mode, why);
}

static void impaired_wait(struct wire *wire, ns_t until)
{
	struct impaired *w = (struct impaired *)wire;
	struct parcel *p;

	if (w->way && w->way->due < until)
		until = w->way->due;
	wire_wait(w->inner, until);
	while ((p = take_due(w))) {
		deliver(p);
		free(p);
	}
}

static void impaired_free(struct wire *wire)
{
	struct impaired *w = (struct impaired *)wire;

	while (w->ports)
		impaired_close(&w->ports->head);
	wire_free(w->inner);
	free(w);
}

/* Not the network: the inner wire has it for itself, its end too. */
static bool impaired_watch(struct wire_watch *watch, struct fail *why)
{
	return wire_watch(((struct impaired *)watch->wire)->inner, watch, why);
}

static const struct wire_ops impaired_ops = {
	.free = impaired_free,
	.open = impaired_open,
	.close = impaired_close,
	.send = impaired_send,
	.set_mode = impaired_set_mode,
	.wait = impaired_wait,
	.watch = impaired_watch,
};

struct wire *wire_impaired_new(struct wire *inner, const struct impair *how,
			       uint64_t seed)
{
	struct impaired *w = arena_must(calloc(1, sizeof(*w)));

	w->head = (struct wire){ .ops = &impaired_ops, .clock = inner->clock };
	w->inner = inner;
	w->how = *how;
	w->random = seed * 2 + 1; /* never 0 */
	return &w->head;
}
