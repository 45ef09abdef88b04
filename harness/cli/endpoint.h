/* SPDX-License-Identifier: MIT */
/* endpoint: between which addresses, over which transport and through what
 * network "run" plays. */
#ifndef CLI_ENDPOINT_H
#define CLI_ENDPOINT_H

#include "cli/cli.h"
#include "play/play.h"
#include "wire/resolve.h"

struct endpoint_opts { /* as given on the command line; NULL: not given */
	const char *transport, *impair;
	const char *tls_ca, *tls_cert, *tls_key, *tls_name, *tls_keylog;
	bool insecure;
	bool v4, v6;                    /* only names and addresses of these */
	struct resolve_answer *targets; /* filled: all of the device; or NULL */
};

/* What is wrong with it before anybody is asked; 0, or the exit status. */
int endpoint_check(const char *command, const struct selection *s,
		   const struct endpoint_opts *o, const char *dut, bool has_to);
/* The transport of a device that speaks several and is given by a name alone:
 * as its NAPTR and SRV records say. False: it is not open, or nobody says. */
bool endpoint_choose(const struct selection *s, const struct endpoint_opts *o,
		     ns_t within, struct str *ret);
/* Fills in addresses, transport, TLS and impairment; names are resolved within
 * that time. */
bool endpoint_fill(const struct selection *s, const struct endpoint_opts *o,
		   ns_t within, struct engine_opts *e, struct fail *why);

#endif
