/* SPDX-License-Identifier: MIT */
/* Strict grammar of headers that are numbers, words, or lists of words. */
#include "sip/syntax_parts.h"

static struct breach only(struct grammar *g)
{
	if (grammar_end(g))
		return BREACH_NONE;
	return grammar_breach(g, "nothing may stand behind the value");
}

/* ---- numbers ------------------------------------------------------------- */

/* 1*DIGIT, delta-seconds: below 2^32 */
struct breach syntax_digits(struct str value)
{
	struct grammar g = { value };
	struct breach b = syntax_take_delta(&g);

	return b.what ? b : only(&g);
}

/* RFC 4028 4, 5: delta-seconds *( SEMI ( refresher-param / generic-param ) ) */
static struct breach param_session(struct str name, struct str value)
{
	if (!str_is_case(name, "refresher"))
		return BREACH_NONE;
	return syntax_value(name, value,
			    str_is_case(value, "uas") ||
				    str_is_case(value, "uac"),
			    "refresher must be uac or uas");
}

struct breach syntax_session(struct str value)
{
	struct params all;

	return syntax_single(value, syntax_take_delta, param_session, &all);
}

/* Retry-After = delta-seconds [ comment ] *( SEMI retry-param ) */
static struct breach take_retry(struct grammar *g)
{
	struct breach b = syntax_take_delta(g);
	struct grammar ahead = *g;

	if (b.what)
		return b;
	grammar_sws(&ahead);
	if (grammar_peek(&ahead) != '(')
		return BREACH_NONE;
	if (!grammar_comment(&ahead))
		return grammar_breach(&ahead, "the comment must end with "
					      "\")\"");
	*g = ahead;
	return BREACH_NONE;
}

static struct breach param_retry(struct str name, struct str value)
{
	if (!str_is_case(name, "duration"))
		return BREACH_NONE;
	return syntax_value(name, value, grammar_is_number(value, UINT32_MAX),
			    "duration must be a number below 2^32");
}

struct breach syntax_retry_after(struct str value)
{
	struct params all;

	return syntax_single(value, take_retry, param_retry, &all);
}

/* RFC 3262 7.1: 1*DIGIT, from 1 to 2^32 - 1 */
static struct breach take_response_num(struct grammar *g)
{
	struct str at = g->rest;
	struct breach b = syntax_take_delta(g);
	uint64_t n;

	if (b.what)
		return b;
	at.len -= g->rest.len;
	return syntax_value(at, at, !str_to_u64(at, &n) || n,
			    "the number must not be 0");
}

struct breach syntax_rseq(struct str value)
{
	struct grammar g = { value };
	struct breach b = take_response_num(&g);

	return b.what ? b : only(&g);
}

/* RFC 3262 7.2: response-num LWS CSeq-num LWS Method */
struct breach syntax_rack(struct str value)
{
	struct grammar g = { value };
	struct breach b = take_response_num(&g);

	if (b.what)
		return b;
	if (!grammar_lws(&g))
		return grammar_breach(&g, "a blank must follow the number");
	return syntax_cseq(g.rest);
}

/* ---- words --------------------------------------------------------------- */

/* 1#token: Require, Proxy-Require, Unsupported */
struct breach syntax_tokens(struct str value)
{
	return syntax_list(value, syntax_take_token, syntax_param_none);
}

/* [ token *( COMMA token ) ]: Allow, Supported may be empty. */
struct breach syntax_tokens_or_none(struct str value)
{
	return value.len ? syntax_tokens(value) : BREACH_NONE;
}

/* RFC 4488 3: ( "true" / "false" ) *( SEMI generic-param ) */
static struct breach take_truth(struct grammar *g)
{
	struct str at = g->rest, word = STR_NONE;

	grammar_token(g, &word);
	return syntax_value(
		at, at, str_is_case(word, "true") || str_is_case(word, "false"),
		"the value must be true or false");
}

struct breach syntax_refer_sub(struct str value)
{
	struct params all;

	return syntax_single(value, take_truth, NULL, &all);
}

/* RFC 3326 2: protocol *( SEMI reason-params ) */
static struct breach param_reason(struct str name, struct str value)
{
	if (str_is_case(name, "cause"))
		return syntax_value(name, value,
				    grammar_is_number(value, UINT32_MAX),
				    "cause must be a number");
	if (str_is_case(name, "text"))
		return syntax_value(name, value, grammar_is_quoted(value),
				    "text must be a quoted string");
	return BREACH_NONE;
}

struct breach syntax_reason_list(struct str value)
{
	return syntax_list(value, syntax_take_token, param_reason);
}

/* ---- Warning and Date ---------------------------------------------------- */

/* warn-agent = hostport / pseudonym */
static bool take_agent(struct grammar *g)
{
	struct grammar ahead = *g;
	struct str part;

	if (grammar_host(&ahead, &part) &&
	    (!grammar_char(&ahead, ':') || grammar_digits(&ahead, &part)) &&
	    grammar_peek(&ahead) == ' ') {
		*g = ahead;
		return true;
	}
	return grammar_token(g, &part);
}

/* RFC 3261 20.43: warn-code SP warn-agent SP warn-text */
static struct breach take_warning(struct grammar *g)
{
	struct str code = g->rest, text;

	if (!grammar_digits(g, &code) || code.len != 3)
		return breach_at(code, "the code must be three digits");
	if (!grammar_char(g, ' ') || !take_agent(g))
		return grammar_breach(g, "one space and an agent must follow "
					 "the code");
	if (!grammar_char(g, ' ') || !grammar_quoted(g, &text))
		return grammar_breach(g, "one space and a quoted string must "
					 "follow the agent");
	return BREACH_NONE;
}

struct breach syntax_warning(struct str value)
{
	return syntax_list(value, take_warning, syntax_param_none);
}

/* Whether the word stands in a list of three-letter words. */
static bool is_one_of(struct str word, const char *list)
{
	for (; *list; list += 3)
		if (word.len == 3 && !memcmp(word.p, list, 3))
			return true;
	return false;
}

static const char weekdays[] = "MonTueWedThuFriSatSun";
static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

/* w: a weekday, m: a month, d: a digit, everything else itself. */
static bool fits_date(struct str at, char form)
{
	if (form == 'w' || form == 'm')
		return is_one_of(at, form == 'w' ? weekdays : months);
	if (!at.len)
		return false;
	return form == 'd' ? at.p[0] >= '0' && at.p[0] <= '9' : at.p[0] == form;
}

static struct breach take_date(struct grammar *g, const char *form)
{
	for (; *form; form++) {
		bool word = *form == 'w' || *form == 'm';
		struct str at = str_sub(g->rest, 0, word ? 3 : 1);

		if (!fits_date(at, *form))
			return breach_at(at, "a date must be like \"Sat, 13 "
					     "Nov 2010 23:29:00 GMT\"");
		g->rest = str_tail(g->rest, at.len);
	}
	return BREACH_NONE;
}

/* RFC 3261 20.17: rfc1123-date, in GMT only */
struct breach syntax_date(struct str value)
{
	struct grammar g = { value };
	struct breach b = take_date(&g, "w, dd m dddd dd:dd:dd GMT");

	return b.what ? b : only(&g);
}
