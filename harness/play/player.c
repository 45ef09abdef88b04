/* SPDX-License-Identifier: MIT */
/* The child: one engine, any number of plays of one program. */
#include "play/player.h"

#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

enum { KEPT = 64 << 20 }; /* bytes of free memory, for the next plays */

static volatile sig_atomic_t told_to_stop;

static void on_term(int sig)
{
	(void)sig;
	told_to_stop = 1;
}

struct player {
	const struct runner_opts *opts;
	const struct prog *prog;
	struct engine engine;
	struct clock clock;
	int fd;
	struct play **live;
	unsigned nlive, started, ended;
	struct buf out; /* lines on their way to the parent */
	struct judge_opts judge;
	struct plays_count count;
	unsigned told;
	enum verdict worst; /* of those told */
	bool stop;
};

static void write_all(int fd, struct str s)
{
	while (s.len) {
		ssize_t n = write(fd, s.p, s.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			_exit(3); /* the parent is gone */
		s = str_tail(s, (size_t)n);
	}
}

static void on_event(void *ctx, const struct event *ev)
{
	struct player *pl = ctx;

	trace_line(ev, &pl->out);
	if (pl->out.len > 32768) {
		write_all(pl->fd, buf_str(&pl->out));
		buf_clear(&pl->out);
	}
}

/* The first play stands for those that passed; each that did not is told, and
 * at the ceiling only what is worse than all before. */
static bool is_worth_telling(const struct player *pl, enum verdict v)
{
	if (!pl->told || v > pl->worst)
		return true;
	return v >= VERDICT_INCONCLUSIVE && pl->told < PLAYS_TOLD_MAX;
}

static void tell(struct player *pl, unsigned number, enum verdict v,
		 const struct trace *tr)
{
	plays_write_head(number, &pl->out);
	for (size_t i = 0; i < tr->n; i++)
		trace_line(&tr->list[i], &pl->out);
	pl->worst = v;
	pl->told++;
}

static void weigh(struct player *pl, const struct play *p)
{
	enum { COUNT_EVERY = 100 };
	const struct trace *tr = play_trace(p);
	struct arena *a = arena_new();
	enum verdict v = judge(pl->prog, tr, &pl->judge, a)->verdict;

	arena_free(a);
	pl->count.n++;
	pl->count.verdicts[v]++;
	if (is_worth_telling(pl, v))
		tell(pl, play_number(p), v, tr);
	else if (pl->count.n % COUNT_EVERY == 0)
		plays_write_count(&pl->count, &pl->out);
	if (v >= VERDICT_FAIL && pl->opts->until_fail)
		pl->stop = true;
}

static void on_end(void *ctx, struct play *p)
{
	struct player *pl = ctx;

	if (pl->opts->repeat > 1)
		weigh(pl, p);
	for (unsigned i = 0; i < pl->nlive; i++)
		if (pl->live[i] == p)
			pl->live[i] = pl->live[--pl->nlive];
	pl->ended++;
	play_free(p);
}

static void fail_to_start(struct player *pl, const char *why)
{
	struct event ev = event_of(EV_ERROR, 0);

	if (pl->opts->repeat > 1)
		plays_write_head(pl->started + 1, &pl->out);
	ev.text = str_from(why);
	trace_line(&ev, &pl->out);
	ev = event_of(EV_END, 0);
	trace_line(&ev, &pl->out);
	pl->count.n++;
	pl->count.verdicts[VERDICT_ERROR]++;
	pl->stop = true;
}

static void start_plays(struct player *pl)
{
	const struct runner_opts *o = pl->opts;
	struct fail why;

	while (!pl->stop && pl->nlive < o->at_once && pl->started < o->repeat) {
		struct play *p = play_start(
			&pl->engine, pl->prog, pl->started + 1,
			o->repeat > 1 ? NULL : on_event, on_end, pl, &why);

		if (!p) {
			fail_to_start(pl, why.text);
			return;
		}
		pl->started++;
		pl->live[pl->nlive++] = p;
	}
}

static void stop_all(struct player *pl)
{
	pl->stop = true;
	told_to_stop = 0;
	for (unsigned i = pl->nlive; i-- > 0;)
		play_stop(pl->live[i], "interrupted");
}

static void loop(struct player *pl)
{
	start_plays(pl);
	while (pl->nlive) {
		engine_step(&pl->engine);
		if (told_to_stop)
			stop_all(pl);
		start_plays(pl);
		if (pl->out.len) {
			write_all(pl->fd, buf_str(&pl->out));
			buf_clear(&pl->out);
		}
	}
}

static void summarise(struct player *pl)
{
	if (pl->opts->repeat > 1)
		plays_write_count(&pl->count, &pl->out);
	write_all(pl->fd, buf_str(&pl->out));
}

/* Each play has sockets of its own: as many as the machine grants. */
static void raise_files(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files))
		return;
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
}

static void harden(void)
{
	struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);   /* a core would hold secrets */
	mallopt(M_TRIM_THRESHOLD, KEPT); /* plays end in droves and go on */
	raise_files();
	signal(SIGTERM, on_term);
	signal(SIGPIPE, SIG_IGN);
}

void player_main(const struct runner_opts *opts, const struct prog *prog,
		 struct ports *ports, int fd)
{
	struct player pl = {
		.opts = opts, .prog = prog, .judge = opts->judge, .fd = fd
	};
	struct wire *wire;
	struct fail why;

	harden();
	pl.judge.brief = true;
	wire = wire_net_new(&pl.clock, ports, &why);
	if (!wire) {
		fail_to_start(&pl, why.text);
	} else {
		pl.live = arena_must(
			calloc(opts->at_once, sizeof(struct play *)));
		engine_init(&pl.engine, &opts->engine, &pl.clock, wire);
		loop(&pl);
		engine_done(&pl.engine);
		wire_free(wire);
		free(pl.live);
	}
	summarise(&pl);
	buf_free(&pl.out);
}

/* ---- the probe
 * -------------------------------------------------------------------- */

static void on_probe_end(void *ctx, struct play *p)
{
	const struct trace *tr = play_trace(p);
	int *status = ctx;

	*status = 1;
	for (size_t i = 0; i < tr->n; i++)
		if (tr->list[i].kind == EV_LIVENESS && tr->list[i].ok)
			*status = 0;
	play_free(p);
}

int player_probe(const struct engine_opts *opts)
{
	struct prog nothing = { .id = STR("probe") };
	struct engine_opts with = *opts;
	struct clock clock = { 0 };
	struct engine engine;
	struct fail why;
	struct wire *wire = wire_net_new(&clock, NULL, &why);
	int status = -1;

	if (!wire)
		return 2;
	with.probe = true;
	engine_init(&engine, &with, &clock, wire);
	if (!play_start(&engine, &nothing, 0, NULL, on_probe_end, &status,
			&why))
		return 2;
	while (status < 0)
		engine_step(&engine);
	engine_done(&engine);
	wire_free(wire);
	return status;
}
