/* SPDX-License-Identifier: MIT */
/* Transfers that a PBX carries out itself. */
#ifndef STUBS_TRANSFER_H
#define STUBS_TRANSFER_H

#include "bridge.h"
#include "referral.h"

void transfer_refer(struct referral *ref);
int transfer_judge(const struct dialog *dlg);
void transfer_answered(struct bridge *br);
void transfer_failed(struct bridge *br, int status, const char *phrase);

#endif
