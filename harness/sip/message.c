/* SPDX-License-Identifier: MIT */
/* Drafts: text rows in order. Text is both the fastest way to write a SIP
 * message and the only one that can write a wrong one. */
#include "sip/message.h"

void draft_request(struct draft *d, struct arena *a, struct str method,
		   struct str uri)
{
	*d = (struct draft){ .arena = a };
	d->start = arena_strf(a, STR_F " " STR_F " SIP/2.0", STR_A(method),
			      STR_A(uri));
}

static struct draft_row *push(struct draft *d)
{
	static struct draft_row spill; /* above the ceiling: written nowhere */

	if (d->n >= DRAFT_ROWS_MAX)
		return &spill;
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

static void copy_rows(struct draft *d, const struct pkt *p, const char *name)
{
	const struct line *row;

	for (unsigned i = 0; (row = pkt_row(p, name, i)); i++)
		draft_row(d, name, row->value);
}

static void copy_to(struct draft *d, const struct pkt *request, unsigned status,
		    struct str our_tag)
{
	const struct line *to = pkt_row(request, "To", 0);

	if (!to)
		return;
	if (status == 100 || pkt_to_tag(request).len || !our_tag.len)
		draft_row(d, "To", to->value);
	else
		draft_rowf(d, "To", STR_F ";tag=" STR_F, STR_A(to->value),
			   STR_A(our_tag));
}

void draft_response(struct draft *d, struct arena *a, const struct pkt *request,
		    unsigned status, struct str reason, struct str our_tag)
{
	*d = (struct draft){ .arena = a };
	d->start = arena_strf(a, "SIP/2.0 %u " STR_F, status, STR_A(reason));
	copy_rows(d, request, "Via");
	if (status > 100 && status < 300)
		copy_rows(d, request, "Record-Route");
	copy_rows(d, request, "From");
	copy_to(d, request, status, our_tag);
	copy_rows(d, request, "Call-ID");
	copy_rows(d, request, "CSeq");
}

static bool same_header(const struct draft_row *row, struct str name)
{
	return row->name.len &&
	       str_eq_case(pkt_canonical(row->name), pkt_canonical(name));
}

static void mark_length(struct draft *d, struct str name)
{
	if (str_is_case(pkt_canonical(name), "Content-Length"))
		d->length_set = true;
}

void draft_set(struct draft *d, struct str name, struct str value)
{
	unsigned kept = 0;
	bool done = false;

	mark_length(d, name);
	for (unsigned i = 0; i < d->n; i++) {
		if (!same_header(&d->rows[i], name)) {
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
	mark_length(d, name);
	*push(d) = (struct draft_row){ name, value };
}

void draft_add_whole(struct draft *d, struct str row)
{
	*push(d) = (struct draft_row){ STR_NONE, row };
}

void draft_remove(struct draft *d, struct str name)
{
	unsigned kept = 0;

	mark_length(d, name);
	for (unsigned i = 0; i < d->n; i++)
		if (!same_header(&d->rows[i], name))
			d->rows[kept++] = d->rows[i];
	d->n = kept;
}

struct str draft_get(const struct draft *d, const char *name)
{
	for (unsigned i = 0; i < d->n; i++)
		if (same_header(&d->rows[i], str_from(name)))
			return d->rows[i].value;
	return STR_NONE;
}

void draft_body(struct draft *d, struct str type, struct str body)
{
	draft_set(d, STR("Content-Type"), type);
	d->body = body;
}

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

/* 12.2.1.1; behind a strict router the target is the last Route. */
static void route_rows(struct draft *d, const struct dialog *dialog)
{
	bool strict = dialog_first_is_strict(dialog);

	for (unsigned i = strict ? 1 : 0; i < dialog->nroutes; i++)
		draft_row(d, "Route", dialog->routes[i]);
	if (strict)
		draft_rowf(d, "Route", "<" STR_F ">",
			   STR_A(dialog->remote_target));
}

void draft_dialog_rows(struct draft *d, const struct dialog *dialog,
		       struct str method, uint32_t cseq)
{
	route_rows(d, dialog);
	draft_rowf(d, "From", STR_F ";tag=" STR_F, STR_A(dialog->local_uri),
		   STR_A(dialog->local_tag));
	if (dialog->remote_tag.len)
		draft_rowf(d, "To", STR_F ";tag=" STR_F,
			   STR_A(dialog->remote_uri),
			   STR_A(dialog->remote_tag));
	else
		draft_row(d, "To", dialog->remote_uri);
	draft_row(d, "Call-ID", dialog->call_id);
	draft_rowf(d, "CSeq", "%u " STR_F, cseq, STR_A(method));
}
