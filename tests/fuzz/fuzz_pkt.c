/* SPDX-License-Identifier: MIT */
/* Any bytes as a message: the index is made of slices that put together are
 * the message again, every field that fits its headers can be read, and what
 * is read is no longer than what came. */
#include "fuzz_pkt.h"

#include <assert.h>
#include <time.h>

#include "base/buf.h"
#include "sip/body.h"
#include "sip/field.h"
#include "sip/sdp.h"
#include "sip/syntax.h"

enum { CPU_SECONDS_MAX = 10 }; /* sanitizers and a busy machine included */

static double cpu_seconds(void)
{
	return (double)clock() / CLOCKS_PER_SEC;
}

static void check_inside(struct str piece, struct str whole)
{
	assert(!piece.p || (piece.p >= whole.p &&
			    piece.p + piece.len <= whole.p + whole.len));
}

/* ---- the index ----------------------------------------------------------- */

/* Between two pieces of the head stand line ends and nothing else. */
static const char *skip_ends(const char *from, const char *to)
{
	while (from < to && (*from == '\r' || *from == '\n'))
		from++;
	return from;
}

/* Ends, start line, ends, row, ends, … blank line, body: no byte is missing.
 * Rows above the ceiling are not indexed. */
static void check_whole(const struct pkt *p)
{
	const char *at = p->head.p, *end = p->head.p + p->head.len;

	assert(skip_ends(p->raw.p, p->head.p) == p->head.p);
	assert(end == p->body.p);
	assert(p->body.p + p->body.len == p->raw.p + p->raw.len);
	assert(!p->start.len || p->start.p == at);
	at += p->start.len;
	for (unsigned i = 0; i < p->nlines; i++) {
		at = skip_ends(at, p->lines[i].whole.p);
		assert(at == p->lines[i].whole.p);
		at += p->lines[i].whole.len;
	}
	if (p->nlines < PKT_LINES_MAX)
		assert(skip_ends(at, end) == end);
}

static void check_index(const struct pkt *p, size_t size)
{
	assert(p->raw.len == (size < PKT_BYTES_MAX ? size : PKT_BYTES_MAX));
	check_inside(p->start, p->head);
	check_inside(p->method, p->start);
	check_inside(p->uri, p->start);
	check_inside(p->version, p->start);
	check_inside(p->reason, p->start);
	assert(p->kind == PKT_RESPONSE ? p->status >= 100 && p->status <= 699
				       : !p->status);
	for (unsigned i = 0; i < p->nlines; i++) {
		const struct line *l = &p->lines[i];

		check_inside(l->name, l->whole);
		check_inside(l->value, l->whole);
		assert(!l->name.len || l->name.p == l->whole.p);
		assert(l->id == header_find(l->name));
	}
	check_whole(p);
}

/* ---- fields -------------------------------------------------------------- */

/* Names for "*": what may stand there, and what is nowhere. */
static const char *const wild[] = { "tag",
				    "Replaces",
				    "Replaces.to-tag",
				    "Contact.uri.user",
				    "Subject.unescaped",
				    "none" };

/* The path of a pattern, with a name in the place of its "*". */
static bool make_path(struct arena *a, struct field_path *p, struct str pattern,
		      const char *name)
{
	struct str rest = pattern, near;
	unsigned bad;

	if (str_ends(rest, "*"))
		rest = arena_strf(a, STR_F "%s",
				  STR_A(str_sub(rest, 0, rest.len - 1)), name);
	p->nparts = 0;
	while (rest.len && p->nparts < FIELD_PARTS_MAX)
		str_cut(rest, '.', &p->parts[p->nparts++], &rest);
	return field_resolve(p, &bad, &near);
}

/* What is read may be rows put together, or a sentence about a value. */
static void check_value(const struct pkt *p, const struct value *v)
{
	assert(v->present == (v->text.p != NULL));
	assert(v->text.len <= 4 * p->raw.len + 1000);
	value_is(v, STR("refer;id=1"));
	value_contains(v, STR("x"));
	value_is(v, v->text);
}

static void read_path(struct arena *a, const struct pkt *p,
		      struct field_path *path)
{
	for (path->index = 0; path->index < 3; path->index++) {
		struct value v = field_get(p, path, a);

		check_value(p, &v);
	}
}

static void read_pattern(struct arena *a, const struct pkt *p,
			 struct field_path *path, struct str pattern)
{
	size_t n = str_ends(pattern, "*") ? sizeof(wild) / sizeof(*wild) : 1;

	for (size_t i = 0; i < n; i++)
		if (make_path(a, path, pattern, wild[i]))
			read_path(a, p, path);
}

static void read_root(struct arena *a, const struct pkt *p,
		      enum field_root root, struct str header)
{
	struct field_path path = { .root = root, .header = header };
	const struct str *names;
	struct value whole;
	size_t n;

	read_pattern(a, p, &path, STR_NONE);
	path.index = 0;
	whole = field_get(p, &path, a);
	if (root == FIELD_SDP && !whole.present)
		return; /* slow, and each of them would say so */
	names = field_names(&path, a, &n);
	for (size_t i = 0; i < n; i++)
		read_pattern(a, p, &path, names[i]);
}

/* Each header once, however often it comes. */
static void read_headers(struct arena *a, const struct pkt *p)
{
	bool seen[HEADER_COUNT] = { false };

	for (unsigned i = 0; i < p->nlines; i++) {
		const struct line *l = &p->lines[i];

		if (!l->name.len || seen[l->id])
			continue;
		seen[l->id] = true;
		read_root(a, p, FIELD_HEADER, l->name);
	}
}

/* ---- strict grammar, URIs, bodies ---------------------------------------- */

static void check_breach(struct arena *a, struct str text, struct breach b)
{
	assert(!b.what || !text.p ||
	       (b.at >= text.p && b.at <= text.p + text.len));
	assert(syntax_text(a, text, b).len < 300);
}

static void check_syntax(struct arena *a, const struct pkt *p)
{
	for (unsigned i = 0; i < p->nlines; i++) {
		struct str value = p->lines[i].value;

		check_breach(a, value, syntax_check(p->lines[i].id, value));
		check_breach(a, value, syntax_uri(value));
	}
	check_breach(a, p->body, syntax_sipfrag(p->body));
	check_breach(a, p->start, syntax_reason(p->start));
}

/* What the strict grammar takes, the tolerant parser takes too. */
static void check_uri(struct arena *a, struct str text)
{
	struct uri u;

	check_breach(a, text, syntax_request_uri(text));
	if (!syntax_uri(text).what)
		assert(uri_parse(text, &u));
	if (!uri_equal(text, text))
		return;
	assert(uri_equal(text, uri_spelt(a, text)));
	assert(uri_bare(a, text).len <= text.len);
}

static void check_bodies(struct arena *a, const struct pkt *p)
{
	static const struct sdp_own own = { { "h", 1 }, 4, 1, 1, SDP_SENDRECV };
	buf_auto out = { .max = 1 << 20 };
	struct body_part part;

	for (unsigned n = 0; body_part(p, n, &part) && n <= BODY_PARTS_MAX; n++)
		check_inside(part.content, p->body);
	sdp_write_answer(&out, &own, p->body);
	assert(!out.over);
	pkt_parse_rows(a, p->body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct pkt *p = pkt_parse(a, (struct str){ (const char *)data, size });
	double from = cpu_seconds();

	check_index(p, size);
	for (int root = FIELD_REQUEST_URI; root <= FIELD_SDP; root++)
		read_root(a, p, (enum field_root)root, STR_NONE);
	read_headers(a, p);
	check_syntax(a, p);
	check_uri(a, p->uri);
	check_uri(a, pkt_addr_uri(pkt_value(p, "Contact", 0)));
	check_uri(a, pkt_addr_uri(pkt_value(p, "Refer-To", 0)));
	check_bodies(a, p);
	assert(cpu_seconds() - from < CPU_SECONDS_MAX);
	arena_free(a);
	return 0;
}
