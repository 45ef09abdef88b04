/* SPDX-License-Identifier: MIT */
/* Words of the language, codes of diagnostics, fields of messages: what the
 * tables say of them. */
#include "cli/explain.h"
#include "lang/claims.h"
#include "lang/codes.h"

struct entry {
	const char *word, *what, *syntax, *meaning;
};

enum { S = 1, E = 2, W = 4, G = 8 };

static const struct entry steps[] = {
#define STEP(word, fn, syntax, meaning) { word, "a step", syntax, meaning },
#include "lang/steps.def"
#undef STEP
};

static const struct entry whats[] = {
#define WHAT(word, what, type, meaning)                                        \
	{ word, "asked of a message or a line", "must " word " ...", meaning },
#include "lang/whats.def"
#undef WHAT
};

static const struct entry heads[] = {
#define HEAD(word, fn, syntax, meaning)                                        \
	{ word, "a header line of a scenario", syntax, meaning },
#include "lang/heads.def"
#undef HEAD
};

static const struct entry devices[] = {
#define DEVICE_LINE(word, fn, syntax, meaning)                                 \
	{ word, "a line of a device file", syntax, meaning },
#include "lang/device.def"
#undef DEVICE_LINE
};

static const struct {
	const char *name, *rule;
} monitors[] = {
#define MONITOR(name, rule) { name, rule },
#include "lang/monitors.def"
#undef MONITOR
};

static const struct {
	struct entry entry;
	unsigned where;
} modifiers[] = {
#define MODIFIER(word, where, fn, kept, syntax, meaning)                       \
	{ { word, "", syntax, meaning }, where },
#include "lang/modifiers.def"
#undef MODIFIER
};

/* What the compiler knows by shape and not by table. */
static const struct entry shapes[] = {
	{ "setup", "a section", "setup",
	  "what the test starts from; a failure "
	  "here says nothing about the device" },
	{ "test", "a section", "test", "the steps that are judged" },
	{ "cleanup", "a section", "cleanup",
	  "what is put back; its failures "
	  "are warnings" },
	{ "flow", "a block", "flow name(party, dialog, LABEL) ... end",
	  "steps with a name; \"do\" puts them in" },
	{ "either", "a block",
	  "either [\"what\"] [verdict V] ... or [after time] ... end",
	  "legal alternatives: the first message that fits the first line of a "
	  "part decides for it" },
	{ "or", "parts a block", "or [after time] [\"what\"] [verdict V]",
	  "another part of an either; with a time, the part where nothing "
	  "came" },
	{ "when", "a block", "when fact ... [or when fact ...] [else ...] end",
	  "decided before the play: role, edition, transport, calls, a claim, "
	  "a param or a column" },
	{ "any", "a block", "any order ... and ... end",
	  "strands that do not wait for each other; as a message: whatever "
	  "comes" },
	{ "repeat", "a block", "repeat N ... end", "the same steps again" },
	{ "for", "rows of the header", "for column ... end",
	  "each row is a run of its own, named by its first value; behind a "
	  "response: the request it answers" },
	{ "watch", "an arrow",
	  "watch [LABEL] [0..20x] dut -> party METHOD ... until condition",
	  "an expected line in the background, taken again and again" },
	{ "must not", "a guard",
	  "must not dut -> party METHOD [where ...] [until LABEL] [for time]",
	  "a message that must not come while the guard holds" },
	{ "should not", "a guard",
	  "should not dut -> party METHOD [until LABEL] [for time]",
	  "a message that had better not come: a warning" },
	{ "first", "before a check", "first must condition",
	  "only the first message that its watch takes" },
	{ "last", "before a check", "last must condition",
	  "only the last message that its watch takes" },
	{ "again", "a message", "again LABEL",
	  "the bytes of that line once more: sent by us, or expected" },
	{ "raw", "a message", "raw <<END ... END",
	  "these bytes, with nothing added and nothing repaired" },
	{ "final", "a message", "final", "any status from 200 to 699" },
	{ "body", "under an arrow", "body type \"text\" | <<END",
	  "the body of what we send" },
	{ "verdict", "behind either and or",
	  "verdict info|warn|fail|inconclusive|skip",
	  "what it means that the device chose this part" },
};

#define COUNT(list) (sizeof(list) / sizeof(*(list)))

/* ---- answers ---- */

static void put_entry(struct explain *x, const struct entry *e,
		      struct str where)
{
	buf_addf(&x->out, "%s   %s\n", e->word, e->what);
	explain_put(&x->out, "stands", where);
	explain_put(&x->out, "written", str_from(e->syntax));
	explain_put(&x->out, "means", str_from(e->meaning));
}

static bool find_entry(struct explain *x, const struct entry *list, size_t n,
		       struct str word)
{
	for (size_t i = 0; i < n; i++) {
		if (!str_is(word, list[i].word))
			continue;
		put_entry(x, &list[i], STR_NONE);
		return true;
	}
	return false;
}

static struct str where_of(struct arena *a, unsigned where)
{
	static const struct {
		unsigned bit;
		const char *words;
	} rows[] = { { S, "what we send" },
		     { E, "what we expect" },
		     { W, "a watch" },
		     { G, "a guard" } };
	buf_auto out = { 0 };

	for (size_t i = 0; i < COUNT(rows); i++)
		if (where & rows[i].bit)
			buf_addf(&out, "%s%s", out.len ? ", " : "behind ",
				 rows[i].words);
	return arena_str(a, buf_str(&out));
}

static bool find_modifier(struct explain *x, struct str word)
{
	for (size_t i = 0; i < COUNT(modifiers); i++) {
		struct entry e = modifiers[i].entry;

		if (!str_is(word, e.word))
			continue;
		e.what = "belongs to an arrow";
		put_entry(x, &e, where_of(x->arena, modifiers[i].where));
		return true;
	}
	return false;
}

static bool find_claim(struct explain *x, struct str word)
{
	const struct claim *c = claims_find(word);

	if (!c)
		return false;
	buf_addf(&x->out, "%s   a claim: behind claims, lacks and needs\n",
		 c->word);
	explain_put(&x->out, "means", str_from(c->meaning));
	if (c->values)
		explain_put(&x->out, "one of", str_from(c->values));
	return true;
}

static bool find_monitor(struct explain *x, struct str word)
{
	for (size_t i = 0; i < COUNT(monitors); i++) {
		if (!str_is(word, monitors[i].name))
			continue;
		buf_addf(&x->out,
			 "%s   a monitor: it looks at every message "
			 "of the device\n",
			 monitors[i].name);
		explain_put(&x->out, "rule", str_from(monitors[i].rule));
		explain_put(&x->out, "silenced",
			    arena_strf(x->arena,
				       "by \"without %s\" in the head of a "
				       "scenario",
				       monitors[i].name));
		return true;
	}
	return false;
}

void explain_monitors(struct buf *out, struct str rule)
{
	for (size_t i = 0; i < COUNT(monitors); i++)
		if (str_is(rule, monitors[i].rule))
			buf_addf(out, "    every one\n      the monitor %s\n",
				 monitors[i].name);
}

/* The word may stand in several tables: each says its own. */
bool explain_word(struct explain *x, struct str word)
{
	bool known = find_entry(x, shapes, COUNT(shapes), word);

	known |= find_entry(x, whats, COUNT(whats), word);
	known |= find_entry(x, steps, COUNT(steps), word);
	known |= find_modifier(x, word);
	known |= find_entry(x, heads, COUNT(heads), word);
	known |= find_entry(x, devices, COUNT(devices), word);
	known |= find_monitor(x, word);
	known |= find_claim(x, word);
	return known;
}

void explain_words(struct arena *a, struct str **list, size_t *n)
{
	const struct str *headers;
	size_t many;

	for (size_t i = 0; i < COUNT(shapes); i++)
		*ARENA_PUSH(a, *list, *n) = str_from(shapes[i].word);
	for (size_t i = 0; i < COUNT(steps); i++)
		*ARENA_PUSH(a, *list, *n) = str_from(steps[i].word);
	for (size_t i = 0; i < COUNT(whats); i++)
		*ARENA_PUSH(a, *list, *n) = str_from(whats[i].word);
	for (size_t i = 0; i < COUNT(modifiers); i++)
		*ARENA_PUSH(a, *list, *n) = str_from(modifiers[i].entry.word);
	for (size_t i = 0; i < COUNT(heads); i++)
		*ARENA_PUSH(a, *list, *n) = str_from(heads[i].word);
	for (size_t i = 0; i < COUNT(monitors); i++)
		*ARENA_PUSH(a, *list, *n) = str_from(monitors[i].name);
	headers = field_headers(&many);
	for (size_t i = 0; i < many; i++)
		*ARENA_PUSH(a, *list, *n) = headers[i];
}

/* ---- codes ---- */

bool explain_code(struct explain *x, struct str word)
{
	const struct diag_code *code = lang_code_explain(word);

	if (!code)
		return false;
	buf_addf(&x->out, "%s   %s of \"sipladder check\"\n", code->name,
		 code->level == DIAG_ERROR ? "an error" : "a warning");
	explain_put(&x->out, "says", str_from(code->sentence));
	explain_put(&x->out, "because", str_from(code->explain));
	return true;
}
