/* SPDX-License-Identifier: MIT */
/* Templates, paths, conditions, times and statuses. */
#include "lang/parse.h"

#include <stdlib.h>

/* ---- times
 * -------------------------------------------------------------------- */

bool expr_time(struct compiler *c, struct str s, ns_t *ret)
{
	ns_t t1 = c->env->device->t1 ? c->env->device->t1 : 500 * NS_MS;
	uint64_t n = 1;
	struct str digits;

	if (str_ends(s, "T1")) {
		digits = str_sub(s, 0, s.len - 2);
		if (digits.len && !str_to_u64(digits, &n))
			return false;
		*ret = (ns_t)n * t1;
		return n < 100000;
	}
	if (str_ends(s, "ms")) {
		digits = str_sub(s, 0, s.len - 2);
		if (!str_to_u64(digits, &n) || n > 1000000000)
			return false;
		*ret = (ns_t)n * NS_MS;
		return true;
	}
	if (!str_ends(s, "s") && !str_ends(s, "m"))
		return false;
	if (!str_to_u64(str_sub(s, 0, s.len - 1), &n) || n > 1000000)
		return false;
	*ret = (ns_t)n * (str_ends(s, "m") ? 60 * NS_S : NS_S);
	return true;
}

/* ---- paths
 * ----------------------------------------------------------------------- */

static void bad_field(struct compiler *c, const struct tok *t,
		      const struct field_path *f, unsigned bad, struct str near)
{
	if (near.len)
		diag_add(c->ds, DIAG_ERROR, "unknown-field", t->at,
			 STR_F " has no field \"" STR_F "\". Did you mean "
			       "\"" STR_F "\"?",
			 STR_A(f->header), STR_A(f->parts[bad]), STR_A(near));
	else
		diag_add(c->ds, DIAG_ERROR, "unknown-field", t->at,
			 STR_F " has no field \"" STR_F "\"", STR_A(f->header),
			 STR_A(f->parts[bad]));
}

static const struct {
	const char *word;
	enum field_root root;
} roots[] = { { "request-uri", FIELD_REQUEST_URI }, { "status", FIELD_STATUS },
	      { "method", FIELD_METHOD },           { "body", FIELD_BODY },
	      { "sipfrag", FIELD_SIPFRAG },         { "sdp", FIELD_SDP } };

static const struct {
	const char *word;
	enum path_what what;
} whats[] = { { "source", PATH_SOURCE },  { "transport", PATH_TRANSPORT },
	      { "gap", PATH_GAP },        { "repeats", PATH_REPEATS },
	      { "count", PATH_COUNT },    { "connection", PATH_CONNECTION },
	      { "latency", PATH_LATENCY } };

/* "[2]" behind a name: its number, cut off. */
static unsigned take_index(struct str *name)
{
	struct str head, rest;
	uint64_t n;

	if (!str_ends(*name, "]") || !str_cut(*name, '[', &head, &rest) ||
	    !str_to_u64(str_sub(rest, 0, rest.len - 1), &n))
		return 0;
	*name = head;
	return (unsigned)n;
}

static void split_parts(struct field_path *f, struct str rest)
{
	while (rest.len && f->nparts < FIELD_PARTS_MAX)
		str_cut(rest, '.', &f->parts[f->nparts++], &rest);
}

static bool field_part(struct compiler *c, const struct tok *t,
		       struct path *path, struct str name, struct str rest)
{
	struct field_path *f = &path->field;
	struct str near;
	unsigned bad;

	path->what = PATH_FIELD;
	f->index = take_index(&name);
	f->root = FIELD_HEADER;
	for (size_t i = 0; i < sizeof(roots) / sizeof(*roots); i++)
		if (str_is(name, roots[i].word))
			f->root = roots[i].root;
	f->header = f->root == FIELD_HEADER ? pkt_canonical(name) : name;
	split_parts(f, rest);
	if (field_resolve(f, &bad, &near))
		return true;
	bad_field(c, t, f, bad, near);
	return false;
}

static void label_part(struct compiler *c, const struct tok *t,
		       struct path *path, struct str name, struct str *rest)
{
	unsigned nth = take_index(&name);
	struct tok label = { .text = name, .at = t->at };
	struct str word, after;

	path->subject = SUBJECT_LABEL;
	path->label = name_label(c, &label, false);
	if (nth) {
		path->pick = PICK_NTH;
		path->nth = nth;
	}
	str_cut(*rest, '.', &word, &after);
	if (str_is(word, "first") || str_is(word, "last")) {
		path->pick = str_is(word, "first") ? PICK_FIRST : PICK_LAST;
		*rest = after;
	}
}

static bool special_part(struct path *path, struct str name, struct str rest)
{
	for (size_t i = 0; i < sizeof(whats) / sizeof(*whats); i++) {
		if (!str_is(name, whats[i].word))
			continue;
		path->what = whats[i].what;
		if (path->what == PATH_REPEATS && str_is(rest, "count"))
			path->what = PATH_REPEATS_COUNT;
		return true;
	}
	return false;
}

bool expr_path(struct compiler *c, const struct tok *t, struct path *ret)
{
	struct str head, rest, bare;

	*ret = (struct path){ .at = t->at };
	str_cut(t->text, '.', &head, &rest);
	bare = head;
	take_index(&bare);
	if (is_label(bare) && (rest.len || bare.len == head.len)) {
		label_part(c, t, ret, head, &rest);
		str_cut(rest, '.', &head, &rest);
	} else if (str_is(head, "prev")) {
		ret->subject = SUBJECT_PREV;
		str_cut(rest, '.', &head, &rest);
	}
	if (special_part(ret, head, rest))
		return true;
	return field_part(c, t, ret, head, rest);
}

/* ---- templates
 * --------------------------------------------------------------------- */

static const struct {
	const char *word;
	enum tmpl_attr attr;
} attrs[] = { { "uri", ATTR_URI },
	      { "contact", ATTR_CONTACT },
	      { "aor", ATTR_AOR },
	      { "hostport", ATTR_HOSTPORT },
	      { "host", ATTR_HOST },
	      { "port", ATTR_PORT },
	      { "user", ATTR_USER },
	      { "domain", ATTR_DOMAIN },
	      { "call-id", ATTR_CALL_ID },
	      { "local-tag", ATTR_LOCAL_TAG },
	      { "remote-tag", ATTR_REMOTE_TAG },
	      { "local-uri", ATTR_LOCAL_URI },
	      { "remote-uri", ATTR_REMOTE_URI },
	      { "remote-target", ATTR_REMOTE_TARGET },
	      { "replaces", ATTR_REPLACES },
	      { "target-dialog", ATTR_TARGET_DIALOG } };

static enum tmpl_attr attr_of(struct str word)
{
	for (size_t i = 0; i < sizeof(attrs) / sizeof(*attrs); i++)
		if (str_is(word, attrs[i].word))
			return attrs[i].attr;
	return ATTR_NONE;
}

static unsigned filter_of(struct str word)
{
	static const char *const names[] = { "uri", "unescape", "bare", "spelt",
					     "via" };

	for (unsigned i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (str_is(word, names[i]))
			return 1u << i;
	return 0;
}

static bool constant(struct compiler *c, struct str s, struct str *ret)
{
	struct str word, rest;
	uint64_t n;

	str_cut(s, ' ', &word, &rest);
	if (str_is(s, "crlf")) {
		*ret = STR("\r\n");
	} else if (str_is(word, "pad") && str_to_u64(rest, &n) && n <= 200000) {
		char *p = arena_alloc(c->arena, n + 1);

		memset(p, 'a', n);
		*ret = (struct str){ p, n };
	} else if (s.len == 3 && s.p[0] == 'x') {
		char *p = arena_alloc(c->arena, 2);

		*p = (char)strtoul(arena_z(c->arena, str_tail(s, 1)), NULL, 16);
		*ret = (struct str){ p, 1 };
	} else if (str_starts(s, "env.")) {
		*ret = str_from(getenv(arena_z(c->arena, str_tail(s, 4))));
	} else if (str_is(s, "edition.refer-accepted")) {
		*ret = str_is(c->env->edition, "rfc7647")   ? STR("200")
		       : str_is(c->env->edition, "interop") ? STR("200|202")
							    : STR("202");
	} else {
		return false;
	}
	return true;
}

static void named_part(struct compiler *c, struct tmpl_part *part, struct str s)
{
	struct tok t = { .text = s, .at = part->at };
	struct str head, rest;
	struct party_decl *party;

	str_cut(s, '.', &head, &rest);
	party = name_party(c, head);
	part->attr = attr_of(rest);
	if (str_is(head, "dut")) {
		part->kind = TMPL_DUT;
	} else if (party) {
		part->kind = TMPL_PARTY;
		part->party = party;
	} else if (is_label(str_sub(head, 0, strcspn(head.p, "[.|}")))) {
		part->kind = TMPL_PATH;
		expr_path(c, &t, &part->path);
		return;
	} else {
		struct tok d = { .text = head, .at = part->at };

		part->kind = TMPL_DIALOG;
		part->dialog = name_dialog(c, &d, false);
		if (str_starts(rest, "request.")) {
			struct path path = { .at = part->at };
			struct tok field = { .text = str_tail(rest, 8),
					     .at = part->at };

			part->kind = TMPL_DIALOG_HDR;
			expr_path(c, &field, &path);
			part->field = path.field;
			return;
		}
	}
	if (part->attr == ATTR_NONE)
		diag_add(c->ds, DIAG_ERROR, "unknown-attribute", part->at,
			 "\"" STR_F "\" has no \"" STR_F "\"", STR_A(head),
			 STR_A(rest));
}

static struct tmpl_part one_part(struct compiler *c, struct str inner,
				 struct loc at, bool *ret_auto)
{
	struct tmpl_part part = { .kind = TMPL_TEXT, .at = at };
	struct str expr, filters, filter;

	str_cut(inner, '|', &expr, &filters);
	*ret_auto = str_is(inner, "auto");
	while (filters.len) {
		str_cut(filters, '|', &filter, &filters);
		if (!filter_of(filter))
			diag_add(c->ds, DIAG_ERROR, "unknown-filter", at,
				 "no filter called \"" STR_F "\"",
				 STR_A(filter));
		part.filters |= filter_of(filter);
	}
	if (!*ret_auto && !constant(c, expr, &part.text))
		named_part(c, &part, expr);
	return part;
}

struct tmpl expr_tmpl(struct compiler *c, struct str s, struct loc at)
{
	struct tmpl t = { .at = at };

	while (s.len) {
		ptrdiff_t open = str_find_char(s, '{'), close;
		struct str text = open < 0 ? s : str_sub(s, 0, (size_t)open);
		bool is_auto;

		if (text.len)
			*ARENA_PUSH(c->arena, t.parts, t.n) =
				(struct tmpl_part){ .kind = TMPL_TEXT,
						    .text = text,
						    .at = at };
		s = str_tail(s, text.len);
		close = str_find_char(s, '}');
		if (!s.len)
			break;
		if (close < 0) {
			diag_add(c->ds, DIAG_ERROR, "open-template", at,
				 "a template has no closing brace");
			break;
		}
		*ARENA_PUSH(c->arena, t.parts, t.n) = one_part(
			c, str_sub(s, 1, (size_t)close - 1), at, &is_auto);
		t.is_auto = is_auto && t.n == 1;
		s = str_tail(s, (size_t)close + 1);
	}
	return t;
}

/* ---- statuses
 * ----------------------------------------------------------------------------
 */

static bool one_status(struct str s, struct status_range *ret)
{
	unsigned lo = 0, hi = 0;

	if (str_is(s, "final")) {
		*ret = (struct status_range){ 200, 699 };
		return true;
	}
	if (s.len != 3 || s.p[0] < '1' || s.p[0] > '9')
		return false;
	for (size_t i = 0; i < 3; i++) {
		bool any = s.p[i] == 'x';

		if (!any && (s.p[i] < '0' || s.p[i] > '9'))
			return false;
		lo = lo * 10 + (any ? 0 : (unsigned)(s.p[i] - '0'));
		hi = hi * 10 + (any ? 9 : (unsigned)(s.p[i] - '0'));
	}
	*ret = (struct status_range){ lo, hi };
	return true;
}

bool expr_statuses(struct cursor *cu, struct str s, struct match *m)
{
	struct str one;

	while (s.len) {
		struct status_range range;

		str_cut(s, '|', &one, &s);
		if (!one_status(one, &range))
			return false;
		*ARENA_PUSH(cu->c->arena, m->statuses, m->nstatuses) = range;
	}
	return m->nstatuses > 0;
}
