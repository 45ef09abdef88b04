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

#include "play/children.h"
#include "play/trigger.h"

enum {
	/* JSON makes six bytes of a NUL: all a trace may hold fits. */
	TRACE_TEXT_MAX = 256 << 20,
	GRACE_S = 60, /* for hanging up, lingering, the last probe */
	READ_CHUNK = 65536
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
			     .text = { .max = TRACE_TEXT_MAX } };
	c->killed_at = clock_now(&r->clock) + patience(r, prog);
	r->running++;
	return true;
}

static void finish_child(struct runner *r, struct child *c)
{
	struct result *result;
	int status = 0;

	close(c->fd);
	c->fd = -1;
	while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
		;
	r->running--;
	result = verdict_of(r, c, status);
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
	r->opts->on_result(r->opts->ctx, prog, verdict_none(r, prog, v, reason),
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

/* Triggers mean the device as a whole ("hang up"): such a play is alone with
 * it. */
static bool is_in_use(const struct runner *r)
{
	const struct device *d = r->opts->engine.device;
	bool alone = trigger_is_used(r->progs->list[r->next], d);

	for (unsigned i = 0; i < r->opts->jobs; i++)
		if (r->children[i].fd >= 0 &&
		    (alone || trigger_is_used(r->children[i].prog, d)))
			return true;
	return false;
}

static void start_more(struct runner *r)
{
	for (unsigned i = 0; i < r->opts->jobs; i++) {
		struct child *c = &r->children[i];

		while (c->fd < 0 && r->next < r->progs->n && !is_in_doubt(r) &&
		       !is_in_use(r))
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
