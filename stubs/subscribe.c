/* SPDX-License-Identifier: MIT */
/*
 * SUBSCRIBE for the refer package: it refreshes or ends what a REFER has made,
 * and makes nothing by itself.
 */
#include "subscribe.h"

#include "call.h"
#include "notify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct referral *referral_of_event(struct dialog *dlg,
					  const sip_event_t *event)
{
	for (struct referral *r = dlg->referrals; r; r = r->next) {
		if (r->silent)
			continue;
		if (!event->o_id && !r->named)
			return r;
		if (event->o_id &&
		    strtoul(event->o_id, NULL, 10) == (unsigned long)r->id)
			return r;
	}
	return NULL;
}

static bool is_refer(const sip_t *sip)
{
	return sip->sip_event && sip->sip_event->o_type &&
	       su_casematch(sip->sip_event->o_type, "refer");
}

static void accept_subscribe(struct dialog *dlg, nta_incoming_t *irq,
			     unsigned seconds)
{
	bool old = device_has(dlg->dev, FAULT_subscribe_gets_202);
	char expires[32];

	snprintf(expires, sizeof(expires), "%u", seconds);
	nta_incoming_treply(irq, old ? 202 : 200,
			    old ? sip_202_Accepted : sip_200_OK,
			    SIPTAG_EXPIRES_STR(expires),
			    SIPTAG_CONTACT(dlg->port->contact), TAG_END());
}

/* A device that takes the end of the subscription for that of the call. */
static void stop_call(struct referral *ref)
{
	if (ref->holder && ref->holder->inv)
		invite_cancel(ref->holder->inv);
}

/* A refresh or an end of the subscription that a REFER made. */
int subscribe_inside(struct dialog *dlg, nta_incoming_t *irq, const sip_t *sip)
{
	struct referral *ref;
	struct device *dev = dlg->dev;
	unsigned seconds = REFERRAL_DURATION_S;

	if (!is_refer(sip))
		return 489;
	ref = referral_of_event(dlg, sip->sip_event);
	if (!ref)
		return dlg->referrals ? 481 : 403;
	if (device_has(dev, FAULT_unsubscribe_refused))
		return 481;
	if (sip->sip_expires && sip->sip_expires->ex_delta < seconds)
		seconds = (unsigned)sip->sip_expires->ex_delta;
	if (seconds && device_has(dev, FAULT_refresh_longer_than_asked))
		seconds += REFERRAL_DURATION_S;
	dialog_refresh(dlg, sip);
	accept_subscribe(dlg, irq, seconds);
	if (ref->reason)
		return 200;
	if (!seconds && device_has(dev, FAULT_unsubscribe_cancels))
		stop_call(ref);
	if (device_has(dev, FAULT_refresh_without_notify))
		return 200;
	if (seconds)
		referral_expire_in(ref, seconds);
	else
		ref->reason = "timeout";
	notify_send(ref);
	return 200;
}

/* Only a REFER makes a refer subscription (RFC 3515 2.4.4). */
int subscribe_outside(struct device *dev, nta_incoming_t *irq, const sip_t *sip)
{
	const struct port *port = ports_of_request(dev, sip);

	if (!is_refer(sip) && !device_has(dev, FAULT_any_event_accepted))
		return 489;
	if (is_refer(sip) && !device_has(dev, FAULT_fresh_subscribe_accepted))
		return 403;
	nta_incoming_treply(irq, SIP_200_OK, SIPTAG_EXPIRES_STR("60"),
			    SIPTAG_CONTACT(port->contact), TAG_END());
	return 200;
}
