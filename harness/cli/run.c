/* SPDX-License-Identifier: MIT */
/* run: plays scenarios and says what it found. */
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "cli/baseline.h"
#include "cli/given.h"
#include "cli/output.h"
#include "cli/parts.h"
#include "cli/progress.h"
#include "report/report.h"

#define DEFAULTS_FILE "sipladder.conf" /* in the working folder */
#define NO_SEED       UINT64_MAX

enum { PROBE_S = 4, TIMEOUT_S = 120, FOR_EVER = 1000000 };

struct run_opts {
	const char *dut, *to, *edition, *out, *tap, *junit, *json, *html,
		*events, *hep;
	const char *shard, *keep, *color;
	unsigned jobs, repeat, at_once, tap_version;
	double slack;
	uint64_t seed;
	ns_t timeout;
	bool strict, until_fail, shuffle, fail_fast, quiet, live, dry_run;
	bool allow, help;
	struct opt_list values, secrets;
	const char *matrix;
	struct endpoint_opts net;
	struct str command;        /* all of it */
	const char *baseline;      /* a result */
	const char *known;         /* a file */
	struct recorded *measured; /* it, read; NULL: none */
};

#define AT(field) offsetof(struct run_opts, field)

static const struct opt table[] = {
	{ 'd', "dut", OPT_TEXT, AT(dut), "FILE", "the device file" },
	{ 0, "to", OPT_TEXT, AT(to), "TRANSPORT:HOST:PORT",
	  "the device's address, instead of the file's" },
	{ 't', "transport", OPT_WORD, AT(net.transport), "udp|tcp|tls",
	  "of all parties that name none" },
	{ 0, "matrix", OPT_TEXT, AT(matrix), "transport=udp,tcp,tls",
	  "all of it once for each; tls:5061 names its port" },
#include "cli/endpoint.def"
	{ 0, "impair", OPT_TEXT, AT(net.impair), "HOW",
	  "a bad network: loss=5%,delay=20ms+-10ms,dup=1%" },
	{ 'v', "value", OPT_LIST, AT(values), "NAME=VALUE",
	  "of a scenario's param; again for others" },
	{ 0, "edition", OPT_WORD, AT(edition), EDITIONS,
	  "what accepts a REFER: 202, 200, either" },
	{ 'j', "jobs", OPT_COUNT, AT(jobs), "N", "scenarios side by side" },
	{ 'n', "repeat", OPT_COUNT, AT(repeat), "N", "plays of each" },
	{ 0, "at-once", OPT_COUNT, AT(at_once), "M", "of them, side by side" },
	{ 0, "until-fail", OPT_FLAG, AT(until_fail), NULL,
	  "repeat each until it fails, --repeat times at most" },
	{ 0, "shuffle", OPT_FLAG, AT(shuffle), NULL,
	  "another order, made from the seed" },
	{ 0, "seed", OPT_SEED, AT(seed), "S", "of tags, branches, Call-IDs" },
	{ 0, "shard", OPT_TEXT, AT(shard), "K/N",
	  "only the K-th of N equal parts" },
	{ 'x', "fail-fast", OPT_FLAG, AT(fail_fast), NULL,
	  "start nothing after the first failure" },
	{ 0, "timeout", OPT_TIME, AT(timeout), "DUR",
	  "longest time of one scenario" },
	{ 0, "slack", OPT_NUMBER, AT(slack), "X",
	  "multiplies every upper limit" },
	{ 0, "strict", OPT_FLAG, AT(strict), NULL,
	  "should-level findings fail" },
	{ 0, "known", OPT_TEXT, AT(known), "FILE",
	  "known failures and waived rules, besides the device file's" },
	{ 0, "baseline", OPT_TEXT, AT(baseline), "RESULT",
	  "only what is worse than in it fails the run" },
	{ 0, "allow-inconclusive", OPT_FLAG, AT(allow), NULL,
	  "inconclusive does not change the exit status" },
	{ 0, "tap", OPT_MAYBE, AT(tap), "FILE", "TAP, as results come" },
	{ 0, "tap-version", OPT_COUNT, AT(tap_version), "N", "13 or 14" },
	{ 0, "junit", OPT_TEXT, AT(junit), "FILE", "JUnit XML" },
	{ 0, "json", OPT_TEXT, AT(json), "FILE", "result.json" },
	{ 0, "html", OPT_TEXT, AT(html), "FILE", "one page, to be read" },
	{ 0, "events", OPT_TEXT, AT(events), "FILE",
	  "every event as it comes, a JSON line each" },
	{ 0, "hep", OPT_TEXT, AT(hep), "udp:HOST:PORT",
	  "every message to a collector of HEP packets" },
	{ 'o', "out", OPT_TEXT, AT(out), "DIR",
	  "artefacts (default out/<time>, link out/last)" },
	{ 0, "keep", OPT_WORD, AT(keep), "all|failed|none",
	  "whose ladders, messages and traces stay" },
	{ 'q', "quiet", OPT_FLAG, AT(quiet), NULL, "only what failed" },
	{ 'V', "live", OPT_FLAG, AT(live), NULL, "each message as it comes" },
	{ 0, "color", OPT_WORD, AT(color), "auto|always|never",
	  "of the terminal's text" },
	{ 0, "dry-run", OPT_FLAG, AT(dry_run), NULL,
	  "say what would be played" },
	{ 'h', "help", OPT_FLAG, AT(help), NULL, "this text" },
	{ 0, NULL, OPT_FLAG, 0, NULL, NULL },
};

/* ---- the engine ---- */

static ns_t resolving(const struct run_opts *o)
{
	return (ns_t)(PROBE_S * o->slack * NS_S);
}

static bool engine_options(const struct selection *s, const struct run_opts *o,
			   struct part *part)
{
	const struct device *d = &s->device;
	struct endpoint_opts net = o->net;

	net.targets = &part->targets;
	part->engine = (struct engine_opts){
		.device = d,
		.t1 = d->t1,
		.slack = o->slack,
		.seed = o->seed,
		.deadline = o->timeout ? o->timeout : TIMEOUT_S * NS_S,
		.probe = !str_is(d->liveness, "none"),
	};
	return endpoint_fill(s, &net, resolving(o), &part->engine, &part->why);
}

/* Scenarios that share a user or need the device alone are kept apart. */
static unsigned default_jobs(const struct device *d)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	if (cores > RUNNER_JOBS_MAX)
		cores = RUNNER_JOBS_MAX;
	for (unsigned i = 0; i < d->nclaims; i++)
		if (str_is(d->claims[i].name, "many-calls") && !d->nusers)
			return cores > 1 ? (unsigned)cores : 1;
	return 1;
}

/* ---- the run ---- */

static void fill_run(struct run *run, const struct selection *s,
		     const struct run_opts *o)
{
	time_t now = time(NULL);
	char text[32];
	struct tm tm;

	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &tm));
	run->arena = s->arena;
	run->version = STR(SIPLADDER_VERSION);
	run->device = s->device.name;
	run->address = s->device.address;
	run->transport = s->env.transport;
	run->edition = s->env.edition;
	run->seed = arena_strf(s->arena, "%llu", (unsigned long long)o->seed);
	run->slack = arena_strf(s->arena, "%g", o->slack);
	run->started = arena_str(s->arena, str_from(text));
	run->command = o->command;
	run->strict = o->strict;
	run->allow_inconclusive = o->allow;
	run->planned = s->progs.n;
}

struct sink {
	struct output *out;
	struct run *run;
	struct progress progress;
};

static void on_result(void *ctx, const struct prog *prog, struct result *result,
		      struct str trace)
{
	struct sink *sink = ctx;
	struct run *run = sink->run;

	*ARENA_PUSH(run->arena, run->list, run->n) = result;
	progress_hide(&sink->progress);
	output_result(sink->out, result, trace);
	progress_next(&sink->progress, prog, result);
}

static void on_line(void *ctx, const struct prog *prog, struct str line)
{
	output_line(((struct sink *)ctx)->out, prog, line);
}

static struct runner_opts runner_options(const struct selection *s,
					 const struct run_opts *o,
					 struct sink *sink)
{
	return (struct runner_opts){
		.judge = { .strict = o->strict,
			   .device = &s->device,
			   .today = str_sub(sink->run->started, 0, 10) },
		.jobs = o->jobs,
		.repeat = o->repeat,
		.at_once = o->at_once,
		.until_fail = o->until_fail,
		.fail_fast = o->fail_fast,
		.on_result = on_result,
		.on_line = output_wants_lines(sink->out) ? on_line : NULL,
		.ctx = sink,
		.arena = s->arena,
	};
}

/* What people read, where it does not get into the TAP. */
static FILE *terminal_of(const struct run_opts *o)
{
	return o->tap && (!*o->tap || strcmp(o->tap, "-") == 0) ? stderr
								: stdout;
}

/* With a baseline only what is worse counts; a device that cannot be reached
 * is no better for having been so before. */
static int status_of(const struct run *run, const struct run_opts *o)
{
	int status = run_exit_code(run, o->allow);
	int measured;

	if (!o->measured)
		return status;
	measured = baseline_status(o->measured, run, o->allow, terminal_of(o));
	return status == 1 || (status == EXIT_UNTESTED && !run->bail.len)
		       ? measured
		       : status;
}

static int play(struct selection *s, const struct run_opts *o, struct matrix *m,
		struct output *out, struct run *run)
{
	struct sink sink = { .out = out, .run = run };
	struct progs all = matrix_programs(m, s->arena);
	struct parts parts = { .s = s,
			       .m = m,
			       .runner = runner_options(s, o, &sink),
			       .dut = o->dut,
			       .out = output_folder(out),
			       .run = run };
	int sig;

	for (unsigned i = 0; i < m->n; i++) {
		matrix_enter(s, &m->list[i]);
		if (engine_options(s, o, &m->list[i]))
			m->list[i].why.text[0] = '\0';
	}
	if (!o->live)
		progress_begin(&sink.progress, stderr, &all, o->jobs,
			       o->until_fail ? 1 : o->repeat);
	sig = parts_play(&parts);
	progress_hide(&sink.progress);
	run->interrupted = sig != 0;
	if (!output_end(out) && !sig)
		return EXIT_INTERNAL;
	return sig ? 128 + sig : status_of(run, o);
}

static void defaults(struct run_opts *o, const struct device *d)
{
	if (!o->jobs)
		o->jobs = default_jobs(d);
	if (!o->repeat)
		o->repeat = o->until_fail ? FOR_EVER : 1;
	if (!o->at_once)
		o->at_once = 1;
	if (!(o->slack > 0))
		o->slack = d->slack;
	if (o->seed == NO_SEED) {
		struct timespec ts;

		clock_gettime(CLOCK_REALTIME, &ts);
		o->seed = (uint64_t)ts.tv_nsec ^ ((uint64_t)ts.tv_sec << 20) ^
			  (uint64_t)getpid();
		o->seed %= 1000000000;
	}
}

static bool wants_color(const char *when)
{
	if (when && strcmp(when, "auto") != 0)
		return strcmp(when, "always") == 0;
	return isatty(STDOUT_FILENO) && !getenv("NO_COLOR");
}

static struct output_opts output_options(const struct run_opts *o)
{
	const char *keep = o->keep ? o->keep : "all";

	return (struct output_opts){
		.tap = o->tap,
		.junit = o->junit,
		.json = o->json,
		.html = o->html,
		.events = o->events,
		.hep = o->hep,
		.out = o->out,
		.tap_version = o->tap_version,
		.keep = strcmp(keep, "none") == 0     ? KEEP_NONE
			: strcmp(keep, "failed") == 0 ? KEEP_FAILED
						      : KEEP_ALL,
		.quiet = o->quiet,
		.live = o->live,
		.color = wants_color(o->color),
	};
}

static bool arrange(struct matrix *m, const struct run_opts *o,
		    struct fail *why)
{
	for (unsigned i = 0; i < m->n; i++) {
		struct progs *progs = &m->list[i].progs;

		if (!pick_names_differ(progs, why) ||
		    (o->shard && !pick_shard(progs, o->shard, why)))
			return false;
		if (o->shuffle)
			pick_shuffle(progs, o->seed);
		if (o->timeout)
			pick_limit(progs, o->timeout);
	}
	return true;
}

/* Read before anything is sent, and before its own folder is written to. */
static bool read_baseline(struct arena *a, struct run_opts *o, struct fail *why)
{
	o->measured = ARENA_NEW(a, struct recorded);
	return recorded_open(o->measured, o->baseline, why);
}

static int play_matrix(struct selection *s, struct run_opts *o,
		       struct matrix *m)
{
	struct output_opts files = output_options(o);
	struct run run = { 0 };
	struct output *out;
	struct fail why;

	if (!o->dut && !o->to)
		return usage_error(
			"run", "which device? --to udp:HOST:PORT, or -d FILE");
	if (o->baseline && !read_baseline(s->arena, o, &why)) {
		usage_error("run", why.text);
		return EXIT_TEXT;
	}
	fill_run(&run, s, o);
	run.transport = matrix_transports(m, s->arena);
	run.planned = matrix_programs(m, s->arena).n;
	out = output_begin(s->arena, &files, &run, &s->catalogue, &why);
	if (!out)
		return usage_error("run", why.text);
	return play(s, o, m, out, &run);
}

static int run_selected(struct selection *s, struct run_opts *o)
{
	struct matrix m;
	struct fail why;
	int status;

	defaults(o, &s->device);
	if (!matrix_read(o->matrix, &m, &why))
		return usage_error("run", why.text);
	if (!o->matrix && !o->dry_run)
		endpoint_choose(s, &o->net, resolving(o), &m.list[0].transport);
	status = matrix_load(&m, s, &o->net, o->dut, o->to);
	if (status)
		return status;
	if (!arrange(&m, o, &why))
		return usage_error("run", why.text);
	if (o->dry_run) {
		struct progs all = matrix_programs(&m, s->arena);

		pick_print(&all);
		return 0;
	}
	return play_matrix(s, o, &m);
}

/* What the table alone cannot refuse. */
static bool check_options(const struct run_opts *o, struct fail *why)
{
	if (o->jobs > RUNNER_JOBS_MAX)
		return fail_set(why,
				"--jobs takes a whole number from 1 to %d, "
				"not \"%u\"",
				RUNNER_JOBS_MAX, o->jobs);
	if (o->tap_version && o->tap_version != 13 && o->tap_version != 14)
		return fail_set(why, "--tap-version takes 13 or 14, not \"%u\"",
				o->tap_version);
	if (o->matrix && o->net.transport)
		return fail_set(why, "--transport and --matrix exclude each "
				     "other");
	return !(o->net.v4 && o->net.v6) ||
	       fail_set(why, "-4 and -6 exclude each other");
}

static int help(void)
{
	int status = usage_help("run [what..]", table);

	puts("Defaults: SIPLADDER_<NAME> in the environment, above lines "
	     "\"name value\" in ./" DEFAULTS_FILE);
	return status;
}

static struct str command_of(struct arena *a, int argc, char **argv)
{
	buf_auto out = { 0 };

	buf_add_z(&out, "sipladder");
	for (int i = 0; i < argc; i++) {
		buf_add_char(&out, ' ');
		terminal_quoted(&out, str_from(argv[i]));
	}
	return arena_str(a, buf_str(&out));
}

static bool read_options(int argc, char **argv, struct run_opts *o,
			 const char **args, unsigned *n, struct arena *a,
			 struct fail *why)
{
	bool read = opts_read_file(table, DEFAULTS_FILE, o, a, why) &&
		    opts_read(table, argc, argv, o, args, n, why);

	given_hide(&o->secrets, a);
	o->command = command_of(a, argc, argv);
	return read && check_options(o, why);
}

int cmd_run(int argc, char **argv)
{
	struct run_opts o = { .seed = NO_SEED };
	struct selection s = { .arena = arena_new() };
	const char **args = ARENA_ARRAY(s.arena, const char *, (size_t)argc);
	struct fail why;
	unsigned n;
	int status;

	/* "run | head" does not lose the reports, nor does a file that is
	 * longer than it may be. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	if (!read_options(argc, argv, &o, args, &n, s.arena, &why))
		status = usage_error("run", why.text);
	else if (o.help)
		status = help();
	else {
		s.transport = o.net.transport;
		s.impaired = o.net.impair;
		s.values = o.values;
		s.secrets = o.secrets;
		s.known = o.known;
		status =
			select_load(&s, "run", o.dut, o.to, o.edition, args, n);
	}
	if (!status && !o.help)
		status = run_selected(&s, &o);
	if (o.measured)
		recorded_close(o.measured);
	arena_free(s.arena);
	return status;
}
