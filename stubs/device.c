/* SPDX-License-Identifier: MIT */
/*
 * A device on its sockets: sofia's agent, and what every request meets
 * before its method counts (RFC 3261 8.2). What the methods do is the role's.
 */
#include "device.h"

#include "call.h"
#include "dialog.h"
#include "invite.h"
#include "proxy.h"
#include "referral.h"
#include "referrer.h"
#include "variant.h"

#include <stdio.h>
#include <string.h>

static int take_stray(void *magic, nta_leg_t *leg, nta_incoming_t *irq,
		      const sip_t *sip)
{
	struct device *dev = magic;

	(void)leg;
	if (dev->role->take)
		return dev->role->take(dev, irq, sip);
	return device_request(dev, NULL, irq, sip);
}

/* Binds the sockets; role and fault are set. False: one cannot be bound. */
bool device_open(struct device *dev, const struct listen *listen)
{
	dev->host = listen->host;
	if (!ports_open(dev, listen))
		return false;
	dev->leg = nta_leg_tcreate(dev->agent, take_stray, dev,
				   NTATAG_NO_DIALOG(1), TAG_END());
	dev->strays = nta_outgoing_default(
		dev->agent, dev->role->forwards ? forward_stray : invite_stray,
		dev);
	return dev->leg && dev->strays;
}

static void close_dialog(struct dialog *dlg)
{
	struct device *dev = dlg->dev;

	while (dev->dialogs == dlg) {
		if (dlg->referrals)
			referral_free(dlg->referrals);
		else if (dlg->call)
			call_free(dlg->call);
		else if (dlg->referrer)
			referrer_free(dlg->referrer);
		else
			dialog_free(dlg);
	}
}

/* Leaves without a word to anybody. */
void device_close(struct device *dev)
{
	if (dev->role->close)
		dev->role->close(dev);
	while (dev->dialogs)
		close_dialog(dev->dialogs);
	while (dev->invites)
		invite_free(dev->invites);
	variant_close(dev);
	guard_clear(&dev->guard);
	if (dev->strays)
		nta_outgoing_destroy(dev->strays);
	if (dev->leg)
		nta_leg_destroy(dev->leg);
	if (dev->agent)
		nta_agent_destroy(dev->agent);
}

/* A timer that runs once. */
su_timer_t *device_timer(struct device *dev, unsigned ms, su_timer_f fn,
			 void *arg)
{
	su_timer_t *timer = su_timer_create(su_root_task(dev->root), ms);

	su_timer_set(timer, fn, arg);
	return timer;
}

/* The branch of the next request; NULL: nta's own, which is right. */
const char *device_branch(struct device *dev)
{
	if (device_has(dev, FAULT_branch_reused))
		return "z9hG4bKalwaysthesame";
	if (!device_has(dev, FAULT_branch_without_cookie))
		return NULL;
	snprintf(dev->branch, sizeof(dev->branch), "stub%lu.%s",
		 ++dev->branches, dev->ports[0].number);
	return dev->branch;
}

static void send_bye(struct device *dev, nta_leg_t *leg)
{
	nta_outgoing_destroy(nta_outgoing_tcreate(
		leg, NULL, NULL, NULL, SIP_METHOD_BYE, NULL,
		NTATAG_BRANCH_KEY(device_branch(dev)), TAG_END()));
}

/* Sends BYE and forgets it; nta repeats it if need be. */
void device_bye(struct device *dev, nta_leg_t *leg)
{
	send_bye(dev, leg);
	if (device_has(dev, FAULT_bye_twice))
		send_bye(dev, leg);
}

/* sofia keeps the second row of a header that may have one among the errors. */
bool device_has_twice(const sip_t *sip, msg_hclass_t *header)
{
	for (const msg_common_t *h = (msg_common_t *)sip->sip_error; h;
	     h = (msg_common_t *)((msg_header_t *)h)->sh_next) {
		if (h->h_class == header)
			return true;
	}
	return false;
}

/* Is this URI an address or name of ours? */
bool device_is_me(const struct device *dev, const url_t *url)
{
	if (!url->url_host)
		return false;
	if (su_casematch(url->url_host, dev->domain))
		return true;
	return ports_have(dev, url);
}

int device_options(struct device *dev, nta_incoming_t *irq, const sip_t *sip)
{
	const struct port *port = ports_of_request(dev, sip);

	nta_incoming_treply(irq, SIP_200_OK, SIPTAG_CONTACT(port->contact),
			    SIPTAG_ALLOW_STR(device_allow(dev)),
			    SIPTAG_ACCEPT_STR("application/sdp"),
			    SIPTAG_SUPPORTED_STR(device_supported(dev)),
			    TAG_IF(!device_has(dev, FAULT_no_allow_events),
				   SIPTAG_ALLOW_EVENTS_STR("refer")),
			    TAG_END());
	return 200;
}

/* The methods that the device says it takes. */
const char *device_allow(const struct device *dev)
{
	if (device_has(dev, FAULT_allow_without_refer))
		return "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, INFO";
	return dev->role->allow;
}

/* The extensions that it says it knows. */
const char *device_supported(const struct device *dev)
{
	if (device_has(dev, FAULT_supported_without_replaces))
		return "norefersub";
	return dev->role->supported;
}

int device_options_inside(struct dialog *dlg, nta_incoming_t *irq,
			  const sip_t *sip)
{
	if (device_has(dlg->dev, FAULT_options_420))
		return 420;
	return device_options(dlg->dev, irq, sip);
}

int device_stray_inside(struct dialog *dlg, nta_incoming_t *irq,
			const sip_t *sip)
{
	(void)irq;
	(void)sip;
	return device_has(dlg->dev, FAULT_voip_phones_spoofed_notify) ? 200
								      : 481;
}

/* Less body than was announced: the connection ended in it (RFC 3261 18.3). */
static bool is_cut_off(const sip_t *sip)
{
	size_t there = sip->sip_payload ? sip->sip_payload->pl_len : 0;

	return sip->sip_content_length &&
	       sip->sip_content_length->l_length > there;
}

/* What is wrong in any request: 400, or 0 (RFC 4475 3.1.2.11, 3.3.8, RFC
 * 3891 3). */
static int judge_form(const struct device *dev, const sip_t *sip)
{
	const char *headers = sip->sip_request->rq_url->url_headers;

	if ((headers && *headers) || is_cut_off(sip))
		return 400;
	if (sip_replaces(sip) &&
	    sip->sip_request->rq_method != sip_method_invite &&
	    !device_has(dev, FAULT_replaces_in_options_taken))
		return 400;
	return device_has_twice(sip, sip_max_forwards_class) ? 400 : 0;
}

/* The option tags of Require that are not ours; NULL: none. */
static sip_unsupported_t *missing(const struct device *dev, su_home_t *home,
				  const sip_t *sip)
{
	sip_supported_t *ours = sip_supported_make(home, dev->role->supported);

	if (!sip->sip_require ||
	    (sip->sip_request->rq_method == sip_method_refer &&
	     device_has(dev, FAULT_unknown_require_taken)))
		return NULL;
	if (device_has(dev, FAULT_tdialog_refused))
		ours = sip_supported_make(home, "replaces");
	return sip_has_unsupported(home, ours, sip->sip_require);
}

/* 420, or 0 where nothing is required that the device has not. */
static int judge_extensions(struct device *dev, nta_incoming_t *irq,
			    const sip_t *sip)
{
	su_home_t home[1] = { SU_HOME_INIT(home) };
	sip_unsupported_t *none;

	su_home_init(home);
	none = missing(dev, home, sip);
	if (none)
		nta_incoming_treply(
			irq, SIP_420_BAD_EXTENSION,
			TAG_IF(!device_has(dev, FAULT_unsupported_not_listed),
			       SIPTAG_UNSUPPORTED(none)),
			TAG_END());
	su_home_deinit(home);
	return none ? 420 : 0;
}

static const struct verb *verb_of(const struct device *dev, sip_method_t method)
{
	const struct verb *v = dev->role->verbs;

	while (v->method != sip_method_invalid && v->method != method)
		v++;
	return v->method == sip_method_invalid ? NULL : v;
}

/* A device that looks at no more than the Call-ID. */
static struct dialog *dialog_of_call_id(const struct device *dev,
					const sip_t *sip)
{
	for (struct dialog *d = dev->dialogs; d; d = d->next) {
		sip_replaces_t *rp = nta_leg_make_replaces(
			d->leg, (su_home_t *)dev->home, 0);

		if (rp && !strcmp(rp->rp_call_id, sip->sip_call_id->i_id))
			return d;
	}
	return NULL;
}

/* A device that takes any NOTIFY for one it has asked for. */
static bool is_believed(const struct device *dev, sip_method_t method)
{
	return method == sip_method_notify &&
	       device_has(dev, FAULT_voip_phones_spoofed_notify);
}

/*
 * Any new request; dlg is NULL outside dialogs. Returns the status with which
 * nta is to answer, or 0. An ACK is never answered.
 */
int device_request(struct device *dev, struct dialog *dlg, nta_incoming_t *irq,
		   const sip_t *sip)
{
	sip_method_t method = sip->sip_request->rq_method;
	const struct verb *verb = verb_of(dev, method);
	int status;

	if (method == sip_method_ack) {
		nta_incoming_destroy(irq);
		return 0;
	}
	if (method == sip_method_cancel)
		return 481;
	if (!verb) {
		nta_incoming_treply(
			irq, SIP_405_METHOD_NOT_ALLOWED,
			TAG_IF(!device_has(dev, FAULT_no_allow_in_405),
			       SIPTAG_ALLOW_STR(dev->role->allow)),
			TAG_END());
		return 405;
	}
	if (!dlg && sip->sip_to->a_tag &&
	    device_has(dev, FAULT_pocketdial_refer_unauth_dialog))
		dlg = dialog_of_call_id(dev, sip);
	if (dlg ? dlg->lost : sip->sip_to->a_tag || !verb->outside)
		return is_believed(dev, method) ? 200 : 481;
	status = judge_form(dev, sip);
	if (!status)
		status = guard_check(dev, irq, sip);
	if (status)
		return status;
	status = judge_extensions(dev, irq, sip);
	if (status)
		return status;
	return dlg ? verb->inside(dlg, irq, sip) : verb->outside(dev, irq, sip);
}
