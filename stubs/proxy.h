/* SPDX-License-Identifier: MIT */
/* The proxy: what it does with a request, and with the responses to it. */
#ifndef STUBS_PROXY_H
#define STUBS_PROXY_H

#include "device.h"

extern const struct role proxy_role;

/* One copy of a request on its way to a target (RFC 3261 16.6). */
struct branch {
	struct branch *next;
	struct forward *fwd;
	const struct branch *parent; /* whose 3xx named the target, or NULL */
	url_t *url;
	double q;
	nta_outgoing_t *orq; /* NULL: not called yet */
	const char *id;      /* the branch of its Via */
	int status;          /* of the final response; 0: none */
	msg_t *final;        /* as it came; NULL: none, or made here */
};

/* A request and what became of it (RFC 3261 16.7, "response context"). */
struct forward {
	struct forward *next;
	struct device *dev;
	su_home_t home[1];
	nta_incoming_t *irq;
	msg_t *request;
	struct branch *branches;
	su_timer_t *linger;
	bool ours;     /* its Request-URI was of our domain */
	bool stopped;  /* nobody else is called: a 6xx, a 2xx, or CANCEL */
	bool done;     /* a final response has gone upstream */
	unsigned loop; /* hash of what the next hop depends on */
};

/* proxy_request.c: the request on its way down. */
unsigned proxy_loop_hash(const sip_t *sip);
bool proxy_is_looping(const struct device *dev, const sip_t *sip);
msg_t *proxy_copy(msg_t *msg);
void proxy_drop(msg_t *msg, sip_t *sip, void *header);
void proxy_strip_routes(struct device *dev, msg_t *msg, sip_t *sip);
msg_t *proxy_copy_for(const struct branch *b);
const char *proxy_branch(const struct branch *b);
void proxy_ack(const struct branch *b, const sip_to_t *to);
const url_t *proxy_next_hop(const sip_t *sip);
void proxy_keep_route(const struct device *dev, msg_t *msg, sip_t *sip);
void proxy_pass_ack(struct device *dev, msg_t *msg);

/* proxy_forward.c: the response context. */
struct forward *forward_new(struct device *dev, nta_incoming_t *irq,
			    msg_t *request);
bool forward_add(struct forward *fwd, const struct branch *parent,
		 const url_t *url, const char *q);
void forward_go(struct forward *fwd);
void forward_free(struct forward *fwd);
int forward_stray(void *magic, nta_outgoing_t *orq, const sip_t *sip);

/* proxy_best.c: which response goes upstream, and how. */
void best_pass(struct forward *fwd, msg_t *response);
void best_pass_stray(struct device *dev, msg_t *response);
void best_choose(struct forward *fwd);

#endif
