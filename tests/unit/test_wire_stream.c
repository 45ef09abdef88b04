/* SPDX-License-Identifier: MIT */
/* Real TCP and TLS on loopback, with free ports. */
#include "wire_fix.h"

#define MESSAGE "OPTIONS sip:a SIP/2.0\r\nContent-Length: 0\r\n\r\n"

struct side { /* what one port met */
	unsigned messages, broken, connected, finished, lost, refused;
	uint32_t conn;
	struct addr peer;
	char last[128], text[256];
};

struct fix {
	struct clock clock;
	enum proto proto;
	struct wire *wire;
	struct side a, b;
	struct wire_port *pa, *pb;
};

static void on_side(void *ctx, struct wire_port *port, const struct wire_in *in)
{
	struct side *s = ctx;
	unsigned *const count[] = {
		[WIRE_BYTES] = &s->messages,
		[WIRE_BROKEN] = &s->broken,
		[WIRE_REFUSED] = &s->refused,
		[WIRE_LOST] = &s->lost,
		[WIRE_CONNECTED] = &s->connected,
		[WIRE_FINISHED] = &s->finished,
	};

	assert_true(in->proto == port->proto);
	assert_true(in->conn > 0);
	++*count[in->what];
	s->conn = in->conn;
	s->peer = in->peer;
	snprintf(s->last, sizeof(s->last), STR_F, STR_A(in->bytes));
	snprintf(s->text, sizeof(s->text), "%s", in->text ? in->text : "");
}

static struct wire_port *open_side(struct fix *f, struct side *s)
{
	struct addr a = at("127.0.0.1");
	struct fail why;
	struct wire_port *port =
		wire_open(f->wire, f->proto, &a, on_side, s, &why);

	assert_non_null(port);
	return port;
}

static int setup(void **state, enum proto proto, bool insecure)
{
	struct fix *f = calloc(1, sizeof(*f));
	struct fail why;

	f->wire = wire_net_new(&f->clock, NULL, &why);
	assert_non_null(f->wire);
	f->proto = proto;
	wire_net_tls(f->wire, &(struct wire_tls){ .insecure = insecure });
	f->pa = open_side(f, &f->a);
	f->pb = open_side(f, &f->b);
	*state = f;
	return 0;
}

static int setup_tcp(void **state)
{
	return setup(state, PROTO_TCP, true);
}

static int setup_tls(void **state)
{
	return setup(state, PROTO_TLS, true);
}

static int setup_verified(void **state)
{
	return setup(state, PROTO_TLS, false);
}

static int teardown(void **state)
{
	struct fix *f = *state;

	wire_free(f->wire);
	free(f);
	return 0;
}

static void until(struct fix *f, const unsigned *count, unsigned n)
{
	ns_t end = clock_now(&f->clock) + 60 * NS_S;

	while (*count < n && clock_now(&f->clock) < end)
		wire_wait(f->wire, end);
	assert_int_equal(*count, n);
}

static void put(struct wire_port *from, uint32_t conn, const struct addr *to,
		struct str bytes)
{
	struct fail why;

	assert_true(wire_send(from, (struct wire_to){ conn, to }, bytes, &why));
}

static void mode(struct wire_port *port, enum wire_mode m)
{
	struct fail why;

	assert_true(wire_set_mode(port, m, &why));
}

static void one_connection_both_ways(void **state)
{
	struct fix *f = *state;

	put(f->pa, 0, &f->pb->at, STR(MESSAGE MESSAGE));
	until(f, &f->b.messages, 2);
	assert_string_equal(f->b.last, MESSAGE);
	put(f->pb, f->b.conn, &f->b.peer, STR(MESSAGE));
	until(f, &f->a.messages, 1);
	put(f->pa, 0, &f->pb->at, STR(MESSAGE));
	until(f, &f->b.messages, 3);
	assert_int_equal(f->a.connected, 1);
	assert_int_equal(f->b.connected, 1);
	/* to b's listening port, from a number of its own */
	assert_true(addr_equal(&f->a.peer, &f->pb->at));
	assert_false(addr_equal(&f->b.peer, &f->pa->at));
}

static void segments(void **state)
{
	struct fix *f = *state;
	struct str s = STR(MESSAGE);

	for (size_t i = 0; i < s.len; i++) {
		put(f->pa, 0, &f->pb->at, str_sub(s, i, 1));
		wire_wait(f->wire, clock_now(&f->clock) + NS_MS);
	}
	until(f, &f->b.messages, 1);
	assert_string_equal(f->b.last, MESSAGE);
	put(f->pa, 0, &f->pb->at, STR("OPTIONS sip:a SIP/2.0\r\n\r\njunk\r\n"));
	until(f, &f->b.messages, 2);
	until(f, &f->b.broken, 1);
}

static void closed_by_the_peer(void **state)
{
	struct fix *f = *state;

	put(f->pa, 0, &f->pb->at, STR(MESSAGE));
	until(f, &f->b.messages, 1);
	mode(f->pb, WIRE_CLOSE);
	until(f, &f->a.finished, 1);
	/* what comes next makes a connection of its own */
	put(f->pa, 0, &f->pb->at, STR(MESSAGE));
	until(f, &f->b.messages, 2);
	until(f, &f->b.connected, 2);
	mode(f->pa, WIRE_RESET);
	until(f, &f->b.lost, 1);
}

/* What had come before a reset is told, though our own next bytes meet it. */
static void answered_and_reset(void **state)
{
	struct fix *f = *state;

	put(f->pa, 0, &f->pb->at, STR(MESSAGE));
	until(f, &f->b.messages, 1);
	put(f->pb, f->b.conn, &f->b.peer, STR(MESSAGE));
	mode(f->pb, WIRE_RESET);
	put(f->pa, f->a.conn, &f->pb->at, STR(MESSAGE));
	until(f, &f->a.lost, 1);
	assert_int_equal(f->a.messages, 1);
}

static void refused(void **state)
{
	struct fix *f = *state;

	mode(f->pb, WIRE_REFUSE);
	put(f->pa, 0, &f->pb->at, STR(MESSAGE));
	until(f, &f->a.refused, 1);
	mode(f->pb, WIRE_OPEN);
	put(f->pa, 0, &f->pb->at, STR(MESSAGE));
	until(f, &f->b.messages, 1);
}

/* A port that reads nothing fills up, and says so, and comes back. */
static void stalled(void **state)
{
	struct fix *f = *state;
	buf_auto big = { 0 };
	struct fail why;
	unsigned sent = 0;

	while (big.len < 100000)
		buf_add_z(&big, MESSAGE);
	put(f->pa, 0, &f->pb->at, STR(MESSAGE));
	until(f, &f->b.messages, 1);
	mode(f->pb, WIRE_STALL);
	while (sent < 1000 &&
	       wire_send(f->pa, (struct wire_to){ 0, &f->pb->at },
			 buf_str(&big), &why)) {
		wire_wait(f->wire, clock_now(&f->clock));
		sent++;
	}
	assert_true(sent > 10 && sent < 1000);
	assert_int_equal(f->b.messages, 1);
	mode(f->pb, WIRE_OPEN);
	until(f, &f->b.messages,
	      1 + sent * (unsigned)(big.len / (sizeof(MESSAGE) - 1)));
	assert_int_equal(f->b.broken, 0);
}

static bool opens(struct fix *f, enum proto proto, const struct addr *at)
{
	struct fail why;

	return wire_open(f->wire, proto, at, on_side, &f->a, &why);
}

static void port_in_use(void **state)
{
	struct fix *f = *state;
	struct fail why;

	assert_null(
		wire_open(f->wire, f->proto, &f->pa->at, on_side, &f->a, &why));
	assert_non_null(strstr(why.text, "Address already in use"));
	/* The same number of another transport is free, but for a stranger who
	 * has one of them. */
	assert_true(opens(f, PROTO_UDP, &f->pa->at) ||
		    opens(f, PROTO_UDP, &f->pb->at));
}

/* A certificate that nobody vouches for. */
static void unknown_certificate(void **state)
{
	struct fix *f = *state;

	put(f->pa, 0, &f->pb->at, STR(MESSAGE));
	until(f, &f->a.lost, 1);
	assert_non_null(strstr(f->a.text, "certificate is refused: self"));
	until(f, &f->b.lost, 1);
	assert_int_equal(f->b.messages, 0);
}

/* TLS to a port of TCP, and TCP to a port of TLS. */
static void no_tls_there(void **state)
{
	struct fix *f = *state;
	struct side s = { 0 };
	struct wire_port *plain;

	f->proto = PROTO_TCP;
	plain = open_side(f, &s);
	put(f->pa, 0, &plain->at, STR(MESSAGE));
	until(f, &s.connected, 1);
	put(plain, s.conn, &s.peer, STR("SIP/2.0 400 Bad Request\r\n\r\n"));
	until(f, &f->a.lost, 1);
	assert_non_null(strstr(f->a.text, "does not speak TLS"));
	put(plain, 0, &f->pb->at, STR(MESSAGE));
	until(f, &f->b.lost, 1);
	assert_int_equal(f->b.messages, 0);
}

static void files_that_are_none(void **state)
{
	struct fail why;

	(void)state;
	assert_false(wire_tls_check(&(struct wire_tls){ .ca = "/none" }, &why));
	assert_non_null(strstr(why.text, "CA file /none"));
	assert_false(wire_tls_check(
		&(struct wire_tls){ .certificate = "/none" }, &why));
	assert_non_null(strstr(why.text, "certificate /none"));
	assert_false(wire_tls_check(&(struct wire_tls){ .keylog = "/none/log" },
				    &why));
	assert_non_null(strstr(why.text, "key log /none/log"));
}

#define CASE(name, how) cmocka_unit_test_setup_teardown(name, how, teardown)
#define BOTH(name)      CASE(name, setup_tcp), CASE(name, setup_tls)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(one_connection_both_ways),
		BOTH(segments),
		BOTH(closed_by_the_peer),
		BOTH(answered_and_reset),
		BOTH(refused),
		BOTH(stalled),
		BOTH(port_in_use),
		CASE(unknown_certificate, setup_verified),
		CASE(no_tls_there, setup_tls),
		CASE(files_that_are_none, setup_tls),
	};

	return cmocka_run_group_tests_name("wire stream", tests, NULL, NULL);
}
