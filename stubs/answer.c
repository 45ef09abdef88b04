/* SPDX-License-Identifier: MIT */
/*
 * The 2xx to an INVITE of ours: each is ACKed each time, a fork too many is
 * hung up (RFC 3261 13.2.2.4).
 */
#include "answer.h"

#include "call.h"
#include "mangle.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

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
void answer_ack(struct invite *inv, const char *body)
{
	if (!inv->answers || inv->answers->ack)
		return;
	make_ack(inv, inv->answers, inv->call->dlg->leg, body);
	inv->call->inv = NULL;
	inv->call = NULL;
}

/* The dialog with who has answered, by that route. */
static nta_leg_t *leg_to(struct invite *inv, const sip_t *sip,
			 const sip_record_route_t *route)
{
	nta_leg_t *leg = nta_leg_tcreate(
		inv->dev->agent, NULL, NULL, SIPTAG_CALL_ID(sip->sip_call_id),
		SIPTAG_FROM(sip->sip_from), SIPTAG_TO(sip->sip_to),
		SIPTAG_CSEQ(sip->sip_cseq), TAG_END());

	nta_leg_client_reroute(leg, route, sip->sip_contact, 1);
	return leg;
}

/* A far end that nobody talks to: ACK, and BYE if it has just picked up. */
static void dismiss(struct invite *inv, struct answer *answer, const sip_t *sip)
{
	nta_leg_t *leg = leg_to(inv, sip, sip->sip_record_route);

	if (!inv->initial ||
	    !device_has(inv->dev, FAULT_pjsip_fork_second_2xx_bye_no_ack))
		make_ack(inv, answer, leg, NULL);
	if (inv->initial)
		device_bye(inv->dev, leg);
	nta_leg_destroy(leg);
}

/* BYE to a far end that has not picked up at all. */
void answer_hang_up(struct invite *inv, const sip_t *sip)
{
	nta_leg_t *leg = nta_leg_tcreate(
		inv->dev->agent, NULL, NULL, SIPTAG_CALL_ID(sip->sip_call_id),
		SIPTAG_FROM(sip->sip_from), SIPTAG_TO(sip->sip_to),
		SIPTAG_CSEQ(sip->sip_cseq), TAG_END());
	sip_contact_t *there = sip_contact_create(
		inv->home, (void *)nta_outgoing_request_uri(inv->orq), NULL);

	nta_leg_client_reroute(leg, NULL, there, 1);
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

/* The far end's, or what a proxy has put into its 100. */
static const char *remote_tag(const struct invite *inv, const sip_t *sip)
{
	const char *trying = mangle_in_trying_tag(sip->sip_call_id->i_id);

	if (*trying && device_has(inv->dev, FAULT_re_100_creates_dialog))
		return trying;
	return sip->sip_to->a_tag;
}

static bool is_by_tcp(const sip_contact_t *contact)
{
	char transport[8];

	return contact && contact->m_url->url_params &&
	       url_param(contact->m_url->url_params, "transport", transport,
			 sizeof(transport)) &&
	       su_casematch(transport, "tcp");
}

/* Where the far end wants to be reached. */
static const sip_contact_t *contact_of(struct invite *inv, const sip_t *sip)
{
	sip_contact_t *bare;

	if (!is_by_tcp(sip->sip_contact) ||
	    !device_has(inv->dev, FAULT_drachtio_nat_route_drops_transport))
		return sip->sip_contact;
	bare = sip_contact_dup(inv->home, sip->sip_contact);
	bare->m_url->url_params = NULL;
	return bare;
}

static void ack_at_once(struct invite *inv, struct answer *answer,
			const sip_t *sip)
{
	nta_leg_t *past;

	if (!device_has(inv->dev, FAULT_stream_ack_past_route)) {
		make_ack(inv, answer, inv->call->dlg->leg, NULL);
		return;
	}
	past = leg_to(inv, sip, NULL);
	make_ack(inv, answer, past, NULL);
	nta_leg_destroy(past);
}

/*
 * A 2xx: the first of a far end makes a dialog, or is hung up where there is
 * one already; each gets an ACK. False: this far end had answered before.
 */
bool answer_take(struct invite *inv, const sip_t *sip)
{
	struct call *call = inv->call;
	struct answer *answer = answer_of(inv, sip->sip_to->a_tag);

	if (answer) {
		if (is_by_tcp(sip->sip_contact))
			fault_crash(inv->dev->fault,
				    FAULT_pjsip_tcp_ack_pending_assert);
		if (answer->ack &&
		    !device_has(inv->dev, FAULT_repeated_success_not_acked))
			send_ack(inv, answer);
		return false;
	}
	answer = add_answer(inv, sip->sip_to->a_tag);
	if (!call && device_has(inv->dev, FAULT_siphon_2xx_after_end_no_ack))
		return true;
	if (!call || inv->answers != answer) {
		dismiss(inv, answer, sip);
		return true;
	}
	if (inv->initial)
		nta_leg_rtag(call->dlg->leg, remote_tag(inv, sip));
	nta_leg_client_reroute(call->dlg->leg,
			       device_has(inv->dev, FAULT_route_set_ignored)
				       ? NULL
				       : sip->sip_record_route,
			       contact_of(inv, sip), inv->initial);
	if (!inv->asks) {
		ack_at_once(inv, answer, sip);
		call->inv = NULL;
		inv->call = NULL;
	}
	call_on_answered(call, sip);
	return true;
}
