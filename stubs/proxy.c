/* SPDX-License-Identifier: MIT */
/*
 * A stateful, record-routing proxy and registrar (RFC 3261 16): what a request
 * must be like (16.3), and where it is to go (16.4, 16.5).
 */
#include "proxy.h"

#include "registrar.h"

#include <stdlib.h>
#include <string.h>

/* No extension that a proxy would have to know (RFC 3261 20.29). */
static int judge_extensions(struct device *dev, nta_incoming_t *irq,
			    const sip_t *sip)
{
	su_home_t home[1] = { SU_HOME_INIT(home) };
	sip_unsupported_t *none;

	if (!sip->sip_proxy_require ||
	    device_has(dev, FAULT_proxy_require_ignored))
		return 0;
	su_home_init(home);
	none = sip_has_unsupported(home, NULL, sip->sip_proxy_require);
	if (device_has(dev, FAULT_proxy_unsupported_not_listed))
		none = NULL;
	nta_incoming_treply(irq, SIP_420_BAD_EXTENSION,
			    SIPTAG_UNSUPPORTED(none), TAG_END());
	su_home_deinit(home);
	return 420;
}

static bool is_sip(const url_t *url)
{
	return url->url_type == url_sip || url->url_type == url_sips;
}

/* RFC 3261 16.3: the status that ends the request here, or 0. */
static int judge(struct device *dev, nta_incoming_t *irq, const sip_t *sip)
{
	const sip_max_forwards_t *hops = sip->sip_max_forwards;

	if (!is_sip(sip->sip_request->rq_url))
		return 416;
	if (hops && !hops->mf_count &&
	    !device_has(dev, FAULT_max_forwards_zero_forwarded))
		return 483;
	if (proxy_is_looping(dev, sip))
		return 482;
	if (sip->sip_request->rq_method == sip_method_unknown &&
	    device_has(dev, FAULT_unknown_method_refused))
		return 405;
	if (sip->sip_request->rq_method == sip_method_refer &&
	    device_has(dev, FAULT_proxy_refuses_refer))
		return 405;
	return judge_extensions(dev, irq, sip);
}

/* Who begins something in the name of a user of ours logs in (RFC 3261 22.3).
 */
static int judge_caller(struct device *dev, nta_incoming_t *irq,
			const sip_t *sip)
{
	if (sip->sip_to->a_tag || !device_is_me(dev, sip->sip_from->a_url))
		return 0;
	return guard_check(dev, irq, sip);
}

/* Where a request for a user of ours goes: to all that he has registered. */
static void add_bindings(struct forward *fwd, const url_t *url)
{
	struct device *dev = fwd->dev;
	const url_t *at;

	for (unsigned i = 0; (at = registrar_nth(dev, url->url_user, i)); i++)
		forward_add(fwd, NULL, at, NULL);
}

/* RFC 3261 16.5. False: nowhere. */
static bool find_targets(struct forward *fwd, const sip_t *sip)
{
	const url_t *url = sip->sip_request->rq_url;

	fwd->ours = device_is_me(fwd->dev, url);
	if (fwd->ours && !sip->sip_route)
		add_bindings(fwd, url);
	else
		forward_add(fwd, NULL, url, NULL);
	return fwd->branches;
}

/* What is for the proxy itself; 0: it has to go on. */
static int serve(struct device *dev, nta_incoming_t *irq, const sip_t *sip)
{
	const url_t *url = sip->sip_request->rq_url;
	sip_method_t method = sip->sip_request->rq_method;

	if (!device_is_me(dev, url) || sip->sip_route)
		return 0;
	if (method == sip_method_register)
		return registrar_register(dev, irq, sip);
	if (url->url_user)
		return 0;
	return method == sip_method_options ? device_options(dev, irq, sip)
					    : 404;
}

static int route(struct device *dev, nta_incoming_t *irq, const sip_t *sip)
{
	msg_t *msg = nta_incoming_getrequest(irq);
	msg_t *request = proxy_copy(msg);
	sip_t *copy = sip_object(request);
	struct forward *fwd;
	int status;

	msg_destroy(msg);
	proxy_strip_routes(dev, request, copy);
	status = serve(dev, irq, copy);
	if (status) {
		msg_destroy(request);
		return status;
	}
	fwd = forward_new(dev, irq, request);
	fwd->loop = proxy_loop_hash(sip);
	if (!find_targets(fwd, copy)) {
		nta_incoming_treply(irq, SIP_404_NOT_FOUND, TAG_END());
		forward_free(fwd);
		return 0;
	}
	if (copy->sip_request->rq_method == sip_method_invite)
		nta_incoming_treply(irq, SIP_100_TRYING, TAG_END());
	forward_go(fwd);
	return 0;
}

/* An ACK that belongs to no transaction here is one to a 2xx: it goes on, and
 * nobody answers it (RFC 3261 16). */
static int take_ack(struct device *dev, nta_incoming_t *irq)
{
	msg_t *msg = nta_incoming_getrequest(irq);
	msg_t *copy = proxy_copy(msg);

	msg_destroy(msg);
	proxy_strip_routes(dev, copy, sip_object(copy));
	if (device_has(dev, FAULT_success_ack_swallowed))
		msg_destroy(copy);
	else
		proxy_pass_ack(dev, copy);
	nta_incoming_destroy(irq);
	return 0;
}

/* A proxy that takes the ACK to an answer of its own for one to pass on. */
static int on_own_ack(void *magic, nta_incoming_t *irq, const sip_t *sip)
{
	struct device *dev = magic;
	msg_t *msg;

	if (!sip || sip->sip_request->rq_method != sip_method_ack)
		return 0;
	msg = nta_incoming_getrequest_ackcancel(irq);
	if (msg)
		proxy_pass_ack(dev, proxy_copy(msg));
	msg_destroy(msg);
	return 0;
}

static int refuse(struct device *dev, nta_incoming_t *irq, int status)
{
	if (!device_has(dev, FAULT_sprout_ack_loop))
		return status;
	nta_incoming_bind(irq, on_own_ack, dev);
	nta_incoming_treply(irq, status, sip_status_phrase(status), TAG_END());
	return 0;
}

static int take(struct device *dev, nta_incoming_t *irq, const sip_t *sip)
{
	sip_method_t method = sip->sip_request->rq_method;
	int status;

	if (method == sip_method_ack)
		return take_ack(dev, irq);
	if (method == sip_method_cancel)
		return 481;
	status = judge(dev, irq, sip);
	if (status)
		return refuse(dev, irq, status);
	status = judge_caller(dev, irq, sip);
	return status ? status : route(dev, irq, sip);
}

static void close_proxy(struct device *dev)
{
	while (dev->forwards)
		forward_free(dev->forwards);
	registrar_close(dev);
}

const struct role proxy_role = {
	.user = "proxy",
	.allow = "INVITE, ACK, CANCEL, BYE, OPTIONS, REGISTER",
	.supported = "",
	.take = take,
	.forwards = true,
	.close = close_proxy,
};
