/* SPDX-License-Identifier: MIT */
/* The weight of one line: what the trace says of it -> its findings. */
#include "play/weigh.h"

static const char *const phases[] = {
	[PHASE_SETUP] = "setup",
	[PHASE_TEST] = "test",
	[PHASE_CLEANUP] = "cleanup",
};

const char *weigh_level_word(enum level level)
{
	static const char *const words[] = {
		[LEVEL_NOTE] = "may",
		[LEVEL_SHOULD] = "should",
		[LEVEL_MUST] = "must",
	};

	return words[level];
}

struct finding *weigh_add(struct weigh *w, const char *kind, enum verdict v)
{
	struct finding *f = ARENA_PUSH(w->arena, w->r->findings, w->r->n);

	*f = (struct finding){ .kind = kind, .verdict = v, .op = EV_NONE };
	f->file = w->prog->file;
	return f;
}

/* What a broken rule of this level counts as. */
enum verdict weigh_broken(const struct weigh *w, enum level level)
{
	switch (level) {
	case LEVEL_MUST:
		return VERDICT_FAIL;
	case LEVEL_SHOULD:
		return w->opts->strict ? VERDICT_FAIL : VERDICT_WARN;
	case LEVEL_NOTE:
		break;
	}
	return VERDICT_NONE;
}

/* The event's record, time and message; its wanted and got. */
void weigh_place(struct weigh *w, struct finding *f, const struct event *ev)
{
	const struct event *rec;

	if (w->opts->brief)
		return;
	rec = trace_rec(w->tr, ev->rec);
	f->t = rec ? rec->t : ev->t;
	f->rec = ev->rec == EV_NONE ? 0 : ev->rec;
	f->message = weigh_start_line(w->tr, ev->rec);
	f->wanted = ev->wanted;
	f->got = ev->got;
}

/* A word without an id counts as it says; with ids the compiler has weighed
 * them (rule 15). */
static enum level level_of(enum word word, enum level level,
			   const struct rules *rules)
{
	if (rules->n)
		return level;
	switch (word) {
	case WORD_MUST:
	case WORD_MUST_NOT:
		return LEVEL_MUST;
	case WORD_SHOULD:
	case WORD_SHOULD_NOT:
		return LEVEL_SHOULD;
	case WORD_MAY:
		return LEVEL_NOTE;
	case WORD_NONE:
		break;
	}
	return level;
}

static enum level op_level(const struct op *op)
{
	return level_of(op->word, op->level, &op->rules);
}

static bool speaks(const struct op *op)
{
	return op->word != WORD_NONE || op->rules.n;
}

/* Rule 14: a failure in setup says nothing; one in cleanup is a warning. */
static void by_phase(struct finding *f, const struct op *op)
{
	f->phase = str_from(phases[op->phase]);
	if (op->phase == PHASE_SETUP && f->verdict == VERDICT_FAIL) {
		f->verdict = VERDICT_INCONCLUSIVE;
		f->reason = STR("preamble");
	}
	if (op->phase == PHASE_CLEANUP &&
	    (f->verdict == VERDICT_FAIL || f->verdict == VERDICT_INCONCLUSIVE))
		f->verdict = VERDICT_WARN;
}

static void place_at(struct finding *f, struct loc at, const struct op *op)
{
	if (!at.src)
		at = op->at;
	if (at.src) {
		f->file = str_from(at.src->path);
		f->line = src_line(&at);
	}
	f->used_line = src_line(&op->used);
}

static struct finding *add_of(struct weigh *w, const struct op *op,
			      const char *kind, enum verdict v)
{
	struct finding *f = weigh_add(w, kind, v);

	f->op = op->id;
	if (w->opts->brief) {
		if (v > VERDICT_PASS)
			f->reqs = weigh_name_rules(w->arena, &op->rules);
		weigh_rulings_apart(w, f, &op->rules, op_level(op));
		by_phase(f, op);
		return f;
	}
	f->label = op->label ? op->label->name : STR_NONE;
	f->arrow = op->arrow;
	f->arrow_line = src_line(&op->at);
	f->what = op->kind == OP_GUARD ? weigh_name_guard(w->arena, op)
				       : weigh_name_line(w->arena, op);
	if (speaks(op))
		f->level = str_from(weigh_level_word(op_level(op)));
	weigh_rulings_apart(w, f, &op->rules, op_level(op));
	f->reqs = weigh_name_rules(w->arena, &op->rules);
	place_at(f, op->at, op);
	by_phase(f, op);
	return f;
}

/* Is the line in play: not in a branch that was not chosen? */
static bool is_live(const struct weigh *w, const struct op *op)
{
	for (const struct block *b = op->in; b && b->owner; b = b->owner->in) {
		const struct op *owner = b->owner;
		const struct opsum *s = &w->ops[owner->id];

		if (s->skip)
			return false;
		if (owner->kind != OP_EITHER)
			continue;
		if (s->branch ? &owner->either.branches[s->branch->check] != b
			      : s->open != NULL)
			return false;
	}
	return true;
}

static bool wants_2xx(const struct op *op)
{
	const struct match *m = &op->line.expect.match;

	if ((op->kind != OP_EXPECT && op->kind != OP_WATCH) ||
	    m->kind != MSG_RESPONSE)
		return false;
	for (unsigned i = 0; i < m->nstatuses; i++)
		if (m->statuses[i].lo < 300 && m->statuses[i].hi >= 200)
			return true;
	return m->status.n > 0;
}

/* Rule 14: what the device never claimed it may refuse, cleanly. */
static bool is_clean_refusal(const struct weigh *w, const struct op *op)
{
	unsigned status = w->ops[op->id].miss->status;

	return w->prog->nunclaimed && wants_2xx(op) &&
	       (status == 403 || status == 405 || status == 501 ||
		status == 603);
}

static struct str refused_method(const struct weigh *w, const struct op *op)
{
	const struct event *miss = w->ops[op->id].miss;
	const struct ref *to = &op->line.expect.match.to;

	return miss->name.len   ? miss->name
	       : to->method.len ? to->method
				: STR("the request");
}

static struct str refusal(const struct weigh *w, const struct op *op)
{
	buf_auto out = { 0 };

	buf_addf(&out, STR_F " refused with %u; `claims",
		 STR_A(refused_method(w, op)), w->ops[op->id].miss->status);
	for (unsigned i = 0; i < w->prog->nunclaimed; i++)
		buf_addf(&out, " " STR_F, STR_A(w->prog->unclaimed[i]));
	buf_add_z(&out, "` in the device file makes this a failure");
	return arena_str(w->arena, buf_str(&out));
}

/* Rule 12: what a line that did not come counts as. */
static enum verdict missing(const struct weigh *w, const struct op *op,
			    struct str *ret_reason)
{
	const struct event *miss = w->ops[op->id].miss;

	*ret_reason = STR_NONE;
	if (op->kind == OP_TRIGGER) {
		*ret_reason = STR("trigger");
		return VERDICT_INCONCLUSIVE;
	}
	if (op->phase == PHASE_SETUP) {
		*ret_reason = STR("preamble");
		return VERDICT_INCONCLUSIVE;
	}
	if (is_clean_refusal(w, op)) {
		*ret_reason = refusal(w, op);
		return VERDICT_SKIP;
	}
	if (op_is_step(op)) {
		*ret_reason = miss->status ? STR("other-permitted-branch")
					   : STR("timeout-before-purpose");
		return VERDICT_INCONCLUSIVE;
	}
	return weigh_broken(w, op_level(op));
}

static void weigh_miss(struct weigh *w, const struct op *op)
{
	const struct event *miss = w->ops[op->id].miss;
	struct str reason;
	enum verdict v = missing(w, op, &reason);
	const char *kind = v == VERDICT_NONE        ? "note"
			   : op->kind == OP_TRIGGER ? "trigger"
						    : "line";
	struct finding *f = add_of(w, op, kind, v);

	weigh_place(w, f, miss);
	if (!miss->status && w->ops[op->id].ntaken)
		f->got = arena_strf(w->arena, "%u came, then no more",
				    w->ops[op->id].ntaken);
	if (reason.len)
		f->reason = reason;
	f->detail = weigh_miss_detail(w, op);
	if (miss->status)
		weigh_edition(w, f, op->by_edition,
			      arena_strf(w->arena, "%u", miss->status));
}

static bool is_owed(const struct op *op)
{
	if (op->word == WORD_MAY)
		return false;
	return op->kind == OP_SEND || op->min > 0;
}

/* A line that was reached and not owed, or not reached at all, or left before
 * it had all that it waits for: what came of that is right and no proof. */
static void weigh_untaken(struct weigh *w, const struct op *op)
{
	const struct opsum *s = &w->ops[op->id];
	bool passed_over = s->skip && !s->taken;
	struct finding *f;

	if (!s->skip && !is_owed(op) && s->open) {
		if (!op->rules.n)
			return;
		f = add_of(w, op, "line", VERDICT_NONE);
		f->reason = STR("not-seen");
		return;
	}
	if (!passed_over && is_owed(op) && op->phase == PHASE_TEST)
		w->cut = true;
	if (s->skip && !speaks(op))
		return;
	f = add_of(w, op, "line", VERDICT_NONE);
	f->reason = passed_over ? STR("skipped") : STR("not-reached");
	f->detail = s->skip ? s->skip->text : STR_NONE;
}

static void weigh_taken(struct weigh *w, const struct op *op)
{
	const struct opsum *s = &w->ops[op->id];
	struct finding *f;

	if (!speaks(op))
		return;
	f = add_of(w, op, "line", VERDICT_PASS);
	weigh_place(w, f, s->taken);
	f->wanted = f->got = STR_NONE;
}

static void note_times(struct weigh *w, struct finding *f, unsigned bad,
		       unsigned n)
{
	if (n > 1)
		f->detail = arena_strf(w->arena, "%u of %u messages", bad, n);
}

/* "within" and "after" of a line, which count as the line does. */
static void weigh_limit(struct weigh *w, const struct op *op, const char *kind,
			const struct event *ev, unsigned times)
{
	const struct label *after = op->line.expect.after;
	enum verdict v = weigh_broken(w, op_level(op));
	struct finding *f;

	if (!ev)
		return;
	f = add_of(w, op, v == VERDICT_NONE ? "note" : kind, v);
	weigh_place(w, f, ev);
	f->what = weigh_name_limit(w->arena, f->what, kind, after);
	note_times(w, f, times, w->ops[op->id].ntaken);
}

static struct finding *add_check(struct weigh *w, const struct op *op,
				 const struct check *c, enum verdict v)
{
	enum level level = level_of(c->word, c->level, &c->rules);
	bool noted = c->note || v == VERDICT_NONE;
	struct finding *f = add_of(w, op, noted ? "note" : "check", v);

	f->apart = NULL;
	f->napart = 0;
	weigh_rulings_apart(w, f, &c->rules, level);
	if (w->opts->brief) {
		f->reqs = v > VERDICT_PASS
				  ? weigh_name_rules(w->arena, &c->rules)
				  : STR_NONE;
		return f;
	}
	f->what = weigh_name_check(w->arena, op, c);
	f->level = str_from(weigh_level_word(c->note ? LEVEL_NOTE : level));
	f->reqs = weigh_name_rules(w->arena, &c->rules);
	place_at(f, c->at, op);
	return f;
}

static void weigh_unchecked(struct weigh *w, const struct op *op,
			    const struct check *c)
{
	struct finding *f;

	if (c->note || (op->kind != OP_CHECK && !c->rules.n))
		return;
	f = add_check(w, op, c, VERDICT_NONE);
	f->kind = "check";
	f->reason = w->ops[op->id].skip ? STR("skipped") : STR("not-reached");
}

/* All messages that one check saw are one finding: the worst of them. */
static void weigh_check(struct weigh *w, const struct op *op,
			const struct check *c, unsigned i)
{
	const struct checksum *sum = &w->ops[op->id].checks[i];
	enum level level = level_of(c->word, c->level, &c->rules);
	enum verdict v = sum->bad ? weigh_broken(w, level) : VERDICT_PASS;
	struct finding *f;

	if (!sum->n) {
		weigh_unchecked(w, op, c);
		return;
	}
	f = add_check(w, op, c, c->note ? VERDICT_NONE : v);
	weigh_place(w, f, sum->bad ? sum->first_bad : sum->first);
	if (c->note)
		f->got = sum->gots;
	if (sum->bad) {
		note_times(w, f, sum->bad, sum->n);
		weigh_edition(w, f, c->by_edition, sum->first_bad->got);
	}
}

/* A guard that was cut short has proved nothing. */
static void weigh_guard(struct weigh *w, const struct op *op)
{
	const struct opsum *s = &w->ops[op->id];
	struct finding *f;

	if (s->guard) {
		enum verdict v = weigh_broken(w, op_level(op));

		f = add_of(w, op, v == VERDICT_NONE ? "note" : "guard", v);
		weigh_place(w, f, s->guard);
		f->wanted = f->what;
		f->got = f->message;
		f->detail = weigh_guard_detail(w, op);
		if (s->nguard > 1)
			note_times(w, f, s->nguard, s->nguard);
		return;
	}
	f = add_of(w, op, "guard", s->open ? VERDICT_PASS : VERDICT_NONE);
	if (!s->open)
		f->reason = STR("not-reached");
}

/* "verdict W" of the branch that the device took. */
static void weigh_branch(struct weigh *w, const struct op *op)
{
	const struct event *ev = w->ops[op->id].branch;
	struct finding *f;
	enum verdict v;
	bool info = str_is(ev->name, "info");

	if (!ev->name.len || (!info && !verdict_from_word(ev->name, &v)))
		return;
	if (info)
		v = VERDICT_NONE;
	if (v == VERDICT_WARN)
		v = weigh_broken(w, LEVEL_SHOULD);
	f = add_of(w, op, info ? "note" : "branch", v);
	weigh_place(w, f, ev);
	f->what = arena_strf(w->arena, "branch " STR_F, STR_A(ev->text));
	place_at(f, op->either.branches[ev->check].at, op);
	if (info)
		f->reason = STR("info");
	else if (v == VERDICT_INCONCLUSIVE)
		f->reason = STR("other-permitted-branch");
	else if (v == VERDICT_SKIP)
		f->reason = ev->text;
}

static void weigh_line(struct weigh *w, const struct op *op)
{
	const struct opsum *s = &w->ops[op->id];
	const struct expect *x = &op->line.expect;

	if (s->miss)
		weigh_miss(w, op);
	else if (s->taken && !s->skip)
		weigh_taken(w, op);
	else
		weigh_untaken(w, op);
	weigh_limit(w, op, "late", s->late, s->nlate);
	weigh_limit(w, op, "after", s->after, s->nafter);
	for (unsigned i = 0; i < x->nchecks; i++)
		weigh_check(w, op, &x->checks[i], i);
}

static void weigh_send(struct weigh *w, const struct op *op)
{
	const struct opsum *s = &w->ops[op->id];

	if (s->miss)
		weigh_miss(w, op);
	else if (!s->sent && !s->skip)
		weigh_untaken(w, op);
}

/* Appends the findings of one line, if the play ever came its way. */
void weigh_op(struct weigh *w, const struct op *op)
{
	const struct opsum *s = &w->ops[op->id];

	if (!is_live(w, op) && !s->miss)
		return;
	switch (op->kind) {
	case OP_EXPECT:
	case OP_WATCH:
		weigh_line(w, op);
		break;
	case OP_SEND:
		weigh_send(w, op);
		break;
	case OP_GUARD:
		weigh_guard(w, op);
		break;
	case OP_CHECK:
		weigh_check(w, op, &op->check, 0);
		break;
	case OP_EITHER:
		if (s->branch)
			weigh_branch(w, op);
		else if (s->miss)
			weigh_miss(w, op);
		break;
	case OP_JOIN:
	case OP_WAIT:
	case OP_TRIGGER:
	case OP_WIRE:
	case OP_MARK:
	case OP_LET:
	case OP_ANY:
		if (s->miss)
			weigh_miss(w, op);
		break;
	}
}
