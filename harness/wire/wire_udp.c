/* SPDX-License-Identifier: MIT */
/* UDP: a datagram gets its time and goes up as it is; an ICMP error that says
 * "nobody listens there" goes up as well. */
#include "wire/net.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"

enum {
	PER_WAKE_UP = 64,   /* so that a flood does not starve the timers */
	ERRORS_MAX = 4,     /* stale errors passed over in one call */
	SEND_WAIT_MS = 100, /* for room in a full send buffer */
	RECEIVE_BUFFER = 4 << 20
};

struct udp_port {
	struct net_port net;
	struct net_watch watch;
	int fd; /* -1: refusing */
	bool stalled;
};

/* ---- receiving ---- */

/* Does this message of the error queue say that nobody listens there? */
static bool is_refusal(struct msghdr *m)
{
	struct sock_extended_err err;
	struct cmsghdr *c;

	for (c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		if ((c->cmsg_level == IPPROTO_IP &&
		     c->cmsg_type == IP_RECVERR) ||
		    (c->cmsg_level == IPPROTO_IPV6 &&
		     c->cmsg_type == IPV6_RECVERR)) {
			memcpy(&err, CMSG_DATA(c), sizeof(err));
			return err.ee_errno == ECONNREFUSED;
		}
	}
	return false;
}

/* One ICMP error about something we sent (IP_RECVERR); false: no more. */
static bool read_error(struct udp_port *port, struct addr *ret_peer,
		       bool *ret_refused)
{
	union {
		struct cmsghdr align;
		char bytes[512];
	} control;
	char quoted[64]; /* the head of what we sent; of no interest */
	struct iovec iov = { .iov_base = quoted, .iov_len = sizeof(quoted) };
	struct msghdr m = { .msg_name = &ret_peer->u,
			    .msg_namelen = sizeof(ret_peer->u),
			    .msg_iov = &iov,
			    .msg_iovlen = 1,
			    .msg_control = control.bytes,
			    .msg_controllen = sizeof(control.bytes) };

	if (recvmsg(port->fd, &m, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
		return false;
	*ret_refused = is_refusal(&m);
	return true;
}

static bool read_datagram(struct udp_port *port, struct wire_in *in)
{
	struct net *net = net_of(&port->net);
	socklen_t len = sizeof(in->peer.u);
	ssize_t n;

	/* The error of an earlier send is told here once: not ours. */
	for (int i = 0; i < ERRORS_MAX; i++) {
		n = recvfrom(port->fd, net->bytes, DATAGRAM_MAX, MSG_DONTWAIT,
			     &in->peer.u.sa, &len);
		if (n >= 0) {
			in->bytes = (struct str){ net->bytes, (size_t)n };
			return true;
		}
		if (errno == EAGAIN)
			break;
	}
	return false;
}

static bool is_open(const struct udp_port *port)
{
	return port->fd >= 0 && !port->stalled;
}

/* The callback may close the port or change its mode at any datagram. */
static void on_readable(void *ctx, int revents)
{
	struct udp_port *port = ctx;
	int left = PER_WAKE_UP;

	/* An error that nobody reads would wake us for ever. */
	while (revents & SU_WAIT_ERR && is_open(port) && left-- > 0) {
		struct wire_in in = { .what = WIRE_REFUSED };
		bool refused;

		if (!read_error(port, &in.peer, &refused))
			break;
		if (refused)
			net_deliver(&port->net, &in);
	}
	while (is_open(port) && left-- > 0) {
		struct wire_in in = { .what = WIRE_BYTES };

		if (!read_datagram(port, &in))
			break;
		net_deliver(&port->net, &in);
	}
}

/* ---- the socket ---- */

static void set_options(int fd, int family)
{
	int on = 1, size = RECEIVE_BUFFER;

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (family == AF_INET)
		setsockopt(fd, IPPROTO_IP, IP_RECVERR, &on, sizeof(on));
	else
		setsockopt(fd, IPPROTO_IPV6, IPV6_RECVERR, &on, sizeof(on));
}

static bool bind_socket(struct udp_port *port, const struct addr *at,
			struct fail *why)
{
	port->fd = net_bind(net_of(&port->net), at, SOCK_DGRAM,
			    &port->net.head.at, why);
	if (port->fd < 0)
		return false;
	set_options(port->fd, at->u.sa.sa_family);
	return true;
}

static bool listen_on(struct udp_port *port, struct fail *why)
{
	return net_watch_start(net_of(&port->net), &port->watch, port->fd,
			       SU_WAIT_IN | SU_WAIT_ERR, on_readable, port,
			       why);
}

static void udp_shut(struct net_port *p)
{
	struct udp_port *port = (struct udp_port *)p;

	net_watch_stop(net_of(p), &port->watch);
	if (port->fd >= 0)
		close(port->fd);
	port->fd = -1;
}

static bool udp_send(struct net_port *p, struct wire_to to, struct str bytes,
		     struct fail *why)
{
	struct udp_port *port = (struct udp_port *)p;
	char text[ADDR_TEXT_MAX];

	if (port->fd < 0)
		return fail_set(why, "the port is closed by \"wire refuse\"");
	/* The ICMP error of an earlier datagram makes a sendto fail once. */
	for (int i = 0; i < ERRORS_MAX; i++) {
		struct pollfd room = { .fd = port->fd, .events = POLLOUT };

		if (sendto(port->fd, bytes.p, bytes.len, 0, &to.peer->u.sa,
			   addr_len(to.peer)) >= 0)
			return true;
		if (errno == EAGAIN)
			poll(&room, 1, SEND_WAIT_MS);
		else if (errno != ECONNREFUSED && errno != EHOSTUNREACH &&
			 errno != ENETUNREACH && errno != EPROTO)
			break;
	}
	return fail_errno(why, "send %zu bytes to %s", bytes.len,
			  addr_format(to.peer, text));
}

/* A stalled port is not registered at all: epoll reports errors unasked. */
static bool udp_set_mode(struct net_port *p, enum wire_mode mode,
			 struct fail *why)
{
	struct udp_port *port = (struct udp_port *)p;
	struct addr at = p->head.at;

	if (mode == WIRE_RESET || mode == WIRE_CLOSE)
		return fail_set(why, "UDP has no connection to end");
	port->stalled = mode == WIRE_STALL;
	if (mode == WIRE_REFUSE) {
		udp_shut(p);
		return true;
	}
	if (port->fd < 0 && !bind_socket(port, &at, why))
		return false;
	if (port->stalled) {
		net_watch_stop(net_of(p), &port->watch);
		return true;
	}
	return port->watch.index || listen_on(port, why);
}

static const struct net_port_ops udp_ops = {
	.send = udp_send,
	.set_mode = udp_set_mode,
	.shut = udp_shut,
};

struct net_port *udp_port_new(struct net *net, const struct addr *at,
			      struct fail *why)
{
	struct udp_port *port = arena_must(calloc(1, sizeof(*port)));

	port->net.head.wire = &net->head;
	port->net.head.proto = PROTO_UDP;
	port->net.ops = &udp_ops;
	port->fd = -1;
	if (bind_socket(port, at, why) && listen_on(port, why))
		return &port->net;
	udp_shut(&port->net);
	free(port);
	return NULL;
}
