/* SPDX-License-Identifier: MIT */
/* The PBX. */
#ifndef STUBS_PBX_H
#define STUBS_PBX_H

#include "device.h"

extern const struct role pbx_role;

#endif
