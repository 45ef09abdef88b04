/* SPDX-License-Identifier: MIT */
/* The phone. */
#ifndef STUBS_PHONE_H
#define STUBS_PHONE_H

#include "device.h"

extern const struct role phone_role;

#endif
