/* SPDX-License-Identifier: MIT */
/* auth: what auth.c, credential.c and account.c share. */
#ifndef PLAY_AUTH_H
#define PLAY_AUTH_H

#include "play/state.h"
#include "sip/digest.h"

enum { AUTH_TRIES_MAX = 4 }; /* of one request: several realms, stale nonces */

const char *auth_challenge_row(bool proxy); /* WWW- or Proxy-Authenticate */
const char *auth_answer_row(bool proxy);    /* Authorization ... */

/* ---- credential.c: challenges that the device has posed to us ---- */

enum lesson {
	LESSON_NONE,   /* no challenge that can be met */
	LESSON_ANSWER, /* something new: the request may go again */
	LESSON_REFUSED /* what it carried is not good enough */
};

struct refusal {
	struct str user, realm;
	bool trusted; /* the same user was let through in that realm before */
};

/* What a 401 or 407 teaches; *ret says who is refused, where so. */
enum lesson credential_learn(struct play *p, const struct msg *request,
			     const struct pkt *response, struct refusal *ret);
/* ---- auth.c: for glare.c too ---- */

bool auth_is_wanted(struct play *p, const struct msg *response);
struct msg *auth_go_again(struct play *p, struct msg *request);

/* ---- credential.c ---- */

/* A final response that is no challenge: its credentials were good, and a
 * "nextnonce" is the next one's (RFC 7616 3.5). */
void credential_passed(struct play *p, const struct msg *response);

#endif
