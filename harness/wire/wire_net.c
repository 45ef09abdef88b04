/* SPDX-License-Identifier: MIT */
/* Real UDP sockets on sofia's loop. Nothing is parsed here: a datagram gets
 * its time and goes up as it is. */
#include "wire/wire.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include <sofia-sip/su.h>
#include <sofia-sip/su_wait.h>

#include "base/arena.h"

enum {
	DATAGRAM_MAX = 65536,
	PER_WAKE_UP = 64,   /* so that a flood does not starve the timers */
	ERRORS_MAX = 4,     /* stale errors passed over in one call */
	SEND_WAIT_MS = 100, /* for room in a full send buffer */
	PORTS_TRIED = 100,
	RECEIVE_BUFFER = 4 << 20
};

#define WAIT_MAX (60 * NS_S) /* one step; the caller comes again */

struct net {
	struct wire head;
	su_root_t *root;
	struct ports *ports;   /* NULL: the kernel picks free ones */
	struct net_port *open; /* all */
	char bytes[DATAGRAM_MAX];
};

struct net_port {
	struct wire_port head;
	struct net_port *next, **at; /* in the wire's list */
	su_wait_t wait;
	int index; /* of the registration; -1: none */
	int fd;    /* -1: refusing */
	bool stalled;
	bool *gone; /* set when closed inside its own callback */
};

static struct net *net_of(struct wire_port *port)
{
	return (struct net *)port->wire;
}

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
static bool read_error(struct net_port *port, struct addr *ret_peer,
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

static bool read_datagram(struct net_port *port, struct wire_in *in)
{
	struct net *net = net_of(&port->head);
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

static void deliver(struct net_port *port, struct wire_in *in)
{
	in->mono = clock_now(port->head.wire->clock);
	port->head.on_in(port->head.ctx, &port->head, in);
}

static bool is_open(const struct net_port *port)
{
	return port->fd >= 0 && !port->stalled;
}

/* The callback may close the port or change its mode at any datagram. */
static int on_readable(su_root_magic_t *magic, su_wait_t *wait,
		       su_wakeup_arg_t *arg)
{
	struct net_port *port = (struct net_port *)arg;
	bool gone = false;
	int left = PER_WAKE_UP;

	(void)magic;
	port->gone = &gone;
	/* An error that nobody reads would wake us for ever. */
	while (wait->revents & SU_WAIT_ERR && left-- > 0) {
		struct wire_in in = { .what = WIRE_REFUSED };
		bool refused;

		if (!read_error(port, &in.peer, &refused))
			break;
		if (refused)
			deliver(port, &in);
		if (gone || !is_open(port))
			break;
	}
	while (!gone && is_open(port) && left-- > 0) {
		struct wire_in in = { .what = WIRE_BYTES };

		if (!read_datagram(port, &in))
			break;
		deliver(port, &in);
	}
	if (!gone)
		port->gone = NULL;
	return 0;
}

/* ---- sockets ---- */

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

static bool bind_at(int fd, const struct addr *at)
{
	return !bind(fd, &at->u.sa, addr_len(at));
}

/* Port 0: the next one that nobody holds, at last whichever the kernel has
 * (*at then keeps its 0). */
static bool bind_free(struct ports *ports, int fd, struct addr *at)
{
	struct addr next = *at;

	for (int i = 0; ports && !addr_port(at) && i < PORTS_TRIED; i++) {
		addr_set_port(&next, ports_next(ports));
		if (bind_at(fd, &next)) {
			*at = next;
			return true;
		}
		if (errno != EADDRINUSE && errno != EACCES)
			break;
	}
	return bind_at(fd, at);
}

static bool bind_socket(struct net_port *port, const struct addr *at,
			struct fail *why)
{
	char text[ADDR_TEXT_MAX];
	socklen_t len = sizeof(port->head.at.u);
	int family = at->u.sa.sa_family;
	int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return fail_errno(why, "socket for %s", addr_format(at, text));
	set_options(fd, family);
	port->head.at = *at;
	if (!bind_free(net_of(&port->head)->ports, fd, &port->head.at)) {
		int err = errno;

		close(fd);
		errno = err;
		return fail_errno(why, "bind %s", addr_format(at, text));
	}
	if (!addr_port(&port->head.at))
		getsockname(fd, &port->head.at.u.sa, &len);
	port->fd = fd;
	return true;
}

static bool listen_on(struct net_port *port, struct fail *why)
{
	struct net *net = net_of(&port->head);

	if (su_wait_create(&port->wait, port->fd, SU_WAIT_IN | SU_WAIT_ERR) < 0)
		return fail_errno(why, "su_wait_create");
	port->index = su_root_register(net->root, &port->wait, on_readable,
				       (su_wakeup_arg_t *)port, 0);
	if (port->index <= 0)
		return fail_errno(why, "su_root_register");
	return true;
}

/* A stalled port is not registered at all: epoll reports errors unasked. */
static void stop_listening(struct net_port *port)
{
	if (port->index > 0)
		su_root_deregister(net_of(&port->head)->root, port->index);
	port->index = -1;
}

static void shut(struct net_port *port)
{
	stop_listening(port);
	if (port->fd >= 0)
		close(port->fd);
	port->fd = -1;
}

static struct wire_port *net_open(struct wire *w, const struct addr *at,
				  wire_in_fn *on_in, void *ctx,
				  struct fail *why)
{
	struct net *net = (struct net *)w;
	struct net_port *port = arena_must(calloc(1, sizeof(*port)));

	port->head =
		(struct wire_port){ .wire = w, .on_in = on_in, .ctx = ctx };
	port->fd = -1;
	port->index = -1;
	if (!bind_socket(port, at, why) || !listen_on(port, why)) {
		shut(port);
		free(port);
		return NULL;
	}
	port->next = net->open;
	port->at = &net->open;
	if (port->next)
		port->next->at = &port->next;
	net->open = port;
	return &port->head;
}

static void net_close(struct wire_port *p)
{
	struct net_port *port = (struct net_port *)p;

	*port->at = port->next;
	if (port->next)
		port->next->at = port->at;
	shut(port);
	if (port->gone)
		*port->gone = true;
	free(port);
}

static bool net_send(struct wire_port *p, const struct addr *to,
		     struct str bytes, struct fail *why)
{
	struct net_port *port = (struct net_port *)p;
	char text[ADDR_TEXT_MAX];

	if (port->fd < 0)
		return fail_set(why, "the port is closed by \"wire refuse\"");
	/* The ICMP error of an earlier datagram makes a sendto fail once. */
	for (int i = 0; i < ERRORS_MAX; i++) {
		struct pollfd room = { .fd = port->fd, .events = POLLOUT };

		if (sendto(port->fd, bytes.p, bytes.len, 0, &to->u.sa,
			   addr_len(to)) >= 0)
			return true;
		if (errno == EAGAIN)
			poll(&room, 1, SEND_WAIT_MS);
		else if (errno != ECONNREFUSED && errno != EHOSTUNREACH &&
			 errno != ENETUNREACH && errno != EPROTO)
			break;
	}
	return fail_errno(why, "send %zu bytes to %s", bytes.len,
			  addr_format(to, text));
}

static bool net_set_mode(struct wire_port *p, enum wire_mode mode,
			 struct fail *why)
{
	struct net_port *port = (struct net_port *)p;
	struct addr at = port->head.at;

	port->stalled = mode == WIRE_STALL;
	if (mode == WIRE_REFUSE) {
		shut(port);
		return true;
	}
	if (port->fd < 0 && !bind_socket(port, &at, why))
		return false;
	if (port->stalled) {
		stop_listening(port);
		return true;
	}
	return port->index > 0 || listen_on(port, why);
}

/* ---- the loop ---- */

static void net_wait(struct wire *w, ns_t until)
{
	struct net *net = (struct net *)w;
	ns_t left = until - clock_now(w->clock);

	if (left < 0)
		left = 0;
	if (left > WAIT_MAX)
		left = WAIT_MAX;
	/* sofia counts in ms and rounds down: the last one is rounded up. */
	su_root_step(net->root, (su_duration_t)((left + NS_MS - 1) / NS_MS));
}

static void net_free(struct wire *w)
{
	struct net *net = (struct net *)w;

	while (net->open)
		net_close(&net->open->head);
	su_root_destroy(net->root);
	su_deinit();
	free(net);
}

static const struct wire_ops net_ops = {
	.free = net_free,
	.open = net_open,
	.close = net_close,
	.send = net_send,
	.set_mode = net_set_mode,
	.wait = net_wait,
};

struct wire *wire_net_new(struct clock *clock, struct ports *ports,
			  struct fail *why)
{
	struct net *net = arena_must(malloc(sizeof(*net)));

	su_init();
	net->head = (struct wire){ .ops = &net_ops, .clock = clock };
	net->ports = ports;
	net->open = NULL;
	net->root = su_root_create(NULL);
	if (!net->root) {
		fail_errno(why, "su_root_create");
		su_deinit();
		free(net);
		return NULL;
	}
	return &net->head;
}
