/* SPDX-License-Identifier: MIT */
/* Two calls of a PBX that talk to each other. */
#ifndef STUBS_BRIDGE_H
#define STUBS_BRIDGE_H

#include "call.h"

struct bridge {
	struct bridge *next;
	struct bridge **prev;
	struct call *side[2];
	struct call *from;     /* that wants the other side transferred */
	struct call *target;   /* called for it; NULL: no transfer */
	struct call *replaced; /* hung up when who replaces it is answered */
};

struct bridge *bridge_new(struct device *dev);
void bridge_free(struct bridge *br);
struct bridge *bridge_of(const struct call *call);
struct call *bridge_peer(const struct call *call);
void bridge_seat(struct bridge *br, int place, struct call *call);
void bridge_lose(struct bridge *br, const struct call *call);
void bridge_tear_down(struct bridge *br);
void bridge_let_go(struct call *call);
void bridge_begin(struct device *dev, nta_incoming_t *irq, const sip_t *sip);
void bridge_replace(struct call *old, nta_incoming_t *irq, const sip_t *sip);
struct call *bridge_call(struct bridge *br, struct device *dev,
			 const struct call_plan *plan);

#endif
