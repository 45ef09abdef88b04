/* SPDX-License-Identifier: MIT */
/* pkt: a line index over the raw bytes of one SIP message. Nothing is
 * repaired; what a device really sent is what a check sees. */
#ifndef SIP_PKT_H
#define SIP_PKT_H

#include "base/arena.h"
#include "sip/header.h"
#include "sip/split.h"

enum {
	PKT_LINES_MAX = 1000,
	PKT_BYTES_MAX = 256 << 10,
	PKT_VALUES_MAX = 1000 /* of one header; more are not told apart */
};

enum pkt_kind { PKT_REQUEST, PKT_RESPONSE, PKT_GARBAGE };

struct line {              /* one header row, folded lines included */
	enum header_id id; /* HEADER_UNKNOWN: not in the table */
	struct str name;   /* as spelt; empty: a line without a colon */
	struct str value;  /* trimmed; still folded if it was */
	struct str whole;  /* name to last byte before the final line end */
};

struct pkt {
	struct arena *arena; /* owns everything below, typed views too */
	struct str raw;
	enum pkt_kind kind;
	struct str start;                /* start line without its end */
	struct str method, uri, version; /* uri: requests only */
	unsigned status;                 /* 0: a request or garbage */
	struct str reason;
	struct line *lines;
	unsigned nlines;
	struct str head; /* start line to blank line */
	struct str body; /* after the blank line, all of it */
	/* Split once since everybody asks; 0 and empty if absent */
	uint32_t cseq;
	struct str cseq_method;
	struct str from_tag, to_tag;
	struct str branch; /* of the top Via */
	const char *flaw;  /* first thing wrong with the frame; NULL: none */
};

/* Indexes raw, which is copied into the arena. Never NULL: what is no SIP is
 * PKT_GARBAGE with a flaw. Leading CRLFs are passed over (RFC 3261 7.5). */
struct pkt *pkt_parse(struct arena *a, struct str raw);
/* The same for header rows alone, as in a part of a body; PKT_GARBAGE. */
struct pkt *pkt_parse_rows(struct arena *a, struct str rows);

/* Header rows by canonical long name; compact forms count (RFC 3261 7.3.3).
 * n counts from 0; NULL: no such row. */
const struct line *pkt_row(const struct pkt *p, const char *name, unsigned n);
unsigned pkt_rows(const struct pkt *p, const char *name);
/* The same by id of a known header. */
const struct line *pkt_line(const struct pkt *p, enum header_id id, unsigned n);
/* The n-th (0-based) comma-separated value over all rows of a header; for
 * headers that take no lists a row is a value. STR_NONE: no such value. */
struct str pkt_value(const struct pkt *p, const char *name, unsigned n);
unsigned pkt_values(const struct pkt *p, const char *name);
/* All values of a header in turn, in one pass; empty ones are passed over. */
struct pkt_values {
	const struct pkt *p;
	enum header_id id;
	struct str name;
	unsigned row; /* next to be opened */
	struct split in;
};

struct pkt_values pkt_values_begin(const struct pkt *p, struct str name);
bool pkt_values_next(struct pkt_values *v, struct str *ret);
/* Long canonical spelling for any spelling or compact form; the name itself
 * if it is unknown. */
struct str pkt_canonical(struct str name);

/* Shorthands over the first Via, From, To, Call-ID ... (STR_NONE: absent). */
struct str pkt_call_id(const struct pkt *p);
struct str pkt_from_tag(const struct pkt *p);
struct str pkt_to_tag(const struct pkt *p);
struct str pkt_branch(const struct pkt *p);  /* of the top Via */
struct str pkt_sent_by(const struct pkt *p); /* host[:port] of the top Via */

/* "<sip:a@b;x>;tag=1" -> "sip:a@b;x"; an addr-spec ends at the first ';'. */
struct str pkt_addr_uri(struct str value);
/* Header parameter of one value, unquoted; *ret_present says whether it is
 * there at all (";lr" is present and empty). ret_present may be NULL. */
struct str pkt_param(struct str value, const char *name, bool *ret_present);
/* What stands before the parameters: "refer" of "refer;id=3". */
struct str pkt_base(struct str value);
/* The display name, without its quotes; STR_NONE: none. */
struct str pkt_display(struct str value);
/* Of a Via value: "SIP/2.0/UDP", and host[:port]. */
struct str pkt_via_protocol(struct str value);
struct str pkt_via_sent_by(struct str value);
/* "[::1]:5060" -> "[::1]", "5060"; an absent port is STR_NONE. */
struct str pkt_host_port(struct str hostport, struct str *ret_port);

#endif
