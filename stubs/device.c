/* SPDX-License-Identifier: MIT */
/*
 * A device on one UDP socket: sofia's agent, and what every request meets
 * before its method counts (RFC 3261 8.2). What the methods do is the role's.
 */
#include "device.h"

#include "call.h"
#include "dialog.h"
#include "invite.h"
#include "referral.h"

#include <stdio.h>
#include <string.h>

#define SOCKET_BUFFER (8 * 1024 * 1024)

static int take_stray(void *magic, nta_leg_t *leg, nta_incoming_t *irq,
		      const sip_t *sip)
{
	(void)leg;
	return device_request(magic, NULL, irq, sip);
}

/* "127.0.0.1:0" or "udp:127.0.0.1:0" as sofia wants to hear it. */
static char *bind_url(struct device *dev, const char *listen)
{
	const char *colon;

	if (!strncmp(listen, "udp:", 4))
		listen += 4;
	colon = strrchr(listen, ':');
	if (!colon || colon == listen)
		return NULL;
	return su_sprintf(dev->home, "sip:%.*s:%s;transport=udp",
			  (int)(colon - listen), listen,
			  strcmp(colon + 1, "0") ? colon + 1 : "*");
}

static bool learn_address(struct device *dev)
{
	const sip_via_t *via = nta_agent_via(dev->agent);
	char *text;

	if (!via || !via->v_port)
		return false;
	dev->host = su_strdup(dev->home, via->v_host);
	dev->port = su_strdup(dev->home, via->v_port);
	text = su_sprintf(dev->home, "<sip:%s@%s:%s>", dev->role->user,
			  dev->host, dev->port);
	dev->contact = sip_contact_make(dev->home, text);
	return dev->contact != NULL;
}

/* Binds the socket; role and fault are set. False: it cannot be bound. */
bool device_open(struct device *dev, const char *listen)
{
	const char *url = bind_url(dev, listen);

	if (!url)
		return false;
	dev->agent = nta_agent_create(
		dev->root, (url_string_t *)url, NULL, NULL, NTATAG_UA(1),
		NTATAG_USE_NAPTR(0), NTATAG_USE_SRV(0), NTATAG_MERGE_482(1),
		NTATAG_SIP_T1(dev->t1), NTATAG_SIP_T1X64(64 * dev->t1),
		NTATAG_SIP_T2(8 * dev->t1), NTATAG_SIP_T4(10 * dev->t1),
		NTATAG_UDP_MTU(65535), NTATAG_MAXSIZE(1024 * 1024),
		TPTAG_UDP_RMEM(SOCKET_BUFFER), TPTAG_UDP_WMEM(SOCKET_BUFFER),
		TAG_END());
	if (!dev->agent || !learn_address(dev))
		return false;
	dev->leg = nta_leg_tcreate(dev->agent, take_stray, dev,
				   NTATAG_NO_DIALOG(1), TAG_END());
	return dev->leg != NULL;
}

static void close_dialog(struct dialog *dlg)
{
	struct device *dev = dlg->dev;

	while (dev->dialogs == dlg) {
		if (dlg->referrals)
			referral_free(dlg->referrals);
		else if (dlg->call)
			call_free(dlg->call);
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
		 ++dev->branches, dev->port);
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

/* Is this URI an address or name of ours? */
bool device_is_me(const struct device *dev, const url_t *url)
{
	const char *port =
		url->url_port && *url->url_port ? url->url_port : "5060";

	if (!url->url_host)
		return false;
	if (su_casematch(url->url_host, dev->domain))
		return true;
	return su_casematch(url->url_host, dev->host) &&
	       !strcmp(port, dev->port);
}

int device_options(struct device *dev, nta_incoming_t *irq, const sip_t *sip)
{
	(void)sip;
	nta_incoming_treply(irq, SIP_200_OK, SIPTAG_CONTACT(dev->contact),
			    SIPTAG_ALLOW_STR(dev->role->allow),
			    SIPTAG_ACCEPT_STR("application/sdp"),
			    SIPTAG_SUPPORTED_STR(""),
			    SIPTAG_ALLOW_EVENTS_STR("refer"), TAG_END());
	return 200;
}

int device_options_inside(struct dialog *dlg, nta_incoming_t *irq,
			  const sip_t *sip)
{
	return device_options(dlg->dev, irq, sip);
}

/* A NOTIFY, although nothing was subscribed to (RFC 6665 4.1.3). */
int device_stray_inside(struct dialog *dlg, nta_incoming_t *irq,
			const sip_t *sip)
{
	(void)dlg;
	(void)irq;
	(void)sip;
	return 481;
}

static int refuse_extensions(struct device *dev, nta_incoming_t *irq,
			     const sip_t *sip)
{
	sip_unsupported_t none[1];

	sip_unsupported_init(none);
	none->k_items = sip->sip_require->k_items;
	nta_incoming_treply(
		irq, SIP_420_BAD_EXTENSION,
		TAG_IF(!device_has(dev, FAULT_unsupported_not_listed),
		       SIPTAG_UNSUPPORTED(none)),
		TAG_END());
	return 420;
}

static const struct verb *verb_of(const struct device *dev, sip_method_t method)
{
	const struct verb *v = dev->role->verbs;

	while (v->method != sip_method_invalid && v->method != method)
		v++;
	return v->method == sip_method_invalid ? NULL : v;
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

	if (method == sip_method_ack) {
		nta_incoming_destroy(irq);
		return 0;
	}
	if (method == sip_method_cancel)
		return 481;
	if (!verb) {
		nta_incoming_treply(irq, SIP_405_METHOD_NOT_ALLOWED,
				    SIPTAG_ALLOW_STR(dev->role->allow),
				    TAG_END());
		return 405;
	}
	if (!dlg && (sip->sip_to->a_tag || !verb->outside))
		return 481;
	if (sip->sip_require)
		return refuse_extensions(dev, irq, sip);
	return dlg ? verb->inside(dlg, irq, sip) : verb->outside(dev, irq, sip);
}
