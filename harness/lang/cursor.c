/* SPDX-License-Identifier: MIT */
/* Reading a line token by token, and the small things that stand anywhere:
 * times and numbers. */
#include "lang/compile.h"

#include <ctype.h>

struct token *cursor_ahead(struct cursor *k, unsigned n)
{
	return k->i + n < k->n ? &k->toks[k->i + n] : NULL;
}

struct token *cursor_peek(struct cursor *k)
{
	return cursor_ahead(k, 0);
}

struct token *cursor_take(struct cursor *k)
{
	return k->i < k->n ? &k->toks[k->i++] : NULL;
}

bool cursor_sees(struct cursor *k, const char *word)
{
	struct token *t = cursor_peek(k);

	return t && token_is(t, word);
}

bool cursor_word(struct cursor *k, const char *word)
{
	if (!cursor_sees(k, word))
		return false;
	k->i++;
	return true;
}

bool cursor_kind(struct cursor *k, enum token_kind kind)
{
	struct token *t = cursor_peek(k);

	if (!t || t->kind != kind)
		return false;
	k->i++;
	return true;
}

struct loc cursor_loc(struct cursor *k)
{
	struct token *t = cursor_peek(k);
	struct loc at = k->at;

	if (t)
		return t->at;
	at.off += at.len ? at.len - 1 : 0;
	at.len = at.len ? 1 : 0;
	return at;
}

struct token *cursor_need(struct cursor *k, const char *what)
{
	struct token *t = cursor_peek(k);

	if (t && t->kind <= TOK_HEREDOC) {
		k->i++;
		return t;
	}
	say_at(k->c, CODE(EXPECTED), cursor_loc(k), "%s is missing %s", what,
	       t ? "here" : "at the end of the line");
	return NULL;
}

void cursor_finish(struct cursor *k)
{
	struct token *t = cursor_peek(k);

	if (t)
		say(k->c, CODE(EXTRA_WORDS), t,
		    "I cannot read \"" STR_F "\" here", STR_A(t->text));
	k->i = k->n;
}

static bool unit_of(const struct compiler *c, struct str s, ns_t *ret)
{
	ns_t t1 = c->env->device ? c->env->device->t1 : 0;

	*ret = str_is(s, "ms")   ? NS_MS
	       : str_is(s, "s")  ? NS_S
	       : str_is(s, "T1") ? (t1 ? t1 : 500 * NS_MS)
				 : 0;
	return *ret != 0;
}

/* Digits with one dot: "3.5" -> 3500 thousandths. */
static bool thousandths(struct str s, ns_t *ret)
{
	struct str whole, part;
	uint64_t n, frac = 0;

	str_cut(s, '.', &whole, &part);
	if (!str_to_u64(whole, &n) || n > 1000000 || part.len > 3)
		return false;
	if (part.len && !str_to_u64(part, &frac))
		return false;
	for (size_t i = part.len; i < 3; i++)
		frac *= 10;
	*ret = (ns_t)(n * 1000 + frac);
	return true;
}

bool cursor_parse_time(const struct compiler *c, struct str s, ns_t *ret)
{
	size_t i = 0;
	ns_t unit, n = 1000;

	while (i < s.len && (isdigit((unsigned char)s.p[i]) || s.p[i] == '.'))
		i++;
	if (!unit_of(c, str_tail(s, i), &unit))
		return false;
	if (i && !thousandths(str_sub(s, 0, i), &n))
		return false;
	if (!i && !str_is(s, "T1"))
		return false;
	*ret = n * (unit / 1000);
	return *ret <= 86400 * NS_S;
}

bool cursor_time(struct cursor *k, ns_t *ret)
{
	struct token *t = cursor_need(k, "a time (250ms, 4s, 2T1)");

	if (!t)
		return false;
	if (cursor_parse_time(k->c, t->text, ret))
		return true;
	say(k->c, CODE(BAD_TIME), t,
	    "\"" STR_F "\" is no time; write 250ms, 4s or 64T1",
	    STR_A(t->text));
	return false;
}

bool cursor_number(struct cursor *k, const char *what, unsigned max,
		   unsigned *ret)
{
	struct token *t = cursor_need(k, what);
	uint64_t n;

	if (!t)
		return false;
	if (str_to_u64(t->text, &n) && n <= max) {
		*ret = (unsigned)n;
		return true;
	}
	say(k->c, CODE(BAD_NUMBER), t,
	    "\"" STR_F "\" is no number from 0 to %u", STR_A(t->text), max);
	return false;
}
