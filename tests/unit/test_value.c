/* SPDX-License-Identifier: MIT */
/* Comparing by type, and regular expressions with their limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sip/field.h"

struct is_case {
	enum field_type type;
	const char *got, *want;
	bool equal;
};

static const struct is_case cases[] = {
	{ TYPE_TEXT, "a", "a", true },
	{ TYPE_TEXT, "a", "A", false },
	{ TYPE_TOKEN, "Refer", "refer", true },
	{ TYPE_TOKEN, "refer;id=3", "refer", true },
	{ TYPE_TOKEN, "refer ; ID = 3;x", "refer;x;id=3", true },
	{ TYPE_TOKEN, "refer;id=3", "refer;id=4", false },
	{ TYPE_TOKEN, "refer;id=3;y", "refer;id=3", false },
	{ TYPE_TOKEN, "refer", "refer;id=3", false },
	{ TYPE_TOKEN, "Message/SIPFRAG;version=2.0", "message/sipfrag", true },
	{ TYPE_TOKEN, "message/sipfrag", "message/sipfrag;version=2.0", false },
	{ TYPE_TOKEN, "message/sip", "message/sipfrag", false },
	{ TYPE_NUMBER, "0070", "70", true },
	{ TYPE_NUMBER, "0.5", "0.500", true },
	{ TYPE_NUMBER, "1", "1.0", true },
	{ TYPE_NUMBER, "3600;refresher=uac", "3600", true },
	{ TYPE_NUMBER, "x", "70", false },
	{ TYPE_NUMBER, "x", "X", true },
	{ TYPE_NUMBER, "99999999999999999999", "99999999999999999999", true },
	{ TYPE_URI, "sip:a@H", "sip:%61@h", true },
	{ TYPE_URI, "sip:a@h", "<sip:a@h>", true },
	{ TYPE_URI, "sip:a@h", "sip:b@h", false },
	{ TYPE_URI, "bad uri", "bad uri", true },
	{ TYPE_ADDR, "\"X\" <sip:a@H;x>;tag=1", "sip:a@h;x", true },
	{ TYPE_ADDR, "<sip:a@h>;tag=1", "<sip:a@h>", true },
	{ TYPE_ADDR, "<sip:a@h>;tag=1", "<sip:a@h>;tag=1", true },
	{ TYPE_ADDR, "<sip:a@h>;tag=1", "<sip:a@h>;TAG=1", false },
	{ TYPE_ADDR, "<sip:a@h>, <sip:b@h>", "sip:a@h", false },
	{ TYPE_ADDR, "\"a, b\" <sip:a@h>", "sip:a@h", true },
	{ TYPE_ADDR, "*", "*", true },
	{ TYPE_VERDICT, "valid", "valid", true },
	{ TYPE_VERDICT, "no", "valid", false },
};

static struct value value(enum field_type type, const char *text)
{
	return (struct value){ true, type, str_from(text), false };
}

static void test_is(void **state)
{
	struct value none = { .present = false, .type = TYPE_TEXT };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct value v = value(cases[i].type, cases[i].got);

		if (value_is(&v, str_from(cases[i].want)) != cases[i].equal)
			fail_msg("\"%s\" is \"%s\"", cases[i].got,
				 cases[i].want);
	}
	assert_false(value_is(&none, STR("")));
}

static void test_lists(void **state)
{
	struct value v = value(TYPE_TOKEN, "timers, Replaces ,100rel");

	(void)state;
	v.list = true;
	assert_true(value_contains(&v, STR("replaces")));
	assert_true(value_contains(&v, STR("100REL")));
	assert_false(value_contains(&v, STR("timer")));
	assert_true(value_is(&v, STR("timers,replaces,100rel")));
	assert_false(value_is(&v, STR("timers,replaces")));
	v.list = false;
	assert_true(value_contains(&v, STR("timer")));
	assert_false(value_contains(&v, STR("replaces")));
}

struct order_case {
	const char *got, *want;
	int order; /* 9: no numbers */
};

static const struct order_case orders[] = {
	{ "1", "2", -1 },     { "2", "2", 0 },       { "10", "9", 1 },
	{ "0.5", "0.6", -1 }, { "0.50", ".5", 9 },   { "x", "1", 9 },
	{ "1", "", 9 },       { "-1", "1", 9 },      { "0.7", "0.07", 1 },
	{ "1.", "1", 0 },     { "60;x=y", "59", 1 }, { "", "0", 9 },
};

static void test_order(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(orders) / sizeof(*orders); i++) {
		struct value v = value(TYPE_NUMBER, orders[i].got);
		int order = 9;

		if (!value_order(&v, str_from(orders[i].want), &order))
			order = 9;
		if (order != orders[i].order)
			fail_msg("\"%s\" and \"%s\": %d", orders[i].got,
				 orders[i].want, order);
	}
}

static void test_regex(void **state)
{
	struct fail why = { .text = "" };

	(void)state;
	assert_true(regex_check(STR("^a+$"), &why));
	assert_false(regex_check(STR("a(b"), &why));
	assert_non_null(strstr(why.text, "at character 4"));
	assert_true(regex_match(STR("^a+$"), STR("aaa")));
	assert_false(regex_match(STR("^a+$"), STR("aab")));
	assert_true(regex_match(STR("b\\x00c"), STR("ab\0c")));
	assert_true(regex_match(STR(""), STR_NONE));
	assert_false(regex_match(STR("("), STR("(")));
}

/* Exponential backtracking ends at the limit, far below the test's time. */
static void test_regex_limits(void **state)
{
	char text[2000];

	(void)state;
	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 1] = 'b';
	assert_false(regex_match(STR("^(a+)+$"),
				 (struct str){ text, sizeof(text) }));
	assert_false(regex_match(STR("^(?:(a)|.)*(?1)*c$"),
				 (struct str){ text, sizeof(text) }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_is),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_regex),
		cmocka_unit_test(test_regex_limits),
	};

	return cmocka_run_group_tests_name("value", tests, NULL, NULL);
}
