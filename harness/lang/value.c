/* SPDX-License-Identifier: MIT */
/* Templates of run time: text with {carol.uri}, {F3.Contact[1].uri|bare},
 * {b2.replaces}, {pad 80} ... What is known already becomes text here. */
#include "lang/compile.h"

#include <ctype.h>
#include <stdlib.h>

enum {
	OF_PARTY = VALUE_OF_PARTY,
	OF_DUT = VALUE_OF_DUT,
	OF_DIALOG = VALUE_OF_DIALOG
};

static const struct {
	struct str name;
	enum tmpl_attr attr;
	unsigned of;
} attrs[] = {
#define ATTR(name, attr, of, meaning) { { name, sizeof(name) - 1 }, attr, of },
#include "lang/attrs.def"
#undef ATTR
};

static const struct {
	struct str name;
	unsigned filter;
} filters[] = {
	{ { "uri", 3 }, FILTER_URI },   { { "unescape", 8 }, FILTER_UNESCAPE },
	{ { "bare", 4 }, FILTER_BARE }, { { "spelt", 5 }, FILTER_SPELT },
	{ { "via", 3 }, FILTER_VIA },
};

#define COUNT(list) (sizeof(list) / sizeof(*(list)))

struct inside { /* the inside of one "{…}" */
	struct compiler *c;
	const struct token *tok;
	struct str text;        /* without filters */
	struct str first, rest; /* at the first '.' */
	struct token head;      /* first, as a token of its own */
	struct tmpl_part *part;
};

/* The place of a slice of the token's text, where it lies in the file. */
static struct token slice(const struct token *tok, struct str text)
{
	struct token t = *tok;
	const struct src *src = tok->at.src;

	t.kind = TOK_WORD;
	t.text = text;
	if (!src || text.p < src->text.p ||
	    text.p + text.len > src->text.p + src->text.len)
		return t;
	t.at.off = (uint32_t)(text.p - src->text.p);
	t.at.len = (uint32_t)text.len;
	return t;
}

/* ---- attributes ---- */

static bool find_attr(struct inside *r, unsigned of)
{
	struct token bad;
	struct str names[COUNT(attrs)];
	size_t n = 0;

	for (size_t i = 0; i < COUNT(attrs); i++) {
		if (!(attrs[i].of & of))
			continue;
		names[n++] = attrs[i].name;
		if (!str_eq(attrs[i].name, r->rest))
			continue;
		r->part->attr = attrs[i].attr;
		return true;
	}
	if (!r->rest.len) {
		say(r->c, CODE(UNKNOWN_ATTRIBUTE), &r->head,
		    "what of \"" STR_F "\"? write {" STR_F "." STR_F "}",
		    STR_A(r->first), STR_A(r->first), STR_A(names[0]));
		return false;
	}
	bad = slice(r->tok, r->rest);
	say(r->c, CODE(UNKNOWN_ATTRIBUTE), &bad,
	    "\"" STR_F "\" has no \"" STR_F "\"%s", STR_A(r->first),
	    STR_A(r->rest), say_nearest(r->c, diag_nearest(r->rest, names, n)));
	return false;
}

bool value_is_attribute(struct str s, unsigned of)
{
	for (size_t i = 0; i < COUNT(attrs); i++)
		if (attrs[i].of & of && str_eq(attrs[i].name, s))
			return true;
	return false;
}

static bool ref_party(struct inside *r, const struct party_decl *party)
{
	r->part->kind = TMPL_PARTY;
	r->part->party = party;
	return find_attr(r, OF_PARTY);
}

static bool ref_dut(struct inside *r)
{
	r->part->kind = TMPL_DUT;
	return find_attr(r, OF_DUT);
}

static bool ref_dialog(struct inside *r)
{
	r->part->dialog = names_use_dialog(r->c, &r->head);
	if (str_starts(r->rest, "request.")) {
		r->part->kind = TMPL_DIALOG_HDR;
		return path_field(r->c, str_tail(r->rest, 8), r->tok,
				  &r->part->field);
	}
	r->part->kind = TMPL_DIALOG;
	return find_attr(r, OF_DIALOG);
}

/* ---- text that is known already ---- */

static bool set_text(struct inside *r, struct str text)
{
	r->part->kind = TMPL_TEXT;
	r->part->text = text;
	return true;
}

static bool ref_pad(struct inside *r)
{
	uint64_t n;
	char *p;

	if (!str_to_u64(str_trim(str_tail(r->text, 4)), &n) || n > PAD_MAX) {
		say(r->c, CODE(BAD_PAD), r->tok,
		    "{pad N} makes N bytes, 0 to %d", PAD_MAX);
		return false;
	}
	r->c->padding += n;
	if (r->c->padding > PADS_MAX) {
		say(r->c, CODE(TOO_LONG), r->tok,
		    "all padding together has more than %d bytes", PADS_MAX);
		return false;
	}
	if (!step_tick(r->c))
		return false;
	p = arena_alloc(r->c->a, n + 1);
	memset(p, 'x', n);
	return set_text(r, (struct str){ p, n });
}

static bool ref_byte(struct inside *r)
{
	char hex[3] = { r->text.p[1], r->text.p[2], 0 };
	char byte = (char)strtoul(hex, NULL, 16);

	return set_text(r, arena_str(r->c->a, (struct str){ &byte, 1 }));
}

static bool ref_env(struct inside *r)
{
	const char *value = getenv(arena_z(r->c->a, r->rest));

	if (value && r->c->env->hide)
		device_hide(r->c->a, r->c->env->hide, str_from(value));
	if (value)
		return set_text(r, arena_str(r->c->a, str_from(value)));
	say(r->c, CODE(UNKNOWN_ENV), r->tok, "the environment has no " STR_F,
	    STR_A(r->rest));
	return false;
}

static bool ref_edition(struct inside *r)
{
	const struct edition_value *v = edition_find(r->rest);

	if (v) {
		r->c->by_edition = v;
		return set_text(r, edition_says(v, r->c->prog->edition));
	}
	say(r->c, CODE(UNKNOWN_ATTRIBUTE), r->tok,
	    "an edition has only \"refer-accepted\"");
	return false;
}

static bool is_byte(struct str s)
{
	return s.len == 3 && s.p[0] == 'x' && isxdigit((unsigned char)s.p[1]) &&
	       isxdigit((unsigned char)s.p[2]);
}

/* ---- references ---- */

static bool ref_path(struct inside *r)
{
	r->part->kind = TMPL_PATH;
	return path_parse(r->c, r->text, r->tok, &r->part->path);
}

static bool ref_let(struct inside *r, const struct label *let)
{
	r->part->kind = TMPL_PATH;
	r->part->path = (struct path){ .subject = SUBJECT_LABEL,
				       .label = let,
				       .at = r->head.at };
	return true;
}

static bool ref_unknown(struct inside *r)
{
	struct compiler *c = r->c;
	struct str *list = ARENA_ARRAY(c->a, struct str,
				       c->prog->nparties + c->nvalues + 1);
	unsigned n = 0;

	for (unsigned i = 0; i < c->prog->nparties; i++)
		list[n++] = c->prog->parties[i].name;
	for (unsigned i = 0; i < c->nvalues; i++)
		list[n++] = c->values[i].name;
	list[n++] = STR("dut");
	say(c, CODE(UNKNOWN_NAME), &r->head,
	    "nothing here is called \"" STR_F "\"%s", STR_A(r->first),
	    say_nearest(c, diag_nearest(r->first, list, n)));
	return false;
}

static bool ref_named(struct inside *r)
{
	struct token name = expand_name(r->c, r->head);
	const struct party_decl *party;
	const struct label *let;

	if (names_is_label(name.text) || str_is(r->first, "prev"))
		return ref_path(r);
	if (names_is_dut(r->c, name.text))
		return ref_dut(r);
	party = names_find_party(r->c, name.text);
	if (party)
		return ref_party(r, party);
	let = names_let(r->c, r->text);
	if (let)
		return ref_let(r, let);
	if (names_is_dialog(r->c, name.text) ||
	    value_is_attribute(r->rest, OF_DIALOG) ||
	    str_starts(r->rest, "request."))
		return ref_dialog(r);
	return ref_unknown(r);
}

static bool ref_parse(struct inside *r)
{
	if (str_is(r->text, "crlf"))
		return set_text(r, STR("\r\n"));
	if (str_starts(r->text, "pad "))
		return ref_pad(r);
	if (is_byte(r->text))
		return ref_byte(r);
	str_cut(r->text, '.', &r->first, &r->rest);
	r->head = slice(r->tok, r->first);
	if (str_is(r->first, "env"))
		return ref_env(r);
	if (str_is(r->first, "edition"))
		return ref_edition(r);
	return ref_named(r);
}

static bool parse_filters(struct inside *r, struct str rest)
{
	while (rest.len) {
		struct str one;
		size_t i;

		str_cut(rest, '|', &one, &rest);
		for (i = 0; i < COUNT(filters); i++)
			if (str_eq(filters[i].name, one))
				break;
		if (i == COUNT(filters)) {
			say(r->c, CODE(UNKNOWN_FILTER), r->tok,
			    "no filter \"" STR_F "\"; there are uri, "
			    "unescape, bare, spelt, via",
			    STR_A(one));
			return false;
		}
		r->part->filters |= filters[i].filter;
	}
	return true;
}

/* Most have one part, and a part is large: the first gets no room to grow. */
static struct tmpl_part *add_part(struct compiler *c, struct tmpl *t,
				  struct loc at)
{
	struct tmpl_part *bigger;

	if (!(t->n & (t->n - 1))) { /* 0 and the powers of two: full */
		bigger = ARENA_ARRAY(c->a, struct tmpl_part,
				     t->n ? t->n * 2 : 1);
		if (t->n)
			memcpy(bigger, t->parts, t->n * sizeof(*bigger));
		t->parts = bigger;
	}
	t->parts[t->n] = (struct tmpl_part){ .at = at };
	return &t->parts[t->n++];
}

static void add_text(struct compiler *c, struct tmpl *t, struct str text,
		     struct loc at)
{
	struct tmpl_part *part;

	if (!text.len)
		return;
	part = add_part(c, t, at);
	part->kind = TMPL_TEXT;
	part->text = text;
}

/* What stands in braces but is no template stays text: JSON, {} */
static bool is_template(struct str brace)
{
	return brace.len > 2 && isalpha((unsigned char)brace.p[1]);
}

static bool add_ref(struct compiler *c, struct tmpl *t, struct str brace,
		    const struct token *tok)
{
	struct str inner = str_sub(brace, 1, brace.len - 2), rest;
	struct token place = slice(tok, brace);
	struct tmpl_part part = { .at = place.at };
	struct inside r = { .c = c, .tok = &place, .part = &part };

	str_cut(inner, '|', &r.text, &rest);
	r.text = str_trim(r.text);
	if (!parse_filters(&r, rest) || !ref_parse(&r))
		return false;
	*add_part(c, t, place.at) = part;
	return true;
}

bool value_text(struct compiler *c, struct str text, const struct token *tok,
		struct tmpl *ret)
{
	size_t from = 0, i = 0;
	bool ok = true;

	*ret = (struct tmpl){ .at = tok->at };
	ret->is_auto = str_is(text, "{auto}");
	if (ret->is_auto)
		return true;
	while (i < text.len) {
		size_t n = text.p[i] == '{' ? lex_brace(str_tail(text, i)) : 0;
		struct str brace = str_sub(text, i, n);

		if (!n || !is_template(brace)) {
			i++;
			continue;
		}
		add_text(c, ret, str_sub(text, from, i - from), tok->at);
		ok &= add_ref(c, ret, brace, tok);
		from = i += n;
	}
	add_text(c, ret, str_tail(text, from), tok->at);
	if (!ret->n) /* an empty value is a value */
		add_part(c, ret, tok->at)->text = STR("");
	return ok;
}

bool value_template(struct compiler *c, const struct token *tok,
		    struct tmpl *ret)
{
	return value_text(c, tok->text, tok, ret);
}

bool value_constant(const struct tmpl *t, struct str *ret)
{
	*ret = t->n ? t->parts[0].text : STR_NONE;
	return t->n == 1 && t->parts[0].kind == TMPL_TEXT &&
	       !t->parts[0].filters;
}
