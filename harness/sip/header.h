/* SPDX-License-Identifier: MIT */
/* header: names of header fields, their compact forms and what they hold. */
#ifndef SIP_HEADER_H
#define SIP_HEADER_H

#include "base/str.h"

enum header_id {
	HEADER_UNKNOWN,
#define HEADER(id, name, shape, list) HEADER_##id,
#include "sip/fields.def"
	HEADER_COUNT
};

enum header_shape {
#define SHAPE(shape, type) SHAPE_##shape,
#include "sip/fields.def"
};

struct header_info {
	struct str name; /* as the RFC spells it; empty for HEADER_UNKNOWN */
	enum header_shape shape;
	bool list; /* commas part its values */
};

/* By any spelling, compact forms too. */
enum header_id header_find(struct str name);
const struct header_info *header_info(enum header_id id);

#endif
