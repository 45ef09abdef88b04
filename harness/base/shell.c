/* SPDX-License-Identifier: MIT */
/* Starts commands. What watches over a device that runs is play/keeper.c. */
#include "base/shell.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LINE_BYTES_MAX = 200, TEXT_MAX = 4096 };

void shell_default_signals(void)
{
	static const int signals[] = { SIGINT,  SIGTERM, SIGHUP,
				       SIGQUIT, SIGPIPE, SIGCHLD };
	sigset_t none;

	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		signal(signals[i], SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static void become(const char *command, const char *folder, int in, int out,
		   int err)
{
	int null = open("/dev/null", O_RDWR);

	setpgid(0, 0);
	shell_default_signals();
	dup2(in < 0 ? null : in, STDIN_FILENO);
	dup2(out < 0 ? null : out, STDOUT_FILENO);
	dup2(err < 0 ? null : err, STDERR_FILENO);
	if (*folder && chdir(folder)) {
		dprintf(STDERR_FILENO, "%s: %s\n", folder, strerror(errno));
		_exit(126);
	}
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

pid_t shell_start(const char *command, const char *folder, int in, int out,
		  int err)
{
	pid_t pid = fork();

	if (pid == 0)
		become(command, folder, in, out, err);
	if (pid > 0)
		setpgid(pid, pid); /* whoever of the two comes first */
	return pid;
}

/* ---- one line ---- */

/* Reads to the end and keeps the beginning; false: the time was up. */
static bool read_all(int fd, char *text, size_t *n, ns_t until)
{
	struct clock clock = { 0 };
	char beyond[TEXT_MAX];

	for (;;) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		ns_t left = until - clock_now(&clock);
		bool full = *n == TEXT_MAX;
		ssize_t got;

		if (left <= 0)
			return false;
		if (poll(&p, 1, (int)(left / NS_MS) + 1) <= 0)
			continue;
		got = read(fd, full ? beyond : text + *n,
			   full ? TEXT_MAX : TEXT_MAX - *n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return true;
		*n += full ? 0 : (size_t)got;
	}
}

static struct str first_line(struct arena *a, struct str text)
{
	struct str line, rest;
	char *copy;

	str_cut(text, '\n', &line, &rest);
	line = str_trim(str_sub(line, 0, LINE_BYTES_MAX));
	copy = arena_z(a, line);
	for (size_t i = 0; i < line.len; i++)
		if ((unsigned char)copy[i] < 0x20 || copy[i] == 0x7f)
			copy[i] = ' ';
	return (struct str){ copy, line.len };
}

static bool ends_well(pid_t pid, bool in_time)
{
	int status = 0;

	if (!in_time)
		kill(-pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool shell_first_line(struct arena *a, const char *command, const char *folder,
		      ns_t limit, struct str *ret, struct fail *why)
{
	struct clock clock = { 0 };
	char text[TEXT_MAX];
	size_t n = 0;
	int fds[2];
	bool in_time, well;
	pid_t pid;

	*ret = STR_NONE;
	if (pipe2(fds, O_CLOEXEC))
		return fail_errno(why, "%s", command);
	pid = shell_start(command, folder, -1, fds[1], -1);
	close(fds[1]);
	in_time = pid > 0 &&
		  read_all(fds[0], text, &n, clock_now(&clock) + limit);
	close(fds[0]);
	if (pid < 0)
		return fail_errno(why, "%s", command);
	well = ends_well(pid, in_time);
	if (!in_time)
		return fail_set(why, "\"%s\" takes longer than %.1f s", command,
				(double)limit / 1e9);
	if (!well)
		return fail_set(why, "\"%s\" fails", command);
	*ret = first_line(a, (struct str){ text, n });
	return ret->len || fail_set(why, "\"%s\" says nothing", command);
}
