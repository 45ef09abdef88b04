/* SPDX-License-Identifier: MIT */
/* REFERs that the device itself sends, in a call. */
#ifndef STUBS_REFERRER_H
#define STUBS_REFERRER_H

#include "dialog.h"

/* One REFER of ours, until its subscription is over. */
struct referrer {
	struct dialog *dlg;
	nta_outgoing_t *orq; /* NULL: it has been accepted */
	uint32_t id;         /* its CSeq number: RFC 3515 2.4.6 */
	su_timer_t *timer; /* timer N: a NOTIFY must come (RFC 6665 4.1.2.4) */
};

/* False: there is one already in this dialog. */
bool referrer_refer(struct dialog *dlg, const char *target);
void referrer_free(struct referrer *r);
/* A NOTIFY in a dialog: the status to answer with. */
int referrer_notify_inside(struct dialog *dlg, nta_incoming_t *irq,
			   const sip_t *sip);

#endif
