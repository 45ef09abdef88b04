/* SPDX-License-Identifier: MIT */
/*
 * The bridge of a back-to-back user agent: what one side says is passed on to
 * the other, and when one hangs up the other is hung up.
 */
#include "bridge.h"

#include "answer.h"
#include "referral.h"
#include "transfer.h"
#include "variant.h"

#include <assert.h>
#include <stdlib.h>

#define PATIENCE_MS 2500 /* then a transferor that stays is hung up */

static const struct call_ops bridge_ops, leaving_ops;

struct bridge *bridge_new(struct device *dev)
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

void bridge_free(struct bridge *br)
{
	*br->prev = br->next;
	if (br->next)
		br->next->prev = br->prev;
	free(br);
}

/* The bridge of a call; NULL: it is about to leave. */
struct bridge *bridge_of(const struct call *call)
{
	return call->ops == &bridge_ops ? call->owner : NULL;
}

/* The other end of a call; NULL: none any more. */
struct call *bridge_peer(const struct call *call)
{
	const struct bridge *br = call->owner;

	return br->side[br->side[0] == call];
}

void bridge_seat(struct bridge *br, int place, struct call *call)
{
	br->side[place] = call;
	call->owner = br;
}

void bridge_lose(struct bridge *br, const struct call *call)
{
	for (int i = 0; i < 2; i++) {
		if (br->side[i] == call)
			br->side[i] = NULL;
	}
	if (br->from == call)
		br->from = NULL;
	if (br->target == call)
		br->target = NULL;
	if (br->replaced == call)
		br->replaced = NULL;
}

/* Hangs up, or cancels and forgets that it has: whatever is answered then is
 * followed. */
static void dismiss(struct call *call)
{
	if (call->inv && call->inv->initial &&
	    device_has(call->dlg->dev, FAULT_pjsip_cancel_then_auth_invite)) {
		invite_cancel(call->inv);
		call->ops = &leaving_ops;
		call->owner = NULL;
	} else {
		call_hang_up(call);
	}
}

/* Hangs up whoever is left. */
void bridge_tear_down(struct bridge *br)
{
	struct call *target = br->target;

	if (target) {
		struct referral *ref = target->referral;

		bool tells =
			!device_has(target->dlg->dev,
				    FAULT_telnyx_fs_no_final_notify_midhangup);

		call_hang_up(target);
		if (ref && tells)
			referral_report(ref, SIP_487_REQUEST_TERMINATED);
	}
	if (br->replaced)
		call_hang_up(br->replaced);
	for (int i = 0; i < 2; i++) {
		if (br->side[i])
			dismiss(br->side[i]);
	}
	bridge_free(br);
}

/* A call that has lost its place: it may hang up, else we do. */
void bridge_let_go(struct call *call)
{
	bool at_once =
		device_has(call->dlg->dev, FAULT_siphon_bye_races_final_notify);

	bridge_lose(call->owner, call);
	call->ops = &leaving_ops;
	call->owner = NULL;
	if (at_once)
		call_hang_up(call);
	else if (!variant_hangs_up(call))
		call_hang_up_after(call, PATIENCE_MS);
}

/* A call of the PBX itself that belongs to the bridge. */
struct call *bridge_call(struct bridge *br, struct device *dev,
			 const struct call_plan *plan)
{
	return call_place(dev, plan, &bridge_ops, br);
}

/* A call goes no further than its Max-Forwards lets it (RFC 7332 5). */
static unsigned hops_left(const struct device *dev, const sip_t *sip)
{
	const sip_max_forwards_t *hops = sip->sip_max_forwards;

	if (!hops || device_has(dev, FAULT_opensips_b2b_maxfwd_reset))
		return 0;
	return (unsigned)hops->mf_count - 1;
}

/* A new call: the caller's side, and the other that is called for it. */
void bridge_begin(struct device *dev, nta_incoming_t *irq, const sip_t *sip)
{
	char *sdp = call_sdp(NULL, sip);
	struct bridge *br = bridge_new(dev);
	const struct call_plan plan = {
		.from = sip->sip_from,
		.to = sip->sip_request->rq_url,
		.offer = sdp,
		.asks = !sdp,
		.hops = hops_left(dev, sip),
	};

	br->side[0] = call_receive(dialog_of_request(dev, irq, sip), irq, sip,
				   &bridge_ops, br);
	variant_rings(br->side[0]);
	br->side[1] = bridge_call(br, dev, &plan);
	su_free(NULL, sdp);
}

/*
 * A new call takes the place of this one (RFC 3891 3): what it offers goes to
 * the other side, and with the answer the old call ends.
 */
void bridge_replace(struct call *old, nta_incoming_t *irq, const sip_t *sip)
{
	struct device *dev = old->dlg->dev;
	struct bridge *br = old->owner;
	struct call *peer = bridge_peer(old), *fresh;
	char *sdp = call_sdp(NULL, sip);

	fresh = call_receive(dialog_of_request(dev, irq, sip), irq, sip,
			     &bridge_ops, br);
	if (call_offer(peer, sdp)) {
		br->side[br->side[1] == old] = fresh;
		br->replaced = old;
		old->ops = &leaving_ops;
	} else {
		call_reply(fresh, 491, "Request Pending", NULL);
		call_free(fresh);
	}
	su_free(NULL, sdp);
}

/* The one who came is answered: the call whose place he has is over. */
static void replacement_done(struct bridge *br)
{
	struct call *old = br->replaced;

	br->replaced = NULL;
	if (old)
		call_hang_up(old);
}

/* He is not taken: everything is as it was. False: there is none. */
static bool replacement_failed(struct bridge *br, struct call *fresh,
			       int status, const char *phrase)
{
	struct call *old = br->replaced;

	if (!old || fresh->up)
		return false;
	call_reply(fresh, status, phrase, NULL);
	bridge_seat(br, br->side[1] == fresh, old);
	old->ops = &bridge_ops;
	br->replaced = NULL;
	call_free(fresh);
	return true;
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
	struct call *peer = bridge_peer(call);

	if (call == br->target && call->referral &&
	    device_does(call->dlg->dev, VARIANT_many_notifies))
		referral_report(call->referral, status, phrase);
	if (call != br->target && !call->up && peer)
		pass_reply(peer, status, phrase, sdp);
}

static void on_answered(struct call *call, const char *sdp)
{
	struct bridge *br = call->owner;
	struct call *peer = bridge_peer(call);

	if (call == br->target) {
		transfer_answered(br);
	} else if (peer && peer->irq) {
		pass_reply(peer, SIP_200_OK, sdp);
		replacement_done(br);
	}
	variant_is_up(call);
}

static void on_failed(struct call *call, int status, const char *phrase)
{
	struct bridge *br = call->owner;
	struct call *peer = bridge_peer(call);

	if (call == br->target) {
		transfer_failed(br, status, phrase);
		return;
	}
	if (peer && replacement_failed(br, peer, status, phrase))
		peer = NULL;
	if (peer && status < 400)
		call_reply(peer, SIP_480_TEMPORARILY_UNAVAILABLE, NULL);
	else if (peer)
		call_reply(peer, status, phrase, NULL);
	if (!call->up) {
		bridge_lose(br, call);
		call_free(call);
		bridge_tear_down(br);
	} else if (status == 481 || status == 408 ||
		   (status < 400 &&
		    device_has(call->dlg->dev,
			       FAULT_mid_dialog_3xx_ends_call))) {
		bridge_tear_down(br);
	}
}

/* A re-INVITE or UPDATE goes to the other side as a re-INVITE. */
static void on_offered(struct call *call, const char *sdp)
{
	struct call *peer = bridge_peer(call);

	if (!peer || !call_offer(peer, sdp))
		call_reply(call, 491, "Request Pending", NULL);
}

/* The answer that an INVITE without SDP gets with its ACK. */
static void on_acked(struct call *call, const char *sdp)
{
	struct call *peer = bridge_peer(call);
	su_home_t home[1] = { SU_HOME_INIT(home) };
	char *own = NULL;

	if (!peer || !peer->inv || !peer->inv->asks)
		return;
	su_home_init(home);
	if (sdp)
		own = media_relabel(&peer->media, home, peer->dlg->dev, sdp);
	answer_ack(peer->inv, own);
	su_home_deinit(home);
}

static bool is_same_user(const struct call *a, const struct call *b)
{
	return b && b != a && a->address && b->address &&
	       !su_strcmp(a->address->a_url->url_user,
			  b->address->a_url->url_user);
}

/* A PBX that ends another call of a user who ends one. */
static void end_others(const struct call *call)
{
	struct bridge *br = call->dlg->dev->bridges;

	while (br && (br == call->owner || !(is_same_user(call, br->side[0]) ||
					     is_same_user(call, br->side[1]))))
		br = br->next;
	if (br)
		bridge_tear_down(br);
}

/* Who comes in the place of another may give up before that; a transferor may
 * leave while the target is called (RFC 5589 6, unattended transfer); in every
 * other case the call is over for both. */
static void on_ended(struct call *call)
{
	struct bridge *br = call->owner;
	bool waits = br->target && call == br->from &&
		     !device_has(call->dlg->dev,
				 FAULT_siphon_transferor_bye_kills_bridge);

	if (replacement_failed(br, call, SIP_487_REQUEST_TERMINATED))
		return;
	if (device_has(call->dlg->dev, FAULT_second_call_kills_first))
		end_others(call);
	bridge_lose(br, call);
	call_free(call);
	if (!waits)
		bridge_tear_down(br);
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

static void leaving_ended(struct call *call)
{
	if (call->owner)
		bridge_lose(call->owner, call);
	call_free(call);
}

static const struct call_ops leaving_ops = {
	.ringing = leaving_ringing,
	.answered = leaving_heard,
	.failed = leaving_failed,
	.offered = leaving_offered,
	.acked = leaving_heard,
	.ended = leaving_ended,
};
