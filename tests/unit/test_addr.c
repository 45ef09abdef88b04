/* SPDX-License-Identifier: MIT */
/* Numeric addresses and what is none. */
#include "wire_fix.h"

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
	struct addr v6 = at("[fd00::1:ffff]:5060"),
		    next = at("[fd00::2:0]:5060");

	(void)state;
	addr_next(&a);
	assert_true(addr_equal(&a, &b));
	addr_next(&v6);
	assert_true(addr_equal(&v6, &next));
	assert_false(addr_equal(&a, &v6));
}

static bool follows(const char *a, const char *first)
{
	struct addr one = at(a), other = at(first);

	return addr_follows(&one, &other);
}

static void order_of_addresses(void **state)
{
	(void)state;
	assert_true(follows("127.0.0.9", "127.0.0.1"));
	assert_true(follows("127.0.1.0", "127.0.0.255"));
	assert_true(follows("127.0.0.1:9", "127.0.0.1"));
	assert_false(follows("127.0.0.1", "127.0.0.2"));
	assert_false(follows("::1", "127.0.0.1"));
	assert_true(follows("fd00::2:0", "fd00::1:ffff"));
	assert_false(follows("fd00::1:0", "fd00::2:0"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses),
		cmocka_unit_test(no_addresses),
		cmocka_unit_test(next_addresses),
		cmocka_unit_test(order_of_addresses),
	};

	return cmocka_run_group_tests_name("addr", tests, NULL, NULL);
}
