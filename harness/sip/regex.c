/* SPDX-License-Identifier: MIT */
/* "~" on PCRE2. Bytes, not UTF-8: a device may send anything. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "sip/field.h"

/* A pattern that backtracks for ever is stopped long before it is felt. */
enum { MATCH_MAX = 100000, DEPTH_MAX = 2000, HEAP_KIB_MAX = 4096 };

static void free_code(pcre2_code **code)
{
	pcre2_code_free(*code);
}

static void free_data(pcre2_match_data **data)
{
	pcre2_match_data_free(*data);
}

static void free_context(pcre2_match_context **context)
{
	pcre2_match_context_free(*context);
}

#define code_auto    __attribute__((cleanup(free_code))) pcre2_code
#define data_auto    __attribute__((cleanup(free_data))) pcre2_match_data
#define context_auto __attribute__((cleanup(free_context))) pcre2_match_context

static pcre2_code *compile(struct str pattern, int *ret_error, size_t *ret_at)
{
	return pcre2_compile((PCRE2_SPTR)(pattern.p ? pattern.p : ""),
			     pattern.len, PCRE2_NEVER_BACKSLASH_C, ret_error,
			     ret_at, NULL);
}

/* why: what PCRE2 says, with the offset from 1. */
bool regex_check(struct str pattern, struct fail *why)
{
	char text[256];
	size_t at = 0;
	int error = 0;
	code_auto *code = compile(pattern, &error, &at);

	if (code)
		return true;
	if (pcre2_get_error_message(error, (PCRE2_UCHAR *)text, sizeof(text)) <
	    0)
		return fail_set(why, "no regular expression");
	return fail_set(why, "%s at character %zu", text, at + 1);
}

/* False too where the pattern is none or the limits are hit. */
bool regex_match(struct str pattern, struct str text)
{
	size_t at;
	int error;
	code_auto *code = compile(pattern, &error, &at);
	context_auto *context = pcre2_match_context_create(NULL);
	data_auto *data = NULL;

	if (!code || !context)
		return false;
	data = pcre2_match_data_create_from_pattern(code, NULL);
	if (!data)
		return false;
	pcre2_set_match_limit(context, MATCH_MAX);
	pcre2_set_depth_limit(context, DEPTH_MAX);
	pcre2_set_heap_limit(context, HEAP_KIB_MAX);
	return pcre2_match(code, (PCRE2_SPTR)(text.p ? text.p : ""), text.len,
			   0, 0, data, context) >= 0;
}
