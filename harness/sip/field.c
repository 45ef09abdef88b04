/* SPDX-License-Identifier: MIT */
/* Paths against the table: which field is meant, what type it has, what was
 * perhaps meant instead. Reading values is field_get.c. */
#include "sip/field.h"

#include "base/diag.h"
#include "sip/field_table.h"
#include "sip/syntax.h"

enum { NAMES_MAX = 128 };

enum header_id field_header_id(const struct field_path *p)
{
	return p->root == FIELD_HEADER ? header_find(p->header)
				       : HEADER_UNKNOWN;
}

enum header_shape field_shape(const struct field_path *p)
{
	switch (p->root) {
	case FIELD_HEADER:
		return header_info(header_find(p->header))->shape;
	case FIELD_REQUEST_URI:
		return SHAPE_REQUEST_URI;
	case FIELD_STATUS:
		return SHAPE_STATUS;
	case FIELD_METHOD:
		return SHAPE_METHOD;
	case FIELD_BODY:
		return SHAPE_BODY;
	case FIELD_SIPFRAG:
		return SHAPE_SIPFRAG;
	case FIELD_SDP:
		return SHAPE_SDP;
	}
	return SHAPE_UNKNOWN;
}

/* How many leading parts of the path a pattern has; *ret_whole: it is the
 * path. "*" takes all that is left. */
static unsigned match(const char *pattern, const struct field_path *p,
		      bool *ret_whole)
{
	struct str rest = str_from(pattern), part;
	unsigned n = 0;

	*ret_whole = false;
	while (rest.len && n < p->nparts) {
		str_cut(rest, '.', &part, &rest);
		if (str_is(part, "*")) {
			*ret_whole = true;
			return p->nparts;
		}
		if (!str_eq_case(part, p->parts[n]))
			return n;
		n++;
	}
	*ret_whole = !rest.len && n == p->nparts;
	return n;
}

/* The n-th component of a pattern; empty behind its end. */
static struct str component(const char *pattern, unsigned n)
{
	struct str rest = str_from(pattern), part;

	do {
		str_cut(rest, '.', &part, &rest);
	} while (n--);
	return part;
}

struct search {
	const struct field_path *path;
	const struct field_def *hit;
	unsigned deepest;
	struct str names[NAMES_MAX]; /* components at the deepest level */
	size_t nnames;
};

static void consider(struct search *s, const struct field_def *def)
{
	bool whole;
	unsigned depth = match(def->pattern, s->path, &whole);
	struct str name = component(def->pattern, depth);

	if (whole && !s->hit)
		s->hit = def;
	if (depth > s->deepest) {
		s->deepest = depth;
		s->nnames = 0;
	}
	if (depth == s->deepest && s->nnames < NAMES_MAX && name.len &&
	    !str_is(name, "*"))
		s->names[s->nnames++] = name;
}

static bool offers(const struct field_def *def, const struct field_path *p)
{
	if (p->root != FIELD_HEADER)
		return false;
	return strcmp(def->pattern, "syntax") != 0 ||
	       syntax_has(field_header_id(p));
}

static void search(struct search *s)
{
	enum header_shape shape = field_shape(s->path);

	for (size_t i = 0; i < field_nrows; i++)
		if (field_rows[i].shape == shape)
			consider(s, &field_rows[i]);
	for (size_t i = 0; i < field_ngeneric; i++)
		if (offers(&field_generic[i], s->path))
			consider(s, &field_generic[i]);
}

static enum field_type type_of_shape(enum header_shape shape)
{
#define SHAPE(shape, type) [SHAPE_##shape] = TYPE_##type,
	static const enum field_type types[] = {
#include "sip/fields.def"
	};

	return types[shape];
}

/* ---- headers inside of something ----------------------------------------- */

struct field_path field_inner_path(const struct field_path *p)
{
	struct field_path inner = { .root = FIELD_HEADER,
				    .header = pkt_canonical(
					    p->parts[p->inner_at]),
				    .type = p->type,
				    .def = p->inner };

	for (unsigned i = p->inner_at + 1; i < p->nparts; i++)
		inner.parts[inner.nparts++] = p->parts[i];
	return inner;
}

/* Part n of a pattern is its "*"; 0: the pattern is no "headers.*". */
static unsigned inner_at(const struct field_def *def)
{
	unsigned n = 0;

	if (!str_ends(str_from(def->pattern), "headers.*"))
		return 0;
	for (const char *c = def->pattern; *c; c++)
		n += *c == '.';
	return n;
}

static bool is_in_uri(const struct field_path *p)
{
	return p->root == FIELD_HEADER || p->root == FIELD_REQUEST_URI;
}

/* Of a URI: the text of a header, escaped or not. */
static bool is_plain(const struct field_path *p, unsigned at)
{
	return is_in_uri(p) &&
	       (p->nparts == at + 1 ||
		(p->nparts == at + 2 && str_is(p->parts[at + 1], "unescaped")));
}

/* Of a URI: an unknown header whose name has dots in it. */
static bool is_dotted(const struct field_path *p, unsigned at)
{
	return is_in_uri(p) && header_find(p->parts[at]) == HEADER_UNKNOWN;
}

static bool resolve_inner(struct field_path *p, unsigned *ret_bad,
			  struct str *ret_near)
{
	unsigned at = inner_at(p->def);
	struct field_path inner;

	if (!at || is_plain(p, at))
		return true;
	p->inner_at = at;
	inner = field_inner_path(p);
	if (!field_resolve(&inner, ret_bad, ret_near)) {
		p->inner_at = 0;
		if (is_dotted(p, at))
			return true;
		*ret_bad += at + 1;
		return false;
	}
	if (inner.inner_at) { /* a URI in a header in a URI: deep enough */
		*ret_bad = at + 1;
		*ret_near = STR_NONE;
		return false;
	}
	p->inner = inner.def;
	p->type = inner.type;
	return true;
}

/* ---- the whole ----------------------------------------------------------- */

bool field_resolve(struct field_path *p, unsigned *ret_bad,
		   struct str *ret_near)
{
	struct search s = { .path = p };

	if (p->root == FIELD_HEADER)
		p->header = pkt_canonical(p->header);
	p->def = p->inner = NULL;
	p->inner_at = 0;
	p->type = type_of_shape(field_shape(p));
	if (!p->nparts)
		return true;
	search(&s);
	if (s.hit) {
		p->def = s.hit;
		p->type = s.hit->type;
		return resolve_inner(p, ret_bad, ret_near);
	}
	*ret_bad = s.deepest < p->nparts ? s.deepest : p->nparts - 1;
	*ret_near = s.deepest < p->nparts ? diag_nearest(p->parts[s.deepest],
							 s.names, s.nnames)
					  : STR_NONE;
	return false;
}

const struct str *field_headers(size_t *ret_n)
{
#define HEADER(id, name, shape, list) { name, sizeof(name) - 1 },
	static const struct str names[] = {
#include "sip/fields.def"
	};

	*ret_n = sizeof(names) / sizeof(*names);
	return names;
}

const struct str *field_names(const struct field_path *p, struct arena *a,
			      size_t *ret_n)
{
	enum header_shape shape = field_shape(p);
	struct str *names = NULL;
	size_t n = 0;

	for (size_t i = 0; i < field_nrows; i++)
		if (field_rows[i].shape == shape)
			*ARENA_PUSH(a, names, n) =
				str_from(field_rows[i].pattern);
	for (size_t i = 0; i < field_ngeneric; i++)
		if (offers(&field_generic[i], p))
			*ARENA_PUSH(a, names, n) =
				str_from(field_generic[i].pattern);
	*ret_n = n;
	return names;
}

const char *field_type_name(enum field_type type)
{
	static const char *const names[] = {
		[TYPE_TEXT] = "text",     [TYPE_TOKEN] = "token",
		[TYPE_NUMBER] = "number", [TYPE_URI] = "URI",
		[TYPE_ADDR] = "address",  [TYPE_VERDICT] = "verdict",
	};

	return names[type];
}
