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

enum { TRACE_TEXT_MAX = 256 << 20, GRACE_S = 20, READ_CHUNK = 65536 };

struct child {
	pid_t pid;
	int fd; /* -1: a free place */
	const struct prog *prog;
	struct buf text;
	ns_t killed_at; /* when patience ends */
};

struct runner {
	const struct runner_opts *opts;
	const struct progs *progs;
	struct child *children;
	size_t next; /* the next program to start */
	unsigned running;
	bool stopping;
	bool gone; /* the device died in a scenario */
	struct clock clock;
	struct ports *ports; /* all players take turns */
};

/* Set by the handler, read by the loop: all that a handler may do. */
static volatile sig_atomic_t caught;

static void on_signal(int sig)
{
	caught = sig;
}

/* ---- children
 * ----------------------------------------------------------------- */

static ns_t patience(const struct runner *r, const struct prog *prog)
{
	const struct runner_opts *o = r->opts;
	ns_t one = prog->deadline ? prog->deadline : o->engine.deadline;
	unsigned rounds = (o->repeat + o->at_once - 1) / o->at_once;

	return (ns_t)((double)one * o->engine.slack) * rounds + GRACE_S * NS_S;
}

static bool start_child(struct runner *r, struct child *c,
			const struct prog *prog)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC))
		return false;
	c->pid = fork();
	if (c->pid < 0) {
		close(fds[0]);
		close(fds[1]);
		return false;
	}
	if (c->pid == 0) {
		signal(SIGINT, SIG_IGN); /* the parent passes SIGTERM on */
		close(fds[0]);
		player_main(r->opts, prog, r->ports, fds[1]);
		_exit(0);
	}
	close(fds[1]);
	c->fd = fds[0];
	c->prog = prog;
	c->text = (struct buf){ .max = TRACE_TEXT_MAX };
	c->killed_at = clock_now(&r->clock) + patience(r, prog);
	r->running++;
	return true;
}

static struct result *error_result(struct runner *r, const struct child *c,
				   struct str reason)
{
	return judge_none(c->prog, VERDICT_ERROR, reason, r->opts->arena);
}

static struct str end_of(struct runner *r, int status)
{
	struct arena *a = r->opts->arena;

	if (WIFSIGNALED(status))
		return arena_strf(a, "the player died of signal %d (%s)",
				  WTERMSIG(status),
				  strsignal(WTERMSIG(status)));
	if (WEXITSTATUS(status))
		return arena_strf(a, "the player ended with status %d",
				  WEXITSTATUS(status));
	return STR_NONE;
}

static struct result *judge_text(struct runner *r, struct child *c,
				 const struct plays_told *told)
{
	struct arena *a = arena_new();
	struct trace tr = { .arena = a };
	struct result *result;
	struct fail why;

	if (trace_read(&tr, told->trace, &why))
		result = judge(c->prog, &tr, &r->opts->judge, r->opts->arena);
	else
		result = error_result(
			r, c, arena_str(r->opts->arena, str_from(why.text)));
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

/* A player that died takes the plays it had not told with it. */
static struct result *died(struct runner *r, struct child *c,
			   struct result *told, struct str reason)
{
	struct result *result = error_result(r, c, reason);

	result->others = told->others;
	result->nothers = told->nothers;
	result->trace = told->trace;
	return result;
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

/* A device that answered the first probe and no longer does: one scenario
 * fails of it, the others say nothing of theirs. */
static void note_crash(struct runner *r, struct result *result)
{
	bool first = !r->gone;

	if (!str_is(result->reason, "crash"))
		return;
	r->gone = true;
	if (first)
		return;
	result->verdict = VERDICT_INCONCLUSIVE;
	result->reason = STR("device-gone");
	for (size_t i = 0; i < result->n; i++) {
		struct finding *f = &result->findings[i];

		if (f->verdict != VERDICT_FAIL)
			continue;
		f->verdict = VERDICT_INCONCLUSIVE;
		f->reason = STR("device-gone");
	}
}

static void finish_child(struct runner *r, struct child *c)
{
	struct plays_count count = { 0 };
	struct result *result;
	struct str how;
	int status = 0;

	close(c->fd);
	c->fd = -1;
	while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
		;
	r->running--;
	how = end_of(r, status);
	result = judge_all(r, c, &count);
	if (how.len) {
		result = died(r, c, result, how);
		count.n += count.n != 0;
		count.verdicts[VERDICT_ERROR] += count.n != 0;
	}
	note_crash(r, result);
	count_plays(result, &count);
	r->opts->on_result(r->opts->ctx, c->prog, result, result->trace);
	if (result->verdict >= VERDICT_FAIL && r->opts->fail_fast)
		r->stopping = true;
	buf_free(&c->text);
}

static void read_child(struct runner *r, struct child *c)
{
	char chunk[READ_CHUNK];
	ssize_t n = read(c->fd, chunk, sizeof(chunk));

	if (n > 0)
		buf_add(&c->text, chunk, (size_t)n);
	else if (n == 0 || (errno != EINTR && errno != EAGAIN))
		finish_child(r, c);
}

/* ---- the loop
 * -------------------------------------------------------------------- */

static void not_run(struct runner *r, const struct prog *prog, enum verdict v,
		    struct str reason)
{
	struct result *result = judge_none(prog, v, reason, r->opts->arena);

	r->opts->on_result(r->opts->ctx, prog, result, STR_NONE);
}

static void start_more(struct runner *r)
{
	for (unsigned i = 0; i < r->opts->jobs; i++) {
		struct child *c = &r->children[i];
		const struct prog *prog;

		while (c->fd < 0 && r->next < r->progs->n) {
			prog = r->progs->list[r->next++];
			if (r->stopping) {
				not_run(r, prog, VERDICT_NOT_RUN,
					STR("the run was stopped"));
			} else if (!prog->selected) {
				not_run(r, prog, VERDICT_SKIP, prog->why);
			} else if (r->gone) {
				not_run(r, prog, VERDICT_INCONCLUSIVE,
					STR("device-gone"));
			} else if (!start_child(r, c, prog)) {
				not_run(r, prog, VERDICT_ERROR,
					STR("cannot start a process"));
			}
		}
	}
}

static void signal_children(struct runner *r, int sig)
{
	for (unsigned i = 0; i < r->opts->jobs; i++)
		if (r->children[i].fd >= 0)
			kill(r->children[i].pid, sig);
}

static void kill_overdue(struct runner *r)
{
	ns_t now = clock_now(&r->clock);

	for (unsigned i = 0; i < r->opts->jobs; i++)
		if (r->children[i].fd >= 0 && now > r->children[i].killed_at)
			kill(r->children[i].pid, SIGKILL);
}

static void wait_children(struct runner *r)
{
	struct pollfd fds[64];
	struct child *whose[64];
	nfds_t n = 0;

	for (unsigned i = 0; i < r->opts->jobs && n < 64; i++) {
		if (r->children[i].fd < 0)
			continue;
		whose[n] = &r->children[i];
		fds[n++] = (struct pollfd){ .fd = r->children[i].fd,
					    .events = POLLIN };
	}
	if (poll(fds, n, 500) <= 0)
		return;
	for (nfds_t i = 0; i < n; i++)
		if (fds[i].revents)
			read_child(r, whose[i]);
}

static void install(struct sigaction old[2])
{
	struct sigaction sa = { .sa_handler = on_signal };

	caught = 0;
	sigaction(SIGINT, &sa, &old[0]);
	sigaction(SIGTERM, &sa, &old[1]);
}

/* First signal: the plays tear down. Second: at once. */
static void pass_signal(struct runner *r, int *ret_signal)
{
	if (!caught)
		return;
	signal_children(r, *ret_signal ? SIGKILL : SIGTERM);
	*ret_signal = caught;
	caught = 0;
	r->stopping = true;
}

bool runner_run(const struct runner_opts *opts, const struct progs *progs,
		int *ret_signal)
{
	struct runner r = { .opts = opts,
			    .progs = progs,
			    .ports = ports_new() };
	struct sigaction old[2];

	*ret_signal = 0;
	r.children = arena_must(calloc(opts->jobs, sizeof(struct child)));
	for (unsigned i = 0; i < opts->jobs; i++)
		r.children[i].fd = -1;
	install(old);
	start_more(&r);
	while (r.running) {
		wait_children(&r);
		pass_signal(&r, ret_signal);
		kill_overdue(&r);
		start_more(&r);
	}
	sigaction(SIGINT, &old[0], NULL);
	sigaction(SIGTERM, &old[1], NULL);
	ports_free(r.ports);
	free(r.children);
	return *ret_signal == 0;
}

/* ---- the first probe
 * ---------------------------------------------------------------- */

bool runner_probe(const struct engine_opts *opts, struct fail *why)
{
	pid_t pid = fork();
	int status = 0;

	if (pid < 0)
		return fail_errno(why, "fork");
	if (pid == 0)
		_exit(player_probe(opts));
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return true;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 2)
		return fail_set(why, "this machine cannot open a socket for "
				     "the probe");
	return fail_set(why, "no answer to OPTIONS within %.1f s",
			4 * opts->slack);
}
