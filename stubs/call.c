/* SPDX-License-Identifier: MIT */
/*
 * One call from either side: offers and answers, ringing, hanging up. What is
 * to be answered is the owner's business.
 */
#include "call.h"

#include "referral.h"
#include "referrer.h"
#include "variant.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static struct call *call_new(struct dialog *dlg, const url_t *far,
			     const struct call_ops *ops, void *owner)
{
	struct call *call = calloc(1, sizeof(*call));

	assert(call && !dlg->call);
	call->dlg = dlg;
	call->ops = ops;
	call->owner = owner;
	call->home->suh_size = sizeof(call->home);
	su_home_init(call->home);
	call->address = sip_from_create(
		call->home, (void *)dialog_identity(call->home, far));
	media_init(&call->media, dlg->dev);
	dlg->call = call;
	return call;
}

static void release_request(struct call *call)
{
	if (call->irq)
		nta_incoming_destroy(call->irq);
	call->irq = NULL;
}

/* Ends the call without a word to the far end, and its dialog if it was the
 * last usage. */
void call_free(struct call *call)
{
	struct dialog *dlg = call->dlg;

	if (call->inv)
		invite_forget(call->inv);
	release_request(call);
	if (call->timer)
		su_timer_destroy(call->timer);
	if (call->referral)
		call->referral->holder = NULL;
	media_clear(&call->media);
	free(call->remote);
	su_home_deinit(call->home);
	free(call);
	dlg->call = NULL;
	dialog_release(dlg);
}

/* The body if it is SDP, ended by NUL. */
char *call_sdp(su_home_t *home, const sip_t *sip)
{
	const sip_content_type_t *type = sip->sip_content_type;

	if (!sip->sip_payload || !sip->sip_payload->pl_len)
		return NULL;
	if (type && !su_casematch(type->c_type, "application/sdp"))
		return NULL;
	return su_strndup(home, sip->sip_payload->pl_data,
			  sip->sip_payload->pl_len);
}

/* Keeps the SDP of a message that the far end has sent. */
void call_heard(struct call *call, const sip_t *sip)
{
	char *sdp = call_sdp(NULL, sip);

	if (!sdp)
		return;
	free(call->remote);
	call->remote = strdup(sdp);
	su_free(NULL, sdp);
}

static int on_ack_or_cancel(void *magic, nta_incoming_t *irq, const sip_t *sip)
{
	struct call *call = magic;

	(void)irq;
	if (sip && sip->sip_request->rq_method == sip_method_ack) {
		char *sdp = call_sdp(NULL, sip);

		call_heard(call, sip);
		release_request(call);
		call->ops->acked(call, sdp);
		variant_is_up(call);
		su_free(NULL, sdp);
	} else if (sip && call->up) {
		call_reply(call, SIP_487_REQUEST_TERMINATED, NULL);
	} else if (sip) {
		call_reply(call, SIP_487_REQUEST_TERMINATED, NULL);
		call->ops->ended(call);
	} else if (call->up) { /* no ACK for 64*T1 (RFC 3261 13.3.1.4) */
		release_request(call);
		device_bye(call->dlg->dev, call->dlg->leg);
		call->ops->ended(call);
	}
	return 0;
}

/* A call that comes in. */
struct call *call_receive(struct dialog *dlg, nta_incoming_t *irq,
			  const sip_t *sip, const struct call_ops *ops,
			  void *owner)
{
	struct call *call = call_new(dlg, sip->sip_from->a_url, ops, owner);

	call->irq = irq;
	nta_incoming_bind(irq, on_ack_or_cancel, call);
	call_heard(call, sip);
	return call;
}

static void on_ring_timer(void *root, su_timer_t *timer, void *arg)
{
	struct call *call = arg;

	(void)root;
	(void)timer;
	if (call->inv && !call->up)
		invite_cancel(call->inv);
}

/* A call that goes out; whatever becomes of it is told later. */
struct call *call_place(struct device *dev, const struct call_plan *plan,
			const struct call_ops *ops, void *owner)
{
	struct dialog *dlg =
		dialog_of_call(dev, plan->from, plan->to, plan->call_id);
	struct call *call = call_new(dlg, plan->to, ops, owner);
	su_home_t home[1] = { SU_HOME_INIT(home) };
	char *body;

	su_home_init(home);
	if (plan->offer)
		body = media_relabel(&call->media, home, dev, plan->offer);
	else
		body = plan->asks ? NULL : media_offer(&call->media, home, dev);
	call->inv = invite_new(call, body, plan->headers);
	call->placed = true;
	call->inv->hops = plan->hops;
	targets_of(&call->inv->targets, plan->from->a_url);
	invite_start(call->inv, plan->to);
	if (plan->ring_ms)
		call->timer =
			device_timer(dev, plan->ring_ms, on_ring_timer, call);
	su_home_deinit(home);
	return call;
}

/*
 * Answers their INVITE or UPDATE; sdp may be NULL. A 2xx to an INVITE then
 * waits for its ACK, every other final response ends the request.
 */
void call_reply(struct call *call, int status, const char *phrase,
		const char *sdp)
{
	struct device *dev = call->dlg->dev;
	bool contact = status > 100 && status < 300;

	if (!call->irq || nta_incoming_status(call->irq) >= 200)
		return;
	if (device_has(dev, FAULT_call_without_contact) && status >= 200)
		contact = false;
	nta_incoming_treply(
		call->irq, status, phrase,
		TAG_IF(contact, SIPTAG_CONTACT(call->dlg->port->contact)),
		TAG_IF(status >= 200 && status < 300,
		       SIPTAG_ALLOW_STR(device_allow(dev))),
		TAG_IF(status >= 200 && status < 300,
		       SIPTAG_SUPPORTED_STR(device_supported(dev))),
		TAG_IF(status >= 200 && status < 300 &&
			       !device_has(dev, FAULT_no_allow_events),
		       SIPTAG_ALLOW_EVENTS_STR("refer")),
		TAG_IF(sdp, SIPTAG_CONTENT_TYPE_STR("application/sdp")),
		TAG_IF(sdp, SIPTAG_PAYLOAD_STR(sdp)), TAG_END());
	if (status < 200)
		return;
	if (status < 300)
		call->up = true;
	if (status >= 300 ||
	    nta_incoming_method(call->irq) != sip_method_invite)
		release_request(call);
}

/* A re-INVITE with this SDP, or none; false: an INVITE is under way. */
bool call_offer(struct call *call, const char *sdp)
{
	su_home_t home[1] = { SU_HOME_INIT(home) };
	char *body = NULL;

	if (call->inv || !call->up)
		return false;
	su_home_init(home);
	if (sdp)
		body = media_relabel(&call->media, home, call->dlg->dev, sdp);
	call->inv = invite_new(call, body, NULL);
	invite_refresh(call->inv);
	su_home_deinit(home);
	return true;
}

/* Ends the call in whatever state it is; the owner hears nothing. */
void call_hang_up(struct call *call)
{
	if (call->irq && nta_incoming_status(call->irq) < 200)
		call_reply(call, SIP_480_TEMPORARILY_UNAVAILABLE, NULL);
	if (call->up)
		device_bye(call->dlg->dev, call->dlg->leg);
	call_free(call);
}

static void on_patience(void *root, su_timer_t *timer, void *arg)
{
	(void)root;
	(void)timer;
	call_hang_up(arg);
}

void call_hang_up_after(struct call *call, unsigned ms)
{
	if (call->timer)
		su_timer_destroy(call->timer);
	call->timer = device_timer(call->dlg->dev, ms, on_patience, call);
}

/* 181s that some devices have died of. */
static void survive(struct call *call, const sip_t *sip)
{
	enum fault fault = call->dlg->dev->fault;

	if (sip->sip_status->st_status != 181)
		return;
	if (++call->forwarded > 20)
		fault_crash(fault, FAULT_asterisk_cve_2020_35776);
	for (const sip_unknown_t *h = sip->sip_unknown; h; h = h->un_next) {
		if (su_casematch(h->un_name, "Diversion") &&
		    strstr(h->un_value, "tel:"))
			fault_crash(fault, FAULT_asterisk_cve_2020_35652);
	}
}

void call_on_ringing(struct call *call, const sip_t *sip)
{
	char *sdp = call_sdp(NULL, sip);

	survive(call, sip);
	if (sip->sip_to->a_tag)
		call->early_tag = su_strdup(call->home, sip->sip_to->a_tag);
	if (sip->sip_status->st_status > 100)
		call->ops->ringing(call, sip->sip_status->st_status,
				   sip->sip_status->st_phrase, sdp);
	su_free(NULL, sdp);
}

void call_on_answered(struct call *call, const sip_t *sip)
{
	char *sdp = call_sdp(NULL, sip);

	if (!call->up && call->timer) {
		su_timer_destroy(call->timer);
		call->timer = NULL;
	}
	call->up = true;
	call_heard(call, sip);
	call->ops->answered(call, sdp);
	su_free(NULL, sdp);
}

void call_on_failed(struct call *call, int status, const char *phrase)
{
	call->ops->failed(call, status, phrase);
}

/* Takes a request that offers something; 0: the owner will answer it. */
static int take_offer(struct dialog *dlg, nta_incoming_t *irq, const sip_t *sip)
{
	struct call *call = dlg->call;
	char *sdp;

	if (!call)
		return 481;
	if (call->irq && nta_incoming_status(call->irq) >= 200)
		release_request(call);
	if (call->irq || call->inv || !call->up || variant_meets(call))
		return 491;
	dialog_refresh(dlg, sip);
	call->irq = irq;
	nta_incoming_bind(irq, on_ack_or_cancel, call);
	call_heard(call, sip);
	sdp = call_sdp(NULL, sip);
	call->ops->offered(call, sdp);
	su_free(NULL, sdp);
	return 0;
}

int call_invite_inside(struct dialog *dlg, nta_incoming_t *irq,
		       const sip_t *sip)
{
	return take_offer(dlg, irq, sip);
}

/* UPDATE (RFC 3311): with an offer like a re-INVITE, else only a refresh. */
int call_update_inside(struct dialog *dlg, nta_incoming_t *irq,
		       const sip_t *sip)
{
	if (dlg->call && sip->sip_payload)
		return take_offer(dlg, irq, sip);
	if (!dlg->call)
		return 481;
	dialog_refresh(dlg, sip);
	nta_incoming_treply(irq, SIP_200_OK, SIPTAG_CONTACT(dlg->port->contact),
			    TAG_END());
	return 200;
}

/* A device that does not know who may hang up: the target of a transfer, or
 * the transferor after it. */
static int doubt_bye(const struct dialog *dlg)
{
	const struct device *dev = dlg->dev;

	if (device_has(dev, FAULT_siphon_ack_before_promote))
		return dlg->call->placed ? 481 : 0;
	if (device_has(dev, FAULT_opensips_b2b_bye_after_notify_cross))
		return dlg->refers ? 408 : 0;
	return 0;
}

int call_bye_inside(struct dialog *dlg, nta_incoming_t *irq, const sip_t *sip)
{
	struct call *call = dlg->call;

	(void)sip;
	if (dlg->referrer && dlg->referrer->orq)
		fault_crash(dlg->dev->fault, FAULT_pjsip_att_xfer_uaf);
	if (!call)
		return 481;
	if (doubt_bye(dlg))
		return doubt_bye(dlg);
	nta_incoming_treply(irq, SIP_200_OK, TAG_END());
	if (call->irq)
		call_reply(call, SIP_487_REQUEST_TERMINATED, NULL);
	call->ops->ended(call);
	return 200;
}

int call_info_inside(struct dialog *dlg, nta_incoming_t *irq, const sip_t *sip)
{
	(void)irq;
	(void)sip;
	return dlg->call ? 200 : 481;
}
