/* SPDX-License-Identifier: MIT */
/* text: bytes of unknown origin made fit for a terminal, JSON or XML. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/buf.h"

/* Control bytes and invalid UTF-8 as \r \n \t \x00; quotes untouched. */
void text_printable(struct buf *out, struct str s);
/* Legal XML 1.0 characters only (others as \x00), & < > " escaped. */
void text_xml(struct buf *out, struct str s);
/* Legal XML 1.0 characters only, nothing escaped: for libxml2's writer. */
void text_xml_safe(struct buf *out, struct str s);
/* Contents of a JSON string (no quotes around). Bytes that are no UTF-8
 * become U+0080..U+00FF one by one and the result is true. */
bool text_json(struct buf *out, struct str s);
/* Length of the valid UTF-8 sequence at s, 0 if there is none. */
size_t text_utf8_len(struct str s);
/* Columns a terminal needs, counting code points. */
size_t text_width(struct str s);

#endif
