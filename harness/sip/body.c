/* SPDX-License-Identifier: MIT */
/* Bodies: multipart ones are cut here (sofia's msg_multipart_parse aborts on
 * bad input), nothing is decoded. */
#include "sip/body.h"

static bool is_type(struct str content_type, const char *type)
{
	return str_is_case(pkt_base(content_type), type);
}

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
			return str_trim(value);
	}
	return STR("text/plain");
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

static struct str find_part(struct str body, struct str delimiter,
			    const char *type)
{
	ptrdiff_t at = str_find(body, delimiter);

	for (unsigned i = 0; at >= 0 && i < BODY_PARTS_MAX; i++) {
		struct str part, inner, eol;

		body = str_tail(body, (size_t)at + delimiter.len);
		at = str_find(body, delimiter);
		part = at < 0 ? body : str_sub(body, 0, (size_t)at);
		str_cut(part, '\n', &eol, &part);
		if (is_type(part_type(part_head(part, &inner)), type))
			return without_last_end(inner);
	}
	return STR_NONE;
}

struct str body_find(const struct pkt *p, const char *type)
{
	const struct line *l = pkt_line(p, HEADER_CONTENT_TYPE, 0);
	char delimiter[2 + 70] = "--"; /* RFC 2046 5.1.1: at most 70 */
	struct str boundary;

	if (!l || !p->body.len)
		return STR_NONE;
	if (is_type(l->value, type))
		return p->body;
	if (!str_starts_case(l->value, "multipart/"))
		return STR_NONE;
	boundary = pkt_param(l->value, "boundary", NULL);
	if (!boundary.len || boundary.len > 70)
		return STR_NONE;
	memcpy(delimiter + 2, boundary.p, boundary.len);
	return find_part(p->body, (struct str){ delimiter, boundary.len + 2 },
			 type);
}

static struct str first_line(struct str s)
{
	size_t i = 0;

	while (i < s.len && s.p[i] != '\r' && s.p[i] != '\n')
		i++;
	return str_sub(s, 0, i);
}

/* RFC 3515 2.4.5. A body that begins like a status line counts under any
 * Content-Type; its line may end in CRLF, LF or with the body. */
bool body_frag(const struct pkt *p, struct frag *ret)
{
	struct str body = body_find(p, "message/sipfrag"), rest;
	struct frag f;

	if (!body.p)
		body = p->body;
	f.line = first_line(str_trim(body));
	if (!str_starts_case(f.line, "SIP/"))
		return false;
	str_cut(f.line, ' ', &f.version, &rest);
	rest = str_trim(rest);
	str_cut(rest, ' ', &f.status, &f.reason);
	f.reason = str_trim(f.reason);
	*ret = f;
	return true;
}
