/* SPDX-License-Identifier: MIT */
/* Strict grammar of SIP URIs (RFC 3261 25.1) and of others by their scheme;
 * tel is syntax_tel.c. uri.c splits what this refuses. */
#include "sip/syntax_parts.h"

#include <ctype.h>

#include "sip/uri.h"

/* user = 1*( unreserved / escaped / user-unreserved ) [ ":" password ] "@" */
static struct breach check_userinfo(struct grammar *g)
{
	if (!grammar_uri_chars(g, "&=+$,;?/"))
		return grammar_breach(g, "the user part of the URI must begin "
					 "here; what is no part of it must be "
					 "escaped");
	if (grammar_char(g, ':'))
		grammar_uri_chars(g, "&=+$,");
	if (!grammar_char(g, '@'))
		return grammar_breach(g, "this must be escaped in the user "
					 "part of a URI");
	return BREACH_NONE;
}

static struct breach check_hostport(struct grammar *g)
{
	struct str text;

	if (!grammar_host(g, &text))
		return grammar_breach(g, "the host of the URI must be a name "
					 "or an address");
	if (!grammar_char(g, ':'))
		return BREACH_NONE;
	text = g->rest;
	if (!grammar_digits(g, &text) || !grammar_is_number(text, 65535))
		return breach_at(text, "the port of the URI must be a number "
				       "up to 65535");
	return BREACH_NONE;
}

/* RFC 3261 25.1: these have a form of their own; the grammar lets them pass
 * as other-param, their sections do not. */
static struct breach check_known(struct str name, struct str value)
{
	if (str_is_case(name, "ttl"))
		return syntax_value(name, value, grammar_is_number(value, 255),
				    "ttl must be a number up to 255");
	if (str_is_case(name, "maddr"))
		return syntax_value(name, value, grammar_is_host(value),
				    "maddr must be a host name or address");
	if (str_is_case(name, "transport") || str_is_case(name, "method") ||
	    str_is_case(name, "user"))
		return syntax_value(name, value, grammar_is_token(value),
				    "transport, method and user must have a "
				    "token");
	return BREACH_NONE;
}

/* The run of such characters at the front. */
static struct str take_chars(struct grammar *g, const char *extra)
{
	struct str all = g->rest;

	grammar_uri_chars(g, extra);
	return str_sub(all, 0, all.len - g->rest.len);
}

/* uri-parameters = *( ";" pname [ "=" pvalue ] ); 19.1.1: each once */
static struct breach check_params(struct grammar *g)
{
	struct params all = { .n = 0 };

	while (grammar_char(g, ';')) {
		struct str name = take_chars(g, "[]/:&+$"), value = STR_NONE;
		struct breach b;

		if (!name.len)
			return grammar_breach(g, "a parameter of the URI must "
						 "have a name");
		if (grammar_char(g, '=')) {
			value = take_chars(g, "[]/:&+$");
			if (!value.len)
				return grammar_breach(
					g, "a value must follow the \"=\"");
		}
		b = syntax_params_add(&all, name);
		if (!b.what)
			b = check_known(name, value);
		if (b.what)
			return b;
	}
	return BREACH_NONE;
}

/* headers = "?" hname "=" hvalue *( "&" hname "=" hvalue ) */
static struct breach check_headers(struct grammar *g)
{
	if (!grammar_char(g, '?'))
		return BREACH_NONE;
	do {
		if (!grammar_uri_chars(g, "[]/?:+$"))
			return grammar_breach(g, "a header of the URI must "
						 "have a name");
		if (!grammar_char(g, '='))
			return grammar_breach(g, "\"=\" must follow the name "
						 "of a header of the URI");
		grammar_uri_chars(g, "[]/?:+$");
	} while (grammar_char(g, '&'));
	return BREACH_NONE;
}

static struct breach check_end(const struct grammar *g)
{
	if (grammar_end(g))
		return BREACH_NONE;
	return grammar_breach(g, "this must not stand here in a URI unless "
				 "escaped");
}

static struct breach check_sip(struct grammar *g)
{
	struct breach b = BREACH_NONE;

	if (str_find_char(g->rest, '@') >= 0)
		b = check_userinfo(g);
	if (!b.what)
		b = check_hostport(g);
	if (!b.what)
		b = check_params(g);
	if (!b.what)
		b = check_headers(g);
	return b.what ? b : check_end(g);
}

/* absoluteURI, its part behind the scheme: 1*uric, or "//" and an authority
 * that may hold an IPv6 address. */
static struct breach check_other(struct grammar *g)
{
	struct str host;

	if (str_starts(g->rest, "//")) {
		g->rest = str_tail(g->rest, 2);
		if (!grammar_host(g, &host))
			grammar_uri_chars(g, ";:@&=+$,");
		if (grammar_peek(g) == '[')
			grammar_host(g, &host);
		grammar_uri_chars(g, ";/?:@&=+$,");
		return check_end(g);
	}
	if (!grammar_uri_chars(g, ";/?:@&=+$,"))
		return grammar_breach(g, "something must follow the scheme, "
					 "escaped where need be");
	return check_end(g);
}

/* scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." ) */
static size_t scheme_len(struct str s)
{
	size_t i = 0;

	while (i < s.len && (isalpha((unsigned char)s.p[i]) ||
			     (i && (isdigit((unsigned char)s.p[i]) ||
				    (s.p[i] && strchr("+-.", s.p[i]))))))
		i++;
	return i;
}

struct breach syntax_uri(struct str uri)
{
	size_t n = scheme_len(uri);
	struct str scheme = str_sub(uri, 0, n);
	struct grammar g = { str_tail(uri, n) };

	if (!n || !grammar_char(&g, ':'))
		return grammar_breach(&g, "the URI must begin with a scheme "
					  "and \":\"");
	if (str_is_case(scheme, "sip") || str_is_case(scheme, "sips"))
		return check_sip(&g);
	if (str_is_case(scheme, "tel"))
		return syntax_tel(g.rest);
	return check_other(&g);
}

static bool has_method(struct str params)
{
	struct str one;

	while (params.len) {
		str_cut(params, ';', &one, &params);
		if (str_starts_case(one, "method="))
			return true;
	}
	return false;
}

/* RFC 3261 19.1.1, table 1 */
struct breach syntax_request_uri(struct str uri)
{
	struct breach b = syntax_uri(uri);
	struct uri u;

	if (b.what || !uri_parse(uri, &u) || !u.is_sip)
		return b;
	if (u.headers.p)
		return breach_at(u.headers, "a Request-URI must not have "
					    "headers");
	if (has_method(u.params))
		return breach_at(u.params, "a Request-URI must not have a "
					   "method parameter");
	return b;
}
