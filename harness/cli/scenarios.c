/* SPDX-License-Identifier: MIT */
/* What scenario files there are, and whether what a device file says of them
 * names one of them. */
#include "cli/scenarios.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

static const char ending[] = ".ladder";

/* Links to folders may lead in a circle. */
static bool is_folder_here(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

void scenarios_below(struct arena *a, const char *folder, struct paths *ret)
{
	DIR *dir = opendir(folder);
	struct dirent *e;

	if (!dir)
		return;
	while ((e = readdir(dir))) {
		struct str path = arena_strf(a, "%s/%s", folder, e->d_name);

		if (e->d_name[0] == '.' || str_is(str_from(e->d_name), "std"))
			continue;
		if (is_folder_here(path.p))
			scenarios_below(a, path.p, ret);
		else if (str_ends(path, ending))
			*ARENA_PUSH(a, ret->list, ret->n) = path;
	}
	closedir(dir);
}

struct paths scenarios_names(struct arena *a, const char *root)
{
	struct paths all = { 0 };

	scenarios_below(a, root, &all);
	for (size_t i = 0; i < all.n; i++) {
		all.list[i] = str_tail(all.list[i], strlen(root) + 1);
		all.list[i].len -= strlen(ending);
	}
	return all;
}

/* A scenario of one's own, which this run does not play. */
static bool is_here(struct arena *a, struct str id)
{
	struct str base, rest;

	str_cut(id, '@', &base, &rest);
	str_cut(base, '#', &base, &rest);
	return access(arena_strf(a, STR_F "%s", STR_A(base), ending).p, F_OK) ==
	       0;
}

void scenarios_check_known(struct selection *s)
{
	const struct device *d = &s->device;
	struct paths names;

	if (!d->nknown && !d->nwaived)
		return;
	names = scenarios_names(s->arena, s->env.root);
	for (size_t i = 0; i < s->progs.n; i++)
		*ARENA_PUSH(s->arena, names.list, names.n) =
			s->progs.list[i]->id;
	for (unsigned i = 0; i < d->nknown; i++)
		if (is_here(s->arena, d->known[i].scenario))
			*ARENA_PUSH(s->arena, names.list, names.n) =
				d->known[i].scenario;
	device_check_known(s->arena, d, &s->catalogue, names.list, names.n,
			   &s->diags);
}
