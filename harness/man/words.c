/* SPDX-License-Identifier: MIT */
/* words: the tables that the parser reads, as lines for the manual:
 *   KIND  WORD  SYNTAX  MEANING      with tabs in between
 * usage: man-words >FILE */
#include <stdio.h>

static const struct {
	const char *kind, *word, *syntax, *meaning;
} rows[] = {
/* clang-format off */
#define HEAD(word, fn, syntax, meaning)          { "head", word, syntax, meaning },
#define STEP(word, fn, syntax, meaning)          { "step", word, syntax, meaning },
#define MODIFIER(word, where, fn, kept, syntax, meaning) \
						 { "modifier", word, syntax, meaning },
#define DEVICE_LINE(word, fn, syntax, meaning)   { "device", word, syntax, meaning },
#define CLAIM(word, values, meaning)             { "claim", word, word, meaning },
#define MONITOR(name, rule)                      { "monitor", name, name, rule },
#define WORD(list, word, meaning)                { #list, word, word, meaning },
/* clang-format on */
#include "lang/claims.def"
#include "lang/device.def"
#include "lang/heads.def"
#include "lang/modifiers.def"
#include "lang/monitors.def"
#include "lang/steps.def"
#include "lang/words.def"
};

int main(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		printf("%s\t%s\t%s\t%s\n", rows[i].kind, rows[i].word,
		       rows[i].syntax, rows[i].meaning);
	return 0;
}
