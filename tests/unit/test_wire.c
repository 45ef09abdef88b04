/* SPDX-License-Identifier: MIT */
/* Addresses, the memory wire on a virtual clock, and real UDP on loopback with
 * free ports. */
#include "wire/wire_memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

enum { LATE_MS = 100 }; /* what a loaded machine may add */

struct ear { /* what one port heard */
	unsigned n, refused;
	size_t bytes;
	char last[256];
	ns_t mono;
	struct addr peer;
	struct wire_port *close_me; /* in the callback */
	bool refuse_me;
};

static void on_in(void *ctx, struct wire_port *port, const struct wire_in *in)
{
	struct ear *e = ctx;
	size_t n = in->bytes.len < sizeof(e->last) ? in->bytes.len
						   : sizeof(e->last) - 1;
	struct fail why;

	e->mono = in->mono;
	e->peer = in->peer;
	if (in->what == WIRE_REFUSED) {
		e->refused++;
		return;
	}
	e->n++;
	e->bytes += in->bytes.len;
	memcpy(e->last, in->bytes.p, n);
	e->last[n] = '\0';
	if (e->close_me) {
		wire_close(e->close_me);
		e->close_me = NULL;
	}
	if (e->refuse_me)
		assert_true(wire_set_mode(port, WIRE_REFUSE, &why));
}

static struct addr at(const char *text)
{
	struct addr a;

	assert_true(addr_parse(str_from(text), &a));
	return a;
}

static struct wire_port *open_at(struct wire *w, const char *where,
				 struct ear *e)
{
	struct addr a = at(where);
	struct fail why;
	struct wire_port *port = wire_open(w, &a, on_in, e, &why);

	assert_non_null(port);
	return port;
}

static void say(struct wire_port *from, const struct addr *to, const char *text)
{
	struct fail why;

	assert_true(wire_send(from, to, str_from(text), &why));
}

/* ---- addresses ---- */

static void addresses(void **state)
{
	static const struct {
		const char *in, *out, *host;
		unsigned port;
	} good[] = {
		{ "127.0.0.1", "127.0.0.1:0", "127.0.0.1", 0 },
		{ "127.0.0.1:5060", "127.0.0.1:5060", "127.0.0.1", 5060 },
		{ "0.0.0.0:65535", "0.0.0.0:65535", "0.0.0.0", 65535 },
		{ "[::1]:5060", "[::1]:5060", "::1", 5060 },
		{ "[::1]", "[::1]:0", "::1", 0 },
		{ "::1", "[::1]:0", "::1", 0 },
		{ "2001:DB8::1", "[2001:db8::1]:0", "2001:db8::1", 0 },
	};
	char text[ADDR_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		struct addr a = at(good[i].in), b = at(good[i].out);

		assert_string_equal(addr_format(&a, text), good[i].out);
		assert_string_equal(addr_host(&a, text), good[i].host);
		assert_int_equal(addr_port(&a), good[i].port);
		assert_true(addr_equal(&a, &b));
		addr_set_port(&b, 1);
		assert_false(addr_equal(&a, &b));
	}
}

static void no_addresses(void **state)
{
	static const char *const bad[] = {
		"",
		":5060",
		"localhost",
		"1.2.3",
		"1.2.3.4.5",
		"1.2.3.4:",
		"1.2.3.4:x",
		"1.2.3.4:65536",
		"[::1",
		"[::1]x",
		"[::1]:",
		"[1.2.3.4]:5060",
		"[]:5060",
		"1.2.3.4:-1",
		"1.2.3.4 :50",
		":::",
		"example.com:5060",
	};
	struct addr a;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (addr_parse(str_from(bad[i]), &a))
			fail_msg("taken for an address: %s", bad[i]);
	assert_false(addr_parse(STR_NONE, &a));
	assert_false(addr_parse(STR("127.0.0.1\0x"), &a));
}

static void next_addresses(void **state)
{
	struct addr a = at("127.0.0.255:5060"), b = at("127.0.1.0:5060");
	struct addr v6 = at("[::1]:5060"), same = v6;

	(void)state;
	addr_next(&a);
	assert_true(addr_equal(&a, &b));
	addr_next(&v6);
	assert_true(addr_equal(&v6, &same));
	assert_false(addr_equal(&a, &v6));
}

/* ---- memory ---- */

struct memory_fix {
	struct clock clock;
	struct wire *wire;
	struct ear a, b;
	struct wire_port *pa, *pb;
};

static int memory_setup(void **state)
{
	struct memory_fix *f = calloc(1, sizeof(*f));

	f->clock.is_virtual = true;
	f->wire = wire_memory_new(&f->clock);
	f->pa = open_at(f->wire, "10.0.0.1", &f->a);
	f->pb = open_at(f->wire, "10.0.0.2:5060", &f->b);
	*state = f;
	return 0;
}

static int memory_teardown(void **state)
{
	struct memory_fix *f = *state;

	wire_free(f->wire);
	free(f);
	return 0;
}

static void memory_delivers_in_order(void **state)
{
	struct memory_fix *f = *state;

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
	struct memory_fix *f = *state;

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
	struct memory_fix *f = *state;

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
	struct memory_fix *f = *state;
	struct addr nobody = at("10.0.0.9:5060");
	struct fail why;

	say(f->pa, &nobody, "one");
	wire_wait(f->wire, NS_S);
	wire_wait(f->wire, NS_S);
	assert_int_equal(f->a.refused, 1);
	assert_true(addr_equal(&f->a.peer, &nobody));
	assert_true(wire_set_mode(f->pb, WIRE_REFUSE, &why));
	assert_false(wire_send(f->pb, &f->pa->at, STR("x"), &why));
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
	struct memory_fix *f = *state;
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
	struct memory_fix *f = *state;
	struct addr taken = at("10.0.0.2:5060");
	struct fail why;

	assert_null(wire_open(f->wire, &taken, on_in, &f->a, &why));
	assert_string_equal(why.text,
			    "bind 10.0.0.2:5060: Address already in use");
	wire_close(f->pb);
	assert_non_null(wire_open(f->wire, &taken, on_in, &f->a, &why));
}

/* ---- real UDP ---- */

struct net_fix {
	struct clock clock;
	struct wire *wire;
	struct ear a, b;
	struct wire_port *pa, *pb;
};

static int net_setup(void **state)
{
	struct net_fix *f = calloc(1, sizeof(*f));
	struct fail why;

	f->wire = wire_net_new(&f->clock, &why);
	assert_non_null(f->wire);
	f->pa = open_at(f->wire, "127.0.0.1", &f->a);
	f->pb = open_at(f->wire, "127.0.0.1", &f->b);
	*state = f;
	return 0;
}

static int net_teardown(void **state)
{
	struct net_fix *f = *state;

	wire_free(f->wire);
	free(f);
	return 0;
}

/* Until the count is there, at most 5 s. */
static void until(struct net_fix *f, const unsigned *count, unsigned n)
{
	ns_t end = clock_now(&f->clock) + 5 * NS_S;

	while (*count < n && clock_now(&f->clock) < end)
		wire_wait(f->wire, end);
	assert_int_equal(*count, n);
}

static void net_delivers(void **state)
{
	struct net_fix *f = *state;
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
	struct net_fix *f = *state;
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
	struct net_fix *f = *state;
	char text[ADDR_TEXT_MAX], want[128];
	struct fail why;

	assert_null(wire_open(f->wire, &f->pa->at, on_in, &f->b, &why));
	snprintf(want, sizeof(want), "bind %s: Address already in use",
		 addr_format(&f->pa->at, text));
	assert_string_equal(why.text, want);
}

static void net_refused(void **state)
{
	struct net_fix *f = *state;
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
	struct net_fix *f = *state;
	struct addr before = f->pb->at;
	struct fail why;

	assert_true(wire_set_mode(f->pb, WIRE_REFUSE, &why));
	assert_true(addr_equal(&f->pb->at, &before));
	say(f->pa, &before, "one");
	until(f, &f->a.refused, 1);
	assert_false(wire_send(f->pb, &f->pa->at, STR("x"), &why));
	assert_true(wire_set_mode(f->pb, WIRE_OPEN, &why));
	assert_true(addr_equal(&f->pb->at, &before));
	say(f->pa, &before, "two");
	until(f, &f->b.n, 1);
	assert_string_equal(f->b.last, "two");
}

static void net_stalled(void **state)
{
	struct net_fix *f = *state;
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
	struct net_fix *f = *state;
	struct addr gone;
	struct fail why;
	unsigned rounds = 0;
	ns_t end;

	assert_true(wire_set_mode(f->pb, WIRE_REFUSE, &why));
	gone = f->pb->at;
	say(f->pa, &gone, "one");
	say(f->pa, &gone, "two"); /* eats the first error's notice */
	end = clock_now(&f->clock) + 50 * NS_MS;
	while (clock_now(&f->clock) < end) {
		wire_wait(f->wire, end);
		rounds++;
	}
	assert_true(rounds < 10);
	assert_int_equal(f->a.refused, 2);
}

/* Timers are served under a flood: a call handles a bounded number. */
static void net_flood(void **state)
{
	enum { N = 400 }; /* fit any receive buffer */
	struct net_fix *f = *state;
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
	struct net_fix *f = *state;
	char *big = malloc(65000);
	struct fail why;

	memset(big, 'x', 65000);
	assert_true(
		wire_send(f->pa, &f->pb->at, (struct str){ big, 65000 }, &why));
	until(f, &f->b.n, 1);
	assert_int_equal(f->b.bytes, 65000);
	free(big);
	big = calloc(1, 70000);
	assert_false(
		wire_send(f->pa, &f->pb->at, (struct str){ big, 70000 }, &why));
	assert_non_null(strstr(why.text, "send 70000 bytes to 127.0.0.1:"));
	free(big);
	assert_true(wire_send(f->pa, &f->pb->at, STR_NONE, &why));
	until(f, &f->b.n, 2); /* empty ones are heard, too */
}

static void net_closes_in_the_callback(void **state)
{
	struct net_fix *f = *state;

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
	struct net_fix *f = *state;

	say(f->pa, &f->pb->at, "one");
	say(f->pa, &f->pb->at, "two");
	f->b.refuse_me = true;
	until(f, &f->b.n, 1);
	wire_wait(f->wire, clock_now(&f->clock) + 5 * NS_MS);
	assert_int_equal(f->b.n, 1);
}

static void net_two_at_once(void **state)
{
	struct net_fix *f = *state;
	struct fail why;
	struct wire *other = wire_net_new(&f->clock, &why);
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

static void net_v6(void **state)
{
	struct net_fix *f = *state;
	struct ear c = { 0 }, d = { 0 };
	struct addr loop = at("[::1]:0");
	struct wire_port *pc, *pd;
	struct fail why;

	pc = wire_open(f->wire, &loop, on_in, &c, &why);
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

#define MEMORY(f)                                                              \
	cmocka_unit_test_setup_teardown(f, memory_setup, memory_teardown)
#define NET(f) cmocka_unit_test_setup_teardown(f, net_setup, net_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses),
		cmocka_unit_test(no_addresses),
		cmocka_unit_test(next_addresses),
		MEMORY(memory_delivers_in_order),
		MEMORY(memory_waits_no_longer),
		MEMORY(memory_loses),
		MEMORY(memory_refuses),
		MEMORY(memory_stalls),
		MEMORY(memory_port_in_use),
		NET(net_delivers),
		NET(net_waits_to_the_time),
		NET(net_port_in_use),
		NET(net_refused),
		NET(net_refuse_and_open),
		NET(net_stalled),
		NET(net_errors_do_not_spin),
		NET(net_flood),
		NET(net_big_datagrams),
		NET(net_closes_in_the_callback),
		NET(net_refuses_in_the_callback),
		NET(net_two_at_once),
		NET(net_v6),
	};

	return cmocka_run_group_tests_name("wire", tests, NULL, NULL);
}
