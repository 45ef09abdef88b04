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

#include "cli/hep.h"
#include "cli/live.h"
#include "cli/page.h"
#include "cli/recorded.h"
#include "play/jsontext.h"

struct target { /* a file that is written as the run goes, or at its end */
	const char *path;
	FILE *f; /* NULL: not asked for, or lost */
};

struct output {
	struct arena *arena;
	const struct output_opts *opts;
	struct run *run;
	const struct catalogue *catalogue;
	struct report_opts report;
	struct tap tap;
	struct buf tap_text;
	struct target terminal, tap_to, junit, json, html, events;
	struct live live;
	struct page page; /* what has ended, ladder by ladder */
	const char *dir;
	struct hep *hep; /* NULL: nobody collects */
	bool lost;       /* something could not be written */
};

static struct str sentence(void *ctx, struct str id)
{
	const struct output *o = ctx;
	const struct requirement *r = catalogue_find(o->catalogue, id);

	return r ? r->text : STR_NONE;
}

/* ---- folders ---- */

bool output_folders(const char *path, struct fail *why)
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

/* out/last is changed in one step: another run may do the same. */
static bool link_last(struct output *o, struct fail *why)
{
	const char *name = o->dir + strlen("out/");
	const char *fresh = arena_strf(o->arena, "out/.last-%s", name).p;

	unlink(fresh);
	if (symlink(name, fresh) == 0 && rename(fresh, "out/last") == 0)
		return true;
	fail_errno(why, "cannot make the link out/last");
	unlink(fresh);
	return false;
}

static bool make_out(struct output *o, struct fail *why)
{
	char stamp[32];
	time_t now = time(NULL);
	struct tm tm;
	struct stat st;

	if (o->opts->out) {
		o->dir = o->opts->out;
		if (stat(o->dir, &st) == 0 && !S_ISDIR(st.st_mode))
			return fail_set(why, "--out %s is no folder", o->dir);
		return output_folders(o->dir, why);
	}
	strftime(stamp, sizeof(stamp), "%Y%m%d-%H%M%S", localtime_r(&now, &tm));
	o->dir = arena_strf(o->arena, "out/%s-%d", stamp, (int)getpid()).p;
	return output_folders(o->dir, why) && link_last(o, why);
}

/* ---- files ---- */

static bool target_open(struct target *t, const char *path, struct fail *why)
{
	if (!path)
		return true;
	t->path = path;
	t->f = fopen(path, "we");
	return t->f || fail_errno(why, "cannot write to %s", path);
}

/* A reader that has gone (head, less) wants no more; a full disk is said. */
static void target_lost(struct output *o, struct target *t)
{
	if (errno != EPIPE) {
		fprintf(stderr, "sipladder: %s: %s\n", t->path,
			strerror(errno));
		o->lost = true;
	}
	if (t->f != stdout)
		fclose(t->f);
	t->f = NULL;
}

static void target_write(struct output *o, struct target *t,
			 const struct buf *text)
{
	if (!t->f || !text->len)
		return;
	errno = EFBIG;
	if (text->over || fwrite(text->p, 1, text->len, t->f) != text->len ||
	    fflush(t->f))
		target_lost(o, t);
}

static void target_close(struct output *o, struct target *t)
{
	FILE *f = t->f;

	t->f = NULL;
	if (f && f != stdout && fclose(f)) {
		fprintf(stderr, "sipladder: %s: %s\n", t->path,
			strerror(errno));
		o->lost = true;
	}
}

static void write_text(struct output *o, const char *folder, const char *name,
		       const struct buf *text)
{
	struct str path = arena_strf(o->arena, "%s/%s", folder, name);

	errno = EFBIG;
	if (!text->over && buf_write_file(text, path.p))
		return;
	fprintf(stderr, "sipladder: %s: %s\n", path.p, strerror(errno));
	o->lost = true;
}

/* ---- begin ---- */

static bool open_files(struct output *o, struct fail *why)
{
	const struct output_opts *opts = o->opts;
	struct target out = { .path = "standard output", .f = stdout };

	if (opts->tap && (!*opts->tap || strcmp(opts->tap, "-") == 0))
		o->tap_to = out;
	else if (!target_open(&o->tap_to, opts->tap, why))
		return false;
	if (o->tap_to.f != stdout)
		o->terminal = out;
	return target_open(&o->junit, opts->junit, why) &&
	       target_open(&o->json, opts->json, why) &&
	       target_open(&o->html, opts->html, why) &&
	       target_open(&o->events, opts->events, why);
}

static struct str artefacts_at(const struct output_opts *opts)
{
	if (opts->keep == KEEP_NONE)
		return STR_NONE;
	return opts->out ? str_from(opts->out) : STR("out/last");
}

static void flush_tap(struct output *o)
{
	target_write(o, &o->tap_to, &o->tap_text);
	buf_clear(&o->tap_text);
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
	o->page.arena = a;
	if (!make_out(o, why) || !open_files(o, why))
		return NULL;
	if (opts->hep && !(o->hep = hep_open(a, opts->hep, why)))
		return NULL;
	o->report = (struct report_opts){
		.color = opts->color,
		.tap_version = opts->tap_version,
		.out = artefacts_at(opts),
		.sentence = sentence,
		.ctx = o,
	};
	if (o->tap_to.f) {
		tap_begin(&o->tap, run, &o->report, &o->tap_text);
		flush_tap(o);
	}
	return o;
}

/* ---- events as they come ---- */

bool output_wants_lines(const struct output *o)
{
	return o->events.f || o->opts->live;
}

/* The line of the trace with the scenario in front. */
static void write_event(struct output *o, const struct prog *prog,
			struct str line)
{
	buf_auto out = { 0 };
	struct jsontext j;

	jsontext_begin(&j, &out);
	jsontext_str(&j, "scenario", prog->id);
	buf_add_char(&out, ',');
	buf_add_str(&out, str_tail(line, 1));
	buf_add_char(&out, '\n');
	target_write(o, &o->events, &out);
}

static void write_verdict(struct output *o, const struct result *r)
{
	buf_auto out = { 0 };
	struct jsontext j;

	if (!o->events.f)
		return;
	jsontext_begin(&j, &out);
	jsontext_str(&j, "scenario", r->id);
	jsontext_str(&j, "e", STR("result"));
	jsontext_num(&j, "t", r->took);
	jsontext_str(&j, "verdict", str_from(verdict_word(r->verdict)));
	jsontext_str(&j, "reason", r->reason);
	jsontext_end(&j);
	buf_add_char(&out, '\n');
	target_write(o, &o->events, &out);
}

/* Where TAP has the standard output, people look at the other one. */
static void show_live(struct output *o, const struct prog *prog,
		      struct str line)
{
	buf_auto out = { 0 };

	live_line(&o->live, prog, line, &out);
	if (o->tap_to.f == stdout)
		fputs(buf_z(&out), stderr);
	else
		target_write(o, &o->terminal, &out);
}

void output_line(struct output *o, const struct prog *prog, struct str line)
{
	if (o->events.f)
		write_event(o, prog, line);
	if (o->opts->live)
		show_live(o, prog, line);
}

/* ---- each result ---- */

static void draw(struct output *o, struct result *result, struct str text,
		 const char *folder)
{
	struct arena *a = arena_new();
	struct trace tr = { .arena = a };
	buf_auto out = { .max = RECORDED_REPORT_MAX };
	struct fail why;
	ns_t now = clock_wall(&(struct clock){ 0 });

	if (trace_read(&tr, text, &why)) {
		ladder_text(ladder_new(result, &tr, a), &out);
		write_text(o, folder, "ladder.txt", &out);
		buf_clear(&out);
		messages_text(&tr, &out);
		write_text(o, folder, "messages.txt", &out);
		buf_clear(&out);
		pcapng_write(&tr, result, o->run, now - result->took, &out);
		write_text(o, folder, "capture.pcapng", &out);
	}
	arena_free(a);
}

static bool is_kept(const struct output *o, const struct result *r)
{
	switch (o->opts->keep) {
	case KEEP_ALL:
		return true;
	case KEEP_FAILED:
		return r->verdict >= VERDICT_WARN;
	case KEEP_NONE:
		break;
	}
	return false;
}

static void keep(struct output *o, struct result *result, struct str text,
		 struct str folder)
{
	buf_auto trace = { .max = RECORDED_REPORT_MAX };
	struct fail why;

	if (!text.len || !is_kept(o, result))
		return;
	if (!output_folders(folder.p, &why)) {
		fprintf(stderr, "sipladder: %s\n", why.text);
		o->lost = true;
		return;
	}
	buf_add_str(&trace, text);
	write_text(o, folder.p, "trace.jsonl", &trace);
	draw(o, result, text, folder.p);
}

/* Of many plays the one that is told, and beside it the others that failed. */
static void keep_all(struct output *o, struct result *result, struct str trace)
{
	struct str folder =
		arena_strf(o->arena, "%s/" STR_F, o->dir, STR_A(result->id));

	keep(o, result, trace, folder);
	for (unsigned i = 0; i < result->nothers; i++)
		keep(o, result->others[i], result->others[i]->trace,
		     arena_strf(o->arena, STR_F "/play-%u", STR_A(folder),
				result->others[i]->play));
}

void output_result(struct output *o, struct result *result, struct str trace)
{
	buf_auto out = { 0 };

	if (!result->seed.len)
		result->seed = o->run->seed;
	keep_all(o, result, trace);
	if (o->hep)
		hep_result(o->hep, result, trace);
	write_verdict(o, result);
	if (o->html.f)
		page_add(&o->page, o->run, result, trace, &o->report);
	if (o->tap_to.f) {
		tap_result(&o->tap, result);
		flush_tap(o);
	}
	if (o->opts->quiet && result->verdict < VERDICT_INCONCLUSIVE)
		return;
	o->live.last = NULL; /* what stands above is no longer its ladder */
	terminal_result(result, &o->report, &out);
	target_write(o, &o->terminal, &out);
}

/* ---- the end ---- */

static void write_files(struct output *o)
{
	buf_auto json = { .max = RECORDED_REPORT_MAX };
	buf_auto junit = { .max = RECORDED_REPORT_MAX };
	struct fail why;

	result_write(o->run, &json);
	write_text(o, o->dir, "result.json", &json);
	target_write(o, &o->json, &json);
	if (!junit_write(o->run, &o->report, &junit, &why)) {
		fprintf(stderr, "sipladder: %s\n", why.text);
		o->lost = true;
		return;
	}
	write_text(o, o->dir, "junit.xml", &junit);
	target_write(o, &o->junit, &junit);
}

static void put_page(void *ctx, const struct buf *text)
{
	struct output *o = ctx;

	target_write(o, &o->html, text);
}

static void write_page(struct output *o)
{
	for (size_t i = o->page.n; i < o->run->n; i++) /* never played */
		page_add(&o->page, o->run, o->run->list[i], STR_NONE,
			 &o->report);
	page_end(&o->page, o->run, put_page, o);
}

bool output_end(struct output *o)
{
	buf_auto out = { 0 };

	write_files(o);
	if (o->html.f)
		write_page(o);
	if (o->tap_to.f) {
		tap_end(&o->tap, o->run);
		flush_tap(o);
	}
	terminal_summary(o->run, &o->report, &out);
	target_write(o, &o->terminal, &out);
	target_close(o, &o->tap_to);
	target_close(o, &o->junit);
	target_close(o, &o->json);
	target_close(o, &o->html);
	target_close(o, &o->events);
	if (o->hep)
		hep_close(o->hep);
	buf_free(&o->tap_text);
	return !o->lost;
}

const char *output_folder(const struct output *o)
{
	return o->dir;
}
