/* SPDX-License-Identifier: MIT */
/* Monitors of header fields and the start line: what any message must have,
 * and how it is spelt. */
#include "play/monitor.h"

#include "sip/syntax.h"

/* A response echoes these (8.2.6.2, 12.1.1); what is wrong with them in our
 * request, or stands there twice, is not the device's doing. */
static bool is_our_fault(const struct msg *m, enum header_id id)
{
	static const enum header_id echoed[] = {
		HEADER_VIA,     HEADER_FROM, HEADER_TO,
		HEADER_CALL_ID, HEADER_CSEQ, HEADER_RECORD_ROUTE
	};
	bool one = false;
	unsigned rows = 0;

	for (size_t i = 0; i < sizeof(echoed) / sizeof(*echoed); i++)
		one |= echoed[i] == id;
	if (!one || monitor_is_request(m) || !m->request)
		return false;
	for (unsigned i = 0; i < m->request->pkt->nlines; i++) {
		const struct line *row = &m->request->pkt->lines[i];

		if (row->id != id)
			continue;
		if (syntax_check(id, row->value).what)
			return true;
		rows++;
	}
	return rows > 1 && id != HEADER_VIA && id != HEADER_RECORD_ROUTE;
}

/* RFC 3261 8.2.6.2: Via, From, Call-ID and CSeq of a response are the
 * request's. */
enum look monitor_echoes(struct seen *s)
{
	static const enum header_id rows[] = { HEADER_FROM, HEADER_CALL_ID,
					       HEADER_CSEQ };
	const struct msg *m = s->m;

	if (monitor_is_request(m) || !m->request)
		return LOOK_NOT_MINE;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct str want = monitor_row(m->request->pkt, rows[i]);
		struct str got = monitor_row(m->pkt, rows[i]);

		if (rows[i] == HEADER_FROM) { /* spelling may change */
			want = pkt_from_tag(m->request->pkt);
			got = pkt_from_tag(m->pkt);
		}
		if (!str_eq(want, got) && !is_our_fault(m, rows[i]))
			return monitor_broken(
				s,
				ARENA_JOIN(s->p->arena,
					   header_info(rows[i])->name,
					   STR(" is "), want),
				got);
	}
	return monitor_judge(s,
			     pkt_values(m->pkt, "Via") ==
				     pkt_values(m->request->pkt, "Via"),
			     STR("the Vias of the request"),
			     monitor_row(m->pkt, HEADER_VIA));
}

/* 8.2.6.2: a To tag in every response but a 100. */
enum look monitor_to_tag(struct seen *s)
{
	if (monitor_is_request(s->m) || s->m->pkt->status < 200 ||
	    is_our_fault(s->m, HEADER_TO))
		return LOOK_NOT_MINE;
	return monitor_judge(s, pkt_to_tag(s->m->pkt).len, STR("a To tag"),
			     monitor_row(s->m->pkt, HEADER_TO));
}

/* 20.14, 18.3: Content-Length is the body's. Without one all of a datagram is;
 * on a stream nobody could say where the message ends. */
enum look monitor_length(struct seen *s)
{
	const struct pkt *pkt = s->m->pkt;
	struct str value = monitor_row(pkt, HEADER_CONTENT_LENGTH);
	uint64_t n;

	if (!value.len)
		return s->m->party->proto == PROTO_UDP
			       ? LOOK_NOT_MINE
			       : monitor_broken(s, STR("a Content-Length"),
						STR_NONE);
	if (str_to_u64(value, &n) && n == pkt->body.len)
		return LOOK_PASS;
	return monitor_broken(
		s,
		arena_strf(s->p->arena, "Content-Length is %zu", pkt->body.len),
		value);
}

/* 8.1.1.6: every request has Max-Forwards. */
enum look monitor_max_forwards(struct seen *s)
{
	struct str value = monitor_row(s->m->pkt, HEADER_MAX_FORWARDS);
	uint64_t n;

	if (!monitor_is_request(s->m))
		return LOOK_NOT_MINE;
	return monitor_judge(s, str_to_u64(value, &n) && n <= 255,
			     STR("Max-Forwards 0..255"), value);
}

/* 8.2.2.3: a 420 says what is not supported. */
enum look monitor_unsupported(struct seen *s)
{
	if (monitor_is_request(s->m) || s->m->pkt->status != 420)
		return LOOK_NOT_MINE;
	return monitor_judge(s, pkt_values(s->m->pkt, "Unsupported") > 0,
			     STR("an Unsupported that lists them"), STR_NONE);
}

/* 25.1: the headers under test keep the grammar. */
enum look monitor_syntax(struct seen *s)
{
	const struct pkt *pkt = s->m->pkt;

	for (unsigned i = 0; i < pkt->nlines; i++) {
		const struct line *row = &pkt->lines[i];
		struct breach b = syntax_check(row->id, row->value);

		if (b.what && !is_our_fault(s->m, row->id))
			return monitor_broken(
				s,
				arena_strf(s->p->arena,
					   "a well-formed header: " STR_F,
					   STR_A(syntax_text(s->p->arena,
							     row->value, b))),
				row->whole);
	}
	return LOOK_PASS;
}

/* A parameter of a SIP URI that no header field has by that name. */
static const char *uri_parameter(struct str value)
{
	static const char *const names[] = { "transport", "maddr", "user",
					     "ttl",       "lr",    "method" };
	bool present;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		pkt_param(value, names[i], &present);
		if (present)
			return names[i];
	}
	return NULL;
}

/* Without <> a "?" or "," cannot be in the URI, and what follows ";" is the
 * header's: a URI parameter there belongs to nobody. */
static bool is_naked(struct str value)
{
	return str_find_char(value, '<') < 0 && !str_is(value, "*") &&
	       (str_find_char(value, '?') >= 0 || uri_parameter(value));
}

/* As it stood in our request. */
static bool is_echo(const struct msg *m, enum header_id id)
{
	return !monitor_is_request(m) && m->request &&
	       (id == HEADER_FROM || id == HEADER_TO) &&
	       is_naked(monitor_row(m->request->pkt, id));
}

/* 20.10, 20.20, 20.39, RFC 8217: a URI that holds ? , or ; stands in <>. */
enum look monitor_name_addr(struct seen *s)
{
	static const enum header_id rows[] = {
		HEADER_CONTACT,  HEADER_FROM,         HEADER_TO,
		HEADER_REFER_TO, HEADER_REFERRED_BY,  HEADER_REPLY_TO,
		HEADER_ROUTE,    HEADER_RECORD_ROUTE, HEADER_DIVERSION
	};
	enum look look = LOOK_NOT_MINE;
	struct str value;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct pkt_values all = { .p = s->m->pkt, .id = rows[i] };

		while (pkt_values_next(&all, &value)) {
			if (is_naked(value) && !is_echo(s->m, rows[i]))
				return monitor_broken(
					s, STR("a URI in < and >"), value);
			look = LOOK_PASS;
		}
	}
	return look;
}

/* 25.1: Reason-Phrase holds neither CR nor LF. With one in it what follows
 * looks like a header line without a colon. */
enum look monitor_reason(struct seen *s)
{
	const struct pkt *pkt = s->m->pkt;
	bool broken = str_find_char(pkt->reason, '\r') >= 0 ||
		      (pkt->nlines && !pkt->lines[0].name.len);

	if (monitor_is_request(s->m))
		return LOOK_NOT_MINE;
	return monitor_judge(s, !broken, STR("a reason phrase in one line"),
			     pkt->nlines ? pkt->lines[0].whole : STR_NONE);
}

/* 7, 25.1: lines end in CRLF, each header line has a name and a colon, an empty
 * line stands behind them. */
enum look monitor_frame(struct seen *s)
{
	const struct pkt *pkt = s->m->pkt;

	return monitor_judge(s, !pkt->flaw, STR("a well-formed message"),
			     str_from(pkt->flaw));
}
