/* SPDX-License-Identifier: MIT */
/* Equality of URIs by RFC 3261 19.1.4, over split parts and without memory
 * of its own. */
#include "sip/uri.h"

#include <assert.h>
#include <ctype.h>

#include "sip/header.h"

/* One byte as it counts for comparison. An escape of a reserved byte is not
 * that byte, so it is moved out of the range of bytes. */
struct unit {
	int code;
	size_t len;
};

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* RFC 2396 2.2 */
static bool is_reserved(int c)
{
	return c && strchr(";/?:@&=+$,", c);
}

static struct unit next_unit(struct str s, bool fold)
{
	size_t len = 1;
	int c;

	assert(s.p && s.len);
	c = (unsigned char)s.p[0];
	if (c == '%' && s.len >= 3 && hex(s.p[1]) >= 0 && hex(s.p[2]) >= 0) {
		c = hex(s.p[1]) << 4 | hex(s.p[2]);
		len = 3;
		if (is_reserved(c))
			return (struct unit){ c + 256, len };
	}
	return (struct unit){ fold ? tolower(c) : c, len };
}

static bool same_text(struct str a, struct str b, bool fold)
{
	while (a.len && b.len) {
		struct unit x = next_unit(a, fold), y = next_unit(b, fold);

		if (x.code != y.code)
			return false;
		a = str_tail(a, x.len);
		b = str_tail(b, y.len);
	}
	return !a.len && !b.len;
}

/* "A component that is omitted never matches one that is there", also where
 * it is there with its default. */
static bool same_part(struct str a, struct str b, bool fold)
{
	return !a.p == !b.p && same_text(a, b, fold);
}

static bool same_port(struct str a, struct str b)
{
	uint64_t x = 0, y = 0;

	if (!a.p || !b.p)
		return !a.p == !b.p;
	return str_to_u64(a, &x) && str_to_u64(b, &y) && x == y;
}

static bool same_name(struct str a, struct str b)
{
	enum header_id id = header_find(a);

	return same_text(a, b, true) ||
	       (id != HEADER_UNKNOWN && id == header_find(b));
}

struct pair {
	struct str name, value;
};

/* Number of parts, URI_PARTS_MAX + 1 for too many. */
static unsigned split_parts(struct str s, char sep, struct pair *ret)
{
	struct str one;
	unsigned n = 0;

	while (s.len) {
		str_cut(s, sep, &one, &s);
		if (!one.len)
			continue;
		if (n == URI_PARTS_MAX)
			return n + 1;
		if (!str_cut(one, '=', &ret[n].name, &ret[n].value))
			ret[n].value = STR_NONE;
		n++;
	}
	return n;
}

/* These match only if they stand on both sides. lr and all that is unknown
 * may stand on one side alone. */
static bool must_be_in_both(struct str name)
{
	static const char *const names[] = { "user", "ttl", "method", "maddr",
					     "transport" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (str_is_case(name, names[i]))
			return true;
	return false;
}

static bool params_within(const struct pair *a, unsigned na,
			  const struct pair *b, unsigned nb)
{
	for (unsigned i = 0; i < na; i++) {
		unsigned j = 0;

		while (j < nb && !same_text(a[i].name, b[j].name, true))
			j++;
		if (j < nb ? !same_text(a[i].value, b[j].value, true)
			   : must_be_in_both(a[i].name))
			return false;
	}
	return true;
}

static bool same_params(struct str a, struct str b)
{
	struct pair x[URI_PARTS_MAX + 1], y[URI_PARTS_MAX + 1];
	unsigned nx = split_parts(a, ';', x), ny = split_parts(b, ';', y);

	if (nx > URI_PARTS_MAX || ny > URI_PARTS_MAX)
		return str_eq(a, b);
	return params_within(x, nx, y, ny) && params_within(y, ny, x, nx);
}

/* Header components are never ignored; the order does not count. Their
 * values are compared by bytes. */
static bool same_headers(struct str a, struct str b)
{
	struct pair x[URI_PARTS_MAX + 1], y[URI_PARTS_MAX + 1];
	unsigned nx = split_parts(a, '&', x), ny = split_parts(b, '&', y);
	bool used[URI_PARTS_MAX + 1] = { false };

	if (nx > URI_PARTS_MAX || ny > URI_PARTS_MAX)
		return str_eq(a, b);
	if (nx != ny)
		return false;
	for (unsigned i = 0; i < nx; i++) {
		unsigned j = 0;

		while (j < ny && (used[j] || !same_name(x[i].name, y[j].name) ||
				  !same_text(x[i].value, y[j].value, false)))
			j++;
		if (j == ny)
			return false;
		used[j] = true;
	}
	return true;
}

static bool is_visual(char c)
{
	return c && strchr("-.()", c);
}

/* RFC 3966 4: visual separators do not count, nor does case. */
static bool same_tel(struct str a, struct str b)
{
	for (;;) {
		while (a.len && is_visual(a.p[0]))
			a = str_tail(a, 1);
		while (b.len && is_visual(b.p[0]))
			b = str_tail(b, 1);
		if (!a.len || !b.len)
			return !a.len && !b.len;
		if (tolower((unsigned char)a.p[0]) !=
		    tolower((unsigned char)b.p[0]))
			return false;
		a = str_tail(a, 1);
		b = str_tail(b, 1);
	}
}

static bool same_other(const struct uri *a, const struct uri *b)
{
	if (str_is_case(a->scheme, "tel"))
		return same_tel(a->rest, b->rest);
	return str_eq(a->rest, b->rest);
}

bool uri_equal(struct str a, struct str b)
{
	struct uri x, y;

	if (!uri_parse(a, &x) || !uri_parse(b, &y) ||
	    !str_eq_case(x.scheme, y.scheme))
		return false;
	if (!x.is_sip)
		return same_other(&x, &y);
	return same_part(x.user, y.user, false) &&
	       same_part(x.password, y.password, false) &&
	       same_text(x.host, y.host, true) && same_port(x.port, y.port) &&
	       same_params(x.params, y.params) &&
	       same_headers(x.headers, y.headers);
}
