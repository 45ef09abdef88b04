/* SPDX-License-Identifier: MIT */
/* Escaping of bytes that a device or a file gave us. */
#include "base/text.h"

static bool is_cont(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

size_t text_utf8_len(struct str s)
{
	const unsigned char *p = (const unsigned char *)s.p;

	if (!s.len)
		return 0;
	if (p[0] < 0x80)
		return 1;
	if (s.len >= 2 && p[0] >= 0xc2 && p[0] <= 0xdf && is_cont(p[1]))
		return 2;
	if (s.len >= 3 && (p[0] & 0xf0) == 0xe0 && is_cont(p[1]) &&
	    is_cont(p[2])) {
		unsigned cp = (p[0] & 15u) << 12 | (p[1] & 63u) << 6;

		return cp >= 0x800 && (cp < 0xd800 || cp > 0xdfff) ? 3 : 0;
	}
	if (s.len >= 4 && p[0] >= 0xf0 && p[0] <= 0xf4 && is_cont(p[1]) &&
	    is_cont(p[2]) && is_cont(p[3])) {
		unsigned cp = (p[0] & 7u) << 18 | (p[1] & 63u) << 12;

		return cp >= 0x10000 && cp <= 0x10ffff ? 4 : 0;
	}
	return 0;
}

static void add_hex(struct buf *out, char c)
{
	buf_addf(out, "\\x%02x", (unsigned char)c);
}

static void printable_one(struct buf *out, char c)
{
	switch (c) {
	case '\r':
		buf_add_z(out, "\\r");
		break;
	case '\n':
		buf_add_z(out, "\\n");
		break;
	case '\t':
		buf_add_z(out, "\\t");
		break;
	default:
		add_hex(out, c);
	}
}

/* C0, DEL and C1 controls: what a terminal would act on. */
static bool is_control(struct str s, size_t n)
{
	unsigned char c = (unsigned char)s.p[0];

	if (n == 2)
		return c == 0xc2 && (unsigned char)s.p[1] < 0xa0;
	return n == 1 && (c < 0x20 || c == 0x7f);
}

void text_printable(struct buf *out, struct str s)
{
	while (s.len) {
		size_t n = text_utf8_len(s);

		if (!n) {
			add_hex(out, s.p[0]);
			n = 1;
		} else if (n == 1 && is_control(s, n)) {
			printable_one(out, s.p[0]);
		} else if (is_control(s, n)) {
			add_hex(out, s.p[0]);
			add_hex(out, s.p[1]);
		} else {
			buf_add(out, s.p, n);
		}
		s = str_tail(s, n);
	}
}

/* XML 1.0 2.2: TAB LF CR, U+0020.. but surrogates, U+FFFE, U+FFFF. */
static bool is_xml_char(struct str s, size_t n)
{
	unsigned char c = (unsigned char)s.p[0];

	if (n == 1)
		return c >= 0x20 || c == '\t' || c == '\n' || c == '\r';
	return n != 3 || c != 0xef || (unsigned char)s.p[1] != 0xbf ||
	       (unsigned char)s.p[2] < 0xbe;
}

static void add_xml(struct buf *out, struct str s, bool escape)
{
	while (s.len) {
		size_t n = text_utf8_len(s);

		if (!n || !is_xml_char(s, n))
			add_hex(out, s.p[0]), n = 1;
		else if (escape && s.p[0] == '&')
			buf_add_z(out, "&amp;");
		else if (escape && s.p[0] == '<')
			buf_add_z(out, "&lt;");
		else if (escape && s.p[0] == '>')
			buf_add_z(out, "&gt;");
		else if (escape && s.p[0] == '"')
			buf_add_z(out, "&quot;");
		else
			buf_add(out, s.p, n);
		s = str_tail(s, n);
	}
}

void text_xml(struct buf *out, struct str s)
{
	add_xml(out, s, true);
}

void text_xml_safe(struct buf *out, struct str s)
{
	add_xml(out, s, false);
}

static void json_byte(struct buf *out, unsigned char c)
{
	static const char names[] = "\bb\tt\nn\ff\rr\"\"\\\\";

	if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\') {
		buf_add_char(out, (char)c);
		return;
	}
	for (size_t i = 0; i + 1 < sizeof(names); i += 2) {
		if (names[i] == (char)c) {
			buf_add_char(out, '\\');
			buf_add_char(out, names[i + 1]);
			return;
		}
	}
	buf_addf(out, "\\u%04x", c);
}

static bool all_utf8(struct str s)
{
	while (s.len) {
		size_t n = text_utf8_len(s);

		if (!n)
			return false;
		s = str_tail(s, n);
	}
	return true;
}

bool text_json(struct buf *out, struct str s)
{
	bool as_bytes = !all_utf8(s);

	while (s.len) {
		size_t n = as_bytes ? 1 : text_utf8_len(s);

		if (n == 1)
			json_byte(out, (unsigned char)s.p[0]);
		else
			buf_add(out, s.p, n);
		s = str_tail(s, n);
	}
	return as_bytes;
}

size_t text_width(struct str s)
{
	size_t width = 0;

	while (s.len) {
		size_t n = text_utf8_len(s);

		s = str_tail(s, n ? n : 1);
		width++;
	}
	return width;
}
