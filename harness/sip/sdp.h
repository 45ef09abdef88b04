/* SPDX-License-Identifier: MIT */
/* sdp: a session description as lines (RFC 8866), and the plain audio offers
 * and answers that we make (RFC 3264). */
#ifndef SIP_SDP_H
#define SIP_SDP_H

#include "base/buf.h"

enum { SDP_MEDIA_MAX = 32, SDP_CODECS_MAX = 64 };

enum sdp_direction { SDP_SENDRECV, SDP_SENDONLY, SDP_RECVONLY, SDP_INACTIVE };

struct sdp_media {                             /* slices of the text */
	struct str kind, port, proto, formats; /* m=; port without "/n" */
	struct str address;                 /* its own c=, or the session's */
	struct str rtpmaps[SDP_CODECS_MAX]; /* "0 PCMU/8000" */
	unsigned nrtpmaps;
	enum sdp_direction direction; /* its own, the session's, sendrecv */
	bool has_direction;
};

struct sdp {
	struct str origin;              /* o=, all of it */
	struct str session_id, version; /* of o= */
	struct str address;             /* of the session's c= */
	struct str timing;              /* first t= */
	enum sdp_direction direction;
	struct sdp_media media[SDP_MEDIA_MAX];
	unsigned nmedia;
};

/* False, and ret as it was, where it does not begin with v=. Lines that are not
 * understood are passed over, media beyond the ceiling too. */
bool sdp_read(struct str body, struct sdp *ret);
/* The first m= of that kind; NULL: none. */
const struct sdp_media *sdp_find(const struct sdp *sdp, struct str kind);
/* Value of the first "a=name:" of the n-th medium (from 1), or of the session
 * (0); empty for a mere "a=name", STR_NONE: no such line. */
struct str sdp_attribute(struct str body, unsigned medium, struct str name);
/* "PCMU PCMA telephone-event": names of its formats, numbers where none. */
void sdp_codecs(const struct sdp_media *m, struct buf *out);
const char *sdp_direction_name(enum sdp_direction d);
/* What an answerer may say to an offer at the most. */
enum sdp_direction sdp_mirror(enum sdp_direction d);

struct sdp_own {
	struct str host; /* without brackets */
	uint16_t port;
	uint64_t session, version;
	enum sdp_direction direction; /* in answers: what we wish */
};

void sdp_write_offer(struct buf *out, const struct sdp_own *own);
/* As many m= lines as the offer has; the first with PCMU or PCMA is taken, the
 * others get port 0. An offer that is no SDP is answered with an offer. */
void sdp_write_answer(struct buf *out, const struct sdp_own *own,
		      struct str offer);

#endif
