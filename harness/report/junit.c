/* SPDX-License-Identifier: MIT */
/* JUnit as Jenkins publishes its schema: a suite is a scenario, a case is a
 * check. Names hold no times, ports or Call-IDs and are unique in their suite.
 * Every byte is legal XML 1.0, whatever the device sent. */
#include "report/point.h"
#include "report/repeat.h"
#include "report/sorted.h"

#include <limits.h>

#include <libxml/xmlwriter.h>

#include "base/text.h"

enum as { AS_PASS, AS_FAILURE, AS_ERROR, AS_SKIPPED };

struct sums {
	unsigned tests, failures, errors, skipped;
};

struct junit {
	xmlTextWriter *xml;
	const struct run *run;
	const struct report_opts *opts;
	struct buf scratch;
	unsigned left;  /* cases of the suite that are not written yet */
	long long told; /* of its time, ms: given to those that are */
};

static enum as as_of(enum verdict v)
{
	switch (v) {
	case VERDICT_PASS:
		return AS_PASS;
	case VERDICT_FAIL:
		return AS_FAILURE;
	case VERDICT_INCONCLUSIVE:
	case VERDICT_ERROR:
		return AS_ERROR;
	case VERDICT_NONE:
	case VERDICT_SKIP:
	case VERDICT_WARN:
	case VERDICT_KNOWN:
	case VERDICT_NOT_RUN:
		break;
	}
	return AS_SKIPPED;
}

/* ---- writing legal XML ---- */

static const xmlChar *xml_z(const char *z)
{
	return (const xmlChar *)z;
}

/* s with the bytes that XML or a terminal minds made visible, line by line;
 * good until the next call. */
static const xmlChar *safe(struct junit *j, struct str s, bool lines)
{
	struct str line = s, rest = STR_NONE;
	buf_auto shown = { 0 };

	do {
		if (lines)
			str_cut(s, '\n', &line, &rest);
		text_printable(&shown, line);
		if (line.len < s.len)
			buf_add_char(&shown, '\n');
		s = rest;
	} while (s.len);
	buf_clear(&j->scratch);
	text_xml_safe(&j->scratch, buf_str(&shown));
	return xml_z(buf_z(&j->scratch));
}

static void begin(struct junit *j, const char *name)
{
	xmlTextWriterStartElement(j->xml, xml_z(name));
}

static void end(struct junit *j)
{
	xmlTextWriterEndElement(j->xml);
}

static void attr(struct junit *j, const char *name, struct str s)
{
	xmlTextWriterWriteAttribute(j->xml, xml_z(name), safe(j, s, false));
}

static void attr_num(struct junit *j, const char *name, unsigned n)
{
	xmlTextWriterWriteFormatAttribute(j->xml, xml_z(name), "%u", n);
}

/* In whole ms, so that what the cases took adds up to what the suite took. */
static long long in_ms(ns_t t)
{
	return (t + NS_MS / 2) / NS_MS;
}

static void attr_ms(struct junit *j, long long ms)
{
	xmlTextWriterWriteFormatAttribute(j->xml, xml_z("time"), "%lld.%03lld",
					  ms / 1000, ms % 1000);
}

/* The time of a case is what went by since the one before it; GitLab adds them
 * up. The last one has the rest. t: when it was decided. */
static void attr_share(struct junit *j, const struct result *r, ns_t t)
{
	long long share = in_ms(t < r->took ? t : r->took) - j->told;

	if (j->left && !--j->left)
		share = in_ms(r->took) - j->told;
	if (share < 0)
		share = 0;
	j->told += share;
	attr_ms(j, share);
}

static void words(struct junit *j, struct str s)
{
	xmlTextWriterWriteString(j->xml, safe(j, s, true));
}

/* ---- counting ---- */

static void count(struct sums *s, enum verdict v)
{
	enum as as = as_of(v);

	s->tests++;
	s->failures += as == AS_FAILURE;
	s->errors += as == AS_ERROR;
	s->skipped += as == AS_SKIPPED;
}

/* No check says what the scenario as a whole is: it gets a case of its own. */
static bool needs_own_case(const struct result *r)
{
	bool any = false;

	for (size_t i = 0; i < r->n; i++) {
		if (!point_is(&r->findings[i]))
			continue;
		any = true;
		if (r->findings[i].verdict == r->verdict)
			return false;
	}
	return !any ||
	       (r->verdict != VERDICT_PASS && r->verdict != VERDICT_WARN);
}

static struct sums sums_of(const struct result *r)
{
	struct sums s = { 0 };

	for (size_t i = 0; i < r->n; i++)
		if (point_is(&r->findings[i]))
			count(&s, r->findings[i].verdict);
	if (needs_own_case(r))
		count(&s, r->verdict);
	if (repeat_is(r))
		count(&s, r->verdict);
	return s;
}

static void attr_sums(struct junit *j, const struct sums *s)
{
	attr_num(j, "tests", s->tests);
	attr_num(j, "failures", s->failures);
	attr_num(j, "errors", s->errors);
}

/* ---- cases ---- */

/* The second of the same name in a suite is called "... (2)". */
static void attr_case_name(struct junit *j, const struct result *r, size_t at)
{
	const struct finding *f = &r->findings[at];
	unsigned same = 1;
	buf_auto name = { 0 };

	for (size_t i = 0; i < at; i++)
		same += point_is(&r->findings[i]) &&
			str_eq(r->findings[i].what, f->what);
	buf_add_str(&name, f->what);
	if (same > 1)
		buf_addf(&name, " (%u)", same);
	attr(j, "name", buf_str(&name));
}

/* "refer/basic" -> "refer.basic": consumers make packages of the dots. */
static void attr_class(struct junit *j, const struct result *r)
{
	buf_auto name = { 0 };

	for (size_t i = 0; i < r->id.len; i++)
		buf_add_char(&name, r->id.p[i] == '/' ? '.' : r->id.p[i]);
	attr(j, "classname", buf_str(&name));
}

static void add_lines(struct buf *out, const char *key, struct str s)
{
	if (!s.len)
		return;
	buf_add_z(out, key);
	buf_add_str(out, s);
	buf_add_char(out, '\n');
}

static void write_body(struct junit *j, const struct finding *f)
{
	buf_auto out = { 0 }, ids = { 0 }, also = { 0 };

	buf_add_char(&out, '\n');
	contrast_add(&out, "", f->wanted, f->got);
	if (!str_eq(f->got, f->message))
		add_lines(&out, "came     ", f->message);
	point_ids(&ids, f, true);
	point_ids(&also, f, false);
	add_lines(&out, "rules    ", buf_str(&ids));
	add_lines(&out, "also     ", buf_str(&also));
	add_lines(&out, "", f->detail);
	words(j, buf_str(&out));
}

static void write_fault(struct junit *j, const char *element,
			const struct finding *f)
{
	buf_auto message = { 0 };

	begin(j, element);
	attr(j, "type", str_from(f->kind));
	if (f->wanted.len || f->got.len) {
		buf_add_z(&message, "wanted ");
		text_printable(&message, f->wanted);
		buf_add_z(&message, ", got ");
		text_printable(&message, f->got);
	} else {
		text_printable(&message, f->what);
	}
	if (f->reason.len)
		buf_addf(&message, " (" STR_F ")", STR_A(f->reason));
	attr(j, "message", buf_str(&message));
	write_body(j, f);
	end(j);
}

static void write_skipped(struct junit *j, struct str message)
{
	begin(j, "skipped");
	attr(j, "message", message);
	end(j);
}

static void write_ladder(struct junit *j, const struct result *r)
{
	buf_auto path = { 0 };

	if (!point_has_artefacts(j->opts, r))
		return;
	begin(j, "system-out");
	buf_add_z(&path, "[[ATTACHMENT|");
	point_artefact(&path, j->opts, r, "ladder.txt");
	buf_add_z(&path, "]]");
	words(j, buf_str(&path));
	end(j);
}

static void write_outcome(struct junit *j, const struct result *r,
			  const struct finding *f)
{
	enum as as = as_of(f->verdict);
	buf_auto excuse = { 0 };

	if (as == AS_PASS)
		return;
	if (as == AS_SKIPPED) {
		point_excuse(&excuse, f, r);
		write_skipped(j, buf_str(&excuse));
		return;
	}
	write_fault(j, as == AS_FAILURE ? "failure" : "error", f);
	write_ladder(j, r);
}

static void write_case(struct junit *j, const struct result *r, size_t at)
{
	const struct finding *f = &r->findings[at];

	begin(j, "testcase");
	attr_case_name(j, r, at);
	attr_class(j, r);
	attr_share(j, r, f->t);
	attr(j, "file", f->file);
	if (f->line)
		attr_num(j, "line", f->line);
	write_outcome(j, r, f);
	end(j);
}

static void write_own_case(struct junit *j, const struct result *r)
{
	struct finding f = { .kind = "scenario",
			     .verdict = r->verdict,
			     .what = STR("the scenario as a whole"),
			     .reason = r->reason };

	begin(j, "testcase");
	attr(j, "name", f.what);
	attr_class(j, r);
	attr_share(j, r, r->took);
	attr(j, "file", r->file);
	write_outcome(j, r, &f);
	end(j);
}

/* The one case of a --repeat that says how often, and lists what failed. */
static void write_plays_case(struct junit *j, const struct result *r)
{
	enum as as = as_of(r->verdict);
	buf_auto text = { 0 }, list = { 0 };

	repeat_words(r, &text);
	repeat_list(r, "", UINT_MAX, &list);
	begin(j, "testcase");
	attr(j, "name", STR("every play"));
	attr_class(j, r);
	attr_share(j, r, r->took);
	attr(j, "file", r->file);
	if (as == AS_SKIPPED)
		write_skipped(j, buf_str(&text));
	if (as == AS_FAILURE || as == AS_ERROR) {
		begin(j, as == AS_FAILURE ? "failure" : "error");
		attr(j, "type", STR("repeat"));
		attr(j, "message", buf_str(&text));
		words(j, buf_str(&list));
		end(j);
	}
	end(j);
}

/* ---- suites ---- */

static void property(struct junit *j, const char *name, struct str value)
{
	if (!value.len)
		return;
	begin(j, "property");
	attr(j, "name", str_from(name));
	attr(j, "value", value);
	end(j);
}

static void write_properties(struct junit *j, const struct result *r)
{
	const struct run *part = run_part(j->run, r);
	buf_auto plays = { 0 };

	if (repeat_is(r))
		buf_addf(&plays, "%u", r->plays);
	begin(j, "properties");
	property(j, "device", part->device);
	property(j, "version", part->device_version);
	property(j, "transport", part->transport);
	property(j, "edition", part->edition);
	property(j, "seed", r->seed.len ? r->seed : part->seed);
	property(j, "plays", buf_str(&plays));
	property(j, "verdict", str_from(verdict_word(r->verdict)));
	end(j);
}

static void write_suite(struct junit *j, const struct result *r)
{
	struct sums s = sums_of(r);

	j->left = s.tests;
	j->told = 0;
	begin(j, "testsuite");
	attr(j, "name", r->id);
	attr_sums(j, &s);
	attr_num(j, "skipped", s.skipped);
	attr_ms(j, in_ms(r->took));
	if (run_part(j->run, r)->started.len)
		attr(j, "timestamp", run_part(j->run, r)->started);
	attr(j, "file", r->file);
	write_properties(j, r);
	for (size_t i = 0; i < r->n; i++)
		if (point_is(&r->findings[i]))
			write_case(j, r, i);
	if (needs_own_case(r))
		write_own_case(j, r);
	if (repeat_is(r))
		write_plays_case(j, r);
	end(j);
}

static void write_suites(struct junit *j)
{
	struct sums all = { 0 };
	long long took = 0;

	for (size_t i = 0; i < j->run->n; i++) {
		struct sums s = sums_of(j->run->list[i]);

		all.tests += s.tests;
		all.failures += s.failures;
		all.errors += s.errors;
		took += in_ms(j->run->list[i]->took);
	}
	begin(j, "testsuites");
	attr(j, "name", STR("sipladder"));
	attr_sums(j, &all);
	attr_ms(j, took);
	for (size_t i = 0; i < j->run->n; i++)
		write_suite(j, j->run->list[i]);
	end(j);
}

bool junit_write(const struct run *run, const struct report_opts *opts,
		 struct buf *out, struct fail *why)
{
	struct arena *a = arena_new();
	struct run sorted = sorted_run(run, a);
	struct junit j = { .run = &sorted, .opts = opts };
	xmlBuffer *memory = xmlBufferCreate();

	j.xml = memory ? xmlNewTextWriterMemory(memory, 0) : NULL;
	if (!j.xml) {
		xmlBufferFree(memory);
		arena_free(a);
		return fail_set(why, "libxml2 makes no writer");
	}
	xmlTextWriterSetIndent(j.xml, 1);
	xmlTextWriterStartDocument(j.xml, NULL, "UTF-8", NULL);
	write_suites(&j);
	xmlTextWriterEndDocument(j.xml);
	xmlFreeTextWriter(j.xml);
	buf_add(out, xmlBufferContent(memory), (size_t)xmlBufferLength(memory));
	xmlBufferFree(memory);
	buf_free(&j.scratch);
	arena_free(a);
	return !out->over || fail_set(why, "the report is too long");
}
