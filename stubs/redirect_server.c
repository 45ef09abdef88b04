/* SPDX-License-Identifier: MIT */
/*
 * A redirect server and registrar (RFC 3261 8.3): it tells where a user is and
 * sends no request itself. The user 301bob is bob, told with 301; bob alone
 * gets 302.
 */
#include "redirect_server.h"

#include "redirect.h"
#include "registrar.h"

#include <stdlib.h>
#include <string.h>

#define TEMPORARY 302

/* What "301bob" asks for; ret is "bob". */
static int status_of(const char *user, const char **ret)
{
	bool coded = strlen(user) > 3 && *user == '3' &&
		     strspn(user, "0123456789") >= 3;

	*ret = coded ? user + 3 : user;
	return coded ? (int)strtol((char[]){ '3', user[1], user[2], 0 }, NULL,
				   10)
		     : TEMPORARY;
}

/* The rows of the response: where he is, but never where he was looked for
 * (RFC 3261 8.3). NULL: nowhere. */
static char *contacts_of(struct device *dev, su_home_t *home, const char *user,
			 const url_t *asked)
{
	char *rows = NULL;
	const url_t *at;

	for (unsigned i = 0; (at = registrar_nth(dev, user, i)); i++) {
		if (redirect_same_uri(at, asked) &&
		    !device_has(dev, FAULT_redirects_to_itself))
			continue;
		rows = su_strcat(home, rows,
				 su_sprintf(home, "Contact: <%s>\r\n",
					    url_as_string(home, at)));
	}
	return rows;
}

static int redirect(struct device *dev, nta_incoming_t *irq, const sip_t *sip)
{
	const url_t *asked = sip->sip_request->rq_url;
	su_home_t home[1] = { SU_HOME_INIT(home) };
	const char *user;
	char *rows;
	int status = status_of(asked->url_user, &user);

	su_home_init(home);
	rows = contacts_of(dev, home, user, asked);
	if (!rows)
		status = 404;
	if (device_has(dev, FAULT_redirect_without_contact))
		rows = NULL;
	nta_incoming_treply(irq, status, sip_status_phrase(status),
			    TAG_IF(rows, SIPTAG_HEADER_STR(rows)), TAG_END());
	su_home_deinit(home);
	return status;
}

/* A redirect server that calls the user as well. */
static void call_too(struct device *dev, nta_incoming_t *irq, const sip_t *sip)
{
	const url_t *at =
		registrar_nth(dev, sip->sip_request->rq_url->url_user, 0);
	msg_t *msg = nta_incoming_getrequest(irq);

	if (at)
		nta_outgoing_destroy(nta_outgoing_mcreate(
			dev->agent, NULL, NULL, (const url_string_t *)at,
			msg_copy(msg), TAG_END()));
	msg_destroy(msg);
}

static int judge(struct device *dev, nta_incoming_t *irq, const sip_t *sip)
{
	sip_method_t method = sip->sip_request->rq_method;

	if (sip->sip_require &&
	    device_has(dev, FAULT_redirect_require_obeyed)) {
		nta_incoming_treply(
			irq, SIP_420_BAD_EXTENSION,
			SIPTAG_UNSUPPORTED((void *)sip->sip_require),
			TAG_END());
		return 420;
	}
	if (method == sip_method_unknown &&
	    device_has(dev, FAULT_redirect_method_refused))
		return 501;
	return 0;
}

static int take(struct device *dev, nta_incoming_t *irq, const sip_t *sip)
{
	const url_t *asked = sip->sip_request->rq_url;
	sip_method_t method = sip->sip_request->rq_method;
	int status;

	if (method == sip_method_ack) {
		nta_incoming_destroy(irq);
		return 0;
	}
	if (method == sip_method_cancel)
		return 481;
	if (method == sip_method_register)
		return registrar_register(dev, irq, sip);
	if (!asked->url_user)
		return method == sip_method_options
			       ? device_options(dev, irq, sip)
			       : 404;
	status = judge(dev, irq, sip);
	if (status)
		return status;
	if (method == sip_method_invite &&
	    device_has(dev, FAULT_redirect_server_calls))
		call_too(dev, irq, sip);
	return redirect(dev, irq, sip);
}

const struct role redirect_server_role = {
	.user = "redirect",
	.allow = "INVITE, ACK, CANCEL, OPTIONS, REGISTER",
	.supported = "",
	.take = take,
	.close = registrar_close,
};
