/* SPDX-License-Identifier: MIT */
/* Device files: one keyword a line, the same diagnostics as scenarios. */
#include "lang/compile.h"

#include <stdlib.h>

struct reader {
	struct arena *arena;
	struct device *d;
	struct diags *ds;
};

typedef void keyword_fn(struct reader *r, const struct text_line *l);

static struct str first(const struct text_line *l)
{
	return l->n > 1 ? l->words[1].text : STR_NONE;
}

/* {env.NAME}: secrets stay out of files. */
static struct str resolve(struct reader *r, const struct tok *t)
{
	struct str s = t->text;
	const char *value;

	if (!str_starts(s, "{env.") || !str_ends(s, "}"))
		return s;
	value = getenv(arena_z(r->arena, str_sub(s, 5, s.len - 6)));
	if (!value)
		diag_add(r->ds, DIAG_ERROR, "no-environment", t->at,
			 "the environment has no " STR_F,
			 STR_A(str_sub(s, 5, s.len - 6)));
	return str_from(value);
}

static void on_device(struct reader *r, const struct text_line *l)
{
	r->d->name = first(l);
}

static void on_address(struct reader *r, const struct text_line *l)
{
	struct str user, rest;

	if (l->n > 2)
		return; /* a further side */
	r->d->address = first(l);
	if (str_cut(first(l), '@', &user, &rest)) {
		r->d->user = user;
		r->d->address = rest;
	}
}

static void on_transport(struct reader *r, const struct text_line *l)
{
	for (unsigned i = 1; i < l->n; i++)
		*ARENA_PUSH(r->arena, r->d->transports, r->d->ntransports) =
			l->words[i].text;
}

static void on_role(struct reader *r, const struct text_line *l)
{
	for (unsigned i = 1; i < l->n; i++)
		*ARENA_PUSH(r->arena, r->d->roles, r->d->nroles) =
			l->words[i].text;
}

static void on_edition(struct reader *r, const struct text_line *l)
{
	r->d->edition = first(l);
	if (!str_is(first(l), "rfc3515") && !str_is(first(l), "rfc7647") &&
	    !str_is(first(l), "interop"))
		diag_add(r->ds, DIAG_ERROR, "unknown-edition",
			 l->words[l->n - 1].at,
			 "an edition is rfc3515, rfc7647 or interop");
}

static void facts(struct reader *r, const struct text_line *l,
		  struct fact **list, unsigned *n)
{
	for (unsigned i = 1; i < l->n; i++) {
		struct fact f = { .value = STR("yes") };
		struct str value;

		if (str_cut(l->words[i].text, '=', &f.name, &value))
			f.value = value;
		if (!fact_is_claim(f.name))
			diag_add(r->ds, DIAG_ERROR, "unknown-claim",
				 l->words[i].at,
				 "\"" STR_F "\" is no claim of a device",
				 STR_A(f.name));
		*ARENA_PUSH(r->arena, *list, *n) = f;
	}
}

static void on_claims(struct reader *r, const struct text_line *l)
{
	facts(r, l, &r->d->claims, &r->d->nclaims);
}

static void on_lacks(struct reader *r, const struct text_line *l)
{
	facts(r, l, &r->d->lacks, &r->d->nlacks);
}

static void on_calls(struct reader *r, const struct text_line *l)
{
	r->d->calls = first(l);
}

static void on_answers(struct reader *r, const struct text_line *l)
{
	r->d->answers = first(l);
}

static void on_liveness(struct reader *r, const struct text_line *l)
{
	r->d->liveness = first(l);
}

static void on_domain(struct reader *r, const struct text_line *l)
{
	r->d->domain = first(l);
}

static void on_bind(struct reader *r, const struct text_line *l)
{
	r->d->bind = first(l);
}

static void on_user(struct reader *r, const struct text_line *l)
{
	struct device_user u = { .party = first(l) };

	u.user = l->n > 2 ? l->words[2].text : u.party;
	if (l->n > 4 && str_is(l->words[3].text, "password"))
		u.secret = resolve(r, &l->words[4]);
	*ARENA_PUSH(r->arena, r->d->users, r->d->nusers) = u;
}

static void on_known(struct reader *r, const struct text_line *l)
{
	struct known k = { .scenario = first(l) };

	for (unsigned i = 2; i < l->n; i++) {
		if (l->words[i].quoted)
			k.reason = l->words[i].text;
		else if (str_is(l->words[i].text, "until") && i + 1 < l->n)
			k.until = l->words[++i].text;
		else
			k.requirement = l->words[i].text;
	}
	*ARENA_PUSH(r->arena, r->d->known, r->d->nknown) = k;
}

static void on_waive(struct reader *r, const struct text_line *l)
{
	struct known k = { .requirement = first(l) };

	if (l->n > 2)
		k.reason = l->words[2].text;
	*ARENA_PUSH(r->arena, r->d->waived, r->d->nwaived) = k;
}

/* timers T1 500ms: the rest of RFC 3261 17 follows from it. */
static void on_timers(struct reader *r, const struct text_line *l)
{
	struct str ms = l->n > 2 ? l->words[2].text : STR_NONE;
	uint64_t n = 0;

	if (str_is(first(l), "T1") && str_ends(ms, "ms") &&
	    str_to_u64(str_sub(ms, 0, ms.len - 2), &n) && n && n <= 10000)
		r->d->t1 = (ns_t)n * NS_MS;
	else
		diag_add(r->ds, DIAG_ERROR, "bad-time", l->at,
			 "timers wants T1 and milliseconds: timers T1 500ms");
}

static void on_other(struct reader *r, const struct text_line *l)
{
	(void)r; /* start, trigger, account, version: read when they play */
	(void)l;
}

static const struct {
	const char *word;
	keyword_fn *fn;
} keywords[] = {
	{ "device", on_device },       { "address", on_address },
	{ "transport", on_transport }, { "role", on_role },
	{ "edition", on_edition },     { "claims", on_claims },
	{ "lacks", on_lacks },         { "calls", on_calls },
	{ "answers", on_answers },     { "liveness", on_liveness },
	{ "domain", on_domain },       { "bind", on_bind },
	{ "user", on_user },           { "known", on_known },
	{ "waive", on_waive },         { "account", on_other },
	{ "start", on_other },         { "trigger", on_other },
	{ "version", on_other },       { "timers", on_timers },
};

static void read_line(struct reader *r, const struct text_line *l)
{
	struct str names[sizeof(keywords) / sizeof(*keywords)], near;
	size_t n = sizeof(keywords) / sizeof(*keywords);

	for (size_t i = 0; i < n; i++) {
		names[i] = str_from(keywords[i].word);
		if (!str_is(l->words[0].text, keywords[i].word))
			continue;
		if (l->n < 2)
			diag_add(r->ds, DIAG_ERROR, "missing-word", l->at,
				 "\"%s\" wants a value", keywords[i].word);
		keywords[i].fn(r, l);
		return;
	}
	near = diag_nearest(l->words[0].text, names, n);
	diag_add(r->ds, DIAG_ERROR, "unknown-keyword", l->words[0].at,
		 "a device file has no \"" STR_F "\"%s" STR_F "%s",
		 STR_A(l->words[0].text), near.len ? ". Did you mean \"" : "",
		 STR_A(near), near.len ? "\"?" : "");
}

static void defaults(struct device *d)
{
	d->name = STR("device");
	d->edition = STR("rfc3515");
	d->calls = STR("refer");
	d->answers = STR("itself");
	d->liveness = STR("options");
	d->t1 = 500 * NS_MS;
}

bool device_read(struct arena *a, const char *path, struct device *ret,
		 struct diags *ds)
{
	struct reader r = { .arena = a, .d = ret, .ds = ds };
	size_t errors = ds->errors;
	struct lines f;

	*ret = (struct device){ 0 };
	defaults(ret);
	if (!lines_read(a, path, &f, ds))
		return false;
	for (size_t i = 0; i < f.n; i++)
		read_line(&r, &f.list[i]);
	return ds->errors == errors;
}

bool device_from_to(struct arena *a, struct str to, struct device *ret,
		    struct fail *why)
{
	struct str transport, rest, user, at;

	*ret = (struct device){ 0 };
	defaults(ret);
	if (!str_cut(to, ':', &transport, &rest) || !rest.len)
		return fail_set(why, "--to takes udp:HOST:PORT");
	if (!str_is(transport, "udp"))
		return fail_set(why,
				"--to: the transport \"" STR_F
				"\" is not there yet; use udp:HOST:PORT",
				STR_A(transport));
	*ARENA_PUSH(a, ret->transports, ret->ntransports) = transport;
	if (str_cut(rest, '@', &user, &at)) {
		ret->user = user;
		rest = at;
	}
	ret->address = rest;
	return true;
}
