/* SPDX-License-Identifier: MIT */
/* Scenario + trace -> findings -> verdict. What one line weighs is in weigh.c;
 * here is what concerns the whole play, the device file, and the worst. */
#include "play/judge.h"

#include "play/play.h"
#include "play/weigh.h"

/* ---- the trace by lines ---- */

static unsigned checks_of(const struct op *op)
{
	if (op->kind == OP_EXPECT || op->kind == OP_WATCH)
		return op->line.expect.nchecks;
	return op->kind == OP_CHECK ? 1 : 0;
}

static void prepare(struct weigh *w)
{
	w->ops = ARENA_ARRAY(w->arena, struct opsum, w->prog->nops + 1);
	for (unsigned i = 0; i < w->prog->nops; i++) {
		struct opsum *s = &w->ops[i];

		s->nchecks = checks_of(w->prog->ops[i]);
		s->checks =
			ARENA_ARRAY(w->arena, struct checksum, s->nchecks + 1);
	}
}

static void first_of(const struct event **slot, unsigned *n,
		     const struct event *ev)
{
	if (!*slot)
		*slot = ev;
	if (n)
		++*n;
}

/* Values of a note, each once, up to a length a report can show. */
static void add_got(struct weigh *w, struct checksum *sum, struct str got)
{
	enum { GOTS_MAX = 200 };

	if (!got.len || str_find(sum->gots, got) >= 0 ||
	    sum->gots.len + got.len > GOTS_MAX)
		return;
	sum->gots = arena_strf(w->arena, STR_F "%s" STR_F, STR_A(sum->gots),
			       sum->gots.len ? ", " : "", STR_A(got));
}

static void gather_check(struct weigh *w, const struct event *ev)
{
	struct opsum *s = &w->ops[ev->op];
	struct checksum *sum;

	if (ev->check >= s->nchecks) {
		w->foreign = true;
		return;
	}
	sum = &s->checks[ev->check];
	first_of(&sum->first, &sum->n, ev);
	if (!ev->ok)
		first_of(&sum->first_bad, &sum->bad, ev);
	if (ev->kind == EV_NOTE)
		add_got(w, sum, ev->got);
}

static void gather_branch(struct weigh *w, const struct event *ev)
{
	const struct op *op = w->prog->ops[ev->op];

	if (op->kind != OP_EITHER || ev->check >= op->either.n)
		w->foreign = true;
	else
		first_of(&w->ops[ev->op].branch, NULL, ev);
}

static void gather_op(struct weigh *w, const struct event *ev)
{
	struct opsum *s = &w->ops[ev->op];

	switch (ev->kind) {
	case EV_OPEN:
		first_of(&s->open, NULL, ev);
		break;
	case EV_SENT:
		first_of(&s->sent, NULL, ev);
		break;
	case EV_TAKE:
		first_of(&s->taken, &s->ntaken, ev);
		break;
	case EV_LATE:
		first_of(&s->late, &s->nlate, ev);
		break;
	case EV_AFTER:
		first_of(&s->after, &s->nafter, ev);
		break;
	case EV_CHECK:
	case EV_NOTE:
		gather_check(w, ev);
		break;
	case EV_MISS:
		first_of(&s->miss, NULL, ev);
		break;
	case EV_SKIP:
		first_of(&s->skip, NULL, ev);
		break;
	case EV_GUARD:
		first_of(&s->guard, &s->nguard, ev);
		break;
	case EV_BRANCH:
		gather_branch(w, ev);
		break;
	case EV_BEGIN:
	case EV_PARTY:
	case EV_PHASE:
	case EV_REC:
	case EV_CLASS:
	case EV_UNEXPECTED:
	case EV_EARLY:
	case EV_MONITOR:
	case EV_TRIGGER:
	case EV_AUTO:
	case EV_LIVENESS:
	case EV_PROBLEM:
	case EV_PREAMBLE:
	case EV_ERROR:
	case EV_END:
		break;
	}
}

static void gather(struct weigh *w)
{
	for (size_t i = 0; i < w->tr->n; i++) {
		const struct event *ev = &w->tr->list[i];

		w->r->took = ev->t > w->r->took ? ev->t : w->r->took;
		w->r->repeats += ev->kind == EV_REC && ev->cls == REC_REPEAT;
		w->r->automatic += ev->kind == EV_AUTO;
		if (ev->kind == EV_END)
			w->end = ev;
		if (ev->op == EV_NONE)
			continue;
		if (ev->op < w->prog->nops)
			gather_op(w, ev);
		else
			w->foreign = true;
	}
}

/* ---- the worst ---- */

static void add_whole(struct weigh *w, const char *kind, enum verdict v,
		      const char *what, struct str detail)
{
	struct finding *f = weigh_add(w, kind, v);

	f->what = str_from(what);
	f->detail = detail;
	f->t = w->r->took;
}

static const char *say_kind(const struct trace *tr)
{
	return tr->n ? trace_kind_word(tr->list[tr->n - 1].kind) : "nothing";
}

/* A trace that is no whole one is our own fault. */
static void weigh_whole(struct weigh *w)
{
	if (!w->end)
		add_whole(w, "error", VERDICT_ERROR,
			  "the player ended without saying so",
			  arena_strf(w->arena, "last event: %s",
				     say_kind(w->tr)));
	if (w->foreign)
		add_whole(w, "error", VERDICT_ERROR,
			  "the trace is of another scenario or version",
			  STR_NONE);
	if (w->end && w->end->status)
		add_whole(w, "note", VERDICT_NONE,
			  "more came than a trace keeps",
			  arena_strf(w->arena, "%u events were not kept",
				     w->end->status));
}

static bool is_explained(const struct result *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->findings[i].verdict == VERDICT_SKIP ||
		    r->findings[i].verdict >= VERDICT_KNOWN)
			return true;
	return false;
}

static bool label_happened(const struct weigh *w, const struct label *label)
{
	for (unsigned i = 0; label && i < w->prog->nops; i++)
		if (w->prog->ops[i]->label == label &&
		    (w->ops[i].taken || w->ops[i].sent))
			return true;
	return false;
}

/* A line that did not come ended the test before its time. */
static bool is_ended_by_miss(const struct weigh *w)
{
	for (unsigned i = 0; i < w->prog->nops; i++) {
		const struct op *op = w->prog->ops[i];

		if (w->ops[i].miss &&
		    (op->level == LEVEL_MUST || op_is_step(op)))
			return true;
	}
	return false;
}

/* A guard that the end of the test cut short has proved nothing. all: also
 * those that had no end of their own. */
static void doubt_guards(struct weigh *w, bool all)
{
	for (size_t i = 0; i < w->r->n; i++) {
		struct finding *f = &w->r->findings[i];
		const struct label *until;

		if (strcmp(f->kind, "guard") != 0 || f->op == EV_NONE ||
		    f->verdict != VERDICT_PASS || f->op >= w->prog->nops)
			continue;
		until = w->prog->ops[f->op]->guard.until;
		if (label_happened(w, until) || (!until && !all))
			continue;
		f->verdict = VERDICT_NONE;
		f->reason = STR("not-reached");
	}
}

/* The test broke off and nothing above says why. */
static void weigh_cut(struct weigh *w)
{
	struct finding *f;

	w->cut |= w->end && str_is(w->end->text, PLAY_OUT_OF_TIME);
	if (w->cut || is_ended_by_miss(w))
		doubt_guards(w, w->cut);
	if (!w->cut)
		return;
	if (is_explained(w->r))
		return;
	f = weigh_add(w, "problem", VERDICT_INCONCLUSIVE);
	f->what = STR("the test broke off");
	f->detail = w->end ? w->end->text : STR_NONE;
	f->reason = STR("timeout-before-purpose");
	f->phase = STR("test");
	f->t = w->r->took;
}

/* A skip says that the test was not for this device: it outweighs what passed
 * before, never what failed. */
static enum verdict worst_of(const struct result *r)
{
	enum verdict worst = VERDICT_PASS;
	bool skip = false;

	for (size_t i = 0; i < r->n; i++) {
		skip |= r->findings[i].verdict == VERDICT_SKIP;
		if (r->findings[i].verdict > worst)
			worst = r->findings[i].verdict;
	}
	return skip && worst < VERDICT_INCONCLUSIVE ? VERDICT_SKIP : worst;
}

/* The finding that speaks for the verdict: a crash before all else, since it
 * explains what did not come. */
static const struct finding *decider(const struct result *r)
{
	const struct finding *found = NULL;

	for (size_t i = 0; i < r->n; i++) {
		const struct finding *f = &r->findings[i];

		if (f->verdict != r->verdict)
			continue;
		if (str_is(f->reason, "crash"))
			return f;
		if (!found)
			found = f;
	}
	return found;
}

static void decide(struct result *r)
{
	const struct finding *f;

	r->verdict = worst_of(r);
	f = r->verdict == VERDICT_PASS ? NULL : decider(r);
	if (f) {
		r->reason = f->reason;
		r->phase = f->phase;
	}
	if (r->verdict == VERDICT_KNOWN)
		r->reason = r->known_reason;
	else
		r->known_reason = r->known_until = STR_NONE;
}

static void own(struct arena *a, struct str *s)
{
	*s = s->len ? arena_str(a, *s) : STR_NONE;
}

static struct result *new_result(const struct prog *prog, struct arena *a)
{
	struct result *r = ARENA_NEW(a, struct result);

	r->arena = a;
	r->id = arena_str(a, prog->id);
	r->file = arena_str(a, prog->file);
	r->title = arena_str(a, prog->title);
	r->plays = 1;
	return r;
}

/* Microseconds are what result.json keeps: a report made from it years later
 * must not round otherwise than the one made on the day. */
static void cut_times(struct result *r)
{
	r->took -= r->took % NS_US;
	for (size_t i = 0; i < r->n; i++)
		r->findings[i].t -= r->findings[i].t % NS_US;
}

static void own_rulings(struct arena *a, struct finding *f)
{
	for (unsigned i = 0; i < f->napart; i++) {
		own(a, &f->apart[i].id);
		own(a, &f->apart[i].reason);
	}
}

/* The result stands alone: it outlives the program and the trace. */
static void own_strings(struct result *r)
{
	static const size_t ofs[] = {
		offsetof(struct finding, what),
		offsetof(struct finding, reqs),
		offsetof(struct finding, wanted),
		offsetof(struct finding, got),
		offsetof(struct finding, detail),
		offsetof(struct finding, label),
		offsetof(struct finding, file),
		offsetof(struct finding, message),
		offsetof(struct finding, arrow),
		offsetof(struct finding, reason),
		offsetof(struct finding, phase),
	};

	for (size_t i = 0; i < r->n; i++) {
		for (size_t k = 0; k < sizeof(ofs) / sizeof(*ofs); k++)
			own(r->arena,
			    (struct str *)(void *)((char *)&r->findings[i] +
						   ofs[k]));
		own_rulings(r->arena, &r->findings[i]);
	}
	own(r->arena, &r->reason);
	own(r->arena, &r->phase);
	own(r->arena, &r->known_reason);
	own(r->arena, &r->known_until);
}

/* Weighs a trace. */
struct result *judge(const struct prog *prog, const struct trace *tr,
		     const struct judge_opts *opts, struct arena *a)
{
	struct weigh w = { .prog = prog, .tr = tr, .opts = opts, .arena = a };

	w.r = new_result(prog, a);
	prepare(&w);
	gather(&w);
	for (unsigned i = 0; i < prog->nops; i++)
		weigh_op(&w, prog->ops[i]);
	weigh_events(&w);
	weigh_whole(&w);
	weigh_rulings(&w);
	weigh_device(&w);
	weigh_cut(&w);
	decide(w.r);
	weigh_healed(&w);
	cut_times(w.r);
	if (!opts->brief)
		own_strings(w.r);
	return w.r;
}

struct result *judge_none(const struct prog *prog, enum verdict v,
			  struct str reason, struct arena *a)
{
	struct result *r = new_result(prog, a);

	r->verdict = v;
	r->reason = arena_str(a, reason);
	return r;
}
