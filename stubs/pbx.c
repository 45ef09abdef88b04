/* SPDX-License-Identifier: MIT */
/*
 * A PBX: a back-to-back user agent between registered users, which carries
 * transfers out itself. A bridge is two calls that talk to each other.
 */
#include "pbx.h"

#include "call.h"
#include "referral.h"
#include "registrar.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define RING_MS     45000
#define PATIENCE_MS 2500 /* then a transferor that stays is hung up */

struct bridge {
	struct bridge *next;
	struct bridge **prev;
	struct call *side[2];
	struct call *from;   /* that wants the other side transferred */
	struct call *target; /* called for it; NULL: no transfer */
};

static const struct call_ops bridge_ops, leaving_ops;

static struct bridge *bridge_new(struct device *dev)
{
	struct bridge *br = calloc(1, sizeof(*br));

	assert(br);
	br->next = dev->bridges;
	br->prev = &dev->bridges;
	if (br->next)
		br->next->prev = &br->next;
	dev->bridges = br;
	return br;
}

static void bridge_free(struct bridge *br)
{
	*br->prev = br->next;
	if (br->next)
		br->next->prev = br->prev;
	free(br);
}

/* The other end of a call; NULL: none any more. */
static struct call *peer_of(const struct call *call)
{
	const struct bridge *br = call->owner;

	return br->side[br->side[0] == call];
}

static void lose(struct bridge *br, const struct call *call)
{
	for (int i = 0; i < 2; i++) {
		if (br->side[i] == call)
			br->side[i] = NULL;
	}
	if (br->from == call)
		br->from = NULL;
	if (br->target == call)
		br->target = NULL;
}

/* Hangs up whoever is left. */
static void tear_down(struct bridge *br)
{
	struct call *target = br->target;

	if (target) {
		struct referral *ref = target->referral;

		call_hang_up(target);
		if (ref)
			referral_report(ref, SIP_487_REQUEST_TERMINATED);
	}
	for (int i = 0; i < 2; i++) {
		if (br->side[i])
			call_hang_up(br->side[i]);
	}
	bridge_free(br);
}

/* Answers call with the SDP of somebody else. */
static void pass_reply(struct call *call, int status, const char *phrase,
		       const char *sdp)
{
	su_home_t home[1] = { SU_HOME_INIT(home) };
	char *own = NULL;

	su_home_init(home);
	if (sdp)
		own = media_relabel(&call->media, home, call->dlg->dev, sdp);
	call_reply(call, status, phrase, own);
	su_home_deinit(home);
}

static void on_ringing(struct call *call, int status, const char *phrase,
		       const char *sdp)
{
	const struct bridge *br = call->owner;
	struct call *peer = peer_of(call);

	if (call != br->target && !call->up && peer)
		pass_reply(peer, status, phrase, sdp);
}

/* The transferor's leg: it may hang up, else we do. */
static void let_go(struct call *call)
{
	lose(call->owner, call);
	call->ops = &leaving_ops;
	call->owner = NULL;
	call_hang_up_after(call, PATIENCE_MS);
}

/* The target has answered: it takes the transferor's place, or that of whoever
 * has gone. */
static void transferred(struct bridge *br)
{
	struct call *target = br->target, *from = br->from;
	struct device *dev = target->dlg->dev;
	bool vacant = !br->side[0] || !br->side[1];
	int place = vacant ? !!br->side[0] : br->side[1] == from;
	struct call *stays = br->side[!place];

	if (target->referral)
		referral_report(target->referral, SIP_200_OK);
	br->target = NULL;
	if (from && from != stays)
		let_go(from);
	if (device_has(dev, FAULT_transferee_not_bridged)) {
		struct bridge *alone = bridge_new(dev);

		alone->side[0] = target;
		target->owner = alone;
		return;
	}
	br->side[place] = target;
	if (stays && target->remote)
		call_offer(stays, target->remote);
}

static void on_answered(struct call *call, const char *sdp)
{
	struct bridge *br = call->owner;
	struct call *peer = peer_of(call);

	if (call == br->target)
		transferred(br);
	else if (peer && peer->irq)
		pass_reply(peer, SIP_200_OK, sdp);
}

static void transfer_failed(struct bridge *br, int status, const char *phrase)
{
	struct call *target = br->target;
	struct device *dev = target->dlg->dev;
	struct referral *ref = target->referral;
	bool abandoned = !br->from;

	lose(br, target);
	call_free(target);
	br->from = NULL;
	if (ref)
		referral_report(ref, status, phrase);
	if (abandoned || device_has(dev, FAULT_busy_drops_call))
		tear_down(br);
}

static void on_failed(struct call *call, int status, const char *phrase)
{
	struct bridge *br = call->owner;
	struct call *peer = peer_of(call);

	if (call == br->target) {
		transfer_failed(br, status, phrase);
		return;
	}
	if (peer && status < 400)
		call_reply(peer, SIP_480_TEMPORARILY_UNAVAILABLE, NULL);
	else if (peer)
		call_reply(peer, status, phrase, NULL);
	if (!call->up) {
		lose(br, call);
		call_free(call);
		tear_down(br);
	} else if (status == 481 || status == 408) {
		tear_down(br);
	}
}

/* A re-INVITE or UPDATE goes to the other side as a re-INVITE. */
static void on_offered(struct call *call, const char *sdp)
{
	struct call *peer = peer_of(call);

	if (!peer || !call_offer(peer, sdp))
		call_reply(call, 491, "Request Pending", NULL);
}

/* The answer that an INVITE without SDP gets with its ACK. */
static void on_acked(struct call *call, const char *sdp)
{
	struct call *peer = peer_of(call);
	su_home_t home[1] = { SU_HOME_INIT(home) };
	char *own = NULL;

	if (!peer || !peer->inv || !peer->inv->asks)
		return;
	su_home_init(home);
	if (sdp)
		own = media_relabel(&peer->media, home, peer->dlg->dev, sdp);
	invite_ack(peer->inv, own);
	su_home_deinit(home);
}

/* A transferor may leave while the target is called (RFC 5589 6, unattended
 * transfer); in every other case the call is over for both. */
static void on_ended(struct call *call)
{
	struct bridge *br = call->owner;
	bool waits = br->target && call == br->from;

	lose(br, call);
	call_free(call);
	if (!waits)
		tear_down(br);
}

static const struct call_ops bridge_ops = {
	.ringing = on_ringing,
	.answered = on_answered,
	.failed = on_failed,
	.offered = on_offered,
	.acked = on_acked,
	.ended = on_ended,
};

static void leaving_ringing(struct call *call, int status, const char *phrase,
			    const char *sdp)
{
	(void)call;
	(void)status;
	(void)phrase;
	(void)sdp;
}

static void leaving_heard(struct call *call, const char *sdp)
{
	(void)call;
	(void)sdp;
}

static void leaving_failed(struct call *call, int status, const char *phrase)
{
	(void)call;
	(void)status;
	(void)phrase;
}

static void leaving_offered(struct call *call, const char *sdp)
{
	(void)sdp;
	call_reply(call, SIP_488_NOT_ACCEPTABLE, NULL);
}

static const struct call_ops leaving_ops = {
	.ringing = leaving_ringing,
	.answered = leaving_heard,
	.failed = leaving_failed,
	.offered = leaving_offered,
	.acked = leaving_heard,
	.ended = call_free,
};

static int take_call(struct device *dev, nta_incoming_t *irq, const sip_t *sip)
{
	const url_t *to = sip->sip_request->rq_url;
	char *sdp;
	struct bridge *br;
	struct call_plan plan = { .from = sip->sip_from, .to = to };

	if (!sip->sip_contact)
		return 400;
	if (!dev->role->locate(dev, to))
		return 404;
	nta_incoming_treply(irq, SIP_100_TRYING, TAG_END());
	sdp = call_sdp(NULL, sip);
	plan.offer = sdp;
	plan.asks = !sdp;
	br = bridge_new(dev);
	br->side[0] = call_receive(dialog_of_request(dev, irq, sip), irq, sip,
				   &bridge_ops, br);
	br->side[1] = call_place(dev, &plan, &bridge_ops, br);
	su_free(NULL, sdp);
	return 0;
}

/* Which side of its bridge a REFER is to move: the other one. */
static struct call *to_be_moved(struct call *from)
{
	const struct bridge *br = from->owner;
	struct call *peer;

	if (from->ops != &bridge_ops || br->target)
		return NULL;
	peer = peer_of(from);
	return peer && peer->up && from->up ? peer : NULL;
}

static void refer(struct referral *ref)
{
	struct device *dev = ref->dlg->dev;
	struct call *from = ref->dlg->call;
	struct call *moved = from ? to_be_moved(from) : NULL;
	struct bridge *br;
	struct call_plan plan = {
		.to = ref->target,
		.headers = ref->headers,
		.ring_ms = RING_MS,
	};

	if (!moved) {
		referral_report(ref, SIP_503_SERVICE_UNAVAILABLE);
		return;
	}
	br = from->owner;
	plan.from = sip_from_dup(ref->home, moved->address);
	plan.offer = moved->remote;
	if (device_has(dev, FAULT_wrong_party_moved)) {
		plan.offer = from->remote;
		lose(br, moved);
		call_hang_up(moved);
	}
	br->from = from;
	br->target = call_place(dev, &plan, &bridge_ops, br);
	ref->holder = br->target;
	br->target->referral = ref;
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
	(void)dev;
	(void)irq;
	(void)sip;
	return 403;
}

static const struct verb verbs[] = {
	{ sip_method_invite, call_invite_inside, take_call },
	{ sip_method_bye, call_bye_inside, NULL },
	{ sip_method_options, device_options_inside, device_options },
	{ sip_method_update, call_update_inside, NULL },
	{ sip_method_info, call_info_inside, NULL },
	{ sip_method_refer, referral_refer_inside, refuse_refer },
	{ sip_method_notify, device_stray_inside, NULL },
	{ sip_method_subscribe, referral_subscribe_inside,
	  referral_subscribe_outside },
	{ sip_method_register, NULL, registrar_register },
	{ sip_method_invalid, NULL, NULL },
};

const struct role pbx_role = {
	.user = "pbx",
	.allow = "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, INFO, REFER, "
		 "NOTIFY, SUBSCRIBE, REGISTER",
	.verbs = verbs,
	.locate = locate,
	.refer = refer,
	.close = close_pbx,
};
