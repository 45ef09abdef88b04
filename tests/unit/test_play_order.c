/* SPDX-License-Identifier: MIT */
/* Rules 1 and 2: arrows and their order. */
#include "play_fix.h"

#define CALL                                                                   \
	"setup\n"                                                              \
	"alice -> dut INVITE {dut.uri} as a1 sdp offer\n"                      \
	"dut -> alice 200 on a1\n"                                             \
	"test\n"

/* What the device sends between two of our sends may come in any order. */
static void notify_before_the_202(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	on(f, "REFER", "NOTIFY:active:100 202@20 NOTIFY:terminated:200@30");
	play(f, CALL
	     "F1 alice -> dut REFER on a1\n"
	     "  Refer-To: <{carol.uri}>\n"
	     "watch N dut -> alice NOTIFY on a1 reply 200"
	     " until Subscription-State.state is terminated\n"
	     "F2 dut -> alice 202 for F1\n"
	     "join N\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_at(f, EV_TAKE, "N"), 2);
	assert_int_equal(count_heard(f, "200"), 2);
	assert_non_null(heard(f, "BYE", 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(notify_before_the_202),
	};

	return cmocka_run_group_tests_name("play_order", tests, NULL, NULL);
}
