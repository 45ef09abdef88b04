/* SPDX-License-Identifier: MIT */
/* TCP and TLS: a port listens, and has connections that it accepted or made
 * (conn.c). */
#include "wire/stream.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"

enum {
	BACKLOG = 64,
	CONNECTIONS_MAX = 256 /* alive on one port */
};

static struct net *net_of_port(struct stream_port *port)
{
	return net_of(&port->net);
}

/* ---- connections ---- */

/* It is told of when it is up: at once for TCP. */
static void on_acceptable(void *ctx, int revents)
{
	struct stream_port *port = ctx;
	struct addr peer = { 0 };
	socklen_t len = sizeof(peer.u);
	int fd;

	(void)revents;
	if (port->fd < 0 || port->stalled)
		return;
	fd = accept4(port->fd, &peer.u.sa, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd < 0)
		return;
	if (port->nconns >= CONNECTIONS_MAX)
		close(fd);
	else
		conn_new(port, fd, &peer, false, &(struct fail){ 0 });
}

/* From the port's own host address, from any number. */
static struct conn *make_conn(struct stream_port *port, const struct addr *peer,
			      struct fail *why)
{
	struct addr from = port->net.head.at, bound;
	char text[ADDR_TEXT_MAX];
	int fd;

	if (port->nconns >= CONNECTIONS_MAX) {
		fail_set(why, "%d connections are too many", CONNECTIONS_MAX);
		return NULL;
	}
	addr_set_port(&from, 0);
	fd = net_bind(net_of(&port->net), &from, SOCK_STREAM, &bound, why);
	if (fd < 0)
		return NULL;
	if (connect(fd, &peer->u.sa, addr_len(peer)) && errno != EINPROGRESS) {
		fail_errno(why, "connect to %s", addr_format(peer, text));
		close(fd);
		return NULL;
	}
	return conn_new(port, fd, peer, true, why);
}

static struct conn *find_conn(struct stream_port *port, struct wire_to to)
{
	struct conn *same = NULL;

	for (struct conn *c = port->conns; c; c = c->next) {
		if (c->state == CONN_GONE)
			continue;
		if (to.conn && c->id == to.conn)
			return c;
		if (c->state != CONN_FINISHED && addr_equal(&c->peer, to.peer))
			same = c;
	}
	return same;
}

static bool stream_send(struct net_port *p, struct wire_to to, struct str bytes,
			struct fail *why)
{
	struct stream_port *port = (struct stream_port *)p;
	struct conn *c = find_conn(port, to);
	char text[ADDR_TEXT_MAX];

	if (!c)
		c = make_conn(port, to.peer, why);
	if (!c)
		return false;
	return conn_send(c, bytes) ||
	       fail_set(why, "%s reads nothing: too much waits already",
			addr_format(&c->peer, text));
}

/* ---- the port ---- */

static bool listen_on(struct stream_port *port, struct fail *why)
{
	char text[ADDR_TEXT_MAX];
	struct addr at = port->net.head.at;

	port->fd = net_bind(net_of(&port->net), &at, SOCK_STREAM,
			    &port->net.head.at, why);
	if (port->fd < 0)
		return false;
	if (listen(port->fd, BACKLOG))
		return fail_errno(why, "listen at %s", addr_format(&at, text));
	return net_watch_start(net_of_port(port), &port->watch, port->fd,
			       SU_WAIT_IN, on_acceptable, port, why);
}

static void stop_listening(struct stream_port *port)
{
	net_watch_stop(net_of_port(port), &port->watch);
	if (port->fd >= 0)
		close(port->fd);
	port->fd = -1;
}

static void for_all(struct stream_port *port, void (*fn)(struct conn *c))
{
	for (struct conn *c = port->conns; c; c = c->next)
		if (c->state != CONN_GONE)
			fn(c);
}

static bool stream_set_mode(struct net_port *p, enum wire_mode mode,
			    struct fail *why)
{
	struct stream_port *port = (struct stream_port *)p;

	port->stalled = mode == WIRE_STALL;
	switch (mode) {
	case WIRE_OPEN:
		if (port->fd < 0 && !listen_on(port, why))
			return false;
		break;
	case WIRE_REFUSE:
		stop_listening(port);
		break;
	case WIRE_STALL:
		break;
	case WIRE_RESET:
		for_all(port, conn_reset);
		break;
	case WIRE_CLOSE:
		for_all(port, conn_hang_up);
		break;
	}
	if (port->fd >= 0)
		net_watch_events(net_of_port(port), &port->watch, port->fd,
				 port->stalled ? 0 : SU_WAIT_IN);
	for_all(port, conn_listen);
	return true;
}

static void stream_shut(struct net_port *p)
{
	struct stream_port *port = (struct stream_port *)p;

	stop_listening(port);
	for_all(port, conn_hang_up);
}

static void stream_reap(struct net_port *p)
{
	struct stream_port *port = (struct stream_port *)p;
	struct conn **at = &port->conns;

	while (*at) {
		struct conn *c = *at;

		if (c->state != CONN_GONE) {
			at = &c->next;
			continue;
		}
		*at = c->next;
		conn_free(c);
	}
}

static const struct net_port_ops stream_ops = {
	.send = stream_send,
	.set_mode = stream_set_mode,
	.reap = stream_reap,
	.shut = stream_shut,
};

struct net_port *stream_port_new(struct net *net, enum proto proto,
				 const struct addr *at, struct fail *why)
{
	struct stream_port *port = arena_must(calloc(1, sizeof(*port)));

	port->net.head.wire = &net->head;
	port->net.head.proto = proto;
	port->net.head.at = *at;
	port->net.ops = &stream_ops;
	port->fd = -1;
	if (listen_on(port, why))
		return &port->net;
	stop_listening(port);
	free(port);
	return NULL;
}
