/* SPDX-License-Identifier: MIT */
/* Headers of IP, UDP and TCP, so that a capture can be read by the tools that
 * read captures. What the kernel really put around the bytes is not known. */
#include "report/packet.h"

#include <arpa/inet.h>

enum {
	IP4_HEADER = 20,
	UDP_HEADER = 8,
	TCP_HEADER = 20,
	TCP_PUSH_ACK = 0x18,
	DONT_FRAGMENT = 0x4000,
	WINDOW = 65535,
	HOPS = 64
};

static void add16(struct buf *out, unsigned n)
{
	buf_add_char(out, (char)(n >> 8));
	buf_add_char(out, (char)n);
}

static void add32(struct buf *out, uint32_t n)
{
	add16(out, n >> 16);
	add16(out, n & 0xffff);
}

/* ---- checksums (RFC 1071) ---- */

static uint32_t sum(uint32_t so_far, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;

	for (size_t i = 0; i + 1 < n; i += 2)
		so_far += (uint32_t)(p[i] << 8 | p[i + 1]);
	if (n & 1)
		so_far += (uint32_t)(p[n - 1] << 8);
	return so_far;
}

static unsigned folded(uint32_t s)
{
	while (s >> 16)
		s = (s & 0xffff) + (s >> 16);
	return ~s & 0xffff;
}

static void put16(struct buf *b, size_t at, unsigned n)
{
	b->p[at] = (char)(n >> 8);
	b->p[at + 1] = (char)n;
}

struct str packet_host(const struct addr *a)
{
	if (a->u.sa.sa_family == AF_INET6)
		return (struct str){ (const char *)&a->u.v6.sin6_addr, 16 };
	return (struct str){ (const char *)&a->u.v4.sin_addr, 4 };
}

/* Of the pseudo header, and of what stands from here to the end. */
static unsigned checksum(const struct buf *out, size_t from,
			 const struct packet_flow *f, unsigned protocol)
{
	struct str src = packet_host(&f->from), dst = packet_host(&f->to);
	uint32_t s = protocol + (uint32_t)(out->len - from);
	unsigned folds;

	s = sum(s, src.p, src.len);
	s = sum(s, dst.p, dst.len);
	folds = folded(sum(s, out->p + from, out->len - from));
	return folds ? folds : 0xffff;
}

/* ---- headers ---- */

static void add_ip4(struct buf *out, const struct packet_flow *f,
		    unsigned protocol, size_t n)
{
	size_t at = out->len;

	add16(out, 0x4500);
	add16(out, (unsigned)(IP4_HEADER + n));
	add16(out, 0);
	add16(out, DONT_FRAGMENT);
	add16(out, HOPS << 8 | protocol);
	add16(out, 0);
	buf_add_str(out, packet_host(&f->from));
	buf_add_str(out, packet_host(&f->to));
	put16(out, at + 10, folded(sum(0, out->p + at, IP4_HEADER)));
}

static void add_ip6(struct buf *out, const struct packet_flow *f,
		    unsigned protocol, size_t n)
{
	add32(out, 0x60000000);
	add16(out, (unsigned)n);
	add16(out, protocol << 8 | HOPS);
	buf_add_str(out, packet_host(&f->from));
	buf_add_str(out, packet_host(&f->to));
}

static void add_udp(struct buf *out, const struct packet_flow *f,
		    struct str payload)
{
	size_t at = out->len;

	add16(out, addr_port(&f->from));
	add16(out, addr_port(&f->to));
	add16(out, (unsigned)(UDP_HEADER + payload.len));
	add16(out, 0);
	buf_add_str(out, payload);
	put16(out, at + 6, checksum(out, at, f, IPPROTO_UDP));
}

static void add_tcp(struct buf *out, const struct packet_flow *f,
		    struct str payload)
{
	size_t at = out->len;

	add16(out, addr_port(&f->from));
	add16(out, addr_port(&f->to));
	add32(out, f->seq);
	add32(out, f->ack);
	add16(out, TCP_HEADER / 4 << 12 | TCP_PUSH_ACK);
	add16(out, WINDOW);
	add32(out, 0);
	buf_add_str(out, payload);
	put16(out, at + 16, checksum(out, at, f, IPPROTO_TCP));
}

void packet_add(struct buf *out, const struct packet_flow *flow,
		struct str payload)
{
	unsigned protocol = flow->stream ? IPPROTO_TCP : IPPROTO_UDP;
	size_t n = (flow->stream ? TCP_HEADER : UDP_HEADER) + payload.len;

	if (flow->from.u.sa.sa_family == AF_INET6)
		add_ip6(out, flow, protocol, n);
	else
		add_ip4(out, flow, protocol, n);
	if (out->over)
		return;
	(flow->stream ? add_tcp : add_udp)(out, flow, payload);
}
