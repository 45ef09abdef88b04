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

/* Nothing in user and headers that had to be escaped (RFC 3261 25.1). */
static bool is_clean(const struct device *dev, const url_t *url)
{
	const char *p = url->url_headers;

	if (url->url_user && strchr(url->url_user, ' '))
		return false;
	for (; p && *p; p += strcspn(p, "&"), p += *p == '&') {
		size_t name = strcspn(p, "=&");

		p += name + (p[name] == '=');
		if (strcspn(p, "&") > strcspn(p, "&=;@, ")) {
			fault_crash(dev->fault,
				    FAULT_opensips_b2b_refer_header_crash);
			return false;
		}
	}
	return true;
}

static bool takes_any_scheme(const struct device *dev)
{
	return device_has(dev, FAULT_scheme_told_as_success) ||
	       device_has(dev, FAULT_ios_refer_to_tel_rejected);
}

/* One Contact, and not "*" (RFC 3515 2). */
static int judge_contact(const struct device *dev, const sip_contact_t *contact)
{
	bool one = contact && !contact->m_next;

	if (contact && contact->m_url->url_type == url_any) {
		fault_crash(dev->fault, FAULT_opensips_contact_star_crash);
		return 400;
	}
	return one || device_has(dev, FAULT_refer_contact_unchecked) ? 0 : 400;
}

/* A device that sends CANCEL where Refer-To says so. */
static bool is_to_cancel(const struct device *dev, const url_t *url)
{
	char method[32];

	return device_has(dev, FAULT_refer_cancel_sent) && url->url_params &&
	       url_param(url->url_params, "method", method, sizeof(method)) &&
	       !strcasecmp(method, "CANCEL");
}

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
		return takes_any_scheme(dev) ? 0 : 416;
	if (!to->r_url->url_host || !*to->r_url->url_host)
		return 400;
	if (to->r_display && *to->r_display &&
	    device_has(dev, FAULT_sipjs_refer_to_displayname))
		return 400;
	if (!is_clean(dev, to->r_url))
		return 400;
	if (to->r_url->url_params &&
	    url_param(to->r_url->url_params, "method", method,
		      sizeof(method)) &&
	    strcasecmp(method, "INVITE") &&
	    !device_has(dev, FAULT_refer_method_ignored) &&
	    !is_to_cancel(dev, to->r_url))
		return 603;
	return judge_contact(dev, sip->sip_contact);
}

/* These may always be set, Require where all that it names is ours. */
static bool is_allowed(const struct device *dev, su_home_t *home,
		       const char *name, size_t n, const char *value)
{
	static const char *const allowed[] = { "Replaces", "Subject",
					       "Priority" };
	static const char require[] = "Require";

	for (size_t i = 0; i < sizeof(allowed) / sizeof(*allowed); i++) {
		if (strlen(allowed[i]) == n &&
		    !strncasecmp(allowed[i], name, n))
			return true;
	}
	return n == strlen(require) && !strncasecmp(require, name, n) &&
	       !device_has(dev, FAULT_pjsua_refer_to_require_replaces) &&
	       !sip_has_unsupported(
		       home, sip_supported_make(home, dev->role->supported),
		       sip_require_make(home, value));
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

/* Its two tags, each in the other's place. */
static char *swap_tags(su_home_t *home, const char *value)
{
	sip_replaces_t *rp = sip_replaces_make(home, value);

	return rp ? su_sprintf(home, "%s;to-tag=%s;from-tag=%s", rp->rp_call_id,
			       rp->rp_from_tag, rp->rp_to_tag)
		  : NULL;
}

/* What a device makes of a Replaces in a URI; raw are its n bytes as written.
 */
static char *garble_replaces(const struct device *dev, su_home_t *home,
			     const char *raw, size_t n, char *value)
{
	if (device_has(dev, FAULT_replaces_dropped))
		return NULL;
	if (device_has(dev, FAULT_baresip_replaces_param_tags))
		return su_strndup(home, raw, n);
	if (device_has(dev, FAULT_replaces_tags_swapped))
		return swap_tags(home, value);
	return value;
}

/* One hname=hvalue of n bytes as a header line; NULL: not to be used. */
static char *header_line(const struct device *dev, su_home_t *home,
			 const char *text, size_t n)
{
	size_t name = strcspn(text, "=");
	char *value = header_value(home, text, n);

	if (!value || !is_allowed(dev, home, text, name, value))
		return NULL;
	if (!strncasecmp(text, "Replaces=", n < 9 ? n : 9))
		value = garble_replaces(dev, home, text + name + 1,
					n - name - 1, value);
	else if (device_has(dev, FAULT_uri_headers_escaped))
		value = su_strndup(home, text + name + 1, n - name - 1);
	return value ? su_sprintf(home, "%.*s: %s\r\n", (int)name, text, value)
		     : NULL;
}

/* The header lines that a request to this URI gets from it (RFC 3261 19.1.5);
 * NULL: none. */
char *order_uri_headers(const struct device *dev, su_home_t *home,
			const url_t *url)
{
	const char *p = url->url_headers;
	char *lines = NULL;

	for (; p && *p; p += strcspn(p, "&"), p += *p == '&') {
		size_t n = strcspn(p, "&");
		char *line = header_line(dev, home, p, n);

		if (line)
			lines = su_strcat(home, lines, line);
	}
	return lines;
}

/* Referred-By as it came. */
static char *referred_by(const struct device *dev, su_home_t *home,
			 const sip_t *sip)
{
	char *by = sip_header_as_string(home,
					(sip_header_t *)sip->sip_referred_by);

	if (device_has(dev, FAULT_freeswitch_referred_by_decoded))
		url_unescape(by, by);
	return su_sprintf(home, "Referred-By: %s\r\n", by);
}

/* The header lines that the INVITE gets from the REFER; NULL: none. */
char *order_headers(const struct device *dev, su_home_t *home, const sip_t *sip)
{
	const sip_refer_to_t *to = sip->sip_refer_to;
	char *lines = NULL;

	if (to && !(to->r_url->url_params &&
		    device_has(dev, FAULT_linphone_params_plus_headers)))
		lines = order_uri_headers(dev, home, to->r_url);
	if (sip->sip_referred_by && !device_has(dev, FAULT_referred_by_dropped))
		lines = su_strcat(home, lines, referred_by(dev, home, sip));
	if (to && is_to_cancel(dev, to->r_url))
		lines = su_strcat(home, lines, "X-Method: CANCEL\r\n");
	return lines;
}

/* sofia takes an escape for what it stands for, where it may. */
static void escape_again(su_home_t *home, url_t *url)
{
	char *twice = su_zalloc(home, 3 * strlen(url->url_user) + 1);
	char *out = twice;

	for (const char *p = url->url_user; *p; p++) {
		*out++ = *p;
		if (*p == '%')
			*out++ = '2', *out++ = '5';
	}
	url->url_user = twice;
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
	if (device_has(dev, FAULT_jssip_refer_to_port_transport_lost))
		url->url_params = NULL;
	if (device_has(dev, FAULT_invite_wrong_user))
		url->url_user = "somebody-else";
	if (device_has(dev, FAULT_baresip_double_escape) && url->url_user)
		escape_again(home, url);
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
