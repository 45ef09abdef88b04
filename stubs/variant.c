/* SPDX-License-Identifier: MIT */
/*
 * The table of variants: what a device may do and need not. Most of it is done
 * here; the correct device asks at one place each.
 */
#include "variant.h"

#include "call.h"
#include "referral.h"

#include <assert.h>
#include <stdlib.h>

#define SHORT_S  20
#define LONG_S   86400
#define SOON_MS  20  /* what comes before this overtakes the answer */
#define LATE_T1  40  /* before the REFER is given up */
#define SLOW_T1  15  /* before the target is called */
#define LEAVE_MS 200 /* after the outcome was told */

static const struct row rows[] = {
#define VARIANT(name, devices, edition, what, why, judge)                      \
	{ #name, devices, { edition, judge, what, why } },
#include "variants.def"
#undef VARIANT
};

const struct table variant_table = { rows, sizeof(rows) / sizeof(rows[0]) };

/* ---- REFER ---- */

unsigned variant_duration(const struct device *dev, unsigned seconds)
{
	if (device_does(dev, VARIANT_short_expires))
		return SHORT_S;
	return device_does(dev, VARIANT_long_expires) ? LONG_S : seconds;
}

struct late { /* a REFER that is answered when its time has come */
	struct late *next;
	struct device *dev;
	nta_incoming_t *irq;
	const struct port *port;
	bool silent;
	su_timer_t *timer;
};

static void late_free(struct late *late)
{
	struct late **p = &late->dev->lates;

	while (*p != late)
		p = &(*p)->next;
	*p = late->next;
	su_timer_destroy(late->timer);
	nta_incoming_destroy(late->irq);
	free(late);
}

static void on_late(void *root, su_timer_t *timer, void *arg)
{
	struct late *late = arg;

	(void)root;
	(void)timer;
	referral_accept(late->dev, late->irq, late->port, late->silent);
	late_free(late);
}

/* True: this REFER will be answered, but not now. */
bool variant_answers_later(struct device *dev, nta_incoming_t *irq,
			   const struct port *port, bool silent)
{
	struct late *late;
	unsigned ms = SOON_MS;

	if (device_does(dev, VARIANT_late_refer_answer))
		ms = LATE_T1 * dev->t1;
	else if (!device_does(dev, VARIANT_notify_before_answer))
		return false;
	late = calloc(1, sizeof(*late));
	assert(late);
	*late = (struct late){ .next = dev->lates,
			       .dev = dev,
			       .irq = irq,
			       .port = port,
			       .silent = silent };
	dev->lates = late;
	late->timer = device_timer(dev, ms, on_late, late);
	return true;
}

void variant_close(struct device *dev)
{
	while (dev->lates)
		late_free(dev->lates);
}

/* True: fn will carry it out. The subscription's timer waits for that. */
bool variant_calls_later(struct referral *ref, su_timer_f fn)
{
	struct device *dev = ref->dlg->dev;

	if (!device_does(dev, VARIANT_slow_invite))
		return false;
	if (ref->timer)
		su_timer_destroy(ref->timer);
	ref->timer = device_timer(dev, SLOW_T1 * dev->t1, fn, ref);
	ref->waits = true;
	return true;
}

/* ---- calls ---- */

/* More than one word before the answer. */
void variant_rings(struct call *call)
{
	static const struct {
		int status;
		const char *phrase;
	} words[] = { { 181, "Call Is Being Forwarded" },
		      { 181, "Call Is Being Forwarded" },
		      { 182, "Queued" },
		      { 183, "Session Progress" },
		      { 180, "Ringing" },
		      { 180, "Ringing" } };

	if (!device_does(call->dlg->dev, VARIANT_many_181))
		return;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		call_reply(call, words[i].status, words[i].phrase, NULL);
}

static void offer(struct call *call, const char *more)
{
	su_home_t home[1] = { SU_HOME_INIT(home) };

	if (!call->media.last)
		return;
	su_home_init(home);
	call_offer(call,
		   su_strcat(home, media_unheld(home, call->media.last), more));
	su_home_deinit(home);
}

static int on_pong(void *magic, nta_outgoing_t *orq, const sip_t *sip)
{
	(void)magic;
	(void)sip;
	if (nta_outgoing_status(orq) >= 200)
		nta_outgoing_destroy(orq);
	return 0;
}

/* Once a call: the ACK has come, or has gone. */
void variant_is_up(struct call *call)
{
	struct device *dev = call->dlg->dev;

	bool locks = device_does(dev, VARIANT_codec_lock);
	bool asks = device_does(dev, VARIANT_options_ping);

	if (call->habit || !call->up || !(locks || asks))
		return;
	call->habit = true;
	if (locks)
		offer(call, "a=ptime:20\r\n");
	if (asks)
		nta_outgoing_tcreate(call->dlg->leg, on_pong, NULL, NULL,
				     SIP_METHOD_OPTIONS, NULL,
				     SIPTAG_CONTACT(call->dlg->port->contact),
				     TAG_END());
}

void variant_takes_refer(struct call *call)
{
	if (call && device_does(call->dlg->dev, VARIANT_hold_on_refer))
		offer(call, "a=sendonly\r\n");
}

/* True: theirs has met one of ours. */
bool variant_meets(struct call *call)
{
	if (!device_does(call->dlg->dev, VARIANT_glare) || call->habit ||
	    call->inv || !call->up)
		return false;
	call->habit = true;
	offer(call, "");
	return true;
}

/* True: the device will hang up by itself, soon. */
bool variant_hangs_up(struct call *call)
{
	if (!call || !device_does(call->dlg->dev, VARIANT_hang_up_first))
		return false;
	call_hang_up_after(call, LEAVE_MS);
	return true;
}
