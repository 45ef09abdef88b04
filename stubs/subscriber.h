/* SPDX-License-Identifier: MIT */
/* What the device hears of its own REFER. */
#ifndef STUBS_SUBSCRIBER_H
#define STUBS_SUBSCRIBER_H

#include "dialog.h"

/* A NOTIFY in a dialog: the status to answer with. */
int subscriber_notify_inside(struct dialog *dlg, nta_incoming_t *irq,
			     const sip_t *sip);

#endif
