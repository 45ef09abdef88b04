/* SPDX-License-Identifier: MIT */
/* status: the registered response codes: their phrases, and what they mean. */
#ifndef SIP_STATUS_H
#define SIP_STATUS_H

struct status_info {
	unsigned short status;
	const char *phrase;
	const char *source;  /* RFC and section */
	const char *meaning; /* halves of sentences, without a full stop */
	const char *when, *cure;
};

/* NULL: no such code is registered. */
const struct status_info *status_info(unsigned status);
/* The n-th of all, by number; NULL behind the last. */
const struct status_info *status_nth(unsigned n);
/* "Success", "Redirection" ...; never NULL. */
const char *status_class(unsigned status);
/* What all codes of its class say, without a full stop; never NULL (RFC 3261
 * 7.2 and 21). */
const char *status_class_says(unsigned status);
/* Never NULL: a code without a phrase of its own gets that of its class. */
const char *status_reason(unsigned status);

#endif
