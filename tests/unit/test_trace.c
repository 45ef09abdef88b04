/* SPDX-License-Identifier: MIT */
/* The trace: whatever bytes go in come back, and nothing grows without end. */
#include "scene.h"

static uint64_t rng = 41;

static unsigned roll(unsigned n)
{
	rng = rng * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(rng >> 33) % n;
}

/* Bytes of any kind, or text, or valid UTF-8, or nothing. */
static struct str random_str(struct arena *a)
{
	static const struct str words[] = {
		{ "", 0 },
		{ "BYE sip:a@b SIP/2.0\r\n", 21 },
		{ "\xc3\xa4\xe2\x82\xac", 5 },
		{ "\xc2\x80\xc3\xbf", 4 },
		{ "\0\1\x7f\"\\", 5 },
		{ "\xff\xfe\x80", 3 },
	};
	size_t n = roll(40);
	char *p;

	if (roll(2))
		return words[roll(sizeof(words) / sizeof(*words))];
	p = arena_alloc(a, n + 1);
	for (size_t i = 0; i < n; i++)
		p[i] = (char)roll(256);
	return (struct str){ p, n };
}

static uint32_t random_number(void)
{
	return roll(3) ? roll(1000) : (uint32_t)EV_NONE;
}

static struct event random_event(struct arena *a, uint32_t rec)
{
	struct event ev = event_of(roll(EV_END + 1), (ns_t)roll(1u << 30));

	if (ev.kind == EV_CLASS)
		ev.kind = EV_NOTE;
	ev.op = random_number();
	ev.check = random_number();
	ev.rec = ev.kind == EV_REC ? rec : random_number();
	ev.party = random_number();
	ev.line = random_number();
	ev.out = roll(2);
	ev.automatic = roll(2);
	ev.ok = roll(2);
	ev.cls = roll(REC_EVENT + 1);
	ev.status = roll(700);
	ev.level = roll(3);
	ev.peer = random_str(a);
	ev.name = random_str(a);
	ev.text = random_str(a);
	ev.wanted = random_str(a);
	ev.got = random_str(a);
	ev.rules = random_str(a);
	ev.bytes = random_str(a);
	return ev;
}

static void assert_same(const struct event *a, const struct event *b)
{
	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->t, b->t);
	assert_int_equal(a->op, b->op);
	assert_int_equal(a->check, b->check);
	assert_int_equal(a->rec, b->rec);
	assert_int_equal(a->party, b->party);
	assert_int_equal(a->line, b->line);
	assert_int_equal(a->out, b->out);
	assert_int_equal(a->automatic, b->automatic);
	assert_int_equal(a->ok, b->ok);
	assert_int_equal(a->cls, b->cls);
	assert_int_equal(a->status, b->status);
	assert_int_equal(a->level, b->level);
	assert_true(str_eq(a->peer, b->peer));
	assert_true(str_eq(a->name, b->name));
	assert_true(str_eq(a->text, b->text));
	assert_true(str_eq(a->wanted, b->wanted));
	assert_true(str_eq(a->got, b->got));
	assert_true(str_eq(a->rules, b->rules));
	assert_true(str_eq(a->bytes, b->bytes));
}

static void test_round_trip(void **state)
{
	struct arena *a = arena_new();
	struct trace one = { .arena = a }, two = { .arena = a };
	buf_auto out = { 0 };
	struct fail why;

	(void)state;
	for (uint32_t i = 0; i < 3000; i++) {
		struct event ev = random_event(a, i + 1);
		const struct event *kept = trace_add(&one, &ev);

		assert_non_null(kept);
		trace_line(kept, &out);
	}
	assert_true(trace_read(&two, buf_str(&out), &why));
	assert_int_equal(two.n, one.n);
	for (size_t i = 0; i < one.n; i++)
		assert_same(&one.list[i], &two.list[i]);
	assert_int_equal(two.nrecs, one.nrecs);
	assert_int_equal(two.bytes, one.bytes);
	arena_free(a);
}

/* Each byte alone, and as the only odd one in a text. */
static void test_every_byte(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	for (unsigned b = 0; b < 256; b++) {
		struct trace tr = { .arena = a };
		struct event ev = event_of(EV_REC, 1);
		char text[8] = "ab\xc3\xa4__z";
		buf_auto out = { 0 };
		struct fail why;

		text[4] = (char)b;
		ev.rec = 1;
		ev.bytes = (struct str){ text, 7 };
		ev.got = (struct str){ text + 4, 1 };
		trace_line(&ev, &out);
		assert_true(trace_read(&tr, buf_str(&out), &why));
		assert_same(&ev, &tr.list[0]);
	}
	arena_free(a);
}

static void test_line_form(void **state)
{
	struct event ev = event_of(EV_REC, 104 * NS_MS);
	buf_auto out = { 0 };

	(void)state;
	ev.rec = 7;
	ev.party = 0;
	ev.cls = REC_REPEAT;
	ev.peer = STR("192.0.2.10:5060");
	ev.bytes = STR("SIP/2.0 202\r\n\xff");
	trace_line(&ev, &out);
	assert_str(buf_str(&out),
		   "{\"e\":\"rec\",\"t\":104000000,\"rec\":7,\"party\":0,"
		   "\"class\":\"repeat\",\"peer\":\"192.0.2.10:5060\","
		   "\"data\":\"SIP/2.0 202\\r\\n\\u00ff\","
		   "\"bytes\":[\"data\"]}\n");
}

static void test_class_corrects_record(void **state)
{
	struct arena *a = arena_new();
	struct trace tr = { .arena = a };
	struct event ev = event_of(EV_REC, 1);

	(void)state;
	for (ev.rec = 1; ev.rec <= 100; ev.rec++)
		trace_add(&tr, &ev);
	ev = event_of(EV_CLASS, 2);
	ev.rec = 63;
	ev.cls = REC_REPEAT;
	ev.automatic = true;
	trace_add(&tr, &ev);
	assert_int_equal(trace_rec(&tr, 63)->cls, REC_REPEAT);
	assert_true(trace_rec(&tr, 63)->automatic);
	assert_int_equal(trace_rec(&tr, 64)->cls, REC_NEW);
	assert_int_equal(trace_rec(&tr, 100)->rec, 100);
	assert_null(trace_rec(&tr, 101));
	assert_null(trace_rec(&tr, EV_NONE));
	arena_free(a);
}

static void test_ceilings(void **state)
{
	struct arena *a = arena_new();
	struct trace tr = { .arena = a };
	struct event ev = event_of(EV_REC, 1);
	const struct event *end;

	(void)state;
	for (ev.rec = 1; ev.rec <= TRACE_RECORDS_MAX; ev.rec++)
		assert_non_null(trace_add(&tr, &ev));
	assert_null(trace_add(&tr, &ev));
	ev.kind = EV_MISS;
	assert_non_null(trace_add(&tr, &ev));
	ev = event_of(EV_END, 2);
	end = trace_add(&tr, &ev);
	assert_non_null(end);
	assert_int_equal(end->status, 1);
	assert_int_equal(tr.dropped, 1);
	arena_free(a);
}

static void test_bytes_ceiling(void **state)
{
	struct arena *a = arena_new();
	struct trace tr = { .arena = a };
	struct event ev = event_of(EV_REC, 1);
	size_t n = 1 << 20;

	(void)state;
	ev.bytes = (struct str){ arena_alloc(a, n), n };
	for (ev.rec = 1; ev.rec <= TRACE_BYTES_MAX >> 20; ev.rec++)
		assert_non_null(trace_add(&tr, &ev));
	assert_null(trace_add(&tr, &ev));
	ev.bytes = STR_NONE;
	assert_non_null(trace_add(&tr, &ev));
	arena_free(a);
}

static void assert_refused(const char *text, const char *start)
{
	struct arena *a = arena_new();
	struct trace tr = { .arena = a };
	struct fail why;

	assert_false(trace_read(&tr, str_from(text), &why));
	if (strncmp(why.text, start, strlen(start)) != 0) {
		print_error("\"%s\" does not begin with \"%s\"\n", why.text,
			    start);
		fail();
	}
	arena_free(a);
}

static void test_refuses(void **state)
{
	(void)state;
	assert_refused("{\"e\":\"begin\",\"t\":0}\n\nrubbish\n", "line 3: ");
	assert_refused("{\"e\":\"begin\"}\n", "line 1: it is no event");
	assert_refused("{\"e\":\"dance\",\"t\":0}\n", "line 1: it is no event");
	assert_refused("{\"t\":0}\n", "line 1: it is no event");
	assert_refused("[]\n", "line 1: it is no event");
	assert_refused("{\"e\":\"rec\",\"t\":0,\"class\":\"x\"}\n",
		       "line 1: it is no event");
}

static void test_torn_last_line(void **state)
{
	struct arena *a = arena_new();
	struct trace tr = { .arena = a };
	struct fail why;

	(void)state;
	assert_true(trace_read(
		&tr, STR("{\"e\":\"begin\",\"t\":0}\n{\"e\":\"rec\",\"t"),
		&why));
	assert_int_equal(tr.n, 1);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_every_byte),
		cmocka_unit_test(test_line_form),
		cmocka_unit_test(test_class_corrects_record),
		cmocka_unit_test(test_ceilings),
		cmocka_unit_test(test_bytes_ceiling),
		cmocka_unit_test(test_refuses),
		cmocka_unit_test(test_torn_last_line),
	};

	return cmocka_run_group_tests_name("trace", tests, NULL, NULL);
}
