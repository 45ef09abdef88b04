/* SPDX-License-Identifier: MIT */
/* Who can be reached where. */
#ifndef STUBS_REGISTRAR_H
#define STUBS_REGISTRAR_H

#include "device.h"

int registrar_register(struct device *dev, nta_incoming_t *irq,
		       const sip_t *sip);
const url_t *registrar_find(struct device *dev, const char *user);
const url_t *registrar_nth(struct device *dev, const char *user, unsigned n);
void registrar_close(struct device *dev);

#endif
