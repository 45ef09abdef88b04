/* SPDX-License-Identifier: MIT */
/* The torture messages: the index, the fields and the strict grammar find what
 * the table says and nothing else. */
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "field_fix.h"
#include "sip/syntax.h"
#include "torture/torture.h"

struct message {
	const char *rfc, *section, *name, *findings;
};

#define VALID(rfc, section, name)             { rfc, section, name, "" },
#define INVALID(rfc, section, name, findings) { rfc, section, name, findings },
#define SEEN(name, path, text)
static const struct message messages[] = {
#include "torture/table.def"
};

enum { NMESSAGES = sizeof(messages) / sizeof(*messages) };

struct seen {
	const char *name, *path, *text;
};

#define VALID(rfc, section, name)
#define INVALID(rfc, section, name, findings)
#define SEEN(name, path, text) { name, path, text },
static const struct seen seens[] = {
#include "torture/table.def"
};

static struct arena *arena;

static int setup(void **state)
{
	(void)state;
	arena = arena_new();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static struct pkt *load(const char *name)
{
	struct str path = arena_strf(arena, "%s/%s.msg", TORTURE, name);
	buf_auto bytes = { 0 };

	if (!torture_read(path.p, &bytes))
		fail_msg("%s: %s", path.p, strerror(errno));
	return pkt_parse(arena, buf_str(&bytes));
}

static struct value get(const struct pkt *p, const char *text)
{
	struct field_path path = field_fix_path(text);
	struct str near;
	unsigned bad;

	if (!field_resolve(&path, &bad, &near))
		fail_msg("%s is no field", text);
	return field_get(p, &path, arena);
}

/* ---- what is found ------------------------------------------------------- */

/* "byte 7, at …" -> "byte 7": the sentences are tested elsewhere. */
static void find_syntax(struct buf *out, const struct pkt *p, const char *path)
{
	struct value v = get(p, path);
	struct str byte, rest;

	if (!v.present || str_is(v.text, "valid"))
		return;
	str_cut(v.text, ',', &byte, &rest);
	buf_addf(out, "%s: " STR_F "\n", path, STR_A(byte));
}

static bool is_due(const struct pkt *p, enum header_id id)
{
	return id == HEADER_TO || id == HEADER_FROM || id == HEADER_CALL_ID ||
	       id == HEADER_CSEQ || id == HEADER_VIA ||
	       (id == HEADER_MAX_FORWARDS && p->kind == PKT_REQUEST);
}

/* RFC 3261 8.1.1 and 7.3.1: what must be there, and what only once. */
static void find_rows(struct buf *out, const struct pkt *p, enum header_id id)
{
	const struct header_info *h = header_info(id);
	unsigned n = pkt_rows(p, h->name.p);

	if ((!n && is_due(p, id)) || (n > 1 && !h->list))
		buf_addf(out, STR_F ".rows: %u\n", STR_A(h->name), n);
}

static void find_in_header(struct buf *out, const struct pkt *p,
			   enum header_id id)
{
	struct str path = arena_strf(arena, STR_F ".syntax",
				     STR_A(header_info(id)->name));

	if (syntax_has(id))
		find_syntax(out, p, path.p);
	find_rows(out, p, id);
}

static void find_meaning(struct buf *out, const struct pkt *p)
{
	struct value method = get(p, "CSeq.method");
	struct value tag = get(p, "From.tag");
	struct value length = get(p, "Content-Length");
	int order;

	if (p->kind == PKT_REQUEST && method.present &&
	    !str_eq(method.text, p->method))
		buf_addf(out, "CSeq.method: " STR_F " in " STR_F "\n",
			 STR_A(method.text), STR_A(p->method));
	if (str_is(get(p, "Via.branch").text, "z9hG4bK"))
		buf_add_z(out, "Via.branch: nothing behind the cookie\n");
	if (!tag.present && get(p, "From").present)
		buf_add_z(out, "From.tag: absent\n");
	if (value_order(&length, get(p, "body.length").text, &order) &&
	    order > 0)
		buf_add_z(out, "Content-Length: above the body's length\n");
}

static void find(struct buf *out, const struct pkt *p)
{
	if (p->flaw)
		buf_addf(out, "frame: %s\n", p->flaw);
	find_syntax(out, p, "request-uri.syntax");
	find_syntax(out, p, "status.reason.syntax");
	for (int id = 1; id < HEADER_COUNT; id++)
		find_in_header(out, p, (enum header_id)id);
	find_meaning(out, p);
}

/* ---- tests --------------------------------------------------------------- */

/* The order of findings says nothing. */
static bool same_lines(struct str a, struct str b)
{
	struct str rest = a, line;

	if (a.len != b.len)
		return false;
	while (rest.len) {
		str_cut(rest, '\n', &line, &rest);
		line.len++;
		if (str_find(b, line) < 0)
			return false;
	}
	return true;
}

static void test_findings(void **state)
{
	unsigned wrong = 0;

	(void)state;
	for (size_t i = 0; i < NMESSAGES; i++) {
		const struct message *m = &messages[i];
		buf_auto found = { 0 };

		find(&found, load(m->name));
		if (same_lines(buf_str(&found), str_from(m->findings)))
			continue;
		wrong++;
		print_error("%s (%s %s)\nwanted:\n%sfound:\n%s", m->name,
			    m->rfc, m->section, m->findings, buf_z(&found));
	}
	assert_int_equal(wrong, 0);
}

static void test_seen(void **state)
{
	unsigned wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(seens) / sizeof(*seens); i++) {
		const struct seen *s = &seens[i];
		struct value v = get(load(s->name), s->path);

		if (v.present == (s->text != NULL) &&
		    (!s->text || str_is(v.text, s->text)))
			continue;
		wrong++;
		print_error("%s: %s is \"" STR_F "\", wanted %s\n", s->name,
			    s->path, STR_A(v.text),
			    s->text ? s->text : "nothing");
	}
	assert_int_equal(wrong, 0);
}

static bool is_listed(const char *file)
{
	for (size_t i = 0; i < NMESSAGES; i++) {
		struct str name = str_from(messages[i].name);

		if (str_starts(str_from(file), messages[i].name) &&
		    str_is(str_tail(str_from(file), name.len), ".msg"))
			return true;
	}
	return false;
}

/* 49 of RFC 4475, 12 of RFC 5118, and a file for none but them. */
static void test_complete(void **state)
{
	DIR *dir = opendir(TORTURE);
	struct dirent *e;
	unsigned files = 0;

	(void)state;
	assert_non_null(dir);
	while ((e = readdir(dir))) {
		if (!str_ends(str_from(e->d_name), ".msg"))
			continue;
		files++;
		if (!is_listed(e->d_name))
			fail_msg("%s is not in the table", e->d_name);
	}
	closedir(dir);
	assert_int_equal(files, NMESSAGES);
	assert_int_equal(NMESSAGES, 49 + 12);
}

static void test_escapes(void **state)
{
	buf_auto out = { 0 };

	(void)state;
	torture_decode(&out, STR("a{x0041}{3*bc}{length}}{{x}{xg0}\n"), 7);
	assert_true(str_eq(buf_str(&out), STR("a\0Abcbcbc7}{{x}{xg0}\r\n")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_findings),
		cmocka_unit_test(test_seen),
		cmocka_unit_test(test_complete),
		cmocka_unit_test(test_escapes),
	};

	return cmocka_run_group_tests_name("torture", tests, setup, teardown);
}
