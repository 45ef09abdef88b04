/* SPDX-License-Identifier: MIT */
/* The process that keeps a device: no SIP, no scenarios, no results. */
#include "play/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/shell.h"

enum { CHUNK = 65536, FDS_MAX = 1024 };

static const char ready_word[] = "ready";

struct ward { /* the keeper's own view */
	const struct keeper_opts *opts;
	struct clock clock;
	pid_t device;
	int control, report; /* to the run */
	int in;              /* what the device reads; -1: nothing */
	int out, log, signals;
	size_t logged;
	char head[sizeof(ready_word)]; /* how the line begins */
	size_t nhead;
	bool told; /* that a line begins with "ready" */
};

struct news {
	char what; /* 'r' ready, 'e' ended */
	int status;
};

static void tell(struct ward *w, char what, int status)
{
	struct news news = { .what = what, .status = status };

	/* the run may be gone: then there is nobody to tell */
	if (write(w->report, &news, sizeof(news)) < 0)
		return;
}

/* ---- what the device prints ---- */

static void log_bytes(struct ward *w, const char *p, size_t n)
{
	static const char more[] = "\n(the rest is thrown away)\n";
	size_t room = KEEPER_LOG_MAX - w->logged;

	if (!room)
		return;
	if (write(w->log, p, n < room ? n : room) < 0)
		return; /* a full disk is no reason to stop the device */
	w->logged += n < room ? n : room;
	if (w->logged == KEEPER_LOG_MAX && write(w->log, more, strlen(more)))
		return;
}

static bool is_ready_line(const struct ward *w)
{
	size_t n = strlen(ready_word);

	return w->nhead == n + 1 && !memcmp(w->head, ready_word, n) &&
	       strchr(" \t\r\n", w->head[n]);
}

static void look_for_ready(struct ward *w, const char *p, size_t n)
{
	for (size_t i = 0; i < n && !w->told; i++) {
		if (w->nhead < sizeof(w->head))
			w->head[w->nhead++] = p[i];
		if (is_ready_line(w)) {
			w->told = true;
			tell(w, 'r', 0);
		}
		if (p[i] == '\n')
			w->nhead = 0;
	}
}

static void drain(struct ward *w)
{
	static char chunk[CHUNK];
	ssize_t n = read(w->out, chunk, sizeof(chunk));

	if (n > 0) {
		log_bytes(w, chunk, (size_t)n);
		look_for_ready(w, chunk, (size_t)n);
	} else if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
		close(w->out);
		w->out = -1;
	}
}

static void drain_rest(struct ward *w)
{
	struct pollfd p = { .fd = w->out, .events = POLLIN };

	while (w->out >= 0 && poll(&p, 1, 0) > 0)
		drain(w);
}

/* ---- children ---- */

/* False: none is left, of whatever generation (it adopts the orphans). */
static bool reap(struct ward *w)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		if (pid == w->device)
			tell(w, 'e', status);
	return pid == 0;
}

static void on_signal(struct ward *w)
{
	struct signalfd_siginfo info;

	if (read(w->signals, &info, sizeof(info)) < 0)
		return; /* whatever it was: reap() looks for itself */
}

/* Waits for output, children or the run, at most ms; true: the run has let
 * go. */
static bool look(struct ward *w, bool at_control, int ms)
{
	struct pollfd fds[3] = {
		{ .fd = at_control ? w->control : -1, .events = POLLIN },
		{ .fd = w->out, .events = POLLIN },
		{ .fd = w->signals, .events = POLLIN },
	};

	if (poll(fds, 3, ms) <= 0)
		return false;
	if (fds[1].revents)
		drain(w);
	if (fds[2].revents)
		on_signal(w);
	return fds[0].revents != 0;
}

/* Those that have left the device's group: one by one, by their ids. */
static void signal_strays(const struct ward *w, int sig)
{
	char path[64];
	FILE *f;
	int pid;

	snprintf(path, sizeof(path), "/proc/self/task/%d/children",
		 (int)getpid());
	f = fopen(path, "re");
	while (f && fscanf(f, "%d", &pid) == 1)
		if (getpgid(pid) != w->device)
			kill(pid, sig);
	if (f)
		fclose(f);
}

/* True: all are gone. */
static bool wait_for_end(struct ward *w, int sig)
{
	ns_t until = clock_now(&w->clock) + KEEPER_GRACE_S * NS_S;

	if (!reap(w))
		return true;
	kill(-w->device, sig);
	signal_strays(w, sig);
	while (clock_now(&w->clock) < until) {
		if (!reap(w))
			return true;
		look(w, false, 100);
		if (sig == SIGKILL) /* orphans appear as parents die */
			signal_strays(w, sig);
	}
	return !reap(w);
}

static void ask_to_stop(struct ward *w, int write_end)
{
	ns_t until = clock_now(&w->clock) + KEEPER_GRACE_S * NS_S;
	pid_t pid = shell_start(w->opts->stop, w->opts->folder, -1, write_end,
				write_end);
	int status;

	while (pid > 0 && clock_now(&w->clock) < until) {
		if (waitpid(pid, &status, WNOHANG) == pid)
			return;
		look(w, false, 20);
	}
	if (pid > 0)
		kill(-pid, SIGKILL);
}

/* ---- the keeper's life ---- */

static void close_others(const struct ward *w, int write_end)
{
	for (int fd = 0; fd < FDS_MAX; fd++)
		if (fd != w->control && fd != w->report && fd != w->out &&
		    fd != w->log && fd != w->in && fd != write_end)
			close(fd);
	for (int fd = 0; fd < 3; fd++)
		if (open("/dev/null", O_RDWR | O_CLOEXEC) < 0)
			_exit(1);
}

/* Ctrl-C is for the run, which then lets go. */
static void be_deaf(struct ward *w)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT,
				       SIGPIPE };
	sigset_t set;

	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		signal(signals[i], SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	w->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
}

static void keep(struct ward *w, int write_end)
{
	close_others(w, write_end);
	be_deaf(w);
	w->device = shell_start(w->opts->start, w->opts->folder, w->in,
				write_end, write_end);
	if (w->in >= 0)
		close(w->in);
	if (w->device < 0) {
		tell(w, 'e', 127 << 8);
		_exit(1);
	}
	while (!look(w, true, 1000))
		reap(w);
	if (w->opts->stop)
		ask_to_stop(w, write_end);
	close(write_end);
	if (!wait_for_end(w, SIGTERM))
		wait_for_end(w, SIGKILL);
	drain_rest(w);
	_exit(0);
}

/* ---- as the run sees it ---- */

static void close_all(const int *fds, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

/* Who types never waits for a device that does not read. */
static bool open_input(int fds[2])
{
	return !pipe2(fds, O_CLOEXEC) && !fcntl(fds[1], F_SETFL, O_NONBLOCK);
}

bool keeper_start(struct keeper *ret, const struct keeper_opts *opts,
		  struct fail *why)
{
	enum {
		CONTROL,
		CONTROL_RUN,
		REPORT_RUN,
		REPORT,
		OUT,
		OUT_END,
		IN,
		IN_RUN,
		LOG,
		N
	};
	int fds[N] = { -1, -1, -1, -1, -1, -1, -1, -1, -1 };

	*ret = (struct keeper){ .pid = -1 };
	fds[LOG] =
		open(opts->log,
		     O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666);
	if (fds[LOG] < 0)
		return fail_errno(why, "%s", opts->log);
	if (pipe2(&fds[CONTROL], O_CLOEXEC) ||
	    pipe2(&fds[REPORT_RUN], O_CLOEXEC) || pipe2(&fds[OUT], O_CLOEXEC) ||
	    (opts->types && !open_input(&fds[IN])) || (ret->pid = fork()) < 0) {
		fail_errno(why, "start");
		close_all(fds, N);
		return false;
	}
	if (ret->pid == 0) {
		struct ward w = { .opts = opts,
				  .control = fds[CONTROL],
				  .report = fds[REPORT],
				  .in = fds[IN],
				  .out = fds[OUT],
				  .log = fds[LOG] };

		keep(&w, fds[OUT_END]);
	}
	ret->control = fds[CONTROL_RUN];
	ret->report = fds[REPORT_RUN];
	ret->input = opts->types ? fds[IN_RUN] : 0;
	fds[CONTROL_RUN] = fds[REPORT_RUN] = fds[IN_RUN] = -1;
	close_all(fds, N);
	return true;
}

bool keeper_hear(struct keeper *k, int ms)
{
	struct pollfd p = { .fd = k->report, .events = POLLIN };
	struct news news;

	if (poll(&p, 1, ms) <= 0 ||
	    read(k->report, &news, sizeof(news)) != sizeof(news))
		return false;
	k->ready |= news.what == 'r';
	if (news.what == 'e') {
		k->ended = true;
		k->status = news.status;
	}
	return true;
}

void keeper_stop(struct keeper *k)
{
	int status;

	if (k->pid <= 0)
		return;
	if (k->input > 0)
		close(k->input);
	close(k->control);
	while (waitpid(k->pid, &status, 0) < 0 && errno == EINTR)
		;
	close(k->report);
	k->pid = -1;
}
