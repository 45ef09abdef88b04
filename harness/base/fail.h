/* SPDX-License-Identifier: MIT */
/* fail: why the machine refused, one sentence that names the object. */
#ifndef BASE_FAIL_H
#define BASE_FAIL_H

#include <stdbool.h>

struct fail {
	char text[512];
	int err; /* errno of the refusal; 0: none */
};

/* Both return false, so that "return fail_set(why, ...)" reads as one line. */
bool fail_set(struct fail *why, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* As fail_set, with ": " and the text of errno behind it. */
bool fail_errno(struct fail *why, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Puts context in front of what is there already. */
bool fail_prepend(struct fail *why, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
