/* SPDX-License-Identifier: MIT */
/* A device on a stream that answers OPTIONS, so that it counts as alive, and
 * does one wrong thing with every other request. A process a connection. */
#include <arpa/inet.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { REQUEST_MAX = 65536, ENDLESS = 10 << 20 };

static void say(int fd, const char *text, size_t n)
{
	while (n) {
		ssize_t sent = send(fd, text, n, MSG_NOSIGNAL);

		if (sent <= 0)
			exit(0);
		text += sent;
		n -= (size_t)sent;
	}
}

static void say_row(int fd, const char *request, const char *name)
{
	const char *at = strstr(request, name);
	const char *end = at ? strstr(at, "\r\n") : NULL;

	if (end)
		say(fd, at, (size_t)(end + 2 - at));
}

static void say_ok(int fd, const char *request)
{
	static const char *const rows[] = { "\r\nVia:", "\r\nFrom:", "\r\nTo:",
					    "\r\nCall-ID:", "\r\nCSeq:" };
	static const char start[] = "SIP/2.0 200 OK\r\n";
	static const char end[] = "Content-Length: 0\r\n\r\n";

	say(fd, start, strlen(start));
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *at = strstr(request, rows[i]);

		if (at)
			say_row(fd, at + 2, rows[i] + 2);
	}
	say(fd, end, strlen(end));
}

/* ---- what is wrong ---- */

static void silent(int fd)
{
	(void)fd;
}

static void reset_midway(int fd)
{
	static const char half[] = "SIP/2.0 200 OK\r\nVia: SIP/2.0/TCP 12";
	struct linger now = { .l_onoff = 1, .l_linger = 0 };

	say(fd, half, strlen(half));
	usleep(20000); /* it is read before the RST takes it away */
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(fd);
	exit(0);
}

static void endless(int fd)
{
	static char much[1 << 16];

	memset(much, 'a', sizeof(much));
	say(fd, "X: ", 3);
	for (int n = 0; n < ENDLESS; n += (int)sizeof(much))
		say(fd, much, sizeof(much));
}

static void drip(int fd)
{
	for (const char *c = "SIP/2.0 200 OK\r\nVia: SIP/2.0/TCP"; *c; c++) {
		say(fd, c, 1);
		sleep(1);
	}
}

static const struct mode {
	const char *name;
	void (*wrong)(int fd);
} modes[] = {
	{ "silent", silent },
	{ "reset", reset_midway },
	{ "endless", endless },
	{ "drip", drip },
};

/* ---- connections ---- */

static void serve(int fd, const struct mode *mode)
{
	static char request[REQUEST_MAX];
	size_t n = 0;
	ssize_t got;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while ((got = recv(fd, request + n, sizeof(request) - 1 - n, 0)) > 0) {
		n += (size_t)got;
		request[n] = '\0';
		if (!strstr(request, "\r\n\r\n"))
			continue;
		if (strncmp(request, "OPTIONS", 7) == 0)
			say_ok(fd, request);
		else
			mode->wrong(fd);
		n = 0;
	}
	exit(0);
}

static const struct mode *find(const char *name)
{
	for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++)
		if (strcmp(modes[i].name, name) == 0)
			return &modes[i];
	fprintf(stderr, "usage: noise-tcp silent|reset|endless|drip\n");
	exit(2);
}

int main(int argc, char **argv)
{
	const struct mode *mode = find(argc > 1 ? argv[1] : "");
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM, 0), one;

	signal(SIGCHLD, SIG_IGN);
	if (fd < 0 || bind(fd, (void *)&at, len) || listen(fd, 16) ||
	    getsockname(fd, (void *)&at, &len)) {
		perror("noise-tcp");
		return 1;
	}
	printf("ready tcp:127.0.0.1:%d\n", ntohs(at.sin_port));
	fflush(stdout);
	while ((one = accept(fd, NULL, NULL)) >= 0) {
		if (fork() == 0)
			serve(one, mode);
		close(one);
	}
	return 0;
}
