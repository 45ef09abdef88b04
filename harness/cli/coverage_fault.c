/* SPDX-License-Identifier: MIT */
/* The faults of the stubs, read from their table as text: the harness shares
 * no code with them. */
#include "cli/coverage.h"

enum { FAULT_STRINGS = 5 }; /* devices, what, source, requirement, scenario */

/* The next string literal of s, which then stands behind it. */
static bool next_string(struct arena *a, struct str *s, struct str *ret)
{
	ptrdiff_t quote = str_find_char(*s, '"');
	buf_auto out = { 0 };

	if (quote < 0)
		return false;
	*s = str_tail(*s, (size_t)quote + 1);
	while (s->len && s->p[0] != '"') {
		if (s->p[0] == '\\')
			*s = str_tail(*s, 1);
		buf_add(&out, s->p, s->len ? 1 : 0);
		*s = str_tail(*s, 1);
	}
	*s = str_tail(*s, 1);
	*ret = arena_str(a, buf_str(&out));
	return true;
}

/* two_refer_to -> two-refer-to, as the command line and "bites" spell it */
static struct str spelt(struct arena *a, struct str name)
{
	char *z = arena_z(a, name);

	for (char *p = z; *p; p++)
		if (*p == '_')
			*p = '-';
	return str_from(z);
}

/* From behind "FAULT(" on. */
static bool read_row(struct arena *a, struct str *s, struct fault *ret)
{
	struct str words[FAULT_STRINGS];
	struct str name;

	if (!str_cut(*s, ',', &name, s))
		return false;
	for (int i = 0; i < FAULT_STRINGS; i++)
		if (!next_string(a, s, &words[i]))
			return false;
	*ret = (struct fault){ spelt(a, str_trim(name)), words[1], words[3],
			       words[4] };
	return true;
}

bool coverage_faults(struct arena *a, const char *path, struct fault **ret,
		     size_t *ret_n, struct fail *why)
{
	static const char begin[] = "\nFAULT(";
	buf_auto text = { 0 };
	struct str rest;
	ptrdiff_t at;

	*ret = NULL;
	*ret_n = 0;
	if (!buf_read_file(&text, path))
		return fail_errno(why, "%s", path);
	rest = buf_str(&text);
	while ((at = str_find(rest, str_from(begin))) >= 0) {
		struct fault f;

		rest = str_tail(rest, (size_t)at + strlen(begin));
		if (!read_row(a, &rest, &f))
			return fail_set(why, "%s: a row of faults is cut off",
					path);
		*ARENA_PUSH(a, *ret, *ret_n) = f;
	}
	return true;
}
