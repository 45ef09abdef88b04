/* SPDX-License-Identifier: MIT */
/* What is never recorded: passwords, and the digests that with their challenge
 * let a password be guessed. Lengths stay as they were. */
#include "play/state.h"

#include <ctype.h>

/* ---- a copy, made when something is really hidden ---- */

struct hiding {
	struct arena *arena;
	struct str text;
	char *copy; /* NULL: nothing hidden yet */
};

static void hide(struct hiding *h, const char *at, size_t n)
{
	if (!h->copy)
		h->copy = (char *)(uintptr_t)arena_str(h->arena, h->text).p;
	memset(h->copy + (at - h->text.p), 'x', n);
}

static struct str hidden(const struct hiding *h)
{
	return h->copy ? (struct str){ h->copy, h->text.len } : h->text;
}

/* ---- digests ---- */

static size_t blanks(struct str s)
{
	size_t n = 0;

	while (n < s.len && (s.p[n] == ' ' || s.p[n] == '\t' ||
			     s.p[n] == '\r' || s.p[n] == '\n'))
		n++;
	return n;
}

/* s begins behind "response": the value behind "="; empty: it is none. */
static struct str value_behind(struct str s)
{
	size_t n;

	s = str_tail(s, blanks(s));
	if (!str_starts(s, "="))
		return STR_NONE;
	s = str_tail(s, 1);
	s = str_tail(s, blanks(s));
	if (str_starts(s, "\""))
		s = str_tail(s, 1);
	for (n = 0; n < s.len && isalnum((unsigned char)s.p[n]); n++)
		;
	return str_sub(s, 0, n);
}

static bool begins_word(struct str whole, const char *at)
{
	return at == whole.p || (!isalnum((unsigned char)at[-1]) &&
				 at[-1] != '-' && at[-1] != '_');
}

/* response="..." and rspauth="...", however they are spelt. */
static void hide_digests(struct hiding *h, struct str value)
{
	static const char *const names[] = { "response", "rspauth" };

	for (size_t i = 0; i < value.len; i++) {
		struct str rest = str_tail(value, i), secret;

		if (tolower((unsigned char)rest.p[0]) != 'r' ||
		    !begins_word(value, rest.p))
			continue;
		for (size_t k = 0; k < 2; k++) {
			if (!str_starts_case(rest, names[k]))
				continue;
			secret = value_behind(str_tail(rest, strlen(names[k])));
			if (secret.len)
				hide(h, secret.p, secret.len);
		}
	}
}

static bool is_credentials_row(struct str line)
{
	static const char *const names[] = { "authorization",
					     "proxy-authorization",
					     "authentication-info",
					     "proxy-authentication-info" };

	for (size_t i = 0; line.len && i < 4; i++)
		if (str_starts_case(line, names[i]))
			return true;
	return false;
}

/* Header rows of a message and of what it carries; folded ones, too. */
static void hide_in_rows(struct hiding *h)
{
	struct str rest = h->text, line;
	bool inside = false;

	while (rest.len) {
		str_cut(rest, '\n', &line, &rest);
		if (!line.len)
			continue;
		if (line.p[0] != ' ' && line.p[0] != '\t')
			inside = is_credentials_row(line);
		if (inside)
			hide_digests(h, line);
	}
}

/* ---- passwords ---- */

static void hide_secrets(struct hiding *h, const struct device *d)
{
	for (unsigned i = 0; i < d->nsecrets; i++) {
		struct str secret = d->secrets[i], rest = h->text;
		ptrdiff_t at;

		while ((at = str_find(rest, secret)) >= 0) {
			hide(h, rest.p + at, secret.len);
			rest = str_tail(rest, (size_t)at + secret.len);
		}
	}
}

struct str mask_bytes(struct play *p, struct str bytes)
{
	struct hiding h = { p->arena, bytes, NULL };

	hide_in_rows(&h);
	hide_secrets(&h, p->eng->opts.device);
	return hidden(&h);
}

static struct str masked(struct play *p, struct str text)
{
	struct hiding h = { p->arena, text, NULL };

	hide_secrets(&h, p->eng->opts.device);
	return hidden(&h);
}

/* Whatever else is told: what a trigger has printed, what a check read. */
void mask_event(struct play *p, struct event *ev)
{
	if (!p->eng->opts.device->nsecrets)
		return;
	ev->text = masked(p, ev->text);
	ev->wanted = masked(p, ev->wanted);
	ev->got = masked(p, ev->got);
}

static bool is_digest(const struct path *path)
{
	struct str last;

	if (path->what != PATH_FIELD || !path->field.nparts)
		return false;
	last = path->field.parts[path->field.nparts - 1];
	return str_is_case(last, "response") || str_is_case(last, "rspauth");
}

struct str mask_value(struct eval *e, const struct path *path, struct str text)
{
	struct hiding h = { e->arena, text, NULL };

	if (is_digest(path) && text.len)
		return STR("(hidden)");
	hide_digests(&h, text);
	if (e->play)
		hide_secrets(&h, e->play->eng->opts.device);
	return hidden(&h);
}
