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
	struct buf worst;
	enum verdict worst_verdict;
	struct player_summary sum;
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

/* The worst play's trace is the one worth keeping. */
static void weigh(struct player *pl, const struct trace *tr)
{
	struct arena *a = arena_new();
	struct result *r = judge(pl->prog, tr, &pl->opts->judge, a);

	pl->sum.plays++;
	pl->sum.verdicts[r->verdict]++;
	if (pl->sum.plays == 1 || r->verdict > pl->worst_verdict) {
		pl->worst_verdict = r->verdict;
		buf_clear(&pl->worst);
		for (size_t i = 0; i < tr->n; i++)
			trace_line(&tr->list[i], &pl->worst);
	}
	if (r->verdict >= VERDICT_FAIL && pl->opts->until_fail)
		pl->stop = true;
	arena_free(a);
}

static void on_end(void *ctx, struct play *p)
{
	struct player *pl = ctx;

	if (pl->opts->repeat > 1)
		weigh(pl, play_trace(p));
	for (unsigned i = 0; i < pl->nlive; i++)
		if (pl->live[i] == p)
			pl->live[i] = pl->live[--pl->nlive];
	pl->ended++;
	play_free(p);
}

static void fail_to_start(struct player *pl, const char *why)
{
	struct event ev = event_of(EV_ERROR, 0);
	buf_auto line = { 0 };

	ev.text = str_from(why);
	trace_line(&ev, &line);
	ev = event_of(EV_END, 0);
	trace_line(&ev, &line);
	buf_add_str(&pl->out, buf_str(&line));
	buf_add_str(&pl->worst, buf_str(&line));
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
	buf_auto head = { 0 };

	if (pl->opts->repeat > 1) {
		buf_addf(&head, "#plays %u", pl->sum.plays);
		for (int v = 0; v <= VERDICT_NOT_RUN; v++)
			buf_addf(&head, " %u", pl->sum.verdicts[v]);
		buf_add_char(&head, '\n');
		write_all(pl->fd, buf_str(&head));
		write_all(pl->fd, buf_str(&pl->worst));
	} else {
		write_all(pl->fd, buf_str(&pl->out));
	}
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
	struct player pl = { .opts = opts, .prog = prog, .fd = fd };
	struct wire *wire;
	struct fail why;

	harden();
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
	buf_free(&pl.worst);
}

/* ---- the summary line
 * ------------------------------------------------------------ */

void player_summary_read(struct str *text, struct player_summary *ret)
{
	struct str line, word, rest;
	uint64_t n;

	*ret = (struct player_summary){ .plays = 1 };
	if (!str_starts(*text, "#plays "))
		return;
	str_cut(*text, '\n', &line, text);
	str_cut(line, ' ', &word, &rest);
	for (int v = -1; v <= VERDICT_NOT_RUN && rest.len; v++) {
		str_cut(rest, ' ', &word, &rest);
		if (!str_to_u64(word, &n))
			return;
		if (v < 0)
			ret->plays = (unsigned)n;
		else
			ret->verdicts[v] = (unsigned)n;
	}
}

void player_summary_apply(const struct player_summary *sum,
			  struct result *result)
{
	unsigned same = sum->verdicts[result->verdict];

	result->plays = sum->plays;
	if (sum->plays > 1 && result->verdict != VERDICT_PASS)
		result->reason = arena_strf(
			result->arena, STR_F "%s%u of %u plays: %s",
			STR_A(result->reason), result->reason.len ? "; " : "",
			same, sum->plays, verdict_word(result->verdict));
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
