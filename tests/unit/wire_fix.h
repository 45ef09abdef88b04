/* SPDX-License-Identifier: MIT */
/* What the tests of wires share: an ear on a port. */
#ifndef TEST_WIRE_FIX_H
#define TEST_WIRE_FIX_H

#include "wire/wire_memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

struct ear { /* what one port heard */
	unsigned n, refused;
	size_t bytes;
	char last[256];
	ns_t mono;
	struct addr peer;
	struct wire_port *close_me; /* in the callback */
	bool refuse_me;
};

static inline void on_in(void *ctx, struct wire_port *port,
			 const struct wire_in *in)
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

static inline struct addr at(const char *text)
{
	struct addr a;

	assert_true(addr_parse(str_from(text), &a));
	return a;
}

static inline struct wire_port *open_at(struct wire *w, const char *where,
					struct ear *e)
{
	struct addr a = at(where);
	struct fail why;
	struct wire_port *port = wire_open(w, PROTO_UDP, &a, on_in, e, &why);

	assert_non_null(port);
	return port;
}

static inline void say(struct wire_port *from, const struct addr *to,
		       const char *text)
{
	struct fail why;

	assert_true(wire_send(from, (struct wire_to){ 0, to }, str_from(text),
			      &why));
}

#endif
