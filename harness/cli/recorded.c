/* SPDX-License-Identifier: MIT */
/* A finished run from its files. They may come from anywhere: cut short, of
 * another version, or no such files at all. */
#include "cli/recorded.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "cli/cli.h"
#include "report/merge.h"

enum { RESULT_MAX = 64 << 20, TRACE_MAX = 256 << 20 }; /* bytes */

static bool is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static struct str without_slashes(struct str s)
{
	while (s.len > 1 && s.p[s.len - 1] == '/')
		s.len--;
	return s;
}

static struct str folder_of(struct str path)
{
	size_t n = path.len;

	while (n && path.p[n - 1] != '/')
		n--;
	return n ? without_slashes(str_sub(path, 0, n)) : STR(".");
}

static bool read_text(const char *path, size_t max, struct buf *text,
		      struct fail *why)
{
	text->max = max;
	errno = 0;
	if (!buf_read_file(text, path))
		return fail_errno(why, "%s", path);
	if (text->over)
		return fail_set(why, "%s: longer than %zu MiB", path,
				max >> 20);
	if (!text->len)
		return fail_set(why, "%s: nothing in it", path);
	return true;
}

static struct str sentence(void *ctx, struct str id)
{
	const struct recorded *rec = ctx;
	const struct requirement *r = catalogue_find(&rec->catalogue, id);

	return r ? r->text : STR_NONE;
}

/* A run can be shown without a catalogue; its sentences are then missing. */
static void read_catalogue(struct recorded *rec)
{
	struct diags ds = { .arena = rec->arena };
	struct fail why;

	rec->catalogue.arena = rec->arena;
	if (!catalogue_read(&rec->catalogue,
			    arena_strf(rec->arena, "%s/catalogue",
				       scenario_root(rec->arena))
				    .p,
			    &ds, &why))
		rec->catalogue.n = 0;
}

/* Where each scenario's ladder and trace lie. */
static void place_results(struct arena *a, struct run *run, struct str folder)
{
	for (size_t i = 0; i < run->n; i++) {
		struct result *r = run->list[i];

		r->dir = arena_strf(a, STR_F "/" STR_F, STR_A(folder),
				    STR_A(r->id));
		for (unsigned k = 0; k < r->nothers; k++)
			r->others[k]->dir =
				arena_strf(a, STR_F "/play-%u", STR_A(r->dir),
					   r->others[k]->play);
	}
}

static bool read_run(struct arena *a, const char *where, struct run *run,
		     struct str *ret_folder, struct fail *why)
{
	struct str path = arena_str(a, without_slashes(str_from(where)));
	struct str folder = path;
	buf_auto text = { 0 };

	if (is_folder(path.p))
		path = arena_strf(a, STR_F "/result.json", STR_A(path));
	else
		folder = arena_str(a, folder_of(path));
	*run = (struct run){ .arena = a };
	if (!read_text(path.p, RESULT_MAX, &text, why))
		return false;
	if (!result_read(buf_str(&text), run, why))
		return fail_prepend(why, "%s", path.p);
	place_results(a, run, folder);
	*ret_folder = folder;
	return true;
}

static void begin(struct recorded *rec)
{
	*rec = (struct recorded){ .arena = arena_new() };
	rec->run.arena = rec->arena;
}

static void end(struct recorded *rec)
{
	read_catalogue(rec);
	rec->report = (struct report_opts){ .out = rec->folder,
					    .sentence = sentence,
					    .ctx = rec };
}

bool recorded_open(struct recorded *rec, const char *where, struct fail *why)
{
	begin(rec);
	if (!read_run(rec->arena, where, &rec->run, &rec->folder, why))
		return false;
	end(rec);
	return true;
}

bool recorded_merge(struct recorded *rec, const char *const *where, size_t n,
		    struct fail *why)
{
	struct run **list;

	if (n == 1)
		return recorded_open(rec, where[0], why);
	begin(rec);
	list = ARENA_ARRAY(rec->arena, struct run *, n);
	for (size_t i = 0; i < n; i++) {
		list[i] = ARENA_NEW(rec->arena, struct run);
		if (!read_run(rec->arena, where[i], list[i], &rec->folder, why))
			return false;
	}
	rec->folder = STR_NONE;
	merge_runs(list, n, &rec->run);
	end(rec);
	return true;
}

void recorded_close(struct recorded *rec)
{
	arena_free(rec->arena);
	rec->arena = NULL;
}

bool recorded_was_played(const struct result *r)
{
	return r->verdict != VERDICT_NOT_RUN && (r->took || r->n);
}

bool recorded_trace(const struct recorded *rec, const struct result *r,
		    struct trace *tr, struct fail *why)
{
	struct str path =
		arena_strf(rec->arena, STR_F "/trace.jsonl", STR_A(r->dir));
	buf_auto text = { 0 };

	if (!read_text(path.p, TRACE_MAX, &text, why))
		return false;
	return trace_read(tr, buf_str(&text), why) ||
	       fail_prepend(why, "%s", path.p);
}

/* ---- ids ---- */

/* "refer/x" means refer/x#one, refer/x@pbx and refer/x#one@pbx too. */
static bool means(const struct result *r, struct str want)
{
	struct str scenario = result_scenario(r), stem;

	str_cut(scenario, '#', &stem, &(struct str){ 0 });
	return str_eq(r->id, want) || str_eq(scenario, want) ||
	       str_eq(stem, want);
}

static void say_unknown(const struct recorded *rec, const char *command,
			const char *id)
{
	struct str *names = ARENA_ARRAY(rec->arena, struct str, rec->run.n + 1);
	struct str near;
	buf_auto safe = { 0 };

	for (size_t i = 0; i < rec->run.n; i++)
		names[i] = rec->run.list[i]->id;
	near = diag_nearest(str_from(id), names, rec->run.n);
	buf_addf(&safe, "no scenario \"%.200s\" in this run", id);
	if (near.len)
		buf_addf(&safe, "; did you mean \"" STR_F "\"?", STR_A(near));
	usage_error(command, buf_z(&safe));
}

size_t recorded_find(const struct recorded *rec, const char *command,
		     const char *id, const struct result **ret, size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < rec->run.n && n < max; i++)
		if (means(rec->run.list[i], str_from(id)))
			ret[n++] = rec->run.list[i];
	if (!n)
		say_unknown(rec, command, id);
	return n;
}
