/* SPDX-License-Identifier: MIT */
/* An INVITE that takes the place of a call (RFC 3891). */
#ifndef STUBS_REPLACE_H
#define STUBS_REPLACE_H

#include "call.h"

struct call *replace_find(const struct device *dev, const sip_replaces_t *rp);
int replace_judge(const struct device *dev, const sip_t *sip,
		  struct call **ret_old);

#endif
