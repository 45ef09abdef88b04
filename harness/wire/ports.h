/* SPDX-License-Identifier: MIT */
/* ports: which local port is taken next, where any free one will do. */
#ifndef WIRE_PORTS_H
#define WIRE_PORTS_H

#include <stdint.h>

struct ports; /* shared with the processes that are forked after ports_new */

struct ports *ports_new(void); /* NULL: no memory; the kernel then chooses */
void ports_free(struct ports *ps); /* NULL-safe */
uint16_t ports_next(struct ports *ps);

#endif
