/* SPDX-License-Identifier: MIT */
/* Reading fields: which text a path means, and the table that says which
 * getter takes it apart (field_value.c, field_body.c). */
#include "sip/field.h"

#include <assert.h>

#include "base/buf.h"
#include "sip/body.h"
#include "sip/field_table.h"
#include "sip/syntax.h"

/* ---- fields of every header ---------------------------------------------- */

static struct str number(const struct field_ask *ask, unsigned long long n)
{
	return arena_strf(ask->arena, "%llu", n);
}

static bool is_row(const struct field_ask *ask, const struct line *l)
{
	if (l->id != ask->id)
		return false;
	return l->id != HEADER_UNKNOWN ||
	       (l->name.len && str_eq_case(l->name, ask->path->header));
}

static struct str get_count(const struct field_ask *ask)
{
	struct pkt_values v = pkt_values_begin(ask->pkt, ask->path->header);
	struct str one;
	unsigned n = 0;

	while (n < PKT_VALUES_MAX && pkt_values_next(&v, &one))
		n++;
	return number(ask, n);
}

static struct str get_rows(const struct field_ask *ask)
{
	unsigned n = 0;

	for (unsigned i = 0; i < ask->pkt->nlines; i++)
		n += is_row(ask, &ask->pkt->lines[i]);
	return number(ask, n);
}

/* As spelt on the wire, in the row that holds the value. */
static struct str get_name(const struct field_ask *ask)
{
	struct pkt_values v = pkt_values_begin(ask->pkt, ask->path->header);
	unsigned n = ask->path->index ? ask->path->index : 1;
	struct str one;

	while (n && n <= PKT_VALUES_MAX && pkt_values_next(&v, &one))
		n--;
	return n ? STR_NONE : ask->pkt->lines[v.row - 1].name;
}

/* Every row, or the one value that an index asks for. */
static struct str get_syntax(const struct field_ask *ask)
{
	struct breach b = BREACH_NONE;
	struct str of = ask->text;
	unsigned row = 0;

	if (ask->path->index && !ask->text.p)
		return STR_NONE;
	if (ask->path->index)
		return syntax_text(ask->arena, of, syntax_check(ask->id, of));
	if (!pkt_line(ask->pkt, ask->id, 0))
		return STR_NONE;
	for (unsigned i = 0; i < ask->pkt->nlines && !b.what; i++) {
		if (ask->pkt->lines[i].id != ask->id)
			continue;
		of = ask->pkt->lines[i].value;
		b = syntax_check(ask->id, of);
		row++;
	}
	of = syntax_text(ask->arena, of, b);
	return b.what && row > 1 ? arena_strf(ask->arena, "row %u, " STR_F, row,
					      STR_A(of))
				 : of;
}

/* Rows inside of something: field_get goes on into the header itself. */
struct str field_get_inner(const struct field_ask *ask)
{
	assert(ask->path->inner_at);
	return STR_NONE;
}

/* ---- the table ----------------------------------------------------------- */

#define FIELD(shape, view, pattern, type, getter, arg)                         \
	{ SHAPE_##shape, VIEW_##view,        pattern,                          \
	  TYPE_##type,   field_get_##getter, arg },
const struct field_def field_rows[] = {
#include "sip/fields.def"
};
const size_t field_nrows = sizeof(field_rows) / sizeof(*field_rows);

const struct field_def field_generic[] = {
	{ SHAPE_UNKNOWN, VIEW_MESSAGE, "count", TYPE_NUMBER, get_count, "" },
	{ SHAPE_UNKNOWN, VIEW_MESSAGE, "rows", TYPE_NUMBER, get_rows, "" },
	{ SHAPE_UNKNOWN, VIEW_MESSAGE, "name", TYPE_TEXT, get_name, "" },
	{ SHAPE_UNKNOWN, VIEW_VALUE, "syntax", TYPE_VERDICT, get_syntax, "" },
	{ SHAPE_UNKNOWN, VIEW_VALUE, "params.*", TYPE_TOKEN, field_get_param,
	  "" },
};
const size_t field_ngeneric = sizeof(field_generic) / sizeof(*field_generic);

/* ---- whole headers and roots --------------------------------------------- */

static struct str nth_value(const struct field_ask *ask, unsigned n)
{
	struct pkt_values v = pkt_values_begin(ask->pkt, ask->path->header);
	struct str value;

	for (unsigned i = 0; i <= n && i < PKT_VALUES_MAX; i++) {
		if (!pkt_values_next(&v, &value))
			return STR_NONE;
		if (i == n)
			return value;
	}
	return STR_NONE;
}

static struct str joined_rows(const struct field_ask *ask)
{
	struct str first = STR_NONE;
	buf_auto out = { 0 };
	unsigned n = 0;

	for (unsigned i = 0; i < ask->pkt->nlines; i++) {
		const struct line *l = &ask->pkt->lines[i];

		if (!is_row(ask, l))
			continue;
		if (n++ == 0) {
			first = l->value;
			continue;
		}
		if (n == 2)
			buf_add_str(&out, first);
		buf_add_z(&out, ", ");
		buf_add_str(&out, l->value);
	}
	return n < 2 ? first : arena_str(ask->arena, buf_str(&out));
}

/* RFC 3261 7.3.1: a fold means one space. */
static struct str unfolded(struct arena *a, struct str s)
{
	buf_auto out = { 0 };

	if (str_find_char(s, '\n') < 0 && str_find_char(s, '\r') < 0)
		return s;
	for (size_t i = 0; i < s.len;) {
		size_t end = i;

		while (end < s.len && strchr(" \t\r\n", s.p[end]) && s.p[end])
			end++;
		if (end == i) {
			buf_add_char(&out, s.p[i++]);
			continue;
		}
		if (str_find_char(str_sub(s, i, end - i), '\n') >= 0 ||
		    str_find_char(str_sub(s, i, end - i), '\r') >= 0)
			buf_add_char(&out, ' ');
		else
			buf_add_str(&out, str_sub(s, i, end - i));
		i = end;
	}
	return arena_str(a, buf_str(&out));
}

static struct str some(struct str s)
{
	return s.len ? s : STR_NONE;
}

static struct str body_text(const struct field_ask *ask)
{
	struct body_part part;

	return body_part(ask->pkt, ask->path->index, &part) ? some(part.content)
							    : STR_NONE;
}

static struct str frag_line(const struct pkt *p)
{
	struct frag f;

	return body_frag(p, &f) ? f.line : STR_NONE;
}

/* What a path without parts means. */
static struct str root_text(const struct field_ask *ask)
{
	const struct pkt *p = ask->pkt;

	switch (ask->path->root) {
	case FIELD_HEADER:
		return ask->path->index ? nth_value(ask, ask->path->index - 1)
					: joined_rows(ask);
	case FIELD_REQUEST_URI:
		return some(p->uri);
	case FIELD_STATUS:
		return p->status ? number(ask, p->status) : STR_NONE;
	case FIELD_METHOD:
		return some(p->method);
	case FIELD_BODY:
		return body_text(ask);
	case FIELD_SIPFRAG:
		return frag_line(p);
	case FIELD_SDP:
		return field_sdp_body(p);
	}
	return STR_NONE;
}

/* "params.x.y": a name may have dots in it, so the rest is put together. */
static struct str wild_name(const struct field_ask *ask, const char *pattern)
{
	const struct field_path *path = ask->path;
	unsigned from = 0;
	buf_auto out = { 0 };

	for (const char *c = pattern; *c; c++)
		from += *c == '.';
	if (from + 1 == path->nparts)
		return path->parts[from];
	for (unsigned i = from; i < path->nparts; i++)
		buf_addf(&out, "%s" STR_F, i > from ? "." : "",
			 STR_A(path->parts[i]));
	return arena_str(ask->arena, buf_str(&out));
}

/* The text a getter works on; false: the header is not there. */
static bool find_view(struct field_ask *ask, const struct field_def *def)
{
	unsigned n = ask->path->index ? ask->path->index - 1 : 0;

	if (def->view == VIEW_MESSAGE || (ask->path->root != FIELD_HEADER &&
					  ask->path->root != FIELD_REQUEST_URI))
		return true;
	ask->text = ask->path->root == FIELD_REQUEST_URI ? some(ask->pkt->uri)
							 : nth_value(ask, n);
	if (ask->path->root == FIELD_HEADER && def->get != get_syntax)
		ask->text = ask->text.p ? unfolded(ask->arena, ask->text)
					: STR_NONE;
	if (!ask->text.p)
		return def->get == get_syntax;
	if (def->view == VIEW_URI && ask->path->root == FIELD_HEADER)
		ask->text = pkt_addr_uri(ask->text);
	return true;
}

static struct str field_text(struct field_ask *ask, const struct field_def *def)
{
	size_t len = strlen(def->pattern);

	if (!find_view(ask, def))
		return STR_NONE;
	ask->name = len && def->pattern[len - 1] == '*'
			    ? wild_name(ask, def->pattern)
			    : str_from(def->arg);
	return def->get(ask);
}

/* ---- headers inside of something ----------------------------------------- */

/* Rows as they stand in a URI, a part of a body or a sipfrag. */
static const struct pkt *inner_rows(struct field_ask *ask)
{
	switch (ask->path->root) {
	case FIELD_SIPFRAG:
		return field_frag_headers(ask);
	case FIELD_BODY:
		return field_body_headers(ask);
	case FIELD_HEADER:
	case FIELD_REQUEST_URI:
	case FIELD_STATUS:
	case FIELD_METHOD:
	case FIELD_SDP:
		break;
	}
	if (!find_view(ask, ask->path->def))
		ask->text = STR_NONE;
	return field_uri_headers(ask);
}

static struct value get_inner(struct field_ask *ask)
{
	struct field_path inner = field_inner_path(ask->path);

	return field_get(inner_rows(ask), &inner, ask->arena);
}

/* ---- the whole ----------------------------------------------------------- */

static bool is_token_list(const struct field_ask *ask)
{
	const struct field_def *def = ask->path->def;
	const struct header_info *info = header_info(ask->id);

	if (def)
		return def->get == field_get_semicolons;
	return ask->path->root == FIELD_HEADER && info->list &&
	       ask->path->type == TYPE_TOKEN;
}

/* The text is unfolded; all else is as it came, escapes too. */
struct value field_get(const struct pkt *p, const struct field_path *path,
		       struct arena *a)
{
	struct field_ask ask = { .pkt = p, .path = path, .arena = a };
	struct value v = { .type = path->type };

	assert(path->def || !path->nparts); /* resolved before */

	ask.id = field_header_id(path);
	if (path->inner_at)
		return get_inner(&ask);
	if (path->def) {
		v.text = field_text(&ask, path->def);
	} else {
		v.text = root_text(&ask);
		if (v.text.p && path->root == FIELD_HEADER)
			v.text = unfolded(a, v.text);
	}
	v.present = v.text.p != NULL;
	v.list = is_token_list(&ask);
	return v;
}
