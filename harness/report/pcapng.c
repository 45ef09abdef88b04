/* SPDX-License-Identifier: MIT */
/* A capture of one play for the tools that read captures: pcapng, each message
 * with its label as a comment. It is made from the trace: what went over TLS
 * stands there in clear, as TCP. */
#include "report/report.h"

#include "report/capture.h"

enum {
	SECTION = 0x0a0d0d0a,
	INTERFACE = 1,
	PACKET = 6,
	ORDER_MARK = 0x1a2b3c4d,
	LINK_RAW_IP = 101,
	OPTION_COMMENT = 1,
	OPTION_USER_APPL = 4,
	OPTION_RESOLUTION = 9, /* of an interface: 10^-n s */
	OPTION_FLAGS = 2,      /* of a packet: 1 came in, 2 went out */
	NANOSECONDS = 9,
	FLOWS_MAX = 1024
};

struct flow { /* TCP bytes that went this way */
	struct addr from, to;
	uint32_t sent;
};

struct capture {
	struct buf *out;
	ns_t began; /* of the play, since 1970 */
	struct flow flows[FLOWS_MAX];
	unsigned nflows;
};

/* ---- blocks: little endian, as the byte order mark says ---- */

static void add32(struct buf *b, uint32_t n)
{
	unsigned char bytes[4] = { (unsigned char)n, (unsigned char)(n >> 8),
				   (unsigned char)(n >> 16),
				   (unsigned char)(n >> 24) };

	buf_add(b, bytes, 4);
}

static void add16(struct buf *b, unsigned n)
{
	buf_add_char(b, (char)n);
	buf_add_char(b, (char)(n >> 8));
}

static void add_padding(struct buf *b, size_t n)
{
	buf_add_fill(b, '\0', (4 - n % 4) % 4);
}

static void add_option(struct buf *b, unsigned code, struct str value)
{
	if (value.len > 60000)
		value.len = 60000;
	add16(b, code);
	add16(b, (unsigned)value.len);
	buf_add_str(b, value);
	add_padding(b, value.len);
}

static void add_block(struct buf *out, uint32_t type, const struct buf *body)
{
	uint32_t n = (uint32_t)body->len + 12;

	add32(out, type);
	add32(out, n);
	buf_add_str(out, buf_str(body));
	add32(out, n);
}

static void add_section(struct capture *c, const struct result *r,
			const struct run *run)
{
	buf_auto body = { 0 };
	buf_auto text = { 0 };

	add32(&body, ORDER_MARK);
	add16(&body, 1);
	add16(&body, 0);
	add32(&body, UINT32_MAX); /* the length of the section is not told */
	add32(&body, UINT32_MAX);
	buf_addf(&text, "%s " STR_F " against " STR_F " " STR_F,
		 verdict_word(r->verdict), STR_A(r->id), STR_A(run->device),
		 STR_A(run->address));
	add_option(&body, OPTION_COMMENT, buf_str(&text));
	buf_clear(&text);
	buf_addf(&text, "sipladder " STR_F, STR_A(run->version));
	add_option(&body, OPTION_USER_APPL, buf_str(&text));
	add32(&body, 0); /* no more options */
	add_block(c->out, SECTION, &body);
}

static void add_interface(struct capture *c)
{
	buf_auto body = { 0 };
	char resolution = NANOSECONDS;

	add16(&body, LINK_RAW_IP);
	add16(&body, 0);
	add32(&body, 0); /* packets are whole */
	add_option(&body, OPTION_RESOLUTION, (struct str){ &resolution, 1 });
	add32(&body, 0);
	add_block(c->out, INTERFACE, &body);
}

static void add_packet(struct capture *c, const struct event *ev,
		       const struct packet_flow *flow, struct str payload,
		       struct str comment)
{
	buf_auto body = { 0 };
	buf_auto packet = { 0 };
	uint64_t t = (uint64_t)(c->began + ev->t);
	char flags[4] = { ev->out ? 2 : 1 };

	packet_add(&packet, flow, payload);
	add32(&body, 0); /* the interface */
	add32(&body, (uint32_t)(t >> 32));
	add32(&body, (uint32_t)t);
	add32(&body, (uint32_t)packet.len);
	add32(&body, (uint32_t)packet.len);
	buf_add_str(&body, buf_str(&packet));
	add_padding(&body, packet.len);
	if (comment.len)
		add_option(&body, OPTION_COMMENT, comment);
	add_option(&body, OPTION_FLAGS, (struct str){ flags, 4 });
	add32(&body, 0);
	add_block(c->out, PACKET, &body);
}

/* ---- the trace ---- */

/* NULL: there are too many. */
static struct flow *flow_of(struct capture *c, const struct addr *from,
			    const struct addr *to)
{
	for (unsigned i = 0; i < c->nflows; i++)
		if (addr_equal(&c->flows[i].from, from) &&
		    addr_equal(&c->flows[i].to, to))
			return &c->flows[i];
	if (c->nflows == FLOWS_MAX)
		return NULL;
	c->flows[c->nflows] = (struct flow){ *from, *to, 1 };
	return &c->flows[c->nflows++];
}

static void add_record(void *ctx, const struct captured *seen)
{
	struct capture *c = ctx;
	struct str rest = seen->ev->bytes, comment = seen->label;
	struct packet_flow flow = seen->flow;
	struct flow *there = NULL, *back = NULL;

	if (flow.stream) {
		there = flow_of(c, &flow.from, &flow.to);
		back = flow_of(c, &flow.to, &flow.from);
		if (!there || !back)
			return;
		flow.ack = back->sent;
	}
	do { /* TCP carries more than a packet holds, UDP does not */
		struct str part =
			str_sub(rest, 0,
				rest.len < PACKET_BYTES_MAX ? rest.len
							    : PACKET_BYTES_MAX);

		flow.seq = there ? there->sent : 0;
		add_packet(c, seen->ev, &flow, part, comment);
		if (there)
			there->sent += (uint32_t)part.len;
		rest = str_tail(rest, part.len);
		comment = STR_NONE;
	} while (rest.len && there);
}

void pcapng_write(const struct trace *tr, const struct result *r,
		  const struct run *run, ns_t began, struct buf *out)
{
	struct arena *a = arena_new();
	struct capture *c = ARENA_NEW(a, struct capture);

	c->out = out;
	c->began = began;
	add_section(c, r, run);
	add_interface(c);
	capture_each(tr, add_record, c);
	arena_free(a);
}
