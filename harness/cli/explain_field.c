/* SPDX-License-Identifier: MIT */
/* A field of a message, as a check names it: "Contact.uri.host". */
#include "cli/explain.h"

/* "sipfrag.status" -> its root and parts; the first part may be a header. */
static bool path_of(struct str word, struct field_path *p)
{
	static const struct {
		const char *word;
		enum field_root root;
	} roots[] = { { "request-uri", FIELD_REQUEST_URI },
		      { "status", FIELD_STATUS },
		      { "method", FIELD_METHOD },
		      { "body", FIELD_BODY },
		      { "sipfrag", FIELD_SIPFRAG },
		      { "sdp", FIELD_SDP } };
	struct str rest;

	*p = (struct field_path){ .root = FIELD_HEADER };
	str_cut(word, '.', &p->header, &rest);
	for (size_t i = 0; i < sizeof(roots) / sizeof(*roots); i++)
		if (str_is(p->header, roots[i].word))
			p->root = roots[i].root;
	while (rest.len && p->nparts < FIELD_PARTS_MAX)
		str_cut(rest, '.', &p->parts[p->nparts++], &rest);
	return !rest.len;
}

static bool is_header(struct str *name)
{
	size_t n;
	const struct str *list = field_headers(&n);

	for (size_t i = 0; i < n; i++) {
		if (!str_eq_case(list[i], *name))
			continue;
		*name = list[i];
		return true;
	}
	return false;
}

static void put_names(struct explain *x, const struct field_path *p)
{
	struct arena *a = x->arena;
	size_t n;
	const struct str *list = field_names(p, a, &n);
	buf_auto out = { 0 };

	for (size_t i = 0; i < n; i++)
		buf_addf(&out, "%s" STR_F, i ? ", " : "", STR_A(list[i]));
	explain_put(&x->out, "fields", buf_str(&out));
}

static int say_wrong(struct str word, struct str near)
{
	buf_auto out = { 0 };

	buf_addf(&out, "\"" STR_F "\" is no field; did you mean \"" STR_F "\"?",
		 STR_A(str_sub(word, 0, 200)), STR_A(near));
	return usage_error("explain", buf_z(&out));
}

static const char *compared(enum field_type type)
{
	const char *name = field_type_name(type);

	if (strcmp(name, "URI") == 0 || strcmp(name, "uri") == 0)
		return "\"is\" compares by RFC 3261 19.1.4, \"==\" compares "
		       "bytes";
	return "\"is\" compares what is meant, \"==\" compares bytes";
}

bool explain_field(struct explain *x, struct str word)
{
	struct field_path p;
	struct str near;
	unsigned bad;

	if (!path_of(word, &p) ||
	    (p.root == FIELD_HEADER && !is_header(&p.header)))
		return false;
	if (!field_resolve(&p, &bad, &near)) {
		if (!near.len)
			return false;
		x->status = say_wrong(word, near);
		return true;
	}
	buf_addf(&x->out, STR_F "   a %s of a message\n", STR_A(word),
		 p.root == FIELD_HEADER && !p.nparts ? "header" : "field");
	explain_put(&x->out, "type", str_from(field_type_name(p.type)));
	explain_put(&x->out, "compared", str_from(compared(p.type)));
	if (!p.nparts)
		put_names(x, &p);
	explain_put(
		&x->out, "example",
		arena_strf(x->arena, "must " STR_F " present", STR_A(word)));
	return true;
}
