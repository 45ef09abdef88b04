/* SPDX-License-Identifier: MIT */
/* Numeric addresses; names are the resolver's matter. */
#include "wire/addr.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>

static bool split(struct str text, struct str *ret_host, struct str *ret_port)
{
	ptrdiff_t end;

	*ret_port = STR_NONE;
	if (str_starts(text, "[")) {
		end = str_find_char(text, ']');
		if (end < 0)
			return false;
		*ret_host = str_sub(text, 1, (size_t)end - 1);
		text = str_tail(text, (size_t)end + 1);
		*ret_port = str_tail(text, 1);
		return str_find_char(*ret_host, ':') >= 0 &&
		       (!text.len || (text.p[0] == ':' && text.len > 1));
	}
	str_cut(text, ':', ret_host, ret_port);
	if (str_find_char(*ret_port, ':') >= 0) { /* bare IPv6 */
		*ret_host = text;
		*ret_port = STR_NONE;
	}
	return !str_ends(text, ":") || str_ends(text, "::");
}

bool addr_parse(struct str text, struct addr *ret)
{
	struct addr a = { 0 };
	struct str host, port;
	char z[ADDR_TEXT_MAX];
	uint64_t number = 0;

	if (!split(text, &host, &port) || !host.len || host.len >= sizeof(z) ||
	    memchr(host.p, 0, host.len))
		return false;
	if (port.len && (!str_to_u64(port, &number) || number > 65535))
		return false;
	memcpy(z, host.p, host.len);
	z[host.len] = '\0';
	if (inet_pton(AF_INET, z, &a.u.v4.sin_addr) == 1)
		a.u.v4.sin_family = AF_INET;
	else if (inet_pton(AF_INET6, z, &a.u.v6.sin6_addr) == 1)
		a.u.v6.sin6_family = AF_INET6;
	else
		return false;
	addr_set_port(&a, (uint16_t)number);
	*ret = a;
	return true;
}

static bool is_v6(const struct addr *a)
{
	return a->u.sa.sa_family == AF_INET6;
}

const char *addr_host(const struct addr *a, char text[ADDR_TEXT_MAX])
{
	const void *bytes = is_v6(a) ? (const void *)&a->u.v6.sin6_addr
				     : (const void *)&a->u.v4.sin_addr;

	if (!inet_ntop(a->u.sa.sa_family, bytes, text, ADDR_TEXT_MAX))
		snprintf(text, ADDR_TEXT_MAX, "?");
	return text;
}

static char *add_number(char *at, unsigned n)
{
	char digits[8], *first = digits + sizeof(digits);

	do
		*--first = (char)('0' + n % 10);
	while (n /= 10);
	memcpy(at, first, (size_t)(digits + sizeof(digits) - first));
	return at + (digits + sizeof(digits) - first);
}

/* Said of every message: without the library's detours. */
static const char *format_v4(const struct addr *a, char text[ADDR_TEXT_MAX])
{
	uint32_t host = ntohl(a->u.v4.sin_addr.s_addr);
	char *at = text;

	for (int shift = 24; shift >= 0; shift -= 8) {
		at = add_number(at, host >> shift & 0xff);
		*at++ = shift ? '.' : ':';
	}
	*add_number(at, addr_port(a)) = '\0';
	return text;
}

const char *addr_format(const struct addr *a, char text[ADDR_TEXT_MAX])
{
	char host[ADDR_TEXT_MAX];

	if (a->u.sa.sa_family == AF_INET)
		return format_v4(a, text);

	addr_host(a, host);
	snprintf(text, ADDR_TEXT_MAX, is_v6(a) ? "[%.46s]:%u" : "%.46s:%u",
		 host, addr_port(a));
	return text;
}

uint16_t addr_port(const struct addr *a)
{
	return ntohs(is_v6(a) ? a->u.v6.sin6_port : a->u.v4.sin_port);
}

void addr_set_port(struct addr *a, uint16_t port)
{
	if (is_v6(a))
		a->u.v6.sin6_port = htons(port);
	else
		a->u.v4.sin_port = htons(port);
}

socklen_t addr_len(const struct addr *a)
{
	return is_v6(a) ? sizeof(a->u.v6) : sizeof(a->u.v4);
}

bool addr_equal(const struct addr *a, const struct addr *b)
{
	if (a->u.sa.sa_family != b->u.sa.sa_family ||
	    addr_port(a) != addr_port(b))
		return false;
	if (is_v6(a))
		return !memcmp(&a->u.v6.sin6_addr, &b->u.v6.sin6_addr,
			       sizeof(a->u.v6.sin6_addr));
	return a->u.v4.sin_addr.s_addr == b->u.v4.sin_addr.s_addr;
}

/* Its host address, in the order of the network. */
static unsigned char *host_bytes(struct addr *a, size_t *ret_n)
{
	*ret_n =
		is_v6(a) ? sizeof(a->u.v6.sin6_addr) : sizeof(a->u.v4.sin_addr);
	return is_v6(a) ? a->u.v6.sin6_addr.s6_addr
			: (unsigned char *)&a->u.v4.sin_addr;
}

void addr_next(struct addr *a)
{
	size_t n;
	unsigned char *bytes = host_bytes(a, &n);

	while (n-- > 0 && !++bytes[n])
		;
}

bool addr_follows(const struct addr *a, const struct addr *first)
{
	struct addr one = *a, other = *first;
	size_t n, m;
	unsigned char *bytes = host_bytes(&one, &n);
	unsigned char *before = host_bytes(&other, &m);

	return n == m && memcmp(bytes, before, n) >= 0;
}
