/* SPDX-License-Identifier: MIT */
/*
 * A phone that picks up at once, does what a REFER asks for and follows
 * redirections. Whoever dials its user "no-transfer" cannot refer it.
 */
#include "phone.h"

#include "call.h"
#include "consult.h"
#include "referral.h"
#include "replace.h"
#include "subscribe.h"
#include "subscriber.h"
#include "variant.h"

#include <string.h>

#define RING_T1    90 /* how long a target may ring */
#define LOOP_CALLS 15 /* of a device that does not give up */

static void refer(struct referral *ref);

static void on_ringing(struct call *call, int status, const char *phrase,
		       const char *sdp)
{
	(void)sdp;
	if (call->referral &&
	    device_does(call->dlg->dev, VARIANT_many_notifies))
		referral_report(call->referral, status, phrase);
}

static void on_answered(struct call *call, const char *sdp)
{
	struct call *first = call->referral ? call->referral->dlg->call : NULL;
	bool alone = call->referral && !first;
	struct device *dev = call->dlg->dev;

	(void)sdp;
	if (call->referral)
		referral_report(call->referral, SIP_200_OK);
	variant_hangs_up(first);
	variant_is_up(call);
	if (alone && device_has(dev, FAULT_jssip_notify_after_bye_kills_call))
		call_hang_up(call);
	else if (call->joins)
		consult_join(dev);
}

static void on_failed(struct call *call, int status, const char *phrase)
{
	struct referral *ref = call->referral;
	struct call *first = ref ? ref->dlg->call : NULL;

	if (call->up)
		return; /* a hold was refused: all is as it was */
	if (ref && device_has(call->dlg->dev, FAULT_jambonz_self_loop) &&
	    ref->calls++ < LOOP_CALLS) {
		call_free(call);
		refer(ref);
		return;
	}
	if (first && device_has(first->dlg->dev, FAULT_busy_drops_call))
		call_hang_up(first);
	call_free(call);
	if (ref)
		referral_report(ref, status, phrase);
}

static void answer_offer(struct call *call, const char *sdp)
{
	struct device *dev = call->dlg->dev;
	su_home_t home[1] = { SU_HOME_INIT(home) };
	char *answer;

	su_home_init(home);
	answer = sdp ? media_answer(&call->media, home, dev, sdp)
		     : media_offer(&call->media, home, dev);
	call_reply(call, SIP_200_OK, answer);
	su_home_deinit(home);
}

static void on_acked(struct call *call, const char *sdp)
{
	(void)call;
	(void)sdp;
}

static void on_ended(struct call *call)
{
	call_free(call);
}

static const struct call_ops ops = {
	.ringing = on_ringing,
	.answered = on_answered,
	.failed = on_failed,
	.offered = answer_offer,
	.acked = on_acked,
	.ended = on_ended,
};

/* A device that does not hang up a call that another has replaced. */
static bool stays(const struct device *dev, const struct call *old)
{
	return device_has(dev, old->up ? FAULT_replaced_call_stays
				       : FAULT_replaced_invite_stays);
}

/* Is any audio offered, or nothing yet? */
static bool can_talk(const sip_t *sip)
{
	char *sdp = call_sdp(NULL, sip);
	bool can = !sdp || strstr(sdp, "m=audio");

	su_free(NULL, sdp);
	return can;
}

static int take_call(struct device *dev, nta_incoming_t *irq, const sip_t *sip)
{
	struct dialog *dlg;
	struct call *call, *old;
	int status = replace_judge(dev, sip, &old);
	char *sdp;

	if (!sip->sip_contact)
		return 400;
	if (old && device_has(dev, FAULT_baresip_replaced_call_closed_early)) {
		call_hang_up(old);
		old = NULL;
	}
	if (!status && !can_talk(sip))
		status = 488;
	if (status)
		return status;
	dlg = dialog_of_request(dev, irq, sip);
	call = call_receive(dlg, irq, sip, &ops, NULL);
	sdp = call_sdp(NULL, sip);
	variant_rings(call);
	call_reply(call, SIP_180_RINGING, NULL);
	answer_offer(call, sdp);
	if (old && !stays(dev, old))
		call_hang_up(old);
	su_free(NULL, sdp);
	return 0;
}

/* Who holds the phone dials. */
void phone_dial(struct device *dev, const url_t *to)
{
	su_home_t home[1] = { SU_HOME_INIT(home) };
	const url_t *here = ports_towards(dev, to)->contact->m_url;
	struct call_plan plan = { .to = to, .ring_ms = RING_T1 * dev->t1 };

	su_home_init(home);
	plan.from = sip_from_create(home, (void *)dialog_identity(home, here));
	call_place(dev, &plan, &ops, NULL);
	su_home_deinit(home);
}

/* Has the far end put this call on hold? */
static bool is_held(const struct call *call)
{
	return call && call->remote &&
	       (strstr(call->remote, "a=sendonly") ||
		strstr(call->remote, "a=inactive"));
}

static void refer(struct referral *ref)
{
	struct device *dev = ref->dlg->dev;
	const url_t *here = ref->dlg->port->contact->m_url;
	sip_from_t *me = sip_from_create(
		ref->home, (void *)dialog_identity(ref->home, here));
	struct call_plan plan = {
		.from = me,
		.to = ref->target,
		.headers = ref->headers,
		.ring_ms = RING_T1 * dev->t1,
	};

	if (is_held(ref->dlg->call) &&
	    device_has(dev, FAULT_held_replaces_dropped))
		plan.headers = NULL;
	if (device_has(dev, FAULT_refer_call_id_reused))
		plan.call_id = ref->call_id;
	ref->holder = call_place(dev, &plan, &ops, NULL);
	ref->holder->referral = ref;
}

static const url_t *locate(struct device *dev, const url_t *url)
{
	(void)dev;
	return url;
}

static const struct verb verbs[] = {
	{ sip_method_invite, call_invite_inside, take_call },
	{ sip_method_bye, call_bye_inside, NULL },
	{ sip_method_options, device_options_inside, device_options },
	{ sip_method_update, call_update_inside, NULL },
	{ sip_method_info, call_info_inside, NULL },
	{ sip_method_refer, referral_refer_inside, referral_refer_outside },
	{ sip_method_notify, subscriber_notify_inside, NULL },
	{ sip_method_subscribe, subscribe_inside, subscribe_outside },
	{ sip_method_invalid, NULL, NULL },
};

const struct role phone_role = {
	.user = "phone",
	.allow = "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, INFO, REFER, "
		 "NOTIFY, SUBSCRIBE",
	.supported = "replaces, norefersub, tdialog",
	.verbs = verbs,
	.locate = locate,
	.refer = refer,
};
