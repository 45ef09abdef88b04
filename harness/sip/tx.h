/* SPDX-License-Identifier: MIT */
/* tx: transactions (RFC 3261 17, RFC 6026): matching, repeats, the ACK to a
 * non-2xx, time-outs. No sockets: the host sends and owns the clock. */
#ifndef SIP_TX_H
#define SIP_TX_H

#include "base/timer.h"
#include "sip/pkt.h"

enum tx_kind { TX_CLIENT_INVITE, TX_CLIENT, TX_SERVER_INVITE, TX_SERVER };

enum tx_state {
	TX_TRYING,     /* Calling, Trying: nothing has come or been said */
	TX_PROCEEDING, /* a provisional response */
	TX_COMPLETED,  /* a final response; non-2xx where INVITE */
	TX_CONFIRMED,  /* server INVITE: the ACK came */
	TX_ACCEPTED,   /* INVITE: a 2xx (RFC 6026) */
	TX_DONE        /* only absorbs nothing any more; freed by the table */
};

enum tx_flags {
	TX_RELIABLE = 1 << 0, /* TCP, TLS: no repeats (17.1.1.2) */
	TX_NO_REPEATS = 1 << 1,
	TX_NO_ACK = 1 << 2,     /* withhold the ACK to a non-2xx */
	TX_NO_REPLIES = 1 << 3, /* do not answer repeats of the request */
	TX_NO_TIMEOUT = 1 << 4
};

enum tx_sent { TX_SENT_REPEAT, TX_SENT_ACK };

struct tx;

struct tx_host { /* what transactions need from around them */
	struct timers *timers;
	struct clock *clock;
	ns_t t1, t2, t4; /* 500 ms, 4 s, 5 s */
	/* Repeats and automatic ACKs; the first sending is the caller's. */
	void (*send)(void *ctx, struct tx *tx, struct str bytes,
		     enum tx_sent why);
	/* Timer B, F or H ran out. */
	void (*timeout)(void *ctx, struct tx *tx);
	void *ctx;
};

enum tx_take {
	TX_NEW,    /* for the caller's eyes */
	TX_REPEAT, /* absorbed (and answered, where that is the duty) */
	TX_ACK,    /* the ACK to our non-2xx final response */
	TX_FORK    /* another 2xx to an INVITE, with another To tag */
};

struct tx {              /* read it, do not write it; `user` is the caller's */
	struct tx *next; /* in its bucket */
	enum tx_kind kind;
	enum tx_state state;
	unsigned flags;
	struct tx_host *host;
	struct tx_table *table;
	void *user;
	uint32_t hash;
	struct str branch, sent_by, method; /* method: INVITE for its ACK */
	struct str request;                 /* our bytes, or theirs */
	struct str response;                /* server: the last we sent */
	struct str ack;    /* client INVITE: the ACK to its non-2xx */
	struct str to_tag; /* client INVITE: of the first 2xx */
	unsigned status;   /* last response seen or sent; 0: none */
	ns_t interval;     /* of the next repeat */
	struct timer repeat, give_up, linger;
	struct arena *arena;
};

struct tx_table {
	struct tx **buckets;
	size_t nbuckets, n;
	struct tx_host host;
};

enum { TX_MAX = 20000 }; /* in one table; above it a start is refused */

void tx_table_init(struct tx_table *t, const struct tx_host *host);
void tx_table_free(struct tx_table *t);
/* Transactions in which something is still expected from either side. */
unsigned tx_table_busy(const struct tx_table *t);

/* A request of ours, just sent as these bytes. NULL above TX_MAX. */
struct tx *tx_client_start(struct tx_table *t, const struct pkt *request,
			   unsigned flags);
/* A request that came and matches none. NULL above TX_MAX. */
struct tx *tx_server_start(struct tx_table *t, const struct pkt *request,
			   unsigned flags);
/* RFC 3261 17.1.3: branch and CSeq method. */
struct tx *tx_find_client(const struct tx_table *t, const struct pkt *response);
/* RFC 3261 17.2.3: branch, sent-by, method; an ACK finds its INVITE. */
struct tx *tx_find_server(const struct tx_table *t, const struct pkt *request);
/* The INVITE that a CANCEL speaks of (9.2). */
struct tx *tx_find_cancelled(const struct tx_table *t,
			     const struct pkt *cancel);

enum tx_take tx_client_response(struct tx *tx, const struct pkt *response);
enum tx_take tx_server_request(struct tx *tx, const struct pkt *request);
/* Our response, just sent as these bytes. Finals to INVITE are repeated until
 * the ACK: the non-2xx by 17.2.1, the 2xx by the core's duty of 13.3.1.4. */
void tx_server_response(struct tx *tx, unsigned status, struct str bytes);
/* The ACK to our 2xx has come. */
void tx_server_acked(struct tx *tx);
/* No more repeats, no time-out: the play is over for it. */
void tx_stop(struct tx *tx);

#endif
