/* SPDX-License-Identifier: MIT */
/* Dialog state (RFC 3261 12): tags, CSeq, route set and remote target. Learns,
 * never judges: what is wrong with a message is the monitors' matter. */
#include "sip/dialog.h"

#define CSEQ_MAX 0x7fffffffu /* RFC 3261 8.1.1.5: less than 2**31 */

/* ---- header values ---- */

/* Most of what is learned is known already: nothing is copied then. */
static void learn(struct dialog *d, struct str *field, struct str s)
{
	if (!str_eq(*field, s))
		*field = arena_str(d->arena, s);
}

/* Where the first c stands outside quotes, from `at` on; the end if none. */
static size_t find_unquoted(struct str s, size_t at, char c)
{
	bool quoted = false;

	for (; at < s.len; at++) {
		if (quoted && s.p[at] == '\\')
			at++;
		else if (s.p[at] == '"')
			quoted = !quoted;
		else if (!quoted && s.p[at] == c)
			return at;
	}
	return s.len;
}

static bool is_tag(struct str param)
{
	struct str name, value;

	str_cut(str_tail(param, 1), '=', &name, &value);
	return str_is_case(str_trim(name), "tag");
}

/* A From or To value without its tag; other parameters stay. */
static struct str without_tag(struct dialog *d, struct str value)
{
	char *out = arena_alloc(d->arena, value.len + 1);
	size_t open = find_unquoted(value, 0, '<');
	size_t close = open < value.len ? find_unquoted(value, open, '>') : 0;
	size_t at = find_unquoted(value, close, ';'), n = at, end;

	if (at)
		memcpy(out, value.p, at);
	for (; at < value.len; at = end) {
		struct str param;

		end = find_unquoted(value, at + 1, ';');
		param = str_sub(value, at, end - at);
		if (is_tag(param))
			continue;
		memcpy(out + n, param.p, param.len);
		n += param.len;
	}
	return str_trim((struct str){ out, n });
}

static struct str value_of(const struct pkt *p, const char *name)
{
	const struct line *row = pkt_row(p, name, 0);

	return row ? row->value : STR_NONE;
}

/* ---- methods ---- */

static bool is_one_of(struct str method, const char *const *methods)
{
	for (; *methods; methods++)
		if (str_is(method, *methods))
			return true;
	return false;
}

/* Those whose Contact refreshes the remote target (12.2). */
static bool refreshes(struct str method)
{
	static const char *const methods[] = { "INVITE", "UPDATE", "SUBSCRIBE",
					       "NOTIFY", "REFER",  NULL };

	return is_one_of(method, methods);
}

static bool counts_cseq(struct str method)
{
	return !str_is(method, "ACK") && !str_is(method, "CANCEL");
}

/* A response to the request that began it, or to one that makes a dialog. */
static bool may_form(const struct dialog *d, const struct pkt *response)
{
	return d->is_uac && str_eq(response->cseq_method, d->method) &&
	       refreshes(d->method);
}

/* ---- learning ---- */

static void learn_target(struct dialog *d, const struct pkt *p)
{
	struct str contact = pkt_value(p, "Contact", 0);

	if (contact.len && !str_is(contact, "*"))
		learn(d, &d->remote_target, pkt_addr_uri(contact));
}

/* 12.1.1: as they stand for a UAS; 12.1.2: reversed for a UAC. */
static void learn_routes(struct dialog *d, const struct pkt *p, bool reversed)
{
	unsigned n = pkt_values(p, "Record-Route");

	if (n > DIALOG_ROUTES_MAX)
		n = DIALOG_ROUTES_MAX;
	for (unsigned i = 0; i < n; i++)
		learn(d, &d->routes[i],
		      pkt_value(p, "Record-Route", reversed ? n - 1 - i : i));
	d->nroutes = n;
	d->route_known = true;
}

static void learn_contact(struct dialog *d, const struct pkt *sent)
{
	struct str contact = value_of(sent, "Contact");

	if (contact.len && !str_is(contact, "*"))
		learn(d, &d->contact, contact);
}

static void begin(struct dialog *d, struct arena *a, const struct pkt *request)
{
	*d = (struct dialog){ .arena = a };
	d->call_id = arena_str(a, pkt_call_id(request));
	d->method = arena_str(a, request->method);
	d->secure = str_starts_case(request->uri, "sips:");
}

void dialog_begin_uac(struct dialog *d, struct arena *a,
		      const struct pkt *request)
{
	begin(d, a, request);
	d->is_uac = true;
	d->local_tag = arena_str(a, pkt_from_tag(request));
	d->local_uri = without_tag(d, value_of(request, "From"));
	d->remote_uri = without_tag(d, value_of(request, "To"));
	d->remote_target = arena_str(a, request->uri);
	d->local_cseq = request->cseq;
	learn_contact(d, request);
}

void dialog_begin_uas(struct dialog *d, struct arena *a,
		      const struct pkt *request, struct str our_tag)
{
	begin(d, a, request);
	d->local_tag = arena_str(a, our_tag);
	d->remote_tag = arena_str(a, pkt_from_tag(request));
	d->local_uri = without_tag(d, value_of(request, "To"));
	d->remote_uri = without_tag(d, value_of(request, "From"));
	d->remote_cseq = request->cseq;
	learn_target(d, request);
	if (!d->remote_target.len) /* no Contact: the next best */
		learn(d, &d->remote_target, pkt_addr_uri(d->remote_uri));
	learn_routes(d, request, false);
}

static void on_forming(struct dialog *d, const struct pkt *response)
{
	if (d->state != DIALOG_EARLY)
		return;
	/* Early routes hold until the 2xx (13.2.2.4). */
	if (!d->route_known || response->status >= 200)
		learn_routes(d, response, true);
	if (response->status >= 200)
		d->state = DIALOG_CONFIRMED;
}

bool dialog_on_response(struct dialog *d, const struct pkt *response)
{
	struct str tag = pkt_to_tag(response);
	bool forms = may_form(d, response);
	bool early = d->state == DIALOG_EARLY;

	if (response->status <= 100)
		return true;
	if (response->status >= 300) {
		if (forms && early)
			d->state = DIALOG_ENDED;
		return true;
	}
	if (forms && !d->remote_tag.len && tag.len)
		learn(d, &d->remote_tag, tag);
	if (!str_eq(tag, d->remote_tag))
		return !d->remote_tag.len;
	if (refreshes(response->cseq_method) &&
	    (early || response->status >= 200))
		learn_target(d, response);
	if (forms)
		on_forming(d, response);
	return true;
}

/* RFC 6665 4.1.2.4: a NOTIFY may come before the response does. */
static void learn_far_side(struct dialog *d, const struct pkt *request)
{
	learn(d, &d->remote_tag, pkt_from_tag(request));
	if (!d->route_known)
		learn_routes(d, request, false);
	if (d->state == DIALOG_EARLY && !str_is(d->method, "INVITE"))
		d->state = DIALOG_CONFIRMED;
}

bool dialog_on_request(struct dialog *d, const struct pkt *request)
{
	if (counts_cseq(request->method)) {
		if (request->cseq < d->remote_cseq)
			return false;
		d->remote_cseq = request->cseq;
	}
	if (!d->remote_tag.len)
		learn_far_side(d, request);
	if (refreshes(request->method))
		learn_target(d, request);
	if (str_is(request->method, "BYE"))
		d->state = DIALOG_ENDED;
	return true;
}

void dialog_on_sent(struct dialog *d, const struct pkt *request)
{
	if (!counts_cseq(request->method))
		return;
	/* A number that an author sent too low or beyond the limit on purpose
	 * must not spoil those of the next requests. */
	if (request->cseq > d->local_cseq && request->cseq <= CSEQ_MAX)
		d->local_cseq = request->cseq;
	if (refreshes(request->method))
		learn_contact(d, request);
	if (str_is(request->method, "BYE"))
		d->state = DIALOG_ENDED;
	else if (d->state == DIALOG_ENDED && d->is_uac && !d->remote_tag.len &&
		 str_eq(request->method, d->method))
		d->state = DIALOG_EARLY; /* again, with credentials */
}

void dialog_on_replied(struct dialog *d, const struct pkt *response)
{
	if (response->status > 100 && response->status < 300 &&
	    refreshes(response->cseq_method))
		learn_contact(d, response);
}

/* ---- asking ---- */

static bool remote_fits(const struct dialog *d, struct str tag)
{
	return !d->remote_tag.len || str_eq(d->remote_tag, tag);
}

bool dialog_matches(const struct dialog *d, const struct pkt *p)
{
	if (!str_eq(d->call_id, pkt_call_id(p)))
		return false;
	switch (p->kind) {
	case PKT_REQUEST:
		return str_eq(d->local_tag, pkt_to_tag(p)) &&
		       remote_fits(d, pkt_from_tag(p));
	case PKT_RESPONSE: /* a 100 has no To tag */
		return str_eq(d->local_tag, pkt_from_tag(p)) &&
		       (remote_fits(d, pkt_to_tag(p)) || !pkt_to_tag(p).len);
	case PKT_GARBAGE:
		break;
	}
	return false;
}

/* RFC 3261 19.1.1: "lr" among the URI's parameters, with or without a value. */
static bool is_loose(struct str uri)
{
	struct str param, name, value;

	while (str_find_char(uri, '@') >= 0) /* a user part may hold ";" */
		str_cut(uri, '@', &param, &uri);
	str_cut(uri, '?', &uri, &value);
	while (str_cut(uri, ';', &param, &uri)) {
		struct str rest;

		str_cut(uri, ';', &param, &rest);
		str_cut(param, '=', &name, &value);
		if (str_is_case(str_trim(name), "lr"))
			return true;
	}
	return false;
}

/* A Record-Route without <> is against the grammar (25.1); all of it is then
 * taken for the URI. */
static struct str route_uri(struct str route)
{
	return str_find_char(route, '<') < 0 ? route : pkt_addr_uri(route);
}

bool dialog_first_is_strict(const struct dialog *d)
{
	return d->nroutes && !is_loose(route_uri(d->routes[0]));
}

struct str dialog_request_uri(const struct dialog *d)
{
	struct str uri, headers;

	if (!dialog_first_is_strict(d))
		return d->remote_target;
	/* 12.2.1.1: without what may not stand in a Request-URI */
	str_cut(route_uri(d->routes[0]), '?', &uri, &headers);
	return uri;
}

struct str dialog_next_hop(const struct dialog *d)
{
	return d->nroutes ? route_uri(d->routes[0]) : d->remote_target;
}
