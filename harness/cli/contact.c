/* SPDX-License-Identifier: MIT */
/* Which of a device's addresses is there: a stream that can be opened, an
 * OPTIONS that is answered. */
#include "cli/contact.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "play/player.h"

enum { CONNECT_MS = 2000 };

struct str contact_text(struct arena *a, const struct resolve_target *t)
{
	char text[ADDR_TEXT_MAX];

	return arena_strf(a, "%s%s%s%s", addr_format(&t->addr, text),
			  t->by[0] ? " (SRV of " : "", t->by,
			  t->by[0] ? ")" : "");
}

/* ---- streams ---- */

static bool wait_connected(int fd, int limit, struct fail *why)
{
	struct pollfd out = { .fd = fd, .events = POLLOUT };
	int err = ETIMEDOUT;
	socklen_t len = sizeof(err);

	if (poll(&out, 1, limit) > 0)
		getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &len);
	return !err || fail_set(why, "%s", strerror(err));
}

static bool connects(const struct addr *to, double slack, struct fail *why)
{
	int fd = socket(to->u.sa.sa_family,
			SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool ok;

	if (fd < 0)
		return fail_errno(why, "socket");
	ok = !connect(fd, &to->u.sa, addr_len(to)) ||
	     (errno == EINPROGRESS &&
	      wait_connected(fd, (int)(CONNECT_MS * slack), why)) ||
	     (errno != EINPROGRESS && fail_errno(why, "connect"));
	close(fd);
	return ok;
}

/* ---- datagrams ---- */

/* A child asks, for a second: the loop of the wire is its own. */
static bool answers(const struct engine_opts *e, struct fail *why)
{
	struct engine_opts with = *e;
	int status = 0;
	pid_t pid;

	with.slack = e->slack / 4;
	pid = fork();
	if (pid == 0)
		_exit(player_probe(&with, open("/dev/null", O_WRONLY)) ? 0 : 1);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return (pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0) ||
	       fail_set(why, "no answer to OPTIONS");
}

/* Who is never asked for a sign of life is believed. */
static bool is_there(const struct engine_opts *e, struct fail *why)
{
	if (e->proto != PROTO_UDP)
		return connects(&e->dut, e->slack, why);
	return !e->probe || answers(e, why);
}

bool contact_first(const struct resolve_answer *targets, struct engine_opts *e,
		   struct fail *why)
{
	struct arena *a = arena_new();
	buf_auto tried = { 0 };

	for (unsigned i = 0; i < targets->n; i++) {
		e->dut = targets->list[i].addr;
		if (targets->n == 1 || is_there(e, why)) {
			arena_free(a);
			return true;
		}
		buf_addf(&tried, "%s" STR_F ": %s", i ? "; " : "",
			 STR_A(contact_text(a, &targets->list[i])), why->text);
	}
	arena_free(a);
	e->dut = targets->list[0].addr;
	return fail_set(why, "none of its addresses is there: %s",
			buf_z(&tried));
}
