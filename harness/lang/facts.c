/* SPDX-License-Identifier: MIT */
/* What is known of the device before the play: roles, claims, edition. */
#include "lang/compile.h"

static const char *const claims[] = {
#define CLAIM(word, text) word,
#include "lang/claims.def"
#undef CLAIM
};

bool fact_is_claim(struct str name)
{
	for (size_t i = 0; i < sizeof(claims) / sizeof(*claims); i++)
		if (str_is(name, claims[i]))
			return true;
	return false;
}

static bool device_has(const struct device *d, struct str role)
{
	for (unsigned i = 0; i < d->nroles; i++)
		if (str_eq(d->roles[i], role))
			return true;
	return false;
}

static bool role_fits(const struct compiler *c)
{
	const struct prog *prog = c->prog;

	for (unsigned i = 0; i < prog->nroles; i++)
		if (device_has(c->env->device, prog->roles[i]))
			return true;
	return !prog->nroles;
}

/* A device in another role, or none: the scenario is read for the role that it
 * names first, so that its text is checked all the same. */
bool fact_role(const struct compiler *c, struct str role)
{
	if (role_fits(c))
		return device_has(c->env->device, role);
	return str_eq(c->prog->roles[0], role);
}

static const struct fact *find(const struct fact *list, unsigned n,
			       struct str name)
{
	for (unsigned i = 0; i < n; i++)
		if (str_eq(list[i].name, name))
			return &list[i];
	return NULL;
}

struct str fact_value(struct compiler *c, const struct scope *scope,
		      struct str name)
{
	const struct device *d = c->env->device;
	const struct binding *b = scope_find(scope, name);
	const struct fact *claim = find(d->claims, d->nclaims, name);

	if (str_is(name, "edition"))
		return c->env->edition;
	if (str_is(name, "transport"))
		return c->env->transport;
	if (str_is(name, "calls"))
		return d->calls;
	if (b)
		return b->value;
	if (claim)
		return claim->value;
	return str_is(name, "follow-3xx") ? STR("none") : STR("no");
}

static bool value_fits(struct str wanted, struct str have)
{
	struct str one;

	if (!wanted.len)
		return !str_is(have, "none") && !str_is(have, "no");
	while (wanted.len) {
		str_cut(wanted, '|', &one, &wanted);
		if (str_eq(one, have))
			return true;
	}
	return false;
}

static void refuse(struct compiler *c, const char *why, struct str what)
{
	c->prog->selected = false;
	c->prog->why =
		arena_strf(c->arena, STR_F " %s " STR_F,
			   STR_A(c->env->device->name), why, STR_A(what));
}

static void need(struct compiler *c, struct str claim)
{
	const struct device *d = c->env->device;
	struct str name, value;
	const struct fact *have;

	str_cut(claim, '=', &name, &value);
	have = find(d->claims, d->nclaims, name);
	if (have && value_fits(value, have->value))
		return;
	if (have || find(d->lacks, d->nlacks, name)) {
		refuse(c, "lacks", claim);
		return;
	}
	*ARENA_PUSH(c->arena, c->prog->unclaimed, c->prog->nunclaimed) = name;
}

void fact_select(struct compiler *c)
{
	struct prog *prog = c->prog;

	prog->selected = true;
	if (c->env->device->nroles && !role_fits(c)) {
		refuse(c, "is not in the role that this scenario is for:",
		       prog->roles[0]);
		return;
	}
	for (unsigned i = 0; i < prog->nneeds; i++)
		need(c, prog->needs[i]);
}
