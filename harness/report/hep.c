/* SPDX-License-Identifier: MIT */
/* HEP version 3, the packets that Homer and its like collect: chunks of vendor,
 * type, length and value, all big endian. */
#include "report/report.h"

#include "report/capture.h"

enum chunk {
	CHUNK_FAMILY = 1,
	CHUNK_PROTOCOL = 2,
	CHUNK_IP4_FROM = 3,
	CHUNK_IP4_TO = 4,
	CHUNK_IP6_FROM = 5,
	CHUNK_IP6_TO = 6,
	CHUNK_PORT_FROM = 7,
	CHUNK_PORT_TO = 8,
	CHUNK_SECONDS = 9,
	CHUNK_MICROSECONDS = 10,
	CHUNK_KIND = 11,
	CHUNK_AGENT = 12,
	CHUNK_PAYLOAD = 15,
	CHUNK_CORRELATION = 17
};

enum { KIND_SIP = 1, AGENT = 0x51b1, CHUNK_HEAD = 6, HEP_HEAD = 6 };

struct sender {
	const struct result *r;
	ns_t began;
	hep_fn *fn;
	void *ctx;
};

static void add_number(struct buf *b, uint32_t n, unsigned bytes)
{
	while (bytes--)
		buf_add_char(b, (char)(n >> 8 * bytes));
}

static void add_bytes(struct buf *b, enum chunk type, struct str value)
{
	add_number(b, 0, 2); /* the vendor: none */
	add_number(b, type, 2);
	add_number(b, (uint32_t)(CHUNK_HEAD + value.len), 2);
	buf_add_str(b, value);
}

static void add_value(struct buf *b, enum chunk type, uint32_t n,
		      unsigned bytes)
{
	add_number(b, 0, 2);
	add_number(b, type, 2);
	add_number(b, CHUNK_HEAD + bytes, 2);
	add_number(b, n, bytes);
}

static void add_ends(struct buf *b, const struct packet_flow *f)
{
	const struct addr *from = &f->from, *to = &f->to;
	bool six = from->u.sa.sa_family == AF_INET6;

	add_value(b, CHUNK_FAMILY, from->u.sa.sa_family, 1);
	add_value(b, CHUNK_PROTOCOL, f->stream ? IPPROTO_TCP : IPPROTO_UDP, 1);
	add_bytes(b, six ? CHUNK_IP6_FROM : CHUNK_IP4_FROM, packet_host(from));
	add_bytes(b, six ? CHUNK_IP6_TO : CHUNK_IP4_TO, packet_host(to));
	add_value(b, CHUNK_PORT_FROM, addr_port(from), 2);
	add_value(b, CHUNK_PORT_TO, addr_port(to), 2);
}

static void send_one(void *ctx, const struct captured *c)
{
	const struct sender *s = ctx;
	ns_t t = s->began + c->ev->t;
	struct str bytes = c->ev->bytes;
	buf_auto chunks = { 0 };
	buf_auto packet = { 0 };

	add_ends(&chunks, &c->flow);
	add_value(&chunks, CHUNK_SECONDS, (uint32_t)(t / NS_S), 4);
	add_value(&chunks, CHUNK_MICROSECONDS, (uint32_t)(t % NS_S / NS_US), 4);
	add_value(&chunks, CHUNK_KIND, KIND_SIP, 1);
	add_value(&chunks, CHUNK_AGENT, AGENT, 4);
	add_bytes(&chunks, CHUNK_CORRELATION, s->r->id);
	add_bytes(
		&chunks, CHUNK_PAYLOAD,
		str_sub(bytes, 0,
			bytes.len < HEP_BYTES_MAX ? bytes.len : HEP_BYTES_MAX));
	buf_add_z(&packet, "HEP3");
	add_number(&packet, (uint32_t)(HEP_HEAD + chunks.len), 2);
	buf_add_str(&packet, buf_str(&chunks));
	s->fn(s->ctx, buf_str(&packet));
}

void hep_packets(const struct trace *tr, const struct result *r, ns_t began,
		 hep_fn *fn, void *ctx)
{
	struct sender s = { .r = r, .began = began, .fn = fn, .ctx = ctx };

	capture_each(tr, send_one, &s);
}
