/* SPDX-License-Identifier: MIT */
/* dialog: the state of one dialog as one of our parties sees it (RFC 3261 12).
 * It learns from what was really sent and received. */
#ifndef SIP_DIALOG_H
#define SIP_DIALOG_H

#include "sip/pkt.h"

enum { DIALOG_ROUTES_MAX = 32 };

enum dialog_state { DIALOG_EARLY, DIALOG_CONFIRMED, DIALOG_ENDED };

struct dialog {
	struct arena *arena; /* of all its strings; borrowed */
	enum dialog_state state;
	bool is_uac;
	struct str call_id, local_tag, remote_tag;
	struct str local_uri, remote_uri; /* From and To values without tag */
	struct str remote_target;         /* Contact of the far side */
	struct str routes[DIALOG_ROUTES_MAX]; /* in the order we send them */
	unsigned nroutes;
	uint32_t local_cseq, remote_cseq;
	bool route_known; /* the route set is fixed (12.1) */
};

/* A request of ours that begins it, as it was really sent. */
void dialog_begin_uac(struct dialog *d, struct arena *a,
		      const struct pkt *request);
/* A request of theirs that begins it; our_tag goes into our responses. */
void dialog_begin_uas(struct dialog *d, struct arena *a,
		      const struct pkt *request, struct str our_tag);
/* A response to a request of ours in it (12.1.2, target refresh 12.2.1.2). */
void dialog_on_response(struct dialog *d, const struct pkt *response);
/* A request of theirs in it (12.2.2); also learns the remote tag where a
 * NOTIFY overtakes the response (RFC 6665 4.4.1). */
void dialog_on_request(struct dialog *d, const struct pkt *request);
/* A request of ours in it, as it was really sent: CSeq, Contact. */
void dialog_on_sent(struct dialog *d, const struct pkt *request);
/* Does a request of theirs belong to it? While the remote tag is unknown
 * Call-ID and our tag identify it. */
bool dialog_matches(const struct dialog *d, const struct pkt *request);
/* Where the next request goes: Request-URI and first hop (12.2.1.1); a strict
 * router (no ;lr) takes the Request-URI. */
struct str dialog_request_uri(const struct dialog *d);
struct str dialog_next_hop(const struct dialog *d);
bool dialog_first_is_strict(const struct dialog *d);

#endif
