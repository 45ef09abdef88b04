/* SPDX-License-Identifier: MIT */
/* Strict grammar of RFC 3261's own headers that carry a message: RFC 3261 20
 * and 25.1. Lists of words and numbers are syntax_words.c. */
#include "sip/syntax_parts.h"

struct breach syntax_call_id(struct str value)
{
	struct grammar g = { value };
	struct breach b = syntax_take_callid(&g);

	if (b.what || grammar_end(&g))
		return b;
	return grammar_breach(&g, "nothing may stand behind the call-id");
}

/* RFC 3261 20.22: 0 to 255 */
struct breach syntax_max_forwards(struct str value)
{
	struct breach b = syntax_digits(value);

	if (b.what || grammar_is_number(value, 255))
		return b;
	return breach_at(value, "the number must not be above 255");
}

/* CSeq = 1*DIGIT LWS Method; 8.1.1.5: less than 2^31 */
struct breach syntax_cseq(struct str value)
{
	struct grammar g = { value };
	struct str number, method;

	if (!grammar_digits(&g, &number))
		return grammar_breach(&g, "CSeq must begin with a number");
	if (!grammar_is_number(number, INT32_MAX))
		return breach_at(number, "the number must be below 2^31");
	if (!grammar_lws(&g))
		return grammar_breach(&g, "a blank must follow the number");
	if (!grammar_token(&g, &method))
		return grammar_breach(&g, "a method must follow the number");
	if (grammar_end(&g))
		return BREACH_NONE;
	return grammar_breach(&g, "nothing may stand behind the method");
}

/* ---- addresses ----------------------------------------------------------- */

static struct breach param_tag(struct str name, struct str value)
{
	if (!str_is_case(name, "tag"))
		return BREACH_NONE;
	return syntax_value(name, value, grammar_is_token(value),
			    "the tag must be a token");
}

struct breach syntax_from_to(struct str value)
{
	struct params all;

	return syntax_single(value, syntax_take_address, param_tag, &all);
}

struct breach syntax_route(struct str value)
{
	return syntax_list(value, syntax_take_name_addr, NULL);
}

/* RFC 3261 20.10: qvalue = "0" [ "." 0*3DIGIT ] / "1" [ "." 0*3("0") ] */
static bool is_qvalue(struct str s)
{
	struct str whole, part;

	str_cut(s, '.', &whole, &part);
	if (part.len > 3 || (!str_is(whole, "0") && !str_is(whole, "1")))
		return false;
	for (size_t i = 0; i < part.len; i++)
		if (part.p[i] < '0' ||
		    part.p[i] > (str_is(whole, "1") ? '0' : '9'))
			return false;
	return true;
}

static struct breach param_q(struct str name, struct str value)
{
	if (!str_is_case(name, "q"))
		return BREACH_NONE;
	return syntax_value(name, value, is_qvalue(value),
			    "q must be a number from 0 to 1 with at most "
			    "three decimals");
}

static struct breach param_contact(struct str name, struct str value)
{
	if (!str_is_case(name, "expires"))
		return param_q(name, value);
	return syntax_value(name, value, grammar_is_number(value, UINT32_MAX),
			    "expires must be a number below 2^32");
}

/* RFC 3261 20.10: "*" stands alone. */
struct breach syntax_contact(struct str value)
{
	if (str_is(value, "*"))
		return BREACH_NONE;
	return syntax_list(value, syntax_take_address, param_contact);
}

/* ---- media types --------------------------------------------------------- */

/* RFC 3261 20.15: m-type SLASH m-subtype */
static struct breach take_media(struct grammar *g)
{
	struct str part;

	if (!grammar_token(g, &part) || !grammar_sep(g, '/') ||
	    !grammar_token(g, &part))
		return grammar_breach(g, "the media type must be "
					 "type/subtype");
	return BREACH_NONE;
}

/* m-parameter = m-attribute EQUAL ( token / quoted-string ) */
static struct breach param_media(struct str name, struct str value)
{
	return syntax_value(name, value,
			    grammar_is_token(value) || grammar_is_quoted(value),
			    "a media parameter must have \"=\" and a token "
			    "or quoted string");
}

struct breach syntax_content_type(struct str value)
{
	struct params all;

	return syntax_single(value, take_media, param_media, &all);
}

/* RFC 3261 20.1: [ accept-range *( COMMA accept-range ) ] */
struct breach syntax_accept(struct str value)
{
	return value.len ? syntax_list(value, take_media, param_q)
			 : BREACH_NONE;
}

/* RFC 3261 20.2, 20.3: codings and languages with their weight */
struct breach syntax_ranges(struct str value)
{
	return value.len ? syntax_list(value, syntax_take_token, param_q)
			 : BREACH_NONE;
}

/* ---- RFC 3261 20.42: Via ------------------------------------------------- */

static struct breach take_via(struct grammar *g)
{
	struct str part;

	if (!grammar_token(g, &part) || !grammar_sep(g, '/') ||
	    !grammar_token(g, &part) || !grammar_sep(g, '/') ||
	    !grammar_token(g, &part))
		return grammar_breach(g, "the protocol must be "
					 "name/version/transport");
	if (!grammar_lws(g))
		return grammar_breach(g, "a blank must follow the protocol");
	if (!grammar_host(g, &part))
		return grammar_breach(g, "sent-by must be a host name or "
					 "address");
	if (!grammar_sep(g, ':'))
		return BREACH_NONE;
	part = g->rest;
	if (!grammar_digits(g, &part) || !grammar_is_number(part, 65535))
		return breach_at(part, "the port of sent-by must be a number "
				       "up to 65535");
	return BREACH_NONE;
}

/* via-params; rport by RFC 3581 3; RFC 5118 4.5: received may be an IPv6
 * address with or without its brackets. */
static struct breach param_via(struct str name, struct str value)
{
	if (str_is_case(name, "ttl"))
		return syntax_value(name, value, grammar_is_number(value, 255),
				    "ttl must be a number up to 255");
	if (str_is_case(name, "rport"))
		return syntax_value(name, value,
				    !value.p || grammar_is_number(value, 65535),
				    "rport must be empty or a port number");
	if (str_is_case(name, "branch"))
		return syntax_value(name, value, grammar_is_token(value),
				    "the branch must be a token");
	if (str_is_case(name, "received"))
		return syntax_value(name, value, grammar_is_address(value),
				    "received must be an address");
	if (str_is_case(name, "maddr"))
		return syntax_value(name, value, grammar_is_host(value),
				    "maddr must be a host name or address");
	return BREACH_NONE;
}

struct breach syntax_via(struct str value)
{
	return syntax_list(value, take_via, param_via);
}
