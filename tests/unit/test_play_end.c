/* SPDX-License-Identifier: MIT */
/* Rule 13: cleanup, linger, teardown, the probe. */
#include "play_fix.h"

#define CALL                                                                   \
	"setup\n"                                                              \
	"alice -> dut INVITE {dut.uri} as a1 sdp offer\n"                      \
	"dut -> alice 200 on a1\n"                                             \
	"test\n"

#define ASK                                                                    \
	"F8 bob -> dut OPTIONS {dut.uri} as last\n"                            \
	"F9 must dut -> bob 200 for F8\n"

/* ---- rule 13: cleanup, linger, teardown ---- */

static void cleanup_is_played_after_a_break(void **state)
{
	struct fix *f = *state;

	play(f, "test\n"
		"F1 must dut -> carol INVITE as k1\n"
		"F2 carol -> dut 486 for F1\n"
		"cleanup\n"
		"F3 alice -> dut OPTIONS {dut.uri} as o\n"
		"F4 dut -> alice 200 for F3\n"
		"F5 alice -> dut OPTIONS {dut.uri} as p\n"
		"dut -> alice 200 for F5\n");
	assert_verdict(f, VERDICT_FAIL);
	assert_true(was_taken(f, "F4"));
	assert_int_equal(count_heard(f, "OPTIONS"), 2);
	assert_true(f->result->took < 12 * NS_S);
}

/* The probe that goes out at once is answered while the cleanup listens. */
static void the_early_probe_is_none_of_the_cleanups(void **state)
{
	struct fix *f = *state;

	f->opts.probe = true;
	play(f, "test\n"
		"F1 must dut -> carol INVITE as k1\n"
		"cleanup\n"
		"F3 alice -> dut INFO {dut.uri} as o\n"
		"F4 dut -> alice 200 for F3\n");
	assert_verdict(f, VERDICT_FAIL);
	assert_int_equal(count_heard(f, "OPTIONS"), 2);
	assert_int_equal(count_events(f, EV_LIVENESS), 1);
}

static void drop_does_not_touch_the_probe(void **state)
{
	struct fix *f = *state;

	f->opts.probe = true;
	play(f, "test\n"
		"may dut -> carol INVITE as k1 drop\n"
		"may dut -> carol 200 drop\n"
		"wait 100ms\n");
	assert_verdict(f, VERDICT_PASS);
}

static void a_failure_in_cleanup_warns(void **state)
{
	struct fix *f = *state;

	on_nth(f, 2, "OPTIONS", "503");
	play(f, "test\n" ASK "cleanup\n"
		"F3 alice -> dut OPTIONS {dut.uri} as o\n"
		"F4 must dut -> alice 200 for F3\n");
	assert_verdict(f, VERDICT_WARN);
}

static void the_linger_absorbs_repeats(void **state)
{
	struct fix *f = *state;

	on(f, "OPTIONS", "200 again@300");
	play(f, "test\n" ASK "must F9.repeats.count is 0\n");
	assert_int_equal(f->result->repeats, 1);
	assert_in_range(f->result->took, 500 * NS_MS, 700 * NS_MS);
}

/* It is longer while a transaction is open. */
static void the_linger_waits_for_the_ack(void **state)
{
	struct fix *f = *state;

	f->no_ack = true;
	at(f, 10, "INVITE>carol");
	on(f, "486", "ACK@900");
	play(f, "test\n"
		"F1 dut -> carol INVITE as k1 reply 486\n");
	assert_verdict(f, VERDICT_PASS);
	assert_true(f->result->took >= 900 * NS_MS);
}

static void a_bye_in_the_linger_is_no_surprise(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200 BYE@300");
	play(f, CALL ASK);
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "200"), 1);
	assert_int_equal(count_heard(f, "BYE"), 0);
}

static void an_early_dialog_is_cancelled(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "180");
	play(f, "test\n"
		"F1 alice -> dut INVITE {dut.uri} as a1\n"
		"F2 dut -> alice 180 for F1\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "CANCEL"), 1);
	assert_int_equal(count_heard(f, "ACK"), 1); /* to the 487 */
	assert_int_equal(count_heard(f, "BYE"), 0);
}

/* The CANCEL crosses a 2xx: what it made is hung up. */
static void a_cancel_that_comes_too_late(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "180");
	on(f, "CANCEL", "200 LATE-OK@50");
	play(f, "test\n"
		"F1 alice -> dut INVITE {dut.uri} as a1\n"
		"F2 dut -> alice 180 for F1\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "ACK"), 1);
	assert_int_equal(count_heard(f, "BYE"), 1);
}

/* Half open: before any response nothing may be cancelled (9.1). */
static void a_half_open_call_is_waited_for(void **state)
{
	struct fix *f = *state;

	f->head = "timeout 3s\n";
	on(f, "INVITE", "180@3500");
	play(f, "test\n"
		"F1 alice -> dut INVITE {dut.uri} as a1\n"
		"F2 must dut -> alice 200 for F1\n");
	assert_int_equal(count_heard(f, "CANCEL"), 1);
	assert_true(heard(f, "CANCEL", 0)->ms >= 3500);
	assert_int_equal(count_heard(f, "ACK"), 1);
}

static void their_open_call_is_refused(void **state)
{
	struct fix *f = *state;

	at(f, 10, "INVITE>carol");
	play(f, "test\n"
		"F1 dut -> carol INVITE as k1\n"
		"F2 carol -> dut 180 for F1\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "486"), 1);
}

static void a_call_that_is_up_is_hung_up(void **state)
{
	struct fix *f = *state;

	at(f, 10, "INVITE>carol");
	on(f, "INVITE", "200");
	play(f, CALL "F1 dut -> carol INVITE as k1\n"
		     "F2 carol -> dut 200 for F1 sdp offer\n"
		     "dut -> carol ACK for F2\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "BYE"), 2);
}

/* RFC 3261 15: who was called waits for the ACK, though not for ever. */
static void no_bye_before_the_ack(void **state)
{
	struct fix *f = *state;

	f->no_ack = true;
	f->head = "timeout 1s\n";
	at(f, 10, "INVITE>carol");
	on(f, "200", "ACK@2000");
	play(f, "test\n"
		"F1 dut -> carol INVITE as k1\n"
		"F2 carol -> dut 200 for F1 sdp offer\n"
		"F3 must dut -> bob MESSAGE as m\n");
	assert_int_equal(count_heard(f, "BYE"), 1);
	assert_in_range(heard(f, "BYE", 0)->ms, 2010, 2100);
}

static void without_an_ack_it_hangs_up_all_the_same(void **state)
{
	struct fix *f = *state;

	f->no_ack = true;
	at(f, 10, "INVITE>carol");
	play(f, "test\n"
		"F1 dut -> carol INVITE as k1\n"
		"F2 carol -> dut 200 for F1 sdp offer\n");
	assert_int_equal(count_heard(f, "BYE"), 1);
	assert_true(f->result->took < 12 * NS_S);
}

static void trouble_in_the_teardown_warns(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	on(f, "BYE", "-");
	play(f, CALL ASK);
	assert_verdict(f, VERDICT_WARN);
	assert_true(str_find(finding(f, "trouble")->detail, STR("hang-up")) >=
		    0);
}

/* ---- liveness ---- */

static void it_is_probed_after_the_play(void **state)
{
	struct fix *f = *state;

	f->opts.probe = true;
	play(f, "test\nwait 100ms\n");
	assert_verdict(f, VERDICT_PASS);
	assert_int_equal(count_heard(f, "OPTIONS"), 1);
	assert_int_equal(count_events(f, EV_LIVENESS), 1);
}

static void it_is_probed_at_once_when_a_line_is_missing(void **state)
{
	struct fix *f = *state;

	f->opts.probe = true;
	play(f, "test\nF1 must dut -> carol INVITE as k1\n");
	assert_verdict(f, VERDICT_FAIL);
	assert_str(f->result->reason, "");
	assert_in_range(heard(f, "OPTIONS", 0)->ms, 10000, 10010);
}

static void a_dead_device_is_a_crash(void **state)
{
	struct fix *f = *state;

	f->opts.probe = true;
	on(f, "INVITE", "200");
	play_begin(f, CALL "F1 alice -> dut INFO on a1\n"
			   "F2 must dut -> alice 200 for F1\n");
	play_until(f, 3);
	f->dead = true;
	play_end(f);
	assert_verdict(f, VERDICT_FAIL);
	assert_str(f->result->reason, "crash");
	/* no second wait, for a hang-up that nobody answers */
	assert_true(f->result->took < 37 * NS_S);
}

static void a_device_that_dies_at_the_end(void **state)
{
	struct fix *f = *state;

	f->opts.probe = true;
	play_begin(f, "test\nwait 100ms\n");
	play_until(f, 50);
	f->dead = true;
	play_end(f);
	assert_verdict(f, VERDICT_FAIL);
	assert_str(f->result->reason, "crash");
}

/* ---- an interrupt ---- */

static void ctrl_c_hangs_up(void **state)
{
	struct fix *f = *state;

	on(f, "INVITE", "200");
	play_begin(f, CALL "wait 50s\ncleanup\n" ASK);
	play_until(f, 500);
	play_stop(f->play, "interrupted");
	play_end(f);
	assert_int_equal(count_heard(f, "BYE"), 1);
	assert_int_equal(count_heard(f, "OPTIONS"), 0);
	assert_true(f->result->took < NS_S);
}

static void ctrl_c_ends_the_cleanup(void **state)
{
	struct fix *f = *state;

	play_begin(f, "test\nwait 10ms\ncleanup\nwait 50s\n");
	play_until(f, 500);
	play_stop(f->play, "interrupted");
	play_end(f);
	assert_true(f->result->took < NS_S);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(cleanup_is_played_after_a_break),
		TEST(the_early_probe_is_none_of_the_cleanups),
		TEST(drop_does_not_touch_the_probe),
		TEST(a_failure_in_cleanup_warns),
		TEST(the_linger_absorbs_repeats),
		TEST(the_linger_waits_for_the_ack),
		TEST(a_bye_in_the_linger_is_no_surprise),
		TEST(an_early_dialog_is_cancelled),
		TEST(a_cancel_that_comes_too_late),
		TEST(a_half_open_call_is_waited_for),
		TEST(their_open_call_is_refused),
		TEST(a_call_that_is_up_is_hung_up),
		TEST(no_bye_before_the_ack),
		TEST(without_an_ack_it_hangs_up_all_the_same),
		TEST(trouble_in_the_teardown_warns),
		TEST(it_is_probed_after_the_play),
		TEST(it_is_probed_at_once_when_a_line_is_missing),
		TEST(a_dead_device_is_a_crash),
		TEST(a_device_that_dies_at_the_end),
		TEST(ctrl_c_hangs_up),
		TEST(ctrl_c_ends_the_cleanup),
	};

	return cmocka_run_group_tests_name("play_end", tests, NULL, NULL);
}
