/* SPDX-License-Identifier: MIT */
/* given: what the command line says of the device beside its file. */
#ifndef CLI_GIVEN_H
#define CLI_GIVEN_H

#include "cli/cli.h"

/* --to: stands above the address of the file, if there is one. */
bool given_to(struct selection *s, bool has_file, const char *to,
	      struct fail *why);
/* First thing behind the reading of flags: takes the values of --secret and
 * overwrites them where "ps" would read them. */
void given_hide(struct opt_list *secrets, struct arena *a);
/* --secret: passwords of the device's users and accounts. why repeats none. */
bool given_secrets(struct selection *s, struct fail *why);
/* No core shows a password, neither of this process nor of its children. */
void given_no_core(const struct device *d);

#endif
