/* SPDX-License-Identifier: MIT */
/* split: pieces of a header value between separators that stand outside of
 * quoted strings, <> and comments. */
#ifndef SIP_SPLIT_H
#define SIP_SPLIT_H

#include "base/str.h"

struct split {
	struct str rest;
	char sep;
	bool more;
	/* a kind of bracket that once was not closed is plain text from there
	 * on: nothing is scanned to the end twice */
	bool quotes, angles, comments;
};

struct split split_begin(struct str s, char sep);
/* The next piece, trimmed, maybe empty; false at the end. */
bool split_next(struct split *s, struct str *ret);
/* The first c outside of quoted strings, <> and comments; -1: none. */
ptrdiff_t split_find(struct str s, char c);
/* Offset behind the quoted string that begins at off; 0: not closed. */
size_t split_quoted_end(struct str s, size_t off);

#endif
