/* SPDX-License-Identifier: MIT */
/*
 * The PBX as transferee and target at once (RFC 5589): a blind transfer calls
 * the target for the party that stays, an attended one joins two bridges.
 */
#include "transfer.h"

#include "replace.h"

#include <string.h>

#define RING_T1 90 /* how long a target may ring */

/* The media of a party as it was before somebody held it. */
static void resume(struct call *call, const struct call *other)
{
	su_home_t home[1] = { SU_HOME_INIT(home) };

	if (!other->remote)
		return;
	su_home_init(home);
	call_offer(call, media_unheld(home, other->remote));
	su_home_deinit(home);
}

/* The target has answered: it takes the transferor's place, or that of whoever
 * has gone. */
void transfer_answered(struct bridge *br)
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
		bridge_let_go(from);
	if (device_has(dev, FAULT_transferee_not_bridged)) {
		bridge_seat(bridge_new(dev), 0, target);
		return;
	}
	br->side[place] = target;
	if (stays)
		resume(stays, target);
}

void transfer_failed(struct bridge *br, int status, const char *phrase)
{
	struct call *target = br->target;
	struct device *dev = target->dlg->dev;
	struct referral *ref = target->referral;
	bool abandoned = !br->from;

	bridge_lose(br, target);
	call_free(target);
	br->from = NULL;
	if (ref)
		referral_report(ref, status, phrase);
	if (abandoned || device_has(dev, FAULT_busy_drops_call))
		bridge_tear_down(br);
}

/* The status that refuses a REFER in this dialog, or 0: one transfer of a call
 * at a time. */
int transfer_judge(const struct dialog *dlg)
{
	const struct bridge *br = dlg->call ? bridge_of(dlg->call) : NULL;

	return br && br->target ? 491 : 0;
}

/* Which side of its bridge a REFER is to move: the other one. */
static struct call *to_be_moved(struct call *from)
{
	struct call *peer = bridge_of(from) ? bridge_peer(from) : NULL;

	return peer && peer->up && from->up ? peer : NULL;
}

/* A device that takes an attended transfer for a blind one. */
static struct call *forget_replaces(struct referral *ref)
{
	ref->headers = NULL;
	return NULL;
}

/* The second call of the transferor, that Replaces names; NULL: it is not one
 * of ours that could be joined. */
static struct call *consultation(struct referral *ref)
{
	struct call *other = NULL;

	if (ref->replaces)
		other = replace_find(ref->dlg->dev, ref->replaces);
	if (ref->replaces && !other)
		fault_crash(ref->dlg->dev->fault,
			    FAULT_freeswitch_refer_replaces_segv);
	if (device_has(ref->dlg->dev,
		       FAULT_opensips_b2b_refer_replaces_new_invite) ||
	    (other && other->placed &&
	     device_has(ref->dlg->dev, FAULT_called_replaces_ignored)))
		return forget_replaces(ref);
	if (!other || !to_be_moved(other))
		return NULL;
	return bridge_of(other) == ref->dlg->call->owner ? NULL : other;
}

/* Attended transfer: the far ends of the transferor's two calls are joined. */
static void join(struct referral *ref, struct call *moved, struct call *other)
{
	struct call *from = ref->dlg->call, *target = bridge_peer(other);
	struct bridge *br = from->owner, *emptied = other->owner;
	int place = br->side[1] == from;

	bridge_let_go(from);
	bridge_let_go(other);
	bridge_lose(emptied, target);
	bridge_free(emptied);
	bridge_seat(br, place, target);
	resume(moved, target);
	resume(target, moved);
	referral_report(ref, SIP_200_OK);
}

static void call_target(struct referral *ref, struct call *moved)
{
	struct device *dev = ref->dlg->dev;
	struct call *from = ref->dlg->call;
	struct bridge *br = from->owner;
	struct call_plan plan = {
		.from = sip_from_dup(ref->home, moved->address),
		.to = ref->target,
		.headers = ref->headers,
		.offer = moved->remote,
		.ring_ms = RING_T1 * dev->t1,
	};

	if (device_has(dev, FAULT_wrong_party_moved))
		plan.offer = from->remote;
	else if (moved->remote &&
		 !device_has(dev, FAULT_linphone_refer_held_sdp))
		plan.offer = media_unheld(ref->home, moved->remote);
	br->from = from;
	br->target = bridge_call(br, dev, &plan);
	ref->holder = br->target;
	br->target->referral = ref;
	if (device_has(dev, FAULT_wrong_party_moved)) {
		bridge_lose(br, moved);
		call_hang_up(moved);
	}
}

/* A PBX that lets anybody make it call: nobody will talk to the target. */
static void call_stranger(struct referral *ref)
{
	const struct call_plan plan = {
		.from = ref->remote,
		.to = ref->target,
	};
	struct bridge *br = bridge_new(ref->dlg->dev);

	bridge_seat(br, 0, bridge_call(br, ref->dlg->dev, &plan));
}

/* Carries out a REFER that was accepted. */
void transfer_refer(struct referral *ref)
{
	struct call *from = ref->dlg->call;
	struct call *moved = from ? to_be_moved(from) : NULL;
	struct call *other = moved ? consultation(ref) : NULL;

	if (!from && device_has(ref->dlg->dev, FAULT_baresip_refer_ood_no_auth))
		call_stranger(ref);
	if (!moved)
		referral_report(ref, SIP_503_SERVICE_UNAVAILABLE);
	else if (other)
		join(ref, moved, other);
	else
		call_target(ref, moved);
}
