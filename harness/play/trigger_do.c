/* SPDX-License-Identifier: MIT */
/* The process of a trigger: it may wait as long as it likes, the play ends it.
 * Whatever it says goes through two pipes; it shares nothing else. */
#include "play/trigger.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/shell.h"

enum { SAY_FD = 3 };

void trigger_say(const char *fmt, ...)
{
	char text[400];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text) - 1, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	if ((size_t)n > sizeof(text) - 2)
		n = sizeof(text) - 2;
	text[n] = '\n';
	if (write(SAY_FD, text, (size_t)n + 1) < 0)
		_exit(1); /* the play is gone */
}

static void place_fds(int out, int say)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	/* above the places that are filled here */
	out = fcntl(out, F_DUPFD, 10);
	say = fcntl(say, F_DUPFD, 10);
	dup2(null, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	dup2(say, SAY_FD);
	fcntl(SAY_FD, F_SETFD, FD_CLOEXEC);
	close_range(SAY_FD + 1, ~0u, 0);
}

static bool do_command(const struct trigger_job *job)
{
	if (*job->folder && chdir(job->folder)) {
		trigger_say("%s: %s", job->folder, strerror(errno));
		return false;
	}
	shell_default_signals();
	execvp(job->argv[0], job->argv);
	trigger_say("cannot run %s: %s", job->argv[0], strerror(errno));
	return false;
}

/* ---- a person ---- */

static bool read_answer(int tty)
{
	char answer[64];
	ssize_t n;

	do
		n = read(tty, answer, sizeof(answer));
	while (n < 0 && errno == EINTR);
	if (n <= 0) {
		trigger_say("the terminal is gone");
		return false;
	}
	if (answer[0] == 'n' || answer[0] == 'N') {
		trigger_say("whoever was asked says that it cannot be done");
		return false;
	}
	return true;
}

/* One question at a time, however many plays there are. */
static bool do_ask(const struct trigger_job *job)
{
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC);

	if (tty < 0) {
		trigger_say("there is no terminal to ask at");
		return false;
	}
	trigger_say("waiting for other questions");
	flock(tty, LOCK_EX);
	trigger_say("nobody answered the question \"" STR_F "\"",
		    STR_A(job->turns[0].say));
	dprintf(tty,
		"\n>>> " STR_F
		"\n    Enter when it is done, n if it cannot be: ",
		STR_A(job->turns[0].say));
	return read_answer(tty);
}

static bool do_it(const struct trigger_job *job)
{
	switch (job->kind) {
	case TRIGGER_SH:
	case TRIGGER_RUN:
		return do_command(job);
	case TRIGGER_HTTP:
		return trigger_do_http(job);
	case TRIGGER_TCP:
	case TRIGGER_NETSTRING:
		return trigger_do_tcp(job);
	case TRIGGER_ASK:
		return do_ask(job);
	case TRIGGER_STDIN: /* the play does it, at once */
	case TRIGGER_KINDS:
		break;
	}
	return false;
}

_Noreturn void trigger_do(const struct trigger_job *job, int out, int say)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGTERM, SIG_DFL);
	/* who asks stays in the foreground of the terminal */
	if (job->kind != TRIGGER_ASK)
		setpgid(0, 0);
	place_fds(out, say);
	_exit(do_it(job) ? 0 : 1);
}
