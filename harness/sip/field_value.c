/* SPDX-License-Identifier: MIT */
/* Getters over one value: one for each way a header is taken apart. What a
 * value is, which rows it comes from, is field_get.c. */
#include "base/buf.h"
#include "sip/field_table.h"
#include "sip/syntax.h"

/* ---- getters over one value ---------------------------------------------- */

struct str field_get_whole(const struct field_ask *ask)
{
	return ask->text.len ? ask->text : STR_NONE;
}

struct str field_get_base(const struct field_ask *ask)
{
	return pkt_base(ask->text);
}

struct str field_get_display(const struct field_ask *ask)
{
	return pkt_display(ask->text);
}

struct str field_get_param(const struct field_ask *ask)
{
	return pkt_param(ask->text, arena_z(ask->arena, ask->name), NULL);
}

static struct str first_word(struct str s)
{
	size_t i = 0;

	s = str_trim(s);
	while (i < s.len && s.p[i] != ' ' && s.p[i] != '\t' && s.p[i] != '\r' &&
	       s.p[i] != '\n')
		i++;
	return i ? str_sub(s, 0, i) : STR_NONE;
}

/* The n-th word before the parameters; n is the table's argument. What ends a
 * weekday is no part of it. */
struct str field_get_word(const struct field_ask *ask)
{
	struct str rest = pkt_base(ask->text), word = STR_NONE;

	for (char n = ask->name.p[0]; n > '0'; n--) {
		rest = str_trim(rest);
		word = first_word(rest);
		rest = str_tail(rest, word.len);
	}
	if (str_ends(word, ","))
		word.len--;
	return word;
}

struct str field_get_media_part(const struct field_ask *ask)
{
	struct str type, subtype;

	if (!str_cut(pkt_base(ask->text), '/', &type, &subtype))
		subtype = STR_NONE;
	return str_trim(str_is(ask->name, "type") ? type : subtype);
}

struct str field_get_via_part(const struct field_ask *ask)
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

/* The text of the first quoted string. */
struct str field_get_quoted(const struct field_ask *ask)
{
	ptrdiff_t at = str_find_char(ask->text, '"');
	size_t end;

	if (at < 0)
		return STR_NONE;
	end = split_quoted_end(ask->text, (size_t)at);
	return end ? str_sub(ask->text, (size_t)at + 1, end - (size_t)at - 2)
		   : str_tail(ask->text, (size_t)at + 1);
}

/* "busy" of "5 (busy)" */
struct str field_get_comment(const struct field_ask *ask)
{
	struct str base = pkt_base(ask->text), head, rest;

	if (!str_cut(base, '(', &head, &rest))
		return STR_NONE;
	return str_ends(rest, ")") ? str_sub(rest, 0, rest.len - 1) : rest;
}

/* The first product of a User-Agent: name, and version behind a slash. */
struct str field_get_product_part(const struct field_ask *ask)
{
	struct str product = first_word(ask->text), name, version;

	if (!str_cut(product, '/', &name, &version))
		version = STR_NONE;
	return str_is(ask->name, "product") ? name : version;
}

/* RFC 3323 4.2: priv-value *( ";" priv-value ), here as a list. */
struct str field_get_semicolons(const struct field_ask *ask)
{
	struct split all = split_begin(ask->text, ';');
	buf_auto out = { 0 };
	struct str one;

	while (split_next(&all, &one))
		buf_addf(&out, "%s" STR_F, out.len ? ", " : "", STR_A(one));
	return arena_str(ask->arena, buf_str(&out));
}

static struct str without_quotes(struct str s)
{
	if (s.len >= 2 && s.p[0] == '"' && s.p[s.len - 1] == '"')
		return str_sub(s, 1, s.len - 2);
	return s;
}

/* A parameter of a header that has nothing but parameters. */
struct str field_get_pair(const struct field_ask *ask)
{
	struct split all = split_begin(ask->text, ';');
	struct str one, key, value;

	while (split_next(&all, &one)) {
		str_cut(one, '=', &key, &value);
		if (str_eq_case(str_trim(key), ask->name))
			return without_quotes(str_trim(value));
	}
	return STR_NONE;
}

/* ---- URIs ---------------------------------------------------------------- */

struct str field_get_uri_part(const struct field_ask *ask)
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

struct str field_get_uri_parameter(const struct field_ask *ask)
{
	struct uri u;

	return uri_parse(ask->text, &u) ? uri_param(&u, ask->name, NULL)
					: STR_NONE;
}

struct str field_get_uri_unescaped(const struct field_ask *ask)
{
	return uri_unescape(ask->arena, ask->text);
}

struct str field_get_uri_user_unescaped(const struct field_ask *ask)
{
	struct uri u;

	if (!uri_parse(ask->text, &u) || !u.user.p)
		return STR_NONE;
	return uri_unescape(ask->arena, u.user);
}

/* RFC 3261 19.1.1: a start line takes less than a header. */
struct str field_get_uri_syntax(const struct field_ask *ask)
{
	return syntax_text(ask->arena, ask->text,
			   ask->path->root == FIELD_REQUEST_URI
				   ? syntax_request_uri(ask->text)
				   : syntax_uri(ask->text));
}

/* "Replaces", as escaped; "Replaces.unescaped". */
struct str field_get_uri_hdr(const struct field_ask *ask)
{
	struct str name = ask->name, value;
	bool raw = !str_ends(name, ".unescaped");
	struct uri u;

	if (!raw)
		name.len -= strlen(".unescaped");
	if (!uri_parse(ask->text, &u))
		return STR_NONE;
	value = uri_header(&u, name, NULL);
	return raw || !value.p ? value : uri_unescape(ask->arena, value);
}

/* The headers of a URI as if they stood in a message, without escapes. */
struct pkt *field_uri_headers(const struct field_ask *ask)
{
	struct pkt *p = ARENA_NEW(ask->arena, struct pkt);
	struct str rest, one, name, value;
	struct uri u;

	p->kind = PKT_GARBAGE;
	p->arena = ask->arena;
	if (!uri_parse(ask->text, &u))
		return p;
	p->lines = ARENA_ARRAY(ask->arena, struct line, URI_PARTS_MAX);
	rest = u.headers;
	while (rest.len && p->nlines < URI_PARTS_MAX) {
		str_cut(rest, '&', &one, &rest);
		str_cut(one, '=', &name, &value);
		name = uri_unescape(ask->arena, name);
		p->lines[p->nlines++] = (struct line){
			.id = header_find(name),
			.name = name,
			.value = str_trim(uri_unescape(ask->arena, value)),
		};
	}
	return p;
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

struct str field_get_auth_scheme(const struct field_ask *ask)
{
	struct str params;

	return auth_cut(ask->text, &params);
}

struct str field_get_auth_param(const struct field_ask *ask)
{
	struct str params, one, key, value;
	struct split all;

	auth_cut(ask->text, &params);
	all = split_begin(params, ',');
	while (split_next(&all, &one)) {
		if (str_cut(one, '=', &key, &value) &&
		    str_eq_case(str_trim(key), ask->name))
			return without_quotes(str_trim(value));
	}
	return STR_NONE;
}

/* A digest is judged where the passwords are known, not here. */
struct str field_get_unchecked(const struct field_ask *ask)
{
	(void)ask;
	return STR_NONE;
}
