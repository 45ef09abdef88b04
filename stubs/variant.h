/* SPDX-License-Identifier: MIT */
/* Habits of a device that keeps the rules: what it may do, or may leave. */
#ifndef STUBS_VARIANT_H
#define STUBS_VARIANT_H

#include "device.h"
#include "table.h"

enum variant {
	VARIANT_NONE,
#define VARIANT(name, devices, edition, what, why, judge) VARIANT_##name,
#include "variants.def"
#undef VARIANT
};

struct call;

/* Its texts: edition, the scenario that judges it, what it does, why it may. */
extern const struct table variant_table;

static inline bool device_does(const struct device *dev, enum variant variant)
{
	return dev->variant == variant;
}

/* What the habits are, each a word where the device acts. */
unsigned variant_duration(const struct device *dev, unsigned seconds);
bool variant_answers_later(struct device *dev, nta_incoming_t *irq,
			   const struct port *port, bool silent);
bool variant_calls_later(struct referral *ref, su_timer_f fn);
void variant_rings(struct call *call);
void variant_is_up(struct call *call);
void variant_takes_refer(struct call *call);
bool variant_meets(struct call *call);
bool variant_hangs_up(struct call *call);
void variant_close(struct device *dev);

#endif
