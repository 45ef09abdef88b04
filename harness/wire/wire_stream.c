/* SPDX-License-Identifier: MIT */
/* TCP: a port listens, and has connections that it accepted or made. Messages
 * are cut out of the stream (frame.c); whatever happens to a connection goes
 * up as it happened. */
#include "wire/net.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "wire/frame.h"

enum {
	BACKLOG = 64,
	CONNECTIONS_MAX = 256, /* alive on one port */
	UNSENT_MAX = 4 << 20,  /* bytes that wait for room on one of them */
	READS_MAX = 16         /* in one wake-up: a flood starves no timer */
};

struct conn {
	struct conn *next;
	struct stream_port *port;
	uint32_t id;
	struct addr peer;
	struct net_watch watch;
	int fd; /* -1: gone, freed at the next reap */
	bool connecting;
	bool finished; /* the peer has sent its FIN */
	struct framer framer;
	struct buf unsent;
	size_t sent; /* of unsent */
};

struct stream_port {
	struct net_port net;
	struct net_watch watch;
	int fd; /* listening; -1: refusing */
	bool stalled;
	struct conn *conns;
	unsigned nconns;
	uint32_t last_id;
};

static struct net *net_of_port(struct stream_port *port)
{
	return net_of(&port->net);
}

static void tell(struct conn *c, enum wire_what what, struct str bytes,
		 const char *text)
{
	struct wire_in in = { .what = what,
			      .conn = c->id,
			      .peer = c->peer,
			      .bytes = bytes,
			      .text = text };

	net_deliver(&c->port->net, &in);
}

/* ---- the end of a connection ---- */

static void hang_up(struct conn *c)
{
	if (c->fd < 0)
		return;
	net_watch_stop(net_of_port(c->port), &c->watch);
	close(c->fd);
	c->fd = -1;
	c->port->nconns--;
}

/* RST instead of FIN: nothing lingers. */
static void reset(struct conn *c)
{
	struct linger now = { .l_onoff = 1, .l_linger = 0 };

	if (c->fd >= 0)
		setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	hang_up(c);
}

static void lose(struct conn *c, int err)
{
	bool refused = c->connecting && err == ECONNREFUSED;

	hang_up(c);
	tell(c, refused ? WIRE_REFUSED : WIRE_LOST, STR_NONE, strerror(err));
}

static void free_conn(struct conn *c)
{
	framer_free(&c->framer);
	buf_free(&c->unsent);
	free(c);
}

/* ---- sending ---- */

static void on_conn(void *ctx, int revents);

static int events_of(const struct conn *c)
{
	int events = c->port->stalled || c->finished ? 0 : SU_WAIT_IN;

	if (c->connecting || c->sent < c->unsent.len)
		events |= SU_WAIT_OUT;
	return events;
}

/* One that waits for nothing is not registered at all: epoll reports errors
 * unasked, for ever. */
static void listen_to(struct conn *c)
{
	struct net *net = net_of_port(c->port);
	int events = c->fd < 0 ? 0 : events_of(c);

	if (!events)
		net_watch_stop(net, &c->watch);
	else if (c->watch.index)
		net_watch_events(net, &c->watch, c->fd, events);
	else
		net_watch_start(net, &c->watch, c->fd, events, on_conn, c,
				&(struct fail){ 0 });
}

static void push(struct conn *c)
{
	while (c->fd >= 0 && !c->connecting && c->sent < c->unsent.len) {
		ssize_t n = send(c->fd, c->unsent.p + c->sent,
				 c->unsent.len - c->sent, MSG_NOSIGNAL);

		if (n >= 0) {
			c->sent += (size_t)n;
		} else if (errno == EAGAIN) {
			break;
		} else {
			lose(c, errno);
			return;
		}
	}
	if (c->sent == c->unsent.len) {
		buf_clear(&c->unsent);
		c->sent = 0;
	}
	listen_to(c);
}

/* ---- receiving ---- */

static void give_frames(struct conn *c, bool ended)
{
	struct frame f;

	while (!c->port->net.is_closed &&
	       (framer_next(&c->framer, &f) ||
		(ended && framer_end(&c->framer, &f))))
		tell(c, f.kind == FRAME_BROKEN ? WIRE_BROKEN : WIRE_BYTES,
		     f.bytes, f.flaw);
}

static void on_end(struct conn *c)
{
	c->finished = true;
	give_frames(c, true);
	tell(c, WIRE_FINISHED, STR_NONE, NULL);
	listen_to(c);
}

static bool read_some(struct conn *c)
{
	struct net *net = net_of_port(c->port);
	ssize_t n = recv(c->fd, net->bytes, sizeof(net->bytes), 0);

	if (n > 0) {
		framer_add(&c->framer, (struct str){ net->bytes, (size_t)n });
		give_frames(c, false);
		return true;
	}
	if (n == 0)
		on_end(c);
	else if (errno != EAGAIN)
		lose(c, errno);
	return false;
}

static bool is_readable(const struct conn *c)
{
	return c->fd >= 0 && !c->finished && !c->port->stalled;
}

static bool has_connected(struct conn *c)
{
	int err = 0;
	socklen_t len = sizeof(err);

	getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &err, &len);
	if (err) {
		lose(c, err);
		return false;
	}
	c->connecting = false;
	tell(c, WIRE_CONNECTED, STR_NONE, "made by us");
	return c->fd >= 0;
}

static void on_conn(void *ctx, int revents)
{
	struct conn *c = ctx;

	if (c->fd >= 0 && c->connecting &&
	    (!(revents & (SU_WAIT_OUT | SU_WAIT_ERR)) || !has_connected(c)))
		return;
	if (revents & SU_WAIT_OUT)
		push(c);
	for (int i = 0; i < READS_MAX && is_readable(c); i++)
		if (!read_some(c))
			return;
}

/* ---- connections ---- */

static struct conn *new_conn(struct stream_port *port, int fd,
			     const struct addr *peer, struct fail *why)
{
	struct conn *c = arena_must(calloc(1, sizeof(*c)));
	int on = 1;

	c->port = port;
	c->fd = fd;
	c->peer = *peer;
	c->unsent.max = UNSENT_MAX;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (!net_watch_start(net_of_port(port), &c->watch, fd,
			     SU_WAIT_IN | SU_WAIT_OUT | SU_WAIT_ERR, on_conn, c,
			     why)) {
		close(fd);
		free(c);
		return NULL;
	}
	c->id = ++port->last_id;
	c->next = port->conns;
	port->conns = c;
	port->nconns++;
	return c;
}

static void on_acceptable(void *ctx, int revents)
{
	struct stream_port *port = ctx;
	struct addr peer = { 0 };
	socklen_t len = sizeof(peer.u);
	struct conn *c;
	int fd;

	(void)revents;
	if (port->fd < 0 || port->stalled)
		return;
	fd = accept4(port->fd, &peer.u.sa, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd < 0)
		return;
	if (port->nconns >= CONNECTIONS_MAX) {
		close(fd);
		return;
	}
	c = new_conn(port, fd, &peer, &(struct fail){ 0 });
	if (c)
		tell(c, WIRE_CONNECTED, STR_NONE, "made by the peer");
}

/* From the port's own host address, from any number. */
static struct conn *make_conn(struct stream_port *port, const struct addr *peer,
			      struct fail *why)
{
	struct addr from = port->net.head.at, bound;
	char text[ADDR_TEXT_MAX];
	struct conn *c;
	int fd;

	if (port->nconns >= CONNECTIONS_MAX) {
		fail_set(why, "%d connections are too many", CONNECTIONS_MAX);
		return NULL;
	}
	addr_set_port(&from, 0);
	fd = net_bind(&from, SOCK_STREAM, &bound, why);
	if (fd < 0)
		return NULL;
	if (connect(fd, &peer->u.sa, addr_len(peer)) && errno != EINPROGRESS) {
		fail_errno(why, "connect to %s", addr_format(peer, text));
		close(fd);
		return NULL;
	}
	c = new_conn(port, fd, peer, why);
	if (c)
		c->connecting = true;
	return c;
}

static struct conn *find_conn(struct stream_port *port, struct wire_to to)
{
	struct conn *same = NULL;

	for (struct conn *c = port->conns; c; c = c->next) {
		if (c->fd < 0)
			continue;
		if (to.conn && c->id == to.conn)
			return c;
		if (!c->finished && addr_equal(&c->peer, to.peer))
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
	buf_add_str(&c->unsent, bytes);
	if (c->unsent.over) {
		c->unsent.over = false;
		return fail_set(why, "%s does not read: %d bytes wait already",
				addr_format(&c->peer, text), UNSENT_MAX);
	}
	push(c);
	return true;
}

/* ---- the port ---- */

static bool listen_on(struct stream_port *port, struct fail *why)
{
	char text[ADDR_TEXT_MAX];
	struct addr at = port->net.head.at;

	port->fd = net_bind(&at, SOCK_STREAM, &port->net.head.at, why);
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

static void end_all(struct stream_port *port, void (*end)(struct conn *c))
{
	for (struct conn *c = port->conns; c; c = c->next)
		end(c);
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
		end_all(port, reset);
		break;
	case WIRE_CLOSE:
		end_all(port, hang_up);
		break;
	}
	if (port->fd >= 0)
		net_watch_events(net_of_port(port), &port->watch, port->fd,
				 port->stalled ? 0 : SU_WAIT_IN);
	end_all(port, listen_to);
	return true;
}

static void stream_shut(struct net_port *p)
{
	struct stream_port *port = (struct stream_port *)p;

	stop_listening(port);
	end_all(port, hang_up);
}

static void stream_reap(struct net_port *p)
{
	struct stream_port *port = (struct stream_port *)p;
	struct conn **at = &port->conns;

	while (*at) {
		struct conn *c = *at;

		if (c->fd >= 0) {
			at = &c->next;
			continue;
		}
		*at = c->next;
		free_conn(c);
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
