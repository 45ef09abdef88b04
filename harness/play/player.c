/* SPDX-License-Identifier: MIT */
/* The child: one engine, any number of plays of one program. */
#include "play/player.h"

#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/text.h"
#include "play/trigger.h"

enum { KEPT = 64 << 20 }; /* bytes of free memory, for the next plays */

static volatile sig_atomic_t told_to_stop;

static void on_term(int sig)
{
	(void)sig;
	told_to_stop = 1;
}

struct player;

struct seat { /* one of the plays at once; NULL: free */
	struct player *player;
	struct play *play;
	struct seat *next; /* of the free ones */
};

struct player {
	const struct runner_opts *opts;
	const struct prog *prog;
	struct engine engine;
	struct clock clock;
	int fd;
	struct seat *seats;
	struct seat *empty;
	unsigned at_once; /* plays; one where they trigger the device */
	unsigned nseats, nlive, started;
	struct buf out; /* lines on their way to the parent */
	struct judge_opts judge;
	struct arena *scratch; /* of one judgement */
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
	struct player *pl = ((struct seat *)ctx)->player;

	trace_line(ev, &pl->out);
	if (pl->out.len > 32768) {
		write_all(pl->fd, buf_str(&pl->out));
		buf_clear(&pl->out);
	}
}

static bool is_cut(const struct trace *tr)
{
	const struct event *end = tr->n ? &tr->list[tr->n - 1] : NULL;

	return end && end->kind == EV_END &&
	       str_is(end->text, PLAYER_INTERRUPTED);
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
	if (!pl->told || v > pl->worst)
		pl->worst = v;
	pl->told++;
}

static void weigh(struct player *pl, const struct play *p)
{
	enum { COUNT_EVERY = 100 };
	const struct trace *tr = play_trace(p);
	const struct result *r = judge(pl->prog, tr, &pl->judge, pl->scratch);
	enum verdict v = r->verdict;

	if ((v >= VERDICT_FAIL && pl->opts->until_fail) || result_has_crash(r))
		pl->stop = true;
	arena_reset(pl->scratch);
	pl->count.n++;
	pl->count.verdicts[v]++;
	if (is_worth_telling(pl, v))
		tell(pl, play_number(p), v, tr);
	else if (pl->count.n % COUNT_EVERY == 0)
		plays_write_count(&pl->count, &pl->out);
}

static void on_end(void *ctx, struct play *p)
{
	struct seat *seat = ctx;
	struct player *pl = seat->player;

	if (pl->opts->repeat > 1 && !(pl->count.n && is_cut(play_trace(p))))
		weigh(pl, p);
	seat->play = NULL;
	seat->next = pl->empty;
	pl->empty = seat;
	pl->nlive--;
	play_free(p);
}

/* A port that another program holds is the network's refusal, not our error. */
static void fail_to_start(struct player *pl, const struct fail *why)
{
	bool network = why->err == EADDRINUSE || why->err == EADDRNOTAVAIL ||
		       why->err == EACCES;
	struct event ev = event_of(network ? EV_PREAMBLE : EV_ERROR, 0);

	if (pl->opts->repeat > 1)
		plays_write_head(pl->started + 1, &pl->out);
	ev.text = str_from(why->text);
	if (network)
		ev.name = STR("network");
	trace_line(&ev, &pl->out);
	ev = event_of(EV_END, 0);
	trace_line(&ev, &pl->out);
	pl->count.n++;
	pl->count.verdicts[network ? VERDICT_INCONCLUSIVE : VERDICT_ERROR]++;
	pl->stop = true;
}

static void start_plays(struct player *pl)
{
	const struct runner_opts *o = pl->opts;
	struct fail why;

	while (!pl->stop && pl->empty && pl->started < o->repeat) {
		struct seat *seat = pl->empty;

		seat->play = play_start(&pl->engine, pl->prog, pl->started + 1,
					o->repeat > 1 ? NULL : on_event, on_end,
					seat, &why);
		if (!seat->play) {
			fail_to_start(pl, &why);
			return;
		}
		pl->empty = seat->next;
		pl->started++;
		pl->nlive++;
	}
}

static void stop_all(struct player *pl)
{
	pl->stop = true;
	told_to_stop = 0;
	for (unsigned i = 0; i < pl->nseats; i++)
		if (pl->seats[i].play)
			play_stop(pl->seats[i].play, PLAYER_INTERRUPTED);
}

static void set_seats(struct player *pl)
{
	const struct runner_opts *o = pl->opts;

	pl->nseats = pl->at_once < o->repeat ? pl->at_once : o->repeat;
	pl->seats = arena_must(calloc(pl->nseats, sizeof(*pl->seats)));
	for (unsigned i = pl->nseats; i-- > 0;) {
		pl->seats[i].player = pl;
		pl->seats[i].next = pl->empty;
		pl->empty = &pl->seats[i];
	}
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

/* A core would hold secrets; many plays at once need many sockets. */
static void set_limits(void)
{
	struct rlimit none = { 0, 0 }, files;

	setrlimit(RLIMIT_CORE, &none);
	mallopt(M_TRIM_THRESHOLD, KEPT); /* plays end in droves and go on */
	if (getrlimit(RLIMIT_NOFILE, &files))
		return;
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
}

/* Ctrl-C and a hang-up go to the whole group; the parent passes it on as
 * SIGTERM, and so does its death. */
void player_begin(void)
{
	struct sigaction term = { .sa_handler = on_term };
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	sigaction(SIGTERM, &term, NULL);
	sigaction(SIGINT, &ignore, NULL);
	sigaction(SIGHUP, &ignore, NULL);
	sigaction(SIGPIPE, &ignore, NULL);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	set_limits();
}

/* The network as the run wants it; NULL: why. */
static struct wire *make_wire(const struct engine_opts *o, struct clock *clock,
			      struct ports *ports, struct fail *why)
{
	struct wire *wire = wire_net_new(clock, ports, why);

	if (wire)
		wire_net_tls(wire, &o->tls);
	if (wire && o->impaired)
		wire = wire_impaired_new(wire, &o->impair, o->seed);
	return wire;
}

void player_main(const struct runner_opts *opts, const struct prog *prog,
		 struct ports *ports, int fd)
{
	struct player pl = {
		.opts = opts, .prog = prog, .judge = opts->judge, .fd = fd
	};
	struct wire *wire;
	struct fail why;

	pl.judge.brief = true;
	pl.at_once =
		trigger_is_used(prog, opts->engine.device) ? 1 : opts->at_once;
	pl.scratch = arena_new();
	wire = make_wire(&opts->engine, &pl.clock, ports, &why);
	if (!wire) {
		fail_to_start(&pl, &why);
	} else {
		set_seats(&pl);
		engine_init(&pl.engine, &opts->engine, &pl.clock, wire);
		loop(&pl);
		engine_done(&pl.engine);
		wire_free(wire);
		free(pl.seats);
	}
	summarise(&pl);
	arena_free(pl.scratch);
	buf_free(&pl.out);
}

/* ---- the probe ---- */

struct probe {
	bool over, alive, connected;
	struct fail problem; /* the first there was */
	struct fail instead; /* what came and is no answer */
};

static bool is_sip(struct str line)
{
	return str_starts(line, "SIP/2.0 ") || str_ends(line, " SIP/2.0");
}

/* Something else listens there, and its first line says what. */
static void hear_instead(struct probe *probe, const struct event *ev)
{
	enum { SHOWN = 60 };
	struct str line, rest;
	buf_auto shown = { 0 };

	if (ev->kind != EV_REC || ev->out || !ev->bytes.len ||
	    ev->cls == REC_KEEPALIVE || probe->instead.text[0])
		return;
	str_cut(ev->bytes, '\n', &line, &rest);
	line = str_trim(line);
	text_printable(&shown,
		       str_sub(line, 0, line.len < SHOWN ? line.len : SHOWN));
	fail_set(&probe->instead, "%s came instead: \"%s\"",
		 is_sip(line) ? "this" : "what is no SIP", buf_z(&shown));
}

static void on_probe_end(void *ctx, struct play *p)
{
	const struct trace *tr = play_trace(p);
	struct probe *probe = ctx;

	for (size_t i = 0; i < tr->n; i++) {
		probe->alive |=
			tr->list[i].kind == EV_LIVENESS && tr->list[i].ok;
		probe->connected |= tr->list[i].conn > 0;
		hear_instead(probe, &tr->list[i]);
		if (tr->list[i].kind == EV_PROBLEM && !probe->problem.text[0])
			fail_set(&probe->problem, STR_F,
				 STR_A(tr->list[i].text));
	}
	probe->over = true;
	play_free(p);
}

/* Over UDP it was asked for as long as that; a connection that fails is told
 * at once. */
static bool fail_silent(const struct engine_opts *opts,
			const struct probe *probe, ns_t took, struct fail *why)
{
	double limit = 4 * opts->slack;
	const char *problem = probe->problem.text;
	char text[ADDR_TEXT_MAX], within[32] = "";

	if ((double)took >= limit * NS_S)
		snprintf(within, sizeof(within), " within %.1f s", limit);
	if (probe->instead.text[0])
		problem = probe->instead.text;
	else if (strstr(problem, " refuses "))
		problem = opts->proto == PROTO_UDP
				  ? "the port is closed (ICMP port "
				    "unreachable)"
				  : "the port is closed (connection "
				    "refused)";
	else if (!*problem && !probe->connected && opts->proto != PROTO_UDP)
		problem = opts->proto == PROTO_TLS
				  ? "it says nothing to the TLS handshake"
				  : "no connection comes about";
	return fail_set(why, "%s does not answer OPTIONS%s%s%s",
			addr_format(&opts->dut, text), within,
			*problem ? ": " : "", problem);
}

static bool ask(const struct engine_opts *opts, struct wire *wire,
		struct clock *clock, struct fail *why)
{
	struct prog nothing = { .id = STR("probe") };
	struct engine_opts with = *opts;
	struct engine engine;
	struct probe probe = { 0 };
	ns_t begun = clock_now(clock);

	with.probe = true;
	engine_init(&engine, &with, clock, wire);
	if (!play_start(&engine, &nothing, 0, NULL, on_probe_end, &probe, why))
		return false;
	while (!probe.over && !told_to_stop)
		engine_step(&engine);
	if (!probe.over)
		return fail_set(why, PLAYER_INTERRUPTED);
	engine_done(&engine);
	return probe.alive ||
	       fail_silent(opts, &probe, clock_now(clock) - begun, why);
}

bool player_probe(const struct engine_opts *opts, int fd)
{
	struct clock clock = { 0 };
	struct fail why;
	struct wire *wire = make_wire(opts, &clock, NULL, &why);
	bool ok = wire && ask(opts, wire, &clock, &why);

	if (!ok)
		write_all(fd, str_from(why.text));
	wire_free(wire);
	return ok;
}
