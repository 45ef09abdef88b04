/* SPDX-License-Identifier: MIT */
/* RFC 3261 25.1 from below: tokens, blanks, quoted strings, hosts. Whole
 * headers are syntax.c, URIs are syntax_uri.c. */
#include "sip/grammar.h"

#include <ctype.h>

static bool is_in(char c, const char *set)
{
	return c && strchr(set, c);
}

static bool is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_token_char(char c)
{
	return is_alnum(c) || is_in(c, "-.!%*_+`'~");
}

static bool is_word_char(char c)
{
	return is_alnum(c) || is_in(c, "-.!%*_+`'~()<>:\\\"/[]?{}");
}

static struct str advance(struct grammar *g, size_t n)
{
	struct str taken = str_sub(g->rest, 0, n);

	g->rest = str_tail(g->rest, n);
	return taken;
}

static bool take_run(struct grammar *g, bool (*is)(char), struct str *ret)
{
	size_t n = 0;

	while (n < g->rest.len && is(g->rest.p[n]))
		n++;
	if (!n)
		return false;
	*ret = advance(g, n);
	return true;
}

bool grammar_end(const struct grammar *g)
{
	return !g->rest.len;
}

char grammar_peek(const struct grammar *g)
{
	if (!g->rest.len)
		return '\0';
	return g->rest.p[0];
}

bool grammar_char(struct grammar *g, char c)
{
	if (!g->rest.len || g->rest.p[0] != c)
		return false;
	advance(g, 1);
	return true;
}

static size_t blanks(struct str s, size_t from)
{
	size_t i = from;

	while (i < s.len && (s.p[i] == ' ' || s.p[i] == '\t'))
		i++;
	return i - from;
}

/* LWS = [*WSP CRLF] 1*WSP */
static size_t lws_len(struct str s)
{
	size_t n = blanks(s, 0), more;

	if (n + 2 <= s.len && s.p[n] == '\r' && s.p[n + 1] == '\n') {
		more = blanks(s, n + 2);
		if (more)
			return n + 2 + more;
	}
	return n;
}

bool grammar_lws(struct grammar *g)
{
	size_t n = lws_len(g->rest);

	advance(g, n);
	return n > 0;
}

void grammar_sws(struct grammar *g)
{
	grammar_lws(g);
}

bool grammar_sep(struct grammar *g, char c)
{
	struct grammar ahead = *g;

	grammar_sws(&ahead);
	if (!grammar_char(&ahead, c))
		return false;
	grammar_sws(&ahead);
	*g = ahead;
	return true;
}

bool grammar_token(struct grammar *g, struct str *ret)
{
	return take_run(g, is_token_char, ret);
}

bool grammar_digits(struct grammar *g, struct str *ret)
{
	return take_run(g, is_digit, ret);
}

/* qdtext = LWS / 0x21 / 0x23-5B / 0x5D-7E / UTF8-NONASCII; quoted-pair takes
 * any byte below 0x80 but CR and LF. */
bool grammar_quoted(struct grammar *g, struct str *ret)
{
	struct str s = g->rest;
	size_t i = 1;

	if (grammar_peek(g) != '"')
		return false;
	while (i < s.len && s.p[i] != '"') {
		unsigned char c = (unsigned char)s.p[i];
		size_t lws = lws_len(str_tail(s, i));

		if (lws) {
			i += lws;
		} else if (c == '\\' && i + 1 < s.len && s.p[i + 1] != '\r' &&
			   s.p[i + 1] != '\n') {
			i += 2;
		} else if (c < 0x21 || c == 0x7f || c == '\\') {
			return false;
		} else {
			i++;
		}
	}
	if (i >= s.len)
		return false;
	*ret = advance(g, i + 1);
	return true;
}

/* callid = word [ "@" word ] */
bool grammar_callid(struct grammar *g)
{
	struct str word;

	if (!take_run(g, is_word_char, &word))
		return false;
	return !grammar_char(g, '@') || take_run(g, is_word_char, &word);
}

static bool is_ipv6_char(char c)
{
	return isxdigit((unsigned char)c) || c == ':' || c == '.';
}

static bool take_ipv6(struct grammar *g, struct str *ret)
{
	struct grammar ahead = *g;
	struct str inner;

	if (!grammar_char(&ahead, '[') ||
	    !take_run(&ahead, is_ipv6_char, &inner) ||
	    str_find_char(inner, ':') < 0 || !grammar_char(&ahead, ']'))
		return false;
	*ret = advance(g, inner.len + 2);
	return true;
}

static bool is_ipv4(struct str s)
{
	for (unsigned i = 0; i < 4; i++) {
		struct str part;
		uint64_t n;

		if (str_cut(s, '.', &part, &s) != (i < 3) ||
		    !str_to_u64(part, &n) || n > 255 || part.len > 3)
			return false;
	}
	return true;
}

static bool is_host_char(char c)
{
	return is_alnum(c) || c == '-' || c == '.';
}

/* hostname = *( domainlabel "." ) toplabel [ "." ] */
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
	return !is_digit(label.p[0]);
}

bool grammar_host(struct grammar *g, struct str *ret)
{
	struct grammar ahead = *g;

	if (grammar_peek(g) == '[')
		return take_ipv6(g, ret);
	if (!take_run(&ahead, is_host_char, ret) ||
	    (!is_ipv4(*ret) && !is_hostname(*ret)))
		return false;
	*g = ahead;
	return true;
}

bool grammar_uri_chars(struct grammar *g, const char *extra)
{
	struct str s = g->rest;
	size_t i = 0;

	for (;;) {
		if (i < s.len &&
		    (is_alnum(s.p[i]) || is_in(s.p[i], "-_.!~*'()") ||
		     is_in(s.p[i], extra)))
			i++;
		else if (i + 2 < s.len && s.p[i] == '%' &&
			 isxdigit((unsigned char)s.p[i + 1]) &&
			 isxdigit((unsigned char)s.p[i + 2]))
			i += 3;
		else
			break;
	}
	advance(g, i);
	return i > 0;
}

/* RFC 3261 25.1: via-received alone takes an IPv6 address without brackets. */
static bool take_received(struct grammar *g, struct str name, struct str *ret)
{
	struct grammar ahead = *g;

	if (!str_is_case(name, "received") ||
	    !take_run(&ahead, is_ipv6_char, ret) ||
	    str_find_char(*ret, ':') < 0)
		return false;
	*g = ahead;
	return true;
}

bool grammar_param(struct grammar *g, struct str *ret_name,
		   struct str *ret_value)
{
	struct grammar ahead = *g;

	*ret_value = STR_NONE;
	if (!grammar_token(&ahead, ret_name))
		return false;
	if (grammar_sep(&ahead, '=') &&
	    !take_received(&ahead, *ret_name, ret_value) &&
	    !grammar_quoted(&ahead, ret_value) &&
	    !grammar_token(&ahead, ret_value) &&
	    !grammar_host(&ahead, ret_value))
		return false;
	*g = ahead;
	return true;
}
