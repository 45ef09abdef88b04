/* SPDX-License-Identifier: MIT */
/* Getters that look at the message itself or at its body: start line, parts,
 * sipfrag, session description. */
#include "base/buf.h"
#include "sip/body.h"
#include "sip/field_table.h"
#include "sip/sdp.h"
#include "sip/syntax.h"

static struct str number(const struct field_ask *ask, unsigned long long n)
{
	return arena_strf(ask->arena, "%llu", n);
}

static struct str some(struct str s)
{
	return s.len ? s : STR_NONE;
}

/* ---- status line --------------------------------------------------------- */

/* It may be empty, and is there all the same. */
struct str field_get_status_reason(const struct field_ask *ask)
{
	const struct pkt *p = ask->pkt;

	return p->status ? p->reason : STR_NONE;
}

struct str field_get_reason_syntax(const struct field_ask *ask)
{
	const struct pkt *p = ask->pkt;

	return p->status ? syntax_text(ask->arena, p->reason,
				       syntax_reason(p->reason))
			 : STR_NONE;
}

/* ---- body and parts ------------------------------------------------------ */

/* Of the body, or of the part that an index asks for. */
static bool find_part(const struct field_ask *ask, struct body_part *ret)
{
	return body_part(ask->pkt, ask->path->index, ret);
}

struct str field_get_body_length(const struct field_ask *ask)
{
	struct body_part part;

	if (find_part(ask, &part))
		return number(ask, part.content.len);
	return ask->path->index ? STR_NONE : number(ask, 0);
}

struct str field_get_body_count(const struct field_ask *ask)
{
	struct body_part part;
	unsigned n = 0;

	while (n < BODY_PARTS_MAX && body_part(ask->pkt, n + 1, &part))
		n++;
	return number(ask, n);
}

struct str field_get_body_type(const struct field_ask *ask)
{
	struct body_part part;

	return find_part(ask, &part) ? some(part.type) : STR_NONE;
}

/* The headers of a part; without an index those of the first. */
struct pkt *field_body_headers(const struct field_ask *ask)
{
	struct body_part part = { .head = STR_NONE };

	body_part(ask->pkt, ask->path->index ? ask->path->index : 1, &part);
	return pkt_parse_rows(ask->arena, part.head);
}

/* ---- sipfrag ------------------------------------------------------------- */

struct str field_get_frag_part(const struct field_ask *ask)
{
	struct frag f;

	if (!body_frag(ask->pkt, &f))
		return STR_NONE;
	if (str_is(ask->name, "status"))
		return some(f.status);
	return some(str_is(ask->name, "reason") ? f.reason : f.version);
}

struct str field_get_frag_syntax(const struct field_ask *ask)
{
	struct str body = body_find(ask->pkt, "message/sipfrag");

	return body.p ? syntax_text(ask->arena, body, syntax_sipfrag(body))
		      : STR_NONE;
}

struct pkt *field_frag_headers(const struct field_ask *ask)
{
	return pkt_parse_rows(ask->arena, body_frag_rows(ask->pkt));
}

/* ---- session description ------------------------------------------------- */

struct str field_sdp_body(const struct pkt *p)
{
	struct str body = body_find(p, "application/sdp");

	if (!body.p && !pkt_line(p, HEADER_CONTENT_TYPE, 0) &&
	    str_starts(p->body, "v="))
		body = p->body;
	return body;
}

struct str field_get_sdp_part(const struct field_ask *ask)
{
	struct sdp sdp;

	if (!sdp_read(field_sdp_body(ask->pkt), &sdp))
		return STR_NONE;
	if (str_is(ask->name, "count"))
		return number(ask, sdp.nmedia);
	if (str_is(ask->name, "origin"))
		return some(sdp.origin);
	if (str_is(ask->name, "address"))
		return some(sdp.address);
	if (str_is(ask->name, "timing"))
		return some(sdp.timing);
	if (str_is(ask->name, "direction"))
		return str_from(sdp_direction_name(sdp.direction));
	return some(str_is(ask->name, "version") ? sdp.version
						 : sdp.session_id);
}

/* The first medium of the kind that the table's prefix names ("audio."), or
 * the one with that number; NULL: none. */
static const struct sdp_media *find_medium(const struct field_ask *ask,
					   const struct sdp *sdp)
{
	struct str kind = str_from(ask->path->def->arg);
	unsigned n = ask->path->index ? ask->path->index : 1;

	if (!kind.len)
		return n <= sdp->nmedia ? &sdp->media[n - 1] : NULL;
	return sdp_find(sdp, str_sub(kind, 0, kind.len - 1));
}

static struct str codecs(const struct field_ask *ask, const struct sdp_media *m)
{
	buf_auto out = { 0 };

	sdp_codecs(m, &out);
	return arena_str(ask->arena, buf_str(&out));
}

struct str field_get_sdp_medium(const struct field_ask *ask)
{
	struct str part = ask->path->parts[ask->path->nparts - 1];
	const struct sdp_media *m;
	struct sdp sdp;

	if (!sdp_read(field_sdp_body(ask->pkt), &sdp))
		return STR_NONE;
	m = find_medium(ask, &sdp);
	if (!m)
		return STR_NONE;
	if (str_is_case(part, "kind"))
		return some(m->kind);
	if (str_is_case(part, "direction"))
		return str_from(sdp_direction_name(m->direction));
	if (str_is_case(part, "port"))
		return some(m->port);
	if (str_is_case(part, "address"))
		return some(m->address);
	if (str_is_case(part, "proto"))
		return some(m->proto);
	return some(str_is_case(part, "formats") ? m->formats : codecs(ask, m));
}

struct str field_get_sdp_attribute(const struct field_ask *ask)
{
	struct str body = field_sdp_body(ask->pkt);
	const struct sdp_media *m;
	struct sdp sdp;

	if (!sdp_read(body, &sdp))
		return STR_NONE;
	if (str_is(str_from(ask->path->def->arg), "session."))
		return sdp_attribute(body, 0, ask->name);
	m = find_medium(ask, &sdp);
	return m ? sdp_attribute(body, (unsigned)(m - sdp.media) + 1, ask->name)
		 : STR_NONE;
}
