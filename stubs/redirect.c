/* SPDX-License-Identifier: MIT */
/*
 * The target set of a call that is redirected: which URI comes next, and which
 * has been tried (RFC 3261 8.1.3.4). It sends nothing.
 */
#include "redirect.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MANY_TRIES 70 /* of one call, whatever the redirections say */
#define LOOP_TRIES 15 /* of a device that forgets what it has tried */
#define LONG_PARAM 256

static bool same_text(const char *a, const char *b, bool any_case)
{
	char left[LONG_PARAM], right[LONG_PARAM];

	if (!a || !b)
		return !a && !b;
	if (strlen(a) >= sizeof(left) || strlen(b) >= sizeof(right))
		return any_case ? !strcasecmp(a, b) : !strcmp(a, b);
	url_unescape(left, a);
	url_unescape(right, b);
	return any_case ? !strcasecmp(left, right) : !strcmp(left, right);
}

/* False if a parameter of a contradicts b, or must not be missing there. */
static bool params_fit(const char *a, const char *b)
{
	static const char *const must[] = { "user", "ttl", "method", "maddr",
					    "transport" };
	char name[LONG_PARAM], left[LONG_PARAM], right[LONG_PARAM];

	for (const char *p = a; p && *p; p += strcspn(p, ";"), p += *p == ';') {
		size_t n = strcspn(p, "=;");

		if (!n || n >= sizeof(name))
			continue;
		memcpy(name, p, n);
		name[n] = '\0';
		url_param(a, name, left, sizeof(left));
		if (b && url_param(b, name, right, sizeof(right))) {
			if (!same_text(left, right, true))
				return false;
			continue;
		}
		for (size_t i = 0; i < 5; i++) {
			if (!strcasecmp(name, must[i]))
				return false;
		}
	}
	return true;
}

/* SIP-URI equality (RFC 3261 19.1.4), headers in the same order. */
bool redirect_same_uri(const url_t *a, const url_t *b)
{
	return a->url_type == b->url_type &&
	       same_text(a->url_user, b->url_user, false) &&
	       same_text(a->url_password, b->url_password, false) &&
	       same_text(a->url_host, b->url_host, true) &&
	       same_text(a->url_port, b->url_port, true) &&
	       same_text(a->url_headers, b->url_headers, true) &&
	       params_fit(a->url_params, b->url_params) &&
	       params_fit(b->url_params, a->url_params);
}

static bool is_known(const struct targets *set, const url_t *url)
{
	for (const struct target *t = set->first; t; t = t->next) {
		if (redirect_same_uri(t->url, url))
			return true;
	}
	return false;
}

/* Only sip: is called; sips:, tel: and the rest are passed over. Nothing that
 * is already in the set enters it again. */
static struct target *add(struct targets *set, const url_t *url, const char *q)
{
	struct target **end = &set->first;
	struct target *t;
	bool again = device_has(set->dev, FAULT_redirect_loops) &&
		     set->tried < LOOP_TRIES;

	if (url->url_type != url_sip || !url->url_host || !*url->url_host)
		return NULL;
	if (is_known(set, url) && !again)
		return NULL;
	while (*end)
		end = &(*end)->next;
	t = su_zalloc(set->home, sizeof(*t));
	assert(t);
	t->url = url_hdup(set->home, url);
	t->q = q && !device_has(set->dev, FAULT_redirect_q_ignored)
		       ? strtod(q, NULL)
		       : 1.0;
	*end = t;
	return t;
}

void targets_add(struct targets *set, const url_t *url)
{
	add(set, url, NULL);
}

void targets_add_contacts(struct targets *set, const sip_contact_t *contact)
{
	for (; contact; contact = contact->m_next) {
		url_t url = *contact->m_url;

		if (device_has(set->dev, FAULT_redirect_port_lost))
			url.url_port = NULL;
		add(set, &url, contact->m_q);
	}
}

/*
 * The next URI to call, the highest q first, in the order of arrival among
 * equals; NULL when all have been tried.
 */
const url_t *targets_next(struct targets *set)
{
	struct target *best = NULL;

	for (struct target *t = set->first; t; t = t->next) {
		if (!t->tried && (!best || t->q > best->q))
			best = t;
	}
	if (!best || set->tried >= MANY_TRIES)
		return NULL;
	best->tried = true;
	set->tried++;
	return best->url;
}

/* A URI that is called in the name of another: false if it was called before,
 * as itself or so. */
bool targets_mark(struct targets *set, const url_t *url)
{
	struct target *fresh;

	for (struct target *t = set->first; t; t = t->next) {
		if (redirect_same_uri(t->url, url)) {
			bool was = t->tried;

			t->tried = true;
			return !was;
		}
	}
	fresh = add(set, url, NULL);
	if (fresh)
		fresh->tried = true;
	return fresh;
}
