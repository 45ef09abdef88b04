/* SPDX-License-Identifier: MIT */
/*
 * A registrar without passwords (RFC 3261 10.3): bindings in memory, newest
 * first. It looks at no more than the user part of the To.
 */
#include "registrar.h"

#include "redirect.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define DURATION_S 3600
#define LONGEST_S  86400

struct binding {
	struct binding *next;
	su_home_t home[1];
	char *user;
	url_t *url;
	sip_time_t expires; /* absolute, in seconds */
};

static void unbind(struct binding **p)
{
	struct binding *b = *p;

	*p = b->next;
	su_home_deinit(b->home);
	free(b);
}

/* Drops what has run out, and what this user has bound to url (NULL: all). */
static void sweep(struct device *dev, const char *user, const url_t *url)
{
	struct binding **p = &dev->bindings;
	sip_time_t now = sip_now();

	while (*p) {
		struct binding *b = *p;
		bool mine = user && !strcmp(b->user, user) &&
			    (!url || redirect_same_uri(b->url, url));

		if (mine || b->expires <= now)
			unbind(p);
		else
			p = &b->next;
	}
}

static void bind_contact(struct device *dev, const char *user,
			 const sip_contact_t *contact, unsigned seconds)
{
	struct binding *b;

	sweep(dev, user, contact->m_url);
	if (!seconds)
		return;
	targets_forget(dev, user);
	b = calloc(1, sizeof(*b));
	assert(b);
	b->home->suh_size = sizeof(b->home);
	su_home_init(b->home);
	b->user = su_strdup(b->home, user);
	b->url = url_hdup(b->home, contact->m_url);
	b->expires = sip_now() + seconds;
	b->next = dev->bindings;
	dev->bindings = b;
}

static unsigned seconds_of(const sip_contact_t *contact, const sip_t *sip)
{
	unsigned long seconds = DURATION_S;

	if (contact && contact->m_expires)
		seconds = strtoul(contact->m_expires, NULL, 10);
	else if (sip->sip_expires)
		seconds = sip->sip_expires->ex_delta;
	return seconds > LONGEST_S ? LONGEST_S : (unsigned)seconds;
}

/* The Contact lines of the 200: all bindings of this user; NULL: none. */
static char *bindings_of(struct device *dev, su_home_t *home, const char *user)
{
	char *lines = NULL;

	for (const struct binding *b = dev->bindings; b; b = b->next) {
		if (strcmp(b->user, user))
			continue;
		lines = su_strcat(
			home, lines,
			su_sprintf(home, "Contact: <%s>;expires=%u\r\n",
				   url_as_string(home, b->url),
				   (unsigned)(b->expires - sip_now())));
	}
	return lines;
}

int registrar_register(struct device *dev, nta_incoming_t *irq,
		       const sip_t *sip)
{
	const sip_contact_t *contact = sip->sip_contact;
	const char *user = sip->sip_to->a_url->url_user;
	su_home_t home[1] = { SU_HOME_INIT(home) };
	char *lines;

	if (!user)
		return 404;
	if (contact && contact->m_url->url_type == url_any &&
	    (contact->m_next || seconds_of(NULL, sip)))
		return 400;
	if (contact && contact->m_url->url_type == url_any)
		sweep(dev, user, NULL);
	else
		for (; contact; contact = contact->m_next)
			bind_contact(dev, user, contact,
				     seconds_of(contact, sip));
	sweep(dev, NULL, NULL);
	su_home_init(home);
	lines = bindings_of(dev, home, user);
	nta_incoming_treply(irq, SIP_200_OK,
			    TAG_IF(lines, SIPTAG_HEADER_STR(lines)), TAG_END());
	su_home_deinit(home);
	return 200;
}

/* The n-th address of this user, the newest is number 0; NULL: none. */
const url_t *registrar_nth(struct device *dev, const char *user, unsigned n)
{
	sweep(dev, NULL, NULL);
	for (const struct binding *b = dev->bindings; user && b; b = b->next) {
		if (!strcmp(b->user, user) && !n--)
			return b->url;
	}
	return NULL;
}

/* The address that this user has registered last, or NULL. */
const url_t *registrar_find(struct device *dev, const char *user)
{
	return registrar_nth(dev, user, 0);
}

void registrar_close(struct device *dev)
{
	while (dev->bindings)
		unbind(&dev->bindings);
}
