/* SPDX-License-Identifier: MIT */
/* Where a device is reached, in its file and behind --to. */
#include "lang/device_address.h"

#include "lang/claims.h"
#include "lang/lang.h"

/* "host", "host:5060", "user@host:5060" */
bool device_is_address(struct str s)
{
	struct str user, rest;
	ptrdiff_t colon;
	uint64_t port;

	if (str_cut(s, '@', &user, &rest)) {
		if (!user.len)
			return false;
		s = rest;
	}
	colon = str_find_char(s, ':');
	if (colon < 0)
		return s.len > 0;
	while (str_find_char(str_tail(s, (size_t)colon + 1), ':') >= 0)
		colon += 1 + str_find_char(str_tail(s, (size_t)colon + 1), ':');
	return colon > 0 && str_to_u64(str_tail(s, (size_t)colon + 1), &port) &&
	       port > 0 && port < 65536;
}

void device_set_address(struct device *d, struct str s)
{
	struct str user, rest;

	d->address = s;
	if (!str_cut(s, '@', &user, &rest))
		return;
	d->user = user;
	d->address = rest;
}

/* "udp:[user@]host:port": a device nobody has described. */
bool device_from_to(struct arena *a, struct str to, struct device *ret,
		    struct fail *why)
{
	struct str transport, rest;

	device_defaults(ret);
	if (!str_cut(to, ':', &transport, &rest) || !rest.len)
		return fail_set(why,
				"\"" STR_F "\" is no address: udp:HOST:PORT",
				STR_A(to));
	if (!claims_knows(VOCABULARY_TRANSPORT, transport))
		return fail_set(
			why, "\"" STR_F "\" is no transport: udp, tcp or tls",
			STR_A(transport));
	*ARENA_PUSH(a, ret->transports, ret->ntransports) = transport;
	device_set_address(ret, rest);
	return true;
}

int device_side_of(const struct device *d, struct str name)
{
	for (unsigned i = 0; i < d->nsides; i++)
		if (str_eq(d->sides[i].name, name))
			return (int)i;
	return -1;
}
