/* SPDX-License-Identifier: MIT */
/* Reading session descriptions line by line. sofia's sdp_parse is not used:
 * an m= line with an illegal format makes it allocate without bound. */
#include "sip/sdp.h"

static const char *const names[] = {
	[SDP_SENDRECV] = "sendrecv",
	[SDP_SENDONLY] = "sendonly",
	[SDP_RECVONLY] = "recvonly",
	[SDP_INACTIVE] = "inactive",
};

const char *sdp_direction_name(enum sdp_direction d)
{
	return names[d];
}

static bool read_direction(struct str text, enum sdp_direction *ret)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (str_is_case(text, names[i])) {
			*ret = (enum sdp_direction)i;
			return true;
		}
	}
	return false;
}

/* RFC 3264 6.1 */
enum sdp_direction sdp_mirror(enum sdp_direction d)
{
	return d == SDP_SENDONLY   ? SDP_RECVONLY
	       : d == SDP_RECVONLY ? SDP_SENDONLY
				   : d;
}

/* The next word of *s, empty at its end. */
static struct str take_word(struct str *s)
{
	struct str word = STR_NONE;

	*s = str_trim(*s);
	if (s->len)
		str_cut(*s, ' ', &word, s);
	return word;
}

static void read_origin(struct sdp *sdp, struct str text)
{
	if (sdp->origin.p)
		return;
	sdp->origin = text;
	take_word(&text);
	sdp->session_id = take_word(&text);
	sdp->version = take_word(&text);
}

/* "IN IP4 192.0.2.1/127" -> "192.0.2.1" */
static void read_address(struct sdp *sdp, struct sdp_media *m, struct str text)
{
	struct str address, ttl;

	take_word(&text);
	take_word(&text);
	str_cut(take_word(&text), '/', &address, &ttl);
	if (m)
		m->address = address;
	else
		sdp->address = address;
}

static void read_media(struct sdp_media *m, struct str text)
{
	struct str port, count;

	m->kind = take_word(&text);
	port = take_word(&text);
	str_cut(port, '/', &m->port, &count);
	m->proto = take_word(&text);
	m->formats = str_trim(text);
}

static void read_attribute(struct sdp *sdp, struct sdp_media *m,
			   struct str text)
{
	enum sdp_direction d;
	struct str name, value;

	if (read_direction(text, &d)) {
		if (m) {
			m->direction = d;
			m->has_direction = true;
		} else {
			sdp->direction = d;
		}
		return;
	}
	str_cut(text, ':', &name, &value);
	if (m && str_is_case(name, "rtpmap") && m->nrtpmaps < SDP_CODECS_MAX)
		m->rtpmaps[m->nrtpmaps++] = str_trim(value);
}

struct reading {
	struct sdp *sdp;
	struct sdp_media *m; /* NULL: still the session's lines */
	bool beyond;         /* inside of a medium above the ceiling */
};

static void read_line(struct reading *r, char kind, struct str text)
{
	if (kind == 'm') {
		r->beyond = r->sdp->nmedia == SDP_MEDIA_MAX;
		if (r->beyond)
			return;
		r->m = &r->sdp->media[r->sdp->nmedia++];
		read_media(r->m, text);
	} else if (r->beyond) {
		return;
	} else if (kind == 'o') {
		read_origin(r->sdp, text);
	} else if (kind == 'c') {
		read_address(r->sdp, r->m, text);
	} else if (kind == 't' && !r->sdp->timing.p) {
		r->sdp->timing = text;
	} else if (kind == 'a') {
		read_attribute(r->sdp, r->m, text);
	}
}

/* A medium that says nothing inherits from the session (RFC 8866 5.7, 6.7). */
static void inherit(struct sdp *sdp)
{
	for (unsigned i = 0; i < sdp->nmedia; i++) {
		struct sdp_media *m = &sdp->media[i];

		if (!m->address.p)
			m->address = sdp->address;
		if (!m->has_direction)
			m->direction = sdp->direction;
	}
}

bool sdp_read(struct str body, struct sdp *ret)
{
	struct reading r = { .sdp = ret };

	if (!str_starts(body, "v="))
		return false;
	memset(ret, 0, sizeof(*ret));
	while (body.len) {
		struct str line;

		str_cut(body, '\n', &line, &body);
		line = str_trim(line);
		if (line.len >= 2 && line.p[1] == '=')
			read_line(&r, line.p[0], str_trim(str_tail(line, 2)));
	}
	inherit(ret);
	return true;
}

const struct sdp_media *sdp_find(const struct sdp *sdp, struct str kind)
{
	for (unsigned i = 0; i < sdp->nmedia; i++)
		if (str_eq_case(sdp->media[i].kind, kind))
			return &sdp->media[i];
	return NULL;
}

struct str sdp_attribute(struct str body, unsigned medium, struct str name)
{
	unsigned at = 0;

	while (body.len) {
		struct str line, key, value;

		str_cut(body, '\n', &line, &body);
		line = str_trim(line);
		at += str_starts(line, "m=");
		if (at != medium || !str_starts(line, "a="))
			continue;
		str_cut(str_tail(line, 2), ':', &key, &value);
		if (str_eq_case(str_trim(key), name))
			return str_trim(value);
	}
	return STR_NONE;
}

/* RFC 3551 6, the static payload types that phones use. */
static struct str static_codec(struct str format)
{
	/* clang-format off */
	static const struct { const char *format, *name; } known[] = {
		{ "0", "PCMU" }, { "3", "GSM" }, { "4", "G723" },
		{ "8", "PCMA" }, { "9", "G722" }, { "18", "G729" },
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (str_is(format, known[i].format))
			return str_from(known[i].name);
	return format;
}

static struct str codec_name(const struct sdp_media *m, struct str format)
{
	for (unsigned i = 0; i < m->nrtpmaps; i++) {
		struct str rest = m->rtpmaps[i], name, rate;

		if (!str_eq(take_word(&rest), format))
			continue;
		str_cut(rest, '/', &name, &rate);
		return str_trim(name);
	}
	return static_codec(format);
}

void sdp_codecs(const struct sdp_media *m, struct buf *out)
{
	struct str rest = m->formats;

	for (unsigned i = 0; i < SDP_CODECS_MAX; i++) {
		struct str format = take_word(&rest);

		if (!format.len)
			return;
		buf_addf(out, "%s" STR_F, i ? " " : "",
			 STR_A(codec_name(m, format)));
	}
}
