/* SPDX-License-Identifier: MIT */
/*
 * The NOTIFYs of a refer subscription: one at a time, the state as it is when
 * it goes out. When it ends is the subscription's business.
 */
#include "notify.h"

#include "bridge.h"

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
	if (device_has(dev, FAULT_sipjs_terminates_subscription_at_once))
		reason = "noresource";
	if (!reason && device_has(dev, FAULT_pjsip_substate_no_expires))
		return su_strdup(ref->home, "active");
	if (!reason || device_has(dev, FAULT_final_notify_active))
		return su_sprintf(ref->home, "active;expires=%u",
				  remaining(ref));
	if (device_has(dev, FAULT_final_reason_timeout))
		reason = "timeout";
	return su_sprintf(ref->home, "terminated;reason=%s%s", reason,
			  device_has(dev, FAULT_terminated_with_expires)
				  ? ";expires=30"
				  : "");
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

static bool is_over(const struct referral *ref)
{
	return ref->reason ||
	       device_has(ref->dlg->dev,
			  FAULT_sipjs_terminates_subscription_at_once);
}

/* Who has refused a NOTIFY wants no more of them; what else a device may end
 * with the subscription. */
static void on_refused(struct referral *ref, int status)
{
	struct device *dev = ref->dlg->dev;
	struct call *call = ref->dlg->call, *holder = ref->holder;

	if (device_has(dev, FAULT_notifies_after_481))
		return;
	if (status == 408 && device_has(dev, FAULT_notifies_after_silence)) {
		notify_send(ref);
		return;
	}
	referral_hurry(ref);
	if (holder && holder->inv && device_has(dev, FAULT_cancel_after_481))
		invite_cancel(holder->inv);
	referral_free(ref);
	if (call && device_has(dev, FAULT_call_ends_after_481))
		device_bye(dev, call->dlg->leg);
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
	ref->dlg->lost =
		ref->reason &&
		device_has(
			ref->dlg->dev,
			FAULT_drachtio_invite_dialog_deleted_on_notify_terminated);
	if (status >= 300)
		on_refused(ref, status);
	else if (is_over(ref) && !again)
		referral_free(ref);
	else if (again)
		notify_send(ref);
	return 0;
}

/* Nobody wants to hear, or a device that does not tell. */
static bool is_mute(const struct referral *ref)
{
	struct device *dev = ref->dlg->dev;
	bool odd = ref->target && ref->target->url_type != url_sip &&
		   ref->target->url_type != url_sips;

	if (ref->silent && !device_has(dev, FAULT_norefersub_yet_notified))
		return true;
	return device_has(dev, FAULT_no_notify) ||
	       device_has(dev, FAULT_jambonz_refer_bye_no_notify) ||
	       (odd && device_has(dev, FAULT_ios_refer_to_tel_rejected));
}

/* A second leg of the same dialog, whose CSeq starts over, or of another. */
static nta_leg_t *stale_leg(struct referral *ref)
{
	bool other = device_has(ref->dlg->dev, FAULT_notify_other_call_id);
	sip_cseq_t *cseq = sip_cseq_create(ref->home, 5, SIP_METHOD_NOTIFY);
	const sip_route_t *route;
	const sip_contact_t *target;

	nta_leg_get_route(ref->dlg->leg, &route, &target);
	return nta_leg_tcreate(ref->dlg->dev->agent, NULL, NULL,
			       TAG_IF(!other, SIPTAG_CALL_ID(ref->call_id)),
			       TAG_IF(other, SIPTAG_CALL_ID_STR("other@stub")),
			       SIPTAG_FROM(ref->local), SIPTAG_TO(ref->remote),
			       SIPTAG_ROUTE(route), NTATAG_TARGET(target),
			       SIPTAG_CSEQ(cseq), TAG_END());
}

/* Another call, in which a device reports by mistake; NULL: none. */
static const struct call *elsewhere(const struct referral *ref)
{
	const struct device *dev = ref->dlg->dev;
	const struct bridge *br =
		ref->dlg->call ? bridge_of(ref->dlg->call) : NULL;

	if (br && device_has(dev, FAULT_notify_wrong_leg))
		return bridge_peer(ref->dlg->call);
	if (br && device_has(dev, FAULT_notify_to_caller))
		return br->side[0];
	return NULL;
}

/* Sends the state as it is now, or after the NOTIFY that is under way. */
void notify_send(struct referral *ref)
{
	struct device *dev = ref->dlg->dev;
	bool stale = device_has(dev, FAULT_cseq_not_rising) ||
		     device_has(dev, FAULT_notify_other_call_id);
	const char *event = event_of(ref), *state = state_of(ref);
	const char *body = body_of(ref);
	const char *type = device_has(dev, FAULT_notify_text_plain)
				   ? "text/plain"
				   : "message/sipfrag;version=2.0";
	nta_leg_t *leg;

	if (is_mute(ref))
		return;
	if (ref->orq) {
		ref->changed = true;
		return;
	}
	leg = stale ? stale_leg(ref) : ref->dlg->leg;
	if (elsewhere(ref))
		leg = elsewhere(ref)->dlg->leg;
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
