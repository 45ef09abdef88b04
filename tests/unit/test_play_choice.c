/* SPDX-License-Identifier: MIT */
/* Rule 11: either, or after, when, verdicts of branches. */
#include "play_fix.h"

#define ASK                                                                    \
	"test\n"                                                               \
	"F1 alice -> dut OPTIONS {dut.uri} as o\n"

static void the_first_message_decides(void **state)
{
	struct fix *f = *state;

	on(f, "OPTIONS", "404");
	play(f, ASK "either\n"
		    "A dut -> alice 200 for F1\n"
		    "wait 5s\n"
		    "or\n"
		    "B dut -> alice 404 for F1\n"
		    "or\n"
		    "C dut -> alice 5xx for F1\n"
		    "end\n"
		    "wait 100ms\n");
	assert_verdict(f, VERDICT_PASS);
	assert_true(was_taken(f, "B"));
	assert_false(was_taken(f, "A") || was_taken(f, "C"));
	assert_int_equal(count_events(f, EV_BRANCH), 1);
	assert_true(f->result->took < 2 * NS_S);
}

/* A branch is played to its end, sends and all. */
static void a_branch_has_sends(void **state)
{
	struct fix *f = *state;

	play(f, ASK "either\n"
		    "dut -> alice 404 for F1\n"
		    "or\n"
		    "dut -> alice 200 for F1\n"
		    "F2 alice -> dut OPTIONS {dut.uri} as p\n"
		    "F3 dut -> alice 200 for F2\n"
		    "end\n"
		    "F4 alice -> dut OPTIONS {dut.uri} as q\n"
		    "F5 dut -> alice 200 for F4\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "OPTIONS"), 3);
}

static void or_after_is_taken_if_none_came(void **state)
{
	struct fix *f = *state;

	play(f, "test\n"
		"either\n"
		"dut -> carol INVITE as k1 reply 486\n"
		"or after 2s \"nothing\"\n"
		"F1 alice -> dut OPTIONS {dut.uri} as o\n"
		"dut -> alice 200 for F1\n"
		"end\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(heard(f, "OPTIONS", 0)->ms, 2001);
}

static void or_after_may_be_empty(void **state)
{
	struct fix *f = *state;

	play(f, "test\n"
		"either\n"
		"dut -> carol INVITE as k1 reply 486\n"
		"or after 2s \"nothing\"\n"
		"end\n"
		"F1 alice -> dut OPTIONS {dut.uri} as o\n"
		"F2 must dut -> alice 200 for F1 within 100ms\n");
	assert_verdict(f, VERDICT_PASS);
}

static void a_message_in_time_beats_or_after(void **state)
{
	struct fix *f = *state;

	at(f, 1500, "INVITE>carol");
	play(f, "test\n"
		"either\n"
		"A dut -> carol INVITE as k1 reply 486\n"
		"or after 2s \"nothing\" verdict fail\n"
		"end\n"
		"wait 1s\n");
	assert_verdict(f, VERDICT_PASS);
	assert_true(was_taken(f, "A"));
}

static void none_of_them_is_missing(void **state)
{
	struct fix *f = *state;

	play(f, "test\n"
		"either\n"
		"A must dut -> carol INVITE as k1 reply 486\n"
		"or\n"
		"B dut -> bob INVITE as k2 reply 486\n"
		"end\n");
	assert_verdict(f, VERDICT_FAIL);
	assert_true(str_find(finding(f, "A dut")->detail,
			     STR("none of the alternatives")) >= 0);
}

static void a_final_that_fits_no_branch(void **state)
{
	struct fix *f = *state;

	on(f, "OPTIONS", "503");
	play(f, ASK "either\n"
		    "A must dut -> alice 200 for F1\n"
		    "or\n"
		    "B dut -> alice 404 for F1\n"
		    "end\n");
	assert_verdict(f, VERDICT_FAIL);
	assert_true(finding(f, "A dut")->t < NS_S);
}

static void a_choice_that_only_should_come(void **state)
{
	struct fix *f = *state;

	play(f, "test\n"
		"either\n"
		"should dut -> carol INVITE as k1 reply 486\n"
		"or\n"
		"should dut -> bob INVITE as k2 reply 486\n"
		"end\n"
		"F1 alice -> dut OPTIONS {dut.uri} as o\n"
		"F2 must dut -> alice 200 for F1\n");
	assert_verdict(f, VERDICT_WARN);
	assert_true(was_taken(f, "F2"));
}

/* ---- verdicts ---- */

static void a_branch_carries_a_verdict(void **state)
{
	static const struct {
		const char *word;
		enum verdict v;
		bool goes_on;
	} rows[] = {
		{ "info", VERDICT_PASS, true },
		{ "warn", VERDICT_WARN, true },
		{ "fail", VERDICT_FAIL, true },
		{ "skip", VERDICT_SKIP, false },
		{ "inconclusive", VERDICT_INCONCLUSIVE, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char text[400];
		void *fresh;
		struct fix *f;

		fix_setup(&fresh);
		f = fresh;
		snprintf(text, sizeof(text),
			 ASK "either\n"
			     "dut -> alice 404 for F1\n"
			     "or \"it says yes\" verdict %s\n"
			     "dut -> alice 200 for F1\n"
			     "end\n"
			     "F4 bob -> dut OPTIONS {dut.uri} as p\n"
			     "dut -> bob 200 for F4\n",
			 rows[i].word);
		play(f, text);
		assert_verdict(f, rows[i].v);
		assert_int_equal(count_heard(f, "OPTIONS"),
				 rows[i].goes_on ? 2 : 1);
		fix_teardown(&fresh);
	}
}

/* ---- nested ---- */

static void a_choice_in_a_choice(void **state)
{
	struct fix *f = *state;

	on(f, "OPTIONS", "486");
	play(f, ASK "either\n"
		    "A dut -> alice 200 for F1\n"
		    "or\n"
		    "either\n"
		    "B dut -> alice 404 for F1\n"
		    "or\n"
		    "C dut -> alice 486 for F1\n"
		    "F2 alice -> dut INVITE {dut.uri} as a1\n"
		    "end\n"
		    "F3 alice -> dut CANCEL for F2\n"
		    "dut -> alice 200 for F3\n"
		    "end\n");
	assert_verdict(f, VERDICT_PASS);
	assert_true(was_taken(f, "C"));
	assert_int_equal(count_heard(f, "INVITE"), 1);
	assert_int_equal(count_heard(f, "CANCEL"), 1);
	assert_int_equal(count_events(f, EV_BRANCH), 2);
}

static void strands_in_a_choice(void **state)
{
	struct fix *f = *state;

	at(f, 50, "INVITE>bob");
	at(f, 90, "INVITE>carol");
	play(f, "test\n"
		"either\n"
		"A dut -> alice INVITE as x1 reply 486\n"
		"or\n"
		"any order\n"
		"B dut -> carol INVITE as x2 reply 486\n"
		"and\n"
		"C dut -> bob INVITE as x3 reply 486\n"
		"end\n"
		"end\n");
	assert_verdict(f, VERDICT_PASS);
	assert_true(was_taken(f, "B") && was_taken(f, "C"));
}

static void a_choice_in_a_strand(void **state)
{
	struct fix *f = *state;

	at(f, 50, "INVITE>bob");
	at(f, 400, "INVITE>carol");
	play(f, "test\n"
		"any order\n"
		"either\n"
		"A dut -> carol INVITE as x2 reply 486\n"
		"or after 5s\n"
		"end\n"
		"and\n"
		"B dut -> bob INVITE as x3 reply 486\n"
		"F1 bob -> dut OPTIONS {dut.uri} as o\n"
		"dut -> bob 200 for F1\n"
		"end\n");
	assert_verdict(f, VERDICT_PASS);
	assert_true(was_taken(f, "A") && was_taken(f, "B"));
	assert_true(heard(f, "OPTIONS", 0)->ms < 200);
}

/* A "may" line may come first in a branch, and decide for it. */
static void a_may_line_decides_too(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "183 200@50");
	play(f, "test\n"
		"F1 alice -> dut INVITE {dut.uri} as a1\n"
		"either\n"
		"may dut -> alice 183 for F1\n"
		"B dut -> alice 200 for F1\n"
		"or\n"
		"C dut -> alice 4xx for F1\n"
		"end\n");
	assert_verdict(f, VERDICT_PASS);
	assert_true(was_taken(f, "B"));
	assert_int_equal(count_events(f, EV_BRANCH), 1);
}

/* A name that is made in every branch may be used behind it. */
static void names_of_every_branch(void **state)
{
	struct fix *f = *state;

	at(f, 50, "INVITE>carol");
	play(f, "test\n"
		"either\n"
		"F3 dut -> bob INVITE as k1\n"
		"or\n"
		"F3 dut -> carol INVITE as k1\n"
		"end\n"
		"F4 carol -> dut 486 for F3\n"
		"F5 dut -> carol ACK for F4\n");
	assert_verdict(f, VERDICT_PASS);
	assert_true(was_taken(f, "F5"));
}

/* Guards and watches of a branch come to life with it. */
static void a_branchs_watch_lives_with_it(void **state)
{
	struct fix *f = *state;

	on(f, "OPTIONS", "200");
	at(f, 200, "INVITE>carol");
	play(f, ASK "either\n"
		    "dut -> alice 404 for F1\n"
		    "or\n"
		    "watch may dut -> carol INVITE reply 603\n"
		    "dut -> alice 200 for F1\n"
		    "end\n"
		    "wait 500ms\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "603"), 1);
}

/* Decided before the play. */
static void when_is_decided_before(void **state)
{
	struct fix *f = *state;

	play(f, "test\n"
		"when role=b2bua\n"
		"alice -> dut INFO {dut.uri} as i\n"
		"or when role=ua\n"
		"alice -> dut OPTIONS {dut.uri} as o\n"
		"dut -> alice 200\n"
		"else\n"
		"alice -> dut MESSAGE {dut.uri} as m\n"
		"end\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(f->nheard, 1);
	assert_int_equal(count_heard(f, "OPTIONS"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_first_message_decides),
		TEST(a_branch_has_sends),
		TEST(or_after_is_taken_if_none_came),
		TEST(or_after_may_be_empty),
		TEST(a_message_in_time_beats_or_after),
		TEST(none_of_them_is_missing),
		TEST(a_final_that_fits_no_branch),
		TEST(a_choice_that_only_should_come),
		TEST(a_branch_carries_a_verdict),
		TEST(a_choice_in_a_choice),
		TEST(strands_in_a_choice),
		TEST(a_choice_in_a_strand),
		TEST(a_may_line_decides_too),
		TEST(names_of_every_branch),
		TEST(a_branchs_watch_lives_with_it),
		TEST(when_is_decided_before),
	};

	return cmocka_run_group_tests_name("play_choice", tests, NULL, NULL);
}
