/* SPDX-License-Identifier: MIT */
/* Paths: "N.last.sipfrag.status", "Via[1].branch", "F2.repeats.count". */
#include "lang/compile.h"

#include <ctype.h>

enum { INDEX_MAX = 1000 };

struct piece { /* "name" or "name[2]", up to the next '.' */
	struct str name;
	unsigned index; /* 0: none */
	bool bad;
};

static struct piece next_piece(struct str *rest)
{
	struct piece p = { 0 };
	struct str inside, after, head;
	uint64_t n;

	if (!str_cut(*rest, '.', &head, rest))
		*rest = STR_NONE;
	if (!str_cut(head, '[', &p.name, &inside))
		return p;
	str_cut(inside, ']', &inside, &after);
	if (after.len || !str_to_u64(inside, &n) || !n || n > INDEX_MAX)
		p.bad = true;
	else
		p.index = (unsigned)n;
	return p;
}

static const struct {
	const char *word;
	enum path_what what;
} whats[] = {
#define WHAT(word, what, type, meaning) { word, PATH_##what },
#include "lang/whats.def"
#undef WHAT
};

static const struct {
	const char *word;
	enum field_root root;
	bool many; /* body[2], sdp[2] */
} roots[] = {
	{ "request-uri", FIELD_REQUEST_URI, false },
	{ "status", FIELD_STATUS, false },
	{ "method", FIELD_METHOD, false },
	{ "body", FIELD_BODY, true },
	{ "sipfrag", FIELD_SIPFRAG, false },
	{ "sdp", FIELD_SDP, true },
};

#define COUNT(list) (sizeof(list) / sizeof(*(list)))

/* ---- fields ---- */

static bool is_header_name(struct str s)
{
	if (!s.len || !isalpha((unsigned char)s.p[0]))
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] <= ' ' || s.p[i] == 127 ||
		    strchr("()<>@,;:\\\"/[]?={}", s.p[i]))
			return false;
	return true;
}

static struct str nearest_field(struct str name)
{
	struct str words[COUNT(whats) + COUNT(roots)], near;
	const struct str *headers;
	size_t n = 0, nheaders;

	for (size_t i = 0; i < COUNT(whats); i++)
		words[n++] = str_from(whats[i].word);
	for (size_t i = 0; i < COUNT(roots); i++)
		words[n++] = str_from(roots[i].word);
	near = diag_nearest(name, words, n);
	if (near.len)
		return near;
	headers = field_headers(&nheaders);
	return diag_nearest(name, headers, nheaders);
}

bool path_is_known_header(struct str canonical)
{
	size_t n;
	const struct str *headers = field_headers(&n);

	for (size_t i = 0; i < n; i++)
		if (str_eq_case(headers[i], canonical))
			return true;
	return false;
}

/* A name that no table has may be an extension; one that is nearly a known
 * one, or lower case, is a slip. */
static bool check_header(struct compiler *c, struct str name,
			 const struct token *tok)
{
	struct str near;

	if (path_is_known_header(pkt_canonical(name)) || str_starts(name, "X-"))
		return true;
	near = nearest_field(name);
	if (!near.len && isupper((unsigned char)name.p[0]))
		return true;
	say(c, CODE(UNKNOWN_FIELD), tok, "no header or field \"" STR_F "\"%s",
	    STR_A(name), say_nearest(c, near));
	return false;
}

static void say_no_field(struct compiler *c, const struct token *tok)
{
	say(c, CODE(BAD_PATH), tok,
	    "\"" STR_F "\" is no field; write Header.field, Header[2] or "
	    "LABEL.Header",
	    STR_A(tok->text));
}

static bool field_root_of(struct compiler *c, struct piece p,
			  const struct token *tok, struct field_path *ret)
{
	bool header = is_header_name(p.name), many = header;

	ret->root = FIELD_HEADER;
	for (size_t i = 0; i < COUNT(roots); i++) {
		if (!str_is(p.name, roots[i].word))
			continue;
		ret->root = roots[i].root;
		header = false;
		many = roots[i].many;
	}
	if (p.bad || (p.index && !many) ||
	    (!header && ret->root == FIELD_HEADER)) {
		say_no_field(c, tok);
		return false;
	}
	ret->index = p.index;
	if (!header)
		return true;
	ret->header = pkt_canonical(p.name);
	return check_header(c, p.name, tok);
}

static bool resolve(struct compiler *c, const struct token *tok,
		    struct field_path *ret)
{
	struct str near = STR_NONE;
	unsigned bad = 0;

	if (field_resolve(ret, &bad, &near))
		return true;
	say(c, CODE(UNKNOWN_FIELD), tok,
	    "\"" STR_F "\" has no field \"" STR_F "\"%s",
	    STR_A(ret->root == FIELD_HEADER ? ret->header : tok->text),
	    STR_A(bad < ret->nparts ? ret->parts[bad] : STR_NONE),
	    say_nearest(c, near));
	return false;
}

bool path_field(struct compiler *c, struct str text, const struct token *tok,
		struct field_path *ret)
{
	struct str rest = text;

	*ret = (struct field_path){ 0 };
	if (!field_root_of(c, next_piece(&rest), tok, ret))
		return false;
	while (rest.len) {
		struct piece p = next_piece(&rest);

		if (ret->nparts == FIELD_PARTS_MAX || !p.name.len || p.bad ||
		    p.index) {
			say(c, CODE(BAD_PATH), tok,
			    "I cannot read the path \"" STR_F "\"",
			    STR_A(text));
			return false;
		}
		ret->parts[ret->nparts++] = p.name;
	}
	return resolve(c, tok, ret);
}

/* ---- subjects ---- */

static struct token first_piece(const struct token *tok, struct str text)
{
	struct token t = *tok;
	struct str rest = text;

	t.text = next_piece(&rest).name;
	return t;
}

bool path_is_labelled(struct str text)
{
	struct str rest = text;
	struct piece p = next_piece(&rest);

	return rest.len && names_is_label(p.name);
}

static bool read_subject(struct compiler *c, struct str *rest,
			 const struct token *tok, struct path *ret)
{
	struct piece p = next_piece(rest), pick;
	struct token name = first_piece(tok, p.name);
	struct str after = *rest;

	if (str_is(p.name, "prev")) {
		ret->subject = SUBJECT_PREV;
		return true;
	}
	ret->subject = SUBJECT_LABEL;
	ret->label = names_use_label(c, &name);
	if (p.bad)
		say(c, CODE(BAD_PATH), tok, "\"[N]\" counts from 1 to %d",
		    INDEX_MAX);
	if (p.index) {
		ret->pick = PICK_NTH;
		ret->nth = p.index;
		return true;
	}
	pick = next_piece(&after);
	if (!str_is(pick.name, "first") && !str_is(pick.name, "last"))
		return true;
	ret->pick = str_is(pick.name, "first") ? PICK_FIRST : PICK_LAST;
	*rest = after;
	return true;
}

static bool read_what(struct str rest, struct path *ret)
{
	for (size_t i = 0; i < COUNT(whats); i++) {
		if (!str_is(rest, whats[i].word))
			continue;
		ret->what = whats[i].what;
		return true;
	}
	return false;
}

/* "source.x": the beginning is none of a header. */
static bool is_of_what(struct str rest)
{
	struct str name = next_piece(&rest).name;

	for (size_t i = 0; i < COUNT(whats); i++)
		if (str_is(name, whats[i].word))
			return true;
	return false;
}

bool path_parse(struct compiler *c, struct str text, const struct token *tok,
		struct path *ret)
{
	struct str rest = text;

	*ret = (struct path){ .at = tok->at };
	if (names_is_label(text) && !path_is_known_header(pkt_canonical(text)))
		rest = STR_NONE;
	if ((path_is_labelled(text) || str_starts(text, "prev.")) &&
	    !read_subject(c, &rest, tok, ret))
		return false;
	if (!rest.len) {
		say(c, CODE(BAD_PATH), tok,
		    "\"" STR_F "\" names a message; which field of it?",
		    STR_A(text));
		return false;
	}
	if (read_what(rest, ret)) {
		if (ret->what == PATH_COUNT || ret->what == PATH_REPEATS_COUNT)
			names_forgive(c, ret->label);
		return true;
	}
	if (is_of_what(rest)) {
		say(c, CODE(UNKNOWN_FIELD), tok, "there is no \"" STR_F "\"%s",
		    STR_A(rest), say_nearest(c, nearest_field(rest)));
		return false;
	}
	return path_field(c, rest, tok, &ret->field);
}

/* A path that stands by itself; "latency of F2" is the one of several words.
 * what: how it is called where it is missing. */
bool path_read(struct cursor *k, const char *what, struct path *ret)
{
	struct token *t = cursor_need(k, what), *label;

	if (!t || !path_parse(k->c, t->text, t, ret))
		return false;
	if (ret->what != PATH_LATENCY || !cursor_word(k, "of"))
		return true;
	label = cursor_need(k, "a label");
	if (!label)
		return false;
	ret->since = names_use_label(k->c, label);
	ret->at = loc_join(t->at, label->at);
	return true;
}

/* How many tokens the path at the cursor has. */
unsigned path_length(struct cursor *k)
{
	struct token *t = cursor_peek(k), *next = cursor_ahead(k, 1);

	return t && next && str_ends(t->text, "latency") && token_is(next, "of")
		       ? 3
		       : 1;
}
