/* SPDX-License-Identifier: MIT */
/* One call: the INVITE usage of a dialog, from either side. */
#ifndef STUBS_CALL_H
#define STUBS_CALL_H

#include "dialog.h"
#include "invite.h"
#include "media.h"

/* What the owner of a call hears. After ended and, for a call that never was
 * up, after failed, the call is gone when the function returns. */
struct call_ops {
	void (*ringing)(struct call *, int status, const char *phrase,
			const char *sdp);
	void (*answered)(struct call *, const char *sdp);
	void (*failed)(struct call *, int status, const char *phrase);
	void (*offered)(struct call *, const char *sdp); /* re-INVITE, UPDATE */
	void (*acked)(struct call *, const char *sdp);
	void (*ended)(struct call *);
};

struct call {
	struct dialog *dlg;
	const struct call_ops *ops;
	void *owner;
	nta_incoming_t *irq; /* their INVITE or UPDATE, until it is over */
	struct invite *inv;  /* our INVITE, until it is over */
	su_timer_t *timer;
	bool up;
	bool placed;        /* by us */
	bool joins;         /* when it is up, with the call before it */
	bool habit;         /* it has had its way once */
	unsigned forwarded; /* 181s that came */
	struct media media;
	char *remote; /* the SDP last heard from there */
	su_home_t home[1];
	sip_from_t *address;       /* of the far end, without tag */
	const char *early_tag;     /* of the far end, which rings */
	struct referral *referral; /* whose outcome this call is */
};

struct call_plan {
	const sip_addr_t *from;
	const url_t *to;
	const char *headers;          /* whole lines, or NULL */
	const char *offer;            /* NULL: one of our own, unless asks */
	bool asks;                    /* the far end is to offer */
	unsigned ring_ms;             /* how long it may ring; 0: for ever */
	unsigned hops;                /* Max-Forwards; 0: as usual */
	const sip_call_id_t *call_id; /* NULL: a new one */
};

struct call *call_receive(struct dialog *dlg, nta_incoming_t *irq,
			  const sip_t *sip, const struct call_ops *ops,
			  void *owner);
struct call *call_place(struct device *dev, const struct call_plan *plan,
			const struct call_ops *ops, void *owner);
void call_reply(struct call *call, int status, const char *phrase,
		const char *sdp);
bool call_offer(struct call *call, const char *sdp);
void call_hang_up(struct call *call);
void call_hang_up_after(struct call *call, unsigned ms);
void call_free(struct call *call);

void call_heard(struct call *call, const sip_t *sip);
char *call_sdp(su_home_t *home, const sip_t *sip);

/* From our INVITE. */
void call_on_ringing(struct call *call, const sip_t *sip);
void call_on_answered(struct call *call, const sip_t *sip);
void call_on_failed(struct call *call, int status, const char *phrase);

int call_invite_inside(struct dialog *dlg, nta_incoming_t *irq,
		       const sip_t *sip);
int call_update_inside(struct dialog *dlg, nta_incoming_t *irq,
		       const sip_t *sip);
int call_bye_inside(struct dialog *dlg, nta_incoming_t *irq, const sip_t *sip);
int call_info_inside(struct dialog *dlg, nta_incoming_t *irq, const sip_t *sip);

#endif
