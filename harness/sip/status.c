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

static const struct {
	const char *name, *says;
} classes[] = {
	{ "Unknown", "no registered class" },
	{ "Provisional", "the request is under way; a final response follows" },
	{ "Success",
	  "the request was taken; its transaction ends here, with a yes" },
	{ "Redirection", "nothing was done here; the client is to ask at the "
			 "address in Contact, with a new request" },
	{ "Client Failure", "this server does not do it as it was asked: the "
			    "same request is not to be sent again unchanged" },
	{ "Server Error", "this server cannot do it; another one might" },
	{ "Global Failure", "nobody will do it; asking elsewhere is of no "
			    "use" },
};

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

static unsigned class_of(unsigned status)
{
	return status < 700 ? status / 100 : 0;
}

const char *status_class(unsigned status)
{
	return classes[class_of(status)].name;
}

const char *status_class_says(unsigned status)
{
	return classes[class_of(status)].says;
}

const char *status_reason(unsigned status)
{
	const struct status_info *info = status_info(status);

	return info ? info->phrase : status_class(status);
}
