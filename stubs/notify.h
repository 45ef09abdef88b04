/* SPDX-License-Identifier: MIT */
/* The NOTIFYs that tell the state of a REFER. */
#ifndef STUBS_NOTIFY_H
#define STUBS_NOTIFY_H

#include "referral.h"

void notify_send(struct referral *ref);

#endif
