/* SPDX-License-Identifier: MIT */
/* gen: syntax files for editors, from the tables that the parser reads.
 * usage: editors-gen vim|textmate >FILE */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"

enum group {
	GROUP_PHASE,
	GROUP_SEVERITY,
	GROUP_STEP,
	GROUP_HEAD,
	GROUP_DEVICE,
	GROUP_MODIFIER,
	GROUP_COMPARE,
	GROUP_METHOD,
	GROUP_COUNT,
	/* of the closed lists the methods alone are coloured */
	GROUP_OF_METHOD = GROUP_METHOD,
	GROUP_OF_ROLE = GROUP_COUNT,
	GROUP_OF_EDITION = GROUP_COUNT,
	GROUP_OF_TRANSPORT = GROUP_COUNT,
	GROUP_OF_CALLS = GROUP_COUNT,
	GROUP_OF_ANSWERS = GROUP_COUNT
};

static const struct {
	const char *vim, *colour; /* the group and what it is shown as in Vim */
	const char *scope;        /* what TextMate calls it */
} groups[] = {
	[GROUP_PHASE] = { "ladderPhase", "Structure", "keyword.control.phase" },
	[GROUP_SEVERITY] = { "ladderSeverity", "Statement",
			     "keyword.other.severity" },
	[GROUP_STEP] = { "ladderStep", "Keyword", "keyword.control.step" },
	[GROUP_HEAD] = { "ladderHead", "PreProc", "keyword.other.header" },
	[GROUP_DEVICE] = { "ladderDevice", "PreProc", "keyword.other.device" },
	[GROUP_MODIFIER] = { "ladderModifier", "Type", "storage.modifier" },
	[GROUP_COMPARE] = { "ladderCompare", "Operator",
			    "keyword.operator.comparison" },
	[GROUP_METHOD] = { "ladderMethod", "Function",
			   "entity.name.function.method" },
};

/* clang-format off */
#define STEP(word, fn, syntax, meaning)                  { GROUP_STEP, word },
#define HEAD(word, fn, syntax, meaning)                  { GROUP_HEAD, word },
#define DEVICE_LINE(word, fn, syntax, meaning)           { GROUP_DEVICE, word },
#define MODIFIER(word, where, fn, kept, syntax, meaning) { GROUP_MODIFIER, word },
#define WORD(list, word, meaning)                        { GROUP_OF_##list, word },
/* clang-format on */

static const struct {
	int group; /* GROUP_COUNT: of no interest here */
	const char *word;
} words[] = {
	/* words of the grammar that stand in no table */
	{ GROUP_PHASE, "setup" },       { GROUP_PHASE, "test" },
	{ GROUP_PHASE, "cleanup" },     { GROUP_SEVERITY, "must" },
	{ GROUP_SEVERITY, "should" },   { GROUP_SEVERITY, "may" },
	{ GROUP_SEVERITY, "not" },      { GROUP_STEP, "watch" },
	{ GROUP_STEP, "any" },          { GROUP_STEP, "order" },
	{ GROUP_STEP, "either" },       { GROUP_STEP, "when" },
	{ GROUP_STEP, "or" },           { GROUP_STEP, "and" },
	{ GROUP_STEP, "else" },         { GROUP_STEP, "end" },
	{ GROUP_STEP, "repeat" },       { GROUP_STEP, "verdict" },
	{ GROUP_STEP, "first" },        { GROUP_STEP, "last" },
	{ GROUP_STEP, "body" },         { GROUP_STEP, "raw" },
	{ GROUP_STEP, "again" },        { GROUP_STEP, "final" },
	{ GROUP_HEAD, "ladder" },       { GROUP_HEAD, "flow" },
	{ GROUP_HEAD, "value" },        { GROUP_COMPARE, "present" },
	{ GROUP_COMPARE, "absent" },    { GROUP_COMPARE, "is" },
	{ GROUP_COMPARE, "contains" },  { GROUP_COMPARE, "in" },
	{ GROUP_COMPARE, "tolerance" },
/* the first group that has a word keeps it */
/* clang-format off */
#include "lang/steps.def"
#include "lang/heads.def"
#include "lang/device.def"
#include "lang/modifiers.def"
#include "lang/words.def"
	/* clang-format on */
};

enum { NWORDS = sizeof(words) / sizeof(*words) };

/* A word belongs to the first group that has it. */
static bool is_new(int i)
{
	for (int k = 0; k < i; k++)
		if (words[k].group != GROUP_COUNT &&
		    !strcmp(words[k].word, words[i].word))
			return false;
	return true;
}

static void add_words(struct buf *out, int group, const char *between)
{
	const char *before = "";

	for (int i = 0; i < NWORDS; i++) {
		if (words[i].group != group || !is_new(i))
			continue;
		buf_addf(out, "%s%s", before, words[i].word);
		before = between;
	}
}

/* ---- Vim ---- */

static const char vim_head[] =
	"\" Vim syntax of ladder scenarios (*.ladder) and device files "
	"(*.dut).\n"
	"\" Made by editors-gen from the parser's own tables; do not edit.\n"
	"if exists('b:current_syntax')\n  finish\nendif\n\n"
	"syntax case match\nsetlocal iskeyword=@,48-57,_,-\n"
	"syntax match ladderComment /\\(^\\|\\s\\)\\@<=#.*$/ contains=@Spell\n"
	"syntax region ladderString start=/\"/ skip=/\\\\\"/ end=/\"/ oneline "
	"contains=ladderTemplate,@Spell\n"
	"syntax match ladderTemplate /{[^{}]*}/\n"
	"syntax match ladderLabel /^\\s*[A-Z][A-Z0-9_]*\\ze\\s/\n"
	"syntax match ladderRow /^\\s*\\([+]\\s*\\)\\?[A-Za-z-]\\+:/\n"
	"syntax match ladderArrow /->/\n"
	"syntax match ladderTime /\\<\\d\\+\\(ms\\|s\\|T1\\)\\>/\n"
	"syntax match ladderStatus /\\<[1-6]\\(\\d\\d\\|\\dx\\|xx\\)\\>/\n"
	"syntax match ladderIds /\\[[a-z][a-z0-9. -]*\\]/\n";

static const char vim_tail[] = "highlight default link ladderComment Comment\n"
			       "highlight default link ladderString String\n"
			       "highlight default link ladderTemplate Special\n"
			       "highlight default link ladderLabel Label\n"
			       "highlight default link ladderRow Identifier\n"
			       "highlight default link ladderArrow Operator\n"
			       "highlight default link ladderTime Number\n"
			       "highlight default link ladderStatus Number\n"
			       "highlight default link ladderIds Tag\n\n"
			       "let b:current_syntax = 'ladder'\n";

static void vim(struct buf *out)
{
	buf_add_z(out, vim_head);
	for (int g = 0; g < GROUP_COUNT; g++) {
		buf_addf(out, "syntax keyword %s ", groups[g].vim);
		add_words(out, g, " ");
		buf_add_char(out, '\n');
	}
	buf_add_char(out, '\n');
	for (int g = 0; g < GROUP_COUNT; g++)
		buf_addf(out, "highlight default link %s %s\n", groups[g].vim,
			 groups[g].colour);
	buf_add_z(out, vim_tail);
}

/* ---- TextMate ---- */

static const char textmate_head[] =
	"{\n"
	"  \"name\": \"Ladder\",\n"
	"  \"scopeName\": \"source.ladder\",\n"
	"  \"comment\": \"Made by editors-gen from the parser's own tables; do "
	"not edit.\",\n"
	"  \"fileTypes\": [\"ladder\", \"dut\"],\n"
	"  \"patterns\": [\n"
	"    { \"name\": \"comment.line.number-sign.ladder\", \"match\": "
	"\"(?<!\\\\S)#.*$\" },\n"
	"    { \"name\": \"string.quoted.double.ladder\", \"begin\": \"\\\"\", "
	"\"end\": \"\\\"|$\",\n"
	"      \"patterns\": [ { \"name\": "
	"\"constant.character.escape.ladder\", \"match\": \"\\\\\\\\.\" }, { "
	"\"include\": \"#template\" } ] },\n"
	"    { \"include\": \"#template\" },\n"
	"    { \"name\": \"entity.name.label.ladder\", \"match\": "
	"\"^\\\\s*[A-Z][A-Z0-9_]*(?=\\\\s)\" },\n"
	"    { \"name\": \"variable.other.header.ladder\", \"match\": "
	"\"^\\\\s*(?:\\\\+\\\\s*)?[A-Za-z-]+:\" },\n"
	"    { \"name\": \"keyword.operator.arrow.ladder\", \"match\": "
	"\"->\" },\n"
	"    { \"name\": \"constant.numeric.time.ladder\", \"match\": "
	"\"\\\\b\\\\d+(?:ms|s|T1)\\\\b\" },\n"
	"    { \"name\": \"constant.numeric.status.ladder\", \"match\": "
	"\"\\\\b[1-6](?:\\\\d\\\\d|\\\\dx|xx)\\\\b\" },\n"
	"    { \"name\": \"entity.other.requirement.ladder\", \"match\": "
	"\"\\\\[[a-z][a-z0-9. -]*\\\\]\" }";

static const char textmate_tail[] =
	"\n  ],\n"
	"  \"repository\": {\n"
	"    \"template\": { \"name\": \"variable.parameter.ladder\", "
	"\"match\": \"\\\\{[^{}]*\\\\}\" }\n"
	"  }\n"
	"}\n";

static void textmate(struct buf *out)
{
	buf_add_z(out, textmate_head);
	for (int g = 0; g < GROUP_COUNT; g++) {
		buf_addf(out,
			 ",\n    { \"name\": \"%s.ladder\", \"match\": "
			 "\"(?<![\\\\w-])(?:",
			 groups[g].scope);
		add_words(out, g, "|");
		buf_add_z(out, ")(?![\\\\w-])\" }");
	}
	buf_add_z(out, textmate_tail);
}

int main(int argc, char **argv)
{
	buf_auto out = { 0 };

	if (argc == 2 && !strcmp(argv[1], "vim")) {
		vim(&out);
	} else if (argc == 2 && !strcmp(argv[1], "textmate")) {
		textmate(&out);
	} else {
		fputs("usage: editors-gen vim|textmate\n", stderr);
		return 2;
	}
	return fwrite(out.p, out.len, 1, stdout) == 1 ? 0 : 1;
}
