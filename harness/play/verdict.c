/* SPDX-License-Identifier: MIT */
/* What a player told becomes a result: one play's, or that of many. */
#include "play/children.h"

#include <sys/wait.h>

#include "play/judge.h"

struct result *verdict_none(struct runner *r, const struct prog *prog,
			    enum verdict v, struct str reason)
{
	return judge_none(prog, v, reason, r->opts->arena);
}

/* ---- a child's end ---- */

static struct str end_of(struct runner *r, const struct child *c, int status)
{
	struct arena *a = r->opts->arena;

	if (c->overdue)
		return STR("the player did not end in time and was killed");
	if (WIFSIGNALED(status))
		return arena_strf(a, "the player died of signal %d (%s)",
				  WTERMSIG(status),
				  strsignal(WTERMSIG(status)));
	if (WEXITSTATUS(status))
		return arena_strf(a, "the player ended with status %d",
				  WEXITSTATUS(status));
	return STR_NONE;
}

/* Cut short by a signal: what has not failed by then says nothing. */
static struct result *heed_signal(struct runner *r, const struct child *c,
				  const struct trace *tr, struct result *result)
{
	const struct event *end = tr->n ? &tr->list[tr->n - 1] : NULL;

	if (!r->signal || !end || end->kind != EV_END ||
	    !str_is(end->text, PLAYER_INTERRUPTED) ||
	    verdict_is_bad(result->verdict))
		return result;
	return verdict_none(r, c->prog, VERDICT_NOT_RUN,
			    STR(PLAYER_INTERRUPTED));
}

static struct result *judge_text(struct runner *r, struct child *c,
				 const struct plays_told *told)
{
	struct arena *a = arena_new();
	struct trace tr = { .arena = a };
	struct result *result;
	struct fail why;

	if (!trace_read(&tr, told->trace, &why)) {
		result = verdict_none(r, c->prog, VERDICT_ERROR,
				      str_from(why.text));
	} else {
		result = judge(c->prog, &tr, &r->opts->judge, r->opts->arena);
		result = heed_signal(r, c, &tr, result);
	}
	result->play = told->number;
	result->trace = told->trace;
	arena_free(a);
	return result;
}

/* The worst is the scenario's result; the others that failed are beside it. */
static struct result *judge_all(struct runner *r, struct child *c,
				struct plays_count *count)
{
	struct arena *a = r->opts->arena;
	struct str text = buf_str(&c->text);
	struct result *worst = NULL, **all = NULL;
	struct plays_told told;
	unsigned n = 0, nothers = 0;

	while (plays_next(&text, &told, count)) {
		struct result *one = judge_text(r, c, &told);

		*ARENA_PUSH(a, all, n) = one;
		if (!worst || one->verdict > worst->verdict)
			worst = one;
	}
	for (unsigned i = 0; i < n; i++)
		if (all[i] != worst && all[i]->verdict >= VERDICT_INCONCLUSIVE)
			all[nothers++] = all[i];
	if (!worst)
		return judge_text(r, c, &told);
	worst->others = all;
	worst->nothers = nothers;
	return worst;
}

static void count_plays(struct result *result, const struct plays_count *count)
{
	enum verdict v = result->verdict;

	if (!count->n)
		return;
	result->plays = count->n;
	memcpy(result->verdicts, count->verdicts, sizeof(result->verdicts));
	if (v != VERDICT_PASS && result->verdicts[v])
		result->reason = arena_strf(
			result->arena, STR_F "%s%u of %u plays: %s",
			STR_A(result->reason), result->reason.len ? "; " : "",
			result->verdicts[v], result->plays, verdict_word(v));
}

/* ---- the device has died ---- */

static bool tells_crash(const struct result *result)
{
	for (unsigned i = 0; i < result->nothers; i++)
		if (result_has_crash(result->others[i]))
			return true;
	return result_has_crash(result);
}

/* Those that are under way now, and the one that has told of it. Empty: that
 * one was alone with the device. */
static struct str suspects_of(struct runner *r, const struct child *c)
{
	buf_auto out = { 0 };

	if (!r->running)
		return STR_NONE;
	buf_add_str(&out, c->prog->id);
	for (unsigned i = 0; i < r->opts->jobs; i++)
		if (r->children[i].fd >= 0)
			buf_addf(&out, ", " STR_F,
				 STR_A(r->children[i].prog->id));
	return arena_str(r->opts->arena, buf_str(&out));
}

static void add_doubt(struct result *result, struct str detail)
{
	struct finding *f =
		ARENA_PUSH(result->arena, result->findings, result->n);

	*f = (struct finding){ .kind = "problem",
			       .verdict = VERDICT_INCONCLUSIVE,
			       .what = STR("the device died beside this play"),
			       .op = EV_NONE,
			       .file = result->file,
			       .detail = detail };
}

/* Nothing that did not come can be laid at the door of one of several. */
static void doubt(struct result *result, struct str suspects)
{
	struct str detail = arena_strf(
		result->arena,
		"it stopped answering while these were played: " STR_F
		"\n-j 1 plays them one by one, and tells which of them it was",
		STR_A(suspects));
	bool said = false;

	for (size_t i = 0; i < result->n; i++) {
		struct finding *f = &result->findings[i];

		if (f->verdict == VERDICT_FAIL) {
			f->verdict = VERDICT_INCONCLUSIVE;
			f->napart = 0;
		}
		if (f->verdict == VERDICT_INCONCLUSIVE)
			f->reason = STR("device-gone");
		if (strcmp(f->kind, "liveness") == 0) {
			f->detail = detail;
			said = true;
		}
	}
	if (!said)
		add_doubt(result, detail);
	result->verdict = VERDICT_INCONCLUSIVE;
	result->reason = STR("device-gone");
}

/* A crash is the failure of the scenario that was alone with the device. Of
 * several none is blamed; what failed in other plays of a --repeat stays. */
static void heed_crash(struct runner *r, struct child *c, struct result *result,
		       struct plays_count *count)
{
	bool crash = tells_crash(result);
	enum verdict had = result->verdict;

	r->doubtful |= crash;
	if (crash && !c->suspects.len) {
		c->suspects = suspects_of(r, c);
		for (unsigned i = 0; i < r->opts->jobs; i++)
			if (r->children[i].fd >= 0)
				r->children[i].suspects = c->suspects;
	}
	if (!c->suspects.len ||
	    (had != VERDICT_FAIL && had != VERDICT_INCONCLUSIVE) ||
	    (result->play && !result_has_crash(result)))
		return;
	doubt(result, c->suspects);
	if (count->n && count->verdicts[had]) {
		count->verdicts[had]--;
		count->verdicts[VERDICT_INCONCLUSIVE]++;
	}
}

static struct result *result_of(struct runner *r, struct child *c, int status,
				struct plays_count *count)
{
	struct str how = end_of(r, c, status);
	struct result *told = judge_all(r, c, count), *result;

	if (!how.len)
		return told;
	if (r->killed)
		return verdict_none(r, c->prog, VERDICT_NOT_RUN,
				    STR(PLAYER_INTERRUPTED));
	/* A player that died takes the plays it had not told with it. */
	result = verdict_none(r, c->prog, VERDICT_ERROR, how);
	result->others = told->others;
	result->nothers = told->nothers;
	result->trace = told->trace;
	count->n += count->n != 0;
	count->verdicts[VERDICT_ERROR] += count->n != 0;
	return result;
}

struct result *verdict_of(struct runner *r, struct child *c, int status)
{
	struct plays_count count = { 0 };
	struct result *result = result_of(r, c, status, &count);

	heed_crash(r, c, result, &count);
	count_plays(result, &count);
	return result;
}
