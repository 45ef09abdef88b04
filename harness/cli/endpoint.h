/* SPDX-License-Identifier: MIT */
/* endpoint: between which addresses, over which transport and through what
 * network "run" plays. */
#ifndef CLI_ENDPOINT_H
#define CLI_ENDPOINT_H

#include "cli/cli.h"
#include "play/play.h"

struct endpoint_opts { /* as given on the command line; NULL: not given */
	const char *transport, *impair;
	const char *tls_ca, *tls_cert, *tls_key, *tls_name, *tls_keylog;
	bool insecure;
};

/* What is wrong with it before anybody is asked; 0, or the exit status. */
int endpoint_check(const char *command, const struct selection *s,
		   const struct endpoint_opts *o, const char *dut, bool has_to);
/* Fills in addresses, transport, TLS and impairment; names are resolved within
 * that time. */
bool endpoint_fill(const struct selection *s, const struct endpoint_opts *o,
		   ns_t within, struct engine_opts *e, struct fail *why);

#endif
