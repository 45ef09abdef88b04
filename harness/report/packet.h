/* SPDX-License-Identifier: MIT */
/* packet: an IP packet around bytes that were seen without one. */
#ifndef REPORT_PACKET_H
#define REPORT_PACKET_H

#include "wire/addr.h"

struct packet_flow {
	struct addr from, to; /* of the same family */
	bool stream;          /* TCP, else UDP */
	uint32_t seq, ack;    /* TCP: of the first byte; what came before */
};

enum { PACKET_BYTES_MAX = 65000 }; /* of one payload */

/* Adds the IPv4 or IPv6 header, the UDP or TCP header and the payload, with
 * their checksums (RFC 791, 768, 9293, 8200). */
void packet_add(struct buf *out, const struct packet_flow *flow,
		struct str payload);

/* The 4 or 16 bytes of a host, in network order. */
struct str packet_host(const struct addr *a);

#endif
