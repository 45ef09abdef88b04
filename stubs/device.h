/* SPDX-License-Identifier: MIT */
/* A SIP device on a few sockets: what phone and PBX have in common. */
#ifndef STUBS_DEVICE_H
#define STUBS_DEVICE_H

#include "fault.h"
#include "guard.h"
#include "ports.h"
#include "stack.h"

struct call;
struct device;
struct dialog;
struct referral;

/* One method a device understands. A handler returns the status to answer
 * with, or 0 if it has answered or will; both may be NULL: 405, or 481. */
struct verb {
	sip_method_t method;
	int (*inside)(struct dialog *, nta_incoming_t *, const sip_t *);
	int (*outside)(struct device *, nta_incoming_t *, const sip_t *);
};

/* What makes a device a phone or a PBX. */
struct role {
	const char *user;         /* of the Contact */
	const char *allow;        /* Allow, the same methods as in verbs */
	const char *supported;    /* option tags, the same as may be required */
	const struct verb *verbs; /* ends with sip_method_invalid */
	/* Takes every request instead of the verbs, inside of dialogs too. */
	int (*take)(struct device *, nta_incoming_t *, const sip_t *);
	bool forwards; /* is a proxy: ACKs and CANCELs are its own affair */
	/* Where a URI that somebody names really is; NULL: nowhere. */
	const url_t *(*locate)(struct device *, const url_t *);
	/* The status that refuses a REFER in a call, or 0; NULL: always 0. */
	int (*judge_refer)(const struct dialog *);
	/* A REFER has been accepted: carry it out. */
	void (*refer)(struct referral *);
	void (*close)(struct device *);
};

struct device {
	su_home_t home[1];
	su_root_t *root;
	nta_agent_t *agent;
	nta_leg_t *leg;         /* takes the requests of no dialog */
	nta_outgoing_t *strays; /* takes the responses of no transaction */
	const struct role *role;
	enum fault fault;
	unsigned variant; /* one of enum variant */
	struct late *lates;
	unsigned t1;        /* ms; the other timers of RFC 3261 17 follow */
	const char *domain; /* a name of ours, besides host:port */
	const char *host;   /* that the sockets are bound to */
	struct port ports[PORTS_MAX];
	struct port secure; /* the one for TLS, by its sips URI */
	unsigned nports;
	bool has_tcp;
	bool recurse;                   /* a proxy follows a 3xx itself */
	struct guard guard;             /* of a PBX with passwords */
	const struct account *accounts; /* of the device itself */
	struct dialog *dialogs;
	struct invite *invites;
	struct bridge *bridges;   /* of a PBX */
	struct forward *forwards; /* of a proxy */
	struct binding *bindings; /* of a registrar */
	unsigned long session;    /* o= of the last SDP */
	struct moved *moved;      /* newest first (RFC 3261 21.3.2) */
	unsigned long branches;
	char branch[64]; /* of a device that makes its own */
};

bool device_open(struct device *dev, const struct listen *listen);
void device_close(struct device *dev);
int device_request(struct device *dev, struct dialog *dlg, nta_incoming_t *irq,
		   const sip_t *sip);
const char *device_allow(const struct device *dev);
const char *device_supported(const struct device *dev);
int device_options(struct device *dev, nta_incoming_t *irq, const sip_t *sip);
int device_options_inside(struct dialog *dlg, nta_incoming_t *irq,
			  const sip_t *sip);
int device_stray_inside(struct dialog *dlg, nta_incoming_t *irq,
			const sip_t *sip);
const char *device_branch(struct device *dev);
void device_bye(struct device *dev, nta_leg_t *leg);
bool device_has_twice(const sip_t *sip, msg_hclass_t *header);
bool device_is_me(const struct device *dev, const url_t *url);
su_timer_t *device_timer(struct device *dev, unsigned ms, su_timer_f fn,
			 void *arg);

static inline bool device_has(const struct device *dev, enum fault fault)
{
	return dev->fault == fault;
}

#endif
