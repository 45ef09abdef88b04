/* SPDX-License-Identifier: MIT */
/* Reports of a device that means no good: every text holds bytes that some
 * format forbids. And reports of a long run, in time. */
#include "golden.h"
#include "report_scene.h"

#include <libxml/parser.h>
#include <stdio.h>
#include <time.h>

#include "base/text.h"

static const char bytes[] =
	"a\0b\x01\x1b[31m]]>&<'\"#\\ %s\r\nnot ok 2 - x\n  ...\nBail out! \x7f"
	"\xc2\x85\xc3\xa4\xed\xa0\x80\xef\xbf\xbf\xff\xfe # SKIP\t|;:{}";

static struct str hostile(void)
{
	return (struct str){ bytes, sizeof(bytes) - 1 };
}

static void poison_finding(struct finding *f)
{
	struct str *all[] = { &f->what,  &f->wanted, &f->got,     &f->detail,
			      &f->label, &f->file,   &f->message, &f->arrow };

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		*all[i] = hostile();
	f->reqs = STR("a\x01-1 b<-2");
}

static void poison(struct made *m)
{
	struct str *all[] = {
		&m->run.version,   &m->run.device,  &m->run.address,
		&m->run.transport, &m->run.edition, &m->run.seed,
		&m->run.slack,     &m->run.started, &m->run.device_version,
		&m->run.command,   &m->opts.out
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		*all[i] = hostile();
	for (size_t i = 0; i < m->run.n; i++) {
		struct result *r = m->run.list[i];

		r->id = r->file = r->title = r->reason = hostile();
		r->seed = r->phase = hostile();
		if (r->known_reason.len)
			r->known_reason = r->known_until = hostile();
		for (size_t k = 0; k < r->n; k++)
			poison_finding(&r->findings[k]);
	}
}

/* Neither control bytes but LF nor broken UTF-8 get out. */
static void assert_harmless(struct str s)
{
	while (s.len) {
		size_t n = text_utf8_len(s);
		unsigned char c = (unsigned char)s.p[0];

		assert_true(n > 0);
		assert_true(c == '\n' || (c >= 0x20 && c != 0x7f));
		assert_false(n == 2 && c == 0xc2 &&
			     (unsigned char)s.p[1] < 0xa0);
		s = str_tail(s, n);
	}
}

static void add_tap(const struct made *m, struct buf *out)
{
	struct tap t;

	tap_begin(&t, &m->run, &m->opts, out);
	for (size_t i = 0; i < m->run.n; i++)
		tap_result(&t, m->run.list[i]);
	tap_end(&t, &m->run);
}

static void test_tap(void **state)
{
	struct made *m = made_run();
	buf_auto out = { 0 };

	(void)state;
	poison(m);
	add_tap(m, &out);
	assert_harmless(buf_str(&out));
	assert_true(str_find(buf_str(&out), STR("\nBail out!")) < 0);
	golden_check("report/hostile.tap", &out);
	made_free(m);
}

static void test_terminal(void **state)
{
	struct made *m = made_run();
	buf_auto out = { 0 };

	(void)state;
	poison(m);
	for (size_t i = 0; i < m->run.n; i++)
		terminal_result(m->run.list[i], &m->opts, &out);
	terminal_summary(&m->run, &m->opts, &out);
	assert_harmless(buf_str(&out));
	made_free(m);
}

static void test_junit(void **state)
{
	struct made *m = made_run();
	buf_auto out = { 0 };
	struct fail why;
	xmlDoc *doc;

	(void)state;
	poison(m);
	assert_true(junit_write(&m->run, &m->opts, &out, &why));
	doc = xmlReadMemory(out.p, (int)out.len, "x", NULL, XML_PARSE_NONET);
	assert_non_null(doc);
	xmlFreeDoc(doc);
	golden_check("report/hostile.xml", &out);
	made_free(m);
}

static void test_json(void **state)
{
	struct made *m = made_run();
	buf_auto one = { 0 }, two = { 0 };
	struct run back = { .arena = m->a };
	struct fail why;

	(void)state;
	poison(m);
	result_write(&m->run, &one);
	assert_true(result_read(buf_str(&one), &back, &why));
	assert_true(str_eq(back.device, hostile()));
	assert_true(str_eq(back.list[0]->findings[0].got, hostile()));
	result_write(&back, &two);
	assert_true(str_eq(buf_str(&one), buf_str(&two)));
	made_free(m);
}

static void poison_trace(struct trace *tr)
{
	for (size_t i = 0; i < tr->n; i++) {
		struct event *ev = &tr->list[i];

		if (ev->kind != EV_PHASE)
			ev->name = hostile();
		ev->text = ev->wanted = ev->got = ev->peer = hostile();
		if (i % 2)
			ev->bytes = hostile();
	}
}

static void test_ladder(void **state)
{
	struct made *m = made_run();
	struct scene *s = m->scenes[3];
	buf_auto out = { 0 }, svg = { 0 };
	struct ladder *l;

	(void)state;
	poison(m);
	poison_trace(&s->tr);
	l = ladder_new(s->r, &s->tr, m->a);
	ladder_text(l, &out);
	ladder_mermaid(l, &out);
	ladder_svg(l, &svg);
	golden_check("report/hostile.svg", &svg);
	assert_harmless(buf_str(&svg));
	messages_text(&s->tr, &out);
	assert_harmless(buf_str(&out));
	made_free(m);
}

/* Numbers that no program made: nothing is read outside of anything. */
static void test_ladder_of_nonsense(void **state)
{
	struct arena *a = arena_new();
	struct trace tr = { .arena = a };
	struct result r = { .verdict = VERDICT_ERROR, .arena = a };
	buf_auto out = { 0 };
	uint64_t rng = 7;

	(void)state;
	for (int i = 0; i < 5000; i++) {
		struct event ev = event_of(EV_BEGIN, i);

		rng = rng * 6364136223846793005u + 1442695040888963407u;
		ev.kind = (enum ev_kind)((rng >> 33) % (EV_END + 1));
		ev.party = (uint32_t)((rng >> 40) % 300);
		ev.rec = (uint32_t)((rng >> 20) % 5000);
		ev.op = (uint32_t)(rng >> 32);
		ev.cls = (enum rec_class)((rng >> 50) % (REC_EVENT + 1));
		ev.name = STR("n");
		trace_add(&tr, &ev);
	}
	ladder_text(ladder_new(&r, &tr, a), &out);
	ladder_mermaid(ladder_new(&r, &tr, a), &out);
	ladder_svg(ladder_new(&r, &tr, a), &out);
	messages_text(&tr, &out);
	assert_harmless(buf_str(&out));
	arena_free(a);
}

/* ---- a long run ---- */

enum { SCENARIOS = 400, MESSAGES = 30 };

static struct scene *long_scene(unsigned number)
{
	char id[40];
	struct scene *s;
	uint32_t alice;
	struct op *op;

	snprintf(id, sizeof(id), "long/%u", number);
	s = scene_new(id, "dut -> alice 2xx [rfc3515-2.4.2-j]\n");
	alice = made_party(s, "alice", "127.0.0.2:5070");
	scene_event(s, EV_PHASE, 0, "test", "");
	for (unsigned i = 0; i < MESSAGES; i++) {
		op = scene_op(s, PHASE_TEST, OP_EXPECT, "F", "dut -> alice 2xx",
			      1);
		op->rules = scene_rules(s, "rfc3515-2.4.2-j");
		scene_check(s, op, 1, WORD_MUST, LEVEL_MUST, "rfc3515-2.4.5-a");
		scene_checked(
			s, op, 0,
			from_dut(s, 10 * i, alice, op,
				 sip(s->a, "SIP/2.0 202 Accepted",
				     "Contact: <sip:x@192.0.2.10>\r\n", "")),
			number % 7 > 0, "status is 202", "200");
	}
	scene_event(s, EV_END, 900, "", "");
	return s;
}

static void all_of_scene(struct made *m, struct scene *s, struct buf *out)
{
	struct trace tr = { .arena = arena_new() };
	struct fail why;

	for (size_t i = 0; i < s->tr.n; i++)
		trace_line(&s->tr.list[i], out);
	assert_true(trace_read(&tr, buf_str(out), &why));
	s->r = judge(s->prog, &tr, &s->opts, m->a);
	*ARENA_PUSH(m->a, m->run.list, m->run.n) = s->r;
	buf_clear(out);
	ladder_text(ladder_new(s->r, &tr, tr.arena), out);
	messages_text(&tr, out);
	terminal_result(s->r, &m->opts, out);
	buf_clear(out);
	arena_free(tr.arena);
}

static clock_t time_of(unsigned scenarios)
{
	struct arena *a = arena_new();
	struct made m = { .a = a, .run = { .arena = a } };
	buf_auto out = { 0 };
	struct fail why;
	clock_t spent = 0, from;

	made_head(&m);
	for (unsigned i = 0; i < scenarios; i++) {
		struct scene *s = long_scene(i);

		from = clock();
		all_of_scene(&m, s, &out);
		spent += clock() - from;
		scene_free(s);
	}
	from = clock();
	result_write(&m.run, &out);
	assert_true(
		result_read(buf_str(&out), &(struct run){ .arena = a }, &why));
	buf_clear(&out);
	assert_true(junit_write(&m.run, &m.opts, &out, &why));
	buf_clear(&out);
	add_tap(&m, &out);
	terminal_summary(&m.run, &m.opts, &out);
	spent += clock() - from;
	arena_free(a);
	return spent;
}

/* Eight times the scenarios cost about eight times as much: nothing that is
 * done once a scenario looks at all the others (that would be 64 times). */
static void test_growth(void **state)
{
	clock_t few = time_of(SCENARIOS / 8), many = time_of(SCENARIOS);

	(void)state;
	print_message("%d scenarios of %d messages: %.2f s of processor, "
		      "%.1f times an eighth of them\n",
		      SCENARIOS, MESSAGES, (double)many / CLOCKS_PER_SEC,
		      (double)many / (double)few);
	assert_true(many < 30 * few);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tap),
		cmocka_unit_test(test_terminal),
		cmocka_unit_test(test_junit),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_ladder),
		cmocka_unit_test(test_ladder_of_nonsense),
		cmocka_unit_test(test_growth),
	};

	return cmocka_run_group_tests_name("report hostile", tests, NULL, NULL);
}
