/* SPDX-License-Identifier: MIT */
/* jsontext: JSON objects written fast and read back without loss.
 *
 * A string that is no UTF-8 is written with each byte as the character of its
 * number (U+0000..U+00FF) and its key is listed in the object's "bytes", so a
 * reader knows to turn the characters into bytes again. */
#ifndef PLAY_JSONTEXT_H
#define PLAY_JSONTEXT_H

#include "base/arena.h"
#include "base/buf.h"

#include <jansson.h>

enum { JSONTEXT_RAW_MAX = 24 }; /* strings of one object */

struct jsontext { /* one object under way */
	struct buf *out;
	bool more; /* a member stands before the next one */
	const char *raw[JSONTEXT_RAW_MAX];
	unsigned nraw;
};

void jsontext_begin(struct jsontext *j, struct buf *out);
void jsontext_end(struct jsontext *j);
void jsontext_key(struct jsontext *j, const char *key); /* value follows */
void jsontext_str(struct jsontext *j, const char *key, struct str s);
void jsontext_num(struct jsontext *j, const char *key, int64_t n);
void jsontext_flag(struct jsontext *j, const char *key, bool set);

/* Members of a parsed object; what is absent or of another type is empty. */
struct str jsontext_get(const json_t *obj, const char *key, struct arena *a);
bool jsontext_get_num(const json_t *obj, const char *key, int64_t *ret);
bool jsontext_is(const json_t *obj, const char *key);

#endif
