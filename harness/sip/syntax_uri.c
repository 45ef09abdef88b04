/* SPDX-License-Identifier: MIT */
/* Strict grammar of URIs (RFC 3261 25.1). uri.c splits what this refuses. */
#include "sip/syntax.h"

#include "sip/grammar.h"

/* user = 1*( unreserved / escaped / user-unreserved ) [ ":" password ] "@" */
static const char *check_userinfo(struct grammar *g)
{
	if (!grammar_uri_chars(g, "&=+$,;?/"))
		return "the user part of the URI is empty or has a byte that "
		       "must be escaped";
	if (grammar_char(g, ':'))
		grammar_uri_chars(g, "&=+$,");
	if (!grammar_char(g, '@'))
		return "the user part of the URI has a byte that must be "
		       "escaped";
	return NULL;
}

static const char *check_hostport(struct grammar *g)
{
	struct str text;
	uint64_t port;

	if (!grammar_host(g, &text))
		return "the host of the URI is no host name or address";
	if (!grammar_char(g, ':'))
		return NULL;
	if (!grammar_digits(g, &text) || !str_to_u64(text, &port) ||
	    port > 65535)
		return "the port of the URI is no number up to 65535";
	return NULL;
}

/* uri-parameters = *( ";" pname [ "=" pvalue ] ) */
static const char *check_params(struct grammar *g)
{
	while (grammar_char(g, ';')) {
		if (!grammar_uri_chars(g, "[]/:&+$"))
			return "a parameter of the URI has no name";
		if (grammar_char(g, '=') && !grammar_uri_chars(g, "[]/:&+$"))
			return "a parameter of the URI has no value behind "
			       "its \"=\"";
	}
	return NULL;
}

/* headers = "?" hname "=" hvalue *( "&" hname "=" hvalue ) */
static const char *check_headers(struct grammar *g)
{
	if (!grammar_char(g, '?'))
		return NULL;
	do {
		if (!grammar_uri_chars(g, "[]/?:+$"))
			return "a header in the URI has no name";
		if (!grammar_char(g, '='))
			return "a header in the URI has no \"=\"";
		grammar_uri_chars(g, "[]/?:+$");
	} while (grammar_char(g, '&'));
	return NULL;
}

static const char *check_sip(struct grammar *g)
{
	const char *wrong = NULL;

	if (str_find_char(g->rest, '@') >= 0)
		wrong = check_userinfo(g);
	if (!wrong)
		wrong = check_hostport(g);
	if (!wrong)
		wrong = check_params(g);
	if (!wrong)
		wrong = check_headers(g);
	if (!wrong && !grammar_end(g))
		wrong = "the URI has a byte that must be escaped";
	return wrong;
}

/* absoluteURI, its part behind the scheme: 1*uric */
static const char *check_other(struct grammar *g)
{
	if (!grammar_uri_chars(g, ";/?:@&=+$,"))
		return "the URI has nothing behind its scheme";
	if (!grammar_end(g))
		return "the URI has a byte that must be escaped";
	return NULL;
}

static bool is_scheme(struct str s)
{
	struct grammar g = { s };
	char c = grammar_peek(&g);
	struct str all;

	return ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) &&
	       grammar_token(&g, &all) && grammar_end(&g);
}

const char *syntax_uri(struct str uri)
{
	struct str scheme;
	struct grammar g;

	if (!str_cut(uri, ':', &scheme, &g.rest) || !is_scheme(scheme))
		return "the URI has no scheme";
	if (str_is_case(scheme, "sip") || str_is_case(scheme, "sips"))
		return check_sip(&g);
	return check_other(&g);
}
