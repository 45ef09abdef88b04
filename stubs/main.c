/* SPDX-License-Identifier: MIT */
/*
 * sipladder-stub: a correct SIP device on loopback, or one that makes exactly
 * one mistake. The life of the process.
 */
#include "control.h"
#include "device.h"
#include "mangle.h"
#include "options.h"
#include "pbx.h"
#include "phone.h"
#include "proxy.h"
#include "redirect_server.h"
#include "variant.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* What can be played, by its name on the command line. */
static const struct {
	const char *name;
	const struct role *role;
} devices[] = {
	{ "ua", &phone_role },
	{ "pbx", &pbx_role },
	{ "proxy", &proxy_role },
	{ "redirect", &redirect_server_role },
};

static const struct role *role_of(const char *device)
{
	for (size_t i = 0; i < sizeof(devices) / sizeof(*devices); i++) {
		if (!strcmp(devices[i].name, device))
			return devices[i].role;
	}
	return NULL;
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

static int serve(struct device *dev, const struct listen *listen,
		 const char *told)
{
	struct control *control = NULL;
	su_wait_t wait[1] = { SU_WAIT_INIT };
	int fd = open_signals(), index;

	if (fd < 0 || su_wait_create(wait, fd, SU_WAIT_IN) < 0) {
		fprintf(stderr, "sipladder-stub: no signalfd: %m\n");
		return EXIT_FAILURE;
	}
	index = su_root_register(dev->root, wait, on_signal, &fd, 0);
	if (!device_open(dev, listen)) {
		options_error("cannot listen on", listen->host);
		return EXIT_FAILURE;
	}
	if (dev->role == &phone_role)
		control = control_open(dev, told);
	if (dev->role == &phone_role && !control) {
		options_error("cannot be controlled from", told);
		return EXIT_FAILURE;
	}
	for (unsigned i = 0; i < dev->nports; i++)
		printf("ready %s:%s:%s\n", dev->ports[i].transport,
		       dev->ports[i].host, dev->ports[i].number);
	fflush(stdout);
	su_root_run(dev->root);
	control_close(control);
	su_root_deregister(dev->root, index);
	close(fd);
	return EXIT_SUCCESS;
}

static int run(const struct options *opts, const struct role *role,
	       enum fault fault, enum variant variant)
{
	struct device dev = {
		.role = role,
		.fault = fault,
		.variant = variant,
		.t1 = opts->t1,
		.domain = opts->domain,
		.guard = { .rules = opts->guard },
		.accounts = opts->accounts,
		.recurse = opts->recurse,
	};
	int result = EXIT_FAILURE;

	mangle_start(fault, role->forwards);
	su_init();
	dev.home->suh_size = sizeof(dev.home);
	su_home_init(dev.home);
	dev.root = su_root_create(&dev);
	if (dev.root)
		result = serve(&dev, &opts->listen, opts->control);
	device_close(&dev);
	if (dev.root)
		su_root_destroy(dev.root);
	su_home_deinit(dev.home);
	su_deinit();
	return result;
}

static int run_device(const struct options *opts)
{
	const struct role *role = role_of(opts->device);
	enum fault fault = FAULT_NONE;
	enum variant variant = VARIANT_NONE;

	if (!role)
		return options_error("there is no device", opts->device);
	if (opts->fault)
		fault = table_find(&fault_table, opts->fault, opts->device);
	if (opts->fault && !fault)
		return options_error("this device cannot have the fault",
				     opts->fault);
	if (opts->variant)
		variant =
			table_find(&variant_table, opts->variant, opts->device);
	if (opts->variant && !variant)
		return options_error("this device cannot have the variant",
				     opts->variant);
	return run(opts, role, fault, variant);
}

int main(int argc, char **argv)
{
	struct options opts;
	int status = EXIT_SUCCESS;

	if (!options_read(argc, argv, &opts))
		status = EXIT_USAGE;
	else if (opts.help)
		options_help();
	else if (opts.list)
		table_list(&fault_table);
	else if (opts.list_variants)
		table_list(&variant_table);
	else if (!opts.device)
		status = options_error("which device? say",
				       "ua\", \"pbx\", \"proxy\" or "
				       "\"redirect");
	else
		status = run_device(&opts);
	options_free(&opts);
	return status;
}
