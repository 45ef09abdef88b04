/* SPDX-License-Identifier: MIT */
/* status: default reason phrases. */
#ifndef SIP_STATUS_H
#define SIP_STATUS_H

/* Never NULL: a code without a phrase of its own gets that of its class. */
const char *status_reason(unsigned status);

#endif
