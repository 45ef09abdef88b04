/* SPDX-License-Identifier: MIT */
/* Names of devices, by the system's resolver and with an end. NAPTR and SRV
 * (RFC 3263) are not asked. */
#include "cli/resolve.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { HOST_MAX = 256 };

struct answer {    /* from the process that asks */
	int error; /* of getaddrinfo */
	struct addr addr;
};

static void ask(const char *host, struct answer *ret)
{
	struct addrinfo hints = { .ai_family = AF_UNSPEC,
				  .ai_socktype = SOCK_DGRAM };
	struct addrinfo *list, *ai;

	ret->error = getaddrinfo(host, NULL, &hints, &list);
	if (ret->error)
		return;
	for (ai = list; ai->ai_next && ai->ai_family != AF_INET;)
		ai = ai->ai_next;
	if (ai->ai_addrlen <= sizeof(ret->addr.u))
		memcpy(&ret->addr.u, ai->ai_addr, ai->ai_addrlen);
	freeaddrinfo(list);
}

static void child(const char *host, int fd)
{
	struct answer answer = { 0 };

	ask(host, &answer);
	_exit(write(fd, &answer, sizeof(answer)) < 0);
}

static bool read_answer(int fd, ns_t within, struct answer *ret)
{
	struct pollfd in = { .fd = fd, .events = POLLIN };

	return poll(&in, 1, (int)(within / NS_MS)) > 0 &&
	       read(fd, ret, sizeof(*ret)) == (ssize_t)sizeof(*ret);
}

static bool resolve_name(const char *host, ns_t within, struct addr *ret,
			 struct fail *why)
{
	struct answer answer = { .error = EAI_AGAIN };
	int fds[2];
	pid_t pid;
	bool came;

	if (pipe2(fds, O_CLOEXEC))
		return fail_errno(why, "cannot resolve %s", host);
	pid = fork();
	if (pid == 0)
		child(host, fds[1]);
	close(fds[1]);
	came = pid > 0 && read_answer(fds[0], within, &answer);
	close(fds[0]);
	if (pid > 0) {
		kill(pid, SIGKILL);
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	if (!came)
		return fail_set(why,
				"cannot resolve %s: no answer within "
				"%.1f s",
				host, (double)within / 1e9);
	*ret = answer.addr;
	return !answer.error || fail_set(why, "cannot resolve %s: %s", host,
					 gai_strerror(answer.error));
}

static bool is_host_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

/* A name has a letter: "10.1.2" is a broken address and not asked for. */
static bool is_name(struct str s)
{
	bool letter = false;

	for (size_t i = 0; i < s.len; i++) {
		if (!is_host_char(s.p[i]))
			return false;
		letter |= s.p[i] > '9';
	}
	return letter && s.len < HOST_MAX && s.p[0] != '-';
}

static bool is_no_address(struct fail *why, struct str at, const char *reason)
{
	return fail_set(why, "\"%.*s\" is no HOST:PORT%s",
			STR_A(str_sub(at, 0, 200)), reason);
}

static bool check_address(struct str at, struct fail *why)
{
	struct str name, digits;
	struct addr numeric;
	uint64_t port;
	bool colon = str_cut(at, ':', &name, &digits);

	if (str_ends(at, ":0") && !str_ends(at, "::0"))
		return is_no_address(why, at, ": there is no port 0");
	if (addr_parse(at, &numeric))
		return true;
	if (!is_name(name) && !addr_parse(name, &numeric))
		return is_no_address(why, at, "");
	return !colon || (str_to_u64(digits, &port) && port && port <= 65535) ||
	       is_no_address(why, at, ": a port is a number from 1 to 65535");
}

bool resolve_check(const struct device *d, struct fail *why)
{
	if (!d->address.len)
		return fail_set(why, "no address is given");
	return check_address(d->address, why);
}

bool resolve_device(struct str text, uint16_t port, ns_t within,
		    struct addr *ret, struct fail *why)
{
	struct str name, digits;
	uint64_t given = port;
	char host[HOST_MAX];

	if (addr_parse(text, ret)) {
		if (!addr_port(ret))
			addr_set_port(ret, port);
		return true;
	}
	str_cut(text, ':', &name, &digits);
	if (digits.len && !str_to_u64(digits, &given))
		return fail_set(why, "\"" STR_F "\" is no HOST:PORT",
				STR_A(text));
	snprintf(host, sizeof(host), STR_F, STR_A(name));
	if (!resolve_name(host, within, ret, why))
		return false;
	addr_set_port(ret, (uint16_t)given);
	return true;
}
