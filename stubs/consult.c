/* SPDX-License-Identifier: MIT */
/*
 * Attended transfer: the far end of one call is referred to that of a second,
 * which it is to replace (RFC 5589 7.3). Where the second only rings this waits
 * for the answer (RFC 5589 7.6).
 */
#include "consult.h"

#include "call.h"
#include "referrer.h"

#include <stdio.h>
#include <string.h>

/* A header in a URI, as it may stand there (RFC 3261 25.1, hvalue). */
static const char *escape(su_home_t *home, const char *value)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-_.!~*'()[]/?:+$";
	char *out = su_zalloc(home, 3 * strlen(value) + 1), *p = out;

	for (; *value; value++) {
		if (strchr(plain, *value))
			*p++ = *value;
		else
			p += snprintf(p, 4, "%%%02X", (unsigned char)*value);
	}
	return out;
}

/* The dialog of a call as its far end knows it (RFC 3891 3). */
static const char *replaces(su_home_t *home, const struct call *call)
{
	struct device *dev = call->dlg->dev;
	const sip_replaces_t *rp =
		nta_leg_make_replaces(call->dlg->leg, home, 0);
	const char *to = rp->rp_to_tag, *from = rp->rp_from_tag;
	const char *value;

	if (!call->up)
		to = call->early_tag;
	if (!call->placed &&
	    device_has(dev, FAULT_jssip_replaces_tags_swapped_uas)) {
		to = rp->rp_from_tag;
		from = rp->rp_to_tag;
	}
	value = su_sprintf(home, "%s;to-tag=%s;from-tag=%s", rp->rp_call_id, to,
			   from);
	return device_has(dev, FAULT_sipjs_replaces_not_escaped)
		       ? value
		       : escape(home, value);
}

/* Where the far end of a call is: its Contact, or who was dialled. */
static url_t *place(su_home_t *home, const struct call *call)
{
	const sip_contact_t *there = NULL;
	url_t *url;

	if (call->up)
		nta_leg_get_route(call->dlg->leg, NULL, &there);
	url = url_hdup(home, there ? there->m_url : call->address->a_url);
	if (device_has(call->dlg->dev, FAULT_yealink_refer_to_no_user))
		url->url_user = url->url_password = NULL;
	return url;
}

/* The newest call behind this one, or at all, that is up; or that rings at
 * the far end. */
static struct call *find(const struct dialog *from, bool up)
{
	for (const struct dialog *d = from; d; d = d->next) {
		struct call *call = d->call;

		if (call && call->up == up &&
		    (up || (call->placed && call->inv)))
			return call;
	}
	return NULL;
}

const char *consult_join(struct device *dev)
{
	struct call *ringing = find(dev->dialogs, false), *second, *first;
	su_home_t home[1] = { SU_HOME_INIT(home) };
	bool waits = ringing &&
		     !device_has(dev, FAULT_polycom_transfer_on_proceeding);
	const char *where;
	bool done;

	second = ringing ? ringing : find(dev->dialogs, true);
	first = second ? find(ringing ? dev->dialogs : second->dlg->next, true)
		       : NULL;
	if (!first || (ringing && !waits && !ringing->early_tag))
		return "there are no two calls";
	if (waits) {
		ringing->joins = true;
		return NULL;
	}
	su_home_init(home);
	where = su_sprintf(home, "%s?Replaces=%s",
			   url_as_string(home, place(home, second)),
			   replaces(home, second));
	done = referrer_refer(first->dlg, where);
	su_home_deinit(home);
	return done ? NULL : "a transfer is under way";
}
