/* SPDX-License-Identifier: MIT */
/*
 * An INVITE of ours until the last 200 can have come: redirections are
 * followed, challenges answered. nta does the ACK to other finals and all
 * timers of RFC 3261 17.1.1.
 */
#include "invite.h"

#include "account.h"
#include "answer.h"
#include "call.h"
#include "referral.h"
#include "variant.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LATE_T1 64 /* how long 200s may be repeated */
#define AGAIN   3  /* calls of a device that does not give up */

struct invite *invite_new(struct call *call, const char *body,
			  const char *headers)
{
	struct invite *inv = calloc(1, sizeof(*inv));
	struct device *dev = call->dlg->dev;

	assert(inv);
	inv->home->suh_size = sizeof(inv->home);
	su_home_init(inv->home);
	inv->dev = dev;
	inv->call = call;
	inv->body = body ? su_strdup(inv->home, body) : NULL;
	inv->headers = headers ? su_strdup(inv->home, headers) : NULL;
	inv->asks = !body;
	inv->targets = (struct targets){ .home = inv->home, .dev = dev };
	inv->next = dev->invites;
	inv->prev = &dev->invites;
	if (inv->next)
		inv->next->prev = &inv->next;
	dev->invites = inv;
	return inv;
}

void invite_free(struct invite *inv)
{
	*inv->prev = inv->next;
	if (inv->next)
		inv->next->prev = inv->prev;
	if (inv->call)
		inv->call->inv = NULL;
	if (inv->orq)
		nta_outgoing_destroy(inv->orq);
	if (inv->timer)
		su_timer_destroy(inv->timer);
	for (struct answer *a = inv->answers; a; a = a->next)
		msg_destroy(a->ack);
	su_home_deinit(inv->home);
	free(inv);
}

static void on_late(void *root, su_timer_t *timer, void *arg)
{
	(void)root;
	(void)timer;
	invite_free(arg);
}

static void set_timer(struct invite *inv, unsigned ms, su_timer_f fn)
{
	if (inv->timer)
		su_timer_destroy(inv->timer);
	inv->timer = device_timer(inv->dev, ms, fn, inv);
}

static const char *next_branch(struct invite *inv)
{
	if (inv->branch && device_has(inv->dev, FAULT_redirect_branch_kept))
		return inv->branch;
	return device_branch(inv->dev);
}

static int on_response(void *magic, nta_outgoing_t *orq, const sip_t *sip);

/*
 * Sends the INVITE once more, as it was but with another Request-URI. All its
 * 2xx are to come here, so nta must not take them for repeats by itself.
 */
static bool submit(struct invite *inv, const url_t *to)
{
	struct device *dev = inv->dev;
	struct dialog *dlg = inv->call->dlg;
	const char *route = NULL;
	char hops[16];

	if (to)
		dlg->port = ports_towards(dev, to);
	snprintf(hops, sizeof(hops), "%u", inv->hops);
	if (device_has(dev, FAULT_redirect_old_address))
		route = inv->first_to;
	if (inv->proxy)
		route = inv->proxy;
	nta_agent_set_params(dev->agent, NTATAG_UA(0), TAG_END());
	inv->orq = nta_outgoing_tcreate(
		dlg->leg, on_response, inv, (url_string_t *)route,
		SIP_METHOD_INVITE, (url_string_t *)to,
		TAG_IF(!device_has(dev, FAULT_invite_without_contact),
		       SIPTAG_CONTACT(dlg->port->contact)),
		SIPTAG_ALLOW_STR(device_allow(dev)),
		SIPTAG_SUPPORTED_STR(device_supported(dev)),
		TAG_IF(!device_has(dev, FAULT_no_allow_events),
		       SIPTAG_ALLOW_EVENTS_STR("refer")),
		TAG_IF(inv->hops, SIPTAG_MAX_FORWARDS_STR(hops)),
		TAG_IF(inv->to_line, SIPTAG_TO_STR(inv->to_line)),
		TAG_IF(inv->headers, SIPTAG_HEADER_STR(inv->headers)),
		TAG_IF(inv->wishes, SIPTAG_HEADER_STR(inv->wishes)),
		TAG_IF(inv->credentials, SIPTAG_HEADER_STR(inv->credentials)),
		TAG_IF(inv->body, SIPTAG_CONTENT_TYPE_STR("application/sdp")),
		TAG_IF(inv->body, SIPTAG_PAYLOAD_STR(inv->body)),
		NTATAG_BRANCH_KEY(next_branch(inv)), TAG_END());
	nta_agent_set_params(dev->agent, NTATAG_UA(1), TAG_END());
	if (!inv->orq)
		return false;
	inv->branch = su_strdup(inv->home, nta_outgoing_branch(inv->orq));
	if (!inv->first_to && to)
		inv->first_to = url_as_string(inv->home, to);
	return true;
}

static void note_failure(struct invite *inv, int status, const char *phrase)
{
	inv->failure = status;
	inv->phrase = su_strdup(inv->home, phrase);
}

/* Calls the next target that leads anywhere; false when there is none. */
static bool call_next(struct invite *inv)
{
	const struct target *target;

	while ((target = targets_next(&inv->targets))) {
		const url_t *url = target->url;
		const url_t *place = inv->dev->role->locate(inv->dev, url);

		if (!device_has(inv->dev, FAULT_linphone_302_auth_leak))
			inv->credentials = NULL;
		inv->wishes = target->headers;
		if (!place)
			note_failure(inv, SIP_404_NOT_FOUND);
		else if (place != url && !targets_mark(&inv->targets, place))
			continue;
		else if (submit(inv, place))
			return true;
		else
			note_failure(inv, SIP_503_SERVICE_UNAVAILABLE);
	}
	return false;
}

/* Nothing is left to try; the call hears it, and this ends. */
static void give_up(struct invite *inv)
{
	struct call *call = inv->call;
	su_home_t home[1] = { SU_HOME_INIT(home) };
	int status = inv->failure ? inv->failure : 503;
	const char *phrase;

	su_home_init(home);
	phrase = su_strdup(home, inv->phrase ? inv->phrase
					     : sip_503_Service_unavailable);
	invite_free(inv);
	if (call)
		call_on_failed(call, status, phrase);
	su_home_deinit(home);
}

static void on_give_up(void *root, su_timer_t *timer, void *arg)
{
	(void)root;
	(void)timer;
	give_up(arg);
}

/* The first INVITE of a call. A failure is never told before this returns. */
void invite_start(struct invite *inv, const url_t *to)
{
	inv->initial = true;
	if (device_has(inv->dev, FAULT_invite_to_tag))
		inv->to_line = su_sprintf(inv->home, "<%s>;tag=unheard-of",
					  url_as_string(inv->home, to));
	targets_add(&inv->targets, to);
	if (!call_next(inv))
		set_timer(inv, 1, on_give_up);
}

/* An INVITE inside the dialog. */
void invite_refresh(struct invite *inv)
{
	if (!submit(inv, NULL))
		set_timer(inv, 1, on_give_up);
}

static void on_success(struct invite *inv, const sip_t *sip)
{
	if (answer_take(inv, sip))
		set_timer(inv, LATE_T1 * inv->dev->t1, on_late);
}

/* What has been redirected is a call of its own. */
static void renew(struct invite *inv)
{
	msg_t *old;

	if (!inv->orq || !device_does(inv->dev, VARIANT_new_call_id))
		return;
	old = nta_outgoing_getrequest(inv->orq);
	dialog_renew(inv->call->dlg, sip_object(old));
	msg_destroy(old);
}

/* A 3xx whose Contacts are to be called; what nobody knows is a 300 (RFC 3261
 * 8.1.3.2), a 380 offers another service. */
static bool is_redirect(int status)
{
	return status >= 300 && status < 400 && status != 380;
}

/* 305: the same URI, by way of the proxy in Contact (RFC 3261 21.3.4). */
static void use_proxy(struct invite *inv, const sip_contact_t *contact)
{
	struct target *again;

	if (!contact || inv->proxy)
		return;
	inv->proxy = url_as_string(inv->home, contact->m_url);
	for (again = inv->targets.first; again; again = again->next) {
		if (redirect_same_uri(again->url,
				      nta_outgoing_request_uri(inv->orq)))
			again->tried = false;
	}
}

/* What devices do on a 3xx besides following it. */
static void go_wrong(struct invite *inv, const sip_t *sip)
{
	struct device *dev = inv->dev;

	if (device_has(dev, FAULT_redirect_body_lost))
		inv->body = NULL;
	if (device_has(dev, FAULT_early_dialog_hung_up))
		answer_hang_up(inv, sip);
	if (device_has(dev, FAULT_redirect_told_upstream))
		inv->call->ops->ringing(inv->call, SIP_301_MOVED_PERMANENTLY,
					NULL);
	if (device_has(dev, FAULT_redirect_302_cached) && sip->sip_contact)
		targets_remember(&inv->targets, sip->sip_contact->m_url);
}

/*
 * The Contacts of a 3xx are called. Where a 301 names but one, a user of ours
 * is called there from now on (RFC 3261 21.3.2); behind the address of a phone
 * there may be another one tomorrow.
 */
static void use_contacts(struct invite *inv, int status, const sip_t *sip)
{
	const struct target *only =
		targets_add_contacts(&inv->targets, sip->sip_contact);

	if (only && status == 301 && inv->targets.tried == 1 &&
	    device_is_me(inv->dev, inv->targets.first->url) &&
	    !device_has(inv->dev, FAULT_redirect_301_forgotten))
		targets_remember(&inv->targets, only->url);
}

/* What a 3xx gives to call next; nothing if the call was given up before. */
static void redirected(struct invite *inv, int status, const sip_t *sip)
{
	struct referral *ref = inv->call->referral;

	if (device_has(inv->dev, FAULT_redirect_not_followed) || !sip)
		return;
	if ((status == 300 && device_has(inv->dev, FAULT_sippy_300_multiple)) ||
	    (status > 302 && device_has(inv->dev, FAULT_unknown_3xx_stops)))
		return;
	if (device_has(inv->dev, FAULT_redirect_told_as_final) && ref)
		referral_report(ref, status, sip->sip_status->st_phrase);
	if (device_has(inv->dev, FAULT_redirect_to_tag_kept))
		inv->to_line = sip_header_as_string(
			inv->home, (sip_header_t *)sip->sip_to);
	go_wrong(inv, sip);
	if (status == 305 && !device_has(inv->dev, FAULT_use_proxy_as_302))
		use_proxy(inv, sip->sip_contact);
	else
		use_contacts(inv, status, sip);
}

/* A device that calls the same URI once more although it should not. */
static bool stubborn(struct invite *inv, int status, const sip_t *sip)
{
	struct device *dev = inv->dev;
	const url_t *url = nta_outgoing_request_uri(inv->orq);

	if (!sip || inv->again >= AGAIN)
		return false;
	if (device_has(dev, FAULT_no_contact_calls_again) &&
	    is_redirect(status) && !sip->sip_contact) {
		inv->again++;
		return submit(inv, url);
	}
	if (device_has(dev, FAULT_redirect_contact_tried_twice) &&
	    status >= 400 && inv->targets.tried > 1 && !inv->again) {
		inv->again++;
		return submit(inv, url);
	}
	return false;
}

/* The same once more for who has challenged it, with credentials. */
static bool authorise(struct invite *inv, int status, const sip_t *sip)
{
	const url_t *url = nta_outgoing_request_uri(inv->orq);
	const struct account_request request = {
		.method = "INVITE",
		.uri = url_as_string(inv->home, url),
		.body = inv->body,
	};

	if (!sip || (status != 401 && status != 407))
		return false;
	inv->credentials = account_answer(inv->home, inv->dev->accounts,
					  &request, sip, inv->credentials);
	return inv->credentials && submit(inv, inv->initial ? url : NULL);
}

static bool goes_on(struct invite *inv, int status, const sip_t *sip)
{
	nta_outgoing_t *old = inv->orq;
	bool cancelled =
		inv->cancelled &&
		!device_has(inv->dev, FAULT_pjsip_cancel_then_auth_invite);
	bool on = false;

	if (inv->call && !cancelled)
		on = authorise(inv, status, sip);
	if (!on && inv->call && inv->initial && !cancelled) {
		if (is_redirect(status))
			redirected(inv, status, sip);
		renew(inv);
		on = stubborn(inv, status, sip);
		if (!on && !(device_has(inv->dev, FAULT_redirect_first_only) &&
			     status >= 400))
			on = call_next(inv);
	}
	if (!on)
		inv->orq = NULL;
	nta_outgoing_destroy(old);
	return on;
}

static void take_failure(struct invite *inv, int status, const sip_t *sip)
{
	if (!is_redirect(status) || !inv->failure)
		note_failure(inv, status,
			     sip && sip->sip_status
				     ? sip->sip_status->st_phrase
				     : sip_status_phrase(status));
	if (!goes_on(inv, status, sip))
		give_up(inv);
}

static int on_response(void *magic, nta_outgoing_t *orq, const sip_t *sip)
{
	struct invite *inv = magic;
	int status = nta_outgoing_status(orq);

	if (sip && sip->sip_via && sip->sip_via->v_next &&
	    !device_has(inv->dev, FAULT_two_vias_taken))
		return 0; /* it is another's (RFC 3261 8.1.3.3) */

	if (status < 200) {
		if (inv->call && sip)
			call_on_ringing(inv->call, sip);
		return 0;
	}
	if (status < 300) {
		on_success(inv, sip);
		return 0;
	}
	take_failure(inv, status, sip);
	return 0;
}

static struct invite *invite_of(const struct device *dev, const sip_t *sip)
{
	const char *branch = sip->sip_via ? sip->sip_via->v_branch : NULL;

	for (struct invite *i = dev->invites; i && branch; i = i->next) {
		if (i->orq && !strcasecmp(i->branch, branch))
			return i;
	}
	return NULL;
}

/* A request without an answer that belongs to the INVITE: an ACK to a failure
 * that nta does not make any more, a CANCEL that nta would not make yet. */
static void send_by_hand(const struct invite *inv, sip_method_t method,
			 const char *name, const sip_to_t *to)
{
	msg_t *request = nta_outgoing_getrequest(inv->orq);
	const sip_t *old = sip_object(request);
	msg_t *msg = nta_msg_create(inv->dev->agent, 0);
	sip_request_t *start =
		sip_request_create(msg_home(msg), method, name,
				   (void *)old->sip_request->rq_url, NULL);
	sip_cseq_t *cseq = sip_cseq_create(msg_home(msg), old->sip_cseq->cs_seq,
					   method, name);

	sip_add_tl(msg, sip_object(msg), SIPTAG_REQUEST(start),
		   SIPTAG_TO(to ? to : old->sip_to), SIPTAG_FROM(old->sip_from),
		   SIPTAG_CALL_ID(old->sip_call_id), SIPTAG_CSEQ(cseq),
		   SIPTAG_ROUTE(old->sip_route),
		   SIPTAG_MAX_FORWARDS(old->sip_max_forwards), TAG_END());
	msg_destroy(request);
	if (!nta_outgoing_mcreate(inv->dev->agent, NULL, NULL, NULL, msg,
				  NTATAG_BRANCH_KEY(inv->branch),
				  NTATAG_ACK_BRANCH(inv->branch),
				  NTATAG_STATELESS(1), TAG_END()))
		msg_destroy(msg);
}

/*
 * A response that nta has no transaction for. On a stream it lets go of an
 * INVITE with its first 2xx and with its CANCEL; yet more 2xx may come for 64
 * T1 (RFC 6026 7.2), and the 487.
 */
int invite_stray(void *magic, nta_outgoing_t *orq, const sip_t *sip)
{
	struct device *dev = magic;
	struct invite *inv = invite_of(dev, sip);
	int status = sip->sip_status->st_status;

	(void)orq;
	if (!inv || sip->sip_cseq->cs_method != sip_method_invite)
		return 0;
	if (status >= 200 && status < 300) {
		on_success(inv, sip);
	} else if (status >= 300 && inv->cancelled && !inv->answers) {
		send_by_hand(inv, SIP_METHOD_ACK, sip->sip_to);
		take_failure(inv, status, sip);
	}
	return 0;
}

/* The caller has lost patience; the outcome is still told. */
void invite_cancel(struct invite *inv)
{
	if (inv->cancelled || inv->answers)
		return;
	inv->cancelled = true;
	if (!inv->orq)
		return;
	if (device_has(inv->dev, FAULT_cancel_too_early))
		send_by_hand(inv, SIP_METHOD_CANCEL, NULL);
	else
		nta_outgoing_tcancel(inv->orq, NULL, NULL, TAG_END());
	set_timer(inv, LATE_T1 * inv->dev->t1, on_give_up);
}

/* Nobody waits for the outcome any more: what comes is tidied away. */
void invite_forget(struct invite *inv)
{
	struct call *call = inv->call;

	answer_ack(inv, NULL);
	if (call->inv != inv)
		return;
	if (inv->initial)
		invite_cancel(inv);
	call->inv = NULL;
	inv->call = NULL;
	if (!inv->orq)
		invite_free(inv);
}
