/* SPDX-License-Identifier: MIT */
/* The registered response codes (RFC 3261 21 and its extensions). */
#include "sip/status.h"

#include <stddef.h>

static const struct status_info infos[] = {
#define STATUS(code, phrase, source, meaning, when, cure)                      \
	{ code, phrase, source, meaning, when, cure },
#include "sip/statuses.def"
#undef STATUS
};

enum { NINFOS = sizeof(infos) / sizeof(*infos) };

static const char *const classes[] = { "Unknown",        "Provisional",
				       "Success",        "Redirection",
				       "Client Failure", "Server Error",
				       "Global Failure" };

const struct status_info *status_nth(unsigned n)
{
	return n < NINFOS ? &infos[n] : NULL;
}

const struct status_info *status_info(unsigned status)
{
	for (unsigned i = 0; i < NINFOS; i++)
		if (infos[i].status == status)
			return &infos[i];
	return NULL;
}

const char *status_class(unsigned status)
{
	return classes[status < 700 ? status / 100 : 0];
}

const char *status_reason(unsigned status)
{
	const struct status_info *info = status_info(status);

	return info ? info->phrase : status_class(status);
}
