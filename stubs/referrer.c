/* SPDX-License-Identifier: MIT */
/*
 * The transferor: sends REFER in a call, or beside it to who has a GRUU (RFC
 * 7647 4), and hangs up when the transfer has worked. One that fails leaves the
 * call as it was. A REFER is not sent on to where a 3xx leads.
 */
#include "referrer.h"

#include "account.h"
#include "call.h"
#include "subscriber.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define N_T1  64 /* timer N of RFC 6665 4.1.2.4 */
#define AGAIN 4  /* REFERs of a device that does not give up */

void referrer_free(struct referrer *r)
{
	struct dialog *dlg = r->dlg, *moved = r->moved;

	if (r->orq)
		nta_outgoing_destroy(r->orq);
	if (r->refresh)
		nta_outgoing_destroy(r->refresh);
	if (r->timer)
		su_timer_destroy(r->timer);
	dlg->referrer = NULL;
	moved->referrer = NULL;
	su_home_deinit(r->home);
	free(r);
	dialog_release(moved);
	if (dlg != moved)
		dialog_release(dlg);
}

static void on_silence(void *root, su_timer_t *timer, void *arg)
{
	(void)root;
	(void)timer;
	referrer_free(arg);
}

/* Does a device hang up now? */
static bool leaves(const struct device *dev, int status)
{
	return status < 300 ? !device_has(dev, FAULT_sipjs_blind_transfer_idle)
			    : device_has(dev, FAULT_failure_hangs_up);
}

/* The call is the transferee's now; or still ours. */
void referrer_take_outcome(struct referrer *r, int status)
{
	struct call *call = r->moved->call;
	struct device *dev = r->dlg->dev;

	referrer_free(r);
	if (call && call->up && leaves(dev, status))
		call_hang_up(call);
}

/* ---- the REFER ---- */

static int on_response(void *magic, nta_outgoing_t *orq, const sip_t *sip);

/* Which call is meant, as the far end sees it (RFC 4538 3). */
static const char *target_dialog(struct referrer *r)
{
	const sip_replaces_t *rp =
		nta_leg_make_replaces(r->moved->leg, r->home, 0);
	bool swapped = device_has(r->dlg->dev, FAULT_target_dialog_swapped);

	return su_sprintf(r->home,
			  "Target-Dialog: %s;local-tag=%s;remote-tag=%s\r\n"
			  "Require: tdialog\r\n",
			  rp->rp_call_id,
			  swapped ? rp->rp_from_tag : rp->rp_to_tag,
			  swapped ? rp->rp_to_tag : rp->rp_from_tag);
}

static const sip_contact_t *contact_of(struct referrer *r)
{
	if (device_has(r->dlg->dev, FAULT_refer_without_contact))
		return NULL;
	if (device_has(r->dlg->dev, FAULT_drachtio_contact_localhost))
		return sip_contact_make(r->home, "<sip:localhost>");
	return r->dlg->port->contact;
}

static void send_refer(struct referrer *r)
{
	struct dialog *dlg = r->dlg;
	struct device *dev = dlg->dev;
	const sip_contact_t *contact = contact_of(r);

	r->orq = nta_outgoing_tcreate(
		dlg->leg, on_response, r, NULL, SIP_METHOD_REFER,
		(url_string_t *)r->gruu,
		TAG_IF(contact, SIPTAG_CONTACT(contact)),
		SIPTAG_REFER_TO_STR(r->refer_to),
		SIPTAG_REFERRED_BY_STR(r->referred_by),
		SIPTAG_SUPPORTED_STR(dev->role->supported),
		TAG_IF(device_has(dev, FAULT_norefersub_required),
		       SIPTAG_REQUIRE_STR("norefersub")),
		TAG_IF(r->gruu, SIPTAG_HEADER_STR(target_dialog(r))),
		TAG_IF(r->credentials, SIPTAG_HEADER_STR(r->credentials)),
		NTATAG_BRANCH_KEY(device_branch(dev)), TAG_END());
	if (!r->orq ||
	    (r->id && device_has(dev, FAULT_jssip_auth_refer_cseq_id)))
		return;
	r->id = nta_outgoing_cseq(r->orq);
}

/* The same once more for who has challenged it, with credentials. */
static bool authorise(struct referrer *r, int status, const sip_t *sip)
{
	const url_t *url = nta_outgoing_request_uri(r->orq);
	const struct account_request request = {
		.method = "REFER",
		.uri = url_as_string(r->home, url),
	};

	if (!sip || (status != 401 && status != 407))
		return false;
	r->credentials = account_answer(r->home, r->dlg->dev->accounts,
					&request, sip, r->credentials);
	return r->credentials;
}

static void take_refusal(struct referrer *r, int status, const sip_t *sip)
{
	struct device *dev = r->dlg->dev;
	nta_outgoing_t *old = r->orq;
	bool again = authorise(r, status, sip) ||
		     (device_has(dev, FAULT_refused_refer_again) &&
		      r->tries < AGAIN);
	bool leaves = device_has(dev, FAULT_refusal_hangs_up) ||
		      (status < 400 &&
		       device_has(dev, FAULT_redirected_refer_hangs_up));

	r->orq = NULL;
	if (again) {
		r->tries++;
		send_refer(r);
	}
	nta_outgoing_destroy(old);
	if (r->orq)
		return;
	referrer_take_outcome(r, leaves ? 200 : 500);
}

static void take_acceptance(struct referrer *r, int status, const sip_t *sip)
{
	struct device *dev = r->dlg->dev;

	nta_outgoing_destroy(r->orq);
	r->orq = NULL;
	if (r->gruu) {
		nta_leg_rtag(r->dlg->leg, sip->sip_to->a_tag);
		nta_leg_client_reroute(r->dlg->leg, sip->sip_record_route,
				       sip->sip_contact, 1);
	}
	if (device_has(dev, FAULT_sipjs_bye_on_refer_2xx))
		referrer_take_outcome(r, 200);
	else if (status == 200 && device_has(dev, FAULT_refer_needs_202))
		referrer_free(r);
}

static int on_response(void *magic, nta_outgoing_t *orq, const sip_t *sip)
{
	struct referrer *r = magic;
	int status = nta_outgoing_status(orq);

	if (status >= 300)
		take_refusal(r, status, sip);
	else if (status >= 200)
		take_acceptance(r, status, sip);
	return 0;
}

/* ---- what it says ---- */

/* The far end's GRUU; NULL: it has none. Then it knows Target-Dialog, too, or
 * says that it does not (420). */
static const url_t *gruu_of(const struct dialog *dlg)
{
	const sip_contact_t *there = NULL;

	if (device_has(dlg->dev, FAULT_gruu_refer_inside) ||
	    nta_leg_get_route(dlg->leg, NULL, &there) < 0 || !there)
		return NULL;
	return url_has_param(there->m_url, "gr") ? there->m_url : NULL;
}

static const char *referred_to(struct referrer *r, const char *target)
{
	const char *user = target;
	size_t n = strcspn(target, "@");

	if (target[n] &&
	    device_has(r->dlg->dev, FAULT_sipdroid_refer_to_no_host))
		return su_sprintf(r->home, "<%.*s>", (int)n, user);
	return su_sprintf(r->home, "<%s>", target);
}

/* Beside the call, which the REFER names (RFC 7647 4). */
static void go_outside(struct referrer *r, const url_t *gruu)
{
	struct device *dev = r->moved->dev;
	const url_t *here = r->moved->port->contact->m_url;
	const sip_from_t *from = sip_from_create(
		r->home, (void *)dialog_identity(r->home, here));

	r->gruu = url_as_string(r->home, gruu);
	r->dlg = dialog_of_call(dev, from, gruu, NULL);
	r->dlg->referrer = r;
}

bool referrer_refer(struct dialog *dlg, const char *target)
{
	struct referrer *r;
	struct device *dev = dlg->dev;
	const url_t *gruu = gruu_of(dlg);

	if (dlg->referrer)
		return false;
	r = calloc(1, sizeof(*r));
	assert(r);
	r->home->suh_size = sizeof(r->home);
	su_home_init(r->home);
	r->dlg = r->moved = dlg;
	dlg->referrer = r;
	dlg->referred++;
	if (gruu)
		go_outside(r, gruu);
	r->refer_to = referred_to(r, target);
	r->referred_by = su_sprintf(r->home, "<sip:%s@%s:%s>", dev->role->user,
				    dlg->port->host, dlg->port->number);
	r->timer = device_timer(dev, N_T1 * dev->t1, on_silence, r);
	send_refer(r);
	return true;
}
