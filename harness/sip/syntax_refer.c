/* SPDX-License-Identifier: MIT */
/* Strict grammar of events (RFC 6665 8.4) and of transfer: RFC 3515 2.1,
 * 3891 6.1, 3892 3, 3911 7, 4538 7. */
#include "sip/syntax_parts.h"

/* ---- events -------------------------------------------------------------- */

/* event-type = event-package *( "." event-template ), each a token-nodot */
static struct breach take_event(struct grammar *g)
{
	struct str all, type, label;

	if (!grammar_token(g, &all))
		return grammar_breach(g, "the event package must be a token");
	type = all;
	do {
		struct str at = type;

		str_cut(type, '.', &label, &type);
		if (!label.len)
			return breach_at(at, "a word must stand before and "
					     "behind each \".\"");
	} while (type.len);
	if (str_ends(all, "."))
		return grammar_breach(g, "a word must stand before and behind "
					 "each \".\"");
	return BREACH_NONE;
}

static struct breach param_event(struct str name, struct str value)
{
	if (!str_is_case(name, "id"))
		return BREACH_NONE;
	return syntax_value(name, value, grammar_is_token(value),
			    "id must be a token");
}

struct breach syntax_event(struct str value)
{
	struct params all;

	return syntax_single(value, take_event, param_event, &all);
}

/* Allow-Events = event-type *( COMMA event-type ) */
struct breach syntax_allow_events(struct str value)
{
	return syntax_list(value, take_event, syntax_param_none);
}

/* subexp-params */
static struct breach param_state(struct str name, struct str value)
{
	if (str_is_case(name, "reason"))
		return syntax_value(name, value, grammar_is_token(value),
				    "reason must be a token");
	if (str_is_case(name, "expires") || str_is_case(name, "retry-after"))
		return syntax_value(name, value,
				    grammar_is_number(value, UINT32_MAX),
				    "it must be a number below 2^32");
	return BREACH_NONE;
}

struct breach syntax_subscription_state(struct str value)
{
	struct params all;

	return syntax_single(value, syntax_take_token, param_state, &all);
}

/* ---- REFER --------------------------------------------------------------- */

/* RFC 3515 2.1: ( name-addr / addr-spec ) *( SEMI generic-param ), once */
struct breach syntax_refer_to(struct str value)
{
	struct params all;

	return syntax_single(value, syntax_take_address, NULL, &all);
}

/* atom = 1*( alphanum / "-" / "!" / … ), the characters of a token but "." */
static bool is_dot_atom(struct str s)
{
	struct str atom;

	if (!grammar_is_token(s) || str_ends(s, "."))
		return false;
	do {
		str_cut(s, '.', &atom, &s);
		if (!atom.len)
			return false;
	} while (s.len);
	return true;
}

/* RFC 3892 3: sip-clean-msg-id = LDQUOT dot-atom "@" ( dot-atom / host )
 * RDQUOT */
static bool is_clean_msg_id(struct str s)
{
	struct str left, right;

	if (s.len < 2 || s.p[0] != '"' || s.p[s.len - 1] != '"')
		return false;
	return str_cut(str_sub(s, 1, s.len - 2), '@', &left, &right) &&
	       is_dot_atom(left) &&
	       (is_dot_atom(right) || grammar_is_host(right));
}

static struct breach param_referred_by(struct str name, struct str value)
{
	if (!str_is_case(name, "cid"))
		return BREACH_NONE;
	return syntax_value(name, value, is_clean_msg_id(value),
			    "cid must be a quoted \"left@right\"");
}

struct breach syntax_referred_by(struct str value)
{
	struct params all;

	return syntax_single(value, syntax_take_address, param_referred_by,
			     &all);
}

/* ---- dialogs ------------------------------------------------------------- */

static struct breach param_dialog(struct str name, struct str value)
{
	if (str_is_case(name, "early-only"))
		return syntax_value(name, value, !value.p,
				    "early-only must not have a value");
	if (!str_ends(name, "-tag"))
		return BREACH_NONE;
	return syntax_value(name, value, grammar_is_token(value),
			    "a tag must be a token");
}

/* callid *( SEMI param ) with two parameters that must be there. */
static struct breach check_dialog(struct str value, const char *one,
				  const char *no_one, const char *two,
				  const char *no_two)
{
	struct params all;
	struct breach b =
		syntax_single(value, syntax_take_callid, param_dialog, &all);

	if (b.what)
		return b;
	if (!syntax_params_has(&all, one))
		return breach_at(str_tail(value, value.len), no_one);
	return syntax_params_has(&all, two)
		       ? BREACH_NONE
		       : breach_at(str_tail(value, value.len), no_two);
}

/* RFC 3891 6.1, RFC 3911 7: exactly one to-tag and one from-tag. */
struct breach syntax_replaces(struct str value)
{
	return check_dialog(value, "to-tag", "a to-tag must be there",
			    "from-tag", "a from-tag must be there");
}

/* RFC 4538 7 */
struct breach syntax_target_dialog(struct str value)
{
	return check_dialog(value, "local-tag", "a local-tag must be there",
			    "remote-tag", "a remote-tag must be there");
}
