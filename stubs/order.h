/* SPDX-License-Identifier: MIT */
/* What a REFER asks for, and whether that can be done. */
#ifndef STUBS_ORDER_H
#define STUBS_ORDER_H

#include "device.h"

int order_judge(const struct device *dev, const sip_t *sip);
char *order_uri_headers(const struct device *dev, su_home_t *home,
			const url_t *url);
char *order_headers(const struct device *dev, su_home_t *home,
		    const sip_t *sip);
sip_replaces_t *order_replaces(su_home_t *home, const sip_t *sip);
bool order_is_silent(const sip_t *sip);
url_t *order_target(const struct device *dev, su_home_t *home,
		    const sip_t *sip);

#endif
