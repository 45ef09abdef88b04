/* SPDX-License-Identifier: MIT */
/* Strict grammar of header values, one checker for each header of the SYNTAX
 * rows in fields.def. It does not judge meaning, only form. */
#include "sip/syntax.h"

#include <ctype.h>

#include "sip/grammar.h"
#include "sip/syntax_params.h"

typedef const char *value_fn(struct grammar *g);

/* ---- parts ------------------------------------------------------------- */

static bool is_token(struct str s)
{
	struct grammar g = { s };
	struct str all;

	return grammar_token(&g, &all) && grammar_end(&g);
}

static bool is_number(struct str s, uint64_t max)
{
	uint64_t n;

	return str_to_u64(s, &n) && n <= max;
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

static const char *param_tag(struct str name, struct str value)
{
	if (str_is_case(name, "tag") && !is_token(value))
		return "the tag is no token";
	return NULL;
}

/* ---- addresses ----------------------------------------------------------- */

/* display-name = *( token LWS ) / quoted-string, up to "<" */
static const char *check_display(struct grammar *g)
{
	struct str word;

	if (grammar_quoted(g, &word)) {
		grammar_sws(g);
	} else if (grammar_peek(g) == '"') {
		return "the display name is not quoted properly";
	} else {
		while (grammar_token(g, &word))
			if (!grammar_lws(g) && grammar_peek(g) != '<')
				break;
	}
	if (grammar_peek(g) != '<')
		return "the display name is neither tokens nor quoted";
	return NULL;
}

static const char *check_bracketed(struct grammar *g)
{
	ptrdiff_t close = str_find_char(g->rest, '>');
	struct str uri;

	if (close < 0)
		return "\"<\" is not closed by \">\"";
	uri = str_sub(g->rest, 1, (size_t)close - 1);
	g->rest = str_tail(g->rest, (size_t)close + 1);
	return syntax_uri(uri);
}

/* RFC 3261 20.10: a URI with a comma, question mark or semicolon must stand
 * in <>; without them the latter two end it. */
static const char *check_naked(struct grammar *g)
{
	size_t i = 0;
	struct str uri;

	while (i < g->rest.len && !strchr(";, \t\r\n", g->rest.p[i]))
		i++;
	uri = str_sub(g->rest, 0, i);
	g->rest = str_tail(g->rest, i);
	if (str_find_char(uri, '?') >= 0)
		return "a URI with \"?\" must stand in <>";
	return syntax_uri(uri);
}

/* Whether a "<" stands before the next comma. No bracket is followed here: a
 * list of half-open ones would be scanned to its end for every value. */
static bool is_name_addr(const struct grammar *g)
{
	struct str value, rest;

	str_cut(g->rest, ',', &value, &rest);
	return grammar_peek(g) == '"' || str_find_char(value, '<') >= 0;
}

static const char *check_address(struct grammar *g)
{
	const char *wrong;

	if (!is_name_addr(g))
		return check_naked(g);
	wrong = check_display(g);
	return wrong ? wrong : check_bracketed(g);
}

static const char *check_name_addr(struct grammar *g)
{
	if (!is_name_addr(g))
		return "the address does not stand in <>";
	return check_address(g);
}

/* ---- one value, or a list of them ---------------------------------------- */

static const char *check_one(struct grammar *g, value_fn *value, param_fn *rule,
			     struct params *all)
{
	const char *wrong;

	*all = (struct params){ .n = 0 };
	wrong = grammar_end(g) ? "the value is empty" : value(g);
	return wrong ? wrong : syntax_params(g, rule, all);
}

static const char *check_single(struct str text, value_fn *value,
				param_fn *rule, struct params *all)
{
	struct grammar g = { text };
	const char *wrong = check_one(&g, value, rule, all);

	if (wrong)
		return wrong;
	grammar_sws(&g);
	if (grammar_peek(&g) == ',')
		return "the header takes one value, not a list";
	return grammar_end(&g) ? NULL : "something stands behind the value";
}

static const char *check_list(struct str text, value_fn *value, param_fn *rule)
{
	struct grammar g = { text };
	struct params all;

	do {
		const char *wrong = check_one(&g, value, rule, &all);

		if (wrong)
			return wrong;
	} while (grammar_sep(&g, ','));
	grammar_sws(&g);
	return grammar_end(&g) ? NULL : "something stands behind the value";
}

/* ---- RFC 3261 20: the core ----------------------------------------------- */

static const char *syntax_call_id(struct str value)
{
	struct grammar g = { value };

	if (!grammar_callid(&g) || !grammar_end(&g))
		return "the Call-ID is no word or word@word";
	return NULL;
}

static const char *syntax_digits(struct str value)
{
	struct grammar g = { value };
	struct str number;

	if (!grammar_digits(&g, &number) || !grammar_end(&g))
		return "the value is no number";
	return is_number(number, UINT32_MAX) ? NULL
					     : "the number is above 2^32-1";
}

/* RFC 3261 20.22 */
static const char *syntax_max_forwards(struct str value)
{
	const char *wrong = syntax_digits(value);

	if (wrong)
		return wrong;
	return is_number(value, 255) ? NULL : "the number is above 255";
}

/* CSeq = 1*DIGIT LWS Method; 8.1.1.5: less than 2^31 */
static const char *syntax_cseq(struct str value)
{
	struct grammar g = { value };
	struct str number, method;

	if (!grammar_digits(&g, &number))
		return "CSeq does not begin with a number";
	if (!is_number(number, INT32_MAX))
		return "the CSeq number is not below 2^31";
	if (!grammar_lws(&g))
		return "CSeq has no blank behind its number";
	if (!grammar_token(&g, &method))
		return "CSeq has no method";
	return grammar_end(&g) ? NULL : "something stands behind the method";
}

static const char *syntax_from_to(struct str value)
{
	struct params all;

	return check_single(value, check_address, param_tag, &all);
}

static const char *syntax_route(struct str value)
{
	return check_list(value, check_name_addr, NULL);
}

static const char *param_contact(struct str name, struct str value)
{
	if (str_is_case(name, "q") && !is_qvalue(value))
		return "q is no number from 0 to 1 with three digits";
	if (str_is_case(name, "expires") && !is_number(value, UINT32_MAX))
		return "expires is no number below 2^32";
	return NULL;
}

/* RFC 3261 20.10: "*" stands alone. */
static const char *syntax_contact(struct str value)
{
	if (str_is(value, "*"))
		return NULL;
	return check_list(value, check_address, param_contact);
}

/* RFC 3261 20.15: m-type SLASH m-subtype *( SEMI m-parameter ) */
static const char *check_media_type(struct grammar *g)
{
	struct str part;

	if (!grammar_token(g, &part) || !grammar_sep(g, '/') ||
	    !grammar_token(g, &part))
		return "the media type is not type/subtype";
	return NULL;
}

static const char *param_media(struct str name, struct str value)
{
	(void)name;
	return value.p ? NULL : "a media parameter has no value";
}

static const char *syntax_content_type(struct str value)
{
	struct params all;

	return check_single(value, check_media_type, param_media, &all);
}

/* ---- RFC 3261 20.42: Via ------------------------------------------------- */

static const char *check_via(struct grammar *g)
{
	struct str part;

	if (!grammar_token(g, &part) || !grammar_sep(g, '/') ||
	    !grammar_token(g, &part) || !grammar_sep(g, '/') ||
	    !grammar_token(g, &part))
		return "the protocol is not name/version/transport";
	if (!grammar_lws(g))
		return "there is no blank behind the protocol";
	if (!grammar_host(g, &part))
		return "sent-by is no host name or address";
	if (grammar_sep(g, ':') &&
	    (!grammar_digits(g, &part) || !is_number(part, 65535)))
		return "the port of sent-by is no number up to 65535";
	return NULL;
}

/* Most stacks write IPv6 in received without brackets, as the grammar does. */
static bool is_address(struct str s)
{
	struct grammar g = { s };
	struct str all;

	if (grammar_host(&g, &all) && grammar_end(&g))
		return true;
	if (!s.p)
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (!isxdigit((unsigned char)s.p[i]) && s.p[i] != ':' &&
		    s.p[i] != '.')
			return false;
	return str_find_char(s, ':') >= 0;
}

static const char *param_via(struct str name, struct str value)
{
	if (str_is_case(name, "ttl") && !is_number(value, 255))
		return "ttl is no number up to 255";
	if (str_is_case(name, "rport") && value.p && !is_number(value, 65535))
		return "rport is no port number";
	if (str_is_case(name, "branch") && !is_token(value))
		return "the branch is no token";
	if (str_is_case(name, "received") && !is_address(value))
		return "received is no address";
	if (str_is_case(name, "maddr") && !is_address(value))
		return "maddr is no host";
	return NULL;
}

static const char *syntax_via(struct str value)
{
	return check_list(value, check_via, param_via);
}

/* ---- RFC 6665 8.4: events ------------------------------------------------ */

/* event-type = event-package *( "." event-template ), each a token-nodot */
static const char *check_event(struct grammar *g)
{
	struct str all, type, label;

	if (!grammar_token(g, &all))
		return "the event package is no token";
	type = all;
	do {
		str_cut(type, '.', &label, &type);
		if (!label.len)
			return "the event package has an empty part";
	} while (type.len);
	return str_ends(all, ".") ? "the event package has an empty part"
				  : NULL;
}

static const char *param_event(struct str name, struct str value)
{
	if (str_is_case(name, "id") && !is_token(value))
		return "id is no token";
	return NULL;
}

static const char *syntax_event(struct str value)
{
	struct params all;

	return check_single(value, check_event, param_event, &all);
}

static const char *check_state(struct grammar *g)
{
	struct str state;

	return grammar_token(g, &state) ? NULL : "the state is no token";
}

static const char *param_state(struct str name, struct str value)
{
	if (str_is_case(name, "reason") && !is_token(value))
		return "reason is no token";
	if (str_is_case(name, "expires") && !is_number(value, UINT32_MAX))
		return "expires is no number below 2^32";
	if (str_is_case(name, "retry-after") && !is_number(value, UINT32_MAX))
		return "retry-after is no number below 2^32";
	return NULL;
}

static const char *syntax_subscription_state(struct str value)
{
	struct params all;

	return check_single(value, check_state, param_state, &all);
}

/* ---- transfer ------------------------------------------------------------ */

/* RFC 3515 2.1: ( name-addr / addr-spec ) *( SEMI generic-param ), once */
static const char *syntax_refer_to(struct str value)
{
	struct params all;

	return check_single(value, check_address, NULL, &all);
}

/* RFC 3892 3: cid = DQUOTE ( dot-atom "@" dot-atom / host ) DQUOTE */
static const char *param_referred_by(struct str name, struct str value)
{
	if (!str_is_case(name, "cid"))
		return NULL;
	if (!value.len || value.p[0] != '"')
		return "cid is no quoted string";
	return str_find_char(value, '@') > 1
		       ? NULL
		       : "cid is no message id with \"@\"";
}

static const char *syntax_referred_by(struct str value)
{
	struct params all;

	return check_single(value, check_address, param_referred_by, &all);
}

static const char *check_callid(struct grammar *g)
{
	return grammar_callid(g) ? NULL : "the call-id is no word or word@word";
}

static const char *param_dialog(struct str name, struct str value)
{
	if (str_is_case(name, "early-only"))
		return value.p ? "early-only has a value" : NULL;
	if (str_ends(name, "-tag") && !is_token(value))
		return "a tag is no token";
	return NULL;
}

/* RFC 3891 6.1: exactly one to-tag and one from-tag. */
static const char *syntax_replaces(struct str value)
{
	struct params all;
	const char *wrong =
		check_single(value, check_callid, param_dialog, &all);

	if (wrong)
		return wrong;
	if (!syntax_params_has(&all, "to-tag"))
		return "there is no to-tag";
	return syntax_params_has(&all, "from-tag") ? NULL
						   : "there is no from-tag";
}

/* RFC 4538 7 */
static const char *syntax_target_dialog(struct str value)
{
	struct params all;
	const char *wrong =
		check_single(value, check_callid, param_dialog, &all);

	if (wrong)
		return wrong;
	if (!syntax_params_has(&all, "local-tag"))
		return "there is no local-tag";
	return syntax_params_has(&all, "remote-tag") ? NULL
						     : "there is no remote-tag";
}

/* ---- the table ----------------------------------------------------------- */

typedef const char *check_fn(struct str value);

#define SYNTAX(id, checker) [HEADER_##id] = (checker),
static check_fn *const checks[HEADER_COUNT] = {
#include "sip/fields.def"
};

bool syntax_has(enum header_id id)
{
	return checks[id] != NULL;
}

/* NULL too for a header that has no check. */
const char *syntax_check(enum header_id id, struct str value)
{
	return checks[id] ? checks[id](value) : NULL;
}
