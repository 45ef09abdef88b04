/* SPDX-License-Identifier: MIT */
/* The message of an arrow: METHOD [uri], statuses, final, again, raw, any. */
#include "lang/compile.h"

#include <ctype.h>

bool message_is_method(struct str s)
{
	return claims_knows(VOCABULARY_METHOD, s);
}

static bool is_upper_word(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!isupper((unsigned char)s.p[i]) && s.p[i] != '-')
			return false;
	return s.len > 1;
}

static bool is_wild(char c)
{
	return c == 'x' || c == 'X';
}

/* "200" "18x" "2xx" */
bool message_status(struct str s, struct status_range *ret)
{
	unsigned lo = 0, hi = 0;

	if (s.len != 3 || s.p[0] < '1' || s.p[0] > '6')
		return false;
	for (size_t i = 0; i < 3; i++) {
		bool wild = i > 0 && is_wild(s.p[i]);

		if (!wild && !isdigit((unsigned char)s.p[i]))
			return false;
		if (i == 2 && !wild && is_wild(s.p[1]))
			return false;
		lo = lo * 10 + (wild ? 0 : (unsigned)(s.p[i] - '0'));
		hi = hi * 10 + (wild ? 9 : (unsigned)(s.p[i] - '0'));
	}
	*ret = (struct status_range){ lo, hi };
	return true;
}

bool message_statuses(struct compiler *c, struct str text, struct match *ret)
{
	struct str one;

	if (str_is(text, "final")) {
		*ARENA_PUSH(c->a, ret->statuses, ret->nstatuses) =
			(struct status_range){ 200, 699 };
		return true;
	}
	do {
		struct status_range range;

		str_cut(text, '|', &one, &text);
		if (!message_status(one, &range))
			return false;
		*ARENA_PUSH(c->a, ret->statuses, ret->nstatuses) = range;
	} while (text.len);
	return true;
}

static void set_kind(struct arrow *x, enum msg_kind kind)
{
	if (x->match)
		x->match->kind = kind;
	else
		x->make->kind = kind;
}

/* ---- each kind ---- */

static bool takes_uri(struct arrow *x)
{
	struct token *t = cursor_peek(x->k);

	if (!t || t->kind > TOK_STRING)
		return false;
	return t->kind == TOK_STRING || str_find_char(t->text, ':') >= 0 ||
	       str_find_char(t->text, '{') >= 0;
}

static bool request(struct arrow *x, struct token *t)
{
	set_kind(x, MSG_REQUEST);
	if (x->match)
		x->match->method = t->text;
	else
		x->make->method = t->text;
	if (!takes_uri(x))
		return true;
	t = cursor_take(x->k);
	if (x->match) {
		say(x->c, CODE(SET_ON_EXPECTED), t,
		    "the device chooses its Request-URI; to check it: "
		    "where request-uri is " STR_F,
		    STR_A(t->text));
		return false;
	}
	return value_template(x->c, t, &x->make->uri);
}

static bool status_sent(struct arrow *x, struct token *t)
{
	struct match m = { 0 };
	struct str text;

	if (!value_template(x->c, t, &x->make->status))
		return false;
	if (!value_constant(&x->make->status, &text))
		return true;
	if (message_statuses(x->c, text, &m) && m.nstatuses == 1 &&
	    m.statuses[0].lo == m.statuses[0].hi)
		return true;
	say(x->c, CODE(BAD_STATUS), t,
	    "we send one status, 100 to 699, not \"" STR_F "\"", STR_A(text));
	return false;
}

static bool response(struct arrow *x, struct token *t)
{
	struct str text;

	set_kind(x, MSG_RESPONSE);
	if (!x->match)
		return status_sent(x, t);
	if (!value_template(x->c, t, &x->match->status))
		return false;
	if (!value_constant(&x->match->status, &text))
		return true;
	x->match->status = (struct tmpl){ 0 };
	if (message_statuses(x->c, text, x->match))
		return true;
	say(x->c, CODE(BAD_STATUS), t,
	    "\"" STR_F "\" is no status: 200, 2xx, 18x, 200|481, final",
	    STR_A(text));
	return false;
}

static bool again(struct arrow *x)
{
	struct token *t = cursor_need(x->k, "the label of what comes again");
	const struct label *label;

	set_kind(x, MSG_AGAIN);
	if (!t)
		return false;
	label = names_use_label(x->c, t);
	if (x->match)
		x->match->again = label;
	else
		x->make->again = label;
	arrow_add_text(x, t, 1);
	return true;
}

static bool raw(struct arrow *x, const struct token *word)
{
	struct token *t = cursor_need(x->k, "the message (raw <<END)");

	set_kind(x, MSG_RAW);
	if (!t)
		return false;
	if (!x->match && t->kind != TOK_WORD)
		return value_template(x->c, t, &x->make->raw);
	say(x->c, CODE(BAD_MESSAGE), word,
	    x->match ? "only what we send can be raw"
		     : "raw wants <<END and the message below");
	return false;
}

static bool any(struct arrow *x, const struct token *word)
{
	set_kind(x, MSG_ANY);
	if (x->match)
		return true;
	say(x->c, CODE(BAD_MESSAGE), word, "we cannot send \"any\"");
	return false;
}

static bool unknown(struct arrow *x, const struct token *t)
{
	struct str near = claims_nearest(VOCABULARY_METHOD, t->text);

	say(x->c, near.len ? CODE(UNKNOWN_METHOD) : CODE(BAD_MESSAGE), t,
	    "\"" STR_F "\" is no message: a METHOD, a status, final, "
	    "again, raw or any%s",
	    STR_A(t->text), say_nearest(x->c, near));
	return false;
}

/* An extension method is taken as it is, unless it is nearly a known one. */
static bool is_request(struct str s)
{
	return message_is_method(s) ||
	       (is_upper_word(s) && !claims_nearest(VOCABULARY_METHOD, s).len);
}

bool message_parse(struct arrow *x)
{
	struct token *t = cursor_need(x->k, "a message");

	if (!t)
		return false;
	arrow_add_text(x, t, 1);
	if (token_is(t, "again"))
		return again(x);
	if (token_is(t, "raw"))
		return raw(x, t);
	if (token_is(t, "any"))
		return any(x, t);
	if (is_request(t->text))
		return request(x, t);
	if (isdigit((unsigned char)*t->text.p) || *t->text.p == '{' ||
	    token_is(t, "final"))
		return response(x, t);
	return unknown(x, t);
}
