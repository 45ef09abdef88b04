/* SPDX-License-Identifier: MIT */
/* What a device file says of its address, read; names are asked for in the
 * layer below (wire/resolve.c). */
#include "cli/resolve.h"

static bool is_no_address(struct fail *why, struct str at, const char *reason)
{
	return fail_set(why, "\"%.*s\" is no HOST:PORT%s",
			STR_A(str_sub(at, 0, 200)), reason);
}

static bool check_address(struct str at, struct fail *why)
{
	struct str name, digits;
	struct addr numeric;
	uint64_t port;
	bool colon = str_cut(at, ':', &name, &digits);

	if (str_ends(at, ":0") && !str_ends(at, "::0"))
		return is_no_address(why, at, ": there is no port 0");
	if (addr_parse(at, &numeric))
		return true;
	if (!resolve_is_name(name) && !addr_parse(name, &numeric))
		return is_no_address(why, at, "");
	return !colon || (str_to_u64(digits, &port) && port && port <= 65535) ||
	       is_no_address(why, at, ": a port is a number from 1 to 65535");
}

bool resolve_check(const struct device *d, struct fail *why)
{
	struct addr numeric;

	if (!d->address.len)
		return fail_set(why, "no address is given");
	if (d->nameserver.len && !addr_parse(d->nameserver, &numeric))
		return fail_set(why,
				"nameserver: \"" STR_F "\" is no numeric "
				"address",
				STR_A(d->nameserver));
	for (unsigned i = 0; i < d->nsides; i++)
		if (!check_address(d->sides[i].address, why))
			return fail_prepend(why, "side " STR_F,
					    STR_A(d->sides[i].name));
	return check_address(d->address, why);
}

bool resolve_is_open(struct str text)
{
	struct addr numeric;

	return !addr_parse(text, &numeric) && str_find_char(text, ':') < 0;
}

/* ---- numeric ---- */

static bool take_numeric(struct addr at, const struct resolve_ask *how,
			 struct resolve_answer *ret, struct fail *why)
{
	char text[ADDR_TEXT_MAX];
	int family = at.u.sa.sa_family;

	if (how->family != AF_UNSPEC && how->family != family)
		return fail_set(why, "%s is no IPv%d address",
				addr_host(&at, text),
				how->family == AF_INET ? 4 : 6);
	if (!addr_port(&at))
		addr_set_port(&at, resolve_default_port(how->protos[0]));
	ret->n = 1;
	ret->list[0] =
		(struct resolve_target){ .addr = at, .proto = how->protos[0] };
	return true;
}

bool resolve_device(struct str text, const struct resolve_ask *how,
		    struct resolve_answer *ret, struct fail *why)
{
	struct resolve_ask ask = *how;
	struct addr numeric;
	struct str digits;
	uint64_t port = 0;

	ret->n = 0;
	if (addr_parse(text, &numeric))
		return take_numeric(numeric, how, ret, why);
	str_cut(text, ':', &ask.host, &digits);
	if (digits.len && !str_to_u64(digits, &port))
		return is_no_address(why, text, "");
	ask.port = (uint16_t)port;
	return resolve_name(&ask, ret, why);
}

bool resolve_host(struct str text, uint16_t port, ns_t within, struct addr *ret,
		  struct fail *why)
{
	struct resolve_ask how = { .protos = { PROTO_UDP },
				   .nprotos = 1,
				   .within = within };
	struct resolve_answer answer;
	struct str host, digits;
	uint64_t given = port;

	if (addr_parse(text, ret)) {
		if (!addr_port(ret))
			addr_set_port(ret, port);
		return true;
	}
	str_cut(text, ':', &host, &digits);
	if (digits.len && !str_to_u64(digits, &given))
		return is_no_address(why, text, "");
	how.host = host;
	how.port = (uint16_t)given;
	if (!resolve_name(&how, &answer, why))
		return false;
	*ret = answer.list[0].addr;
	return true;
}
