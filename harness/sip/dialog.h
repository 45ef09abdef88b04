/* SPDX-License-Identifier: MIT */
/* dialog: the state of one dialog as one of our parties sees it (RFC 3261 12).
 * It learns from what was really sent and received. */
#ifndef SIP_DIALOG_H
#define SIP_DIALOG_H

#include "sip/pkt.h"

enum { DIALOG_ROUTES_MAX = 32 };

enum dialog_state {
	DIALOG_EARLY,     /* from the first request on, 1xx or not */
	DIALOG_CONFIRMED, /* a 2xx, or a NOTIFY before it */
	DIALOG_ENDED      /* BYE, or the request that began it was refused;
			     what is left of it still matches */
};

struct dialog {
	struct arena *arena; /* of all its strings; borrowed */
	enum dialog_state state;
	bool is_uac;       /* we sent the request that began it */
	bool secure;       /* that request went to a sips: URI (12.1) */
	struct str method; /* of that request */
	struct str call_id, local_tag, remote_tag;
	struct str local_uri, remote_uri; /* From and To values without tag */
	struct str remote_target;         /* Contact URI of the far side */
	struct str contact; /* our Contact as last sent; or empty */
	struct str routes[DIALOG_ROUTES_MAX]; /* in the order we send them */
	unsigned nroutes;
	uint32_t local_cseq, remote_cseq; /* highest sent and heard; 0: none */
	bool route_known;                 /* the route set is fixed (12.1) */
};

/* A request of ours that begins it, as it was really sent. */
void dialog_begin_uac(struct dialog *d, struct arena *a,
		      const struct pkt *request);
/* A request of theirs that begins it; our_tag goes into our responses. */
void dialog_begin_uas(struct dialog *d, struct arena *a,
		      const struct pkt *request, struct str our_tag);
/* A response to a request of ours in it (12.1.2, target refresh 12.2.1.2). A
 * 101..299 to the request that began it gives the remote tag, target and route
 * set, a 2xx once more (13.2.2.4); a refusal of it ends an early dialog. False:
 * the To tag is another dialog's; nothing was changed. */
bool dialog_on_response(struct dialog *d, const struct pkt *response);
/* A request of theirs in it (12.2.2); also learns the remote tag where a
 * NOTIFY overtakes the response (RFC 6665 4.4.1). BYE ends it. False: its CSeq
 * is lower than one heard before; nothing was changed. */
bool dialog_on_request(struct dialog *d, const struct pkt *request);
/* A request of ours in it, as it was really sent, or the first again (with
 * credentials): CSeq, Contact. BYE ends it. */
void dialog_on_sent(struct dialog *d, const struct pkt *request);
/* A response of ours in it, as it was really sent: its Contact. */
void dialog_on_replied(struct dialog *d, const struct pkt *response);
/* Does what we received belong to it: a request of theirs, or a response to one
 * of ours? While the remote tag is unknown Call-ID and our tag identify it. */
bool dialog_matches(const struct dialog *d, const struct pkt *p);
/* Where the next request goes: Request-URI and first hop (12.2.1.1); a strict
 * router (no ;lr) takes the place of the target. */
struct str dialog_request_uri(const struct dialog *d);
struct str dialog_next_hop(const struct dialog *d);
bool dialog_first_is_strict(const struct dialog *d);

#endif
