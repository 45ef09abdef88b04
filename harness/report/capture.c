/* SPDX-License-Identifier: MIT */
/* Which messages of a trace a capture has, and between whom. */
#include "report/capture.h"

enum { PARTIES_MAX = 256 };

struct index {
	struct str *labels; /* by place of the record in the trace */
	struct str parties[PARTIES_MAX];
};

/* Who is no party, as the probe, is at port 0 of the device's host. */
static bool ends_of(const struct index *x, const struct event *ev,
		    struct packet_flow *ret)
{
	struct addr us, device;

	if (!addr_parse(ev->peer, &device))
		return false;
	us = device;
	addr_set_port(&us, 0);
	if (ev->party < PARTIES_MAX && x->parties[ev->party].len &&
	    (!addr_parse(x->parties[ev->party], &us) ||
	     us.u.sa.sa_family != device.u.sa.sa_family))
		return false;
	*ret = (struct packet_flow){ .from = ev->out ? us : device,
				     .to = ev->out ? device : us,
				     .stream = ev->via.len > 0 };
	return true;
}

void capture_each(const struct trace *tr, captured_fn *fn, void *ctx)
{
	struct arena *a = arena_new();
	struct index *x = ARENA_NEW(a, struct index);

	x->labels = trace_labels(tr, a);
	for (size_t i = 0; i < tr->n; i++)
		if (tr->list[i].kind == EV_PARTY &&
		    tr->list[i].party < PARTIES_MAX)
			x->parties[tr->list[i].party] = tr->list[i].peer;
	for (size_t i = 0; i < tr->n; i++) {
		struct captured c = { &tr->list[i], .label = x->labels[i] };

		if (c.ev->kind == EV_REC && c.ev->bytes.len &&
		    ends_of(x, c.ev, &c.flow))
			fn(ctx, &c);
	}
	arena_free(a);
}
