/* SPDX-License-Identifier: MIT */
/* Bodies: multipart ones are cut here (sofia's msg_multipart_parse aborts on
 * bad input), nothing is decoded. */
#include "sip/body.h"

/* The blank line that ends a part's headers, whatever the line ends. */
static struct str part_head(struct str part, struct str *ret_body)
{
	size_t line = 0;

	for (size_t i = 0; i < part.len; i++) {
		if (part.p[i] != '\n')
			continue;
		if (!str_trim(str_sub(part, line, i - line)).len) {
			*ret_body = str_tail(part, i + 1);
			return str_sub(part, 0, line);
		}
		line = i + 1;
	}
	*ret_body = str_tail(part, part.len);
	return part;
}

/* RFC 2045 5.2: text/plain where nothing is said. */
static struct str part_type(struct str head)
{
	while (head.len) {
		struct str line, name, value;

		str_cut(head, '\n', &line, &head);
		if (str_cut(line, ':', &name, &value) &&
		    header_find(str_trim(name)) == HEADER_CONTENT_TYPE)
			return pkt_base(str_trim(value));
	}
	return STR("text/plain");
}

/* ---- delimiters ---------------------------------------------------------- */

enum { DELIMITER_MAX = 2 + 70 }; /* RFC 2046 5.1.1: at most 70 */

/* "--" and the boundary; empty where the body is not multipart. */
static struct str delimiter_of(const struct pkt *p, char *room)
{
	const struct line *l = pkt_line(p, HEADER_CONTENT_TYPE, 0);
	struct str boundary;

	if (!l || !str_starts_case(l->value, "multipart/"))
		return STR_NONE;
	boundary = pkt_param(l->value, "boundary", NULL);
	if (!boundary.len || boundary.len > DELIMITER_MAX - 2)
		return STR_NONE;
	memcpy(room, "--", 2);
	memcpy(room + 2, boundary.p, boundary.len);
	return (struct str){ room, boundary.len + 2 };
}

/* Offset of the next delimiter, which begins a line; -1: none. */
static ptrdiff_t find_delimiter(struct str body, size_t from,
				struct str delimiter)
{
	while (from < body.len) {
		ptrdiff_t at = str_find(str_tail(body, from), delimiter);

		if (at < 0)
			return -1;
		from += (size_t)at;
		if (!from || body.p[from - 1] == '\n')
			return (ptrdiff_t)from;
		from++;
	}
	return -1;
}

/* RFC 2046 5.1.1: the line end before the delimiter belongs to it. */
static struct str without_last_end(struct str s)
{
	if (s.len && s.p[s.len - 1] == '\n')
		s.len--;
	if (s.len && s.p[s.len - 1] == '\r')
		s.len--;
	return s;
}

/* The next part behind *at, which becomes the place of what ends it. */
static bool next_part(struct str body, struct str delimiter, ptrdiff_t *at,
		      struct body_part *ret)
{
	size_t from = (size_t)*at + delimiter.len;
	struct str part, line;

	if (str_starts(str_tail(body, from), "--"))
		return false;
	*at = find_delimiter(body, from, delimiter);
	part = str_sub(body, from, *at < 0 ? body.len : (size_t)*at - from);
	str_cut(part, '\n', &line, &part);
	ret->head = part_head(part, &ret->content);
	ret->content = without_last_end(ret->content);
	ret->type = part_type(ret->head);
	return true;
}

/* ---- parts --------------------------------------------------------------- */

static bool whole_body(const struct pkt *p, struct body_part *ret)
{
	const struct line *l = pkt_line(p, HEADER_CONTENT_TYPE, 0);

	*ret = (struct body_part){ .content = p->body,
				   .type = l ? pkt_base(l->value) : STR_NONE };
	return p->body.len > 0;
}

bool body_part(const struct pkt *p, unsigned n, struct body_part *ret)
{
	char room[DELIMITER_MAX];
	struct str delimiter = delimiter_of(p, room);
	ptrdiff_t at;

	if (!n || !delimiter.len)
		return n <= 1 && whole_body(p, ret);
	at = find_delimiter(p->body, 0, delimiter);
	for (unsigned i = 1; at >= 0 && i <= BODY_PARTS_MAX; i++) {
		if (!next_part(p->body, delimiter, &at, ret))
			return false;
		if (i == n)
			return true;
	}
	return false;
}

struct str body_find(const struct pkt *p, const char *type)
{
	char room[DELIMITER_MAX];
	struct str delimiter = delimiter_of(p, room);
	struct body_part part;
	ptrdiff_t at;

	if (whole_body(p, &part) && str_is_case(part.type, type))
		return p->body;
	if (!delimiter.len)
		return STR_NONE;
	at = find_delimiter(p->body, 0, delimiter);
	for (unsigned i = 0; at >= 0 && i < BODY_PARTS_MAX; i++) {
		if (!next_part(p->body, delimiter, &at, &part))
			break;
		if (str_is_case(part.type, type))
			return part.content;
	}
	return STR_NONE;
}

/* ---- sipfrag ------------------------------------------------------------- */

static struct str first_line(struct str s)
{
	size_t i = 0;

	while (i < s.len && s.p[i] != '\r' && s.p[i] != '\n')
		i++;
	return str_sub(s, 0, i);
}

static struct str frag_body(const struct pkt *p)
{
	struct str body = body_find(p, "message/sipfrag");

	return body.p ? body : p->body;
}

/* RFC 3515 2.4.5. A body that begins like a status line counts under any
 * Content-Type; its line may end in CRLF, LF or with the body. */
bool body_frag(const struct pkt *p, struct frag *ret)
{
	struct frag f = { .line = first_line(str_trim(frag_body(p))) };
	struct str rest;

	if (!str_starts_case(f.line, "SIP/"))
		return false;
	str_cut(f.line, ' ', &f.version, &rest);
	rest = str_trim(rest);
	str_cut(rest, ' ', &f.status, &f.reason);
	f.reason = str_trim(f.reason);
	*ret = f;
	return true;
}

/* RFC 3420 2.1: the start line, of either kind, may be missing. */
struct str body_frag_rows(const struct pkt *p)
{
	struct str body = str_trim(frag_body(p));
	struct str line = first_line(body);

	if (str_starts_case(line, "SIP/") || str_ends(line, " SIP/2.0"))
		str_cut(body, '\n', &line, &body);
	return body;
}
