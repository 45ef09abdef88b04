/* SPDX-License-Identifier: MIT */
/* device_trigger: "trigger NAME .." of a device file, and the values in it. */
#ifndef LANG_DEVICE_TRIGGER_H
#define LANG_DEVICE_TRIGGER_H

#include "lang/device.h"
#include "lang/lex.h"

enum { TRIGGER_WITHIN_MAX_S = 600 };

/* Reads a line that begins with "trigger" into d->triggers. */
void device_trigger_read(struct arena *a, const struct text_line *line,
			 struct device *d, struct diags *ds);
/* The whole file: does it have the triggers that its other lines speak of?
 * calls and answers are the places of those lines, src NULL: none. */
void device_trigger_check(const struct device *d, struct loc calls,
			  struct loc answers, struct diags *ds);

/* Where the commands of the device file run: its own folder. */
const char *device_trigger_folder(struct arena *a, const char *path);
/* NULL: the device has none of this name. */
const struct device_trigger *device_trigger_find(const struct device *d,
						 struct str name);
/* "call, hang-up", or "none". */
struct str device_trigger_names(struct arena *a, const struct device *d);
/* Why the step cannot be done with this device; empty: it can. */
struct str device_trigger_lacks(struct arena *a, const struct device *d,
				struct str name);
const char *device_trigger_word(enum trigger_kind kind); /* "sh" */
/* A value at s.p[0] == '{': its length, its name; 0: the brace is text. */
size_t device_trigger_value(struct str s, struct str *ret_name);
/* Values in JSON are written with its escapes. */
bool device_trigger_is_json(struct str text);

#endif
