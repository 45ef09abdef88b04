/* SPDX-License-Identifier: MIT */
/* JSON objects: a writer without an intermediate tree (a trace has thousands
 * of lines) and lossless access to what jansson has parsed. */
#include "play/jsontext.h"

#include <assert.h>

#include "base/text.h"

void jsontext_begin(struct jsontext *j, struct buf *out)
{
	*j = (struct jsontext){ .out = out };
	buf_add_char(out, '{');
}

void jsontext_key(struct jsontext *j, const char *key)
{
	if (j->more)
		buf_add_char(j->out, ',');
	j->more = true;
	buf_add_char(j->out, '"');
	buf_add_z(j->out, key);
	buf_add(j->out, "\":", 2);
}

/* Empty strings are left out. */
void jsontext_str(struct jsontext *j, const char *key, struct str s)
{
	if (!s.len)
		return;
	jsontext_key(j, key);
	buf_add_char(j->out, '"');
	if (text_json(j->out, s)) {
		assert(j->nraw < JSONTEXT_RAW_MAX);
		j->raw[j->nraw++] = key;
	}
	buf_add_char(j->out, '"');
}

void jsontext_num(struct jsontext *j, const char *key, int64_t n)
{
	jsontext_key(j, key);
	buf_addf(j->out, "%lld", (long long)n);
}

/* False is left out. */
void jsontext_flag(struct jsontext *j, const char *key, bool set)
{
	if (!set)
		return;
	jsontext_key(j, key);
	buf_add_z(j->out, "true");
}

void jsontext_end(struct jsontext *j)
{
	if (j->nraw) {
		jsontext_key(j, "bytes");
		for (unsigned i = 0; i < j->nraw; i++)
			buf_addf(j->out, "%s\"%s\"", i ? "," : "[", j->raw[i]);
		buf_add_char(j->out, ']');
	}
	buf_add_char(j->out, '}');
}

static bool is_raw(const json_t *obj, const char *key)
{
	const json_t *list = json_object_get(obj, "bytes");

	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *z = json_string_value(json_array_get(list, i));

		if (z && strcmp(z, key) == 0)
			return true;
	}
	return false;
}

/* Characters U+0000..U+00FF back into bytes; others stay as they are. */
static struct str to_bytes(struct str s, struct arena *a)
{
	char *p = arena_alloc(a, s.len + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c == 0xc2 || c == 0xc3) && i + 1 < s.len) {
			c = (unsigned char)((c & 3) << 6 |
					    ((unsigned char)s.p[++i] & 63));
		}
		p[n++] = (char)c;
	}
	return (struct str){ p, n };
}

/* The memory comes from a. */
struct str jsontext_get(const json_t *obj, const char *key, struct arena *a)
{
	const json_t *v = json_object_get(obj, key);
	struct str s;

	if (!json_is_string(v))
		return STR_NONE;
	s = (struct str){ json_string_value(v), json_string_length(v) };
	return is_raw(obj, key) ? to_bytes(s, a) : arena_str(a, s);
}

bool jsontext_get_num(const json_t *obj, const char *key, int64_t *ret)
{
	const json_t *v = json_object_get(obj, key);

	if (!json_is_integer(v))
		return false;
	*ret = json_integer_value(v);
	return true;
}

bool jsontext_is(const json_t *obj, const char *key)
{
	return json_is_true(json_object_get(obj, key));
}
