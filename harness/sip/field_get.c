/* SPDX-License-Identifier: MIT */
/* Reading fields: one getter for each way a value is taken apart. The table
 * says which field uses which. */
#include "sip/field.h"

#include <assert.h>

#include "base/buf.h"
#include "sip/body.h"
#include "sip/field_table.h"
#include "sip/sdp.h"
#include "sip/syntax.h"

/* ---- getters over one value ---------------------------------------------- */

static struct str get_whole(const struct field_ask *ask)
{
	return ask->text;
}

static struct str get_base(const struct field_ask *ask)
{
	return pkt_base(ask->text);
}

static struct str get_display(const struct field_ask *ask)
{
	return pkt_display(ask->text);
}

static struct str get_param(const struct field_ask *ask)
{
	return pkt_param(ask->text, arena_z(ask->arena, ask->name), NULL);
}

/* The n-th word; n is the table's argument. */
static struct str get_word(const struct field_ask *ask)
{
	struct str rest = ask->text, word = STR_NONE;

	for (char n = ask->name.p[0]; n > '0'; n--) {
		size_t i = 0;

		rest = str_trim(rest);
		while (i < rest.len && rest.p[i] != ' ' && rest.p[i] != '\t' &&
		       rest.p[i] != '\r' && rest.p[i] != '\n')
			i++;
		word = i ? str_sub(rest, 0, i) : STR_NONE;
		rest = str_tail(rest, i);
	}
	return word;
}

static struct str get_media_part(const struct field_ask *ask)
{
	struct str type, subtype;

	if (!str_cut(pkt_base(ask->text), '/', &type, &subtype))
		subtype = STR_NONE;
	return str_trim(str_is(ask->name, "type") ? type : subtype);
}

static struct str get_via_part(const struct field_ask *ask)
{
	struct str sent_by = pkt_via_sent_by(ask->text), host, port;
	struct str protocol = pkt_via_protocol(ask->text);

	if (str_is(ask->name, "protocol"))
		return protocol;
	if (str_is(ask->name, "transport")) {
		while (str_find_char(protocol, '/') >= 0)
			str_cut(protocol, '/', &host, &protocol);
		return str_trim(protocol);
	}
	if (str_is(ask->name, "sent-by"))
		return sent_by.len ? sent_by : STR_NONE;
	host = pkt_host_port(sent_by, &port);
	if (str_is(ask->name, "host"))
		return host.len ? host : STR_NONE;
	return port;
}

/* ---- URIs ---------------------------------------------------------------- */

static struct str get_uri_part(const struct field_ask *ask)
{
	struct uri u;

	if (!uri_parse(ask->text, &u))
		return STR_NONE;
	if (str_is(ask->name, "scheme"))
		return u.scheme;
	if (str_is(ask->name, "user"))
		return u.user;
	if (str_is(ask->name, "password"))
		return u.password;
	if (str_is(ask->name, "host"))
		return u.host;
	if (str_is(ask->name, "port"))
		return u.port;
	return str_is(ask->name, "params") ? u.params : u.headers;
}

static struct str get_uri_parameter(const struct field_ask *ask)
{
	struct uri u;

	return uri_parse(ask->text, &u) ? uri_param(&u, ask->name, NULL)
					: STR_NONE;
}

static struct str get_uri_hdr(const struct field_ask *ask)
{
	struct uri u;

	return uri_parse(ask->text, &u) ? uri_header(&u, ask->name, NULL)
					: STR_NONE;
}

/* ---- authentication ------------------------------------------------------ */

/* RFC 3261 20.44: "Digest" LWS name=value *(COMMA name=value). */
static struct str auth_cut(struct str text, struct str *ret_params)
{
	size_t i = 0;

	while (i < text.len && text.p[i] != ' ' && text.p[i] != '\t' &&
	       text.p[i] != '\r' && text.p[i] != '\n' && text.p[i] != '=')
		i++;
	if (i < text.len && text.p[i] == '=') { /* Authentication-Info */
		*ret_params = text;
		return STR_NONE;
	}
	*ret_params = str_tail(text, i);
	return str_sub(text, 0, i);
}

static struct str get_auth_scheme(const struct field_ask *ask)
{
	struct str params;

	return auth_cut(ask->text, &params);
}

static struct str get_auth_param(const struct field_ask *ask)
{
	struct str params, one, key, value;
	struct split all;

	auth_cut(ask->text, &params);
	all = split_begin(params, ',');
	while (split_next(&all, &one)) {
		if (!str_cut(one, '=', &key, &value) ||
		    !str_eq_case(str_trim(key), ask->name))
			continue;
		value = str_trim(value);
		if (value.len >= 2 && value.p[0] == '"' &&
		    value.p[value.len - 1] == '"')
			value = str_sub(value, 1, value.len - 2);
		return value;
	}
	return STR_NONE;
}

/* A digest is judged where the passwords are known, not here. */
static struct str get_unchecked(const struct field_ask *ask)
{
	(void)ask;
	return STR_NONE;
}

/* ---- getters over the message -------------------------------------------- */

static struct str number(const struct field_ask *ask, unsigned long long n)
{
	return arena_strf(ask->arena, "%llu", n);
}

static struct str get_count(const struct field_ask *ask)
{
	struct pkt_values v = pkt_values_begin(ask->pkt, ask->path->header);
	struct str one;
	unsigned n = 0;

	while (n < PKT_VALUES_MAX && pkt_values_next(&v, &one))
		n++;
	return number(ask, n);
}

static struct str verdict(const char *wrong)
{
	return wrong ? str_from(wrong) : STR("valid");
}

/* Every row, or the one value that an index asks for. */
static struct str get_syntax(const struct field_ask *ask)
{
	const char *wrong = NULL;
	const struct line *l;

	if (ask->path->index)
		return ask->text.p ? verdict(syntax_check(ask->id, ask->text))
				   : STR_NONE;
	if (!pkt_line(ask->pkt, ask->id, 0))
		return STR_NONE;
	for (unsigned i = 0; i < ask->pkt->nlines && !wrong; i++) {
		l = &ask->pkt->lines[i];
		if (l->id == ask->id)
			wrong = syntax_check(ask->id, l->value);
	}
	return verdict(wrong);
}

static struct str get_length(const struct field_ask *ask)
{
	return number(ask, ask->pkt->body.len);
}

static struct str some(struct str s)
{
	return s.len ? s : STR_NONE;
}

static struct str get_frag_part(const struct field_ask *ask)
{
	struct frag f;

	if (!body_frag(ask->pkt, &f))
		return STR_NONE;
	if (str_is(ask->name, "status"))
		return some(f.status);
	return some(str_is(ask->name, "reason") ? f.reason : f.version);
}

static struct str get_frag_syntax(const struct field_ask *ask)
{
	struct str body = body_find(ask->pkt, "message/sipfrag");

	return body.p ? verdict(syntax_sipfrag(body)) : STR_NONE;
}

static struct str sdp_body(const struct pkt *p)
{
	struct str body = body_find(p, "application/sdp");

	if (!body.p && !pkt_line(p, HEADER_CONTENT_TYPE, 0) &&
	    str_starts(p->body, "v="))
		body = p->body;
	return body;
}

static struct str get_sdp_part(const struct field_ask *ask)
{
	struct sdp sdp;

	if (!sdp_read(sdp_body(ask->pkt), &sdp))
		return STR_NONE;
	if (str_is(ask->name, "count"))
		return number(ask, sdp.nmedia);
	if (str_is(ask->name, "origin"))
		return some(sdp.origin);
	return some(str_is(ask->name, "version") ? sdp.version
						 : sdp.session_id);
}

static struct str codecs(const struct field_ask *ask, const struct sdp_media *m)
{
	buf_auto out = { 0 };

	sdp_codecs(m, &out);
	return arena_str(ask->arena, buf_str(&out));
}

static struct str get_sdp_audio(const struct field_ask *ask)
{
	const struct sdp_media *m;
	struct sdp sdp;

	if (!sdp_read(sdp_body(ask->pkt), &sdp))
		return STR_NONE;
	m = sdp_find(&sdp, "audio");
	if (!m)
		return STR_NONE;
	if (str_is(ask->name, "direction"))
		return str_from(sdp_direction_name(m->direction));
	if (str_is(ask->name, "port"))
		return some(m->port);
	if (str_is(ask->name, "address"))
		return some(m->address);
	if (str_is(ask->name, "proto"))
		return some(m->proto);
	return some(codecs(ask, m));
}

/* ---- the table ----------------------------------------------------------- */

#define FIELD(shape, view, pattern, type, getter, arg)                         \
	{ SHAPE_##shape, VIEW_##view, pattern, TYPE_##type, get_##getter, arg },
const struct field_def field_rows[] = {
#include "sip/fields.def"
};
const size_t field_nrows = sizeof(field_rows) / sizeof(*field_rows);

const struct field_def field_generic[] = {
	{ SHAPE_UNKNOWN, VIEW_MESSAGE, "count", TYPE_NUMBER, get_count, "" },
	{ SHAPE_UNKNOWN, VIEW_VALUE, "syntax", TYPE_VERDICT, get_syntax, "" },
	{ SHAPE_UNKNOWN, VIEW_VALUE, "params.*", TYPE_TOKEN, get_param, "" },
};
const size_t field_ngeneric = sizeof(field_generic) / sizeof(*field_generic);

/* ---- whole headers and roots --------------------------------------------- */

static struct str nth_value(const struct field_ask *ask, unsigned n)
{
	struct pkt_values v = pkt_values_begin(ask->pkt, ask->path->header);
	struct str value;

	for (unsigned i = 0; i <= n && i < PKT_VALUES_MAX; i++) {
		if (!pkt_values_next(&v, &value))
			return STR_NONE;
		if (i == n)
			return value;
	}
	return STR_NONE;
}

static bool is_row(const struct field_ask *ask, const struct line *l)
{
	if (l->id != ask->id)
		return false;
	return l->id != HEADER_UNKNOWN ||
	       (l->name.len && str_eq_case(l->name, ask->path->header));
}

static struct str joined_rows(const struct field_ask *ask)
{
	struct str first = STR_NONE;
	buf_auto out = { 0 };
	unsigned n = 0;

	for (unsigned i = 0; i < ask->pkt->nlines; i++) {
		const struct line *l = &ask->pkt->lines[i];

		if (!is_row(ask, l))
			continue;
		if (n++ == 0) {
			first = l->value;
			continue;
		}
		if (n == 2)
			buf_add_str(&out, first);
		buf_add_z(&out, ", ");
		buf_add_str(&out, l->value);
	}
	return n < 2 ? first : arena_str(ask->arena, buf_str(&out));
}

/* RFC 3261 7.3.1: a fold means one space. */
static struct str unfolded(struct arena *a, struct str s)
{
	buf_auto out = { 0 };

	if (str_find_char(s, '\n') < 0 && str_find_char(s, '\r') < 0)
		return s;
	for (size_t i = 0; i < s.len;) {
		size_t end = i;

		while (end < s.len && strchr(" \t\r\n", s.p[end]) && s.p[end])
			end++;
		if (end == i) {
			buf_add_char(&out, s.p[i++]);
			continue;
		}
		if (str_find_char(str_sub(s, i, end - i), '\n') >= 0 ||
		    str_find_char(str_sub(s, i, end - i), '\r') >= 0)
			buf_add_char(&out, ' ');
		else
			buf_add_str(&out, str_sub(s, i, end - i));
		i = end;
	}
	return arena_str(a, buf_str(&out));
}

static struct str frag_line(const struct pkt *p)
{
	struct frag f;

	return body_frag(p, &f) ? f.line : STR_NONE;
}

/* What a path without parts means. */
static struct str root_text(const struct field_ask *ask)
{
	const struct pkt *p = ask->pkt;

	switch (ask->path->root) {
	case FIELD_HEADER:
		return ask->path->index ? nth_value(ask, ask->path->index - 1)
					: joined_rows(ask);
	case FIELD_REQUEST_URI:
		return some(p->uri);
	case FIELD_STATUS:
		return p->status ? number(ask, p->status) : STR_NONE;
	case FIELD_METHOD:
		return some(p->method);
	case FIELD_BODY:
		return some(p->body);
	case FIELD_SIPFRAG:
		return frag_line(p);
	case FIELD_SDP:
		return sdp_body(p);
	}
	return STR_NONE;
}

/* "params.x.y": a name may have dots in it, so the rest is put together. */
static struct str wild_name(const struct field_ask *ask, const char *pattern)
{
	const struct field_path *path = ask->path;
	unsigned from = 0;
	buf_auto out = { 0 };

	for (const char *c = pattern; *c; c++)
		from += *c == '.';
	if (from + 1 == path->nparts)
		return path->parts[from];
	for (unsigned i = from; i < path->nparts; i++)
		buf_addf(&out, "%s" STR_F, i > from ? "." : "",
			 STR_A(path->parts[i]));
	return arena_str(ask->arena, buf_str(&out));
}

/* The text a getter works on; false: the header is not there. */
static bool find_view(struct field_ask *ask, const struct field_def *def)
{
	unsigned n = ask->path->index ? ask->path->index - 1 : 0;

	if (def->view == VIEW_MESSAGE || (ask->path->root != FIELD_HEADER &&
					  ask->path->root != FIELD_REQUEST_URI))
		return true;
	ask->text = ask->path->root == FIELD_REQUEST_URI ? some(ask->pkt->uri)
							 : nth_value(ask, n);
	if (ask->path->root == FIELD_HEADER && def->get != get_syntax)
		ask->text = ask->text.p ? unfolded(ask->arena, ask->text)
					: STR_NONE;
	if (!ask->text.p)
		return def->get == get_syntax;
	if (def->view == VIEW_URI && ask->path->root == FIELD_HEADER)
		ask->text = pkt_addr_uri(ask->text);
	return true;
}

static struct str field_text(struct field_ask *ask, const struct field_def *def)
{
	size_t len = strlen(def->pattern);

	if (!find_view(ask, def))
		return STR_NONE;
	ask->name = len && def->pattern[len - 1] == '*'
			    ? wild_name(ask, def->pattern)
			    : str_from(def->arg);
	return def->get(ask);
}

static bool is_token_list(const struct field_ask *ask)
{
	return ask->path->root == FIELD_HEADER && !ask->path->def &&
	       header_info(ask->id)->shape == SHAPE_TOKENS;
}

/* The text is unfolded; all else is as it came, escapes too. */
struct value field_get(const struct pkt *p, const struct field_path *path,
		       struct arena *a)
{
	struct field_ask ask = { .pkt = p, .path = path, .arena = a };
	struct value v = { .type = path->type };

	assert(path->def || !path->nparts); /* resolved before */

	ask.id = field_header_id(path);
	if (path->def) {
		v.text = field_text(&ask, path->def);
	} else {
		v.text = root_text(&ask);
		if (v.text.p && path->root == FIELD_HEADER)
			v.text = unfolded(a, v.text);
	}
	v.present = v.text.p != NULL;
	v.list = is_token_list(&ask);
	return v;
}
