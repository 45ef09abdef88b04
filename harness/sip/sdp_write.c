/* SPDX-License-Identifier: MIT */
/* Offers and answers of ours: G.711 audio and nothing behind the port. */
#include "sip/sdp.h"

static const char *ip_version(struct str host)
{
	return str_find_char(host, ':') < 0 ? "IP4" : "IP6";
}

static void add_session(struct buf *out, const struct sdp_own *own,
			struct str timing)
{
	buf_addf(out, "v=0\r\no=- %llu %llu IN %s " STR_F "\r\ns=-\r\n",
		 (unsigned long long)own->session,
		 (unsigned long long)own->version, ip_version(own->host),
		 STR_A(own->host));
	buf_addf(out, "c=IN %s " STR_F "\r\nt=" STR_F "\r\n",
		 ip_version(own->host), STR_A(own->host), STR_A(timing));
}

void sdp_write_offer(struct buf *out, const struct sdp_own *own)
{
	add_session(out, own, STR("0 0"));
	buf_addf(out,
		 "m=audio %u RTP/AVP 0 8\r\n"
		 "a=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\na=%s\r\n",
		 own->port, sdp_direction_name(own->direction));
}

/* The first format that is static G.711; STR_NONE: none. */
static struct str common_format(const struct sdp_media *m)
{
	struct str rest = m->formats, one;

	while (rest.len) {
		str_cut(rest, ' ', &one, &rest);
		if (str_is(one, "0") || str_is(one, "8"))
			return one;
	}
	return STR_NONE;
}

static bool is_acceptable(const struct sdp_media *m)
{
	return str_is_case(m->kind, "audio") && !str_is(m->port, "0") &&
	       str_starts_case(m->proto, "RTP/AVP") && common_format(m).len;
}

/* RFC 3264 6.1: what both the offer and we allow. */
static enum sdp_direction both(enum sdp_direction offered,
			       enum sdp_direction wished)
{
	enum sdp_direction most = sdp_mirror(offered);

	if (most == SDP_SENDRECV || most == wished)
		return wished;
	return wished == SDP_SENDRECV ? most : SDP_INACTIVE;
}

static void add_accepted(struct buf *out, const struct sdp_own *own,
			 const struct sdp_media *m)
{
	struct str format = common_format(m);

	buf_addf(out, "m=audio %u " STR_F " " STR_F "\r\n", own->port,
		 STR_A(m->proto), STR_A(format));
	buf_addf(out, "a=rtpmap:" STR_F " %s/8000\r\na=%s\r\n", STR_A(format),
		 str_is(format, "0") ? "PCMU" : "PCMA",
		 sdp_direction_name(both(m->direction, own->direction)));
}

/* RFC 3264 6: a stream is refused with port 0; a format must stand there. */
static void add_refused(struct buf *out, const struct sdp_media *m)
{
	buf_addf(out, "m=" STR_F " 0 " STR_F " " STR_F "\r\n", STR_A(m->kind),
		 STR_A(m->proto), STR_A(m->formats));
}

void sdp_write_answer(struct buf *out, const struct sdp_own *own,
		      struct str offer)
{
	struct sdp sdp;
	bool accepted = false;

	if (!sdp_read(offer, &sdp)) {
		sdp_write_offer(out, own);
		return;
	}
	/* RFC 3264 6: the t= line is that of the offer. */
	add_session(out, own, sdp.timing.len ? sdp.timing : STR("0 0"));
	for (unsigned i = 0; i < sdp.nmedia; i++) {
		const struct sdp_media *m = &sdp.media[i];

		if (accepted || !is_acceptable(m)) {
			add_refused(out, m);
			continue;
		}
		add_accepted(out, own, m);
		accepted = true;
	}
}
