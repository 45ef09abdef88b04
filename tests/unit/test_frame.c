/* SPDX-License-Identifier: MIT */
/* Messages out of a stream: whatever the segments, the same messages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "wire/frame.h"

#define A "OPTIONS sip:a@b SIP/2.0\r\nl: 4\r\n\r\nbody"
#define B "SIP/2.0 200 OK\r\nContent-Length : 0\r\n\r\n"
#define C "BYE sip:a SIP/2.0\nContent-Length: 2\n\nhi"

/* What came out, in short: "M<len>", "K", "B<len>", "!" behind a flaw. */
static void describe(struct buf *out, const struct frame *f)
{
	buf_addf(out, "%c%zu%s ",
		 f->kind == FRAME_MESSAGE     ? 'M'
		 : f->kind == FRAME_KEEPALIVE ? 'K'
					      : 'B',
		 f->bytes.len, f->flaw ? "!" : "");
}

static void feed(struct str stream, size_t segment, struct buf *out)
{
	struct framer fr = { 0 };
	struct frame f;

	for (size_t at = 0; at < stream.len; at += segment) {
		framer_add(&fr, str_sub(stream, at, segment));
		while (framer_next(&fr, &f))
			describe(out, &f);
	}
	if (framer_end(&fr, &f))
		describe(out, &f);
	framer_free(&fr);
}

static void expect(struct str stream, const char *wanted)
{
	buf_auto out = { 0 };

	feed(stream, stream.len, &out);
	assert_string_equal(buf_z(&out), wanted);
}

static void cuts_at_content_length(void **state)
{
	(void)state;
	expect(STR(A B C), "M37 M38 M39 ");
	expect(STR(A), "M37 ");
	expect(STR("\r\n\r\n" B "\r\n"), "K4 M38 K2 ");
}

static void any_segments_give_the_same(void **state)
{
	struct str stream = STR(A B C A B C);

	(void)state;
	for (size_t n = 1; n <= stream.len; n++) {
		buf_auto out = { 0 };

		feed(stream, n, &out);
		assert_string_equal(buf_z(&out), "M37 M38 M39 M37 M38 M39 ");
	}
}

static void says_what_is_wrong(void **state)
{
	(void)state;
	/* the body of one that has no length belongs to nothing */
	expect(STR("BYE sip:a SIP/2.0\r\nX: y\r\n\r\nbody\r\n" B),
	       "M27! B6! M38 ");
	expect(STR("BYE sip:a SIP/2.0\r\nl: -4\r\n\r\n" B), "M28! M38 ");
	expect(STR("BYE sip:a SIP/2.0\r\nl: 4\r\nl: 5\r\n\r\n" A), "M33! M37 ");
	expect(STR("BYE sip:a SIP/2.0\r\nl: 0\r\nl: 0\r\n\r\n" A), "M33 M37 ");
	expect(STR("BYE sip:a SIP/2.0\r\nl: 99999999999999999999\r\n\r\n" A),
	       "M46! M37 ");
}

static void ends_in_the_middle(void **state)
{
	(void)state;
	expect(STR("OPTIONS sip:a@b SIP/2.0\r\nl: 4\r\n\r\nbo"), "B35! ");
	expect(STR("OPTIONS sip:a"), "B13! ");
	expect(STR(B "\r"), "M38 K1! ");
}

/* A megabyte without a blank line, a body of a gigabyte: neither is kept. */
static void keeps_little(void **state)
{
	buf_auto big = { 0 }, out = { 0 };
	struct framer fr = { 0 };
	struct frame f;

	(void)state;
	buf_add_fill(&big, 'x', 1 << 20);
	buf_add_z(&big, "\r\n" B);
	feed(buf_str(&big), 4096, &out);
	assert_true(str_ends(buf_str(&out), "M38 "));
	framer_add(&fr, STR("BYE sip:a SIP/2.0\r\nl: 1000000000\r\n\r\n"));
	assert_true(framer_next(&fr, &f) && f.flaw);
	for (unsigned i = 0; i < 1000; i++) {
		framer_add(&fr, str_sub(buf_str(&big), 0, 1000000));
		assert_false(framer_next(&fr, &f));
	}
	assert_true(fr.in.cap < 4 << 20);
	framer_add(&fr, STR(B));
	assert_true(framer_next(&fr, &f));
	assert_int_equal(f.bytes.len, 38);
	framer_free(&fr);
}

/* What one mutated stream holds is the same however it is cut, but for how
 * its broken bytes and CRLFs are parted. */
static void messages_of(struct str stream, size_t segment, struct buf *out)
{
	struct framer fr = { 0 };
	struct frame f;

	for (size_t at = 0; at < stream.len; at += segment) {
		framer_add(&fr, str_sub(stream, at, segment));
		while (framer_next(&fr, &f))
			if (f.kind == FRAME_MESSAGE)
				buf_addf(out, "%s" STR_F "|",
					 f.flaw ? f.flaw : "", STR_A(f.bytes));
	}
	framer_free(&fr);
}

static void mutants(void **state)
{
	uint32_t seed = 1;

	(void)state;
	for (unsigned round = 0; round < 3000; round++) {
		char text[] = A B C A;
		buf_auto whole = { 0 }, parts = { 0 };
		size_t len = sizeof(text) - 1;

		for (unsigned i = 0; i < 3; i++) {
			seed = seed * 1664525 + 1013904223;
			text[(seed >> 8) % len] = "\r\n:l9 -S"[seed >> 29];
		}
		messages_of((struct str){ text, len }, len, &whole);
		messages_of((struct str){ text, len }, 1 + round % 7, &parts);
		assert_string_equal(buf_z(&whole), buf_z(&parts));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cuts_at_content_length),
		cmocka_unit_test(any_segments_give_the_same),
		cmocka_unit_test(says_what_is_wrong),
		cmocka_unit_test(ends_in_the_middle),
		cmocka_unit_test(keeps_little),
		cmocka_unit_test(mutants),
	};

	return cmocka_run_group_tests_name("frame", tests, NULL, NULL);
}
