/* SPDX-License-Identifier: MIT */
/* device_address: [user@]host:port of a device; private to lang. */
#ifndef LANG_DEVICE_ADDRESS_H
#define LANG_DEVICE_ADDRESS_H

#include "lang/prog.h"

bool device_is_address(struct str s);
void device_set_address(struct device *d, struct str s);
void device_defaults(struct device *d); /* of a device nobody describes */

#endif
