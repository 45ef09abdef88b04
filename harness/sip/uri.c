/* SPDX-License-Identifier: MIT */
/* Splits URIs and compares them; it does not check their grammar strictly
 * (that is syntax_uri) and resolves no names. */
#include "sip/uri.h"

#include <ctype.h>

#include "base/buf.h"
#include "sip/header.h"

/* ---- splitting ----------------------------------------------------------- */

static bool is_scheme(struct str s)
{
	if (!s.len || !isalpha((unsigned char)s.p[0]))
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (!isalnum((unsigned char)s.p[i]) &&
		    (!s.p[i] || !strchr("+-.", s.p[i])))
			return false;
	return true;
}

/* What ends a URI in any header can be no part of one. */
static bool is_clean(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7f ||
		    s.p[i] == '<' || s.p[i] == '>' || s.p[i] == '"')
			return false;
	return true;
}

/* First of the bytes in set; the length where there is none. */
static size_t until(struct str s, const char *set)
{
	size_t i = 0;

	while (i < s.len && !strchr(set, s.p[i]))
		i++;
	return i;
}

/* RFC 3261 25.1: no part before the '@' may hold one, so the first counts; a
 * Replaces left unescaped in the headers may hold more. */
static void split_user(struct uri *u, struct str *rest)
{
	struct str userinfo;
	ptrdiff_t at = str_find_char(*rest, '@');

	if (at < 0)
		return;
	userinfo = str_sub(*rest, 0, (size_t)at);
	*rest = str_tail(*rest, (size_t)at + 1);
	if (!str_cut(userinfo, ':', &u->user, &u->password))
		u->password = STR_NONE;
}

static bool split_host(struct uri *u, struct str *rest)
{
	size_t end = until(*rest, ":;?");

	if (rest->len && rest->p[0] == '[') {
		end = until(*rest, "]") + 1;
		if (end > rest->len)
			return false;
	}
	u->host = str_sub(*rest, 0, end);
	*rest = str_tail(*rest, end);
	if (rest->len && rest->p[0] == ':') {
		end = until(*rest, ";?");
		u->port = str_sub(*rest, 1, end - 1);
		*rest = str_tail(*rest, end);
	}
	return u->host.len > 0;
}

static bool is_port(struct str port)
{
	uint64_t n;

	return !port.p || (str_to_u64(port, &n) && n <= 65535);
}

static bool split_sip(struct uri *u)
{
	struct str rest = u->rest;
	size_t end;

	split_user(u, &rest);
	if (!split_host(u, &rest) || !is_port(u->port))
		return false;
	if (rest.len && rest.p[0] == ';') {
		end = until(rest, "?");
		u->params = str_sub(rest, 1, end - 1);
		rest = str_tail(rest, end);
	}
	if (rest.len && rest.p[0] == '?') {
		u->headers = str_tail(rest, 1);
		rest = str_tail(rest, rest.len);
	}
	return !rest.len;
}

/* RFC 3966 3: the number stands where others have a user. */
static void split_tel(struct uri *u)
{
	if (!str_cut(u->rest, ';', &u->user, &u->params))
		u->params = STR_NONE;
}

/* False for what has no scheme, no host where one is due, or bytes that a URI
 * cannot hold. */
bool uri_parse(struct str text, struct uri *ret)
{
	struct uri u = { 0 };

	if (!str_cut(text, ':', &u.scheme, &u.rest) || !is_scheme(u.scheme) ||
	    !u.rest.len || !is_clean(u.rest))
		return false;
	u.is_sips = str_is_case(u.scheme, "sips");
	u.is_sip = u.is_sips || str_is_case(u.scheme, "sip");
	if (u.is_sip && !split_sip(&u))
		return false;
	if (str_is_case(u.scheme, "tel"))
		split_tel(&u);
	*ret = u;
	return true;
}

/* RFC 3261 19.1.2: 5060, and 5061 for TLS. */
unsigned uri_port(const struct uri *u)
{
	struct str transport = uri_param(u, STR("transport"), NULL);
	uint64_t n;

	if (u->port.p && str_to_u64(u->port, &n))
		return (unsigned)n;
	return u->is_sips || str_is_case(transport, "tls") ? 5061 : 5060;
}

static bool same_header(struct str a, struct str b)
{
	enum header_id id = header_find(a);

	return id != HEADER_UNKNOWN ? id == header_find(b) : str_eq_case(a, b);
}

struct str uri_param(const struct uri *u, struct str name, bool *ret_present)
{
	struct str rest = u->params, one, key, value;

	if (ret_present)
		*ret_present = true;
	while (rest.len) {
		str_cut(rest, ';', &one, &rest);
		str_cut(one, '=', &key, &value);
		if (str_eq_case(key, name))
			return value;
	}
	if (ret_present)
		*ret_present = false;
	return STR_NONE;
}

/* Compact forms are the same header (RFC 3261 7.3.3). */
struct str uri_header(const struct uri *u, struct str name, bool *ret_present)
{
	struct str rest = u->headers, one, key, value;

	if (ret_present)
		*ret_present = true;
	while (rest.len) {
		str_cut(rest, '&', &one, &rest);
		str_cut(one, '=', &key, &value);
		if (same_header(key, name))
			return value;
	}
	if (ret_present)
		*ret_present = false;
	return STR_NONE;
}

/* ---- escaping ------------------------------------------------------------ */

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The byte that "%41" at the front of s stands for; -1: no escape there. */
static int escaped(struct str s)
{
	if (s.len < 3 || s.p[0] != '%' || hex(s.p[1]) < 0 || hex(s.p[2]) < 0)
		return -1;
	return hex(s.p[1]) << 4 | hex(s.p[2]);
}

/* RFC 3261 25.1 */
static bool is_unreserved(char c)
{
	return isalnum((unsigned char)c) || (c && strchr("-_.!~*'()", c));
}

/* Escapes all but unreserved bytes: fit for a user part as for the value of a
 * header in a URI. */
struct str uri_escape(struct arena *a, struct str s)
{
	buf_auto out = { 0 };

	for (size_t i = 0; i < s.len; i++) {
		if (is_unreserved(s.p[i]))
			buf_add_char(&out, s.p[i]);
		else
			buf_addf(&out, "%%%02X", (unsigned char)s.p[i]);
	}
	return arena_str(a, buf_str(&out));
}

/* A '%' that begins no escape stays. */
struct str uri_unescape(struct arena *a, struct str s)
{
	buf_auto out = { 0 };

	while (s.len) {
		int c = escaped(s);

		if (c < 0)
			buf_add_char(&out, s.p[0]);
		else
			buf_add_char(&out, (char)c);
		s = str_tail(s, c < 0 ? 1 : 3);
	}
	return arena_str(a, buf_str(&out));
}

/* ---- making others ------------------------------------------------------- */

static void add_params_but_method(struct buf *out, struct str params)
{
	struct str one, key, value;

	while (params.len) {
		str_cut(params, ';', &one, &params);
		str_cut(one, '=', &key, &value);
		if (!str_is_case(key, "method"))
			buf_addf(out, ";" STR_F, STR_A(one));
	}
}

/* RFC 3261 19.1.1, table 1: neither headers nor method may stand in a
 * Request-URI. */
struct str uri_bare(struct arena *a, struct str uri)
{
	buf_auto out = { 0 };
	struct uri u;
	struct str end;

	if (!uri_parse(uri, &u) || !u.is_sip)
		return uri;
	end = u.port.p ? u.port : u.host;
	buf_add(&out, uri.p, (size_t)(end.p + end.len - uri.p));
	add_params_but_method(&out, u.params);
	return arena_str(a, buf_str(&out));
}

static void add_upper(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		buf_add_char(out, (char)toupper((unsigned char)s.p[i]));
}

/* The first byte of user that may be escaped without a change of meaning. */
static void add_spelt_user(struct buf *out, struct str user)
{
	size_t i = 0;

	while (i < user.len && !is_unreserved(user.p[i]))
		i += escaped(str_tail(user, i)) < 0 ? 1 : 3;
	buf_add_str(out, str_sub(user, 0, i));
	if (i < user.len)
		buf_addf(out, "%%%02x", (unsigned char)user.p[i]);
	buf_add_str(out, str_tail(user, i + 1));
}

/* RFC 3261 19.1.4: scheme and host have no case, and an unreserved byte is
 * the same as its escape. */
struct str uri_spelt(struct arena *a, struct str uri)
{
	buf_auto out = { 0 };
	struct str tail;
	struct uri u;

	if (!uri_parse(uri, &u))
		return uri;
	add_upper(&out, u.scheme);
	buf_add_char(&out, ':');
	tail = u.rest;
	if (u.is_sip) {
		if (u.user.p) {
			add_spelt_user(&out, u.user);
			tail = str_tail(tail, u.user.len);
			buf_add(&out, tail.p, (size_t)(u.host.p - tail.p));
		}
		add_upper(&out, u.host);
		tail = str_tail(u.rest,
				(size_t)(u.host.p + u.host.len - u.rest.p));
	}
	buf_add_str(&out, tail);
	return arena_str(a, buf_str(&out));
}
