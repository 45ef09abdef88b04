/* SPDX-License-Identifier: MIT */
/* One connection: bytes in and out, messages cut out of what comes (frame.c),
 * and whatever happens to it told as it happened. */
#include "wire/stream.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"

enum {
	UNSENT_MAX = 4 << 20, /* bytes that wait for room */
	READS_MAX = 16,       /* in one wake-up: a flood starves no timer */
	LAST_READS_MAX = 512  /* of what came before it broke off */
};

static void on_conn(void *ctx, int revents);
static bool read_some(struct conn *c);

static struct net *net_of_conn(struct conn *c)
{
	return net_of(&c->port->net);
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

/* ---- what it waits for ---- */

static int events_of(const struct conn *c)
{
	int in = c->port->stalled ? 0 : SU_WAIT_IN;
	int out = c->sent < c->unsent.len ? SU_WAIT_OUT : 0;

	/* A writable socket wakes us at once. */
	if (in && c->tls && tls_pending(c->tls))
		in |= SU_WAIT_OUT;

	switch (c->state) {
	case CONN_CONNECTING:
		return SU_WAIT_OUT;
	case CONN_SHAKING:
		return c->need == TLS_WRITABLE ? SU_WAIT_OUT : SU_WAIT_IN;
	case CONN_UP:
		return in | out;
	case CONN_FINISHED:
		return out;
	case CONN_GONE:
		break;
	}
	return 0;
}

/* One that waits for nothing is not registered at all: epoll reports errors
 * unasked, for ever. */
void conn_listen(struct conn *c)
{
	struct net *net = net_of_conn(c);
	int events = events_of(c);

	if (!events)
		net_watch_stop(net, &c->watch);
	else if (c->watch.index)
		net_watch_events(net, &c->watch, c->fd, events);
	else
		net_watch_start(net, &c->watch, c->fd, events, on_conn, c,
				&(struct fail){ 0 });
}

/* ---- the end ---- */

void conn_hang_up(struct conn *c)
{
	if (c->state == CONN_GONE)
		return;
	net_watch_stop(net_of_conn(c), &c->watch);
	tls_free(c->tls);
	c->tls = NULL;
	close(c->fd);
	c->state = CONN_GONE;
	c->port->nconns--;
}

void conn_reset(struct conn *c)
{
	struct linger now = { .l_onoff = 1, .l_linger = 0 };

	if (c->state == CONN_GONE)
		return;
	if (c->tls)
		tls_mute(c->tls);
	setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	conn_hang_up(c);
}

static void lose(struct conn *c, enum wire_what what, const char *text)
{
	char kept[256]; /* text may live in what is freed here */

	snprintf(kept, sizeof(kept), "%s", text);
	conn_hang_up(c);
	tell(c, what, STR_NONE, kept);
}

static void lose_errno(struct conn *c, int err)
{
	bool refused = c->state == CONN_CONNECTING && err == ECONNREFUSED;

	lose(c, refused ? WIRE_REFUSED : WIRE_LOST, strerror(err));
}

void conn_free(struct conn *c)
{
	framer_free(&c->framer);
	buf_free(&c->unsent);
	free(c);
}

/* ---- bytes, through TLS or not ---- */

static struct tls_result plain(ssize_t n)
{
	struct tls_result r = { .n = n };

	if (n < 0 && errno == EAGAIN)
		r.need = TLS_READABLE;
	else if (n < 0)
		r.error = strerror(errno);
	return r;
}

static struct tls_result get(struct conn *c, void *bytes, size_t n)
{
	return c->tls ? tls_read(c->tls, bytes, n)
		      : plain(recv(c->fd, bytes, n, 0));
}

static struct tls_result put(struct conn *c, const void *bytes, size_t n)
{
	return c->tls ? tls_write(c->tls, bytes, n)
		      : plain(send(c->fd, bytes, n, MSG_NOSIGNAL));
}

/* ---- sending ---- */

/* A peer that goes while we write may have said why, or answered: that is in
 * our buffer still, and comes before the end. */
static void broken_off(struct conn *c, const char *error)
{
	char kept[256];

	snprintf(kept, sizeof(kept), "%s", error);
	buf_clear(&c->unsent);
	c->sent = 0;
	for (int i = 0; i < LAST_READS_MAX && c->state == CONN_UP; i++)
		if (c->port->stalled || !read_some(c))
			break;
	if (c->state != CONN_GONE)
		lose(c, WIRE_LOST, kept);
}

static void push(struct conn *c)
{
	while (c->state >= CONN_UP && c->state != CONN_GONE &&
	       c->sent < c->unsent.len) {
		struct tls_result r =
			put(c, c->unsent.p + c->sent, c->unsent.len - c->sent);

		if (r.error) {
			broken_off(c, r.error);
			return;
		}
		if (r.n <= 0)
			break;
		c->sent += (size_t)r.n;
	}
	if (c->sent == c->unsent.len) {
		buf_clear(&c->unsent);
		c->sent = 0;
	}
	conn_listen(c);
}

bool conn_send(struct conn *c, struct str bytes)
{
	buf_add_str(&c->unsent, bytes);
	if (c->unsent.over) {
		c->unsent.over = false;
		return false;
	}
	push(c);
	return true;
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

static bool read_some(struct conn *c)
{
	struct net *net = net_of_conn(c);
	struct tls_result r = get(c, net->bytes, sizeof(net->bytes));

	if (r.n > 0) {
		framer_add(&c->framer, (struct str){ net->bytes, (size_t)r.n });
		give_frames(c, false);
		return true;
	}
	if (r.error) {
		lose(c, WIRE_LOST, r.error);
	} else if (r.n == 0) {
		c->state = CONN_FINISHED;
		give_frames(c, true);
		tell(c, WIRE_FINISHED, STR_NONE, NULL);
		conn_listen(c);
	}
	return false;
}

/* ---- the beginning ---- */

static void is_up(struct conn *c)
{
	c->state = CONN_UP;
	tell(c, WIRE_CONNECTED, STR_NONE,
	     c->ours ? "made by us" : "made by the peer");
	push(c);
}

static void shake(struct conn *c)
{
	struct tls_result r = tls_handshake(c->tls);

	if (r.error) {
		lose(c, WIRE_LOST, r.error);
		return;
	}
	if (r.n > 0) {
		is_up(c);
		return;
	}
	if (!r.need) {
		lose(c, WIRE_LOST, "the peer ended it in the TLS handshake");
		return;
	}
	c->need = r.need;
	conn_listen(c);
}

static void connected(struct conn *c)
{
	int err = 0;
	socklen_t len = sizeof(err);

	getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &err, &len);
	if (err) {
		lose_errno(c, err);
	} else if (c->tls) {
		c->state = CONN_SHAKING;
		shake(c);
	} else {
		is_up(c);
	}
}

static void on_conn(void *ctx, int revents)
{
	struct conn *c = ctx;

	switch (c->state) {
	case CONN_CONNECTING:
		connected(c);
		return;
	case CONN_SHAKING:
		shake(c);
		return;
	case CONN_UP:
	case CONN_FINISHED:
		break;
	case CONN_GONE:
		return;
	}
	if (revents & SU_WAIT_OUT)
		push(c);
	for (int i = 0; i < READS_MAX && c->state == CONN_UP; i++)
		if (c->port->stalled || !read_some(c))
			return;
	conn_listen(c);
}

struct conn *conn_new(struct stream_port *port, int fd, const struct addr *peer,
		      bool ours, struct fail *why)
{
	struct conn *c = arena_must(calloc(1, sizeof(*c)));
	struct net *net = net_of(&port->net);
	int on = 1;

	c->port = port;
	c->fd = fd;
	c->peer = *peer;
	c->ours = ours;
	c->unsent.max = UNSENT_MAX;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (!net_watch_start(net, &c->watch, fd, SU_WAIT_OUT, on_conn, c,
			     why)) {
		close(fd);
		free(c);
		return NULL;
	}
	if (port->net.head.proto == PROTO_TLS)
		c->tls = tls_new(net->tls, fd, !ours);
	c->id = ++port->last_id;
	c->next = port->conns;
	port->conns = c;
	port->nconns++;
	return c;
}
