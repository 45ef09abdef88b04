/* SPDX-License-Identifier: MIT */
/* The addresses that one call may try (RFC 3261 8.1.3.4). */
#ifndef STUBS_REDIRECT_H
#define STUBS_REDIRECT_H

#include "device.h"

struct target {
	struct target *next;
	url_t *url;
	char *headers; /* that its URI asks for, whole lines */
	double q;
	bool tried;
};

/* A URI, and to where a 3xx has sent who called it, for ever. Each user's calls
 * are remembered for him alone. */
struct moved {
	su_home_t home[1]; /* first: the device's, when it closes */
	struct moved *next;
	url_t *whose; /* NULL: everybody's */
	url_t *from;
	url_t *to;
};

struct targets {
	su_home_t *home;
	struct device *dev;
	struct target *first;
	url_t *whose; /* call it is */
	unsigned tried;
};

void targets_of(struct targets *set, const url_t *whose);
void targets_add(struct targets *set, const url_t *url);
void targets_remember(struct targets *set, const url_t *to);
void targets_forget(struct device *dev, const char *user);
const struct target *targets_add_contacts(struct targets *set,
					  const sip_contact_t *contact);
const struct target *targets_next(struct targets *set);
bool targets_mark(struct targets *set, const url_t *url);
bool redirect_same_uri(const url_t *a, const url_t *b);

#endif
