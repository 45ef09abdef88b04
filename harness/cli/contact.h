/* SPDX-License-Identifier: MIT */
/* contact: of several targets of a name the first that is there. */
#ifndef CLI_CONTACT_H
#define CLI_CONTACT_H

#include "play/play.h"
#include "wire/resolve.h"

/* RFC 3263 4.3: tries them in their order and puts the first that can be
 * reached into e->dut; one alone is taken untried. False: why names each. */
bool contact_first(const struct resolve_answer *targets, struct engine_opts *e,
		   struct fail *why);
/* "127.0.0.1:5060 (SRV of _sip._udp.pbx.test)". */
struct str contact_text(struct arena *a, const struct resolve_target *t);

#endif
