/* SPDX-License-Identifier: MIT */
/* --to and --secret. A password is NAME=@FILE, NAME={env.VARIABLE} or, in
 * plain, NAME=WORD; NAME is a party or a user of the device file. */
#include "cli/given.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/prctl.h>

enum { SECRET_FILE_MAX = 4096 };

bool given_to(struct selection *s, bool has_file, const char *to,
	      struct fail *why)
{
	struct device only;

	if (!device_from_to(s->arena, str_from(to), &only, why))
		return false;
	if (!has_file) {
		s->device = only;
		return true;
	}
	s->device.address = only.address;
	s->device.start = STR_NONE; /* it runs elsewhere already */
	s->device.transports = only.transports;
	s->device.ntransports = only.ntransports;
	if (only.user.len)
		s->device.user = only.user;
	return true;
}

/* ---- passwords ---- */

void given_hide(struct opt_list *secrets, struct arena *a)
{
	for (unsigned i = 0; i < secrets->n; i++) {
		char *shown = (char *)(uintptr_t)secrets->items[i];
		char *value = strchr(shown, '=');

		secrets->items[i] = arena_z(a, str_from(shown));
		if (value && value[1] != '@')
			memset(value + 1, 'x', strlen(value + 1));
	}
}

static bool read_file(struct arena *a, struct str path, struct str *ret,
		      struct fail *why)
{
	buf_auto file = { .max = SECRET_FILE_MAX };
	struct str line, rest;

	if (!buf_read_file(&file, arena_z(a, path)))
		return fail_errno(why, STR_F, STR_A(path));
	str_cut(buf_str(&file), '\n', &line, &rest);
	if (str_ends(line, "\r"))
		line.len--;
	*ret = arena_str(a, line);
	if (file.len)
		memset(file.p, 0, file.len);
	return ret->len ||
	       fail_set(why, STR_F ": its first line is empty", STR_A(path));
}

static bool read_environment(struct arena *a, struct str value, struct str *ret,
			     struct fail *why)
{
	struct str name = str_sub(value, 5, value.len - 6);
	const char *text = getenv(arena_z(a, name));

	if (!text || !*text)
		return fail_set(why, "the environment has no " STR_F,
				STR_A(name));
	*ret = str_from(text);
	return true;
}

static bool read_secret(struct arena *a, struct str value, struct str *ret,
			struct fail *why)
{
	*ret = value;
	if (str_starts(value, "@"))
		return read_file(a, str_tail(value, 1), ret, why);
	if (str_starts(value, "{env.") && str_ends(value, "}"))
		return read_environment(a, value, ret, why);
	return true;
}

static bool give_to_users(struct device *d, struct str name, struct str secret)
{
	bool hit = false;

	for (unsigned i = 0; i < d->nusers; i++) {
		struct device_user *u = &d->users[i];

		if (!str_eq(u->party, name) && !str_eq(u->user, name))
			continue;
		u->secret = secret;
		hit = true;
	}
	for (unsigned i = 0; i < d->naccounts; i++) {
		if (!str_eq(d->accounts[i].user, name))
			continue;
		d->accounts[i].secret = secret;
		hit = true;
	}
	return hit;
}

static bool no_such_user(struct selection *s, struct str name, struct fail *why)
{
	const struct device *d = &s->device;
	struct str *names = ARENA_ARRAY(s->arena, struct str,
					2 * d->nusers + d->naccounts + 1);
	struct str near;
	size_t n = 0;

	for (unsigned i = 0; i < d->nusers; i++) {
		names[n++] = d->users[i].party;
		names[n++] = d->users[i].user;
	}
	for (unsigned i = 0; i < d->naccounts; i++)
		names[n++] = d->accounts[i].user;
	near = diag_nearest(name, names, n);
	return fail_set(why,
			"--secret: the device file has no user \"" STR_F
			"\"%s" STR_F "%s",
			STR_A(str_sub(name, 0, 80)),
			near.len ? "; did you mean \"" : "", STR_A(near),
			near.len ? "\"?" : "");
}

/* A device of which nothing is known but its address has any user. */
static bool give(struct selection *s, struct str name, struct str secret,
		 bool has_file, struct fail *why)
{
	struct device *d = &s->device;

	if (give_to_users(d, name, secret))
		return true;
	if (has_file)
		return no_such_user(s, name, why);
	*ARENA_PUSH(s->arena, d->users, d->nusers) =
		(struct device_user){ name, name, secret };
	return true;
}

bool given_secrets(struct selection *s, struct fail *why)
{
	for (unsigned i = 0; i < s->secrets.n; i++) {
		struct str name, value, secret;

		if (!str_cut(str_from(s->secrets.items[i]), '=', &name,
			     &value) ||
		    !name.len || !value.len)
			return fail_set(why,
					"--secret takes USER=@FILE, "
					"USER={env.NAME} or USER=PASSWORD");
		if (!read_secret(s->arena, value, &secret, why))
			return fail_prepend(why, "--secret " STR_F,
					    STR_A(name));
		if (!give(s, name, secret, s->has_file, why))
			return false;
	}
	device_hide_passwords(s->arena, &s->device);
	return true;
}

void given_no_core(const struct device *d)
{
	bool any = d->nsecrets > 0;

	for (unsigned i = 0; i < d->nusers; i++)
		any |= d->users[i].secret.len > 0;
	for (unsigned i = 0; i < d->naccounts; i++)
		any |= d->accounts[i].secret.len > 0;
	if (any)
		prctl(PR_SET_DUMPABLE, 0);
}
