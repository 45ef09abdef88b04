/* SPDX-License-Identifier: MIT */
/* Commands to a phone from outside of SIP, a line each. */
#ifndef STUBS_CONTROL_H
#define STUBS_CONTROL_H

#include "device.h"

/* Where the commands come from: "off", "stdin", or the TCP port HOST:PORT.
 * NULL: CONTROL_HOST, where nobody listens there yet, and the number of each
 * port. */
#define CONTROL_HOST "127.0.0.99"

struct control;

/* NULL: it was asked for and cannot be had. */
struct control *control_open(struct device *dev, const char *where);
void control_close(struct control *control); /* NULL-safe */

#endif
