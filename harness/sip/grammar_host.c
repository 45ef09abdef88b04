/* SPDX-License-Identifier: MIT */
/* RFC 3261 25.1 host, with IPv6 as RFC 5954 corrects it. No name is looked
 * up. */
#include "sip/grammar.h"

#include <arpa/inet.h>
#include <ctype.h>

static size_t run_of(struct str s, const char *set)
{
	size_t n = 0;

	while (n < s.len && (isalnum((unsigned char)s.p[n]) ||
			     (s.p[n] && strchr(set, s.p[n]))))
		n++;
	return n;
}

/* RFC 5954 4.1 is the grammar that inet_pton reads. */
static bool is_ipv6(struct str s)
{
	char text[INET6_ADDRSTRLEN];
	struct in6_addr a;

	if (!s.len || s.len >= sizeof(text) || run_of(s, ":.") != s.len)
		return false;
	memcpy(text, s.p, s.len);
	text[s.len] = '\0';
	return inet_pton(AF_INET6, text, &a) == 1;
}

/* IPv4address = 1*3DIGIT "." 1*3DIGIT "." 1*3DIGIT "." 1*3DIGIT; what is
 * above 255 is no address whatever the ABNF says. */
static bool is_ipv4(struct str s)
{
	size_t at = 0;

	for (unsigned i = 0; i < 4; i++) {
		unsigned n = 0, digits = 0;

		for (; at < s.len && isdigit((unsigned char)s.p[at]); at++) {
			n = n * 10 + (unsigned)(s.p[at] - '0');
			if (++digits > 3)
				return false;
		}
		if (!digits || n > 255)
			return false;
		if (i < 3 && (at == s.len || s.p[at++] != '.'))
			return false;
	}
	return at == s.len;
}

/* hostname = *( domainlabel "." ) toplabel [ "." ]; toplabel begins with a
 * letter. */
static bool is_hostname(struct str s)
{
	struct str label;

	if (str_ends(s, "."))
		s.len--;
	do {
		str_cut(s, '.', &label, &s);
		if (!label.len || label.p[0] == '-' ||
		    label.p[label.len - 1] == '-')
			return false;
	} while (s.len);
	return isalpha((unsigned char)label.p[0]) != 0;
}

static bool take(struct grammar *g, size_t n, struct str *ret)
{
	*ret = str_sub(g->rest, 0, n);
	g->rest = str_tail(g->rest, n);
	return true;
}

bool grammar_host(struct grammar *g, struct str *ret)
{
	struct str s;
	ptrdiff_t close;

	if (grammar_peek(g) == '[') {
		close = str_find_char(g->rest, ']');
		return close > 0 &&
		       is_ipv6(str_sub(g->rest, 1, (size_t)close - 1)) &&
		       take(g, (size_t)close + 1, ret);
	}
	s = str_sub(g->rest, 0, run_of(g->rest, "-."));
	return s.len && (is_ipv4(s) || is_hostname(s)) && take(g, s.len, ret);
}

bool grammar_is_host(struct str s)
{
	struct grammar g = { s };
	struct str all;

	return grammar_host(&g, &all) && grammar_end(&g);
}

bool grammar_is_address(struct str s)
{
	if (s.len > 2 && s.p[0] == '[' && s.p[s.len - 1] == ']')
		return is_ipv6(str_sub(s, 1, s.len - 2));
	return is_ipv4(s) || is_ipv6(s);
}
