/* SPDX-License-Identifier: MIT */
/* Words of the verdicts and the exit code of a run. */
#include "play/result.h"

static const char *const words[] = {
	[VERDICT_NONE] = "not reached", [VERDICT_SKIP] = "skip",
	[VERDICT_PASS] = "pass",        [VERDICT_WARN] = "warn",
	[VERDICT_KNOWN] = "known",      [VERDICT_INCONCLUSIVE] = "inconclusive",
	[VERDICT_FAIL] = "fail",        [VERDICT_ERROR] = "error",
	[VERDICT_NOT_RUN] = "not run",
};

enum { WORDS = sizeof(words) / sizeof(*words) };

const char *verdict_word(enum verdict v)
{
	return words[v];
}

/* Knows exactly the words of verdict_word. */
bool verdict_from_word(struct str word, enum verdict *ret)
{
	for (unsigned i = 0; i < WORDS; i++) {
		if (str_is(word, words[i])) {
			*ret = (enum verdict)i;
			return true;
		}
	}
	return false;
}

bool verdict_is_bad(enum verdict v)
{
	return v == VERDICT_FAIL || v == VERDICT_ERROR;
}

struct ruling finding_ruling(const struct finding *f, struct str id)
{
	for (unsigned i = 0; i < f->napart; i++)
		if (str_eq(f->apart[i].id, id))
			return f->apart[i];
	return (struct ruling){ id, f->level, f->verdict, STR_NONE };
}

/* r->part was checked by whoever read or made it. */
const struct run *run_part(const struct run *run, const struct result *r)
{
	return r->part ? run->parts[r->part - 1] : run;
}

struct str result_scenario(const struct result *r)
{
	return r->scenario.len ? r->scenario : r->id;
}

bool result_has_crash(const struct result *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (strcmp(r->findings[i].kind, "liveness") == 0)
			return true;
	return false;
}

static bool has(const struct run *run, enum verdict v)
{
	for (size_t i = 0; i < run->n; i++)
		if (run->list[i]->verdict == v)
			return true;
	return false;
}

/* The device has died, and no scenario is blamed for it. */
static bool has_open_crash(const struct run *run)
{
	for (size_t i = 0; i < run->n; i++)
		if (run->list[i]->verdict == VERDICT_INCONCLUSIVE &&
		    result_has_crash(run->list[i]))
			return true;
	return false;
}

static bool all_skipped(const struct run *run)
{
	for (size_t i = 0; i < run->n; i++)
		if (run->list[i]->verdict != VERDICT_SKIP)
			return false;
	return true;
}

/* 0 nothing failed, 1 failed, 4 something could not be tested, 5 our own
 * fault, 77 all skipped. 2, 3 and the signals' codes are the caller's. */
int run_exit_code(const struct run *run, bool allow_inconclusive)
{
	if (has(run, VERDICT_ERROR))
		return 5;
	if (has(run, VERDICT_FAIL))
		return 1;
	if (run->bail.len || has_open_crash(run))
		return 4;
	if (!allow_inconclusive &&
	    (has(run, VERDICT_INCONCLUSIVE) || has(run, VERDICT_NOT_RUN)))
		return 4;
	return all_skipped(run) ? 77 : 0;
}
