/* SPDX-License-Identifier: MIT */
/* hep: messages to a collector such as Homer (--hep). */
#ifndef CLI_HEP_H
#define CLI_HEP_H

#include "play/result.h"

struct hep; /* one UDP socket */

/* "udp:HOST[:PORT]", the host by number or name. NULL: why. */
struct hep *hep_open(struct arena *a, const char *where, struct fail *why);
/* All messages of a play that has just ended. A collector that is not there
 * changes nothing: datagrams are not waited for. */
void hep_result(struct hep *h, const struct result *r, struct str trace);
void hep_close(struct hep *h);

#endif
