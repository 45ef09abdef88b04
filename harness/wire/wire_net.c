/* SPDX-License-Identifier: MIT */
/* Real sockets on sofia's loop: the loop itself, and what every transport
 * needs of it. Nothing is parsed here. */
#include "wire/net.h"
#include "wire/tls.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"

#define WAIT_MAX (60 * NS_S) /* one step; the caller comes again */
enum { PORTS_TRIED = 100 };

/* ---- descriptors ---- */

struct net *net_of(struct net_port *port)
{
	return (struct net *)port->head.wire;
}

static int on_event(su_root_magic_t *magic, su_wait_t *wait,
		    su_wakeup_arg_t *arg)
{
	struct net_watch *w = (struct net_watch *)arg;

	(void)magic;
	w->fn(w->ctx, wait->revents);
	return 0;
}

bool net_watch_start(struct net *net, struct net_watch *w, int fd, int events,
		     net_event_fn *fn, void *ctx, struct fail *why)
{
	w->fn = fn;
	w->ctx = ctx;
	/* su_wait_create() makes it non-blocking, which it is: two calls. */
	w->wait = (su_wait_t){ .fd = fd, .events = (short)events };
	w->index = su_root_register(net->root, &w->wait, on_event,
				    (su_wakeup_arg_t *)w, 0);
	if (w->index > 0)
		return true;
	w->index = 0;
	return fail_errno(why, "su_root_register");
}

void net_watch_stop(struct net *net, struct net_watch *w)
{
	if (w->index)
		su_root_deregister(net->root, w->index);
	w->index = 0;
}

void net_watch_events(struct net *net, struct net_watch *w, int fd, int events)
{
	if (w->index)
		su_root_eventmask(net->root, w->index, fd, events);
}

static bool bind_at(int fd, const struct addr *at)
{
	return !bind(fd, &at->u.sa, addr_len(at));
}

/* Port 0: the next one that nobody holds, at last whichever the kernel has. */
static bool bind_free(struct ports *turns, int fd, const struct addr *at,
		      struct addr *ret_at)
{
	socklen_t len = sizeof(ret_at->u);

	*ret_at = *at;
	for (int i = 0; turns && !addr_port(at) && i < PORTS_TRIED; i++) {
		addr_set_port(ret_at, ports_next(turns));
		if (bind_at(fd, ret_at))
			return true;
		if (errno != EADDRINUSE && errno != EACCES)
			break;
	}
	return bind_at(fd, at) && !getsockname(fd, &ret_at->u.sa, &len);
}

int net_bind(struct net *net, const struct addr *at, int type,
	     struct addr *ret_at, struct fail *why)
{
	char text[ADDR_TEXT_MAX];
	int family = at->u.sa.sa_family, on = 1, err;
	int fd = socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0) {
		fail_errno(why, "socket for %s", addr_format(at, text));
		return -1;
	}
	if (type == SOCK_STREAM) /* connections of the last run linger */
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind_free(net->turns, fd, at, ret_at))
		return fd;
	err = errno;
	close(fd);
	errno = err;
	fail_errno(why, "bind %s", addr_format(at, text));
	return -1;
}

void net_deliver(struct net_port *port, struct wire_in *in)
{
	if (port->is_closed)
		return;
	in->proto = port->head.proto;
	in->mono = clock_now(port->head.wire->clock);
	port->head.on_in(port->head.ctx, &port->head, in);
}

/* ---- ports ---- */

static void link_port(struct net *net, struct net_port *port)
{
	port->next = net->ports;
	port->at = &net->ports;
	if (port->next)
		port->next->at = &port->next;
	net->ports = port;
	net->nreaped += port->ops->reap != NULL;
}

static void unlink_port(struct net *net, struct net_port *port)
{
	*port->at = port->next;
	if (port->next)
		port->next->at = port->at;
	net->nreaped -= port->ops->reap != NULL;
}

static void reap_ports(struct net *net)
{
	for (struct net_port *port = net->nreaped ? net->ports : NULL; port;
	     port = port->next)
		if (port->ops->reap)
			port->ops->reap(port);
}

static struct wire_port *net_open(struct wire *w, enum proto proto,
				  const struct addr *at, wire_in_fn *on_in,
				  void *ctx, struct fail *why)
{
	struct net *net = (struct net *)w;
	struct net_port *port;

	if (proto == PROTO_TLS && !net->tls) {
		net->tls = tls_context_new(&net->tls_opts, why);
		if (!net->tls)
			return NULL;
	}
	port = proto == PROTO_UDP ? udp_port_new(net, at, why)
				  : stream_port_new(net, proto, at, why);
	if (!port)
		return NULL;
	port->head.on_in = on_in;
	port->head.ctx = ctx;
	link_port(net, port);
	return &port->head;
}

/* It may be closed in its own callback: its memory goes later. */
static void net_close(struct wire_port *p)
{
	struct net_port *port = (struct net_port *)p;
	struct net *net = net_of(port);

	unlink_port(net, port);
	port->is_closed = true;
	port->ops->shut(port);
	port->next = net->closed;
	net->closed = port;
}

static void free_closed(struct net *net)
{
	while (net->closed) {
		struct net_port *port = net->closed;

		net->closed = port->next;
		if (port->ops->reap)
			port->ops->reap(port);
		free(port);
	}
}

static bool net_send(struct wire_port *p, struct wire_to to, struct str bytes,
		     struct fail *why)
{
	struct net_port *port = (struct net_port *)p;

	return port->ops->send(port, to, bytes, why);
}

static bool net_set_mode(struct wire_port *p, enum wire_mode mode,
			 struct fail *why)
{
	struct net_port *port = (struct net_port *)p;

	return port->ops->set_mode(port, mode, why);
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
	free_closed(net);
	reap_ports(net);
	/* sofia counts in ms and rounds down: the last one is rounded up. */
	su_root_step(net->root, (su_duration_t)((left + NS_MS - 1) / NS_MS));
}

static void net_free(struct wire *w)
{
	struct net *net = (struct net *)w;

	while (net->ports)
		net_close(&net->ports->head);
	free_closed(net);
	tls_context_free(net->tls);
	su_root_destroy(net->root);
	su_deinit();
	free(net);
}

static void on_watched(void *ctx, int revents)
{
	struct wire_watch *watch = ctx;

	(void)revents;
	watch->fn(watch->ctx);
}

static bool net_watch_fd(struct wire_watch *watch, struct fail *why)
{
	struct net_watch *own = arena_must(calloc(1, sizeof(*own)));

	if (!net_watch_start((struct net *)watch->wire, own, watch->fd,
			     SU_WAIT_IN, on_watched, watch, why)) {
		free(own);
		return false;
	}
	watch->own = own;
	return true;
}

static void net_unwatch_fd(struct wire_watch *watch)
{
	net_watch_stop((struct net *)watch->wire, watch->own);
	free(watch->own);
	watch->own = NULL;
}

static const struct wire_ops net_ops = {
	.free = net_free,
	.open = net_open,
	.close = net_close,
	.send = net_send,
	.set_mode = net_set_mode,
	.wait = net_wait,
	.watch = net_watch_fd,
	.unwatch = net_unwatch_fd,
};

void wire_net_tls(struct wire *w, const struct wire_tls *opts)
{
	struct net *net = (struct net *)w;

	net->tls_opts = *opts;
	tls_context_free(net->tls);
	net->tls = NULL;
}

struct wire *wire_net_new(struct clock *clock, struct ports *turns,
			  struct fail *why)
{
	struct net *net = arena_must(malloc(sizeof(*net)));

	su_init();
	net->head = (struct wire){ .ops = &net_ops, .clock = clock };
	net->turns = turns;
	net->ports = net->closed = NULL;
	net->nreaped = 0;
	net->tls = NULL;
	net->tls_opts = (struct wire_tls){ 0 };
	net->root = su_root_create(NULL);
	if (!net->root) {
		fail_errno(why, "su_root_create");
		su_deinit();
		free(net);
		return NULL;
	}
	return &net->head;
}
