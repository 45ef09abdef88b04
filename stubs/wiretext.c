/* SPDX-License-Identifier: MIT */
/* A message as text, and the small cuts that edits of it are made of. It
 * knows nothing of any fault. */
#include "wiretext.h"

#include "mangle.h"

#include <string.h>
#include <strings.h>

void wiretext_cut(struct text *t, size_t from, size_t n)
{
	memmove(t->data + from, t->data + from + n, t->len - from - n);
	t->len -= n;
	t->data[t->len] = '\0';
}

void wiretext_insert(struct text *t, size_t at, const char *what, size_t n)
{
	if (t->len + n >= sizeof(t->data))
		return;
	memmove(t->data + at + n, t->data + at, t->len - at);
	memcpy(t->data + at, what, n);
	t->len += n;
	t->data[t->len] = '\0';
}

/* The start of the first row of this header, and its length with CRLF. */
bool wiretext_row(const struct text *t, const char *name, size_t *ret_at,
		  size_t *ret_len)
{
	size_t n = strlen(name);

	for (const char *p = t->data; *p && *p != '\r';) {
		const char *end = strstr(p, "\r\n");

		if (!end)
			return false;
		if (!strncasecmp(p, name, n) && p[n] == ':') {
			*ret_at = (size_t)(p - t->data);
			*ret_len = (size_t)(end + 2 - p);
			return true;
		}
		p = end + 2;
	}
	return false;
}

bool wiretext_is_response(const struct text *t)
{
	return !strncmp(t->data, "SIP/2.0 ", 8);
}

bool wiretext_starts(const struct text *t, const char *method)
{
	return !strncmp(t->data, method, strlen(method));
}

/* Is this row there, with this in it? */
bool wiretext_row_has(const struct text *t, const char *name, const char *what)
{
	size_t at, len;
	const char *hit;

	if (!wiretext_row(t, name, &at, &len))
		return false;
	hit = strstr(t->data + at, what);
	return hit && hit < t->data + at + len;
}

bool wiretext_answers_refer(const struct text *t)
{
	return wiretext_is_response(t) && wiretext_row_has(t, "CSeq", "REFER");
}

bool wiretext_acks_failure(const struct text *t)
{
	return wiretext_starts(t, "ACK ") &&
	       !wiretext_row_has(t, "Via", "branch=" MANGLE_SUCCESS_BRANCH);
}

/* Where a parameter's value stands in a row, and its length. */
bool wiretext_param(const struct text *t, const char *name, const char *key,
		    size_t *ret_at, size_t *ret_len)
{
	size_t at, len;
	const char *hit;

	if (!wiretext_row(t, name, &at, &len))
		return false;
	hit = strstr(t->data + at, key);
	if (!hit || hit >= t->data + at + len)
		return false;
	hit += strlen(key);
	*ret_at = (size_t)(hit - t->data);
	*ret_len = strcspn(hit, ";\r>, ");
	return true;
}

void wiretext_insert_all(struct text *t, size_t at, const char *what)
{
	wiretext_insert(t, at, what, strlen(what));
}

/* Is this a response to a request of that method? */
bool wiretext_answers(const struct text *t, const char *method)
{
	return wiretext_is_response(t) && wiretext_row_has(t, "CSeq", method);
}

/* Does this request begin a call? */
bool wiretext_begins_call(const struct text *t)
{
	return wiretext_starts(t, "INVITE ") &&
	       !wiretext_row_has(t, "To", ";tag=");
}
