/* SPDX-License-Identifier: MIT */
/* Values in shell commands: where they may stand, and that sh reads each as
 * itself; words of a command that no shell reads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "base/quote.h"

/* "@" stands for the value. */
static void write_command(const char *text, const char *value, struct buf *out)
{
	struct quote q = { 0 };

	for (; *text; text++) {
		if (*text == '@') {
			assert_null(quote_refuses(&q));
			quote_value(&q, str_from(value), out);
		} else {
			quote_step(&q, *text);
			buf_add_char(out, *text);
		}
	}
}

/* What sh prints of that command. */
static void said(const char *command, struct buf *out)
{
	FILE *f = popen(command, "r");
	int c;

	assert_non_null(f);
	while ((c = fgetc(f)) != EOF)
		buf_add_char(out, (char)c);
	assert_int_equal(pclose(f), 0);
}

static void sh_reads_a_value_as_itself(void **state)
{
	static const char *const places[] = {
		"printf %s @",
		"printf %s '@'",
		"printf %s \"@\"",
		"printf '%s' ''@\"\"",
		"printf %s \\\\@ | cut -c2-",
		"printf %s a#@ | cut -c3-",
	};
	static const char *const values[] = { "plain", "a b",   "$HOME",
					      "`id`",  "$(id)", "a;b&c|d",
					      "\\",    "\"x\"", "#",
					      "*" };

	(void)state;
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++)
		for (size_t k = 0; k < sizeof(values) / sizeof(*values); k++) {
			buf_auto command = { 0 }, out = { 0 };

			write_command(places[i], values[k], &command);
			said(buf_z(&command), &out);
			while (out.len && out.p[out.len - 1] == '\n')
				out.len--;
			assert_string_equal(buf_z(&out), values[k]);
		}
}

static void a_quote_in_a_value_ends_none(void **state)
{
	static const char *const places[] = { "printf %s @", "printf %s '@'",
					      "printf %s \"@\"" };

	(void)state;
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		buf_auto command = { 0 }, out = { 0 };

		write_command(places[i], "it's; '\"'\"'", &command);
		said(buf_z(&command), &out);
		assert_string_equal(buf_z(&out), "it's; '\"'\"'");
	}
}

static void where_nobody_knows_it_is_refused(void **state)
{
	static const char *const texts[] = {
		"echo $(cat ", "echo `cat ", "echo ${x:-",  "cat <<",
		"echo $'",     "echo \"$(",  "echo x # it", "echo \\",
		"echo $",      "# ",         "echo;# ",     "echo \"`",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct quote q = { 0 };

		for (const char *c = texts[i]; *c; c++)
			quote_step(&q, *c);
		if (!quote_refuses(&q))
			fail_msg("a value behind: %s", texts[i]);
	}
}

static void words(const char *text, const char *want)
{
	struct arena *a = arena_new();
	struct str rest = str_from(text), word;
	buf_auto out = { 0 };
	bool open;

	while (quote_word(a, &rest, &word, &open))
		buf_addf(&out, "<" STR_F ">", STR_A(word));
	buf_add_z(&out, open ? "open" : "");
	assert_string_equal(buf_z(&out), want);
	arena_free(a);
}

static void words_are_parted_by_blanks(void **state)
{
	(void)state;
	words("", "");
	words("  ", "");
	words(" one\ttwo ", "<one><two>");
	words("a'b c'd \"e 'f'\" ''", "<ab cd><e 'f'><>");
	words("a $HOME; >x \\", "<a><$HOME;><>x><\\>");
	words("a 'b", "<a>open");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sh_reads_a_value_as_itself),
		cmocka_unit_test(a_quote_in_a_value_ends_none),
		cmocka_unit_test(where_nobody_knows_it_is_refused),
		cmocka_unit_test(words_are_parted_by_blanks),
	};

	return cmocka_run_group_tests_name("quote", tests, NULL, NULL);
}
