/* SPDX-License-Identifier: MIT */
/* A stream is cut at Content-Length, as RFC 3261 18.3 says; without one, or
 * with one that is none, a message ends at its blank line. */
#include "wire/frame.h"

#include <ctype.h>

void framer_free(struct framer *f)
{
	buf_free(&f->in);
	*f = (struct framer){ 0 };
}

/* Forgets what was given out, so that a long stream needs little memory. */
static void make_room(struct framer *f)
{
	if (!f->done)
		return;
	memmove(f->in.p, f->in.p + f->done, f->in.len - f->done);
	f->in.len -= f->done;
	f->done = 0;
}

void framer_add(struct framer *f, struct str bytes)
{
	make_room(f);
	buf_add_str(&f->in, bytes);
}

static struct str rest(const struct framer *f)
{
	return str_tail(buf_str(&f->in), f->done);
}

static bool give(struct framer *f, struct frame *ret, enum frame_kind kind,
		 size_t len, const char *flaw)
{
	*ret = (struct frame){ kind, str_sub(rest(f), 0, len), flaw };
	f->done += ret->bytes.len;
	f->seen = 0;
	return true;
}

/* ---- the head of a message ---- */

/* Bytes up to and with the blank line; 0: it has not come yet. */
static size_t head_length(struct framer *f, struct str s)
{
	for (size_t i = f->seen; i < s.len; i++) {
		size_t next = i + 1;

		if (s.p[i] != '\n')
			continue;
		if (next < s.len && s.p[next] == '\r')
			next++;
		if (next >= s.len) /* the next segment may bring the rest */
			return 0;
		if (s.p[next] == '\n')
			return next + 1;
		f->seen = i;
	}
	return 0;
}

/* "Content-Length : 5", "l:5" -> "5". */
static bool is_length(struct str line, struct str *ret_value)
{
	struct str name;

	if (!str_cut(line, ':', &name, ret_value))
		return false;
	while (name.len && isblank((unsigned char)name.p[name.len - 1]))
		name.len--;
	*ret_value = str_trim(*ret_value);
	return str_is_case(name, "Content-Length") || str_is_case(name, "l");
}

enum length { LENGTH_GIVEN, LENGTH_MISSING, LENGTH_BAD, LENGTH_TWO };

static enum length body_length(struct str head, uint64_t *ret)
{
	enum length found = LENGTH_MISSING;
	struct str line, value;

	*ret = 0;
	while (str_cut(head, '\n', &line, &head)) {
		uint64_t n;

		if (!is_length(line, &value))
			continue;
		if (!str_to_u64(value, &n))
			return LENGTH_BAD;
		if (found == LENGTH_GIVEN && n != *ret)
			return LENGTH_TWO;
		found = LENGTH_GIVEN;
		*ret = n;
	}
	return found;
}

static const char *length_flaw(enum length l)
{
	switch (l) {
	case LENGTH_GIVEN:
		return NULL;
	case LENGTH_MISSING:
		return "no Content-Length in a message on a stream "
		       "(RFC 3261 18.3)";
	case LENGTH_BAD:
		return "Content-Length is no number";
	case LENGTH_TWO:
		return "two Content-Lengths that differ";
	}
	return NULL;
}

/* ---- finding the way again ---- */

/* "SIP/2.0 200 OK" or "METHOD uri SIP/2.0", without its line end. */
static bool is_start(struct str line)
{
	return str_starts(line, "SIP/2.0 ") || str_ends(line, " SIP/2.0");
}

/* Bytes up to the first start line; all whole lines where there is none. */
static size_t lost_length(struct str s, bool *ret_found)
{
	size_t at = 0;

	*ret_found = false;
	while (at < s.len) {
		struct str tail = str_tail(s, at);
		ptrdiff_t end = str_find_char(tail, '\n');

		if (end < 0)
			break;
		if (is_start(str_trim(str_sub(tail, 0, (size_t)end)))) {
			*ret_found = true;
			break;
		}
		at += (size_t)end + 1;
	}
	return at;
}

static bool find_start(struct framer *f, struct frame *ret)
{
	struct str s = rest(f);
	bool found;
	size_t n = lost_length(s, &found);

	if (!found && s.len > FRAME_HEADERS_MAX)
		n = s.len;
	f->lost = !found;
	return n &&
	       give(f, ret, FRAME_BROKEN, n, "bytes that belong to no message");
}

/* ---- pieces ---- */

static bool keepalive(struct framer *f, struct frame *ret)
{
	struct str s = rest(f);
	size_t n = 0;

	while (n < s.len && (s.p[n] == '\r' || s.p[n] == '\n'))
		n++;
	/* A CR alone may be the first half of a CRLF. */
	if (!n || (n == s.len && s.p[n - 1] == '\r'))
		return false;
	return give(f, ret, FRAME_KEEPALIVE, n, NULL);
}

static bool too_long(struct framer *f, struct frame *ret)
{
	struct str s = rest(f);

	if (s.len <= FRAME_HEADERS_MAX)
		return false;
	f->lost = true;
	return give(f, ret, FRAME_BROKEN, s.len, "256 KiB and no blank line");
}

static bool skip_body(struct framer *f)
{
	size_t n = f->in.len - f->done;

	if (n > f->skip)
		n = f->skip;
	f->done += n;
	f->skip -= n;
	return !f->skip;
}

static bool message(struct framer *f, struct frame *ret)
{
	struct str s = rest(f);
	size_t head = head_length(f, s);
	enum length kind;
	uint64_t body;

	if (!head)
		return too_long(f, ret);
	kind = body_length(str_sub(s, 0, head), &body);
	if (kind != LENGTH_GIVEN) {
		f->lost = true;
		return give(f, ret, FRAME_MESSAGE, head, length_flaw(kind));
	}
	if (body > FRAME_BODY_MAX) {
		f->skip = body > SIZE_MAX ? SIZE_MAX : (size_t)body;
		return give(f, ret, FRAME_MESSAGE, head,
			    "a body of more than 256 KiB");
	}
	return s.len >= head + body &&
	       give(f, ret, FRAME_MESSAGE, head + (size_t)body, NULL);
}

bool framer_next(struct framer *f, struct frame *ret)
{
	if (f->skip && !skip_body(f))
		return false;
	if (keepalive(f, ret))
		return true;
	if (f->lost) {
		if (find_start(f, ret))
			return true;
		if (f->lost)
			return false;
	}
	return message(f, ret);
}

bool framer_end(struct framer *f, struct frame *ret)
{
	struct str s = rest(f);

	if (!s.len)
		return false;
	return give(f, ret, str_trim(s).len ? FRAME_BROKEN : FRAME_KEEPALIVE,
		    s.len, "the connection ended inside a message");
}
