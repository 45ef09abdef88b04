/* SPDX-License-Identifier: MIT */
/* Attended transfer: the last two calls of the device are to be one. */
#ifndef STUBS_CONSULT_H
#define STUBS_CONSULT_H

#include "device.h"

/* NULL: a REFER is under way, or waits for an answer; else why not. */
const char *consult_join(struct device *dev);

#endif
