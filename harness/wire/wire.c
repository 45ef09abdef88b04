/* SPDX-License-Identifier: MIT */
/* Calls go to the kind of wire that is there. */
#include "wire/wire.h"

static const char *const protos[] = {
	[PROTO_UDP] = "udp",
	[PROTO_TCP] = "tcp",
	[PROTO_TLS] = "tls",
};

const char *proto_word(enum proto proto)
{
	return protos[proto];
}

bool proto_of(struct str word, enum proto *ret)
{
	for (int i = 0; i <= PROTO_TLS; i++) {
		if (!str_is_case(word, protos[i]))
			continue;
		*ret = (enum proto)i;
		return true;
	}
	return false;
}

void wire_free(struct wire *w)
{
	if (w)
		w->ops->free(w);
}

struct wire_port *wire_open(struct wire *w, enum proto proto,
			    const struct addr *at, wire_in_fn *on_in, void *ctx,
			    struct fail *why)
{
	return w->ops->open(w, proto, at, on_in, ctx, why);
}

void wire_close(struct wire_port *port)
{
	if (port)
		port->wire->ops->close(port);
}

bool wire_send(struct wire_port *port, struct wire_to to, struct str bytes,
	       struct fail *why)
{
	return port->wire->ops->send(port, to, bytes, why);
}

bool wire_set_mode(struct wire_port *port, enum wire_mode mode,
		   struct fail *why)
{
	return port->wire->ops->set_mode(port, mode, why);
}

void wire_wait(struct wire *w, ns_t until)
{
	w->ops->wait(w, until);
}

bool wire_watch(struct wire *w, struct wire_watch *watch, struct fail *why)
{
	watch->wire = w;
	if (w->ops->watch(watch, why))
		return true;
	watch->wire = NULL;
	return false;
}

void wire_unwatch(struct wire_watch *watch)
{
	if (watch->wire)
		watch->wire->ops->unwatch(watch);
	watch->wire = NULL;
}
