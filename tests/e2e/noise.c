/* SPDX-License-Identifier: MIT */
/* A device on loopback that misbehaves in one chosen way. It answers OPTIONS,
 * so that it counts as alive, and knows just enough SIP to be believed. At its
 * end it says how much it received. It shares nothing with the harness. */
#include "noise_say.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { HUGE_SIZE = 60000, DELAYED_MAX = 64, PEERS_MAX = 8, FLOOD_PER_MS = 10 };

struct delayed {
	int64_t due; /* ms; 0: free */
	struct sockaddr_in to;
	char *bytes;
	size_t len;
};

struct noise {
	const struct mode *mode;
	unsigned long n, ms; /* the mode's numbers */
	struct sockaddr_in at;
	int fd;            /* -1: the port is closed */
	unsigned answered; /* requests but OPTIONS and ACK */
	struct say say;
	unsigned long received;
	int64_t back_at; /* ms; 0: it does not come back */
	int64_t flooded; /* ms up to which the flood was sent */
	struct delayed delayed[DELAYED_MAX];
	struct sockaddr_in peers[PEERS_MAX]; /* who is flooded */
	unsigned npeers;
};

struct mode {
	const char *name, *help;
	unsigned args;
	void (*answer)(struct noise *z, const struct request *r);
};

static volatile sig_atomic_t told_to_end;

static void on_term(int sig)
{
	(void)sig;
	told_to_end = 1;
}

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void send_out(struct noise *z, const struct out *o,
		     const struct sockaddr_in *to)
{
	if (z->fd >= 0)
		sendto(z->fd, o->bytes, o->len, 0, (const void *)to,
		       sizeof(*to));
}

/* ---- right answers ---- */

static const char *right_status(const struct request *r)
{
	return strcmp(r->method, "REFER") == 0 ? "202 Accepted" : "200 OK";
}

static void answer_right(struct noise *z, const struct request *r)
{
	static struct out o;

	say_response(&z->say, &o, r, right_status(r));
	say_end(&z->say, &o, r);
	send_out(z, &o, &r->from);
}

/* ---- wrong ones ---- */

static void answer_garbage(struct noise *z, const struct request *r)
{
	static struct out o;

	o.len = 0;
	while (o.len < 700) {
		unsigned char byte = (unsigned char)rand();

		say_bytes(&o, &byte, 1);
	}
	send_out(z, &o, &r->from);
	o.len = 0;
	say(&o, "SIP/2.0 twohundred\r\n: \r\n\r\n\r\n");
	send_out(z, &o, &r->from);
}

static void answer_huge(struct noise *z, const struct request *r)
{
	static struct out o;

	say_response(&z->say, &o, r, right_status(r));
	say(&o, "X-Huge: ");
	say_fill(&o, "abcdefghij", HUGE_SIZE);
	say(&o, "\r\n");
	say_end(&z->say, &o, r);
	send_out(z, &o, &r->from);
}

static void answer_rows(struct noise *z, const struct request *r)
{
	static struct out o;

	say_response(&z->say, &o, r, right_status(r));
	say_fill(&o, "v:x\r\n", HUGE_SIZE);
	say_end(&z->say, &o, r);
	send_out(z, &o, &r->from);
}

static void answer_nul(struct noise *z, const struct request *r)
{
	static const char row[] = "X-\002Odd: a\0b\033[31mred\x7f]]>&<\xff\xfe"
				  "\r\nSubject: \xc3\x28\x80\r\n";
	static struct out o;
	char *mark;

	say_response(&z->say, &o, r, "299 ?\001\033[31m]]>\xff");
	say_bytes(&o, row, sizeof(row) - 1);
	say_end(&z->say, &o, r);
	mark = memchr(o.bytes, '?', o.len);
	*mark = '\0';
	send_out(z, &o, &r->from);
	say_stranger(&z->say, &o, "MESS\001\033AGE",
		     "Subject: \001\002]]>\x1b[2J\r\n");
	send_out(z, &o, &r->from);
}

static void answer_wrong_call_id(struct noise *z, const struct request *r)
{
	static struct out o;
	char *id;

	say_response(&z->say, &o, r, right_status(r));
	say_end(&z->say, &o, r);
	o.bytes[o.len < DATAGRAM_MAX ? o.len : DATAGRAM_MAX - 1] = '\0';
	id = strstr(o.bytes, "Call-ID: ");
	if (id)
		memcpy(id + strlen("Call-ID: "), "WRONG", 5);
	send_out(z, &o, &r->from);
}

/* To nothing first, then the right one. */
static void answer_stray(struct noise *z, const struct request *r)
{
	static struct out o;

	for (int i = 0; i < 5; i++) {
		say_stray(&z->say, &o);
		send_out(z, &o, &r->from);
	}
	answer_right(z, r);
}

static void answer_mute(struct noise *z, const struct request *r)
{
	(void)z;
	(void)r;
}

static void answer_slow(struct noise *z, const struct request *r)
{
	static struct out o;

	say_response(&z->say, &o, r, right_status(r));
	say_end(&z->say, &o, r);
	for (int i = 0; i < DELAYED_MAX; i++) {
		struct delayed *d = &z->delayed[i];

		if (d->due)
			continue;
		d->due = now_ms() + (int64_t)z->n;
		d->to = r->from;
		d->len = o.len;
		d->bytes = malloc(o.len);
		if (!d->bytes)
			abort();
		memcpy(d->bytes, o.bytes, o.len);
		return;
	}
}

static void answer_flood(struct noise *z, const struct request *r)
{
	answer_right(z, r);
	for (unsigned i = 0; i < z->npeers; i++)
		if (z->peers[i].sin_port == r->from.sin_port)
			return;
	if (!z->npeers)
		z->flooded = now_ms();
	z->peers[z->npeers++ % PEERS_MAX] = r->from;
	if (z->npeers > PEERS_MAX)
		z->npeers = PEERS_MAX;
}

static void answer_calls(struct noise *z, const struct request *r)
{
	answer_flood(z, r);
}

static void answer_deluge(struct noise *z, const struct request *r)
{
	answer_flood(z, r);
}

static void answer_until(struct noise *z, const struct request *r)
{
	if (z->answered <= z->n)
		answer_right(z, r);
}

static void answer_and_die(struct noise *z, const struct request *r)
{
	if (z->answered <= z->n) {
		answer_right(z, r);
		return;
	}
	close(z->fd);
	z->fd = -1;
	if (z->ms)
		z->back_at = now_ms() + (int64_t)z->ms;
	else
		told_to_end = 1;
}

static const struct mode modes[] = {
	{ "garbage", "answers with bytes that are no SIP", 0, answer_garbage },
	{ "huge", "answers with datagrams of 60 KB", 0, answer_huge },
	{ "rows", "answers with 12,000 header rows", 0, answer_rows },
	{ "nul", "NUL and control bytes in phrases and headers", 0,
	  answer_nul },
	{ "wrong-call-id", "answers with another Call-ID", 0,
	  answer_wrong_call_id },
	{ "stray-response", "answers what nobody asked, then the question", 0,
	  answer_stray },
	{ "flood", "10,000 datagrams a second from the first request on", 0,
	  answer_flood },
	{ "calls", "10,000 requests a second that begin something", 0,
	  answer_calls },
	{ "deluge", "1,000 datagrams of 60 KB zeros a second", 0,
	  answer_deluge },
	{ "mute", "answers OPTIONS only", 0, answer_mute },
	{ "slow", "MS: each answer comes late", 1, answer_slow },
	{ "silent-after", "N: answers N requests, then nothing at all", 1,
	  answer_until },
	{ "die-after", "N: answers N requests, then ends", 1, answer_and_die },
	{ "restart-after", "N MS: as die-after, and is back after MS", 2,
	  answer_and_die },
};

enum { NMODES = sizeof(modes) / sizeof(*modes) };

/* ---- the flood ---- */

static void flood_one(struct noise *z, struct out *o,
		      const struct sockaddr_in *to)
{
	switch (z->say.made % 4) {
	case 0:
		say_stranger(&z->say, o, "OPTIONS", "");
		break;
	case 1:
		say_stranger(&z->say, o, "INFO", "Subject: flood\r\n");
		break;
	case 2:
		say_stray(&z->say, o);
		break;
	default:
		o->len = 0;
		say_number(o, "noise ", ++z->say.made, "\001\002\003\r\n");
		break;
	}
	send_out(z, o, to);
}

/* Calls and subscriptions that nobody asked for and nobody ends. */
static void calls_one(struct noise *z, struct out *o,
		      const struct sockaddr_in *to)
{
	static const char *const methods[] = { "INVITE", "REFER", "SUBSCRIBE",
					       "NOTIFY", "BYE",   "CANCEL" };

	say_stranger(&z->say, o, methods[z->say.made % 6], "");
	send_out(z, o, to);
}

/* Zeros cost most wherever they are written. */
static void deluge_one(struct noise *z, struct out *o,
		       const struct sockaddr_in *to)
{
	o->len = 0;
	say_number(o, "deluge ", ++z->say.made, "");
	memset(o->bytes + o->len, 0, HUGE_SIZE - o->len);
	o->len = HUGE_SIZE;
	send_out(z, o, to);
}

static void flood(struct noise *z)
{
	static struct out o;
	bool deluge = z->mode->answer == answer_deluge;
	bool calls = z->mode->answer == answer_calls;
	int64_t now = now_ms();

	for (; z->npeers && z->flooded < now; z->flooded++)
		for (int i = 0; i < (deluge ? 1 : FLOOD_PER_MS); i++)
			(deluge  ? deluge_one
			 : calls ? calls_one
				 : flood_one)(
				z, &o, &z->peers[z->say.made % z->npeers]);
}

/* ---- the loop ---- */

static bool open_port(struct noise *z)
{
	socklen_t len = sizeof(z->at);

	z->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (z->fd < 0 || bind(z->fd, (const void *)&z->at, sizeof(z->at)) ||
	    getsockname(z->fd, (void *)&z->at, &len)) {
		fprintf(stderr, "noise: %s\n", strerror(errno));
		return false;
	}
	z->say.port = ntohs(z->at.sin_port);
	return true;
}

static bool read_request(struct noise *z, struct request *r)
{
	static char text[DATAGRAM_MAX + 1];
	socklen_t len = sizeof(r->from);
	ssize_t n = recvfrom(z->fd, text, DATAGRAM_MAX, MSG_DONTWAIT,
			     (void *)&r->from, &len);
	size_t word;

	if (n < 0)
		return false;
	z->received++;
	text[n] = '\0';
	word = strcspn(text, " \r\n");
	if (strncmp(text, "SIP/2.0", 7) == 0 || word >= sizeof(r->method))
		word = 0; /* a response, or a keep-alive */
	memcpy(r->method, text, word);
	r->method[word] = '\0';
	r->text = text;
	return true;
}

static bool is_mute_now(const struct noise *z)
{
	return z->mode->answer == answer_until && z->answered >= z->n;
}

static void serve(struct noise *z)
{
	struct request r;

	if (!read_request(z, &r) || !*r.method || strcmp(r.method, "ACK") == 0)
		return;
	if (strcmp(r.method, "OPTIONS") == 0) {
		if (!is_mute_now(z))
			answer_right(z, &r);
		return;
	}
	z->answered++;
	z->mode->answer(z, &r);
}

static void send_due(struct noise *z)
{
	for (int i = 0; i < DELAYED_MAX; i++) {
		struct delayed *d = &z->delayed[i];

		if (!d->due || d->due > now_ms())
			continue;
		if (z->fd >= 0)
			sendto(z->fd, d->bytes, d->len, 0, (void *)&d->to,
			       sizeof(d->to));
		free(d->bytes);
		*d = (struct delayed){ 0 };
	}
}

static bool come_back(struct noise *z)
{
	if (!z->back_at || now_ms() < z->back_at)
		return true;
	z->back_at = 0;
	z->n = ~0ul; /* well from now on */
	return open_port(z);
}

static int usage(void)
{
	fprintf(stderr, "usage: noise [--at ADDRESS:PORT] MODE [NUMBERS..]\n");
	for (int i = 0; i < NMODES; i++)
		fprintf(stderr, "  %-16s %s\n", modes[i].name, modes[i].help);
	return 2;
}

static bool read_at(struct noise *z, const char *text)
{
	const char *colon = strchr(text, ':');
	char host[64];

	if (!colon || (size_t)(colon - text) >= sizeof(host))
		return false;
	memcpy(host, text, (size_t)(colon - text));
	host[colon - text] = '\0';
	z->at.sin_port = htons((uint16_t)strtoul(colon + 1, NULL, 10));
	return inet_pton(AF_INET, host, &z->at.sin_addr) == 1;
}

static bool read_words(struct noise *z, int argc, char **argv)
{
	if (argc > 2 && strcmp(argv[1], "--at") == 0) {
		if (!read_at(z, argv[2]))
			return false;
		argc -= 2;
		argv += 2;
	}
	for (int i = 0; argc > 1 && i < NMODES; i++)
		if (strcmp(argv[1], modes[i].name) == 0)
			z->mode = &modes[i];
	if (!z->mode || argc != 2 + (int)z->mode->args)
		return false;
	z->n = z->mode->args > 0 ? strtoul(argv[2], NULL, 10) : 0;
	z->ms = z->mode->args > 1 ? strtoul(argv[3], NULL, 10) : 0;
	return true;
}

int main(int argc, char **argv)
{
	static struct noise z;
	struct sigaction sa = { .sa_handler = on_term };
	char host[INET_ADDRSTRLEN];

	z.at.sin_family = AF_INET;
	z.at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (!read_words(&z, argc, argv))
		return usage();
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGINT, &sa, NULL);
	if (!open_port(&z))
		return 1;
	inet_ntop(AF_INET, &z.at.sin_addr, host, sizeof(host));
	printf("ready udp:%s:%u\n", host, ntohs(z.at.sin_port));
	fflush(stdout);
	while (!told_to_end) {
		struct pollfd in = { .fd = z.fd, .events = POLLIN };

		if (poll(&in, 1, z.npeers ? 1 : 10) > 0)
			serve(&z);
		send_due(&z);
		flood(&z);
		if (!come_back(&z))
			return 1;
	}
	printf("received %lu\n", z.received);
	return 0;
}
