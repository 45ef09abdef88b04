/* SPDX-License-Identifier: MIT */
/*
 * The refer event package, notifier side: a subscription for each REFER that
 * is accepted, one NOTIFY at a time, the state as it is when it goes out.
 */
#include "referral.h"

#include "call.h"
#include "notify.h"
#include "order.h"
#include "variant.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define LATE_MS 5000

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
	notify_send(ref);
	if (!ref->orq)
		referral_free(ref);
}

/* From now on the subscription lasts that long. */
void referral_expire_in(struct referral *ref, unsigned seconds)
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
	if (device_has(dev, FAULT_baresip_no_final_notify_on_cancel))
		return status == 487;
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
		notify_send(ref);
	if (ref->reason && !ref->orq)
		referral_free(ref);
}

/* 202 is what RFC 3515 wants and RFC 7647 no longer does. */
static bool says_200(const struct device *dev)
{
	if (device_has(dev, FAULT_accepted_with_202))
		return false;
	return device_has(dev, FAULT_accepted_with_200) ||
	       device_does(dev, VARIANT_refer_answer_200);
}

/* The 2xx to a REFER, in a dialog of this port. */
void referral_accept(struct device *dev, nta_incoming_t *irq,
		     const struct port *port, bool silent)
{
	int status = 202;
	const char *phrase = sip_202_Accepted;
	bool contact = !device_has(dev, FAULT_no_contact_in_2xx);

	if (device_has(dev, FAULT_refer_gets_180))
		nta_incoming_treply(irq, SIP_180_RINGING, TAG_END());
	if (says_200(dev))
		status = 200, phrase = sip_200_OK;
	nta_incoming_treply(
		irq, status, phrase,
		TAG_IF(contact, SIPTAG_CONTACT(port->contact)),
		TAG_IF(silent, SIPTAG_HEADER_STR("Refer-Sub: false")),
		TAG_IF(device_has(dev, FAULT_nosub_unasked),
		       SIPTAG_REQUIRE_STR("nosub")),
		TAG_END());
}

static void accept_order(struct referral *ref, nta_incoming_t *irq)
{
	referral_accept(ref->dlg->dev, irq, ref->dlg->port, ref->silent);
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
	ref->named = (dlg->refers++ > 0 ||
		      device_does(dlg->dev, VARIANT_event_with_id)) &&
		     !device_has(dlg->dev, FAULT_second_refer_without_id);
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

/* Is the device itself to be called by itself? A PBX has users. */
static bool loops(const struct referral *ref)
{
	const struct device *dev = ref->dlg->dev;
	const url_t *there =
		dev->role->locate((struct device *)dev, ref->target);

	return there && device_is_me(dev, there);
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
	if (ref->target && ref->target->url_type != url_sip &&
	    ref->target->url_type != url_sips)
		referral_report(ref, SIP_200_OK); /* of any other scheme */
	else if (!ref->target)
		referral_report(ref, SIP_503_SERVICE_UNAVAILABLE);
	else if (loops(ref))
		referral_report(ref, SIP_482_LOOP_DETECTED);
	else
		dev->role->refer(ref);
}

static void on_late_notify(void *root, su_timer_t *timer, void *arg)
{
	struct referral *ref = arg;

	(void)root;
	(void)timer;
	referral_expire_in(ref, REFERRAL_DURATION_S);
	notify_send(ref);
	carry_out(ref);
}

static unsigned duration(const struct device *dev)
{
	return variant_duration(dev, REFERRAL_DURATION_S);
}

static void on_slow_call(void *root, su_timer_t *timer, void *arg)
{
	struct referral *ref = arg;

	(void)root;
	(void)timer;
	ref->waits = false;
	referral_expire_in(ref, duration(ref->dlg->dev));
	carry_out(ref);
}

/* Nobody will hear of it any more; it is done all the same. */
void referral_hurry(struct referral *ref)
{
	if (ref->waits)
		ref->dlg->dev->role->refer(ref);
}

static int accept_refer(struct dialog *dlg, nta_incoming_t *irq,
			const sip_t *sip)
{
	struct device *dev = dlg->dev;
	struct referral *ref = referral_new(dlg, sip);
	int status = 202;

	if (device_has(dev, FAULT_response_waits_for_target)) {
		referral_expire_in(ref, REFERRAL_DURATION_S);
		ref->irq = irq;
		carry_out(ref);
		return 0;
	}
	if (variant_answers_later(dev, irq, dlg->port, ref->silent))
		status = 0;
	else
		accept_order(ref, irq);
	if (device_has(dev, FAULT_first_notify_late)) {
		ref->timer = device_timer(dev, LATE_MS, on_late_notify, ref);
		return 202;
	}
	referral_expire_in(ref, duration(dev));
	notify_send(ref);
	variant_takes_refer(dlg->call);
	if (variant_calls_later(ref, on_slow_call))
		return status;
	if (device_has(dev, FAULT_premature_success)) {
		dev->role->refer(ref);
		referral_report(ref, SIP_200_OK);
	} else {
		carry_out(ref);
	}
	if (dlg->call && device_has(dev, FAULT_jambonz_refer_bye_no_notify))
		device_bye(dev, dlg->leg);
	return status;
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

	if (dlg->referrals)
		fault_crash(dlg->dev->fault,
			    FAULT_opensips_b2b_double_refer_crash);
	if (!status && dlg->declines) {
		nta_incoming_treply(irq, SIP_603_DECLINE, TAG_END());
		if (device_has(dlg->dev, FAULT_refusal_loses_call))
			dlg->lost = true;
		refuse(dlg, sip);
		return 603;
	}
	if (!status && (!dlg->call || !dlg->call->up) && !dlg->referrals)
		status = 481;
	if (!status && dlg->call && dlg->call->placed &&
	    device_has(dlg->dev, FAULT_transferred_once))
		status = 603;
	if (!status && dlg->dev->role->judge_refer)
		status = dlg->dev->role->judge_refer(dlg);
	if (status)
		return status;
	if (!device_has(dlg->dev, FAULT_refer_keeps_target))
		dialog_refresh(dlg, sip);
	return accept_refer(dlg, irq, sip);
}

/* A device that takes such a REFER for the end of the call that it names. */
static void end_target_dialog(struct device *dev, const sip_t *sip)
{
	const sip_unknown_t *row = sip->sip_unknown;

	while (row && !su_casematch(row->un_name, "Target-Dialog"))
		row = row->un_next;
	for (struct dialog *d = dev->dialogs; row && d; d = d->next) {
		sip_replaces_t *rp =
			nta_leg_make_replaces(d->leg, dev->home, 0);

		if (rp && d->call &&
		    !strncmp(row->un_value, rp->rp_call_id,
			     strlen(rp->rp_call_id)))
			device_bye(dev, d->leg);
	}
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
	if (device_has(dev, FAULT_tdialog_ends_call))
		end_target_dialog(dev, sip);
	return accept_refer(dialog_of_request(dev, irq, sip), irq, sip);
}
