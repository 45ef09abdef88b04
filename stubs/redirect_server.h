/* SPDX-License-Identifier: MIT */
/* The redirect server. */
#ifndef STUBS_REDIRECT_SERVER_H
#define STUBS_REDIRECT_SERVER_H

#include "device.h"

extern const struct role redirect_server_role;

#endif
