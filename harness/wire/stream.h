/* SPDX-License-Identifier: MIT */
/* stream: a port of TCP or TLS and its connections; private to wire/. */
#ifndef WIRE_STREAM_H
#define WIRE_STREAM_H

#include "base/buf.h"
#include "wire/frame.h"
#include "wire/net.h"
#include "wire/tls.h"

enum conn_state {
	CONN_CONNECTING,
	CONN_SHAKING, /* TLS only */
	CONN_UP,
	CONN_FINISHED, /* the peer has sent all that it will */
	CONN_GONE      /* freed when no callback is on the stack */
};

struct conn {
	struct conn *next;
	struct stream_port *port;
	uint32_t id;
	enum conn_state state;
	bool ours; /* we made it */
	struct addr peer;
	struct net_watch watch;
	int fd;
	struct tls *tls;    /* NULL: TCP */
	enum tls_need need; /* of the handshake */
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
	unsigned nconns; /* that are not gone */
	uint32_t last_id;
};

/* ---- conn.c ---- */

/* Takes fd, also where it fails. */
struct conn *conn_new(struct stream_port *port, int fd, const struct addr *peer,
		      bool ours, struct fail *why);
/* False: too much waits already. */
bool conn_send(struct conn *c, struct str bytes);
void conn_listen(struct conn *c); /* after stalled has changed */
void conn_hang_up(struct conn *c);
void conn_reset(struct conn *c); /* RST instead of FIN */
void conn_free(struct conn *c);

#endif
