/* SPDX-License-Identifier: MIT */
/* RFC 3261 25.1 from below: tokens, blanks, quoted strings, hosts. Whole
 * headers are syntax.c, URIs are syntax_uri.c. */
#include "sip/grammar.h"

#include <ctype.h>

static bool is_in(char c, const char *set)
{
	return c && strchr(set, c);
}

/* RFC 3261 25.1: alphanum, DIGIT, and the bytes of token, word and IPv6. */
enum { ALNUM = 1, DIGIT = 2, TOKEN = 4, WORD = 8, IPV6 = 16 };

/* clang-format off */
static const unsigned char classes[256] = {
	['0' ... '9'] = ALNUM | TOKEN | WORD | IPV6 | DIGIT,
	['A' ... 'F'] = ALNUM | TOKEN | WORD | IPV6,
	['a' ... 'f'] = ALNUM | TOKEN | WORD | IPV6,
	['G' ... 'Z'] = ALNUM | TOKEN | WORD,
	['g' ... 'z'] = ALNUM | TOKEN | WORD,
	['.'] = TOKEN | WORD | IPV6, [':'] = WORD | IPV6,
	['-'] = TOKEN | WORD, ['!'] = TOKEN | WORD, ['%'] = TOKEN | WORD,
	['*'] = TOKEN | WORD, ['_'] = TOKEN | WORD, ['+'] = TOKEN | WORD,
	['`'] = TOKEN | WORD, ['\''] = TOKEN | WORD, ['~'] = TOKEN | WORD,
	['('] = WORD, [')'] = WORD, ['<'] = WORD, ['>'] = WORD,
	['"'] = WORD, ['/'] = WORD, ['\\'] = WORD, ['?'] = WORD,
	['['] = WORD, [']'] = WORD, ['{'] = WORD, ['}'] = WORD,
};
/* clang-format on */

static bool is_of(char c, unsigned char class)
{
	return classes[(unsigned char)c] & class;
}

static struct str advance(struct grammar *g, size_t n)
{
	struct str taken = str_sub(g->rest, 0, n);

	g->rest = str_tail(g->rest, n);
	return taken;
}

static bool take_run(struct grammar *g, unsigned char class, struct str *ret)
{
	size_t n = 0;

	while (n < g->rest.len && is_of(g->rest.p[n], class))
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
	return take_run(g, TOKEN, ret);
}

bool grammar_digits(struct grammar *g, struct str *ret)
{
	return take_run(g, DIGIT, ret);
}

/* ---- quoted strings and comments ----------------------------------------- */

/* UTF8-NONASCII = %xC0-DF 1UTF8-CONT / %xE0-EF 2UTF8-CONT / … to 5. The form
 * alone: overlong sequences are not looked for. */
size_t grammar_utf8_len(struct str s)
{
	unsigned char c = s.len ? (unsigned char)s.p[0] : 0;
	size_t more = c < 0xc0   ? 0
		      : c < 0xe0 ? 1
		      : c < 0xf0 ? 2
		      : c < 0xf8 ? 3
		      : c < 0xfc ? 4
		      : c < 0xfe ? 5
				 : 0;

	if (!more || s.len < more + 1)
		return 0;
	for (size_t i = 1; i <= more; i++)
		if (((unsigned char)s.p[i] & 0xc0) != 0x80)
			return 0;
	return more + 1;
}

/* quoted-pair = "\" (%x00-09 / %x0B-0C / %x0E-7F) */
static size_t pair_len(struct str s)
{
	return s.len > 1 && s.p[0] == '\\' && s.p[1] != '\r' &&
			       s.p[1] != '\n' && (unsigned char)s.p[1] < 0x80
		       ? 2
		       : 0;
}

/* One LWS, visible byte (neither of a and b), UTF-8 sequence or quoted-pair;
 * 0: something else. */
static size_t inner_len(struct str s, const char *not_these)
{
	size_t n = lws_len(s);

	if (n)
		return n;
	n = pair_len(s);
	if (n)
		return n;
	if (s.p[0] > 0x20 && s.p[0] < 0x7f && s.p[0] != '\\' &&
	    !strchr(not_these, s.p[0]))
		return 1;
	return grammar_utf8_len(s);
}

/* Offset of the quote that ends the string which begins s, or of the byte that
 * breaks it; the length where it has no end. */
size_t grammar_quoted_end(struct str s)
{
	size_t i = 1;

	while (i < s.len && s.p[i] != '"') {
		size_t n = inner_len(str_tail(s, i), "\"");

		if (!n)
			return i;
		i += n;
	}
	return i;
}

bool grammar_quoted(struct grammar *g, struct str *ret)
{
	size_t end;

	if (grammar_peek(g) != '"')
		return false;
	end = grammar_quoted_end(g->rest);
	if (end >= g->rest.len || g->rest.p[end] != '"')
		return false;
	*ret = advance(g, end + 1);
	return true;
}

/* comment = LPAREN *(ctext / quoted-pair / comment) RPAREN */
bool grammar_comment(struct grammar *g)
{
	struct str s = g->rest;
	size_t depth = 1, i = 1;

	if (grammar_peek(g) != '(')
		return false;
	while (i < s.len && depth) {
		size_t n = inner_len(str_tail(s, i), "()");

		if (!n && s.p[i] != '(' && s.p[i] != ')')
			return false;
		if (!n)
			depth = s.p[i] == '(' ? depth + 1 : depth - 1;
		i += n ? n : 1;
	}
	if (depth)
		return false;
	advance(g, i);
	return true;
}

/* callid = word [ "@" word ] */
bool grammar_callid(struct grammar *g)
{
	struct str word;

	if (!take_run(g, WORD, &word))
		return false;
	return !grammar_char(g, '@') || take_run(g, WORD, &word);
}

bool grammar_uri_chars(struct grammar *g, const char *extra)
{
	struct str s = g->rest;
	size_t i = 0;

	for (;;) {
		if (i < s.len &&
		    (is_of(s.p[i], ALNUM) || is_in(s.p[i], "-_.!~*'()") ||
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

	if (!str_is_case(name, "received") || !take_run(&ahead, IPV6, ret) ||
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
	    !grammar_host(&ahead, ret_value)) {
		*g = ahead; /* the breach is behind the "=" */
		return false;
	}
	*g = ahead;
	return true;
}

/* ---- whole texts --------------------------------------------------------- */

bool grammar_is_token(struct str s)
{
	struct grammar g = { s };
	struct str all;

	return grammar_token(&g, &all) && grammar_end(&g);
}

bool grammar_is_quoted(struct str s)
{
	struct grammar g = { s };
	struct str all;

	return grammar_quoted(&g, &all) && grammar_end(&g);
}

/* Leading zeros are fine, so the length says nothing. */
bool grammar_is_number(struct str s, uint64_t max)
{
	uint64_t n;

	while (s.len > 1 && s.p[0] == '0')
		s = str_tail(s, 1);
	return str_to_u64(s, &n) && n <= max;
}

struct breach grammar_breach(const struct grammar *g, const char *what)
{
	return breach_at(g->rest, what);
}
