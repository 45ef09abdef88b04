/* SPDX-License-Identifier: MIT */
/* device: what a device file says, as the program and the play see it. */
#ifndef LANG_DEVICE_H
#define LANG_DEVICE_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/diag.h"
#include "base/str.h"

struct fact { /* claims, roles, edition, calls ...: NAME = VALUES */
	struct str name;
	struct str value; /* "yes" for a bare claim */
};

struct device_user {
	struct str party; /* alice */
	struct str user;  /* 1001 */
	struct str secret;
};

struct device_side { /* "address core 192.0.2.11:5060" */
	struct str name, address;
};

struct device;
/* Its number in sides; -1: there is none. */
int device_side_of(const struct device *d, struct str name);

struct device_account { /* what the device itself logs in with */
	struct str domain, user, secret;
};

enum { DEVICE_SECRET_MIN = 4 }; /* shorter ones are in every other word */

/* Adds a word to d->secrets, unless it is too short, or no secret because it
 * is the name of a user as well. */
void device_hide(struct arena *a, struct device *d, struct str secret);
/* All passwords of its users and accounts. */
void device_hide_passwords(struct arena *a, struct device *d);

enum trigger_kind {
#define TRIGGER(kind, word, seconds, syntax, meaning) TRIGGER_##kind,
#include "lang/trigger.def"
	TRIGGER_KINDS
};

struct trigger_turn { /* with values in braces, not yet put in */
	struct str say;
	struct str expect; /* empty: nothing in particular */
};

struct device_trigger {
	struct str name; /* call answer transfer hang-up reset ... */
	enum trigger_kind kind;
	struct str to;              /* the URL, host:port */
	struct str method;          /* of HTTP */
	struct str type;            /* of its body; empty: none is said */
	struct trigger_turn *turns; /* commands, bodies, lines, questions */
	unsigned nturns;
	ns_t within;   /* how long it may take */
	struct loc at; /* its line */
};

struct known {
	struct str scenario;
	struct str requirement; /* empty: any */
	struct str until;       /* YYYY-MM-DD; empty: for ever */
	struct str reason;
	struct loc scenario_at, requirement_at; /* where they are written */
};

struct device {
	struct str name;
	struct str address;    /* "192.0.2.10:5060" */
	struct str domain;     /* empty: the address */
	struct str user;       /* user part of its own address; may be empty */
	struct str nameserver; /* "127.0.0.1:5353"; empty: the system's */
	struct str bind; /* "127.0.0.1" or "127.0.0.1..127.0.0.9"; empty */
	struct str *roles;
	unsigned nroles;
	struct str *transports;
	unsigned ntransports;
	struct str edition;  /* rfc3515 rfc7647 interop */
	struct str calls;    /* route refer trigger */
	struct str answers;  /* itself trigger */
	struct str liveness; /* options none sh */
	struct fact *claims, *lacks;
	unsigned nclaims, nlacks;
	struct device_user *users;
	unsigned nusers;
	struct known *known;
	unsigned nknown;
	struct known *waived; /* requirement, reason */
	unsigned nwaived;
	struct device_side *sides;
	unsigned nsides;
	struct device_account *accounts;
	unsigned naccounts;
	struct str *secrets; /* what no output may show */
	unsigned nsecrets;
	struct device_trigger *triggers;
	unsigned ntriggers;
	bool attended;      /* somebody is there to be asked */
	const char *folder; /* of its file, where commands run; "": here */
	struct str start, ready, stop, version;
	struct str liveness_sh; /* the command of "liveness sh" */
	ns_t start_within;
	ns_t t1;        /* 500 ms unless said */
	unsigned slack; /* where --slack says nothing */
};

#endif
