/* SPDX-License-Identifier: MIT */
/* Far ends that have accepted an INVITE of ours. */
#ifndef STUBS_ANSWER_H
#define STUBS_ANSWER_H

#include "invite.h"

void answer_hang_up(struct invite *inv, const sip_t *sip);
bool answer_take(struct invite *inv, const sip_t *sip);
void answer_ack(struct invite *inv, const char *body);

#endif
