/* SPDX-License-Identifier: MIT */
/* REFERs that the device itself sends, about a call of its own. */
#ifndef STUBS_REFERRER_H
#define STUBS_REFERRER_H

#include "dialog.h"

/* One REFER of ours, until its subscription is over. */
struct referrer {
	struct dialog *dlg;      /* where it was sent, and NOTIFYs come */
	struct dialog *moved;    /* of the call; mostly the same */
	nta_outgoing_t *orq;     /* NULL: it has been accepted */
	nta_outgoing_t *refresh; /* a SUBSCRIBE, until it is answered */
	uint32_t id;             /* its CSeq number: RFC 3515 2.4.6 */
	bool named;              /* the NOTIFYs carry it */
	su_timer_t *timer; /* timer N: a NOTIFY must come (RFC 6665 4.1.2.4);
			      then the time of the next refresh */
	unsigned tries;    /* beyond the first */
	su_home_t home[1];
	const char *refer_to, *referred_by;
	const char *gruu;        /* outside a dialog: who is to get it */
	const char *credentials; /* whole lines */
};

/* False: there is one already for this call. */
bool referrer_refer(struct dialog *dlg, const char *target);
void referrer_free(struct referrer *r);
/* The transfer has ended, with this status of the target. */
void referrer_take_outcome(struct referrer *r, int status);

#endif
