/* SPDX-License-Identifier: MIT */
/* RFC 3263 4: NAPTR says how, SRV where, A and AAAA at which address. A name
 * with a port has only addresses; one transport alone needs no NAPTR. */
#include "wire/resolve_dns.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct {
	const char *service; /* of NAPTR */
	const char *srv;
	uint16_t port;
} ways[RESOLVE_PROTOS] = {
	[PROTO_UDP] = { "SIP+D2U", "_sip._udp.", 5060 },
	[PROTO_TCP] = { "SIP+D2T", "_sip._tcp.", 5060 },
	[PROTO_TLS] = { "SIPS+D2T", "_sips._tcp.", 5061 },
};

uint16_t resolve_default_port(enum proto proto)
{
	return ways[proto].port;
}

struct search {
	const struct resolve_ask *ask;
	struct dns *dns;
	char host[RESOLVE_NAME_MAX];
	struct resolve_answer *ret;
	struct fail *why;
};

/* ---- addresses ---- */

static const char *family_word(int family)
{
	return family == AF_INET    ? "A"
	       : family == AF_INET6 ? "AAAA"
				    : "A or AAAA";
}

/* The targets of one host; false: nobody answers. *ret_n: how many. */
static bool add_host(struct search *s, const char *host, uint16_t port,
		     enum proto proto, const char *by, int *ret_n)
{
	struct addr list[DNS_RECORDS_MAX];
	int n = dns_hosts(s->dns, host, s->ask->family, list, s->why);

	for (int i = 0; i < n && s->ret->n < RESOLVE_TARGETS_MAX; i++) {
		struct resolve_target *t = &s->ret->list[s->ret->n++];

		t->addr = list[i];
		t->proto = proto;
		addr_set_port(&t->addr, port);
		snprintf(t->by, sizeof(t->by), "%s", by);
	}
	*ret_n = n;
	return n >= 0;
}

static bool only_addresses(struct search *s, uint16_t port)
{
	int n;

	if (!add_host(s, s->host, port, s->ask->protos[0], "", &n))
		return false;
	return n || fail_set(s->why, "there is no %s record of it",
			     family_word(s->ask->family));
}

/* ---- SRV ---- */

/* Who is named there; *ret_n is 0 where there is no such record. A target
 * without an address is passed over, unless it is the only one. */
static bool add_srv(struct search *s, const char *name, enum proto proto,
		    int *ret_n)
{
	struct dns_srv list[DNS_RECORDS_MAX];
	unsigned before = s->ret->n;
	int n = *ret_n = dns_srv(s->dns, name, list, s->why), found;

	if (n < 0)
		return false;
	if (n == 1 && strcmp(list[0].target, ".") == 0)
		return fail_set(s->why, "SRV of %s says that there is none",
				name);
	for (int i = 0; i < n; i++)
		if (!add_host(s, list[i].target, list[i].port, proto, name,
			      &found))
			return false;
	return !n || s->ret->n > before ||
	       fail_set(s->why,
			"SRV of %s names %s, of which there is no %s record",
			name, list[0].target, family_word(s->ask->family));
}

static bool ask_services(struct search *s)
{
	char name[RESOLVE_NAME_MAX + 16];
	int n;

	for (unsigned i = 0; i < s->ask->nprotos; i++) {
		enum proto proto = s->ask->protos[i];

		snprintf(name, sizeof(name), "%s%s", ways[proto].srv, s->host);
		if (!add_srv(s, name, proto, &n))
			return false;
	}
	return s->ret->n || only_addresses(s, ways[s->ask->protos[0]].port);
}

/* ---- NAPTR ---- */

static bool may_speak(const struct resolve_ask *ask, const char *service,
		      enum proto *ret)
{
	for (unsigned i = 0; i < ask->nprotos; i++) {
		*ret = ask->protos[i];
		if (str_is_case(str_from(service), ways[*ret].service))
			return true;
	}
	return false;
}

static bool ask_how(struct search *s)
{
	struct dns_naptr list[DNS_RECORDS_MAX];
	int n = dns_naptr(s->dns, s->host, list, s->why), found;
	enum proto proto;

	if (n < 0)
		return false;
	for (int i = 0; i < n; i++)
		if (may_speak(s->ask, list[i].service, &proto) &&
		    str_is_case(str_from(list[i].flags), "s") &&
		    !add_srv(s, list[i].replacement, proto, &found))
			return false;
	return s->ret->n || ask_services(s);
}

/* ---- in a process of its own ---- */

struct told { /* through the pipe */
	bool ok;
	struct resolve_answer answer;
	char text[sizeof(((struct fail *)0)->text)];
};

static bool search(const struct resolve_ask *ask, struct resolve_answer *ret,
		   struct fail *why)
{
	struct search s = { .ask = ask, .ret = ret, .why = why };
	bool ok;

	snprintf(s.host, sizeof(s.host), STR_F, STR_A(ask->host));
	s.dns = dns_new(ask->nameserver, why);
	if (!s.dns)
		return false;
	ok = ask->port          ? only_addresses(&s, ask->port)
	     : ask->nprotos > 1 ? ask_how(&s)
				: ask_services(&s);
	dns_free(s.dns);
	return ok;
}

static void child(const struct resolve_ask *ask, int fd)
{
	struct told told = { 0 };
	struct fail why = { 0 };

	told.ok = search(ask, &told.answer, &why);
	memcpy(told.text, why.text, sizeof(told.text));
	_exit(write(fd, &told, sizeof(told)) != (ssize_t)sizeof(told));
}

static bool hear(int fd, ns_t within, struct told *ret)
{
	struct clock clock = { 0 };
	ns_t until = clock_now(&clock) + within, now;
	struct pollfd in = { .fd = fd, .events = POLLIN };
	size_t got = 0;

	while (got < sizeof(*ret) && (now = clock_now(&clock)) < until) {
		ssize_t n;

		if (poll(&in, 1, (int)((until - now) / NS_MS) + 1) <= 0)
			continue;
		n = read(fd, (char *)ret + got, sizeof(*ret) - got);
		if (n <= 0)
			return false;
		got += (size_t)n;
	}
	return got == sizeof(*ret);
}

static bool say_late(const struct resolve_ask *ask, struct fail *why)
{
	return fail_set(why, "%s" STR_F "%sno answer within %.1f s",
			ask->nameserver.len ? "nameserver " : "",
			STR_A(ask->nameserver), ask->nameserver.len ? ": " : "",
			(double)ask->within / 1e9);
}

static bool ask_child(const struct resolve_ask *ask, struct told *told,
		      struct fail *why)
{
	int fds[2];
	pid_t pid;
	bool came;

	if (pipe2(fds, O_CLOEXEC))
		return fail_errno(why, "pipe");
	pid = fork();
	if (pid == 0)
		child(ask, fds[1]);
	close(fds[1]);
	came = pid > 0 && hear(fds[0], ask->within, told);
	close(fds[0]);
	if (pid < 0)
		return fail_errno(why, "fork");
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	if (!came)
		return say_late(ask, why);
	return told->ok || fail_set(why, "%s", told->text);
}

bool resolve_name(const struct resolve_ask *ask, struct resolve_answer *ret,
		  struct fail *why)
{
	struct told told = { 0 };

	if (!ask_child(ask, &told, why))
		return fail_prepend(why, "cannot resolve " STR_F,
				    STR_A(ask->host));
	*ret = told.answer;
	return true;
}

/* ---- names ---- */

static bool is_host_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

/* A name has a letter. */
bool resolve_is_name(struct str s)
{
	bool letter = false;

	for (size_t i = 0; i < s.len; i++) {
		if (!is_host_char(s.p[i]))
			return false;
		letter |= s.p[i] > '9';
	}
	return letter && s.len < RESOLVE_NAME_MAX && s.p[0] != '-';
}
