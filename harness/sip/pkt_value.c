/* SPDX-License-Identifier: MIT */
/* Values of indexed headers: lists, parameters, addresses, Via. Everything is
 * a slice of the message; what is malformed yields what can be read of it. */
#include "sip/pkt.h"

/* ---- lists --------------------------------------------------------------- */

static const struct line *next_row(struct pkt_values *v)
{
	while (v->row < v->p->nlines) {
		const struct line *l = &v->p->lines[v->row++];

		if (v->id != HEADER_UNKNOWN
			    ? l->id == v->id
			    : l->id == HEADER_UNKNOWN && l->name.len &&
				      str_eq_case(l->name, v->name))
			return l;
	}
	return NULL;
}

struct pkt_values pkt_values_begin(const struct pkt *p, struct str name)
{
	return (struct pkt_values){ .p = p,
				    .id = header_find(name),
				    .name = name };
}

/* RFC 3261 7.3.1: rows and commas are the same for headers that are lists;
 * for the others a row is a value, an empty one too. */
bool pkt_values_next(struct pkt_values *v, struct str *ret)
{
	const struct line *l;

	for (;;) {
		while (split_next(&v->in, ret))
			if (ret->len)
				return true;
		l = next_row(v);
		if (!l)
			return false;
		if (!header_info(v->id)->list) {
			*ret = l->value;
			return true;
		}
		v->in = split_begin(l->value, ',');
	}
}

struct str pkt_value(const struct pkt *p, const char *name, unsigned n)
{
	struct pkt_values v = pkt_values_begin(p, str_from(name));
	struct str value;

	for (unsigned i = 0; i <= n && i < PKT_VALUES_MAX; i++) {
		if (!pkt_values_next(&v, &value))
			return STR_NONE;
		if (i == n)
			return value;
	}
	return STR_NONE;
}

/* At most PKT_VALUES_MAX. */
unsigned pkt_values(const struct pkt *p, const char *name)
{
	struct pkt_values v = pkt_values_begin(p, str_from(name));
	struct str value;
	unsigned n = 0;

	while (n < PKT_VALUES_MAX && pkt_values_next(&v, &value))
		n++;
	return n;
}

/* ---- one value ----------------------------------------------------------- */

static struct str unquoted(struct str s)
{
	if (s.len && s.p[0] == '"') {
		size_t end = split_quoted_end(s, 0);

		return str_sub(s, 1, end ? end - 2 : s.len - 1);
	}
	return s;
}

/* Backslashes inside of a quoted string stay. */
struct str pkt_param(struct str value, const char *name, bool *ret_present)
{
	struct split params = split_begin(value, ';');
	struct str one, key, text;

	if (ret_present)
		*ret_present = false;
	split_next(&params, &one);
	while (split_next(&params, &one)) {
		str_cut(one, '=', &key, &text);
		if (!str_is_case(str_trim(key), name))
			continue;
		if (ret_present)
			*ret_present = true;
		return unquoted(str_trim(text));
	}
	return STR_NONE;
}

struct str pkt_base(struct str value)
{
	struct split params = split_begin(value, ';');
	struct str base = STR_NONE;

	split_next(&params, &base);
	return base;
}

/* RFC 3261 20.10: without <> every parameter is the header's. */
struct str pkt_addr_uri(struct str value)
{
	ptrdiff_t open = split_find(value, '<'), close;
	struct str uri;

	if (open < 0)
		return pkt_base(value);
	uri = str_tail(value, (size_t)open + 1);
	close = str_find_char(uri, '>');
	return str_trim(close < 0 ? uri : str_sub(uri, 0, (size_t)close));
}

struct str pkt_display(struct str value)
{
	ptrdiff_t open = split_find(value, '<');
	struct str name;

	if (open <= 0)
		return STR_NONE;
	name = str_trim(str_sub(value, 0, (size_t)open));
	return name.len ? unquoted(name) : STR_NONE;
}

/* ---- Via ----------------------------------------------------------------- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* RFC 3261 20.42: blanks may stand around the slashes, so the protocol ends
 * at the first blank behind which no slash follows. */
static size_t protocol_len(struct str s)
{
	size_t i = 0, slashes = 0;

	while (i < s.len) {
		size_t at = i;

		while (i < s.len && is_blank(s.p[i]))
			i++;
		if (i < s.len && i > at && s.p[i] != '/' && at &&
		    s.p[at - 1] != '/' && slashes >= 2)
			return at;
		if (i < s.len)
			slashes += s.p[i++] == '/';
	}
	return s.len;
}

struct str pkt_via_protocol(struct str value)
{
	struct str base = pkt_base(value);

	return str_trim(str_sub(base, 0, protocol_len(base)));
}

struct str pkt_via_sent_by(struct str value)
{
	struct str base = pkt_base(value);

	return str_trim(str_tail(base, protocol_len(base)));
}

struct str pkt_host_port(struct str hostport, struct str *ret_port)
{
	ptrdiff_t close = str_find_char(hostport, ']'), colon;
	size_t from = close < 0 ? 0 : (size_t)close;

	*ret_port = STR_NONE;
	colon = str_find_char(str_tail(hostport, from), ':');
	if (colon < 0)
		return str_trim(hostport);
	*ret_port = str_trim(str_tail(hostport, from + (size_t)colon + 1));
	return str_trim(str_sub(hostport, 0, from + (size_t)colon));
}

/* ---- shorthands ---------------------------------------------------------- */

struct str pkt_call_id(const struct pkt *p)
{
	const struct line *l = pkt_line(p, HEADER_CALL_ID, 0);

	return l ? l->value : STR_NONE;
}

struct str pkt_from_tag(const struct pkt *p)
{
	return p->from_tag;
}

struct str pkt_to_tag(const struct pkt *p)
{
	return p->to_tag;
}

struct str pkt_branch(const struct pkt *p)
{
	return p->branch;
}

struct str pkt_sent_by(const struct pkt *p)
{
	return pkt_via_sent_by(pkt_value(p, "Via", 0));
}
