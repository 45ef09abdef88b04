/* SPDX-License-Identifier: MIT */
/*
 * A request on its way through the proxy: the Routes that were for it (RFC
 * 3261 16.4), the copy for each target (16.6), and loops (16.3 step 4).
 */
#include "proxy.h"

#include <sofia-sip/nta_stateless.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COOKIE    "z9hG4bK"
#define HOPS_MOST 70
#define HASH_SIZE 8 /* hexadecimal digits, at the end of a branch */

/* FNV-1a, the end of the text counted in. */
static unsigned hash_text(unsigned hash, const char *text)
{
	for (const char *p = text ? text : ""; *p; p++)
		hash = (hash ^ (unsigned char)*p) * 0x01000193;
	return (hash ^ 0xff) * 0x01000193;
}

/* Of all that decides where a request goes (RFC 5393 4.2.1): one that comes
 * back with the same is in a loop, with another it is a spiral. */
unsigned proxy_loop_hash(const sip_t *sip)
{
	su_home_t home[1] = { SU_HOME_INIT(home) };
	unsigned hash = 0x811c9dc5;
	char number[16];

	su_home_init(home);
	snprintf(number, sizeof(number), "%u", sip->sip_cseq->cs_seq);
	hash = hash_text(hash, url_as_string(home, sip->sip_request->rq_url));
	hash = hash_text(hash, sip->sip_call_id->i_id);
	hash = hash_text(hash, sip->sip_from->a_tag);
	hash = hash_text(hash, sip->sip_to->a_tag);
	hash = hash_text(hash, number);
	for (const sip_route_t *r = sip->sip_route; r; r = r->r_next)
		hash = hash_text(hash, url_as_string(home, r->r_url));
	su_home_deinit(home);
	return hash;
}

static bool is_own_via(const struct device *dev, const sip_via_t *via)
{
	const char *number = via->v_port ? via->v_port : "5060";

	for (unsigned i = 0; i < dev->nports; i++) {
		if (!strcmp(dev->ports[i].number, number) &&
		    su_casematch(dev->ports[i].host, via->v_host))
			return true;
	}
	return false;
}

bool proxy_is_looping(const struct device *dev, const sip_t *sip)
{
	unsigned hash = proxy_loop_hash(sip);

	for (const sip_via_t *v = sip->sip_via; v; v = v->v_next) {
		const char *branch = v->v_branch ? v->v_branch : "";
		size_t n = strlen(branch);

		if (n > HASH_SIZE && is_own_via(dev, v) &&
		    strtoul(branch + n - HASH_SIZE, NULL, 16) == hash)
			return true;
	}
	return false;
}

static bool is_mine(const struct device *dev, const sip_route_t *route)
{
	return device_is_me(dev, route->r_url) && !route->r_url->url_user;
}

void proxy_drop(msg_t *msg, sip_t *sip, void *header)
{
	msg_header_remove(msg, (msg_pub_t *)sip, header);
}

/* A strict router has put our URI where the target was: the last Route is the
 * target (RFC 3261 16.4). */
static void undo_strict(struct device *dev, msg_t *msg, sip_t *sip)
{
	const url_t *url = sip->sip_request->rq_url;
	sip_route_t *last = sip->sip_route;

	if (!last || url->url_user || !device_is_me(dev, url) ||
	    !url_has_param(url, "lr"))
		return;
	while (last->r_next)
		last = last->r_next;
	*sip->sip_request->rq_url = *url_hdup(msg_home(msg), last->r_url);
	sip_fragment_clear(sip->sip_request->rq_common);
	proxy_drop(msg, sip, last);
}

/* Takes away the Routes that have led here. */
void proxy_strip_routes(struct device *dev, msg_t *msg, sip_t *sip)
{
	undo_strict(dev, msg, sip);
	while (sip->sip_route && is_mine(dev, sip->sip_route))
		proxy_drop(msg, sip, sip->sip_route);
}

/* The branch that the copy is sent with; the context owns it. */
const char *proxy_branch(const struct branch *b)
{
	struct forward *fwd = b->fwd;
	struct device *dev = fwd->dev;
	const char *cookie = COOKIE;
	unsigned long serial = ++dev->branches;

	if (device_has(dev, FAULT_proxy_branch_without_cookie))
		cookie = "hop";
	if (device_has(dev, FAULT_target_branch_kept))
		serial = fwd->loop;
	return su_sprintf(fwd->home, "%s%lx.%s.%0*x", cookie, serial,
			  dev->ports[0].number, HASH_SIZE, fwd->loop);
}

/* The Request-URI has no more than may stand there (RFC 3261 19.1.1). */
static void set_target(const struct branch *b, msg_t *msg, sip_t *sip)
{
	su_home_t *home = msg_home(msg);
	struct device *dev = b->fwd->dev;
	url_t *url = url_hdup(home, b->url);

	url->url_headers = NULL;
	if (url->url_params && !device_has(dev, FAULT_recursed_method_kept))
		url->url_params = url_strip_param_string(
			su_strdup(home, url->url_params), "method");
	if (b->parent && device_has(dev, FAULT_user_lost))
		url->url_user = "operator";
	if (sip->sip_to->a_tag && device_has(dev, FAULT_target_rewritten))
		url->url_user = "somebody";
	*sip->sip_request->rq_url = *url;
	sip_fragment_clear(sip->sip_request->rq_common);
}

static bool keeps_hops(const struct device *dev, const sip_t *sip)
{
	if (device_has(dev, FAULT_max_forwards_kept_in_dialog))
		return sip->sip_to->a_tag;
	return device_has(dev, FAULT_max_forwards_kept);
}

static void count_hop(struct device *dev, msg_t *msg, sip_t *sip)
{
	sip_max_forwards_t *hops = sip->sip_max_forwards;

	if (!hops) {
		hops = sip_max_forwards_format(msg_home(msg), "%d", HOPS_MOST);
		msg_header_insert(msg, (msg_pub_t *)sip, (msg_header_t *)hops);
	} else if (hops->mf_count && !keeps_hops(dev, sip)) {
		hops->mf_count--;
		sip_fragment_clear(hops->mf_common);
	}
}

/* What may begin a dialog comes by here again in it. */
static bool is_recorded(const struct device *dev, const sip_t *sip)
{
	sip_method_t method = sip->sip_request->rq_method;

	if (method == sip_method_notify)
		return device_has(dev, FAULT_notify_recorded);
	if (sip->sip_to->a_tag || device_has(dev, FAULT_no_record_route))
		return false;
	return method == sip_method_invite || method == sip_method_refer ||
	       method == sip_method_subscribe;
}

static void record_port(const struct device *dev, msg_t *msg, sip_t *sip,
			const struct port *port)
{
	bool udp = !strcmp(port->transport, "udp");
	sip_record_route_t *rr = sip_record_route_format(
		msg_home(msg), "<sip:%s:%s%s%s%s>", port->host, port->number,
		udp ? "" : ";transport=", udp ? "" : port->transport,
		device_has(dev, FAULT_record_route_strict) ? "" : ";lr");

	msg_header_insert(msg, (msg_pub_t *)sip, (msg_header_t *)rr);
}

/* Two rows where the transport changes: each side comes back by its own (RFC
 * 5658 5). */
static void record(const struct device *dev, msg_t *msg, sip_t *sip)
{
	const struct port *in = ports_of_request(dev, sip);
	const struct port *out = ports_towards(dev, proxy_next_hop(sip));

	record_port(dev, msg, sip, in);
	if (out != in)
		record_port(dev, msg, sip, out);
}

static void change_headers(const struct device *dev, msg_t *msg, sip_t *sip)
{
	su_home_t *home = msg_home(msg);

	while (sip->sip_unknown && device_has(dev, FAULT_header_dropped))
		proxy_drop(msg, sip, sip->sip_unknown);
	if (device_has(dev, FAULT_referred_by_removed) && sip->sip_referred_by)
		proxy_drop(msg, sip, sip->sip_referred_by);
	if (device_has(dev, FAULT_proxy_replaces_removed) && sip_replaces(sip))
		proxy_drop(msg, sip, sip_replaces(sip));
	if (device_has(dev, FAULT_allow_events_added))
		sip_add_make(msg, sip, sip_allow_events_class, "presence");
	if (!device_has(dev, FAULT_body_rewritten) || !sip->sip_payload)
		return;
	proxy_drop(msg, sip, sip->sip_payload);
	msg_header_insert(msg, (msg_pub_t *)sip,
			  (msg_header_t *)sip_payload_make(home, "changed"));
	proxy_drop(msg, sip, sip->sip_content_length);
}

/* A next hop that does not know loose routing gets its URI first (RFC 3261
 * 16.6 step 6). */
static void face_strict(msg_t *msg, sip_t *sip)
{
	su_home_t *home = msg_home(msg);
	sip_route_t *first = sip->sip_route, *last;
	url_t *url = sip->sip_request->rq_url;

	if (!first || url_has_param(first->r_url, "lr"))
		return;
	last = sip_route_format(home, "<%s>", url_as_string(home, url));
	msg_header_insert(msg, (msg_pub_t *)sip, (msg_header_t *)last);
	*url = *url_hdup(home, first->r_url);
	sip_fragment_clear(sip->sip_request->rq_common);
	proxy_drop(msg, sip, first);
}

/* Of a header that may have one row sofia keeps further ones for errors, copies
 * them behind the first, and cannot print that: they go on as a header that we
 * do not know. */
static void pass_doubled(msg_t *copy, const msg_header_t *row)
{
	su_home_t *home = msg_home(copy);
	sip_t *sip = sip_object(copy);
	msg_header_t *first =
		msg_header_access((msg_pub_t *)sip, row->sh_class);
	sip_unknown_t *one = sip_unknown_format(
		home, "%s: %s", row->sh_class->hc_name,
		sip_header_as_string(home, (const sip_header_t *)row));

	while (first && first->sh_next)
		proxy_drop(copy, sip, first->sh_next);
	msg_header_insert(copy, NULL, (msg_header_t *)one);
}

/* A copy of what came, to be sent on. */
msg_t *proxy_copy(msg_t *msg)
{
	msg_t *copy = msg_copy(msg);
	const msg_header_t *row =
		(const msg_header_t *)sip_object(msg)->sip_error;

	for (; row; row = row->sh_next) {
		if (row->sh_class->hc_name)
			pass_doubled(copy, row);
	}
	return copy;
}

/* The copy for this target, as it is sent but for the Via. */
msg_t *proxy_copy_for(const struct branch *b)
{
	struct device *dev = b->fwd->dev;
	msg_t *msg = msg_copy(b->fwd->request);
	sip_t *sip = sip_object(msg);

	set_target(b, msg, sip);
	count_hop(dev, msg, sip);
	if (is_recorded(dev, sip))
		record(dev, msg, sip);
	change_headers(dev, msg, sip);
	face_strict(msg, sip);
	return msg;
}

/* The ACK to a failure that nta has no transaction for (RFC 3261 17.1.1.3). */
void proxy_ack(const struct branch *b, const sip_to_t *to)
{
	nta_agent_t *agent = b->fwd->dev->agent;
	msg_t *request = nta_outgoing_getrequest(b->orq);
	const sip_t *old = sip_object(request);
	msg_t *msg = nta_msg_create(agent, 0);
	sip_request_t *start =
		sip_request_create(msg_home(msg), SIP_METHOD_ACK,
				   (void *)old->sip_request->rq_url, NULL);
	sip_cseq_t *cseq = sip_cseq_create(msg_home(msg), old->sip_cseq->cs_seq,
					   SIP_METHOD_ACK);
	const url_t *next = url_hdup(msg_home(msg), proxy_next_hop(old));

	sip_add_tl(msg, sip_object(msg), SIPTAG_REQUEST(start), SIPTAG_TO(to),
		   SIPTAG_FROM(old->sip_from), SIPTAG_CALL_ID(old->sip_call_id),
		   SIPTAG_CSEQ(cseq), SIPTAG_ROUTE(old->sip_route),
		   SIPTAG_MAX_FORWARDS(old->sip_max_forwards), TAG_END());
	msg_destroy(request);
	if (!nta_outgoing_mcreate(agent, NULL, NULL, (const url_string_t *)next,
				  msg, NTATAG_BRANCH_KEY(b->id),
				  NTATAG_STATELESS(1), TAG_END()))
		msg_destroy(msg);
}

/* Where a request is sent: to its first Route, or to its target. */
const url_t *proxy_next_hop(const sip_t *sip)
{
	return sip->sip_route ? sip->sip_route->r_url
			      : sip->sip_request->rq_url;
}

/* A proxy that has sent it on by a Route that it leaves where it was. */
void proxy_keep_route(const struct device *dev, msg_t *msg, sip_t *sip)
{
	const struct port *port = ports_of_request(dev, sip);
	sip_route_t *own;

	if (!sip->sip_to->a_tag || !device_has(dev, FAULT_own_route_kept))
		return;
	own = sip_route_format(msg_home(msg), "<sip:%s:%s;lr>", port->host,
			       port->number);
	msg_header_insert(msg, (msg_pub_t *)sip, (msg_header_t *)own);
}

/* The ACK to a 2xx has no transaction; the message is given away. */
void proxy_pass_ack(struct device *dev, msg_t *msg)
{
	sip_t *sip = sip_object(msg);
	const url_t *next = url_hdup(msg_home(msg), proxy_next_hop(sip));

	if (sip->sip_max_forwards && !sip->sip_max_forwards->mf_count) {
		msg_destroy(msg);
		return;
	}
	count_hop(dev, msg, sip);
	nta_msg_tsend(dev->agent, msg, (url_string_t *)next, TAG_END());
}
