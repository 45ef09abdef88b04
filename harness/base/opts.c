/* SPDX-License-Identifier: MIT */
/* Command lines by table: long and short flags, values with "=" or behind,
 * environment defaults, and errors that name the word that is wrong. */
#include "base/opts.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include "base/diag.h"

/* ---- values ------------------------------------------------------------- */

bool opts_time(struct str s, ns_t *ret)
{
	static const struct {
		const char *unit;
		ns_t ns;
	} units[] = { { "ms", NS_MS },
		      { "us", NS_US },
		      { "s", NS_S },
		      { "m", 60 * NS_S },
		      { "h", 3600 * NS_S } };
	uint64_t n;

	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		struct str digits = s;

		if (!str_ends(s, units[i].unit))
			continue;
		digits.len -= strlen(units[i].unit);
		if (!str_to_u64(digits, &n) ||
		    n > (uint64_t)(NS_MAX / units[i].ns) / 1000)
			continue;
		*ret = (ns_t)n * units[i].ns;
		return true;
	}
	return false;
}

static bool bad_value(struct fail *why, const struct opt *o, const char *text,
		      const char *wants)
{
	return fail_set(why, "--%s takes %s, not \"%.80s\"", o->name, wants,
			text);
}

static bool set_number(const struct opt *o, void *field, const char *text,
		       struct fail *why)
{
	char *end;
	double d = strtod(text, &end);

	if (*end || end == text || !(d > 0) || d > 1e6)
		return bad_value(why, o, text, "a number above 0");
	*(double *)field = d;
	return true;
}

/* Of the environment and of files; on the command line a flag has no value. */
static bool set_flag(const struct opt *o, void *field, const char *text,
		     struct fail *why)
{
	static const char *const yes[] = { "", "1", "yes", "true" };
	static const char *const no[] = { "0", "no", "false" };

	for (size_t i = 0; i < sizeof(yes) / sizeof(*yes); i++)
		if (strcmp(text, yes[i]) == 0)
			return *(bool *)field = true;
	for (size_t i = 0; i < sizeof(no) / sizeof(*no); i++) {
		if (strcmp(text, no[i]) == 0) {
			*(bool *)field = false;
			return true;
		}
	}
	return bad_value(why, o, text, "yes or no");
}

static bool set_time(const struct opt *o, void *field, const char *text,
		     struct fail *why)
{
	ns_t t;

	if (!opts_time(str_from(text), &t) || !t)
		return bad_value(why, o, text,
				 "a time such as 500ms, 4s or 2m");
	*(ns_t *)field = t;
	return true;
}

/* "all|failed|none": which words there are. */
static bool set_word(const struct opt *o, void *field, const char *text,
		     struct fail *why)
{
	struct str rest = str_from(o->value), word;
	buf_auto list = { 0 };

	while (rest.len) {
		str_cut(rest, '|', &word, &rest);
		if (str_is(word, text)) {
			*(const char **)field = text;
			return true;
		}
		buf_addf(&list, "%s" STR_F,
			 !list.len  ? ""
			 : rest.len ? ", "
				    : " or ",
			 STR_A(word));
	}
	return bad_value(why, o, text, buf_z(&list));
}

static bool set_list(const struct opt *o, void *field, const char *text,
		     struct fail *why)
{
	struct opt_list *list = field;

	if (list->n == OPT_LIST_MAX)
		return fail_set(why, "--%s is given more than %d times",
				o->name, OPT_LIST_MAX);
	list->items[list->n++] = text;
	return true;
}

static bool set(const struct opt *o, void *to, const char *text,
		struct fail *why)
{
	void *field = (char *)to + o->offset;
	uint64_t n;

	switch (o->kind) {
	case OPT_FLAG:
		return set_flag(o, field, text, why);
	case OPT_WORD:
		return set_word(o, field, text, why);
	case OPT_TEXT:
		if (!*text)
			return fail_set(why, "--%s needs a value: --%s %s",
					o->name, o->name, o->value);
		*(const char **)field = text;
		return true;
	case OPT_MAYBE:
		*(const char **)field = text;
		return true;
	case OPT_COUNT:
		if (!str_to_u64(str_from(text), &n) || !n || n > 1000000)
			return bad_value(why, o, text,
					 "a whole number from 1 to 1000000");
		*(unsigned *)field = (unsigned)n;
		return true;
	case OPT_SEED:
		if (!str_to_u64(str_from(text), (uint64_t *)field))
			return bad_value(why, o, text, "a whole number");
		return true;
	case OPT_NUMBER:
		return set_number(o, field, text, why);
	case OPT_TIME:
		return set_time(o, field, text, why);
	case OPT_LIST:
		return set_list(o, field, text, why);
	}
	return true;
}

/* ---- finding rows -----------------------------------------------------------
 */

static const struct opt *by_name(const struct opt *table, struct str name)
{
	for (const struct opt *o = table; o->name; o++)
		if (str_is(name, o->name))
			return o;
	return NULL;
}

static const struct opt *by_letter(const struct opt *table, char letter)
{
	for (const struct opt *o = table; o->name; o++)
		if (o->letter == letter)
			return o;
	return NULL;
}

static bool unknown(const struct opt *table, const char *word, struct str name,
		    struct fail *why)
{
	struct str names[OPT_LIST_MAX], near;
	size_t n = 0;

	for (const struct opt *o = table; o->name && n < OPT_LIST_MAX; o++)
		names[n++] = str_from(o->name);
	near = diag_nearest(name, names, n);
	/* What stands behind "=" may be a secret. */
	if (near.len)
		return fail_set(why,
				"unknown flag \"%.*s\"; did you mean "
				"\"--" STR_F "\"?",
				(int)strcspn(word, "="), word, STR_A(near));
	return fail_set(why, "unknown flag \"%.*s\"", (int)strcspn(word, "="),
			word);
}

/* ---- files of defaults ---- */

static bool read_default(struct arena *a, const struct opt *table,
			 struct str line, void *to, struct fail *why)
{
	struct str key = line, value = STR_NONE;
	const struct opt *o;
	size_t n = 0;

	while (n < line.len && !isspace((unsigned char)line.p[n]))
		n++;
	key = str_sub(line, 0, n);
	value = str_trim(str_tail(line, n));
	o = by_name(table, key);
	if (!o)
		return unknown(table, arena_z(a, key), key, why);
	return set(o, to, arena_z(a, value), why);
}

/* Lines "name value" with the names of the long flags; "#" comments. A file
 * that is not there says nothing. The values live in a. */
bool opts_read_file(const struct opt *table, const char *path, void *to,
		    struct arena *a, struct fail *why)
{
	buf_auto file = { .max = OPTS_FILE_MAX };
	struct str text, line;
	unsigned n = 0;

	errno = 0;
	if (!buf_read_file(&file, path))
		return errno == ENOENT || fail_errno(why, "%s", path);
	if (file.over)
		return fail_set(why, "%s: longer than %d bytes", path,
				OPTS_FILE_MAX);
	for (text = buf_str(&file); text.len;) {
		str_cut(text, '\n', &line, &text);
		line = str_trim(line);
		n++;
		if (line.len && line.p[0] != '#' &&
		    !read_default(a, table, line, to, why))
			return fail_prepend(why, "%s:%u", path, n);
	}
	return true;
}

/* ---- reading
 * ------------------------------------------------------------------ */

struct reader {
	const struct opt *table;
	int argc, at;
	char **argv;
	void *to;
	struct fail *why;
	bool given[OPT_LIST_MAX];
};

static bool with_value(struct reader *r, const struct opt *o,
		       const char *inlined)
{
	r->given[o - r->table] = true;
	if (o->kind == OPT_FLAG && inlined)
		return fail_set(r->why, "--%s takes no value", o->name);
	if (o->kind == OPT_FLAG)
		return set(o, r->to, "", r->why);
	if (o->kind == OPT_MAYBE)
		return set(o, r->to, inlined ? inlined : "", r->why);
	if (inlined)
		return set(o, r->to, inlined, r->why);
	if (r->at + 1 >= r->argc)
		return fail_set(r->why, "--%s needs a value: --%s %s", o->name,
				o->name, o->value);
	return set(o, r->to, r->argv[++r->at], r->why);
}

static bool read_long(struct reader *r, const char *word)
{
	struct str name, rest;
	bool has = str_cut(str_from(word + 2), '=', &name, &rest);
	const struct opt *o = by_name(r->table, name);

	if (!o)
		return unknown(r->table, word, name, r->why);
	return with_value(r, o, has ? rest.p : NULL);
}

static bool read_short(struct reader *r, const char *word)
{
	for (const char *c = word + 1; *c; c++) {
		const struct opt *o = by_letter(r->table, *c);

		if (!o)
			return unknown(r->table, word, str_from(word + 1),
				       r->why);
		if (o->kind != OPT_FLAG)
			return with_value(r, o, c[1] ? c + 1 : NULL);
		if (!with_value(r, o, NULL))
			return false;
	}
	return true;
}

static bool read_environment(struct reader *r)
{
	for (const struct opt *o = r->table; o->name; o++) {
		char name[64];
		const char *value;
		int n = snprintf(name, sizeof(name), "SIPLADDER_%s", o->name);

		if (r->given[o - r->table] || n >= (int)sizeof(name))
			continue;
		for (char *c = name; *c; c++)
			*c = *c == '-' ? '_' : (char)toupper(*c);
		value = getenv(name);
		if (!value || !*value)
			continue;
		if (!set(o, r->to, value, r->why))
			return fail_prepend(r->why, "%s", name);
	}
	return true;
}

bool opts_read(const struct opt *table, int argc, char **argv, void *to,
	       const char **ret_args, unsigned *ret_n, struct fail *why)
{
	struct reader r = { .table = table,
			    .argc = argc,
			    .at = 1,
			    .argv = argv,
			    .to = to,
			    .why = why };
	bool flags = true;

	*ret_n = 0;
	for (; r.at < argc; r.at++) {
		const char *word = argv[r.at];

		if (flags && strcmp(word, "--") == 0) {
			flags = false;
		} else if (flags && word[0] == '-' && word[1] == '-') {
			if (!read_long(&r, word))
				return false;
		} else if (flags && word[0] == '-' && word[1]) {
			if (!read_short(&r, word))
				return false;
		} else {
			ret_args[(*ret_n)++] = word;
		}
	}
	return read_environment(&r);
}

static void add_left(const struct opt *o, struct buf *out)
{
	bool maybe = o->kind == OPT_MAYBE;

	buf_addf(out, "%c%c --%s%s%s%s", o->letter ? '-' : ' ',
		 o->letter ? o->letter : ' ', o->name,
		 maybe      ? "[="
		 : o->value ? " "
			    : "",
		 o->value ? o->value : "", maybe ? "]" : "");
}

void opts_help(const struct opt *table, struct buf *out)
{
	buf_auto left = { 0 };
	size_t column = 0;

	for (const struct opt *o = table; o->name; o++) {
		buf_clear(&left);
		add_left(o, &left);
		column = left.len > column ? left.len : column;
	}
	for (const struct opt *o = table; o->name; o++) {
		buf_clear(&left);
		add_left(o, &left);
		buf_addf(out, "  %-*s  %s\n", (int)column, buf_z(&left),
			 o->help);
	}
}
