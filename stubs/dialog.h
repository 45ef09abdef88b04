/* SPDX-License-Identifier: MIT */
/* A dialog: one call and any number of refer subscriptions may use it. */
#ifndef STUBS_DIALOG_H
#define STUBS_DIALOG_H

#include "device.h"

struct dialog {
	struct dialog *next;
	struct dialog **prev;
	struct device *dev;
	const struct port *port; /* of the Contact we give */
	nta_leg_t *leg;
	struct call *call;          /* NULL: no INVITE usage */
	struct referral *referrals; /* live refer subscriptions */
	struct referrer *referrer;  /* of a REFER of ours; NULL: none */
	unsigned refers;            /* accepted so far */
	unsigned referred;          /* REFERs of ours so far */
	bool declines;              /* the far end dialled no-transfer */
	bool lost;                  /* by a device that forgets it */
};

struct dialog *dialog_of_request(struct device *dev, nta_incoming_t *irq,
				 const sip_t *sip);
struct dialog *dialog_of_call(struct device *dev, const sip_addr_t *from,
			      const url_t *to, const sip_call_id_t *call_id);
url_t *dialog_identity(su_home_t *home, const url_t *url);
void dialog_renew(struct dialog *dlg, const sip_t *old);
void dialog_release(struct dialog *dlg);
void dialog_free(struct dialog *dlg);
void dialog_refresh(struct dialog *dlg, const sip_t *sip);

#endif
