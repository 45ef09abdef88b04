/* SPDX-License-Identifier: MIT */
/*
 * An INVITE of ours until the last 200 can have come: redirections are
 * followed, each 200 is ACKed each time, a fork too many is hung up. nta does
 * the ACK to other finals and all timers of RFC 3261 17.1.1.
 */
#include "invite.h"

#include "call.h"
#include "mangle.h"
#include "referral.h"

#include <assert.h>
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

static void linger(struct invite *inv)
{
	if (!inv->timer)
		inv->timer = device_timer(inv->dev, LATE_T1 * inv->dev->t1,
					  on_late, inv);
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
	const char *route = NULL;

	if (device_has(dev, FAULT_redirect_old_address))
		route = inv->first_to;
	nta_agent_set_params(dev->agent, NTATAG_UA(0), TAG_END());
	inv->orq = nta_outgoing_tcreate(
		inv->call->dlg->leg, on_response, inv, (url_string_t *)route,
		SIP_METHOD_INVITE, (url_string_t *)to,
		TAG_IF(!device_has(dev, FAULT_invite_without_contact),
		       SIPTAG_CONTACT(dev->contact)),
		SIPTAG_ALLOW_STR(dev->role->allow),
		TAG_IF(inv->to_line, SIPTAG_TO_STR(inv->to_line)),
		TAG_IF(inv->headers, SIPTAG_HEADER_STR(inv->headers)),
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
	const url_t *url;

	while ((url = targets_next(&inv->targets))) {
		const url_t *place = inv->dev->role->locate(inv->dev, url);

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
		inv->timer = device_timer(inv->dev, 1, on_give_up, inv);
}

/* An INVITE inside the dialog. */
void invite_refresh(struct invite *inv)
{
	if (!submit(inv, NULL))
		inv->timer = device_timer(inv->dev, 1, on_give_up, inv);
}

static void send_ack(struct invite *inv, const struct answer *answer)
{
	msg_t *copy;

	if (device_has(inv->dev, FAULT_success_not_acked))
		return;
	copy = msg_dup(answer->ack);
	if (!nta_outgoing_mcreate(inv->dev->agent, NULL, NULL, NULL, copy,
				  NTATAG_BRANCH_KEY(answer->branch),
				  NTATAG_ACK_BRANCH(answer->branch),
				  NTATAG_STATELESS(1), TAG_END()))
		msg_destroy(copy);
}

/* The ACK to a 2xx: the INVITE's CSeq number, the dialog's route and target
 * (RFC 3261 13.2.2.4). */
static void make_ack(struct invite *inv, struct answer *answer, nta_leg_t *leg,
		     const char *body)
{
	nta_agent_t *agent = inv->dev->agent;
	msg_t *msg = nta_msg_create(agent, 0);
	sip_cseq_t *cseq = sip_cseq_create(
		msg_home(msg), nta_outgoing_cseq(inv->orq), SIP_METHOD_ACK);

	sip_add_tl(msg, sip_object(msg), SIPTAG_CSEQ(cseq),
		   TAG_IF(body, SIPTAG_CONTENT_TYPE_STR("application/sdp")),
		   TAG_IF(body, SIPTAG_PAYLOAD_STR(body)), TAG_END());
	nta_msg_request_complete(msg, leg, SIP_METHOD_ACK, NULL);
	answer->ack = msg;
	answer->branch = (char *)nta_agent_newtag(
		inv->home, MANGLE_SUCCESS_BRANCH "%s", agent);
	send_ack(inv, answer);
}

/* The ACK that waited for an SDP answer. */
void invite_ack(struct invite *inv, const char *body)
{
	if (!inv->answers || inv->answers->ack)
		return;
	make_ack(inv, inv->answers, inv->call->dlg->leg, body);
	inv->call->inv = NULL;
	inv->call = NULL;
}

/* A far end that nobody talks to: ACK, and BYE if it has just picked up. */
static void dismiss(struct invite *inv, struct answer *answer, const sip_t *sip)
{
	nta_leg_t *leg = nta_leg_tcreate(
		inv->dev->agent, NULL, NULL, SIPTAG_CALL_ID(sip->sip_call_id),
		SIPTAG_FROM(sip->sip_from), SIPTAG_TO(sip->sip_to),
		SIPTAG_CSEQ(sip->sip_cseq), TAG_END());

	nta_leg_client_reroute(leg, sip->sip_record_route, sip->sip_contact, 1);
	make_ack(inv, answer, leg, NULL);
	if (inv->initial)
		device_bye(inv->dev, leg);
	nta_leg_destroy(leg);
}

static struct answer *answer_of(struct invite *inv, const char *tag)
{
	for (struct answer *a = inv->answers; a; a = a->next) {
		if (tag && a->tag && !strcasecmp(a->tag, tag))
			return a;
	}
	return NULL;
}

static struct answer *add_answer(struct invite *inv, const char *tag)
{
	struct answer **end = &inv->answers;

	while (*end)
		end = &(*end)->next;
	*end = su_zalloc(inv->home, sizeof(**end));
	assert(*end);
	(*end)->tag = su_strdup(inv->home, tag ? tag : "");
	return *end;
}

static void on_success(struct invite *inv, const sip_t *sip)
{
	struct call *call = inv->call;
	struct answer *answer = answer_of(inv, sip->sip_to->a_tag);

	if (answer) {
		if (answer->ack &&
		    !device_has(inv->dev, FAULT_repeated_success_not_acked))
			send_ack(inv, answer);
		return;
	}
	answer = add_answer(inv, sip->sip_to->a_tag);
	linger(inv);
	if (!call || inv->answers != answer) {
		dismiss(inv, answer, sip);
		return;
	}
	if (inv->initial)
		nta_leg_rtag(call->dlg->leg, sip->sip_to->a_tag);
	nta_leg_client_reroute(call->dlg->leg,
			       device_has(inv->dev, FAULT_route_set_ignored)
				       ? NULL
				       : sip->sip_record_route,
			       sip->sip_contact, inv->initial);
	if (!inv->asks) {
		make_ack(inv, answer, call->dlg->leg, NULL);
		call->inv = NULL;
		inv->call = NULL;
	}
	call_on_answered(call, sip);
}

static bool is_redirect(int status)
{
	return status >= 300 && status <= 302;
}

/* What a 3xx gives to call next; nothing if the call was given up before. */
static void redirected(struct invite *inv, int status, const sip_t *sip)
{
	struct referral *ref = inv->call->referral;

	if (device_has(inv->dev, FAULT_redirect_not_followed) || !sip)
		return;
	if (device_has(inv->dev, FAULT_redirect_told_as_final) && ref)
		referral_report(ref, status, sip->sip_status->st_phrase);
	if (device_has(inv->dev, FAULT_redirect_to_tag_kept))
		inv->to_line = sip_header_as_string(
			inv->home, (sip_header_t *)sip->sip_to);
	targets_add_contacts(&inv->targets, sip->sip_contact);
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

static bool goes_on(struct invite *inv, int status, const sip_t *sip)
{
	nta_outgoing_t *old = inv->orq;
	bool on = false;

	if (inv->call && inv->initial && !inv->cancelled) {
		if (is_redirect(status))
			redirected(inv, status, sip);
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

static int on_response(void *magic, nta_outgoing_t *orq, const sip_t *sip)
{
	struct invite *inv = magic;
	int status = nta_outgoing_status(orq);

	if (status < 200) {
		if (inv->call && sip)
			call_on_ringing(inv->call, sip);
		return 0;
	}
	if (status < 300) {
		on_success(inv, sip);
		return 0;
	}
	if (!is_redirect(status) || !inv->failure)
		note_failure(inv, status,
			     sip && sip->sip_status
				     ? sip->sip_status->st_phrase
				     : sip_status_phrase(status));
	if (!goes_on(inv, status, sip))
		give_up(inv);
	return 0;
}

/* The caller has lost patience; the outcome is still told. */
void invite_cancel(struct invite *inv)
{
	if (inv->cancelled || inv->answers)
		return;
	inv->cancelled = true;
	if (inv->orq)
		nta_outgoing_tcancel(inv->orq, NULL, NULL, TAG_END());
}

/* Nobody waits for the outcome any more: what comes is tidied away. */
void invite_forget(struct invite *inv)
{
	struct call *call = inv->call;

	invite_ack(inv, NULL);
	if (call->inv != inv)
		return;
	if (inv->initial)
		invite_cancel(inv);
	call->inv = NULL;
	inv->call = NULL;
	if (!inv->orq)
		invite_free(inv);
}
