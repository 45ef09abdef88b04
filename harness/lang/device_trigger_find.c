/* SPDX-License-Identifier: MIT */
/* Which triggers a device has, and which it ought to have. */
#include "lang/device_trigger.h"

const struct device_trigger *device_trigger_find(const struct device *d,
						 struct str name)
{
	for (unsigned i = 0; i < d->ntriggers; i++)
		if (str_eq(d->triggers[i].name, name))
			return &d->triggers[i];
	return NULL;
}

struct str device_trigger_names(struct arena *a, const struct device *d)
{
	buf_auto out = { 0 };

	for (unsigned i = 0; i < d->ntriggers; i++)
		buf_addf(&out, "%s" STR_F, i ? ", " : "",
			 STR_A(d->triggers[i].name));
	return out.len ? arena_str(a, buf_str(&out)) : STR("none");
}

static struct str nearest(const struct device *d, struct str name)
{
	enum { LOOKED_AT_MAX = 32 };
	struct str names[LOOKED_AT_MAX];
	unsigned n = 0;

	for (; n < d->ntriggers && n < LOOKED_AT_MAX; n++)
		names[n] = d->triggers[n].name;
	return diag_nearest(name, names, n);
}

static struct str missing(struct arena *a, const struct device *d,
			  struct str name)
{
	struct str near = nearest(d, name);

	return arena_strf(a,
			  STR_F " has no trigger \"" STR_F "\" (it has: " STR_F
				")%s" STR_F "%s",
			  STR_A(d->name), STR_A(name),
			  STR_A(device_trigger_names(a, d)),
			  near.len ? "; did you mean \"" : "", STR_A(near),
			  near.len ? "\"?" : "");
}

struct str device_trigger_lacks(struct arena *a, const struct device *d,
				struct str name)
{
	const struct device_trigger *t = device_trigger_find(d, name);

	if (str_is(name, "answer") && !str_is(d->answers, "trigger"))
		return STR_NONE; /* it answers by itself */
	if (!t)
		return missing(a, d, name);
	if (t->kind == TRIGGER_ASK && !d->attended)
		return arena_strf(a,
				  "interactive: its trigger \"" STR_F
				  "\" asks a person, and nobody sits here",
				  STR_A(name));
	if (t->kind == TRIGGER_STDIN && !d->start.len)
		return arena_strf(a,
				  "its trigger \"" STR_F "\" types at the "
				  "device, which was not started here",
				  STR_A(name));
	return STR_NONE;
}

static void check_promise(const struct device *d, struct loc at,
			  struct str said, const char *key, const char *name,
			  struct diags *ds)
{
	if (at.src && str_is(said, "trigger") &&
	    !device_trigger_find(d, str_from(name)))
		diag_add(ds, CODE(NO_TRIGGER), at,
			 "\"%s trigger\" needs a line \"trigger %s ..\"", key,
			 name);
}

void device_trigger_check(const struct device *d, struct loc calls,
			  struct loc answers, struct diags *ds)
{
	check_promise(d, calls, d->calls, "calls", "call", ds);
	check_promise(d, answers, d->answers, "answers", "answer", ds);
	for (unsigned i = 0; i < d->ntriggers && !d->start.len; i++)
		if (d->triggers[i].kind == TRIGGER_STDIN)
			diag_add(ds, CODE(NO_TRIGGER), d->triggers[i].at,
				 "only a device that is started here reads "
				 "from here: this needs a line \"start ..\"");
}

const char *device_trigger_folder(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return "";
	return arena_z(a, (struct str){ path, (size_t)(slash - path) + 1 });
}
