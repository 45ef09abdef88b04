/* SPDX-License-Identifier: MIT */
/*
 * The response context of a proxy (RFC 3261 16.7): its branches, which are
 * called by falling q, CANCEL in both directions (16.10), and its end.
 */
#include "proxy.h"

#include "redirect.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define Q_SILENT     1.0
#define MANY         64 /* targets of one request */
#define LINGER_T1    64 /* T1 after the final response, for what is repeated */
#define LOOP_TARGETS 12 /* of a proxy that forgets whom it has called */

static int on_response(void *magic, nta_outgoing_t *orq, const sip_t *sip);

static unsigned count(const struct forward *fwd)
{
	unsigned n = 0;

	for (const struct branch *b = fwd->branches; b; b = b->next)
		n++;
	return n;
}

static bool is_known(const struct forward *fwd, const url_t *url)
{
	for (const struct branch *b = fwd->branches; b; b = b->next) {
		if (redirect_same_uri(b->url, url))
			return true;
	}
	return false;
}

/* Adds a target; the same one is not added twice (RFC 3261 16.5). False: it is
 * not one that a proxy can call, or known. */
bool forward_add(struct forward *fwd, const struct branch *parent,
		 const url_t *url, const char *q)
{
	struct branch **end = &fwd->branches;
	struct branch *b;
	bool forgets = parent && count(fwd) < LOOP_TARGETS &&
		       device_has(fwd->dev, FAULT_recursion_loops);

	if (url->url_type != url_sip && url->url_type != url_sips)
		return false;
	if (count(fwd) >= MANY || (is_known(fwd, url) && !forgets))
		return false;
	while (*end)
		end = &(*end)->next;
	b = su_zalloc(fwd->home, sizeof(*b));
	assert(b);
	b->fwd = fwd;
	b->parent = parent;
	b->url = url_hdup(fwd->home, url);
	b->q = q ? strtod(q, NULL) : Q_SILENT;
	*end = b;
	return true;
}

static bool is_pending(const struct branch *b)
{
	return b->orq && !b->status;
}

static bool any_pending(const struct forward *fwd)
{
	for (const struct branch *b = fwd->branches; b; b = b->next) {
		if (is_pending(b))
			return true;
	}
	return false;
}

static void on_linger(void *root, su_timer_t *timer, void *arg)
{
	(void)root;
	(void)timer;
	forward_free(arg);
}

/* Stays for a while, for what is repeated and for late 2xx. */
static void finish(struct forward *fwd)
{
	if (fwd->linger)
		return;
	fwd->stopped = true;
	fwd->linger = device_timer(fwd->dev, LINGER_T1 * fwd->dev->t1,
				   on_linger, fwd);
}

static void cancel_pending(struct forward *fwd)
{
	fwd->stopped = true;
	if (device_has(fwd->dev, FAULT_cancel_not_forwarded))
		return;
	for (struct branch *b = fwd->branches; b; b = b->next) {
		if (is_pending(b))
			nta_outgoing_tcancel(b->orq, NULL, NULL, TAG_END());
	}
}

static void call(struct branch *b)
{
	struct device *dev = b->fwd->dev;
	msg_t *msg = proxy_copy_for(b);
	const url_t *next =
		url_hdup(b->fwd->home, proxy_next_hop(sip_object(msg)));

	b->id = proxy_branch(b);
	proxy_keep_route(dev, msg, sip_object(msg));
	b->orq = nta_outgoing_mcreate(
		dev->agent, on_response, b, (url_string_t *)next, msg,
		NTATAG_BRANCH_KEY(b->id),
		NTATAG_PASS_100(device_has(dev, FAULT_trying_passed)),
		TAG_END());
	if (b->orq)
		return;
	msg_destroy(msg);
	b->status = 503;
}

/* Is one of those that were named together still to answer? */
static bool is_waiting(const struct forward *fwd, const struct branch *parent)
{
	for (const struct branch *b = fwd->branches; b; b = b->next) {
		if (b->parent == parent && is_pending(b))
			return true;
	}
	return false;
}

/* The highest q among those of one 3xx, or of the bindings, that wait. */
static double highest(const struct forward *fwd, const struct branch *parent)
{
	double q = -1;

	for (const struct branch *b = fwd->branches; b; b = b->next) {
		if (b->parent == parent && !b->orq && !b->status && b->q > q)
			q = b->q;
	}
	return q;
}

/* Calls those who are next, all with one q at once. */
static void call_next(struct forward *fwd, const struct branch *parent)
{
	double q = highest(fwd, parent);

	if (is_waiting(fwd, parent))
		return;
	for (struct branch *b = fwd->branches; b; b = b->next) {
		bool fresh = !b->orq && !b->status && b->parent == parent;

		if (fresh && b->q >= q)
			call(b);
	}
}

/* Goes on as far as possible now; the last answer leads to a final one. */
void forward_go(struct forward *fwd)
{
	if (!fwd->stopped) {
		call_next(fwd, NULL);
		for (struct branch *b = fwd->branches; b; b = b->next)
			call_next(fwd, b);
	}
	if (fwd->done || any_pending(fwd))
		return;
	best_choose(fwd);
	finish(fwd);
}

static bool may_follow(const struct forward *fwd, const sip_t *sip)
{
	struct device *dev = fwd->dev;

	return dev->recurse && sip->sip_contact && !fwd->stopped &&
	       (fwd->ours || device_has(dev, FAULT_foreign_followed)) &&
	       !device_has(dev, FAULT_not_followed);
}

/*
 * Its Contacts become targets and leave the response, so that nobody upstream
 * tries them again (RFC 3261 16.7 step 4). A 3xx that has none left counts no
 * more: its branch keeps the status alone.
 */
static void follow(struct branch *b, msg_t *msg, sip_t *sip)
{
	struct forward *fwd = b->fwd;
	struct device *dev = fwd->dev;
	sip_contact_t *m, *next;
	bool any = false;

	for (m = sip->sip_contact; m; m = next) {
		bool one = device_has(dev, FAULT_one_contact_only) && any;

		next = m->m_next;
		if (one || !forward_add(fwd, b, m->m_url, m->m_q))
			continue;
		any = true;
		if (!device_has(dev, FAULT_tried_contact_told))
			proxy_drop(msg, sip, m);
	}
	if (any && !sip->sip_contact && !device_has(dev, FAULT_redirect_told)) {
		msg_destroy(b->final);
		b->final = NULL;
	}
}

/* A final response that is no 2xx. */
static void take_failure(struct branch *b, msg_t *msg, const sip_t *sip)
{
	struct forward *fwd = b->fwd;
	msg_t *copy = msg_copy(msg);

	b->final = copy;
	if (b->status < 400 && may_follow(fwd, sip))
		follow(b, copy, sip_object(copy));
	if (b->status >= 600 && !device_has(fwd->dev, FAULT_goes_on_after_6xx))
		cancel_pending(fwd);
	if (b->status < 400 &&
	    device_has(fwd->dev, FAULT_freeswitch_fork_302_cancels_other_leg))
		cancel_pending(fwd);
	forward_go(fwd);
}

static void take_success(struct branch *b, msg_t *msg)
{
	struct forward *fwd = b->fwd;
	bool invite = nta_outgoing_method(b->orq) == sip_method_invite;

	if (!fwd->done || invite)
		best_pass(fwd, msg);
	fwd->done = true;
	cancel_pending(fwd);
	finish(fwd);
}

/* Nobody has answered; nta has made this response itself. */
static void take_silence(struct branch *b, int status)
{
	b->status = status;
	forward_go(b->fwd);
}

static int on_response(void *magic, nta_outgoing_t *orq, const sip_t *sip)
{
	struct branch *b = magic;
	struct device *dev = b->fwd->dev;
	int status = nta_outgoing_status(orq);
	msg_t *msg = nta_outgoing_getresponse(orq);

	if (!sip || !msg || nta_sip_is_internal(sip)) {
		if (status >= 200 && !b->status)
			take_silence(b, status);
	} else if (status < 200) {
		if (!b->fwd->done)
			best_pass(b->fwd, msg);
	} else if (status < 300 && b->status < 300) {
		b->status = status;
		take_success(b, msg);
	} else if (!b->status) {
		if (status == 404 && b->parent)
			fault_crash(dev->fault,
				    FAULT_kamailio_302_then_404_crash);
		b->status = status;
		take_failure(b, msg, sip);
	}
	msg_destroy(msg);
	return 0;
}

/* What comes for the INVITE from upstream later: CANCEL, or the ACK to its
 * failure, which ends here. */
static int on_ack_or_cancel(void *magic, nta_incoming_t *irq, const sip_t *sip)
{
	struct forward *fwd = magic;

	(void)irq;
	if (sip && sip->sip_request->rq_method == sip_method_cancel &&
	    !fwd->done)
		cancel_pending(fwd);
	return 0;
}

/* The context of a request; takes over both, the message is a copy. */
struct forward *forward_new(struct device *dev, nta_incoming_t *irq,
			    msg_t *request)
{
	struct forward *fwd = calloc(1, sizeof(*fwd));

	assert(fwd);
	fwd->home->suh_size = sizeof(fwd->home);
	su_home_init(fwd->home);
	fwd->dev = dev;
	fwd->irq = irq;
	fwd->request = request;
	nta_incoming_bind(irq, on_ack_or_cancel, fwd);
	fwd->next = dev->forwards;
	dev->forwards = fwd;
	return fwd;
}

void forward_free(struct forward *fwd)
{
	struct forward **p = &fwd->dev->forwards;

	while (*p != fwd)
		p = &(*p)->next;
	*p = fwd->next;
	for (struct branch *b = fwd->branches; b; b = b->next) {
		if (b->orq)
			nta_outgoing_destroy(b->orq);
		msg_destroy(b->final);
	}
	if (fwd->linger)
		su_timer_destroy(fwd->linger);
	nta_incoming_bind(fwd->irq, NULL, NULL);
	nta_incoming_destroy(fwd->irq);
	msg_destroy(fwd->request);
	su_home_deinit(fwd->home);
	free(fwd);
}

/* The branch that waits for this response; NULL: none. */
static struct branch *branch_of(const struct device *dev, const sip_t *sip)
{
	const char *id = sip->sip_via ? sip->sip_via->v_branch : NULL;

	for (struct forward *f = dev->forwards; id && f; f = f->next) {
		for (struct branch *b = f->branches; b; b = b->next) {
			if (is_pending(b) && !strcmp(b->id, id))
				return b;
		}
	}
	return NULL;
}

/*
 * A response to nothing that was sent from here goes nowhere (RFC 6026 7.3). On
 * a stream nta lets go of an INVITE with its CANCEL, and the 487 comes here.
 */
int forward_stray(void *magic, nta_outgoing_t *orq, const sip_t *sip)
{
	struct device *dev = magic;
	msg_t *msg = nta_outgoing_getresponse(orq);
	struct branch *b = branch_of(dev, sip);
	int status = sip->sip_status->st_status;

	if (b && status >= 300 &&
	    sip->sip_cseq->cs_method == sip_method_invite) {
		proxy_ack(b, sip->sip_to);
		b->status = status;
		take_failure(b, msg, sip);
	}
	if (!b && device_has(dev, FAULT_stray_response_passed) &&
	    sip->sip_via && sip->sip_via->v_next)
		best_pass_stray(dev, msg);
	msg_destroy(msg);
	return 0;
}
