/* SPDX-License-Identifier: MIT */
/* Failures to test: a refused socket, file or process. Not the author's text
 * (diag) and not the device's behaviour (a finding). */
#include "base/fail.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool fail_set(struct fail *why, const char *fmt, ...)
{
	va_list ap;

	why->err = 0;
	va_start(ap, fmt);
	vsnprintf(why->text, sizeof(why->text), fmt, ap);
	va_end(ap);
	return false;
}

bool fail_errno(struct fail *why, const char *fmt, ...)
{
	int err = errno;
	va_list ap;
	size_t n;

	why->err = err;
	va_start(ap, fmt);
	vsnprintf(why->text, sizeof(why->text), fmt, ap);
	va_end(ap);
	n = strlen(why->text);
	snprintf(why->text + n, sizeof(why->text) - n, ": %s", strerror(err));
	return false;
}

bool fail_prepend(struct fail *why, const char *fmt, ...)
{
	struct fail old = *why;
	va_list ap;
	size_t n;

	va_start(ap, fmt);
	vsnprintf(why->text, sizeof(why->text), fmt, ap);
	va_end(ap);
	n = strlen(why->text);
	snprintf(why->text + n, sizeof(why->text) - n, ": %s", old.text);
	return false;
}
