/* SPDX-License-Identifier: MIT */
/*
 * The target set of a call that is redirected: which URI comes next, and which
 * has been tried (RFC 3261 8.1.3.4). It sends nothing.
 */
#include "redirect.h"

#include "order.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MANY_TRIES 70 /* of one call, whatever the redirections say */
#define LOOP_TRIES 15 /* of a device that forgets what it has tried */
#define LONG_PARAM 256
#define MANY_MOVED 1000 /* remembered */

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

/* Only sip: is called; sips:, tel: and the rest are passed over. */
static bool can_call(const struct device *dev, const url_t *url)
{
	bool plain = url->url_type == url_sip ||
		     (url->url_type == url_sips &&
		      device_has(dev, FAULT_pjsip_sips_tcp));

	return plain && url->url_host && *url->url_host;
}

/* A device that looks for doubles only among those that it has called. */
static bool fresh_twin(const struct targets *set, const url_t *url)
{
	bool tried = false;

	for (const struct target *t = set->first; t; t = t->next)
		tried |= t->tried && redirect_same_uri(t->url, url);
	return !tried && device_has(set->dev, FAULT_redirect_duplicates_tried);
}

/* Nothing that is already in the set enters it again. */
static struct target *add(struct targets *set, const url_t *url, const char *q)
{
	struct target **end = &set->first;
	struct target *t;
	bool again = device_has(set->dev, FAULT_redirect_loops) &&
		     set->tried < LOOP_TRIES;

	if (!can_call(set->dev, url))
		return NULL;
	if (is_known(set, url) && !again && !fresh_twin(set, url))
		return NULL;
	while (*end)
		end = &(*end)->next;
	t = su_zalloc(set->home, sizeof(*t));
	assert(t);
	t->url = url_hdup(set->home, url);
	t->url->url_type = url_sip;
	t->url->url_scheme = "sip";
	t->q = q && !device_has(set->dev, FAULT_redirect_q_ignored)
		       ? strtod(q, NULL)
		       : 1.0;
	*end = t;
	return t;
}

/* Who wants the call. */
void targets_of(struct targets *set, const url_t *whose)
{
	set->whose = url_hdup(set->home, whose);
}

/* Does this tell where the set's own caller finds url? */
static bool tells(const struct moved *m, const struct targets *set,
		  const url_t *url)
{
	return redirect_same_uri(m->from, url) &&
	       (!m->whose || redirect_same_uri(m->whose, set->whose));
}

/* Whom the call is meant for. */
void targets_add(struct targets *set, const url_t *url)
{
	const struct moved *m = set->dev->moved;

	while (m && !tells(m, set, url))
		m = m->next;
	add(set, m ? m->to : url, NULL);
}

static void forget(struct moved **p)
{
	struct moved *m = *p;

	*p = m->next;
	su_home_unref(m->home);
}

/* What was called first is somewhere else, for ever. */
void targets_remember(struct targets *set, const url_t *to)
{
	struct device *dev = set->dev;
	struct moved *m = su_home_clone(dev->home, sizeof(*m));
	struct moved **p = &dev->moved;

	assert(m);
	if (!device_has(dev, FAULT_redirect_302_cached))
		m->whose = url_hdup(m->home, set->whose);
	m->from = url_hdup(m->home, set->first->url);
	m->to = url_hdup(m->home, to);
	m->next = dev->moved;
	dev->moved = m;
	for (unsigned n = 0; *p && n < MANY_MOVED; n++)
		p = &(*p)->next;
	if (*p)
		forget(p);
}

/* This user of ours has said where it is now. */
void targets_forget(struct device *dev, const char *user)
{
	struct moved **p = &dev->moved;

	while (*p) {
		const url_t *from = (*p)->from;

		if (device_is_me(dev, from) &&
		    same_text(from->url_user, user, false))
			forget(p);
		else
			p = &(*p)->next;
	}
}

/* What a device loses of a Contact. */
static void spoil(const struct device *dev, su_home_t *home, url_t *url)
{
	if (device_has(dev, FAULT_redirect_port_lost))
		url->url_port = NULL;
	if (device_has(dev, FAULT_redirect_params_lost))
		url->url_params = NULL;
	if (url->url_params &&
	    device_has(dev, FAULT_redirect_transport_ignored))
		url->url_params = url_strip_param_string(
			su_strdup(home, url->url_params), "transport");
}

/* Without lr, which has no business there (RFC 3261 19.1.1, table 1). */
static const char *allowed(struct targets *set, const char *params)
{
	if (!params || device_has(set->dev, FAULT_redirect_lr_kept))
		return params;
	return url_strip_param_string(su_strdup(set->home, params), "lr");
}

/* The one that is to be called from now on, when they are but one. */
const struct target *targets_add_contacts(struct targets *set,
					  const sip_contact_t *contact)
{
	bool alone = contact && !contact->m_next;
	struct target *only = NULL;

	for (; contact; contact = contact->m_next) {
		url_t url = *contact->m_url;
		struct target *t;

		if (url.url_type == url_any)
			fault_crash(set->dev->fault,
				    FAULT_redirect_to_star_crash);
		url.url_params = allowed(set, url.url_params);
		spoil(set->dev, set->home, &url);
		t = add(set, &url, contact->m_q);
		if (!t || device_has(set->dev, FAULT_redirect_headers_obeyed))
			continue;
		t->headers = order_uri_headers(set->dev, set->home, &url);
		t->url->url_headers = NULL;
		only = alone && !t->headers ? t : NULL;
		if (device_has(set->dev, FAULT_redirect_first_row_only))
			break;
	}
	return only;
}

/*
 * The next URI to call, the highest q first, in the order of arrival among
 * equals; NULL when all have been tried.
 */
const struct target *targets_next(struct targets *set)
{
	bool upside_down = device_has(set->dev, FAULT_q_order_reversed);
	struct target *best = NULL;

	for (struct target *t = set->first; t; t = t->next) {
		if (!t->tried &&
		    (!best || (upside_down ? t->q < best->q : t->q > best->q)))
			best = t;
	}
	if (!best || set->tried >= MANY_TRIES)
		return NULL;
	best->tried = true;
	set->tried++;
	return best;
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
