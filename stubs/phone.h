/* SPDX-License-Identifier: MIT */
/* The phone. */
#ifndef STUBS_PHONE_H
#define STUBS_PHONE_H

#include "device.h"

extern const struct role phone_role;

void phone_dial(struct device *dev, const url_t *to);

#endif
