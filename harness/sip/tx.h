/* SPDX-License-Identifier: MIT */
/* tx: transactions (RFC 3261 17, RFC 6026): matching, repeats, the ACK to a
 * non-2xx, time-outs. No sockets: the host sends and owns the clock.
 *
 *   we send a request   tx_client_start(), its first sending is the caller's
 *   a response comes    tx_find_client(), tx_client_response() -> tx_take
 *   a request comes     tx_find_server(): NULL -> tx_server_start();
 *                       else tx_server_request() -> tx_take
 *   we send a response  tx_server_response(), the sending is the caller's
 *   ACK to our 2xx      has a branch of its own: tx_server_acked()
 */
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
	TX_DONE        /* over, or timed out: it sends nothing any more */
};

enum tx_flags {
	TX_RELIABLE = 1 << 0,   /* TCP, TLS: no repeats (17.1.1.2), except of
				   a 2xx to an INVITE (13.3.1.4) */
	TX_NO_REPEATS = 1 << 1, /* timers A, E, G and those of a 2xx */
	TX_NO_ACK = 1 << 2,     /* withhold the ACK to a non-2xx */
	TX_NO_REPLIES = 1 << 3, /* do not answer repeats of the request */
	TX_NO_TIMEOUT = 1 << 4  /* B, F, H do not run out */
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
	/* Timer B, F or H ran out. May be NULL. */
	void (*timeout)(void *ctx, struct tx *tx);
	/* The transaction is over and is freed behind this call, out of
	 * timers_run(). NULL: they all live until tx_table_free(), and count
	 * against TX_MAX, so that pointers to them stay good. */
	void (*gone)(void *ctx, struct tx *tx);
	/* Whence they take their memory where nothing is ever gone; NULL: each
	 * is freed alone. */
	struct arena *arena;
	void *ctx;
};

enum tx_take {
	TX_NEW,    /* for the caller's eyes; also a second final response that
		      differs from the first, and an ACK before any final */
	TX_REPEAT, /* absorbed (and answered, where that is the duty; a 2xx
		      to an INVITE is acknowledged by the caller) */
	TX_ACK,    /* the first ACK to our final response to an INVITE */
	TX_FORK    /* a 2xx to an INVITE, with a To tag not seen before */
};

enum { TX_TAGS_MAX = 16, TX_EARLY_MAX = 8 };

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
	struct str call_id, from_tag;
	uint32_t cseq;
	struct str request;  /* our bytes, or theirs */
	struct str response; /* server: the last we sent */
	struct str ack;      /* client INVITE: the ACK to its non-2xx */
	unsigned status;     /* last response seen or sent; 0: none */
	bool waiting;        /* a final response, or an ACK, is expected */
	bool cancelled;      /* client INVITE: no 1xx stops its time-out */
	bool beside;         /* server INVITE: tx_server_beside() */
	ns_t interval;       /* of the next repeat */
	struct timer repeat, give_up, linger;
	struct str tags[TX_TAGS_MAX]; /* client INVITE: To tags of its 2xx */
	unsigned ntags;
	uint64_t early[TX_EARLY_MAX]; /* client: hashes of its last 1xx */
	unsigned nearly;
};

struct tx_table { /* must not move while it holds transactions */
	struct tx **buckets;
	size_t nbuckets, n;
	unsigned waiting;
	struct tx_host host;
};

enum { TX_MAX = 20000 }; /* in one table; above it a start is refused */

void tx_table_init(struct tx_table *t, const struct tx_host *host);
void tx_table_free(struct tx_table *t); /* does not call gone() */
/* Transactions in which something is still expected of the far side: our
 * requests without a final response, INVITEs whose final has no ACK yet. */
unsigned tx_table_busy(const struct tx_table *t);

/* A request of ours, just sent as these bytes. NULL above TX_MAX. */
struct tx *tx_client_start(struct tx_table *t, const struct pkt *request,
			   unsigned flags);
/* A request that came and matches none. NULL above TX_MAX. */
struct tx *tx_server_start(struct tx_table *t, const struct pkt *request,
			   unsigned flags);
/* RFC 3261 17.1.3: branch and CSeq method. */
struct tx *tx_find_client(const struct tx_table *t, const struct pkt *response);
/* RFC 3261 17.2.3: branch, sent-by, method; an ACK finds its INVITE. Without
 * the magic cookie Call-ID, From tag and CSeq number must agree as well. */
struct tx *tx_find_server(const struct tx_table *t, const struct pkt *request);
/* The INVITE that a CANCEL speaks of (9.2). */
struct tx *tx_find_cancelled(const struct tx_table *t,
			     const struct pkt *cancel);

enum tx_take tx_client_response(struct tx *tx, const struct pkt *response);
/* We have sent its CANCEL: 64*T1 from now it times out, though a 1xx has
 * stopped timer B (RFC 3261 9.1). */
void tx_client_cancelled(struct tx *tx);
enum tx_take tx_server_request(struct tx *tx, const struct pkt *request);
/* Our response, just sent as these bytes. Finals to INVITE are repeated until
 * the ACK: the non-2xx by 17.2.1, the 2xx by the core's duty of 13.3.1.4. */
void tx_server_response(struct tx *tx, unsigned status, struct str bytes);
/* Another 2xx of ours to this INVITE, in another dialog, as of another branch
 * of a fork: each is repeated until its own ACK (RFC 3261 13.3.1.4). The one
 * returned only repeats it; what comes belongs to the first. NULL above TX_MAX.
 */
struct tx *tx_server_beside(struct tx *tx, const struct pkt *request,
			    unsigned status, struct str bytes);
/* The ACK to our 2xx has come. */
void tx_server_acked(struct tx *tx);
/* No more repeats, no time-out: the play is over for it. */
void tx_stop(struct tx *tx);

#endif
