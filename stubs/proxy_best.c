/* SPDX-License-Identifier: MIT */
/*
 * Which response of a proxy's branches goes upstream, and how it looks there
 * (RFC 3261 16.7 steps 3, 6 to 9).
 */
#include "proxy.h"

#include <sofia-sip/nta_stateless.h>

/* The copy for upstream: our own Via is gone. */
static msg_t *copy_for_upstream(msg_t *response)
{
	msg_t *msg = proxy_copy(response);
	sip_t *sip = sip_object(msg);

	proxy_drop(msg, sip, sip->sip_via);
	return msg;
}

static void change_headers(const struct device *dev, msg_t *msg, sip_t *sip)
{
	int status = sip->sip_status->st_status;

	if (device_has(dev, FAULT_contact_rewritten) && status >= 300) {
		while (sip->sip_contact)
			proxy_drop(msg, sip, sip->sip_contact);
		sip_add_make(msg, sip, sip_contact_class,
			     "<sip:operator@proxy.test>");
	}
	if (device_has(dev, FAULT_own_to_tag) && status >= 200) {
		msg_header_remove_param(sip->sip_to->a_common, "tag");
		sip_to_tag(msg_home(msg), sip->sip_to, "ofaproxy");
		sip_fragment_clear(sip->sip_to->a_common);
	}
	if (device_has(dev, FAULT_one_redirect_contact) && status >= 300 &&
	    sip->sip_contact) {
		while (sip->sip_contact->m_next)
			proxy_drop(msg, sip, sip->sip_contact->m_next);
	}
}

/* Hands a response upstream. */
void best_pass(struct forward *fwd, msg_t *response)
{
	msg_t *msg = copy_for_upstream(response);
	sip_t *sip = sip_object(msg);

	if (!sip->sip_via) {
		msg_destroy(msg);
		return;
	}
	change_headers(fwd->dev, msg, sip);
	nta_incoming_mreply(fwd->irq, msg);
}

/* What a proxy does that keeps no transactions: sofia takes our Via away, and
 * the next says where to. */
void best_pass_stray(struct device *dev, msg_t *response)
{
	nta_msg_tsend(dev->agent, proxy_copy(response), NULL, TAG_END());
}

/* The less the better: a 6xx for all, then the lowest class, and in it what
 * the caller can do something about (RFC 3261 16.7 step 6). */
static int rank(const struct device *dev, int status)
{
	int class = status / 100;

	if (device_has(dev, FAULT_highest_class_wins))
		return class == 6 ? 90 : 80 - 10 * class;
	if (class == 6)
		return 0;
	switch (status) {
	case 401:
	case 407:
	case 415:
	case 420:
	case 484:
		return 10 * class;
	}
	return 10 * class + 1;
}

static struct branch *best_of(const struct forward *fwd)
{
	struct branch *best = NULL;

	for (struct branch *b = fwd->branches; b; b = b->next) {
		bool lost = !b->final && b->status / 100 == 3;

		if (b->status < 300 || lost)
			continue;
		if (!best ||
		    rank(fwd->dev, b->status) < rank(fwd->dev, best->status))
			best = b;
	}
	return best;
}

static void add_copies(msg_t *msg, sip_t *sip, const void *challenges)
{
	if (challenges)
		sip_add_dup(msg, sip, challenges);
}

/* The caller learns who else wants to know who he is (RFC 3261 16.7 step 7). */
static void join_challenges(struct forward *fwd, struct branch *best)
{
	sip_t *sip = sip_object(best->final);

	for (struct branch *b = fwd->branches; b; b = b->next) {
		const sip_t *other = sip_object(b->final);

		if (b == best || (b->status != 401 && b->status != 407))
			continue;
		add_copies(best->final, sip, other->sip_www_authenticate);
		add_copies(best->final, sip, other->sip_proxy_authenticate);
	}
}

static void say(struct forward *fwd, int status)
{
	nta_incoming_treply(fwd->irq, status, sip_status_phrase(status),
			    TAG_END());
}

/* All have answered, none with a 2xx. */
void best_choose(struct forward *fwd)
{
	struct branch *best = best_of(fwd);
	int status = best ? best->status : 408;

	fwd->done = true;
	if (status == 503 && !device_has(fwd->dev, FAULT_overload_passed)) {
		say(fwd, 500); /* it is not the proxy that is overloaded */
		return;
	}
	if (!best || !best->final) {
		say(fwd, status);
		return;
	}
	if ((status == 401 || status == 407) &&
	    !device_has(fwd->dev, FAULT_challenges_not_joined))
		join_challenges(fwd, best);
	best_pass(fwd, best->final);
}
