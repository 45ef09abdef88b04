/* SPDX-License-Identifier: MIT */
/*
 * A PBX: a back-to-back user agent between registered users, which carries
 * transfers out itself.
 */
#include "pbx.h"

#include "bridge.h"
#include "referral.h"
#include "registrar.h"
#include "replace.h"
#include "subscribe.h"
#include "transfer.h"

static int take_call(struct device *dev, nta_incoming_t *irq, const sip_t *sip)
{
	struct call *old;
	int status = replace_judge(dev, sip, &old);

	if (!sip->sip_contact)
		return 400;
	if (sip->sip_max_forwards && !sip->sip_max_forwards->mf_count)
		return 483;
	if (old && bridge_of(old) &&
	    device_has(dev, FAULT_baresip_replaced_call_closed_early))
		bridge_tear_down(bridge_of(old)), old = NULL, status = 481;
	if (status)
		return status;
	if (old && (!bridge_of(old) || !bridge_peer(old)))
		return 481;
	if (!old && !dev->role->locate(dev, sip->sip_request->rq_url))
		return 404;
	nta_incoming_treply(irq, SIP_100_TRYING, TAG_END());
	if (old)
		bridge_replace(old, irq, sip);
	else
		bridge_begin(dev, irq, sip);
	return 0;
}

/* A user of ours is where he has registered, everybody else where the URI
 * says. */
static const url_t *locate(struct device *dev, const url_t *url)
{
	return device_is_me(dev, url) ? registrar_find(dev, url->url_user)
				      : url;
}

static void close_pbx(struct device *dev)
{
	while (dev->bridges)
		bridge_free(dev->bridges);
	registrar_close(dev);
}

/* Nobody may make the PBX call somebody out of the blue. */
static int refuse_refer(struct device *dev, nta_incoming_t *irq,
			const sip_t *sip)
{
	if (!device_has(dev, FAULT_baresip_refer_ood_no_auth))
		return 403;
	return referral_refer_outside(dev, irq, sip);
}

static const struct verb verbs[] = {
	{ sip_method_invite, call_invite_inside, take_call },
	{ sip_method_bye, call_bye_inside, NULL },
	{ sip_method_options, device_options_inside, device_options },
	{ sip_method_update, call_update_inside, NULL },
	{ sip_method_info, call_info_inside, NULL },
	{ sip_method_refer, referral_refer_inside, refuse_refer },
	{ sip_method_notify, device_stray_inside, NULL },
	{ sip_method_subscribe, subscribe_inside, subscribe_outside },
	{ sip_method_register, NULL, registrar_register },
	{ sip_method_invalid, NULL, NULL },
};

const struct role pbx_role = {
	.user = "pbx",
	.allow = "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, INFO, REFER, "
		 "NOTIFY, SUBSCRIBE, REGISTER",
	.supported = "replaces, norefersub",
	.verbs = verbs,
	.locate = locate,
	.refer = transfer_refer,
	.judge_refer = transfer_judge,
	.close = close_pbx,
};
