/* SPDX-License-Identifier: MIT */
/* Lines of a device file that say where the device is reached and who is known
 * to it; passwords are noted as what no output may show. */
#include "lang/device_address.h"
#include "lang/device_reader.h"

/* ---- where ---- */

static bool has_scheme(struct str s)
{
	struct str scheme, rest;

	return str_cut(s, ':', &scheme, &rest) &&
	       (claims_knows(VOCABULARY_TRANSPORT, scheme) ||
		str_is(scheme, "sip") || str_is(scheme, "sips"));
}

static struct str need_address(struct reader *r)
{
	struct loc at = here(r);
	struct str s = need(r, "host:port");

	if (has_scheme(s))
		wrong(r, CODE(BAD_ADDRESS), at,
		      "an address is [user@]host:port; what is spoken there "
		      "stands behind \"transport\"");
	else if (s.len && !device_is_address(s))
		wrong(r, CODE(BAD_ADDRESS), at,
		      "\"" STR_F "\" is no address: [user@]host:port",
		      STR_A(s));
	return s;
}

void line_address(struct reader *r)
{
	struct str side = STR_NONE, address;

	if (r->i + 1 < r->line->n)
		side = need(r, "the name of the side");
	address = need_address(r);
	if (side.len)
		*ARENA_PUSH(r->arena, r->d->sides, r->d->nsides) =
			(struct device_side){ side, address };
	else
		device_set_address(r->d, address);
}

void line_transport(struct reader *r)
{
	do {
		*ARENA_PUSH(r->arena, r->d->transports, r->d->ntransports) =
			need_of(r, VOCABULARY_TRANSPORT, "transport");
	} while (more(r));
}

void line_domain(struct reader *r)
{
	r->d->domain = need(r, "the domain");
}

void line_bind(struct reader *r)
{
	r->d->bind = need(r, "an address, or first..last");
}

/* Numeric, since nobody could be asked for its name. */
void line_nameserver(struct reader *r)
{
	struct loc at = here(r);
	struct str s = need(r, "address:port");

	if (s.len && (!device_is_address(s) || str_find_char(s, '@') >= 0))
		wrong(r, CODE(BAD_ADDRESS), at,
		      "\"" STR_F "\" is no address of a nameserver: "
		      "127.0.0.1:5353",
		      STR_A(s));
	r->d->nameserver = s;
}

/* ---- accounts ---- */

/* What stands where the word was forgotten may be a password: it is not
 * repeated. */
static struct str password(struct reader *r)
{
	if (takes(r, "password"))
		return need(r, "the password");
	if (more(r))
		wrong(r, CODE(EXPECTED), here(r),
		      "a password is written: password {env.NAME}");
	r->i = r->line->n;
	return STR_NONE;
}

void line_user(struct reader *r)
{
	struct device_user u = { .party = need(r, "the party") };

	u.user = need(r, "the user");
	u.secret = password(r);
	*ARENA_PUSH(r->arena, r->d->users, r->d->nusers) = u;
}

void line_account(struct reader *r)
{
	struct device_account a = { .domain = need(r, "the domain") };

	a.user = need(r, "the user");
	a.secret = password(r);
	*ARENA_PUSH(r->arena, r->d->accounts, r->d->naccounts) = a;
}

/* ---- what no output may show ---- */

static bool is_name_too(const struct device *d, struct str s)
{
	for (unsigned i = 0; i < d->nusers; i++)
		if (str_eq(d->users[i].user, s) || str_eq(d->users[i].party, s))
			return true;
	for (unsigned i = 0; i < d->naccounts; i++)
		if (str_eq(d->accounts[i].user, s) ||
		    str_eq(d->accounts[i].domain, s))
			return true;
	return false;
}

void device_hide(struct arena *a, struct device *d, struct str secret)
{
	if (secret.len < DEVICE_SECRET_MIN || is_name_too(d, secret))
		return;
	for (unsigned i = 0; i < d->nsecrets; i++)
		if (str_eq(d->secrets[i], secret))
			return;
	*ARENA_PUSH(a, d->secrets, d->nsecrets) = secret;
}

void device_hide_passwords(struct arena *a, struct device *d)
{
	for (unsigned i = 0; i < d->nusers; i++)
		device_hide(a, d, d->users[i].secret);
	for (unsigned i = 0; i < d->naccounts; i++)
		device_hide(a, d, d->accounts[i].secret);
}

static void scrub(struct str s)
{
	memset((char *)(uintptr_t)s.p, 'x', s.len);
}

static size_t word_len(struct str s)
{
	size_t n = 0;

	while (n < s.len && s.p[n] != ' ' && s.p[n] != '\t')
		n++;
	return n;
}

/* Behind "password", and behind the names of a user or account. */
static void scrub_line(struct str line)
{
	struct str rest = str_trim(line), first = STR_NONE, word;

	for (unsigned i = 0; rest.len; i++) {
		word = str_sub(rest, 0, word_len(rest));
		rest = str_trim(str_tail(rest, word.len));
		if (i == 0)
			first = word;
		if (str_starts(word, "{env."))
			continue;
		if (str_is(word, "password") && !str_starts(rest, "{env.")) {
			scrub(rest);
			return;
		}
		if (i >= 3 && !str_is(word, "password") &&
		    (str_is(first, "user") || str_is(first, "account")))
			scrub(word);
	}
}

void device_scrub(struct arena *a, struct src *src)
{
	struct str rest, line;

	rest = src->text = arena_str(a, src->text);
	while (rest.len) {
		str_cut(rest, '\n', &line, &rest);
		scrub_line(line);
	}
}
