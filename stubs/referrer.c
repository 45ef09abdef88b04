/* SPDX-License-Identifier: MIT */
/*
 * The transferor: sends REFER in a call, takes the NOTIFYs, and hangs up when
 * they tell of success. A transfer that fails leaves the call as it was.
 */
#include "referrer.h"

#include "call.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define N_T1 64 /* timer N of RFC 6665 4.1.2.4 */

void referrer_free(struct referrer *r)
{
	struct dialog *dlg = r->dlg;

	if (r->orq)
		nta_outgoing_destroy(r->orq);
	if (r->timer)
		su_timer_destroy(r->timer);
	dlg->referrer = NULL;
	free(r);
	dialog_release(dlg);
}

static void on_silence(void *root, su_timer_t *timer, void *arg)
{
	(void)root;
	(void)timer;
	referrer_free(arg);
}

static int on_response(void *magic, nta_outgoing_t *orq, const sip_t *sip)
{
	struct referrer *r = magic;
	struct device *dev = r->dlg->dev;
	int status = nta_outgoing_status(orq);

	(void)sip;
	if (status < 200)
		return 0;
	nta_outgoing_destroy(orq);
	r->orq = NULL;
	if (status >= 300 ||
	    (status == 200 && device_has(dev, FAULT_refer_needs_202)))
		referrer_free(r);
	return 0;
}

static void send_refer(struct referrer *r, const char *target)
{
	struct dialog *dlg = r->dlg;
	struct device *dev = dlg->dev;
	su_home_t home[1] = { SU_HOME_INIT(home) };
	char *by, *to;

	su_home_init(home);
	to = su_sprintf(home, "<%s>", target);
	by = su_sprintf(home, "<sip:%s@%s:%s>", dev->role->user,
			dlg->port->host, dlg->port->number);
	r->orq = nta_outgoing_tcreate(
		dlg->leg, on_response, r, NULL, SIP_METHOD_REFER, NULL,
		TAG_IF(!device_has(dev, FAULT_refer_without_contact),
		       SIPTAG_CONTACT(dlg->port->contact)),
		SIPTAG_REFER_TO_STR(to), SIPTAG_REFERRED_BY_STR(by),
		SIPTAG_SUPPORTED_STR(dev->role->supported),
		NTATAG_BRANCH_KEY(device_branch(dev)), TAG_END());
	su_home_deinit(home);
}

bool referrer_refer(struct dialog *dlg, const char *target)
{
	struct referrer *r;

	if (dlg->referrer)
		return false;
	r = calloc(1, sizeof(*r));
	assert(r);
	r->dlg = dlg;
	dlg->referrer = r;
	send_refer(r, target);
	r->id = r->orq ? nta_outgoing_cseq(r->orq) : 0;
	r->timer = device_timer(dlg->dev, N_T1 * dlg->dev->t1, on_silence, r);
	return true;
}

/* ---- what the NOTIFYs say ---- */

/* The status of a sipfrag; 0: it has none (RFC 3420, RFC 3515 2.4.5). */
static int fragment_status(const sip_t *sip)
{
	const sip_content_type_t *type = sip->sip_content_type;
	const sip_payload_t *body = sip->sip_payload;
	static const char version[] = "SIP/2.0 ";
	size_t n = sizeof(version) - 1;
	char digits[4] = "";

	if (!type || !su_casematch(type->c_type, "message/sipfrag") || !body ||
	    body->pl_len < n + 3 || strncmp(body->pl_data, version, n))
		return 0;
	memcpy(digits, body->pl_data + n, 3);
	return (int)strtol(digits, NULL, 10);
}

/* 0: it is of this subscription and can be read. */
static int judge(const struct referrer *r, const sip_t *sip)
{
	const sip_event_t *event = sip->sip_event;

	if (!event)
		return 489;
	if (!su_casematch(event->o_type, "refer"))
		return 489;
	if (event->o_id && strtoul(event->o_id, NULL, 10) != r->id)
		return 481;
	return sip->sip_subscription_state ? 0 : 400;
}

/* The call is the transferee's now; or still ours. */
static void take_outcome(struct referrer *r, int status)
{
	struct call *call = r->dlg->call;
	struct device *dev = r->dlg->dev;
	bool leaves = status < 300 || device_has(dev, FAULT_failure_hangs_up);

	referrer_free(r);
	if (call && call->up && leaves)
		call_hang_up(call);
}

int referrer_notify_inside(struct dialog *dlg, nta_incoming_t *irq,
			   const sip_t *sip)
{
	struct referrer *r = dlg->referrer;
	int status = r ? judge(r, sip) : device_stray_inside(dlg, irq, sip);
	const sip_subscription_state_t *state = sip->sip_subscription_state;

	if (r && r->orq && device_has(dlg->dev, FAULT_early_notify_refused))
		status = 481;
	if (status || !r)
		return status;
	nta_incoming_treply(irq, SIP_200_OK, TAG_END());
	su_timer_destroy(r->timer);
	r->timer = NULL;
	status = fragment_status(sip);
	if (status >= 200 ||
	    (status && device_has(dlg->dev, FAULT_progress_is_success)))
		take_outcome(r, status);
	else if (su_casematch(state->ss_substate, "terminated"))
		referrer_free(r);
	return 200;
}
