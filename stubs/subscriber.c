/* SPDX-License-Identifier: MIT */
/*
 * The subscription that a REFER of ours has made: its NOTIFYs are taken, and
 * it is refreshed for as long as the outcome is not known (RFC 3515 2.4.4).
 */
#include "subscriber.h"

#include "referrer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The status of a sipfrag; 0: it has none (RFC 3420, RFC 3515 2.4.5). */
static int fragment_status(const struct device *dev, const sip_t *sip)
{
	const sip_content_type_t *type = sip->sip_content_type;
	const sip_payload_t *body = sip->sip_payload;
	static const char version[] = "SIP/2.0 ";
	size_t n = sizeof(version) - 1;
	char digits[4] = "";
	long status;

	if (!type || !su_casematch(type->c_type, "message/sipfrag") || !body ||
	    body->pl_len < n + 3 || strncmp(body->pl_data, version, n))
		return 0;
	if (device_has(dev, FAULT_sipfrag_needs_crlf) &&
	    !memchr(body->pl_data, '\n', body->pl_len))
		return 0;
	memcpy(digits, body->pl_data + n, 3);
	status = strtol(digits, NULL, 10);
	return status >= 100 && status < 700 ? (int)status : 0;
}

/* 0: it is of this subscription and can be read. */
static int judge(const struct referrer *r, const sip_t *sip)
{
	const sip_event_t *event = sip->sip_event;

	if (!event || strcmp(event->o_type, "refer")) /* RFC 6665 8.2.1 */
		return 489;
	if (event->o_id && strtoul(event->o_id, NULL, 10) != r->id)
		return 481;
	return sip->sip_subscription_state ? 0 : 400;
}

/* What devices do with a NOTIFY that they should take. */
static int misjudge(struct dialog *dlg, const sip_t *sip)
{
	const struct device *dev = dlg->dev;
	const sip_event_t *event = sip->sip_event;

	if (device_has(dev, FAULT_boghe_early_notify_482) && dlg->referrer->orq)
		return 482;
	if (device_has(dev, FAULT_siphonai_notify_405))
		return 405;
	if (device_has(dev, FAULT_jssip_event_no_params) && event &&
	    !event->o_id)
		return 500;
	if (device_has(dev, FAULT_pjsip_second_refer_481) && dlg->referred > 1)
		return 481;
	if (device_has(dev, FAULT_drachtio_event_refer_case) && event &&
	    strcmp(event->o_type, "refer"))
		dlg->lost = true;
	return 0;
}

/* ---- refreshing ---- */

static void send_subscribe(struct referrer *r);

static void on_time(void *root, su_timer_t *timer, void *arg)
{
	struct referrer *r = arg;

	(void)root;
	(void)timer;
	su_timer_destroy(r->timer);
	r->timer = NULL;
	if (r->moved->call)
		send_subscribe(r);
	else
		referrer_free(r); /* nobody wants to know any more */
}

/* Halfway through the time that is left. */
static void refresh_within(struct referrer *r, const char *seconds)
{
	unsigned s = seconds ? (unsigned)strtoul(seconds, NULL, 10) : 0;

	if (r->timer)
		su_timer_destroy(r->timer);
	r->timer = NULL;
	if (s && s < 1000)
		r->timer = device_timer(r->dlg->dev, s * 500, on_time, r);
}

static int on_refreshed(void *magic, nta_outgoing_t *orq, const sip_t *sip)
{
	struct referrer *r = magic;
	int status = nta_outgoing_status(orq);
	char seconds[16] = "1";

	if (status < 200)
		return 0;
	nta_outgoing_destroy(orq);
	r->refresh = NULL;
	if (status >= 300 &&
	    !device_has(r->dlg->dev, FAULT_refreshes_after_481)) {
		referrer_free(r); /* RFC 6665 4.1.2.2, 4.1.2.3 */
		return 0;
	}
	if (sip && sip->sip_expires)
		snprintf(seconds, sizeof(seconds), "%lu",
			 sip->sip_expires->ex_delta);
	refresh_within(r, seconds);
	return 0;
}

static void send_subscribe(struct referrer *r)
{
	struct dialog *dlg = r->dlg;
	bool named =
		r->named && !device_has(dlg->dev, FAULT_refresh_without_id);
	char event[32] = "refer";

	if (r->refresh)
		return;
	if (named)
		snprintf(event, sizeof(event), "refer;id=%u", r->id);
	r->refresh = nta_outgoing_tcreate(
		dlg->leg, on_refreshed, r, NULL, SIP_METHOD_SUBSCRIBE, NULL,
		SIPTAG_CONTACT(dlg->port->contact), SIPTAG_EVENT_STR(event),
		SIPTAG_EXPIRES_STR("60"),
		NTATAG_BRANCH_KEY(device_branch(dlg->dev)), TAG_END());
}

/* ---- NOTIFY ---- */

/* The subscription has ended without an outcome that we know. */
static void end(struct referrer *r, bool sure)
{
	struct device *dev = r->dlg->dev;

	if (!sure && device_has(dev, FAULT_unreadable_is_success))
		referrer_take_outcome(r, 200);
	else
		referrer_free(r);
}

static void take(struct referrer *r, const sip_t *sip)
{
	const struct device *dev = r->dlg->dev;
	const sip_subscription_state_t *state = sip->sip_subscription_state;
	bool over = su_casematch(state->ss_substate, "terminated");
	int status = fragment_status(dev, sip);

	r->named = sip->sip_event->o_id;
	refresh_within(r, over ? NULL : state->ss_expires);
	if (over && device_has(dev, FAULT_resubscribes)) {
		send_subscribe(r);
		nta_outgoing_destroy(r->refresh);
		r->refresh = NULL;
	}
	if (status >= 200 ||
	    (status && device_has(dev, FAULT_progress_is_success)))
		referrer_take_outcome(r, status);
	else if (over ||
		 (!status && device_has(dev, FAULT_unreadable_is_success)))
		end(r, status);
}

int subscriber_notify_inside(struct dialog *dlg, nta_incoming_t *irq,
			     const sip_t *sip)
{
	struct referrer *r = dlg->referrer;
	int status;

	if (!r || r->dlg != dlg)
		return device_stray_inside(dlg, irq, sip);
	status = misjudge(dlg, sip);
	if (!status)
		status = judge(r, sip);
	if (status)
		return status;
	nta_incoming_treply(irq, SIP_200_OK, TAG_END());
	take(r, sip);
	return 200;
}
