/* SPDX-License-Identifier: MIT */
/* The memory wire's switches for tests. */
#ifndef WIRE_WIRE_MEMORY_H
#define WIRE_WIRE_MEMORY_H

#include "wire/wire.h"

/* Virtual time between sending and arrival; 1 ms unless set. */
void wire_memory_delay(struct wire *w, ns_t delay);
/* The next n datagrams sent on this wire are lost. */
void wire_memory_drop(struct wire *w, unsigned n);

#endif
