/* SPDX-License-Identifier: MIT */
/* The SDP of our messages: offers, answers, hold and resume. The o= line keeps
 * its session and steps its version (RFC 3264 8). */
#include "play/state.h"

#include "sip/sdp.h"

/* Nothing listens there, as no media is judged. Below the ports that a kernel
 * gives out: RTP would else reach some party's socket and be garbage there. */
enum { MEDIA_PORT = 30000 };

static enum sdp_direction direction_of(enum sdp_mode mode)
{
	return mode == SDP_HOLD ? SDP_SENDONLY : SDP_SENDRECV;
}

void media_body(struct play *p, struct draft *d, struct leg *leg,
		enum sdp_mode mode, const struct msg *offer)
{
	char host[ADDR_TEXT_MAX];
	struct sdp_own own = {
		.host = str_from(addr_host(&leg->party->port->at, host)),
		.port = MEDIA_PORT,
		.session = leg->sdp_session,
		.version = ++leg->sdp_version,
		.direction = direction_of(mode),
	};
	buf_auto out = { 0 };

	if (mode == SDP_ANSWER && offer && offer->pkt->body.len)
		sdp_write_answer(&out, &own, offer->pkt->body);
	else
		sdp_write_offer(&out, &own);
	draft_body(d, STR("application/sdp"),
		   arena_str(p->arena, buf_str(&out)));
}
