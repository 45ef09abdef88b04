/* SPDX-License-Identifier: MIT */
/* The memory wire on a virtual clock. */
#include "wire_fix.h"

struct fix {
	struct clock clock;
	struct wire *wire;
	struct ear a, b;
	struct wire_port *pa, *pb;
};

static int setup(void **state)
{
	struct fix *f = calloc(1, sizeof(*f));

	f->clock.is_virtual = true;
	f->wire = wire_memory_new(&f->clock);
	f->pa = open_at(f->wire, "10.0.0.1", &f->a);
	f->pb = open_at(f->wire, "10.0.0.2:5060", &f->b);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fix *f = *state;

	wire_free(f->wire);
	free(f);
	return 0;
}

static void memory_delivers_in_order(void **state)
{
	struct fix *f = *state;

	assert_true(addr_port(&f->pa->at) != 0);
	say(f->pa, &f->pb->at, "one");
	say(f->pa, &f->pb->at, "two");
	wire_wait(f->wire, NS_S);
	assert_string_equal(f->b.last, "one");
	assert_int_equal(f->b.mono, NS_MS);
	assert_int_equal(f->clock.now, NS_MS);
	assert_true(addr_equal(&f->b.peer, &f->pa->at));
	wire_wait(f->wire, NS_S);
	assert_string_equal(f->b.last, "two");
	wire_wait(f->wire, NS_S);
	assert_int_equal(f->clock.now, NS_S); /* nothing under way */
	assert_int_equal(f->b.n, 2);
	assert_int_equal(f->a.n, 0);
}

static void memory_waits_no_longer(void **state)
{
	struct fix *f = *state;

	wire_memory_delay(f->wire, 50 * NS_MS);
	say(f->pa, &f->pb->at, "one");
	wire_wait(f->wire, 20 * NS_MS);
	assert_int_equal(f->clock.now, 20 * NS_MS);
	assert_int_equal(f->b.n, 0);
	wire_wait(f->wire, NS_S);
	assert_int_equal(f->clock.now, 50 * NS_MS);
	assert_int_equal(f->b.n, 1);
}

static void memory_loses(void **state)
{
	struct fix *f = *state;

	wire_memory_drop(f->wire, 2);
	say(f->pa, &f->pb->at, "one");
	say(f->pa, &f->pb->at, "two");
	say(f->pa, &f->pb->at, "three");
	wire_wait(f->wire, NS_S);
	wire_wait(f->wire, NS_S);
	assert_int_equal(f->b.n, 1);
	assert_string_equal(f->b.last, "three");
}

static void memory_refuses(void **state)
{
	struct fix *f = *state;
	struct addr nobody = at("10.0.0.9:5060");
	struct fail why;

	say(f->pa, &nobody, "one");
	wire_wait(f->wire, NS_S);
	wire_wait(f->wire, NS_S);
	assert_int_equal(f->a.refused, 1);
	assert_true(addr_equal(&f->a.peer, &nobody));
	assert_true(wire_set_mode(f->pb, WIRE_REFUSE, &why));
	assert_false(wire_send(f->pb, (struct wire_to){ 0, &f->pa->at },
			       STR("x"), &why));
	say(f->pa, &f->pb->at, "two");
	wire_wait(f->wire, 2 * NS_S);
	wire_wait(f->wire, 2 * NS_S);
	assert_int_equal(f->a.refused, 2);
	assert_int_equal(f->b.n, 0);
	assert_true(wire_set_mode(f->pb, WIRE_OPEN, &why));
	say(f->pa, &f->pb->at, "three");
	wire_wait(f->wire, 2 * NS_S);
	assert_string_equal(f->b.last, "three");
}

static void memory_stalls(void **state)
{
	struct fix *f = *state;
	struct fail why;

	assert_true(wire_set_mode(f->pb, WIRE_STALL, &why));
	say(f->pa, &f->pb->at, "one");
	wire_wait(f->wire, NS_S);
	wire_wait(f->wire, NS_S);
	assert_int_equal(f->b.n, 0);
	assert_int_equal(f->a.refused, 0);
	assert_true(wire_set_mode(f->pb, WIRE_OPEN, &why));
	wire_wait(f->wire, NS_S);
	assert_string_equal(f->b.last, "one");
	assert_int_equal(f->b.mono, NS_S);
}

static void memory_port_in_use(void **state)
{
	struct fix *f = *state;
	struct addr taken = at("10.0.0.2:5060");
	struct fail why;

	assert_null(wire_open(f->wire, PROTO_UDP, &taken, on_in, &f->a, &why));
	assert_string_equal(why.text,
			    "bind 10.0.0.2:5060: Address already in use");
	wire_close(f->pb);
	assert_non_null(
		wire_open(f->wire, PROTO_UDP, &taken, on_in, &f->a, &why));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(memory_delivers_in_order),
		TEST(memory_waits_no_longer),
		TEST(memory_loses),
		TEST(memory_refuses),
		TEST(memory_stalls),
		TEST(memory_port_in_use),
	};

	return cmocka_run_group_tests_name("wire_memory", tests, NULL, NULL);
}
