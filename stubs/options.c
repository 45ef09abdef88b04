/* SPDX-License-Identifier: MIT */
/* Reads the command line of a stub; says what is wrong with it in one line. */
#include "options.h"

#include "digest.h"
#include "fault.h"
#include "variant.h"

#include <getopt.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define T1_LONGEST  10000 /* ms */
#define USES_MOST   1000000
#define PORT_LAST   65535
#define ALWAYS_USES 1000

static const char help_text[] =
	"usage: sipladder-stub ua|pbx|proxy|redirect [--transport "
	"udp|tcp|tls]..\n"
	"                      [--bind HOST] [--fault NAME] ..\n"
	"       sipladder-stub --list-faults | --list-variants\n"
	"\n"
	"A SIP device on loopback, to try scenarios on. It prints a line "
	"\"ready\n"
	"udp:HOST:PORT\" for each of its sockets and ends cleanly on SIGTERM "
	"and\n"
	"SIGINT.\n"
	"\n"
	"  ua    a phone: picks up at once, does what a REFER asks for, "
	"follows\n"
	"        redirections. Whoever calls its user \"no-transfer\" gets 603 "
	"to\n"
	"        a REFER.\n"
	"  pbx   a registrar and the calls between its users, which it "
	"transfers\n"
	"        itself.\n"
	"  proxy a registrar and record-routing proxy: it forks, and hands a "
	"3xx\n"
	"        upstream\n"
	"  redirect  a registrar and redirect server: a call to NAME gets 302, "
	"one to\n"
	"        301NAME gets 301, and so on\n"
	"\n"
	"  --transport WORD     udp, tcp or tls; may be given again (udp)\n"
	"  --bind HOST          the address of the sockets, on a free "
	"port\n"
	"                       (127.0.0.1)\n"
	"  --listen HOST:PORT   where; port 0 takes a free one. TLS takes the "
	"port\n"
	"                       after it if there are others\n"
	"  --certificates DIR   agent.pem and cafile.pem for TLS, made there "
	"if\n"
	"                       they are missing (one for the run)\n"
	"  --recurse            the proxy follows a 3xx itself, by falling q\n"
	"  --domain NAME        another name of the device, and its realm "
	"(pbx.test)\n"
	"  --password NAME=SECRET  a user of the PBX: it asks him for "
	"credentials\n"
	"  --users FILE         many of them, a line each\n"
	"  --algorithm NAME     of the challenges: MD5 or SHA-256 (MD5)\n"
	"  --nonce-uses N       after so many requests a nonce is stale "
	"(1000)\n"
	"  --account REALM:USER:SECRET  answers challenges to calls of the "
	"device\n"
	"  --fault NAME         make this one mistake\n"
	"  --variant NAME       do this one thing otherwise, as the rules "
	"allow\n"
	"  --control WHERE      off, stdin, or HOST:PORT (TCP): where a phone "
	"is told\n"
	"                       dial URI, transfer URI, attend, hold, resume, "
	"bye,\n"
	"                       a line each (TCP 127.0.0.99, its own port "
	"number)\n"
	"  --t1 MS              T1 of RFC 3261 17.1.1.1 (500); timer B is 64 "
	"times that\n"
	"  --list-faults        name, devices, requirement, scenario that "
	"must\n"
	"                       fail, what it breaks, where it was seen\n"
	"  --list-variants      name, devices, edition, scenario that judges "
	"it, "
	"what\n"
	"                       it does, why it may\n";

void options_help(void)
{
	fputs(help_text, stdout);
}

/* Says what is wrong; returns the exit status for it. */
int options_error(const char *sentence, const char *what)
{
	fprintf(stderr, "sipladder-stub: %s \"%s\"\n", sentence, what);
	return EXIT_USAGE;
}

static bool read_number(const char *text, unsigned long least,
			unsigned long most, unsigned *ret)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (*end || end == text || *text == '-' || n < least || n > most)
		return false;
	*ret = (unsigned)n;
	return true;
}

static bool read_t1(struct options *o, char *text)
{
	return read_number(text, 1, T1_LONGEST, &o->t1);
}

static bool read_uses(struct options *o, char *text)
{
	return read_number(text, 1, USES_MOST, &o->guard.nonce_uses);
}

static bool read_transport(struct options *o, char *text)
{
	static const char *const known[] = { "udp", "tcp", "tls" };
	struct listen *l = &o->listen;

	for (unsigned i = 0; i < l->n; i++) {
		if (!strcmp(l->transports[i], text))
			return true;
	}
	for (size_t i = 0; i < 3; i++) {
		if (strcmp(known[i], text))
			continue;
		l->transports[l->n++] = known[i];
		return true;
	}
	return false;
}

/* 127.0.0.1, ::1 or [::1]; the text is changed. */
static bool read_bind(struct options *o, char *text)
{
	size_t n = strlen(text);

	if (n > 2 && *text == '[' && text[n - 1] == ']') {
		text[n - 1] = '\0';
		text++;
	}
	o->listen.host = text;
	return *text;
}

static bool read_listen(struct options *o, char *text)
{
	char *colon;

	if (!strncmp(text, "udp:", 4))
		text += 4;
	colon = strrchr(text, ':');
	if (!colon || colon == text)
		return false;
	*colon = '\0';
	return read_number(colon + 1, 0, PORT_LAST, &o->listen.port) &&
	       read_bind(o, text);
}

/* Secrets do not stay in the process list. */
static void blot_out(char *text)
{
	memset(text, 'x', strlen(text));
}

static bool read_password(struct options *o, char *text)
{
	bool good = account_add(&o->guard.users, '=', text);

	blot_out(text);
	return good;
}

static bool read_users(struct options *o, char *text)
{
	return account_read(&o->guard.users, text);
}

static bool read_account(struct options *o, char *text)
{
	bool good = account_add(&o->accounts, ':', text);

	blot_out(text);
	return good;
}

static bool read_algorithm(struct options *o, char *text)
{
	o->guard.algorithm = text;
	return digest_knows(text);
}

static bool read_domain(struct options *o, char *text)
{
	o->domain = text;
	return *text;
}

static bool read_fault(struct options *o, char *text)
{
	o->fault = text;
	return table_has(&fault_table, text);
}

static bool read_variant(struct options *o, char *text)
{
	o->variant = text;
	return table_has(&variant_table, text);
}

static bool read_control(struct options *o, char *text)
{
	o->control = text;
	return !strcmp(text, "off") || !strcmp(text, "stdin") ||
	       strchr(text, ':');
}

static bool read_certificates(struct options *o, char *text)
{
	o->listen.certificates = text;
	return *text;
}

/* The flags that have a value, and what is said of one that is wrong. */
static const struct {
	const char *name;
	bool (*read)(struct options *, char *);
	const char *complaint;
} flags[] = {
	{ "listen", read_listen, "cannot listen on" },
	{ "bind", read_bind, "cannot bind" },
	{ "transport", read_transport,
	  "--transport takes udp, tcp or tls, not" },
	{ "certificates", read_certificates, "there is no folder" },
	{ "domain", read_domain, "there is no domain" },
	{ "fault", read_fault, "there is no fault" },
	{ "variant", read_variant, "there is no variant" },
	{ "control", read_control,
	  "--control takes off, stdin or HOST:PORT, not" },
	{ "t1", read_t1, "--t1 takes 1 to 10000 ms, not" },
	{ "password", read_password, "--password takes NAME=SECRET, not" },
	{ "users", read_users, "no file with lines NAME=SECRET:" },
	{ "algorithm", read_algorithm,
	  "--algorithm takes MD5 or SHA-256, not" },
	{ "nonce-uses", read_uses, "--nonce-uses takes 1 to 1000000, not" },
	{ "account", read_account, "--account takes REALM:USER:SECRET, not" },
};

#define N_FLAGS (sizeof(flags) / sizeof(*flags))
#define VALUED  1000 /* of getopt: and the row in flags */

static void fill_longs(struct option longs[N_FLAGS + 5])
{
	for (size_t i = 0; i < N_FLAGS; i++)
		longs[i] = (struct option){ flags[i].name, required_argument,
					    NULL, VALUED + (int)i };
	longs[N_FLAGS] =
		(struct option){ "list-faults", no_argument, NULL, 'L' };
	longs[N_FLAGS + 1] = (struct option){ "help", no_argument, NULL, 'h' };
	longs[N_FLAGS + 2] =
		(struct option){ "list-variants", no_argument, NULL, 'V' };
	longs[N_FLAGS + 3] =
		(struct option){ "recurse", no_argument, NULL, 'R' };
	longs[N_FLAGS + 4] = (struct option){ NULL, 0, NULL, 0 };
}

static bool read_flag(struct options *ret, int c)
{
	size_t i = (size_t)c - VALUED;

	if (flags[i].read(ret, optarg))
		return true;
	options_error(flags[i].complaint, optarg);
	return false;
}

static bool read_flags(int argc, char **argv, struct options *ret)
{
	struct option longs[N_FLAGS + 5];
	int c;

	fill_longs(longs);
	while ((c = getopt_long(argc, argv, "h", longs, NULL)) != -1) {
		if (c == 'L')
			ret->list = true;
		else if (c == 'V')
			ret->list_variants = true;
		else if (c == 'h')
			ret->help = true;
		else if (c == 'R')
			ret->recurse = true;
		else if (c < VALUED || !read_flag(ret, c))
			return false;
	}
	return true;
}

/* False: a line has been printed that says what is wrong. */
bool options_read(int argc, char **argv, struct options *ret)
{
	*ret = (struct options){
		.domain = "pbx.test",
		.t1 = 500,
		.listen.host = "127.0.0.1",
		.guard = { .algorithm = "MD5", .nonce_uses = ALWAYS_USES },
	};
	if (!read_flags(argc, argv, ret))
		return false;
	if (optind < argc)
		ret->device = argv[optind++];
	if (optind < argc) {
		options_error("one device is enough, not also", argv[optind]);
		return false;
	}
	if (!ret->listen.n)
		ret->listen.transports[ret->listen.n++] = "udp";
	return true;
}

void options_free(struct options *opts)
{
	account_free(opts->guard.users);
	account_free(opts->accounts);
}
