/* SPDX-License-Identifier: MIT */
/* Comparing values by their type; where they come from is field.c. */
#include "sip/value.h"

#include "sip/pkt.h"
#include "sip/uri.h"

/* ---- numbers ------------------------------------------------------------- */

struct number {
	uint64_t whole, billionths;
};

static bool read_number(struct str s, struct number *ret)
{
	struct str whole, part;
	uint64_t n = 0;

	*ret = (struct number){ 0 };
	if (!str_cut(str_trim(s), '.', &whole, &part))
		return str_to_u64(whole, &ret->whole);
	if ((part.len && !str_to_u64(part, &n)) || part.len > 9 ||
	    !str_to_u64(whole, &ret->whole))
		return false;
	for (size_t i = part.len; i < 9; i++)
		n *= 10;
	ret->billionths = n;
	return true;
}

/* "3600" of "3600;refresher=uac" and of "3600 (busy)" */
static struct str first_word(struct str s)
{
	size_t i = 0;

	s = pkt_base(s);
	while (i < s.len && !strchr(" \t\r\n(", s.p[i]))
		i++;
	return str_sub(s, 0, i);
}

/* Digits with at most one dot (a q value is 0.5); parameters behind the number
 * are passed over ("3600;refresher=uac"). */
bool value_order(const struct value *v, struct str want, int *ret)
{
	struct number a, b;

	if (!v->present || !read_number(first_word(v->text), &a) ||
	    !read_number(want, &b))
		return false;
	*ret = a.whole != b.whole ? (a.whole > b.whole) - (a.whole < b.whole)
				  : (a.billionths > b.billionths) -
					    (a.billionths < b.billionths);
	return true;
}

static bool is_number(const struct value *v, struct str want)
{
	int order;

	if (value_order(v, want, &order))
		return !order;
	return str_eq_case(v->text, want);
}

/* ---- tokens -------------------------------------------------------------- */

/* Every parameter of a stands in b with the same value. */
static bool params_within(struct str a, struct str b)
{
	struct split params = split_begin(a, ';');
	struct str one, key, value;
	unsigned n = 0;

	split_next(&params, &one);
	while (split_next(&params, &one)) {
		char name[64];
		bool there;
		struct str other;

		str_cut(one, '=', &key, &value);
		key = str_trim(key);
		if (key.len >= sizeof(name) || n++ == URI_PARTS_MAX)
			return false;
		memcpy(name, key.p, key.len);
		name[key.len] = '\0';
		other = pkt_param(b, name, &there);
		if (!there || !str_eq_case(pkt_param(a, name, NULL), other))
			return false;
	}
	return true;
}

/* "is refer" holds for "refer;id=3", "is refer;id=3" looks at parameters too.
 * RFC 3261 7.3.1: neither blanks, nor case, nor their order counts. */
static bool is_token(struct str got, struct str want)
{
	if (!str_eq_case(pkt_base(got), pkt_base(want)))
		return false;
	return str_find_char(want, ';') < 0 ||
	       (params_within(got, want) && params_within(want, got));
}

/* Lists: the same elements in the same order. */
static bool is_list(struct str got, struct str want)
{
	struct split a = split_begin(got, ','), b = split_begin(want, ',');
	struct str x, y;

	for (;;) {
		bool more = split_next(&a, &x);

		if (more != split_next(&b, &y))
			return false;
		if (!more)
			return true;
		if (!is_token(x, y))
			return false;
	}
}

static bool list_contains(struct str list, struct str want)
{
	struct split all = split_begin(list, ',');
	struct str one;

	while (split_next(&all, &one))
		if (is_token(one, want))
			return true;
	return false;
}

/* ---- addresses ----------------------------------------------------------- */

/* "sip:a@b" or "<sip:a@b>" and nothing more. */
static bool bare_uri(struct str s, struct str *ret)
{
	struct uri u;

	s = str_trim(s);
	if (s.len > 2 && s.p[0] == '<' && s.p[s.len - 1] == '>')
		s = str_sub(s, 1, s.len - 2);
	*ret = s;
	return uri_parse(s, &u);
}

/* Several addresses are never one URI. */
static bool is_addr(struct str got, struct str want)
{
	struct str uri;

	if (split_find(got, ',') < 0 && bare_uri(want, &uri))
		return uri_equal(pkt_addr_uri(got), uri);
	return str_eq(got, str_trim(want));
}

static bool is_uri(struct str got, struct str want)
{
	struct str uri;

	if (bare_uri(want, &uri) && uri_equal(got, uri))
		return true;
	return str_eq(got, want);
}

/* ---- by type ------------------------------------------------------------- */

/* What is absent equals nothing, the empty text neither. */
bool value_is(const struct value *v, struct str want)
{
	if (!v->present)
		return false;
	switch (v->type) {
	case TYPE_TEXT:
		return str_eq(v->text, want);
	case TYPE_TOKEN:
		return v->list ? is_list(v->text, want)
			       : is_token(v->text, want);
	case TYPE_NUMBER:
		return is_number(v, want);
	case TYPE_URI:
		return is_uri(v->text, want);
	case TYPE_ADDR:
		return is_addr(v->text, want);
	case TYPE_VERDICT:
		return str_eq_case(v->text, want);
	}
	return false;
}

/* RFC 3261 7.3.1: option tags and methods are compared as elements, so that
 * "Supported contains timer" does not hold for "timers". */
bool value_contains(const struct value *v, struct str want)
{
	if (!v->present)
		return false;
	if (v->list && str_find_char(want, ',') < 0)
		return list_contains(v->text, str_trim(want));
	return str_find(v->text, want) >= 0;
}
