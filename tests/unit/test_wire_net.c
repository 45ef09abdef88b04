/* SPDX-License-Identifier: MIT */
/* Real UDP on loopback, with free ports. */
#include "wire_fix.h"

enum { LATE_MS = 100 }; /* what a loaded machine may add */

struct fix {
	struct clock clock;
	struct wire *wire;
	struct ear a, b;
	struct wire_port *pa, *pb;
};

static int setup(void **state)
{
	struct fix *f = calloc(1, sizeof(*f));
	struct fail why;

	f->wire = wire_net_new(&f->clock, NULL, &why);
	assert_non_null(f->wire);
	f->pa = open_at(f->wire, "127.0.0.1", &f->a);
	f->pb = open_at(f->wire, "127.0.0.1", &f->b);
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

/* Until the count is there, at most 5 s. */
static void until(struct fix *f, const unsigned *count, unsigned n)
{
	ns_t end = clock_now(&f->clock) + 5 * NS_S;

	while (*count < n && clock_now(&f->clock) < end)
		wire_wait(f->wire, end);
	assert_int_equal(*count, n);
}

static void net_delivers(void **state)
{
	struct fix *f = *state;
	ns_t before = clock_now(&f->clock);

	assert_true(addr_port(&f->pa->at) != 0);
	say(f->pa, &f->pb->at, "one");
	until(f, &f->b.n, 1);
	assert_string_equal(f->b.last, "one");
	assert_true(addr_equal(&f->b.peer, &f->pa->at));
	assert_true(f->b.mono >= before && f->b.mono <= clock_now(&f->clock));
	say(f->pb, &f->b.peer, "back");
	until(f, &f->a.n, 1);
	assert_string_equal(f->a.last, "back");
}

static void net_waits_to_the_time(void **state)
{
	struct fix *f = *state;
	ns_t start = clock_now(&f->clock), took;

	wire_wait(f->wire, start + 20 * NS_MS);
	took = clock_now(&f->clock) - start;
	assert_true(took >= 19 * NS_MS && took < (20 + LATE_MS) * NS_MS);
	start = clock_now(&f->clock);
	wire_wait(f->wire, start - NS_S); /* past: only what is there */
	took = clock_now(&f->clock) - start;
	assert_true(took < LATE_MS * NS_MS);
	say(f->pa, &f->pb->at, "one");
	wire_wait(f->wire, start + 20 * NS_S); /* promptly */
	assert_int_equal(f->b.n, 1);
	assert_true(clock_now(&f->clock) - start < 2 * NS_S);
}

static void net_port_in_use(void **state)
{
	struct fix *f = *state;
	char text[ADDR_TEXT_MAX], want[128];
	struct fail why;

	assert_null(
		wire_open(f->wire, PROTO_UDP, &f->pa->at, on_in, &f->b, &why));
	snprintf(want, sizeof(want), "bind %s: Address already in use",
		 addr_format(&f->pa->at, text));
	assert_string_equal(why.text, want);
}

static void net_refused(void **state)
{
	struct fix *f = *state;
	struct ear c = { 0 };
	struct wire_port *pc = open_at(f->wire, "127.0.0.1", &c);
	struct addr gone = pc->at;

	wire_close(pc);
	for (unsigned i = 1; i <= 3; i++)
		say(f->pa, &gone, "anybody?");
	until(f, &f->a.refused, 3);
	assert_true(addr_equal(&f->a.peer, &gone));
	assert_int_equal(f->b.refused, 0);
	/* an error behind us: the socket works on */
	say(f->pa, &f->pb->at, "one");
	until(f, &f->b.n, 1);
}

static void net_refuse_and_open(void **state)
{
	struct fix *f = *state;
	struct addr before = f->pb->at;
	struct fail why;

	assert_true(wire_set_mode(f->pb, WIRE_REFUSE, &why));
	assert_true(addr_equal(&f->pb->at, &before));
	say(f->pa, &before, "one");
	until(f, &f->a.refused, 1);
	assert_false(wire_send(f->pb, (struct wire_to){ 0, &f->pa->at },
			       STR("x"), &why));
	assert_true(wire_set_mode(f->pb, WIRE_OPEN, &why));
	assert_true(addr_equal(&f->pb->at, &before));
	say(f->pa, &before, "two");
	until(f, &f->b.n, 1);
	assert_string_equal(f->b.last, "two");
}

static void net_stalled(void **state)
{
	struct fix *f = *state;
	struct fail why;
	unsigned rounds = 0;
	ns_t end;

	assert_true(wire_set_mode(f->pb, WIRE_STALL, &why));
	assert_true(wire_set_mode(f->pb, WIRE_STALL, &why));
	say(f->pa, &f->pb->at, "one");
	end = clock_now(&f->clock) + 30 * NS_MS;
	while (clock_now(&f->clock) < end) {
		wire_wait(f->wire, end);
		rounds++;
	}
	assert_true(rounds < 5); /* asleep, not spinning */
	assert_int_equal(f->b.n, 0);
	assert_true(wire_set_mode(f->pb, WIRE_OPEN, &why));
	until(f, &f->b.n, 1);
	assert_string_equal(f->b.last, "one");
}

/* An unread ICMP error keeps a socket readable: it must not keep us awake. */
static void net_errors_do_not_spin(void **state)
{
	struct fix *f = *state;
	struct addr gone;
	struct fail why;
	unsigned rounds = 0;
	ns_t end;

	assert_true(wire_set_mode(f->pb, WIRE_REFUSE, &why));
	gone = f->pb->at;
	say(f->pa, &gone, "one");
	say(f->pa, &f->pa->at, "two"); /* eats the notice of that error */
	end = clock_now(&f->clock) + 50 * NS_MS;
	while (clock_now(&f->clock) < end) {
		wire_wait(f->wire, end);
		rounds++;
	}
	assert_true(rounds < 10);
	assert_int_equal(f->a.refused, 1);
	assert_int_equal(f->a.n, 1);
}

/* Timers are served under a flood: a call handles a bounded number. */
static void net_flood(void **state)
{
	enum { N = 400 }; /* fit any receive buffer */
	struct fix *f = *state;
	unsigned most = 0;
	ns_t end = clock_now(&f->clock) + 20 * NS_S;

	for (unsigned i = 0; i < N; i++)
		say(f->pa, &f->pb->at, "some bytes of a message");
	while (f->b.n < N && clock_now(&f->clock) < end) {
		unsigned before = f->b.n;

		wire_wait(f->wire, end);
		if (f->b.n - before > most)
			most = f->b.n - before;
	}
	assert_int_equal(f->b.n, N);
	assert_true(most <= 4 * 64);
}

static void net_big_datagrams(void **state)
{
	struct fix *f = *state;
	char *big = malloc(65000);
	struct fail why;

	memset(big, 'x', 65000);
	assert_true(wire_send(f->pa, (struct wire_to){ 0, &f->pb->at },
			      (struct str){ big, 65000 }, &why));
	until(f, &f->b.n, 1);
	assert_int_equal(f->b.bytes, 65000);
	free(big);
	big = calloc(1, 70000);
	assert_false(wire_send(f->pa, (struct wire_to){ 0, &f->pb->at },
			       (struct str){ big, 70000 }, &why));
	assert_non_null(strstr(why.text, "send 70000 bytes to 127.0.0.1:"));
	free(big);
	assert_true(wire_send(f->pa, (struct wire_to){ 0, &f->pb->at },
			      STR_NONE, &why));
	until(f, &f->b.n, 2); /* empty ones are heard, too */
}

static void net_closes_in_the_callback(void **state)
{
	struct fix *f = *state;

	say(f->pa, &f->pb->at, "one");
	say(f->pa, &f->pb->at, "two");
	f->b.close_me = f->pb;
	until(f, &f->b.n, 1);
	until(f, &f->a.refused, 0);
	wire_wait(f->wire, clock_now(&f->clock) + 5 * NS_MS);
	assert_int_equal(f->b.n, 1);
}

static void net_refuses_in_the_callback(void **state)
{
	struct fix *f = *state;

	say(f->pa, &f->pb->at, "one");
	say(f->pa, &f->pb->at, "two");
	f->b.refuse_me = true;
	until(f, &f->b.n, 1);
	wire_wait(f->wire, clock_now(&f->clock) + 5 * NS_MS);
	assert_int_equal(f->b.n, 1);
}

static void net_two_at_once(void **state)
{
	struct fix *f = *state;
	struct fail why;
	struct wire *other = wire_net_new(&f->clock, NULL, &why);
	struct ear c = { 0 };
	struct wire_port *pc;
	ns_t end = clock_now(&f->clock) + 5 * NS_S;

	assert_non_null(other);
	pc = open_at(other, "127.0.0.1", &c);
	say(f->pa, &pc->at, "one");
	while (!c.n && clock_now(&f->clock) < end)
		wire_wait(other, end);
	assert_string_equal(c.last, "one");
	wire_free(other);
	say(f->pa, &f->pb->at, "two");
	until(f, &f->b.n, 1);
}

/* One after the other, and past what is taken. */
static void net_ports_in_turn(void **state)
{
	struct fix *f = *state;
	struct ports *ports = ports_new();
	struct fail why;
	struct wire *w = wire_net_new(&f->clock, ports, &why);
	struct addr any = at("127.0.0.1:0"), next = any;
	struct wire_port *taken, *pc;
	struct ear c = { 0 };

	assert_non_null(w);
	addr_set_port(&next, (uint16_t)(ports_next(ports) + 1));
	taken = wire_open(f->wire, PROTO_UDP, &next, on_in, &c, &why);
	pc = wire_open(w, PROTO_UDP, &any, on_in, &c, &why);
	assert_non_null(pc);
	if (taken) /* else somebody else had it: passed over as well */
		assert_true(addr_port(&pc->at) != addr_port(&next));
	any = pc->at;
	wire_close(pc);
	pc = open_at(w, "127.0.0.1:0", &c);
	assert_true(addr_port(&pc->at) != addr_port(&any));
	say(f->pa, &any, "late"); /* the one given back stays unused */
	until(f, &f->a.refused, 1);
	assert_int_equal(c.n, 0);
	wire_free(w);
	ports_free(ports);
}

static void net_v6(void **state)
{
	struct fix *f = *state;
	struct ear c = { 0 }, d = { 0 };
	struct addr loop = at("[::1]:0");
	struct wire_port *pc, *pd;
	struct fail why;

	pc = wire_open(f->wire, PROTO_UDP, &loop, on_in, &c, &why);
	if (!pc)
		skip(); /* a machine without IPv6 */
	pd = open_at(f->wire, "[::1]:0", &d);
	say(pc, &pd->at, "six");
	until(f, &d.n, 1);
	assert_true(addr_equal(&d.peer, &pc->at));
	loop = pd->at;
	wire_close(pd);
	say(pc, &loop, "six");
	until(f, &c.refused, 1);
	assert_true(addr_equal(&c.peer, &loop));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(net_delivers),
		TEST(net_waits_to_the_time),
		TEST(net_port_in_use),
		TEST(net_refused),
		TEST(net_refuse_and_open),
		TEST(net_stalled),
		TEST(net_errors_do_not_spin),
		TEST(net_flood),
		TEST(net_big_datagrams),
		TEST(net_closes_in_the_callback),
		TEST(net_refuses_in_the_callback),
		TEST(net_two_at_once),
		TEST(net_ports_in_turn),
		TEST(net_v6),
	};

	return cmocka_run_group_tests_name("wire_net", tests, NULL, NULL);
}
