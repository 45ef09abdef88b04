/* SPDX-License-Identifier: MIT */
/* Requests that reach a play but do not concern it: at the probe's socket, and
 * those of another play that had the port before. And whether a device that
 * sends, but does not answer the probe, is dead. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "play/state.h"

static const char device_at[] = "10.0.0.2:5060";

struct fix {
	struct clock clock;
	struct wire *wire;
	struct wire_port *dut;
	struct device device;
	struct engine engine;
	struct prog prog; /* waits for 100 ms */
	struct party_decl alice;
	struct op wait, *ops[1];
	unsigned ended, strays, unexpected;
	unsigned mute; /* so many OPTIONS go without an answer */
	bool silent;   /* and nothing else is sent either */
	bool alive;
	ns_t took;
};

static struct addr at(const char *text)
{
	struct addr a;

	assert_true(addr_parse(str_from(text), &a));
	return a;
}

static void say(struct fix *f, const struct addr *to, const char *method,
		struct str to_tag)
{
	char text[600];
	struct fail why;
	int n = snprintf(text, sizeof(text),
			 "%s sip:x@10.0.0.1 SIP/2.0\r\n"
			 "Via: SIP/2.0/UDP %s;branch=z9hG4bK%s%u\r\n"
			 "From: <sip:d@10.0.0.2>;tag=d\r\n"
			 "To: <sip:x@10.0.0.1>%s" STR_F "\r\n"
			 "Call-ID: x\r\nCSeq: 1 %s\r\n\r\n",
			 method, device_at, method, (unsigned)to_tag.len,
			 to_tag.len ? ";tag=" : "", STR_A(to_tag), method);

	assert_true(n > 0 && (size_t)n < sizeof(text));
	assert_true(wire_send(f->dut, (struct wire_to){ 0, to }, str_from(text),
			      &why));
}

/* The device: asks back before it answers an OPTIONS. */
static void on_dut(void *ctx, struct wire_port *port, const struct wire_in *in)
{
	static const char status[] = "SIP/2.0 200 OK\r\n";
	struct fix *f = ctx;
	struct str start, rest;
	buf_auto out = { 0 };
	struct fail why;

	str_cut(in->bytes, '\n', &start, &rest);
	if (!str_starts(start, "OPTIONS "))
		return;
	if (f->silent)
		return;
	say(f, &in->peer, "OPTIONS", STR_NONE);
	say(f, &in->peer, "NOTIFY", STR("t1"));
	say(f, &in->peer, "INVITE", STR_NONE);
	if (f->mute) {
		f->mute--;
		return;
	}
	buf_add_z(&out, status);
	buf_add_str(&out, rest);
	assert_true(wire_send(port, (struct wire_to){ 0, &in->peer },
			      buf_str(&out), &why));
}

static int setup(void **state)
{
	struct fix *f = calloc(1, sizeof(*f));
	struct addr dut = at(device_at);
	struct engine_opts opts = { .device = &f->device,
				    .dut = dut,
				    .bind = at("10.0.0.1:0"),
				    .t1 = 500 * NS_MS,
				    .slack = 1,
				    .deadline = 60 * NS_S,
				    .probe = true };
	struct fail why;

	f->clock.is_virtual = true;
	f->wire = wire_memory_new(&f->clock);
	f->dut = wire_open(f->wire, PROTO_UDP, &dut, on_dut, f, &why);
	assert_non_null(f->dut);
	engine_init(&f->engine, &opts, &f->clock, f->wire);
	f->alice =
		(struct party_decl){ .name = STR("alice"), .user = STR("a") };
	f->wait = (struct op){ .kind = OP_WAIT,
			       .phase = PHASE_TEST,
			       .in = &f->prog.test,
			       .wait = { 100 * NS_MS, 100 * NS_MS } };
	f->ops[0] = &f->wait;
	f->prog = (struct prog){ .id = STR("x"),
				 .parties = &f->alice,
				 .nparties = 1,
				 .ops = f->ops,
				 .nops = 1,
				 .test = { .ops = f->ops, .n = 1 } };
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fix *f = *state;

	engine_done(&f->engine);
	wire_free(f->wire);
	free(f);
	return 0;
}

static void on_end(void *ctx, struct play *p)
{
	const struct trace *tr = play_trace(p);
	struct fix *f = ctx;

	for (size_t i = 0; i < tr->n; i++) {
		const struct event *ev = &tr->list[i];

		f->strays += ev->kind == EV_CLASS && ev->cls == REC_STRAY;
		f->unexpected += ev->kind == EV_UNEXPECTED;
		f->alive |= ev->kind == EV_LIVENESS && ev->ok;
	}
	f->took = tr->list[tr->n - 1].t;
	f->ended++;
	play_free(p);
}

static struct play *start(struct fix *f, unsigned number)
{
	struct fail why;
	struct play *p =
		play_start(&f->engine, &f->prog, number, NULL, on_end, f, &why);

	assert_non_null(p);
	return p;
}

static void run(struct fix *f, unsigned plays)
{
	while (f->ended < plays)
		engine_step(&f->engine);
}

static void probe_is_no_party(void **state)
{
	struct fix *f = *state;

	start(f, 1);
	run(f, 1);
	assert_true(f->alive);
	assert_int_equal(f->strays, 3);
	assert_int_equal(f->unexpected, 0);
}

/* While the test is on, when the probe's socket waits for nothing. */
static void early_at_the_probe(void **state)
{
	struct fix *f = *state;
	struct play *p = start(f, 1);

	say(f, &p->parties[1].port->at, "NOTIFY", STR_NONE);
	say(f, &p->parties[1].port->at, "INVITE", STR_NONE);
	run(f, 1);
	assert_int_equal(f->strays, 5);
	assert_int_equal(f->unexpected, 0);
}

static void of_another_play(void **state)
{
	struct fix *f = *state;
	struct play *p = start(f, 1), *other = start(f, 2);
	struct addr alice = p->parties[0].port->at;

	say(f, &alice, "NOTIFY", play_token(other, "f"));
	run(f, 2);
	assert_int_equal(f->strays, 3 + 3 + 1);
	assert_int_equal(f->unexpected, 0);
}

/* A tag of its own in a dialog that is none, or one that nobody made. */
static void of_this_play(void **state)
{
	struct fix *f = *state;
	struct play *p = start(f, 1);
	struct addr alice = p->parties[0].port->at;

	say(f, &alice, "NOTIFY", play_token(p, "f"));
	say(f, &alice, "MESSAGE", STR("f0123456789abcdef"));
	say(f, &alice, "INFO", STR("f0123456789abcde"));
	run(f, 1);
	assert_int_equal(f->strays, 3);
	assert_int_equal(f->unexpected, 2); /* an INFO answers itself */
}

/* Dead: 100 ms of the scenario, 500 ms of linger, 4 s of the probe. */
static void silence_is_death(void **state)
{
	struct fix *f = *state;

	f->silent = true;
	start(f, 1);
	run(f, 1);
	assert_false(f->alive);
	assert_in_range(f->took / NS_MS, 4600, 4700);
}

/* The OPTIONS of 7.5 s is the first that is answered. */
static void who_sends_is_alive(void **state)
{
	struct fix *f = *state;

	f->mute = 4;
	start(f, 1);
	run(f, 1);
	assert_true(f->alive);
	assert_in_range(f->took / NS_MS, 8100, 8200);
}

static void patience_ends(void **state)
{
	struct fix *f = *state;

	f->mute = 1000;
	start(f, 1);
	run(f, 1);
	assert_false(f->alive);
	assert_in_range(f->took / NS_MS, 16600, 16700);
}

static void tokens(void **state)
{
	struct fix *f = *state;
	struct play *p = start(f, 1), *other = start(f, 2);

	for (unsigned i = 0; i < 1000; i++) {
		struct str own = play_token(p, "t");
		struct str theirs = play_token(other, "t");

		assert_false(play_is_anothers(p, own));
		assert_true(play_is_anothers(other, own));
		assert_true(play_is_anothers(p, theirs));
		assert_false(play_is_anothers(p, str_tail(theirs, 1)));
	}
	assert_false(play_is_anothers(p, STR_NONE));
	assert_false(play_is_anothers(p, STR("t")));
	run(f, 2);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(probe_is_no_party), TEST(early_at_the_probe),
		TEST(of_another_play),   TEST(of_this_play),
		TEST(silence_is_death),  TEST(who_sends_is_alive),
		TEST(patience_ends),     TEST(tokens),
	};

	return cmocka_run_group_tests_name("astray", tests, NULL, NULL);
}
