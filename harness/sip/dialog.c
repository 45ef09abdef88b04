/* SPDX-License-Identifier: MIT */
/* Dialog state (RFC 3261 12): tags, CSeq, route set and remote target. */
#include "sip/dialog.h"

static struct str keep(struct dialog *d, struct str s)
{
	return arena_str(d->arena, s);
}

/* A From or To value without its tag; other parameters stay. */
static struct str without_tag(struct dialog *d, struct str value)
{
	ptrdiff_t gt = str_find_char(value, '>');
	struct str head = gt < 0 ? str_sub(value, 0, 0)
				 : str_sub(value, 0, (size_t)gt + 1);
	struct str rest = str_tail(value, head.len), param;
	struct str out = head;
	bool first = gt < 0;

	while (rest.len) {
		str_cut(rest, ';', &param, &rest);
		if (!str_starts_case(str_trim(param), "tag=") &&
		    (first || str_trim(param).len))
			out = arena_strf(d->arena, STR_F "%s" STR_F, STR_A(out),
					 first ? "" : ";", STR_A(param));
		first = false;
	}
	return keep(d, str_trim(out));
}

static void learn_target(struct dialog *d, const struct pkt *p)
{
	struct str contact = pkt_value(p, "Contact", 0);

	if (contact.len && !str_is(contact, "*"))
		d->remote_target = keep(d, pkt_addr_uri(contact));
}

/* 12.1.1: as they stand for a UAS; 12.1.2: reversed for a UAC. */
static void learn_routes(struct dialog *d, const struct pkt *p, bool reversed)
{
	unsigned n = pkt_values(p, "Record-Route");

	if (n > DIALOG_ROUTES_MAX)
		n = DIALOG_ROUTES_MAX;
	for (unsigned i = 0; i < n; i++)
		d->routes[i] = keep(d, pkt_value(p, "Record-Route",
						 reversed ? n - 1 - i : i));
	d->nroutes = n;
	d->route_known = true;
}

static struct str value_of(const struct pkt *p, const char *name)
{
	const struct line *row = pkt_row(p, name, 0);

	return row ? row->value : STR_NONE;
}

void dialog_begin_uac(struct dialog *d, struct arena *a,
		      const struct pkt *request)
{
	*d = (struct dialog){ .arena = a, .is_uac = true };
	d->call_id = keep(d, pkt_call_id(request));
	d->local_tag = keep(d, pkt_from_tag(request));
	d->local_uri = without_tag(d, value_of(request, "From"));
	d->remote_uri = without_tag(d, value_of(request, "To"));
	d->remote_target = keep(d, request->uri);
	d->local_cseq = request->cseq;
}

void dialog_begin_uas(struct dialog *d, struct arena *a,
		      const struct pkt *request, struct str our_tag)
{
	*d = (struct dialog){ .arena = a };
	d->call_id = keep(d, pkt_call_id(request));
	d->local_tag = keep(d, our_tag);
	d->remote_tag = keep(d, pkt_from_tag(request));
	d->local_uri = without_tag(d, value_of(request, "To"));
	d->remote_uri = without_tag(d, value_of(request, "From"));
	d->remote_cseq = request->cseq;
	learn_target(d, request);
	learn_routes(d, request, false);
}

/* 12.2: which requests refresh the remote target. */
static bool refreshes(struct str method)
{
	static const char *const methods[] = { "INVITE", "UPDATE", "SUBSCRIBE",
					       "NOTIFY", "REFER" };

	for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++)
		if (str_is(method, methods[i]))
			return true;
	return false;
}

void dialog_on_response(struct dialog *d, const struct pkt *response)
{
	struct str tag = pkt_to_tag(response);

	if (response->status <= 100 || response->status >= 300)
		return;
	if (d->is_uac && !d->remote_tag.len && tag.len)
		d->remote_tag = keep(d, tag);
	if (!str_eq(tag, d->remote_tag) || !refreshes(response->cseq_method))
		return;
	learn_target(d, response);
	/* Early routes are provisional until the 2xx (13.2.2.4). */
	if (d->is_uac && (!d->route_known || (d->state == DIALOG_EARLY &&
					      response->status >= 200)))
		learn_routes(d, response, true);
	if (response->status >= 200 && d->state == DIALOG_EARLY)
		d->state = DIALOG_CONFIRMED;
}

void dialog_on_request(struct dialog *d, const struct pkt *request)
{
	if (!d->remote_tag.len) {
		d->remote_tag = keep(d, pkt_from_tag(request));
		if (!d->route_known)
			learn_routes(d, request, false);
	}
	if (request->cseq > d->remote_cseq)
		d->remote_cseq = request->cseq;
	if (refreshes(request->method))
		learn_target(d, request);
}

void dialog_on_sent(struct dialog *d, const struct pkt *request)
{
	if (!str_is(request->method, "ACK") &&
	    !str_is(request->method, "CANCEL"))
		d->local_cseq = request->cseq;
}

bool dialog_matches(const struct dialog *d, const struct pkt *request)
{
	if (!str_eq(d->call_id, pkt_call_id(request)) ||
	    !str_eq(d->local_tag, pkt_to_tag(request)))
		return false;
	return !d->remote_tag.len ||
	       str_eq(d->remote_tag, pkt_from_tag(request));
}

bool dialog_first_is_strict(const struct dialog *d)
{
	return d->nroutes && str_find(d->routes[0], STR(";lr")) < 0;
}

struct str dialog_request_uri(const struct dialog *d)
{
	return dialog_first_is_strict(d) ? pkt_addr_uri(d->routes[0])
					 : d->remote_target;
}

struct str dialog_next_hop(const struct dialog *d)
{
	return d->nroutes ? pkt_addr_uri(d->routes[0]) : d->remote_target;
}
