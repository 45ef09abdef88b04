/* SPDX-License-Identifier: MIT */
/* breach: where a text leaves its grammar and what had to stand there. */
#ifndef SIP_BREACH_H
#define SIP_BREACH_H

#include "base/str.h"

struct breach {
	const char *what; /* NULL: none, the text is as the RFC wants it */
	const char *at;   /* in the text, or its end */
};

#define BREACH_NONE ((struct breach){ NULL, NULL })

static inline struct breach breach_at(struct str at, const char *what)
{
	return (struct breach){ what, at.p };
}

#endif
