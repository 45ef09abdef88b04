/* SPDX-License-Identifier: MIT */
/* The project's own requirement files: each rule has its sentence, and each
 * rule that the program names by itself is one of them. */
#include "lang_fix.h"

static const struct {
	const char *name, *rule;
} monitors[] = {
#define MONITOR(name, rule) { name, rule },
#include "lang/monitors.def"
#undef MONITOR
};

static void each_rule_has_its_sentence(void **state)
{
	struct fix f;

	(void)state;
	fix_open(&f, ROOT "/scenarios");
	assert_true(f.catalogue.n > 350);
	for (size_t i = 0; i < f.catalogue.n; i++) {
		const struct requirement *r = &f.catalogue.list[i];

		if (r->text.len < 20 || !r->role.len || !r->tier ||
		    (r->testable && !r->observe.len))
			fail_msg(STR_F " says too little", STR_A(r->id));
	}
	fix_close(&f);
}

static void each_monitor_has_a_rule(void **state)
{
	struct fix f;

	(void)state;
	fix_open(&f, ROOT "/scenarios");
	for (size_t i = 0; i < sizeof(monitors) / sizeof(*monitors); i++)
		if (!catalogue_find(&f.catalogue, str_from(monitors[i].rule)))
			fail_msg("no rule %s of the monitor %s",
				 monitors[i].rule, monitors[i].name);
	fix_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule_has_its_sentence),
		cmocka_unit_test(each_monitor_has_a_rule),
	};

	return cmocka_run_group_tests_name("catalogue", tests, NULL, NULL);
}
