/* SPDX-License-Identifier: MIT */
/* Strict grammar of a message/sipfrag body (RFC 3420 2.1) as RFC 3515 2.4.5
 * wants it: with a start line. Its headers are looked at as lines only. */
#include "sip/syntax.h"

#include "sip/grammar.h"

/* Status-Line = SIP-Version SP Status-Code SP Reason-Phrase CRLF */
static const char *check_status_line(struct str line)
{
	struct str version, code, reason;
	uint64_t n;

	str_cut(line, ' ', &version, &line);
	if (!str_is_case(version, "SIP/2.0"))
		return "the version is not SIP/2.0";
	if (!str_cut(line, ' ', &code, &reason))
		return "there is no space behind the status code";
	if (code.len != 3 || !str_to_u64(code, &n) || n < 100 || n > 699)
		return "the status code is not a number from 100 to 699";
	return NULL;
}

/* Request-Line = Method SP Request-URI SP SIP-Version CRLF */
static const char *check_request_line(struct str line)
{
	struct str method, uri, version;
	struct grammar g;

	str_cut(line, ' ', &method, &line);
	str_cut(line, ' ', &uri, &version);
	g.rest = method;
	if (!grammar_token(&g, &method) || !grammar_end(&g) ||
	    !str_is_case(version, "SIP/2.0"))
		return "it does not begin with a status line";
	return syntax_uri(uri);
}

/* True with a line that ended in CRLF; *ret_line is without it. */
static bool take_line(struct str *body, struct str *ret_line)
{
	ptrdiff_t at = str_find(*body, STR("\r\n"));

	if (at < 0)
		return false;
	*ret_line = str_sub(*body, 0, (size_t)at);
	*body = str_tail(*body, (size_t)at + 2);
	return true;
}

static const char *check_header_line(struct str line)
{
	struct grammar g = { line };
	struct str name;

	if (grammar_lws(&g)) /* the line above, folded */
		return NULL;
	if (!grammar_token(&g, &name) || !grammar_sep(&g, ':'))
		return "a header line is no name and colon";
	return NULL;
}

const char *syntax_sipfrag(struct str body)
{
	const char *wrong;
	struct str line;

	if (!body.len)
		return "the body is empty";
	if (!take_line(&body, &line))
		return "the first line does not end in CRLF";
	wrong = str_starts_case(line, "SIP/") ? check_status_line(line)
					      : check_request_line(line);
	while (!wrong && body.len) {
		if (!take_line(&body, &line))
			return "the last line does not end in CRLF";
		if (!line.len)
			return NULL;
		wrong = check_header_line(line);
	}
	return wrong;
}
