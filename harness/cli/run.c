/* SPDX-License-Identifier: MIT */
/* run: plays scenarios and says what it found. */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/output.h"
#include "play/runner.h"

struct run_opts {
	const char *dut, *to, *edition, *out, *tap, *junit, *json;
	unsigned jobs, repeat, at_once;
	double slack;
	uint64_t seed;
	ns_t timeout;
	bool strict, until_fail, fail_fast, quiet, dry_run, allow, help;
};

#define AT(field) offsetof(struct run_opts, field)

static const struct opt table[] = {
	{ 'd', "dut", OPT_TEXT, AT(dut), "FILE", "the device file" },
	{ 0, "to", OPT_TEXT, AT(to), "udp:HOST:PORT",
	  "the device's address, instead of the file's" },
	{ 0, "edition", OPT_TEXT, AT(edition), "NAME",
	  "rfc3515 (202), rfc7647 (200) or interop" },
	{ 'j', "jobs", OPT_COUNT, AT(jobs), "N", "scenarios side by side" },
	{ 'n', "repeat", OPT_COUNT, AT(repeat), "N", "plays of each" },
	{ 0, "at-once", OPT_COUNT, AT(at_once), "M", "of them, side by side" },
	{ 0, "until-fail", OPT_FLAG, AT(until_fail), NULL,
	  "stop repeating at the first failure" },
	{ 'x', "fail-fast", OPT_FLAG, AT(fail_fast), NULL,
	  "stop at the first failing scenario" },
	{ 0, "seed", OPT_SEED, AT(seed), "S", "of tags, branches, Call-IDs" },
	{ 0, "slack", OPT_NUMBER, AT(slack), "X",
	  "multiplies every upper limit" },
	{ 0, "timeout", OPT_TIME, AT(timeout), "DUR",
	  "longest time of one scenario" },
	{ 0, "strict", OPT_FLAG, AT(strict), NULL,
	  "should-level findings fail" },
	{ 0, "allow-inconclusive", OPT_FLAG, AT(allow), NULL,
	  "inconclusive does not change the exit status" },
	{ 0, "tap", OPT_MAYBE, AT(tap), "FILE", "TAP 13, as results come" },
	{ 0, "junit", OPT_TEXT, AT(junit), "FILE", "JUnit XML" },
	{ 0, "json", OPT_TEXT, AT(json), "FILE", "result.json" },
	{ 'o', "out", OPT_TEXT, AT(out), "DIR",
	  "artefacts (default out/<time>, link out/last)" },
	{ 'q', "quiet", OPT_FLAG, AT(quiet), NULL, "only what failed" },
	{ 0, "dry-run", OPT_FLAG, AT(dry_run), NULL,
	  "everything but the play" },
	{ 'h', "help", OPT_FLAG, AT(help), NULL, "this text" },
	{ 0, NULL, OPT_FLAG, 0, NULL, NULL },
};

/* ---- addresses
 * ------------------------------------------------------------------ */

/* The local address from which the device is reached. */
static bool local_address(const struct addr *dut, struct addr *ret,
			  struct fail *why)
{
	socklen_t len = sizeof(ret->u);
	int fd = socket(dut->u.sa.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool ok;

	*ret = *dut;
	ok = fd >= 0 && !connect(fd, &dut->u.sa, addr_len(dut)) &&
	     !getsockname(fd, &ret->u.sa, &len);
	if (!ok)
		fail_errno(why, "no way to the device");
	if (fd >= 0)
		close(fd);
	addr_set_port(ret, 0);
	return ok;
}

static bool bind_address(const struct device *d, struct engine_opts *e,
			 struct fail *why)
{
	ptrdiff_t dots = str_find(d->bind, STR(".."));
	struct str first = d->bind;

	if (!d->bind.len)
		return local_address(&e->dut, &e->bind, why);
	/* 127.0.0.1..127.0.0.9: each party has its own */
	if (dots >= 0) {
		first = str_sub(d->bind, 0, (size_t)dots);
		e->bind_range = true;
	}
	return addr_parse(first, &e->bind) ||
	       fail_set(why, "bind: \"" STR_F "\" is no address",
			STR_A(d->bind));
}

static bool engine_options(const struct selection *s, const struct run_opts *o,
			   struct engine_opts *e, struct fail *why)
{
	*e = (struct engine_opts){
		.device = &s->device,
		.t1 = s->device.t1,
		.slack = o->slack,
		.seed = o->seed,
		.deadline = o->timeout,
		.probe = !str_is(s->device.liveness, "none"),
	};
	if (!addr_parse(s->device.address, &e->dut))
		return fail_set(why, "\"" STR_F "\" is no numeric HOST:PORT",
				STR_A(s->device.address));
	if (!addr_port(&e->dut))
		addr_set_port(&e->dut, 5060);
	return bind_address(&s->device, e, why);
}

/* Scenarios that share a user or need the device alone are kept apart. */
static unsigned default_jobs(const struct device *d)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	for (unsigned i = 0; i < d->nclaims; i++)
		if (str_is(d->claims[i].name, "many-calls") && !d->nusers)
			return cores > 1 ? (unsigned)cores : 1;
	return 1;
}

/* ---- the run
 * ---------------------------------------------------------------------- */

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
	run->transport = STR("udp");
	run->edition = s->env.edition;
	run->seed = arena_strf(s->arena, "%llu", (unsigned long long)o->seed);
	run->slack = arena_strf(s->arena, "%g", o->slack);
	run->started = arena_str(s->arena, str_from(text));
	run->strict = o->strict;
	run->planned = s->progs.n;
}

struct sink {
	struct output *out;
	struct run *run;
};

static void on_result(void *ctx, const struct prog *prog, struct result *result,
		      struct str trace)
{
	struct sink *sink = ctx;
	struct run *run = sink->run;

	(void)prog;
	*ARENA_PUSH(run->arena, run->list, run->n) = result;
	output_result(sink->out, result, trace);
}

static int finish(struct output *out, struct run *run, int sig, bool allow)
{
	run->interrupted = sig != 0;
	output_end(out);
	if (sig)
		return 128 + sig;
	return run_exit_code(run, allow);
}

static int play(struct selection *s, const struct run_opts *o,
		struct engine_opts *engine, struct output *out, struct run *run)
{
	struct sink sink = { out, run };
	struct runner_opts opts = {
		.engine = *engine,
		.judge = { .strict = o->strict,
			   .device = &s->device,
			   .today = str_sub(run->started, 0, 10) },
		.jobs = o->jobs > 64 ? 64 : o->jobs,
		.repeat = o->repeat,
		.at_once = o->at_once,
		.until_fail = o->until_fail,
		.fail_fast = o->fail_fast,
		.on_result = on_result,
		.ctx = &sink,
		.arena = s->arena,
	};
	struct fail why;
	int sig;

	if (engine->probe && !runner_probe(engine, &why)) {
		run->bail = arena_str(s->arena, str_from(why.text));
		output_end(out);
		return EXIT_UNTESTED;
	}
	runner_run(&opts, &s->progs, &sig);
	return finish(out, run, sig, o->allow);
}

static void defaults(struct run_opts *o, const struct device *d)
{
	if (!o->jobs)
		o->jobs = default_jobs(d);
	if (!o->repeat)
		o->repeat = 1;
	if (!o->at_once)
		o->at_once = 1;
	if (!(o->slack > 0))
		o->slack = 1;
	if (!o->timeout)
		o->timeout = 120 * NS_S;
	if (!o->seed) {
		struct timespec ts;

		clock_gettime(CLOCK_REALTIME, &ts);
		o->seed = (uint64_t)ts.tv_nsec ^ ((uint64_t)ts.tv_sec << 20) ^
			  (uint64_t)getpid();
		o->seed %= 1000000000;
	}
}

static int run_selected(struct selection *s, struct run_opts *o)
{
	struct output_opts files = { o->tap, o->junit, o->json, o->out,
				     o->quiet };
	struct engine_opts engine;
	struct run run = { 0 };
	struct output *out;
	struct fail why;
	int status;

	defaults(o, &s->device);
	if (!engine_options(s, o, &engine, &why))
		return usage_error("run", why.text);
	fill_run(&run, s, o);
	if (o->dry_run) {
		printf("%zu scenarios would play\n", s->progs.n);
		return 0;
	}
	out = output_begin(s->arena, &files, &run, &s->catalogue, &why);
	if (!out)
		return usage_error("run", why.text);
	status = play(s, o, &engine, out, &run);
	return status;
}

int cmd_run(int argc, char **argv)
{
	struct run_opts o = { 0 };
	struct selection s = { 0 };
	const char *args[256];
	struct fail why;
	unsigned n;
	int status;

	if (argc > 256)
		return usage_error("run", "too many words");
	if (!opts_read(table, argc, argv, &o, args, &n, &why))
		return usage_error("run", why.text);
	if (o.help) {
		buf_auto out = { 0 };

		opts_help(table, &out);
		printf("sipladder run [what..]\n%s", buf_z(&out));
		return 0;
	}
	status = select_load(&s, o.dut, o.to, o.edition, args, n);
	if (!status)
		status = run_selected(&s, &o);
	arena_free(s.arena);
	return status;
}
