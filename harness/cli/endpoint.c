/* SPDX-License-Identifier: MIT */
/* Addresses of both sides, the transport, certificates, a bad network. */
#include "cli/endpoint.h"

#include <stdio.h>
#include <unistd.h>

#include "cli/resolve.h"

/* ---- our addresses ---- */

/* The local address from which the device is reached. */
static bool local_address(const struct addr *dut, struct addr *ret,
			  struct fail *why)
{
	socklen_t len = sizeof(ret->u);
	int fd = socket(dut->u.sa.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	char text[ADDR_TEXT_MAX];
	bool ok;

	*ret = *dut;
	ok = fd >= 0 && !connect(fd, &dut->u.sa, addr_len(dut)) &&
	     !getsockname(fd, &ret->u.sa, &len);
	if (!ok)
		fail_errno(why, "no way to the device at %s",
			   addr_format(dut, text));
	if (fd >= 0)
		close(fd);
	addr_set_port(ret, 0);
	return ok;
}

/* "127.0.0.1..127.0.0.9": each party has its own. */
static bool bind_address(const struct device *d, struct engine_opts *e,
			 struct fail *why)
{
	ptrdiff_t dots = str_find(d->bind, STR(".."));
	struct str first = d->bind, last = d->bind;

	e->bind_range = dots >= 0;
	if (e->bind_range) {
		first = str_sub(d->bind, 0, (size_t)dots);
		last = str_tail(d->bind, (size_t)dots + 2);
	}
	if (!addr_parse(first, &e->bind) || !addr_parse(last, &e->bind_last) ||
	    addr_port(&e->bind) || addr_port(&e->bind_last))
		return fail_set(why,
				"bind: \"" STR_F
				"\" is no address, or first..last; ports are "
				"taken as they are free",
				STR_A(d->bind));
	return addr_follows(&e->bind_last, &e->bind) ||
	       fail_set(why,
			"bind: \"" STR_F
			"\" ends before it begins: first..last",
			STR_A(d->bind));
}

/* ---- TLS and the network between ---- */

/* The host that was meant, for the name in its certificate. */
static const char *host_of(struct arena *a, struct str address)
{
	char text[ADDR_TEXT_MAX];
	struct str name, port;
	struct addr numeric;

	if (addr_parse(address, &numeric))
		return arena_z(a, str_from(addr_host(&numeric, text)));
	str_cut(address, ':', &name, &port);
	return arena_z(a, name);
}

static struct wire_tls tls_of(const struct selection *s,
			      const struct endpoint_opts *o)
{
	return (struct wire_tls){
		.ca = o->tls_ca,
		.certificate = o->tls_cert,
		.key = o->tls_key,
		.keylog = o->tls_keylog,
		.insecure = o->insecure,
		.name = o->tls_name ? o->tls_name
				    : host_of(s->arena, s->device.address),
	};
}

static bool read_impair(const struct endpoint_opts *o, struct impair *ret,
			struct fail *why)
{
	*ret = (struct impair){ 0 };
	return !o->impair || impair_read(str_from(o->impair), ret, why) ||
	       fail_prepend(why, "--impair");
}

static bool uses_tls(const struct selection *s)
{
	if (str_is(s->env.transport, "tls"))
		return true;
	for (size_t i = 0; i < s->progs.n; i++)
		for (unsigned k = 0; k < s->progs.list[i]->nparties; k++)
			if (str_is(s->progs.list[i]->parties[k].via, "tls"))
				return true;
	return false;
}

int endpoint_check(const char *command, const struct selection *s,
		   const struct endpoint_opts *o, const char *dut, bool has_to)
{
	const struct device *d = &s->device;
	struct wire_tls tls = tls_of(s, o);
	struct impair impair;
	struct engine_opts unused;
	struct fail why;

	if (!read_impair(o, &impair, &why) ||
	    (uses_tls(s) && !wire_tls_check(&tls, &why)))
		return usage_error(command, why.text);
	if (resolve_check(d, &why) &&
	    (!d->bind.len || bind_address(d, &unused, &why)))
		return 0;
	if (has_to)
		return usage_error(command, why.text);
	fprintf(stderr, "sipladder %s: %s: %s\n", command, dut, why.text);
	return EXIT_TEXT;
}

/* ---- where it is ---- */

static struct resolve_ask asking(const struct selection *s,
				 const struct endpoint_opts *o, ns_t within)
{
	struct resolve_ask ask = {
		.nameserver = s->device.nameserver,
		.family = o->v4   ? AF_INET
			  : o->v6 ? AF_INET6
				  : AF_UNSPEC,
		.within = within,
		.nprotos = 1,
	};

	proto_of(s->env.transport, &ask.protos[0]);
	return ask;
}

/* "address tls HOST:PORT" is for that transport, where there is one. */
static struct str address_of(const struct selection *s)
{
	int side = device_side_of(&s->device, s->env.transport);

	return side < 0 ? s->device.address : s->device.sides[side].address;
}

/* "--matrix transport=tls:5061": the host of the address, and that port. */
static struct str with_port(const struct selection *s, struct str at)
{
	char text[ADDR_TEXT_MAX];
	struct str host, port;
	struct addr numeric;

	if (!s->port)
		return at;
	if (addr_parse(at, &numeric)) {
		addr_set_port(&numeric, s->port);
		return arena_str(s->arena,
				 str_from(addr_format(&numeric, text)));
	}
	str_cut(at, ':', &host, &port);
	return arena_strf(s->arena, STR_F ":%u", STR_A(host), s->port);
}

bool endpoint_choose(const struct selection *s, const struct endpoint_opts *o,
		     ns_t within, struct str *ret)
{
	const struct device *d = &s->device;
	struct resolve_ask ask = asking(s, o, within);
	struct resolve_answer answer;
	struct fail why;

	if (s->transport || d->ntransports == 1 || !resolve_is_open(d->address))
		return false;
	ask.nprotos = d->ntransports ? 0 : RESOLVE_PROTOS;
	for (unsigned i = 0; i < ask.nprotos; i++)
		ask.protos[i] = (enum proto)i;
	for (unsigned i = 0; i < d->ntransports && ask.nprotos < RESOLVE_PROTOS;
	     i++)
		proto_of(d->transports[i], &ask.protos[ask.nprotos++]);
	if (!resolve_device(d->address, &ask, &answer, &why))
		return false;
	*ret = str_from(proto_word(answer.list[0].proto));
	return true;
}

static bool fill_sides(const struct selection *s, const struct resolve_ask *ask,
		       struct engine_opts *e, struct fail *why)
{
	const struct device *d = &s->device;
	struct addr *sides = ARENA_ARRAY(s->arena, struct addr, d->nsides + 1);
	struct resolve_answer answer;

	for (unsigned i = 0; i < d->nsides; i++) {
		if (!resolve_device(d->sides[i].address, ask, &answer, why))
			return fail_prepend(why, "side " STR_F,
					    STR_A(d->sides[i].name));
		sides[i] = answer.list[0].addr;
	}
	e->sides = sides;
	return true;
}

/* Without "bind": the address from which the device is reached. */
static bool fill_bind(const struct device *d, struct engine_opts *e,
		      struct fail *why)
{
	char bind[ADDR_TEXT_MAX], dut[ADDR_TEXT_MAX];

	if (!d->bind.len)
		return local_address(&e->dut, &e->bind, why);
	if (!bind_address(d, e, why))
		return false;
	return e->bind.u.sa.sa_family == e->dut.u.sa.sa_family ||
	       fail_set(why, "from %s (bind) there is no way to %s",
			addr_host(&e->bind, bind), addr_format(&e->dut, dut));
}

bool endpoint_fill(const struct selection *s, const struct endpoint_opts *o,
		   ns_t within, struct engine_opts *e, struct fail *why)
{
	const struct device *d = &s->device;
	struct resolve_ask ask = asking(s, o, within);
	struct resolve_answer answer;

	proto_of(s->env.transport, &e->proto);
	e->tls = tls_of(s, o);
	if (!read_impair(o, &e->impair, why))
		return false;
	e->impaired = o->impair != NULL;
	if (!resolve_device(with_port(s, address_of(s)), &ask, &answer, why))
		return false;
	e->dut = answer.list[0].addr;
	if (o->targets)
		*o->targets = answer;
	return fill_sides(s, &ask, e, why) && fill_bind(d, e, why);
}
