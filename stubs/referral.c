/* SPDX-License-Identifier: MIT */
/*
 * The refer event package, notifier side: a subscription for each REFER that
 * is accepted, one NOTIFY at a time, the state as it is when it goes out.
 */
#include "referral.h"

#include "call.h"
#include "order.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define DURATION_S 60
#define LATE_MS    5000

static void notify(struct referral *ref);

void referral_free(struct referral *ref)
{
	struct dialog *dlg = ref->dlg;
	struct referral **p = &dlg->referrals;

	while (*p != ref)
		p = &(*p)->next;
	*p = ref->next;
	if (ref->holder)
		ref->holder->referral = NULL;
	if (ref->orq)
		nta_outgoing_destroy(ref->orq);
	if (ref->irq)
		nta_incoming_destroy(ref->irq);
	if (ref->timer)
		su_timer_destroy(ref->timer);
	su_home_deinit(ref->home);
	free(ref);
	dialog_release(dlg);
}

static unsigned remaining(const struct referral *ref)
{
	sip_time_t now = sip_now();

	return ref->expires > now ? (unsigned)(ref->expires - now) : 0;
}

static char *state_of(struct referral *ref)
{
	struct device *dev = ref->dlg->dev;
	const char *reason = ref->reason;

	if (device_has(dev, FAULT_notify_no_state))
		return NULL;
	if (!reason || device_has(dev, FAULT_final_notify_active))
		return su_sprintf(ref->home, "active;expires=%u",
				  remaining(ref));
	if (device_has(dev, FAULT_final_reason_timeout))
		reason = "timeout";
	return su_sprintf(ref->home, "terminated;reason=%s", reason);
}

static char *event_of(struct referral *ref)
{
	struct device *dev = ref->dlg->dev;

	if (device_has(dev, FAULT_notify_no_event))
		return NULL;
	if (device_has(dev, FAULT_notify_other_event))
		return su_sprintf(ref->home, "presence");
	return ref->named ? su_sprintf(ref->home, "refer;id=%u", ref->id)
			  : su_sprintf(ref->home, "refer");
}

static char *body_of(struct referral *ref)
{
	struct device *dev = ref->dlg->dev;
	int status = ref->status;
	const char *phrase = ref->phrase;

	if (device_has(dev, FAULT_notify_no_body))
		return NULL;
	if (device_has(dev, FAULT_notify_no_status_line))
		return su_sprintf(ref->home, "Contact: <sip:x@%s>\r\n",
				  dev->ports[0].host);
	if (device_has(dev, FAULT_failure_told_as_success) && status >= 300)
		status = 200, phrase = sip_200_OK;
	return su_sprintf(ref->home, "SIP/2.0 %d %s%s", status, phrase,
			  device_has(dev, FAULT_sipfrag_bare_lf) ? "\n"
								 : "\r\n");
}

static int on_notified(void *magic, nta_outgoing_t *orq, const sip_t *sip)
{
	struct referral *ref = magic;
	int status = nta_outgoing_status(orq);
	bool again = ref->changed;

	(void)sip;
	if (status < 200)
		return 0;
	nta_outgoing_destroy(orq);
	ref->orq = NULL;
	ref->changed = false;
	if (device_has(ref->dlg->dev, FAULT_notify_after_terminated) &&
	    ref->reason && !ref->repeated)
		again = ref->repeated = true;
	if (status >= 300 || (ref->reason && !again))
		referral_free(ref);
	else if (again)
		notify(ref);
	return 0;
}

/* A second leg of the same dialog, whose CSeq starts over. */
static nta_leg_t *stale_leg(struct referral *ref)
{
	sip_cseq_t *cseq = sip_cseq_create(ref->home, 5, SIP_METHOD_NOTIFY);
	const sip_route_t *route;
	const sip_contact_t *target;

	nta_leg_get_route(ref->dlg->leg, &route, &target);
	return nta_leg_tcreate(ref->dlg->dev->agent, NULL, NULL,
			       SIPTAG_CALL_ID(ref->call_id),
			       SIPTAG_FROM(ref->local), SIPTAG_TO(ref->remote),
			       SIPTAG_ROUTE(route), NTATAG_TARGET(target),
			       SIPTAG_CSEQ(cseq), TAG_END());
}

static void notify(struct referral *ref)
{
	struct device *dev = ref->dlg->dev;
	bool stale = device_has(dev, FAULT_cseq_not_rising);
	const char *event = event_of(ref), *state = state_of(ref);
	const char *body = body_of(ref);
	const char *type = device_has(dev, FAULT_notify_text_plain)
				   ? "text/plain"
				   : "message/sipfrag;version=2.0";
	nta_leg_t *leg;

	if (device_has(dev, FAULT_no_notify) || ref->silent)
		return;
	if (ref->orq) {
		ref->changed = true;
		return;
	}
	leg = stale ? stale_leg(ref) : ref->dlg->leg;
	ref->orq = nta_outgoing_tcreate(
		leg, on_notified, ref, NULL, SIP_METHOD_NOTIFY, NULL,
		SIPTAG_CONTACT(ref->dlg->port->contact),
		TAG_IF(event, SIPTAG_EVENT_STR(event)),
		TAG_IF(state, SIPTAG_SUBSCRIPTION_STATE_STR(state)),
		TAG_IF(body, SIPTAG_CONTENT_TYPE_STR(type)),
		TAG_IF(body, SIPTAG_PAYLOAD_STR(body)),
		NTATAG_BRANCH_KEY(device_branch(dev)), TAG_END());
	if (stale)
		nta_leg_destroy(leg);
}

static void on_expiry(void *root, su_timer_t *timer, void *arg)
{
	struct referral *ref = arg;

	(void)root;
	(void)timer;
	if (ref->reason) { /* the last NOTIFY was a lie or is under way */
		if (!ref->orq)
			referral_free(ref);
		return;
	}
	ref->reason = "timeout";
	notify(ref);
	if (!ref->orq)
		referral_free(ref);
}

static void set_expiry(struct referral *ref, unsigned seconds)
{
	ref->expires = sip_now() + seconds;
	if (ref->timer)
		su_timer_destroy(ref->timer);
	ref->timer =
		device_timer(ref->dlg->dev, seconds * 1000, on_expiry, ref);
}

static bool hides(struct device *dev, int status)
{
	if (device_has(dev, FAULT_no_final_notify))
		return true;
	return device_has(dev, FAULT_timeout_not_told) &&
	       (status == 408 || status == 503);
}

static void accept_order(struct referral *ref, nta_incoming_t *irq);

/*
 * The outcome so far; a final status ends the subscription (RFC 3515 2.4.7).
 * The referral may be gone when this returns.
 */
void referral_report(struct referral *ref, int status, const char *phrase)
{
	struct device *dev = ref->dlg->dev;

	if (ref->reason)
		return;
	ref->status = status;
	ref->phrase = su_strdup(ref->home, phrase);
	if (status >= 200) {
		if (ref->holder)
			ref->holder->referral = NULL;
		ref->holder = NULL;
	}
	if (status >= 200 && !hides(dev, status))
		ref->reason = "noresource";
	if (ref->irq) {
		nta_incoming_t *irq = ref->irq;

		ref->irq = NULL;
		accept_order(ref, irq);
		nta_incoming_destroy(irq);
	}
	if (status < 200 || ref->reason)
		notify(ref);
	if (ref->reason && !ref->orq)
		referral_free(ref);
}

static void accept_order(struct referral *ref, nta_incoming_t *irq)
{
	struct device *dev = ref->dlg->dev;
	int status = 202;
	const char *phrase = sip_202_Accepted;
	bool contact = !device_has(dev, FAULT_no_contact_in_2xx);

	if (device_has(dev, FAULT_refer_gets_180))
		nta_incoming_treply(irq, SIP_180_RINGING, TAG_END());
	if (device_has(dev, FAULT_accepted_with_200))
		status = 200, phrase = sip_200_OK;
	nta_incoming_treply(
		irq, status, phrase,
		TAG_IF(contact, SIPTAG_CONTACT(ref->dlg->port->contact)),
		TAG_IF(ref->silent, SIPTAG_HEADER_STR("Refer-Sub: false")),
		TAG_END());
}

static struct referral *referral_new(struct dialog *dlg, const sip_t *sip)
{
	struct referral *ref = calloc(1, sizeof(*ref));
	struct referral **end = &dlg->referrals;

	assert(ref);
	ref->home->suh_size = sizeof(ref->home);
	su_home_init(ref->home);
	ref->dlg = dlg;
	ref->id = sip->sip_cseq->cs_seq;
	ref->named = dlg->refers++ > 0;
	ref->target = order_target(dlg->dev, ref->home, sip);
	ref->headers = order_headers(dlg->dev, ref->home, sip);
	ref->replaces = order_replaces(ref->home, sip);
	ref->silent = order_is_silent(sip);
	ref->call_id = sip_call_id_dup(ref->home, sip->sip_call_id);
	ref->local = sip_to_dup(ref->home, sip->sip_to);
	if (!ref->local->a_tag)
		sip_to_tag(ref->home, ref->local, nta_leg_get_tag(dlg->leg));
	ref->remote = sip_from_dup(ref->home, sip->sip_from);
	ref->status = 100;
	ref->phrase = su_strdup(ref->home, sip_100_Trying);
	while (*end)
		end = &(*end)->next;
	*end = ref;
	return ref;
}

/* Sends the first NOTIFY, and the call that was asked for. */
static void carry_out(struct referral *ref)
{
	struct device *dev = ref->dlg->dev;

	if (device_has(dev, FAULT_target_not_called)) {
		referral_report(ref, SIP_200_OK);
		return;
	}
	if (device_has(dev, FAULT_invite_to_transferor)) {
		const sip_contact_t *there = NULL;

		nta_leg_get_route(ref->dlg->leg, NULL, &there);
		if (there)
			ref->target = url_hdup(ref->home, there->m_url);
	}
	if (!ref->target)
		referral_report(ref, SIP_503_SERVICE_UNAVAILABLE);
	else
		dev->role->refer(ref);
}

static void on_late_notify(void *root, su_timer_t *timer, void *arg)
{
	struct referral *ref = arg;

	(void)root;
	(void)timer;
	set_expiry(ref, DURATION_S);
	notify(ref);
	carry_out(ref);
}

static int accept_refer(struct dialog *dlg, nta_incoming_t *irq,
			const sip_t *sip)
{
	struct device *dev = dlg->dev;
	struct referral *ref = referral_new(dlg, sip);

	if (device_has(dev, FAULT_response_waits_for_target)) {
		set_expiry(ref, DURATION_S);
		ref->irq = irq;
		carry_out(ref);
		return 0;
	}
	accept_order(ref, irq);
	if (device_has(dev, FAULT_first_notify_late)) {
		ref->timer = device_timer(dev, LATE_MS, on_late_notify, ref);
		return 202;
	}
	set_expiry(ref, DURATION_S);
	notify(ref);
	if (device_has(dev, FAULT_premature_success)) {
		dev->role->refer(ref);
		referral_report(ref, SIP_200_OK);
	} else {
		carry_out(ref);
	}
	return 202;
}

/* A device that refuses and yet does something. */
static void refuse(struct dialog *dlg, const sip_t *sip)
{
	struct device *dev = dlg->dev;

	if (device_has(dev, FAULT_notify_after_refusal)) {
		struct referral *ref = referral_new(dlg, sip);

		referral_report(ref, SIP_603_DECLINE);
	}
	if (device_has(dev, FAULT_declined_yet_called)) {
		struct referral *ref = referral_new(dlg, sip);

		dev->role->refer(ref);
		referral_free(ref);
	}
}

int referral_refer_inside(struct dialog *dlg, nta_incoming_t *irq,
			  const sip_t *sip)
{
	int status = order_judge(dlg->dev, sip);

	if (!status && dlg->declines) {
		nta_incoming_treply(irq, SIP_603_DECLINE, TAG_END());
		refuse(dlg, sip);
		return 603;
	}
	if (!status && (!dlg->call || !dlg->call->up) && !dlg->referrals)
		status = 481;
	if (!status && dlg->dev->role->judge_refer)
		status = dlg->dev->role->judge_refer(dlg);
	if (status)
		return status;
	dialog_refresh(dlg, sip);
	return accept_refer(dlg, irq, sip);
}

int referral_refer_outside(struct device *dev, nta_incoming_t *irq,
			   const sip_t *sip)
{
	int status = order_judge(dev, sip);
	const char *dialled = sip->sip_request->rq_url->url_user;

	if (!status && dialled && !strcmp(dialled, "no-transfer"))
		status = 603;
	if (!status && !sip->sip_contact)
		status = 400;
	if (status)
		return status;
	return accept_refer(dialog_of_request(dev, irq, sip), irq, sip);
}

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

/* A refresh or an end of the subscription that a REFER made. */
int referral_subscribe_inside(struct dialog *dlg, nta_incoming_t *irq,
			      const sip_t *sip)
{
	struct referral *ref;
	unsigned seconds = DURATION_S;
	char expires[32];

	if (!sip->sip_event || !sip->sip_event->o_type ||
	    !su_casematch(sip->sip_event->o_type, "refer"))
		return 489;
	ref = referral_of_event(dlg, sip->sip_event);
	if (!ref)
		return dlg->referrals ? 481 : 403;
	if (sip->sip_expires && sip->sip_expires->ex_delta < seconds)
		seconds = (unsigned)sip->sip_expires->ex_delta;
	dialog_refresh(dlg, sip);
	snprintf(expires, sizeof(expires), "%u", seconds);
	nta_incoming_treply(irq, SIP_200_OK, SIPTAG_EXPIRES_STR(expires),
			    SIPTAG_CONTACT(dlg->port->contact), TAG_END());
	if (ref->reason)
		return 200;
	set_expiry(ref, seconds);
	if (!seconds)
		ref->reason = "timeout";
	notify(ref);
	return 200;
}

/* Only a REFER makes a refer subscription (RFC 3515 2.4.4). */
int referral_subscribe_outside(struct device *dev, nta_incoming_t *irq,
			       const sip_t *sip)
{
	(void)dev;
	(void)irq;
	if (!sip->sip_event || !sip->sip_event->o_type ||
	    !su_casematch(sip->sip_event->o_type, "refer"))
		return 489;
	return 403;
}
