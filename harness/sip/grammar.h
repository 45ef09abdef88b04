/* SPDX-License-Identifier: MIT */
/* grammar: the small pieces of RFC 3261 25.1, strictly, over one value. Each
 * takes what it names off the front, or takes nothing and says false. */
#ifndef SIP_GRAMMAR_H
#define SIP_GRAMMAR_H

#include "base/str.h"
#include "sip/breach.h"

struct grammar {
	struct str rest;
};

bool grammar_end(const struct grammar *g);
char grammar_peek(const struct grammar *g); /* 0 at the end */
bool grammar_char(struct grammar *g, char c);
bool grammar_lws(struct grammar *g);
void grammar_sws(struct grammar *g);
/* SWS c SWS: SLASH, SEMI, COMMA, EQUAL, COLON */
bool grammar_sep(struct grammar *g, char c);
bool grammar_token(struct grammar *g, struct str *ret);
bool grammar_quoted(struct grammar *g, struct str *ret); /* with quotes */
size_t grammar_quoted_end(struct str s);
/* "(" *( ctext / quoted-pair / comment ) ")" */
bool grammar_comment(struct grammar *g);
bool grammar_digits(struct grammar *g, struct str *ret);
bool grammar_callid(struct grammar *g);
bool grammar_host(struct grammar *g, struct str *ret);
/* 1*( unreserved / escaped / extra ) */
bool grammar_uri_chars(struct grammar *g, const char *extra);
/* token [ EQUAL ( token / host / quoted-string ) ]; value.p NULL: no "=". On
 * false what is left begins where it broke. */
bool grammar_param(struct grammar *g, struct str *ret_name,
		   struct str *ret_value);

/* Of a whole text. */
bool grammar_is_token(struct str s);
bool grammar_is_quoted(struct str s);
bool grammar_is_host(struct str s);
bool grammar_is_number(struct str s, uint64_t max); /* 1*DIGIT */
/* An IPv4 or IPv6 address, the latter with or without brackets. */
bool grammar_is_address(struct str s);
/* Bytes of the UTF-8 sequence at the front, RFC 3261 25.1 UTF8-NONASCII; 0:
 * none stands there. */
size_t grammar_utf8_len(struct str s);

/* A breach at what is left. */
struct breach grammar_breach(const struct grammar *g, const char *what);

#endif
