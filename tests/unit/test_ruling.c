/* SPDX-License-Identifier: MIT */
/* A line with a MUST and a SHOULD: each id counts as what it is, alone is
 * waived and alone is known. */
#include "report/report.h"
#include "scene_play.h"

static const char text[] = "must   Contact present   [m-1 s-1 n-1]\n";

/* Three ids of three levels at one line. */
static void three_levels(struct scene *s, struct rules *rules)
{
	rules->levels = ARENA_ARRAY(s->a, enum level, 3);
	rules->levels[0] = LEVEL_MUST;
	rules->levels[1] = LEVEL_SHOULD;
	rules->levels[2] = LEVEL_NOTE;
}

static struct scene *begin(bool holds)
{
	struct scene *s = begin_with(text);
	struct op *op = scene_line(s, "F1", "dut -> alice 2xx", WORD_NONE,
				   LEVEL_MUST, "");
	struct check *c =
		scene_check(s, op, 1, WORD_MUST, LEVEL_MUST, "m-1 s-1 n-1");

	three_levels(s, &c->rules);
	enter(s, "test");
	taken(s, op, 20);
	scene_checked(s, op, 0, 1, holds, "Contact present", "absent");
	return s;
}

static const struct finding *checked(struct scene *s)
{
	return scene_find(s, "F1 Contact present");
}

static void assert_ruling(struct scene *s, const char *id, const char *level,
			  enum verdict v)
{
	struct ruling one = finding_ruling(checked(s), str_from(id));

	assert_str(one.level, level);
	assert_int_equal(one.verdict, v);
}

static struct tally count(struct scene *s)
{
	struct result *list[] = { s->r };
	struct run run = { .arena = s->a, .list = list, .n = 1 };
	struct tally t;

	tally_run(&run, &t);
	return t;
}

static void each_fails_at_its_level(void **state)
{
	struct scene *s = begin(false);
	struct tally t;

	(void)state;
	assert_int_equal(finish(s)->verdict, VERDICT_FAIL);
	assert_ruling(s, "m-1", "must", VERDICT_FAIL);
	assert_ruling(s, "s-1", "should", VERDICT_WARN);
	assert_ruling(s, "n-1", "may", VERDICT_NONE);
	t = count(s);
	assert_int_equal(t.must_exercised, 1);
	assert_int_equal(t.must_failed, 1);
	assert_int_equal(t.should_exercised, 1);
	assert_int_equal(t.should_warned, 1);
	scene_free(s);
}

static void strict_makes_the_should_fail(void **state)
{
	struct scene *s = begin(false);

	(void)state;
	s->opts.strict = true;
	finish(s);
	assert_ruling(s, "s-1", "should", VERDICT_FAIL);
	assert_int_equal(count(s).must_failed, 1);
	scene_free(s);
}

static void each_holds_at_its_level(void **state)
{
	struct scene *s = begin(true);
	struct tally t;

	(void)state;
	assert_int_equal(finish(s)->verdict, VERDICT_PASS);
	assert_ruling(s, "s-1", "should", VERDICT_PASS);
	t = count(s);
	assert_int_equal(t.must_exercised, 1);
	assert_int_equal(t.should_exercised, 1);
	assert_int_equal(t.may_seen, 1);
	scene_free(s);
}

/* A scene whose line fails, by a device file that knows it: this id, or all. */
static struct scene *fails_known(struct str requirement)
{
	struct scene *s = begin(false);

	s->device.known = ARENA_ARRAY(s->a, struct known, 1);
	s->device.nknown = 1;
	s->device.known[0] = (struct known){ .scenario = STR("refer/basic"),
					     .requirement = requirement,
					     .reason = STR("ticket 7") };
	finish(s);
	return s;
}

/* The same, by a device file that waives these. */
static struct scene *fails_waived(struct known *waived, unsigned n)
{
	struct scene *s = begin(false);

	s->device.waived = waived;
	s->device.nwaived = n;
	finish(s);
	return s;
}

/* The SHOULD of the same line is asked all the same. */
static void one_is_waived(void **state)
{
	struct known waived = { .requirement = STR("m-1"),
				.reason = STR("not here") };
	struct scene *s = fails_waived(&waived, 1);

	(void)state;
	assert_int_equal(s->r->verdict, VERDICT_WARN);
	assert_int_equal(checked(s)->verdict, VERDICT_WARN);
	assert_str(checked(s)->level, "should");
	assert_str(checked(s)->detail, "waived: m-1: not here");
	assert_ruling(s, "m-1", "must", VERDICT_NONE);
	assert_str(finding_ruling(checked(s), STR("m-1")).reason, "waived");
	assert_ruling(s, "s-1", "should", VERDICT_WARN);
	assert_int_equal(count(s).must_exercised, 0);
	scene_free(s);
}

static void all_are_waived(void **state)
{
	struct known waived[] = {
		{ .requirement = STR("s-1"), .reason = STR("nor this") },
		{ .requirement = STR("m-1"), .reason = STR("not here") },
	};
	struct scene *s = fails_waived(waived, 2);

	(void)state;
	assert_int_equal(s->r->verdict, VERDICT_PASS);
	assert_str(checked(s)->reason, "waived");
	assert_str(checked(s)->detail, "waived: not here");
	scene_free(s);
}

/* A SHOULD does not excuse the MUST beside it. */
static void one_is_known(void **state)
{
	struct scene *s = fails_known(STR("m-1"));

	(void)state;
	assert_int_equal(s->r->verdict, VERDICT_KNOWN);
	assert_ruling(s, "m-1", "must", VERDICT_KNOWN);
	assert_ruling(s, "s-1", "should", VERDICT_WARN);
	scene_free(s);
	s = fails_known(STR("s-1"));
	assert_int_equal(s->r->verdict, VERDICT_FAIL);
	assert_ruling(s, "m-1", "must", VERDICT_FAIL);
	scene_free(s);
}

/* Without a rule all that fails is known, each as what it is. */
static void all_are_known(void **state)
{
	struct scene *s = fails_known(STR_NONE);

	(void)state;
	assert_int_equal(s->r->verdict, VERDICT_KNOWN);
	assert_ruling(s, "m-1", "must", VERDICT_KNOWN);
	assert_int_equal(count(s).must_failed, 0);
	scene_free(s);
}

/* What a result file keeps of it, and what a reader makes of that. */
static void result_json_keeps_it(void **state)
{
	struct scene *s = begin(false);
	struct arena *a = arena_new();
	struct result *list[1];
	struct run run = { .arena = s->a, .list = list, .n = 1 };
	struct run back = { .arena = a };
	struct tally t;
	struct fail why;
	buf_auto out = { 0 };

	(void)state;
	list[0] = finish(s);
	result_write(&run, &out);
	assert_true(str_find(buf_str(&out),
			     STR("\"apart\":[{\"id\":\"s-1\",\"level\":"
				 "\"should\",\"verdict\":\"warn\"}")) > 0);
	assert_true(result_read(buf_str(&out), &back, &why));
	tally_run(&back, &t);
	assert_int_equal(t.must_failed, 1);
	assert_int_equal(t.should_warned, 1);
	scene_free(s);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_fails_at_its_level),
		cmocka_unit_test(strict_makes_the_should_fail),
		cmocka_unit_test(each_holds_at_its_level),
		cmocka_unit_test(one_is_waived),
		cmocka_unit_test(all_are_waived),
		cmocka_unit_test(one_is_known),
		cmocka_unit_test(all_are_known),
		cmocka_unit_test(result_json_keeps_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
