/* SPDX-License-Identifier: MIT */
/* Which scenarios are meant: files, folders, ids, tags, requirements. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "lang/codes.h"

static bool is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static const char *beside_program(struct arena *a, const char *tail)
{
	char exe[4096];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

	if (n <= 0)
		return "";
	exe[n] = '\0';
	*strrchr(exe, '/') = '\0';
	return arena_strf(a, "%s/%s", exe, tail).p;
}

const char *scenario_root(struct arena *a)
{
	const char *places[4];

	places[0] = getenv("SIPLADDER_SCENARIOS");
	places[1] = "scenarios";
	places[2] = beside_program(a, "../share/sipladder/scenarios");
	places[3] = beside_program(a, "../../scenarios");
	for (int i = 0; i < 4; i++)
		if (places[i] && *places[i] && is_folder(places[i]))
			return places[i];
	return "scenarios";
}

/* ---- paths
 * ------------------------------------------------------------------- */

struct paths {
	struct str *list;
	size_t n;
};

static int by_name(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static void walk(struct selection *s, const char *folder, struct paths *paths)
{
	DIR *dir = opendir(folder);
	struct dirent *e;

	if (!dir)
		return;
	while ((e = readdir(dir))) {
		struct str path =
			arena_strf(s->arena, "%s/%s", folder, e->d_name);

		if (e->d_name[0] == '.' || str_is(str_from(e->d_name), "std"))
			continue;
		if (is_folder(path.p))
			walk(s, path.p, paths);
		else if (str_ends(path, ".ladder"))
			*ARENA_PUSH(s->arena, paths->list, paths->n) = path;
	}
	closedir(dir);
}

/* An id may name one row: redirect/301-basic#moved. */
static bool add_named(struct selection *s, const char *what,
		      struct paths *paths)
{
	struct str name, row, path;

	str_cut(str_from(what), '#', &name, &row);
	path = arena_strf(s->arena, "%s/" STR_F, s->env.root, STR_A(name));
	if (is_folder(path.p)) {
		walk(s, path.p, paths);
		return true;
	}
	path = arena_strf(s->arena, STR_F ".ladder", STR_A(path));
	if (!is_file(path.p))
		return false;
	*ARENA_PUSH(s->arena, paths->list, paths->n) = path;
	return true;
}

/* ---- words that pick among all
 * ---------------------------------------------------- */

static bool has(const struct str *list, unsigned n, struct str word)
{
	for (unsigned i = 0; i < n; i++)
		if (str_eq(list[i], word))
			return true;
	return false;
}

static bool carries(const struct rules *rules, struct str want)
{
	for (unsigned i = 0; i < rules->n; i++) {
		struct str id = rules->ids[i];

		if (str_eq(id, want) ||
		    (id.len > want.len && id.p[want.len] == '-' &&
		     str_eq(str_sub(id, 0, want.len), want)))
			return true;
	}
	return false;
}

static bool op_carries(const struct op *op, struct str want)
{
	if (carries(&op->rules, want))
		return true;
	if (op->kind != OP_EXPECT && op->kind != OP_WATCH)
		return false;
	for (unsigned i = 0; i < op->line.expect.nchecks; i++)
		if (carries(&op->line.expect.checks[i].rules, want))
			return true;
	return false;
}

static bool fits(struct selection *s, const struct prog *prog, const char *what)
{
	struct str w = str_from(what), name, row;
	char *z;

	if (str_starts(w, "tag:"))
		return has(prog->tags, prog->ntags, str_tail(w, 4));
	if (str_starts(w, "rfc")) {
		z = arena_z(s->arena, w);
		if (strchr(z, '/'))
			*strchr(z, '/') = '-';
		for (unsigned i = 0; i < prog->nops; i++)
			if (op_carries(prog->ops[i], str_from(z)))
				return true;
		return false;
	}
	str_cut(w, '#', &name, &row);
	if (row.len)
		return str_eq(prog->id, w) || str_ends(prog->id, what);
	return true;
}

static bool picks_among_all(const char *what)
{
	return str_starts(str_from(what), "tag:") ||
	       (str_starts(str_from(what), "rfc") && !is_file(what));
}

static bool wanted(struct selection *s, const struct prog *prog,
		   const char **what, unsigned nwhat)
{
	for (unsigned i = 0; i < nwhat; i++)
		if (fits(s, prog, what[i]))
			return true;
	return nwhat == 0;
}

/* ---- loading
 * ----------------------------------------------------------------------------
 */

static bool find_paths(struct selection *s, const char **what, unsigned nwhat,
		       struct paths *paths)
{
	bool all = nwhat == 0;

	for (unsigned i = 0; i < nwhat; i++) {
		all |= picks_among_all(what[i]);
		if (picks_among_all(what[i]))
			continue;
		if (is_folder(what[i]))
			walk(s, what[i], paths);
		else if (is_file(what[i]) ||
			 str_ends(str_from(what[i]), ".ladder"))
			*ARENA_PUSH(s->arena, paths->list, paths->n) =
				str_from(what[i]);
		else if (!add_named(s, what[i], paths)) {
			fprintf(stderr,
				"sipladder: no scenario, folder or "
				"requirement \"%.200s\"\n",
				what[i]);
			return false;
		}
	}
	if (all)
		walk(s, s->env.root, paths);
	qsort(paths->list, paths->n, sizeof(*paths->list), by_name);
	return true;
}

static int print_diags(struct selection *s)
{
	buf_auto out = { 0 };

	diag_print(&s->diags, &out);
	fputs(buf_z(&out), stderr);
	return s->diags.errors ? EXIT_TEXT : 0;
}

static bool load_device(struct selection *s, const char *dut, const char *to)
{
	struct device only;
	struct fail why;

	if (dut && !device_read(s->arena, dut, &s->device, &s->diags))
		return false;
	if (!to && dut)
		return true;
	if (!to)
		to = "udp:127.0.0.1:5060";
	if (!device_from_to(s->arena, str_from(to), &only, &why)) {
		struct src *src = src_new(s->arena, "--to", str_from(to));

		diag_add(&s->diags, CODE(BAD_ADDRESS),
			 (struct loc){ src, 0, (uint32_t)strlen(to) }, "%s",
			 why.text);
		return false;
	}
	if (!dut) {
		s->device = only;
	} else {
		s->device.address = only.address;
		if (only.user.len)
			s->device.user = only.user;
	}
	return true;
}

static void keep_wanted(struct selection *s, const char **what, unsigned nwhat)
{
	size_t n = 0;

	for (size_t i = 0; i < s->progs.n; i++)
		if (wanted(s, s->progs.list[i], what, nwhat))
			s->progs.list[n++] = s->progs.list[i];
	s->progs.n = n;
}

int select_load(struct selection *s, const char *dut, const char *to,
		const char *edition, const char **what, unsigned nwhat)
{
	struct paths paths = { 0 };
	struct fail why;

	s->arena = arena_new();
	s->diags.arena = s->catalogue.arena = s->arena;
	s->env = (struct lang_env){ .arena = s->arena,
				    .root = scenario_root(s->arena),
				    .catalogue = &s->catalogue,
				    .device = &s->device,
				    .transport = STR("udp") };
	if (!catalogue_read(&s->catalogue,
			    arena_strf(s->arena, "%s/catalogue", s->env.root).p,
			    &s->diags, &why) &&
	    !s->diags.errors)
		s->catalogue.n = 0; /* scenarios without a catalogue */
	if (!load_device(s, dut, to))
		return print_diags(s);
	s->env.edition = edition ? str_from(edition) : s->device.edition;
	if (!find_paths(s, what, nwhat, &paths))
		return EXIT_TEXT;
	for (size_t i = 0; i < paths.n; i++)
		if (i == 0 || !str_eq(paths.list[i], paths.list[i - 1]))
			lang_load(&s->env, paths.list[i].p, &s->progs,
				  &s->diags);
	keep_wanted(s, what, nwhat);
	return print_diags(s);
}
