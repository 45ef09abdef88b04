/* SPDX-License-Identifier: MIT */
/*
 * Dialogs on top of nta's legs, which keep CSeq, route set and remote target.
 * A dialog lives as long as a call or a subscription uses it (RFC 5057).
 */
#include "dialog.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static int take_request(void *magic, nta_leg_t *leg, nta_incoming_t *irq,
			const sip_t *sip)
{
	struct dialog *dlg = magic;

	(void)leg;
	return device_request(dlg->dev, dlg, irq, sip);
}

static struct dialog *dialog_new(struct device *dev)
{
	struct dialog *dlg = calloc(1, sizeof(*dlg));

	assert(dlg);
	dlg->dev = dev;
	dlg->next = dev->dialogs;
	dlg->prev = &dev->dialogs;
	if (dlg->next)
		dlg->next->prev = &dlg->next;
	dev->dialogs = dlg;
	return dlg;
}

static bool dials(const sip_t *sip, const char *user)
{
	const char *dialled = sip->sip_request->rq_url->url_user;

	return dialled && !strcmp(dialled, user);
}

/*
 * The dialog that our 2xx to this request will form (RFC 3261 12.1.1); it
 * takes requests at once.
 */
struct dialog *dialog_of_request(struct device *dev, nta_incoming_t *irq,
				 const sip_t *sip)
{
	struct dialog *dlg = dialog_new(dev);
	sip_to_t *local = sip_to_dup(dev->home, sip->sip_to);
	const sip_record_route_t *route = sip->sip_record_route;

	dlg->port = ports_of_request(dev, sip);
	sip_to_tag(dev->home, local, nta_incoming_tag(irq, NULL));
	dlg->leg = nta_leg_tcreate(
		dev->agent, take_request, dlg, SIPTAG_CALL_ID(sip->sip_call_id),
		SIPTAG_FROM(local), SIPTAG_TO(sip->sip_from),
		NTATAG_REMOTE_CSEQ(sip->sip_cseq->cs_seq), TAG_END());
	assert(dlg->leg);
	msg_header_free_all(dev->home, (msg_header_t *)local);
	if (device_has(dev, FAULT_route_set_ignored))
		route = NULL;
	if (device_has(dev, FAULT_livekit_refer_route_self))
		nta_leg_client_reroute(dlg->leg, route, sip->sip_contact, 1);
	else
		nta_leg_server_route(dlg->leg, route, sip->sip_contact);
	dlg->declines = dials(sip, "no-transfer");
	return dlg;
}

/* A URI as it may stand in From and To (RFC 3261 19.1.1, table 1). */
url_t *dialog_identity(su_home_t *home, const url_t *url)
{
	static const char *const barred[] = { "method", "transport", "maddr",
					      "ttl", "lr" };
	url_t *bare = url_hdup(home, url);

	bare->url_headers = NULL;
	for (size_t i = 0; bare->url_params && i < 5; i++)
		bare->url_params = url_strip_param_string(
			(char *)bare->url_params, barred[i]);
	return bare;
}

/* The dialog that a call of ours may form; it has no remote tag yet. */
struct dialog *dialog_of_call(struct device *dev, const sip_addr_t *from,
			      const url_t *to, const sip_call_id_t *call_id)
{
	struct dialog *dlg = dialog_new(dev);
	su_home_t home[1] = { SU_HOME_INIT(home) };
	sip_from_t *local;
	sip_to_t *remote;

	su_home_init(home);
	dlg->port = ports_towards(dev, to);
	local = sip_from_create(home, (void *)from->a_url);
	remote = sip_to_create(home, (void *)dialog_identity(home, to));
	local->a_display = from->a_display;
	sip_from_tag(home, local, nta_agent_newtag(home, "%s", dev->agent));
	dlg->leg = nta_leg_tcreate(dev->agent, take_request, dlg,
				   TAG_IF(call_id, SIPTAG_CALL_ID(call_id)),
				   SIPTAG_FROM(local), SIPTAG_TO(remote),
				   TAG_END());
	assert(dlg->leg);
	su_home_deinit(home);
	return dlg;
}

/* The same call under another Call-ID, before there is a dialog. */
void dialog_renew(struct dialog *dlg, const sip_t *old)
{
	nta_leg_destroy(dlg->leg);
	dlg->leg = nta_leg_tcreate(dlg->dev->agent, take_request, dlg,
				   SIPTAG_FROM(old->sip_from),
				   SIPTAG_TO(old->sip_to), TAG_END());
	assert(dlg->leg);
}

/* A target refresh request of the far end (RFC 3261 12.2.2). */
void dialog_refresh(struct dialog *dlg, const sip_t *sip)
{
	if (sip->sip_contact)
		nta_leg_server_route(dlg->leg, NULL, sip->sip_contact);
}

void dialog_free(struct dialog *dlg)
{
	*dlg->prev = dlg->next;
	if (dlg->next)
		dlg->next->prev = dlg->prev;
	nta_leg_destroy(dlg->leg);
	free(dlg);
}

/* Ends the dialog if nothing uses it any more. */
void dialog_release(struct dialog *dlg)
{
	if (!dlg->call && !dlg->referrals && !dlg->referrer)
		dialog_free(dlg);
}
