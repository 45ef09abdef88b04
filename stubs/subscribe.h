/* SPDX-License-Identifier: MIT */
/* SUBSCRIBE for the refer package. */
#ifndef STUBS_SUBSCRIBE_H
#define STUBS_SUBSCRIBE_H

#include "dialog.h"

int subscribe_inside(struct dialog *dlg, nta_incoming_t *irq, const sip_t *sip);
int subscribe_outside(struct device *dev, nta_incoming_t *irq,
		      const sip_t *sip);

#endif
