/* SPDX-License-Identifier: MIT */
/* A bad network on the memory wire: the same seed gives the same fate. */
#include "wire/impair.h"
#include "wire_fix.h"

struct fix {
	struct clock clock;
	struct wire *wire;
	struct ear a, b;
	struct wire_port *pa, *pb;
	unsigned withheld;
};

static void on_b(void *ctx, struct wire_port *port, const struct wire_in *in)
{
	struct fix *f = ctx;

	if (in->what == WIRE_WITHHELD)
		f->withheld++;
	else
		on_in(&f->b, port, in);
}

static struct fix *network(const char *how, uint64_t seed)
{
	struct fix *f = calloc(1, sizeof(*f));
	struct addr local = at("127.0.0.1");
	struct impair i;
	struct fail why;

	assert_non_null(f);
	f->clock.is_virtual = true;
	assert_true(impair_read(str_from(how), &i, &why));
	f->wire = wire_impaired_new(wire_memory_new(&f->clock), &i, seed);
	f->pa = wire_open(f->wire, PROTO_UDP, &local, on_b, f, &why);
	f->pb = wire_open(f->wire, PROTO_UDP, &local, on_b, f, &why);
	return f;
}

static void done(struct fix *f)
{
	wire_free(f->wire);
	free(f);
}

/* How many of 1000 datagrams arrive, all of them a millisecond apart. */
static unsigned arrivals(const char *how, uint64_t seed, unsigned *ret_lost)
{
	struct fix *f = network(how, seed);
	unsigned n;

	for (unsigned i = 0; i < 1000; i++) {
		say(f->pa, &f->pb->at, "x");
		wire_wait(f->wire, clock_now(&f->clock) + NS_MS);
	}
	for (unsigned i = 0; i < 5000; i++)
		wire_wait(f->wire, clock_now(&f->clock) + NS_MS);
	n = f->b.n;
	*ret_lost = f->withheld;
	done(f);
	return n;
}

static void loses_and_doubles(void **state)
{
	unsigned lost, again, n;

	(void)state;
	assert_int_equal(arrivals("delay=1ms", 1, &lost), 1000);
	assert_int_equal(lost, 0);
	n = arrivals("loss=20%", 1, &lost);
	/* each is lost on one of two ways: 36 % of them */
	assert_int_equal(n + lost, 1000);
	assert_in_range(lost, 250, 470);
	assert_int_equal(arrivals("loss=20%", 1, &again), n);
	assert_int_not_equal(arrivals("loss=20%", 2, &again), n);
	n = arrivals("dup=50%", 3, &lost);
	assert_in_range(n, 1900, 2600);
	assert_int_equal(arrivals("loss=100%", 3, &lost), 0);
	assert_int_equal(lost, 1000);
}

/* Who sends is not called back: it is told from the loop. */
static void loss_is_told_later(void **state)
{
	struct fix *f = network("loss=100%", 1);

	(void)state;
	say(f->pa, &f->pb->at, "x");
	assert_int_equal(f->withheld, 0);
	wire_wait(f->wire, clock_now(&f->clock) + NS_MS);
	assert_int_equal(f->withheld, 1);
	done(f);
}

static void delays(void **state)
{
	struct fix *f = network("delay=100ms+-20ms", 1);
	ns_t from = clock_now(&f->clock);

	(void)state;
	say(f->pa, &f->pb->at, "x");
	while (!f->b.n)
		wire_wait(f->wire, clock_now(&f->clock) + NS_S);
	/* out and in, and a millisecond of the memory wire */
	assert_in_range(clock_now(&f->clock) - from, 160 * NS_MS, 242 * NS_MS);
	done(f);
}

static void reads(void **state)
{
	struct impair i;
	struct fail why;

	(void)state;
	assert_true(impair_read(STR("loss=5%, delay=20ms\xc2\xb1"
				    "10,dup=0.25%"),
				&i, &why));
	assert_int_equal(i.loss, 500);
	assert_int_equal(i.dup, 25);
	assert_int_equal(i.delay, 20 * NS_MS);
	assert_int_equal(i.jitter, 10 * NS_MS);
	assert_true(impair_read(STR("delay=1.5s+-250ms"), &i, &why));
	assert_int_equal(i.delay, 1500 * NS_MS);
	assert_int_equal(i.jitter, 250 * NS_MS);
}

static void refuses(void **state)
{
	static const char *const bad[] = {
		"",
		"loss",
		"loss=5",
		"loss=101%",
		"loss=-1%",
		"delay=20",
		"delay=ms",
		"delay=61s",
		"jam=3%",
		"loss=5%,,",
		"dup=1.234%",
		"delay=9ms+-",
		"delay=1e3ms",
	};
	struct impair i;
	struct fail why;

	(void)state;
	for (size_t k = 0; k < sizeof(bad) / sizeof(*bad); k++) {
		why.text[0] = '\0';
		assert_false(impair_read(str_from(bad[k]), &i, &why));
		assert_true(why.text[0] != '\0');
	}
}

/* A port that is closed takes what is under way with it. */
static void closes(void **state)
{
	struct fix *f = network("delay=10ms", 1);

	(void)state;
	say(f->pa, &f->pb->at, "x");
	wire_close(f->pa);
	for (unsigned i = 0; i < 100; i++)
		wire_wait(f->wire, clock_now(&f->clock) + NS_MS);
	assert_int_equal(f->b.n, 0);
	done(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(loses_and_doubles),
		cmocka_unit_test(loss_is_told_later),
		cmocka_unit_test(delays),
		cmocka_unit_test(reads),
		cmocka_unit_test(refuses),
		cmocka_unit_test(closes),
	};

	return cmocka_run_group_tests_name("impair", tests, NULL, NULL);
}
