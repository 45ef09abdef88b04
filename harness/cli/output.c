/* SPDX-License-Identifier: MIT */
/* Results on their way out: the terminal or TAP as they come, files at the
 * end, and a folder of artefacts for each scenario. */
#include "cli/output.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "report/report.h"

struct output {
	struct arena *arena;
	const struct output_opts *opts;
	struct run *run;
	const struct catalogue *catalogue;
	struct report_opts report;
	struct tap tap;
	struct buf tap_text;
	FILE *tap_file; /* NULL: TAP was not asked for */
	const char *dir;
};

static struct str sentence(void *ctx, struct str id)
{
	const struct output *o = ctx;
	const struct requirement *r = catalogue_find(o->catalogue, id);

	return r ? r->text : STR_NONE;
}

/* ---- folders
 * ------------------------------------------------------------------- */

static bool make_folders(const char *path, struct fail *why)
{
	char part[4096];
	size_t n = strlen(path);

	if (n >= sizeof(part))
		return fail_set(why, "the path is too long");
	for (size_t i = 1; i <= n; i++) {
		if (path[i] != '/' && path[i])
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		if (mkdir(part, 0777) && errno != EEXIST)
			return fail_errno(why, "cannot make the folder %s",
					  part);
	}
	if (access(path, W_OK))
		return fail_errno(why, "cannot write to the folder %s", path);
	return true;
}

static bool make_out(struct output *o, struct fail *why)
{
	char stamp[32];
	time_t now = time(NULL);
	struct tm tm;

	if (o->opts->out) {
		o->dir = o->opts->out;
		return make_folders(o->dir, why);
	}
	strftime(stamp, sizeof(stamp), "%Y%m%d-%H%M%S", localtime_r(&now, &tm));
	o->dir = arena_strf(o->arena, "out/%s-%d", stamp, (int)getpid()).p;
	if (!make_folders(o->dir, why))
		return false;
	unlink("out/last");
	if (symlink(o->dir + strlen("out/"), "out/last"))
		return fail_errno(why, "cannot link out/last");
	return true;
}

static void write_text(struct output *o, const char *folder, const char *name,
		       const struct buf *text)
{
	struct str path = arena_strf(o->arena, "%s/%s", folder, name);

	if (!buf_write_file(text, path.p))
		fprintf(stderr, "sipladder: %s: %s\n", path.p, strerror(errno));
}

/* ---- begin
 * ------------------------------------------------------------------------ */

static bool open_tap(struct output *o, struct fail *why)
{
	if (!o->opts->tap)
		return true;
	o->tap_file = *o->opts->tap ? fopen(o->opts->tap, "we") : stdout;
	return o->tap_file || fail_errno(why, "%s", o->opts->tap);
}

static void flush_tap(struct output *o)
{
	fwrite(o->tap_text.p, 1, o->tap_text.len, o->tap_file);
	fflush(o->tap_file);
	buf_clear(&o->tap_text);
}

static bool on_terminal(const struct output *o)
{
	return o->tap_file != stdout;
}

struct output *output_begin(struct arena *a, const struct output_opts *opts,
			    struct run *run, const struct catalogue *c,
			    struct fail *why)
{
	struct output *o = ARENA_NEW(a, struct output);

	o->arena = a;
	o->opts = opts;
	o->run = run;
	o->catalogue = c;
	if (!make_out(o, why) || !open_tap(o, why))
		return NULL;
	o->report = (struct report_opts){
		.color = isatty(STDOUT_FILENO) && !getenv("NO_COLOR"),
		.out = opts->out ? str_from(opts->out) : STR("out/last"),
		.sentence = sentence,
		.ctx = o,
	};
	if (o->tap_file) {
		tap_begin(&o->tap, run, &o->report, &o->tap_text);
		flush_tap(o);
	}
	return o;
}

/* ---- each result
 * --------------------------------------------------------------------- */

static void draw(struct output *o, const struct prog *prog,
		 struct result *result, struct str text, const char *folder)
{
	struct arena *a = arena_new();
	struct trace tr = { .arena = a };
	buf_auto out = { 0 };
	struct fail why;

	if (trace_read(&tr, text, &why)) {
		ladder_text(ladder_new(result, &tr, prog, a), &out);
		write_text(o, folder, "ladder.txt", &out);
		buf_clear(&out);
		messages_text(&tr, prog, &out);
		write_text(o, folder, "messages.txt", &out);
	}
	arena_free(a);
}

static void keep(struct output *o, const struct prog *prog,
		 struct result *result, struct str text, struct str folder)
{
	buf_auto trace = { 0 };
	struct fail why;

	if (!text.len)
		return;
	if (!make_folders(folder.p, &why)) {
		fprintf(stderr, "sipladder: %s\n", why.text);
		return;
	}
	buf_add_str(&trace, text);
	write_text(o, folder.p, "trace.jsonl", &trace);
	draw(o, prog, result, text, folder.p);
}

/* Of many plays the one that is told, and beside it the others that failed. */
static void keep_all(struct output *o, const struct prog *prog,
		     struct result *result, struct str trace)
{
	struct str folder =
		arena_strf(o->arena, "%s/" STR_F, o->dir, STR_A(result->id));

	keep(o, prog, result, trace, folder);
	for (unsigned i = 0; i < result->nothers; i++)
		keep(o, prog, result->others[i], result->others[i]->trace,
		     arena_strf(o->arena, STR_F "/play-%u", STR_A(folder),
				result->others[i]->play));
}

void output_result(struct output *o, const struct prog *prog,
		   struct result *result, struct str trace)
{
	buf_auto out = { 0 };

	keep_all(o, prog, result, trace);
	if (o->tap_file) {
		tap_result(&o->tap, result);
		flush_tap(o);
	}
	if (on_terminal(o) &&
	    (!o->opts->quiet || result->verdict >= VERDICT_INCONCLUSIVE)) {
		terminal_result(result, &o->report, &out);
		fwrite(out.p, 1, out.len, stdout);
		fflush(stdout);
	}
}

/* ---- the end
 * ----------------------------------------------------------------------------
 */

static void write_named(const char *path, const struct buf *text)
{
	if (!buf_write_file(text, path))
		fprintf(stderr, "sipladder: %s: %s\n", path, strerror(errno));
}

static void write_files(struct output *o)
{
	buf_auto json = { 0 };
	buf_auto junit = { 0 };
	struct fail why;

	result_write(o->run, &json);
	write_text(o, o->dir, "result.json", &json);
	if (o->opts->json)
		write_named(o->opts->json, &json);
	if (!junit_write(o->run, &o->report, &junit, &why)) {
		fprintf(stderr, "sipladder: %s\n", why.text);
		return;
	}
	write_text(o, o->dir, "junit.xml", &junit);
	if (o->opts->junit)
		write_named(o->opts->junit, &junit);
}

void output_end(struct output *o)
{
	buf_auto out = { 0 };

	write_files(o);
	if (o->tap_file) {
		tap_end(&o->tap, o->run);
		flush_tap(o);
	}
	if (on_terminal(o)) {
		terminal_summary(o->run, &o->report, &out);
		fwrite(out.p, 1, out.len, stdout);
	}
	if (o->tap_file && o->tap_file != stdout)
		fclose(o->tap_file);
	buf_free(&o->tap_text);
}
