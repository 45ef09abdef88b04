/* SPDX-License-Identifier: MIT */
/* Strict grammar of a message/sipfrag body (RFC 3420 2.1) as RFC 3515 2.4.5
 * wants it: with a start line. Its headers are checked like a message's. */
#include "sip/syntax_parts.h"

/* Reason-Phrase = *( reserved / unreserved / escaped / UTF8-NONASCII /
 * UTF8-CONT / SP / HTAB ) */
struct breach syntax_reason(struct str reason)
{
	struct grammar g = { reason };

	while (!grammar_end(&g)) {
		char c = grammar_peek(&g);

		if (c == ' ' || c == '\t' || (unsigned char)c >= 0x80)
			g.rest = str_tail(g.rest, 1);
		else if (!grammar_uri_chars(&g, ";/?:@&=+$,"))
			return grammar_breach(&g, "this must not stand in a "
						  "reason phrase");
	}
	return BREACH_NONE;
}

/* Status-Line = SIP-Version SP Status-Code SP Reason-Phrase CRLF */
static struct breach check_status_line(struct str line)
{
	struct str version, code, at = line;
	uint64_t n;

	str_cut(line, ' ', &version, &line);
	if (!str_is_case(version, "SIP/2.0"))
		return breach_at(at, "the version must be SIP/2.0");
	at = line;
	if (!str_cut(line, ' ', &code, &line))
		return breach_at(line, "a space must follow the status code");
	if (code.len != 3 || !str_to_u64(code, &n) || n < 100 || n > 699)
		return breach_at(at, "the status code must be a number from "
				     "100 to 699");
	return syntax_reason(line);
}

/* Request-Line = Method SP Request-URI SP SIP-Version CRLF */
static struct breach check_request_line(struct str line)
{
	struct str method, uri, version;

	str_cut(line, ' ', &method, &version);
	str_cut(version, ' ', &uri, &version);
	if (!grammar_is_token(method) || !str_is_case(version, "SIP/2.0"))
		return breach_at(line, "the body must begin with a status "
				       "line");
	return syntax_request_uri(uri);
}

/* True with a line that ended in CRLF; *ret_line is without it. */
static bool take_line(struct str *body, struct str *ret_line)
{
	ptrdiff_t at = str_find(*body, STR("\r\n"));

	*ret_line = at < 0 ? *body : str_sub(*body, 0, (size_t)at);
	if (at >= 0)
		*body = str_tail(*body, (size_t)at + 2);
	return at >= 0;
}

static struct breach check_row(struct str row)
{
	struct grammar g = { row };
	struct str name;

	if (!grammar_token(&g, &name))
		return grammar_breach(&g, "a header must have a name");
	if (!grammar_sep(&g, ':'))
		return grammar_breach(&g, "a colon must follow the name of a "
					  "header");
	return syntax_check(header_find(name), str_trim(g.rest));
}

static struct breach check_rows(struct str body)
{
	struct breach b = BREACH_NONE;
	struct str row, more;

	while (!b.what && body.len) {
		if (!take_line(&body, &row))
			return breach_at(str_tail(row, row.len),
					 "the last line must end in CRLF");
		if (!row.len)
			return b;
		while (body.len && (body.p[0] == ' ' || body.p[0] == '\t') &&
		       take_line(&body, &more))
			row.len = (size_t)(more.p + more.len - row.p);
		b = check_row(row);
	}
	return b;
}

struct breach syntax_sipfrag(struct str body)
{
	struct str line;
	struct breach b;

	if (!body.len)
		return breach_at(body, "the body must not be empty");
	if (!take_line(&body, &line))
		return breach_at(str_tail(line, line.len),
				 "the first line must end in CRLF");
	b = str_starts_case(line, "SIP/") ? check_status_line(line)
					  : check_request_line(line);
	return b.what ? b : check_rows(body);
}
