/* SPDX-License-Identifier: MIT */
/* An accepted REFER: the subscription to its outcome (RFC 3515). */
#ifndef STUBS_REFERRAL_H
#define STUBS_REFERRAL_H

#include "dialog.h"

#define REFERRAL_DURATION_S 60

struct referral {
	struct referral *next;
	su_home_t home[1];
	struct dialog *dlg;
	uint32_t id;              /* CSeq number of the REFER */
	bool named;               /* NOTIFYs carry the id (RFC 3515 2.4.6) */
	url_t *target;            /* bare */
	sip_replaces_t *replaces; /* in Refer-To; NULL: none */
	char *headers;            /* for the INVITE, whole lines */
	sip_call_id_t *call_id;   /* of the REFER */
	sip_to_t *local;          /* us in the dialog */
	sip_from_t *remote;
	struct call *holder; /* whose outcome is reported */
	int status;          /* what is known of it */
	char *phrase;
	const char *reason;  /* why the subscription ends; NULL: it is active */
	sip_time_t expires;  /* absolute, in seconds */
	unsigned calls;      /* beyond the first */
	bool silent;         /* nobody wants to hear (RFC 4488) */
	bool repeated;       /* by a device that cannot stop */
	bool changed;        /* since the NOTIFY that is under way */
	nta_outgoing_t *orq; /* that NOTIFY */
	nta_incoming_t *irq; /* the REFER, where its answer waits */
	su_timer_t *timer;
	bool waits; /* to be carried out when the timer says so */
};

int referral_refer_inside(struct dialog *dlg, nta_incoming_t *irq,
			  const sip_t *sip);
int referral_refer_outside(struct device *dev, nta_incoming_t *irq,
			   const sip_t *sip);
void referral_expire_in(struct referral *ref, unsigned seconds);
void referral_report(struct referral *ref, int status, const char *phrase);
void referral_accept(struct device *dev, nta_incoming_t *irq,
		     const struct port *port, bool silent);
void referral_hurry(struct referral *ref);
void referral_free(struct referral *ref);

#endif
