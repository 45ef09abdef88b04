/* SPDX-License-Identifier: MIT */
/* A re-INVITE of ours that meets one of the device gets 491, which is the rule
 * and no refusal: it goes again a while later (RFC 3261 14.1), and what it was
 * known by means the new one. A 491 that a line waits for is the line's. */
#include "play/auth.h"
#include "play/lossy.h"

enum { GLARE_TRIES_MAX = 3, GLARE_STEP_MS = 10 };

/* RFC 3261 14.1: the owner of the Call-ID waits 2.1 to 4 s, in units of 10 ms,
 * the other less than 2 s. */
static ns_t pause_of(struct play *p, const struct leg *leg)
{
	enum { OWNER_FROM = 210, OWNER_STEPS = 190, OTHER_STEPS = 200 };
	uint64_t steps = leg->d.is_uac
				 ? OWNER_FROM + play_random(p) % OWNER_STEPS
				 : play_random(p) % OTHER_STEPS;

	return (ns_t)steps * GLARE_STEP_MS * NS_MS;
}

static bool is_written(const struct make *make)
{
	return make->kind == MSG_REQUEST && !make->no_ack && !make->raw.n;
}

static bool may_go_again(struct play *p, const struct msg *response)
{
	const struct msg *request = response->request;
	const struct op *op = request->op;

	return response->pkt->status == 491 && p->stage <= STAGE_CLEANUP &&
	       str_is(request->pkt->method, "INVITE") &&
	       pkt_to_tag(request->pkt).len && op && op->kind == OP_SEND &&
	       is_written(&op->send.make) && request->leg &&
	       leg_alive(request->leg) && request->tries < GLARE_TRIES_MAX &&
	       !auth_is_wanted(p, response);
}

static void on_pause_over(struct timer *t, void *ctx)
{
	struct put_off *o = ctx;
	struct play *p = o->play;
	struct msg *request = o->m;

	(void)t;
	if (!lossy_release(o))
		return;
	request->final = 491;
	request->passed = true;
	if (p->stage <= STAGE_CLEANUP && leg_alive(request->leg)) {
		struct msg *fresh = auth_go_again(p, request);

		request->leg->invite = request->leg->our_invite = fresh;
		order_sent_anew(p, o->op, fresh);
	}
	order_pump(p);
}

bool glare_answer(struct play *p, struct msg *response)
{
	struct msg *request = response->request;
	struct put_off *o;

	if (!may_go_again(p, response))
		return false;
	/* Theirs may come first now. */
	request->leg->our_invite = NULL;
	o = lossy_put_off(p, request->op, pause_of(p, request->leg),
			  on_pause_over);
	o->m = request;
	return true;
}
