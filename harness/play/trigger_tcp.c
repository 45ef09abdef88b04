/* SPDX-License-Identifier: MIT */
/* Lines or netstrings on a TCP connection, each with what must come before the
 * next goes: AMI, ESL, ctrl_tcp. In a process of its own: it just waits. */
#include "play/trigger.h"

#include <errno.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

struct talk {
	const struct trigger_job *job;
	int fd;
	struct buf came; /* since the last turn */
	size_t all;
};

/* "host:port", "[::1]:port". */
static bool cut_endpoint(const char *to, char host[256], const char **ret_port)
{
	const char *colon = strrchr(to, ':');
	size_t n = colon ? (size_t)(colon - to) : 0;

	if (!n || n >= 256)
		return false;
	if (to[0] == '[' && to[n - 1] == ']' && n > 2) {
		to++;
		n -= 2;
	}
	memcpy(host, to, n);
	host[n] = '\0';
	*ret_port = colon + 1;
	return true;
}

static int connect_one(const struct addrinfo *list)
{
	int fd = -1, err = 0;

	for (const struct addrinfo *i = list; i && fd < 0; i = i->ai_next) {
		fd = socket(i->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (fd >= 0 && connect(fd, i->ai_addr, i->ai_addrlen)) {
			err = errno;
			close(fd);
			fd = -1;
		}
	}
	errno = err;
	return fd;
}

static bool open_talk(struct talk *t)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *list = NULL;
	const char *port = "";
	char host[256];
	int err;

	trigger_say("still connecting to %s", t->job->to);
	if (!cut_endpoint(t->job->to, host, &port)) {
		trigger_say("\"%s\" is no host:port", t->job->to);
		return false;
	}
	err = getaddrinfo(host, port, &hints, &list);
	if (err) {
		trigger_say("%s: %s", host, gai_strerror(err));
		return false;
	}
	t->fd = connect_one(list);
	if (t->fd < 0)
		trigger_say("%s: %s", t->job->to, strerror(errno));
	freeaddrinfo(list);
	return t->fd >= 0;
}

static bool send_all(struct talk *t, struct str s)
{
	while (s.len) {
		ssize_t n = send(t->fd, s.p, s.len, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			trigger_say("%s: %s", t->job->to, strerror(errno));
			return false;
		}
		s = str_tail(s, (size_t)n);
	}
	return true;
}

static bool send_turn(struct talk *t, struct str say)
{
	buf_auto out = { 0 };

	if (t->job->kind == TRIGGER_NETSTRING)
		buf_addf(&out, "%zu:", say.len);
	buf_add_str(&out, say);
	if (t->job->kind == TRIGGER_NETSTRING)
		buf_add_char(&out, ',');
	else if (!str_ends(say, "\n"))
		buf_add_z(&out, "\r\n");
	return send_all(t, buf_str(&out));
}

static bool take(struct talk *t, const char *chunk, size_t n)
{
	buf_add(&t->came, chunk, n);
	t->all += n;
	if (write(STDOUT_FILENO, chunk, n) < 0)
		_exit(1);
	if (t->all <= TRIGGER_HEARD_MAX)
		return true;
	trigger_say("%s sends more than %d bytes", t->job->to,
		    TRIGGER_HEARD_MAX);
	return false;
}

static bool hear(struct talk *t, struct str expect)
{
	char chunk[16384];

	trigger_say("%s has not sent \"" STR_F "\"", t->job->to, STR_A(expect));
	while (str_find(buf_str(&t->came), expect) < 0) {
		ssize_t n = recv(t->fd, chunk, sizeof(chunk), 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			trigger_say("%s %s without \"" STR_F "\"", t->job->to,
				    n ? strerror(errno) : "ends",
				    STR_A(expect));
			return false;
		}
		if (!take(t, chunk, (size_t)n))
			return false;
	}
	return true;
}

/* An answer that nobody waits for is still read: closing with bytes unread
 * would take back what was sent. */
static void part(struct talk *t)
{
	struct timeval soon = { .tv_usec = 200000 };
	char chunk[16384];

	shutdown(t->fd, SHUT_WR);
	setsockopt(t->fd, SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof(soon));
	for (int i = 0; i < 64; i++) {
		ssize_t n = recv(t->fd, chunk, sizeof(chunk), 0);

		if (n <= 0 || !take(t, chunk, (size_t)n))
			break;
	}
	close(t->fd);
}

bool trigger_do_tcp(const struct trigger_job *job)
{
	struct talk t = { .job = job, .fd = -1 };
	bool ok = open_talk(&t);

	for (unsigned i = 0; ok && i < job->nturns; i++) {
		buf_clear(&t.came);
		ok = send_turn(&t, job->turns[i].say) &&
		     (!job->turns[i].expect.len ||
		      hear(&t, job->turns[i].expect));
	}
	if (ok)
		part(&t);
	buf_free(&t.came);
	return ok;
}
