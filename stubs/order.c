/* SPDX-License-Identifier: MIT */
/*
 * Reads a REFER: is there one Refer-To with a URI that can be called, and
 * which of its headers may go into the INVITE (RFC 3261 19.1.5).
 */
#include "order.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define LONG_VALUE 4096

/* The status that refuses this REFER, or 0. */
int order_judge(const struct device *dev, const sip_t *sip)
{
	const sip_refer_to_t *to = sip->sip_refer_to;
	char method[32];

	if (device_has_twice(sip, sip_refer_to_class) &&
	    !device_has(dev, FAULT_two_refer_to_accepted))
		return 400;
	if (!to)
		return device_has(dev, FAULT_no_refer_to_accepted) ? 0 : 400;
	if (to->r_url->url_type != url_sip && to->r_url->url_type != url_sips)
		return 416;
	if (!to->r_url->url_host || !*to->r_url->url_host)
		return 400;
	if (to->r_url->url_params &&
	    url_param(to->r_url->url_params, "method", method,
		      sizeof(method)) &&
	    strcasecmp(method, "INVITE"))
		return 603;
	return 0;
}

static bool is_allowed(const char *name, size_t n)
{
	static const char *const allowed[] = { "Replaces", "Subject",
					       "Priority" };

	for (size_t i = 0; i < sizeof(allowed) / sizeof(*allowed); i++) {
		if (strlen(allowed[i]) == n &&
		    !strncasecmp(allowed[i], name, n))
			return true;
	}
	return false;
}

/* The value of one hname=hvalue of n bytes; NULL: it is nothing for a header.
 */
static char *header_value(su_home_t *home, const char *text, size_t n)
{
	size_t name = strcspn(text, "=");
	char *value;

	if (name >= n || n - name > LONG_VALUE)
		return NULL;
	value = su_strndup(home, text + name + 1, n - name - 1);
	if (strcasestr(value, "%00"))
		return NULL;
	url_unescape(value, value);
	for (const char *p = value; *p; p++) {
		if (iscntrl((unsigned char)*p))
			return NULL;
	}
	return value;
}

/* One hname=hvalue of n bytes as a header line; NULL: not to be used. */
static char *header_line(su_home_t *home, const char *text, size_t n)
{
	size_t name = strcspn(text, "=");
	char *value = header_value(home, text, n);

	if (!value || !is_allowed(text, name))
		return NULL;
	return su_sprintf(home, "%.*s: %s\r\n", (int)name, text, value);
}

/* The header lines that the INVITE gets from the REFER; NULL: none. */
char *order_headers(const struct device *dev, su_home_t *home, const sip_t *sip)
{
	const char *p = NULL;
	char *lines = NULL;

	if (sip->sip_refer_to)
		p = sip->sip_refer_to->r_url->url_headers;
	for (; p && *p; p += strcspn(p, "&"), p += *p == '&') {
		char *line = header_line(home, p, strcspn(p, "&"));

		if (line)
			lines = su_strcat(home, lines, line);
	}
	if (sip->sip_referred_by &&
	    !device_has(dev, FAULT_referred_by_dropped)) {
		char *by = sip_header_as_string(
			home, (sip_header_t *)sip->sip_referred_by);

		lines = su_strcat(home, lines,
				  su_sprintf(home, "Referred-By: %s\r\n", by));
	}
	return lines;
}

/* The URI to call: Refer-To without headers and method. */
url_t *order_target(const struct device *dev, su_home_t *home, const sip_t *sip)
{
	url_t *url;

	if (!sip->sip_refer_to)
		return NULL;
	url = url_hdup(home, sip->sip_refer_to->r_url);
	if (!device_has(dev, FAULT_uri_headers_obeyed))
		url->url_headers = NULL;
	if (url->url_params)
		url->url_params = url_strip_param_string(
			(char *)url->url_params, "method");
	if (device_has(dev, FAULT_invite_wrong_user))
		url->url_user = "somebody-else";
	return url;
}

/* The call that the target is to give up (RFC 3891 6.1); NULL: none. */
sip_replaces_t *order_replaces(su_home_t *home, const sip_t *sip)
{
	static const char name[] = "Replaces=";
	const char *p = NULL;

	if (sip->sip_refer_to)
		p = sip->sip_refer_to->r_url->url_headers;
	for (; p && *p; p += strcspn(p, "&"), p += *p == '&') {
		char *value = NULL;

		if (!strncasecmp(p, name, strlen(name)))
			value = header_value(home, p, strcspn(p, "&"));
		if (value)
			return sip_replaces_make(home, value);
	}
	return NULL;
}

/* Does it ask for no subscription (RFC 4488)? */
bool order_is_silent(const sip_t *sip)
{
	const sip_refer_sub_t *sub = sip_refer_sub(sip);

	return sub && su_casematch(sub->rs_value, "false");
}
