/* SPDX-License-Identifier: MIT */
/* Drafts: text rows in order. Text is both the fastest way to write a SIP
 * message and the only one that can write a wrong one. */
#include "sip/message.h"

#include <stdio.h>

/* ---- text ---- */

static struct str number(struct arena *a, unsigned n)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", n);

	return arena_str(a, (struct str){ text, (size_t)len });
}

struct str draft_bracketed(struct arena *a, struct str uri)
{
	return ARENA_JOIN(a, STR("<"), uri, STR(">"));
}

/* ---- start lines and rows ---- */

void draft_request(struct draft *d, struct arena *a, struct str method,
		   struct str uri)
{
	*d = (struct draft){ .arena = a };
	d->start = ARENA_JOIN(a, method, STR(" "), uri, STR(" SIP/2.0"));
}

static struct draft_row *push(struct draft *d)
{
	if (d->n >= DRAFT_ROWS_MAX)
		return &d->spill;
	return ARENA_PUSH(d->arena, d->rows, d->n);
}

void draft_row(struct draft *d, const char *name, struct str value)
{
	*push(d) = (struct draft_row){ str_from(name), value };
}

void draft_rowf(struct draft *d, const char *name, const char *fmt, ...)
{
	struct str value;
	va_list ap;

	va_start(ap, fmt);
	value = arena_vstrf(d->arena, fmt, ap);
	va_end(ap);
	draft_row(d, name, value);
}

/* ---- responses ---- */

static void copy_rows(struct draft *d, const struct pkt *p, enum header_id id)
{
	const struct line *row;

	for (unsigned i = 0; (row = pkt_line(p, id, i)); i++)
		*push(d) =
			(struct draft_row){ header_info(id)->name, row->value };
}

static void copy_to(struct draft *d, const struct pkt *request, unsigned status,
		    struct str our_tag)
{
	const struct line *to = pkt_line(request, HEADER_TO, 0);
	struct str value = to ? to->value : STR_NONE;

	if (!to)
		return;
	if (status != 100 && our_tag.len && !pkt_to_tag(request).len)
		value = ARENA_JOIN(d->arena, value, STR(";tag="), our_tag);
	draft_row(d, "To", value);
}

/* 12.1.1: where it may form a dialog; within one it changes nothing. */
static bool mirrors_routes(const struct pkt *request, unsigned status)
{
	return status > 100 && status < 300 &&
	       (str_is(request->method, "INVITE") ||
		str_is(request->method, "SUBSCRIBE") ||
		str_is(request->method, "REFER") ||
		str_is(request->method, "NOTIFY"));
}

void draft_response(struct draft *d, struct arena *a, const struct pkt *request,
		    unsigned status, struct str reason, struct str our_tag)
{
	*d = (struct draft){ .arena = a };
	d->start = ARENA_JOIN(a, STR("SIP/2.0 "), number(a, status), STR(" "),
			      reason);
	copy_rows(d, request, HEADER_VIA);
	if (mirrors_routes(request, status))
		copy_rows(d, request, HEADER_RECORD_ROUTE);
	copy_rows(d, request, HEADER_FROM);
	copy_to(d, request, status, our_tag);
	copy_rows(d, request, HEADER_CALL_ID);
	copy_rows(d, request, HEADER_CSEQ);
}

/* ---- edits ---- */

/* canon is canonical already; most rows are spelt so, too. */
static bool is_header(const struct draft_row *row, struct str canon)
{
	if (!row->name.len)
		return false; /* a whole row */
	return str_eq(row->name, canon) ||
	       str_eq_case(pkt_canonical(row->name), canon);
}

/* Canonical name of a header about to be edited. */
static struct str edited(struct draft *d, struct str name)
{
	struct str canon = pkt_canonical(name);

	if (str_is_case(canon, "Content-Length"))
		d->length_set = true;
	return canon;
}

void draft_set(struct draft *d, struct str name, struct str value)
{
	struct str canon = edited(d, name);
	unsigned kept = 0;
	bool done = false;

	for (unsigned i = 0; i < d->n; i++) {
		if (!is_header(&d->rows[i], canon)) {
			d->rows[kept++] = d->rows[i];
		} else if (!done) {
			d->rows[kept++] = (struct draft_row){ name, value };
			done = true;
		}
	}
	d->n = kept;
	if (!done)
		*push(d) = (struct draft_row){ name, value };
}

void draft_add(struct draft *d, struct str name, struct str value)
{
	struct str canon = pkt_canonical(name);
	unsigned at = d->n;

	while (at && !is_header(&d->rows[at - 1], canon))
		at--;
	if (!at || at == d->n || d->n >= DRAFT_ROWS_MAX) {
		*push(d) = (struct draft_row){ name, value };
		return;
	}
	push(d);
	memmove(&d->rows[at + 1], &d->rows[at],
		(d->n - 1 - at) * sizeof(*d->rows));
	d->rows[at] = (struct draft_row){ name, value };
}

void draft_add_whole(struct draft *d, struct str row)
{
	*push(d) = (struct draft_row){ STR_NONE, row };
}

void draft_remove(struct draft *d, struct str name)
{
	struct str canon = edited(d, name);
	unsigned kept = 0;

	for (unsigned i = 0; i < d->n; i++)
		if (!is_header(&d->rows[i], canon))
			d->rows[kept++] = d->rows[i];
	d->n = kept;
}

struct str draft_get(const struct draft *d, const char *name)
{
	struct str canon = pkt_canonical(str_from(name));

	for (unsigned i = 0; i < d->n; i++)
		if (is_header(&d->rows[i], canon))
			return d->rows[i].value;
	return STR_NONE;
}

void draft_body(struct draft *d, struct str type, struct str body)
{
	if (type.len)
		draft_set(d, STR("Content-Type"), type);
	d->body = body;
}

/* ---- bytes ---- */

void draft_write(const struct draft *d, struct buf *out)
{
	buf_add_str(out, d->start);
	buf_add_z(out, "\r\n");
	for (unsigned i = 0; i < d->n; i++) {
		const struct draft_row *row = &d->rows[i];

		buf_add_str(out, row->name);
		if (row->name.len)
			buf_add_z(out, ": ");
		buf_add_str(out, row->value);
		buf_add_z(out, "\r\n");
	}
	if (!d->length_set)
		buf_addf(out, "Content-Length: %zu\r\n", d->body.len);
	buf_add_z(out, "\r\n");
	buf_add_str(out, d->body);
}

/* ---- inside a dialog ---- */

/* 12.2.1.1; behind a strict router the target is the last Route. */
static void route_rows(struct draft *d, const struct dialog *dialog)
{
	bool strict = dialog_first_is_strict(dialog);

	for (unsigned i = strict ? 1 : 0; i < dialog->nroutes; i++)
		draft_row(d, "Route", dialog->routes[i]);
	if (strict)
		draft_row(d, "Route",
			  draft_bracketed(d->arena, dialog->remote_target));
}

static struct str tagged(struct arena *a, struct str value, struct str tag)
{
	return tag.len ? ARENA_JOIN(a, value, STR(";tag="), tag) : value;
}

void draft_dialog_rows(struct draft *d, const struct dialog *dialog,
		       struct str method, uint32_t cseq)
{
	struct arena *a = d->arena;

	route_rows(d, dialog);
	draft_row(d, "From", tagged(a, dialog->local_uri, dialog->local_tag));
	draft_row(d, "To", tagged(a, dialog->remote_uri, dialog->remote_tag));
	draft_row(d, "Call-ID", dialog->call_id);
	draft_row(d, "CSeq", ARENA_JOIN(a, number(a, cseq), STR(" "), method));
}
