/* SPDX-License-Identifier: MIT */
/* capture: the messages of a trace with the addresses they went between, for
 * pcapng.c and hep.c. */
#ifndef REPORT_CAPTURE_H
#define REPORT_CAPTURE_H

#include "play/trace.h"
#include "report/packet.h"

struct captured {
	const struct event *ev; /* EV_REC */
	struct packet_flow flow;
	struct str label; /* of its line; may be empty */
};

typedef void captured_fn(void *ctx, const struct captured *c);

/* Every message with an address, in order. */
void capture_each(const struct trace *tr, captured_fn *fn, void *ctx);

#endif
