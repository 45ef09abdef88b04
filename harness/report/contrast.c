/* SPDX-License-Identifier: MIT */
/* wanted and got, so that the eye finds the difference. The value in wanted
 * ("Contact.uri is X") stands above got, and carets mark where they part. */
#include "report/point.h"

#include "base/text.h"

enum { SHOWN_MAX = 400 }; /* bytes of a value; a device may send 64 KiB */

/* Code points are never cut in two. */
static struct str clip(struct str s)
{
	size_t n = SHOWN_MAX;

	if (s.len <= SHOWN_MAX)
		return s;
	while (n > SHOWN_MAX - 4 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	return str_sub(s, 0, n);
}

/* Where the value begins in "Refer-To.count is 1"; the whole if nowhere. */
static size_t value_at(struct str wanted)
{
	static const char *const ops[] = { " is not ", " is ",
					   " == ", " != ", " contains " };

	for (size_t i = 0; i < sizeof(ops) / sizeof(*ops); i++) {
		ptrdiff_t at = str_find(wanted, str_from(ops[i]));

		if (at >= 0)
			return (size_t)at + strlen(ops[i]);
	}
	return 0;
}

static bool is_cont(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

static size_t common_head(struct str a, struct str b)
{
	size_t n = 0;

	while (n < a.len && n < b.len && a.p[n] == b.p[n])
		n++;
	while (n && n < b.len && is_cont(b.p[n]))
		n--;
	return n;
}

static size_t common_tail(struct str a, struct str b, size_t head)
{
	size_t n = 0;

	while (n < a.len - head && n < b.len - head &&
	       a.p[a.len - 1 - n] == b.p[b.len - 1 - n])
		n++;
	while (n && is_cont(b.p[b.len - n]))
		n--;
	return n;
}

/* Where the value is not told apart ("a branch that begins with x"), only two
 * texts that begin alike are worth comparing. */
static bool is_alike(struct str wanted, struct str got, size_t at)
{
	enum { ALIKE_MIN = 4 };

	return at || common_head(wanted, got) >= ALIKE_MIN;
}

/* Alternatives and compounds have no one value to compare with; where "valid"
 * is wanted, got says what is not. */
static bool is_comparable(struct str value, struct str got)
{
	return got.len && !str_is(got, "absent") && !str_is(got, "nothing") &&
	       !str_is(value, "valid") && str_find_char(value, '|') < 0 &&
	       str_find(value, STR(" and ")) < 0 &&
	       str_find(value, STR(" or ")) < 0;
}

static void add_carets(struct buf *out, const char *indent, size_t column,
		       struct str value, struct str got)
{
	size_t head = common_head(value, got);
	size_t tail = common_tail(value, got, head);
	size_t width = text_width(str_sub(got, head, got.len - head - tail));

	buf_addf(out, "%s         ", indent);
	buf_add_fill(out, ' ', column + text_width(str_sub(got, 0, head)));
	buf_add_fill(out, '^', width ? width : 1);
	buf_add_char(out, '\n');
}

static void add_value(struct buf *out, const char *indent, const char *key,
		      size_t column, struct str full)
{
	struct str s = clip(full);

	buf_addf(out, "%s%-9s", indent, key);
	buf_add_fill(out, ' ', column);
	buf_add_str(out, s);
	if (s.len < full.len)
		buf_addf(out, " ... (%zu bytes)", full.len);
	buf_add_char(out, '\n');
}

bool contrast_part(struct str wanted, struct str got, size_t *ret_at,
		   size_t *ret_len)
{
	size_t at = value_at(wanted), head, tail;
	struct str value = str_tail(wanted, at);

	if (!is_comparable(value, got) || !is_alike(wanted, got, at) ||
	    value.len > SHOWN_MAX || got.len > SHOWN_MAX || str_eq(value, got))
		return false;
	head = common_head(value, got);
	tail = common_tail(value, got, head);
	*ret_at = head;
	*ret_len = got.len - head - tail;
	return *ret_len > 0;
}

static void contrast(struct buf *out, const char *indent, struct str wanted,
		     struct str got)
{
	size_t at = value_at(wanted);
	struct str value = str_tail(wanted, at);
	bool marked = is_comparable(value, got) && is_alike(wanted, got, at) &&
		      value.len <= SHOWN_MAX && got.len <= SHOWN_MAX &&
		      !str_eq(value, got);
	size_t column = marked ? text_width(str_sub(wanted, 0, at)) : 0;

	if (wanted.len)
		add_value(out, indent, "wanted", 0, wanted);
	if (got.len)
		add_value(out, indent, "got", column, got);
	if (wanted.len && marked)
		add_carets(out, indent, column, value, got);
}

void contrast_add(struct buf *out, const char *indent, struct str wanted,
		  struct str got)
{
	buf_auto w = { 0 }, g = { 0 };

	text_printable(&w, wanted);
	text_printable(&g, got);
	contrast(out, indent, buf_str(&w), buf_str(&g));
}
