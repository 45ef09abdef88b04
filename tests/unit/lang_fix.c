/* SPDX-License-Identifier: MIT */
#include "lang_fix.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void fix_open(struct fix *f, const char *root)
{
	struct fail why;

	*f = (struct fix){ .arena = arena_new() };
	f->ds.arena = f->arena;
	f->catalogue.arena = f->arena;
	if (!catalogue_read(&f->catalogue, ROOT "/scenarios/catalogue", &f->ds,
			    &why))
		fail_msg("%s", why.text);
	f->env = (struct lang_env){ .arena = f->arena,
				    .root = root,
				    .catalogue = &f->catalogue,
				    .device = &f->device,
				    .transport = STR("udp") };
	fix_device(f, "ua", "refer");
}

void fix_close(struct fix *f)
{
	arena_free(f->arena);
}

void fix_device(struct fix *f, const char *role, const char *calls)
{
	f->device = (struct device){ .name = STR("dev"),
				     .address = STR("127.0.0.1:5060"),
				     .edition = STR("rfc3515"),
				     .answers = STR("itself"),
				     .liveness = STR("options"),
				     .t1 = 500 * NS_MS };
	f->device.calls = str_from(calls);
	*ARENA_PUSH(f->arena, f->device.roles, f->device.nroles) =
		str_from(role);
}

void fix_claim(struct fix *f, const char *name, const char *value)
{
	*ARENA_PUSH(f->arena, f->device.claims, f->device.nclaims) =
		(struct fact){ str_from(name), str_from(value) };
}

void fix_lack(struct fix *f, const char *name)
{
	*ARENA_PUSH(f->arena, f->device.lacks, f->device.nlacks) =
		(struct fact){ str_from(name), STR("yes") };
}

bool fix_load(struct fix *f, const char *path)
{
	f->progs = (struct progs){ 0 };
	f->ds = (struct diags){ .arena = f->arena };
	return lang_load(&f->env, path, &f->progs, &f->ds);
}

bool fix_text(struct fix *f, const char *text)
{
	char path[] = "/tmp/ladder-XXXXXX";
	struct buf b = { 0 };
	int fd = mkstemp(path);
	bool ok;

	assert_true(fd >= 0);
	close(fd);
	buf_add_z(&b, text);
	assert_true(buf_write_file(&b, path));
	buf_free(&b);
	ok = fix_load(f, path);
	unlink(path);
	return ok;
}

const char *fix_said(struct fix *f)
{
	buf_auto out = { 0 };

	diag_print(&f->ds, &out);
	return arena_str(f->arena, buf_str(&out)).p;
}

bool fix_has(const struct fix *f, const char *code)
{
	for (size_t i = 0; i < f->ds.n; i++)
		if (f->ds.list[i].code && !strcmp(f->ds.list[i].code, code))
			return true;
	return false;
}
