/* SPDX-License-Identifier: MIT */
/* The parent: forks players, reads their traces from pipes, judges them. */
#include "play/runner.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "play/player.h"

enum {
	/* JSON makes six bytes of a NUL: all a trace may hold fits. */
	TRACE_TEXT_MAX = 256 << 20,
	GRACE_S = 60, /* for hanging up, lingering, the last probe */
	READ_CHUNK = 65536
};

struct child {
	pid_t pid;
	int fd; /* -1: a free place */
	const struct prog *prog;
	struct buf text;
	size_t told;    /* of text, to on_line */
	ns_t killed_at; /* when patience ends */
	bool overdue;   /* killed for that */
	unsigned era;   /* runner.crashes when it began */
};

struct runner {
	const struct runner_opts *opts;
	const struct progs *progs;
	struct child *children;
	size_t next; /* the next program to start */
	unsigned running;
	bool stopping;
	int signal;       /* the first one; 0: none */
	bool killed;      /* there was a second */
	unsigned crashes; /* of the device */
	bool doubtful;    /* it has crashed: ask before the next play */
	bool gone;        /* asked: it does not answer */
	struct clock clock;
	sigset_t blocked, mask;
	struct ports *ports; /* all players take turns */
};

/* Set by the handler, read by the loop: all that a handler may do. */
static volatile sig_atomic_t caught, ncaught;

static void on_signal(int sig)
{
	caught = sig;
	if (++ncaught > 2)
		_exit(128 + sig);
}

/* ---- children ---- */

static ns_t patience(const struct runner *r, const struct prog *prog)
{
	const struct runner_opts *o = r->opts;
	ns_t one = prog->deadline ? prog->deadline : o->engine.deadline;
	unsigned rounds = (o->repeat + o->at_once - 1) / o->at_once;
	double slack = o->engine.slack;
	double whole = (double)one * slack * rounds +
		       (double)GRACE_S * NS_S * (slack > 1 ? slack : 1);

	return whole > (double)(NS_MAX / 4) ? NS_MAX / 4 : (ns_t)whole;
}

/* A child is born with signals blocked; player_begin sets its own handlers. */
static pid_t fork_player(struct runner *r, int fds[2])
{
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC))
		return -1;
	sigprocmask(SIG_BLOCK, &r->blocked, NULL);
	pid = fork();
	if (pid == 0) {
		close(fds[0]);
		player_begin();
	}
	sigprocmask(SIG_SETMASK, &r->mask, NULL);
	if (pid)
		close(fds[1]);
	if (pid < 0)
		close(fds[0]);
	return pid;
}

static bool start_child(struct runner *r, struct child *c,
			const struct prog *prog)
{
	int fds[2];
	pid_t pid = fork_player(r, fds);

	if (pid < 0)
		return false;
	if (pid == 0) {
		player_main(r->opts, prog, r->ports, fds[1]);
		_exit(0);
	}
	*c = (struct child){ .pid = pid,
			     .fd = fds[0],
			     .prog = prog,
			     .text = { .max = TRACE_TEXT_MAX },
			     .era = r->crashes };
	c->killed_at = clock_now(&r->clock) + patience(r, prog);
	r->running++;
	return true;
}

static struct result *none(struct runner *r, const struct prog *prog,
			   enum verdict v, struct str reason)
{
	return judge_none(prog, v, reason, r->opts->arena);
}

/* ---- a child's end ---- */

static struct str end_of(struct runner *r, const struct child *c, int status)
{
	struct arena *a = r->opts->arena;

	if (c->overdue)
		return STR("the player did not end in time and was killed");
	if (WIFSIGNALED(status))
		return arena_strf(a, "the player died of signal %d (%s)",
				  WTERMSIG(status),
				  strsignal(WTERMSIG(status)));
	if (WEXITSTATUS(status))
		return arena_strf(a, "the player ended with status %d",
				  WEXITSTATUS(status));
	return STR_NONE;
}

/* Cut short by a signal: what has not failed by then says nothing. */
static struct result *heed_signal(struct runner *r, const struct child *c,
				  const struct trace *tr, struct result *result)
{
	const struct event *end = tr->n ? &tr->list[tr->n - 1] : NULL;

	if (!r->signal || !end || end->kind != EV_END ||
	    !str_is(end->text, PLAYER_INTERRUPTED) ||
	    result->verdict == VERDICT_FAIL || result->verdict == VERDICT_ERROR)
		return result;
	return none(r, c->prog, VERDICT_NOT_RUN, STR(PLAYER_INTERRUPTED));
}

static struct result *judge_text(struct runner *r, struct child *c,
				 const struct plays_told *told)
{
	struct arena *a = arena_new();
	struct trace tr = { .arena = a };
	struct result *result;
	struct fail why;

	if (!trace_read(&tr, told->trace, &why)) {
		result = none(r, c->prog, VERDICT_ERROR, str_from(why.text));
	} else {
		result = judge(c->prog, &tr, &r->opts->judge, r->opts->arena);
		result = heed_signal(r, c, &tr, result);
	}
	result->play = told->number;
	result->trace = told->trace;
	arena_free(a);
	return result;
}

/* The worst is the scenario's result; the others that failed are beside it. */
static struct result *judge_all(struct runner *r, struct child *c,
				struct plays_count *count)
{
	struct arena *a = r->opts->arena;
	struct str text = buf_str(&c->text);
	struct result *worst = NULL, **all = NULL;
	struct plays_told told;
	unsigned n = 0, nothers = 0;

	while (plays_next(&text, &told, count)) {
		struct result *one = judge_text(r, c, &told);

		*ARENA_PUSH(a, all, n) = one;
		if (!worst || one->verdict > worst->verdict)
			worst = one;
	}
	for (unsigned i = 0; i < n; i++)
		if (all[i] != worst && all[i]->verdict >= VERDICT_INCONCLUSIVE)
			all[nothers++] = all[i];
	if (!worst)
		return judge_text(r, c, &told);
	worst->others = all;
	worst->nothers = nothers;
	return worst;
}

static void count_plays(struct result *result, const struct plays_count *count)
{
	enum verdict v = result->verdict;

	if (!count->n)
		return;
	result->plays = count->n;
	memcpy(result->verdicts, count->verdicts, sizeof(result->verdicts));
	if (v != VERDICT_PASS && result->verdicts[v])
		result->reason = arena_strf(
			result->arena, STR_F "%s%u of %u plays: %s",
			STR_A(result->reason), result->reason.len ? "; " : "",
			result->verdicts[v], result->plays, verdict_word(v));
}

/* A crash is one scenario's failure. What was under way beside it could not be
 * tested any more. */
static void heed_crash(struct runner *r, const struct child *c,
		       struct result *result)
{
	if (!result_has_crash(result))
		return;
	r->doubtful = true;
	if (c->era == r->crashes) {
		r->crashes++;
		return;
	}
	for (size_t i = 0; i < result->n; i++) {
		struct finding *f = &result->findings[i];

		if (f->verdict == VERDICT_FAIL)
			f->verdict = VERDICT_INCONCLUSIVE;
		if (f->verdict == VERDICT_INCONCLUSIVE)
			f->reason = STR("device-gone");
	}
	result->verdict = VERDICT_INCONCLUSIVE;
	result->reason = STR("device-gone");
}

static struct result *result_of(struct runner *r, struct child *c, int status,
				struct plays_count *count)
{
	struct str how = end_of(r, c, status);
	struct result *told = judge_all(r, c, count), *result;

	if (!how.len)
		return told;
	if (r->killed)
		return none(r, c->prog, VERDICT_NOT_RUN,
			    STR(PLAYER_INTERRUPTED));
	/* A player that died takes the plays it had not told with it. */
	result = none(r, c->prog, VERDICT_ERROR, how);
	result->others = told->others;
	result->nothers = told->nothers;
	result->trace = told->trace;
	count->n += count->n != 0;
	count->verdicts[VERDICT_ERROR] += count->n != 0;
	return result;
}

static void finish_child(struct runner *r, struct child *c)
{
	struct plays_count count = { 0 };
	struct result *result;
	int status = 0;

	close(c->fd);
	c->fd = -1;
	while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
		;
	r->running--;
	result = result_of(r, c, status, &count);
	heed_crash(r, c, result);
	count_plays(result, &count);
	r->opts->on_result(r->opts->ctx, c->prog, result, result->trace);
	if (result->verdict >= VERDICT_FAIL && r->opts->fail_fast)
		r->stopping = true;
	buf_free(&c->text);
}

static void tell_lines(struct runner *r, struct child *c)
{
	struct str rest = str_tail(buf_str(&c->text), c->told), line;

	while (r->opts->on_line && str_find_char(rest, '\n') >= 0) {
		str_cut(rest, '\n', &line, &rest);
		if (str_starts(line, "{"))
			r->opts->on_line(r->opts->ctx, c->prog, line);
		c->told = (size_t)(rest.p - c->text.p);
	}
}

static void read_child(struct runner *r, struct child *c)
{
	char chunk[READ_CHUNK];
	ssize_t n = read(c->fd, chunk, sizeof(chunk));

	if (n > 0) {
		buf_add(&c->text, chunk, (size_t)n);
		tell_lines(r, c);
	} else if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
		finish_child(r, c);
	}
}

/* ---- is the device there ---- */

/* A child asks; its words say why not. A signal breaks it off. */
static bool probe(struct runner *r, struct fail *why)
{
	buf_auto said = { .max = sizeof(why->text) };
	char chunk[sizeof(why->text)];
	int fds[2], status = 0;
	pid_t pid = fork_player(r, fds);
	ssize_t n;

	if (pid < 0)
		return fail_errno(why, "cannot start a process");
	if (pid == 0)
		_exit(player_probe(&r->opts->engine, fds[1]) ? 0 : 1);
	while (!caught) {
		struct pollfd in = { .fd = fds[0], .events = POLLIN };

		if (poll(&in, 1, 200) <= 0)
			continue;
		n = read(fds[0], chunk, sizeof(chunk));
		if (n <= 0)
			break;
		buf_add(&said, chunk, (size_t)n);
	}
	if (caught)
		kill(pid, SIGKILL);
	close(fds[0]);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	fail_set(why, "%s", said.len ? buf_z(&said) : "the probe broke off");
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* ---- starting ---- */

static void give_result(struct runner *r, const struct prog *prog,
			enum verdict v, struct str reason)
{
	r->opts->on_result(r->opts->ctx, prog, none(r, prog, v, reason),
			   STR_NONE);
}

/* After a crash: is it back? Not while plays that began before still run. */
static bool is_in_doubt(struct runner *r)
{
	struct fail why;

	if (!r->doubtful || r->gone || r->stopping)
		return false;
	if (r->running)
		return true;
	r->gone = !probe(r, &why);
	r->doubtful = false;
	return caught != 0;
}

static void start_one(struct runner *r, struct child *c,
		      const struct prog *prog)
{
	if (!prog->selected)
		give_result(r, prog, VERDICT_SKIP, prog->why);
	else if (r->stopping)
		give_result(r, prog, VERDICT_NOT_RUN,
			    r->signal ? STR(PLAYER_INTERRUPTED)
				      : STR("the run was stopped"));
	else if (r->gone)
		give_result(r, prog, VERDICT_INCONCLUSIVE, STR("device-gone"));
	else if (!start_child(r, c, prog))
		give_result(r, prog, VERDICT_ERROR,
			    STR("cannot start a process"));
}

static void start_more(struct runner *r)
{
	for (unsigned i = 0; i < r->opts->jobs; i++) {
		struct child *c = &r->children[i];

		while (c->fd < 0 && r->next < r->progs->n && !is_in_doubt(r))
			start_one(r, c, r->progs->list[r->next++]);
	}
}

/* ---- the loop ---- */

static void signal_children(struct runner *r, int sig)
{
	for (unsigned i = 0; i < r->opts->jobs; i++)
		if (r->children[i].fd >= 0)
			kill(r->children[i].pid, sig);
}

static void kill_overdue(struct runner *r)
{
	ns_t now = clock_now(&r->clock);

	for (unsigned i = 0; i < r->opts->jobs; i++) {
		struct child *c = &r->children[i];

		if (c->fd < 0 || now <= c->killed_at)
			continue;
		c->overdue = true;
		kill(c->pid, SIGKILL);
	}
}

/* A signal is seen either before the wait or as its end, never between. */
static int wait_for(struct runner *r, struct pollfd *fds, nfds_t n)
{
	struct timespec half = { .tv_nsec = NS_S / 2 };
	int ready = 0;

	sigprocmask(SIG_BLOCK, &r->blocked, NULL);
	if (!caught)
		ready = ppoll(fds, n, &half, &r->mask);
	sigprocmask(SIG_SETMASK, &r->mask, NULL);
	return ready;
}

static void wait_children(struct runner *r)
{
	struct pollfd fds[RUNNER_JOBS_MAX];
	struct child *whose[RUNNER_JOBS_MAX];
	nfds_t n = 0;

	for (unsigned i = 0; i < r->opts->jobs; i++) {
		if (r->children[i].fd < 0)
			continue;
		whose[n] = &r->children[i];
		fds[n++] = (struct pollfd){ .fd = r->children[i].fd,
					    .events = POLLIN };
	}
	if (wait_for(r, fds, n) <= 0)
		return;
	for (nfds_t i = 0; i < n; i++)
		if (fds[i].revents)
			read_child(r, whose[i]);
}

/* First signal: the plays tear down. Second: at once. */
static void pass_signal(struct runner *r)
{
	if (!caught)
		return;
	r->killed = r->signal != 0;
	signal_children(r, r->killed ? SIGKILL : SIGTERM);
	if (!r->signal)
		r->signal = caught;
	caught = 0;
	r->stopping = true;
}

static const int signals[] = { SIGINT, SIGTERM, SIGHUP };

enum { NSIGNALS = sizeof(signals) / sizeof(*signals) };

/* What is ignored ("nohup") stays so, but for SIGINT: shells ignore that for
 * what they run in the background. */
static void install(struct runner *r, struct sigaction old[NSIGNALS])
{
	struct sigaction sa = { .sa_handler = on_signal,
				.sa_flags = SA_RESTART };

	caught = ncaught = 0;
	sigprocmask(SIG_SETMASK, NULL, &r->mask);
	sigemptyset(&r->blocked);
	for (int i = 0; i < NSIGNALS; i++) {
		sigaddset(&r->blocked, signals[i]);
		sigaction(signals[i], NULL, &old[i]);
		if (old[i].sa_handler != SIG_IGN || signals[i] == SIGINT)
			sigaction(signals[i], &sa, NULL);
	}
}

static void play_all(struct runner *r)
{
	pass_signal(r); /* it may have come during the probe */
	start_more(r);
	while (r->running || r->next < r->progs->n) {
		if (r->running)
			wait_children(r);
		pass_signal(r);
		kill_overdue(r);
		start_more(r);
	}
}

enum runner_end runner_run(const struct runner_opts *opts,
			   const struct progs *progs, int *ret_signal,
			   struct fail *why)
{
	struct runner r = { .opts = opts,
			    .progs = progs,
			    .ports = ports_new() };
	struct child children[RUNNER_JOBS_MAX];
	struct sigaction old[NSIGNALS];
	bool there;

	r.children = children;
	for (unsigned i = 0; i < RUNNER_JOBS_MAX; i++)
		children[i].fd = -1;
	install(&r, old);
	there = !opts->engine.probe || probe(&r, why);
	if (there || caught)
		play_all(&r);
	for (int i = 0; i < NSIGNALS; i++)
		sigaction(signals[i], &old[i], NULL);
	ports_free(r.ports);
	*ret_signal = r.signal;
	return r.signal ? RUNNER_STOPPED
	       : there  ? RUNNER_DONE
			: RUNNER_NO_DEVICE;
}
