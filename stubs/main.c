/* SPDX-License-Identifier: MIT */
/*
 * sipladder-stub: a correct SIP device on loopback, or one that makes exactly
 * one mistake. The command line and the life of the process.
 */
#include "device.h"
#include "mangle.h"
#include "pbx.h"
#include "phone.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define EXIT_USAGE 2
#define T1_LONGEST 10000 /* ms */

struct options {
	const char *device;
	const char *listen;
	const char *domain;
	const char *fault;
	unsigned t1;
	bool list;
	bool help;
};

static const char help_text[] =
	"usage: sipladder-stub ua|pbx [--listen 127.0.0.1:0] [--fault NAME] "
	"[--t1 MS]\n"
	"       sipladder-stub --list-faults\n"
	"\n"
	"A SIP device on one UDP socket, to try scenarios on. It prints\n"
	"\"ready udp:HOST:PORT\" and ends cleanly on SIGTERM and SIGINT.\n"
	"\n"
	"  ua    a phone: picks up at once, does what a REFER asks for, "
	"follows\n"
	"        redirections. Whoever calls its user \"no-transfer\" gets 603 "
	"to\n"
	"        a REFER.\n"
	"  pbx   a registrar without passwords and the calls between its "
	"users,\n"
	"        which it transfers itself.\n"
	"\n"
	"  --listen HOST:PORT   where; port 0 takes a free one\n"
	"  --domain NAME        another name of the PBX (pbx.test)\n"
	"  --fault NAME         make this one mistake\n"
	"  --t1 MS              T1 of RFC 3261 17.1.1.1 (500); timer B is 64 "
	"times that\n"
	"  --list-faults        name, devices, requirement, scenario that "
	"must\n"
	"                       fail, what it breaks, where it was seen\n";

static int usage_error(const char *sentence, const char *what)
{
	fprintf(stderr, "sipladder-stub: %s \"%s\"\n", sentence, what);
	return EXIT_USAGE;
}

static bool read_t1(const char *text, unsigned *ret)
{
	char *end;
	unsigned long ms = strtoul(text, &end, 10);

	if (*end || !ms || ms > T1_LONGEST) {
		usage_error("--t1 takes 1 to 10000 ms, not", text);
		return false;
	}
	*ret = (unsigned)ms;
	return true;
}

/* False: a line has been printed that says what is wrong. */
static bool read_options(int argc, char **argv, struct options *ret)
{
	static const struct option longs[] = {
		{ "listen", required_argument, NULL, 'l' },
		{ "domain", required_argument, NULL, 'd' },
		{ "fault", required_argument, NULL, 'f' },
		{ "t1", required_argument, NULL, 't' },
		{ "list-faults", no_argument, NULL, 'L' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "h", longs, NULL)) != -1) {
		if (c == 'l')
			ret->listen = optarg;
		else if (c == 'd')
			ret->domain = optarg;
		else if (c == 'f')
			ret->fault = optarg;
		else if (c == 'L')
			ret->list = true;
		else if (c == 'h')
			ret->help = true;
		else if (c != 't' || !read_t1(optarg, &ret->t1))
			return false;
	}
	if (optind < argc)
		ret->device = argv[optind++];
	if (optind < argc) {
		usage_error("one device is enough, not also", argv[optind]);
		return false;
	}
	return true;
}

static const struct role *role_of(const char *device)
{
	if (!strcmp(device, "ua"))
		return &phone_role;
	return strcmp(device, "pbx") ? NULL : &pbx_role;
}

static int on_signal(void *magic, su_wait_t *wait, void *arg)
{
	struct device *dev = magic;
	struct signalfd_siginfo info;
	int fd = *(int *)arg;

	(void)wait;
	if (read(fd, &info, sizeof(info)) == (ssize_t)sizeof(info))
		su_root_break(dev->root);
	return 0;
}

/* SIGTERM and SIGINT as something that can be read; -1 on error. */
static int open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	signal(SIGPIPE, SIG_IGN);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -1;
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int serve(struct device *dev, const char *listen)
{
	su_wait_t wait[1] = { SU_WAIT_INIT };
	int fd = open_signals(), index;

	if (fd < 0 || su_wait_create(wait, fd, SU_WAIT_IN) < 0) {
		fprintf(stderr, "sipladder-stub: no signalfd: %m\n");
		return EXIT_FAILURE;
	}
	index = su_root_register(dev->root, wait, on_signal, &fd, 0);
	if (!device_open(dev, listen)) {
		fprintf(stderr, "sipladder-stub: cannot listen on \"%s\"\n",
			listen);
		return EXIT_FAILURE;
	}
	printf("ready udp:%s:%s\n", dev->host, dev->port);
	fflush(stdout);
	su_root_run(dev->root);
	su_root_deregister(dev->root, index);
	close(fd);
	return EXIT_SUCCESS;
}

static int run(const struct options *opts, const struct role *role,
	       enum fault fault)
{
	struct device dev = {
		.role = role,
		.fault = fault,
		.t1 = opts->t1,
		.domain = opts->domain,
	};
	int result = EXIT_FAILURE;

	mangle_start(fault);
	su_init();
	dev.home->suh_size = sizeof(dev.home);
	su_home_init(dev.home);
	dev.root = su_root_create(&dev);
	if (dev.root)
		result = serve(&dev, opts->listen);
	device_close(&dev);
	if (dev.root)
		su_root_destroy(dev.root);
	su_home_deinit(dev.home);
	su_deinit();
	return result;
}

int main(int argc, char **argv)
{
	struct options opts = { .listen = "127.0.0.1:0",
				.domain = "pbx.test",
				.t1 = 500 };
	enum fault fault = FAULT_NONE;
	const struct role *role;

	if (!read_options(argc, argv, &opts))
		return EXIT_USAGE;
	if (opts.help) {
		fputs(help_text, stdout);
		return EXIT_SUCCESS;
	}
	if (opts.list) {
		fault_list();
		return EXIT_SUCCESS;
	}
	if (!opts.device)
		return usage_error("which device? say", "ua\" or \"pbx");
	role = role_of(opts.device);
	if (!role)
		return usage_error("there is no device", opts.device);
	if (opts.fault && !fault_devices(opts.fault))
		return usage_error("there is no fault", opts.fault);
	if (opts.fault && !fault_find(opts.fault, opts.device, &fault))
		return usage_error("this device cannot have the fault",
				   opts.fault);
	return run(&opts, role, fault);
}
