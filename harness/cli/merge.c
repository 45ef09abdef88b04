/* SPDX-License-Identifier: MIT */
/* The artefacts of several runs in one folder: ladder, messages, trace and
 * whatever else a run left beside them. Which results there are is decided in
 * report/merge.c. */
#include "cli/merge.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "cli/output.h"

static bool is_same_file(const char *a, const char *b)
{
	struct stat x, y;

	return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev &&
	       x.st_ino == y.st_ino;
}

static bool is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static bool copy_bytes(FILE *from, FILE *to)
{
	char part[64 << 10];
	size_t n;

	while ((n = fread(part, 1, sizeof(part), from)) > 0)
		if (fwrite(part, 1, n, to) != n)
			return false;
	return !ferror(from);
}

static bool copy_file(const char *from, const char *to, struct fail *why)
{
	FILE *in, *out;
	bool ok;

	if (is_same_file(from, to))
		return true;
	in = fopen(from, "re");
	if (!in)
		return fail_errno(why, "%s", from);
	out = fopen(to, "we");
	ok = out && copy_bytes(in, out);
	ok = !(out && fclose(out)) && ok;
	fclose(in);
	return ok || fail_errno(why, "cannot write to %s", to);
}

/* The files of one folder; what lies in folders below is other scenarios'. A
 * scenario whose artefacts were not kept has none. */
static bool copy_folder(struct arena *a, const char *from, const char *to,
			struct fail *why)
{
	DIR *dir = opendir(from);
	const struct dirent *entry;
	bool ok = true;

	if (!dir)
		return errno == ENOENT || fail_errno(why, "%s", from);
	ok = output_folders(to, why);
	while (ok && (entry = readdir(dir))) {
		struct str path = arena_strf(a, "%s/%s", from, entry->d_name);

		if (is_file(path.p))
			ok = copy_file(
				path.p,
				arena_strf(a, "%s/%s", to, entry->d_name).p,
				why);
	}
	closedir(dir);
	return ok;
}

static bool move_result(struct arena *a, struct result *r, struct str to,
			struct fail *why)
{
	if (r->dir.len && !copy_folder(a, r->dir.p, to.p, why))
		return false;
	r->dir = to;
	return true;
}

/* Ids are paths below the folder, whoever wrote the file they come from. */
static bool check_id(struct str id, struct fail *why)
{
	struct str part, rest = id;
	bool ok = id.len > 0;

	while (ok && rest.len) {
		str_cut(rest, '/', &part, &rest);
		ok = part.len && !str_is(part, ".") && !str_is(part, "..");
	}
	return ok || fail_set(why, "\"" STR_F "\" is no id of a scenario",
			      STR_A(str_sub(id, 0, 200)));
}

static bool merge_one(struct arena *a, struct result *r, const char *dir,
		      struct fail *why)
{
	struct str to = arena_strf(a, "%s/" STR_F, dir, STR_A(r->id));

	if (!check_id(r->id, why) || !move_result(a, r, to, why))
		return false;
	for (unsigned i = 0; i < r->nothers; i++)
		if (!move_result(a, r->others[i],
				 arena_strf(a, STR_F "/play-%u", STR_A(to),
					    r->others[i]->play),
				 why))
			return false;
	return true;
}

bool merge_artefacts(struct recorded *rec, const char *dir, struct fail *why)
{
	if (!output_folders(dir, why))
		return false;
	for (size_t i = 0; i < rec->run.n; i++)
		if (!merge_one(rec->arena, rec->run.list[i], dir, why))
			return false;
	rec->folder = arena_str(rec->arena, str_from(dir));
	rec->report.out = rec->folder;
	return true;
}
