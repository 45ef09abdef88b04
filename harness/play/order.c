/* SPDX-License-Identifier: MIT */
/* Who may go: rule 2 of the language. Pumping walks the tree of blocks until
 * nothing changes; what is open, made, given up or skipped is decided here
 * and nowhere else. */
#include "play/state.h"

#include <assert.h>

enum { MISSING_AFTER_S = 10, FINAL_AFTER_T1 = 64 };

static struct oprun *run_of(struct play *p, const struct op *op)
{
	return &p->ops[op->id];
}

static bool is_over(const struct oprun *r)
{
	return r->state == OPS_DONE || r->state == OPS_GIVEN_UP ||
	       r->state == OPS_SKIPPED;
}

/* ---- is it done? ------------------------------------------------------- */

static bool op_blocks(struct play *p, const struct op *op)
{
	switch (op->kind) {
	case OP_EXPECT:
		return op->word != WORD_MAY && !is_over(run_of(p, op));
	case OP_WATCH:
	case OP_GUARD:
	case OP_CHECK:
	case OP_LET:
		return false;
	case OP_SEND:
	case OP_JOIN:
	case OP_WAIT:
	case OP_TRIGGER:
	case OP_WIRE:
	case OP_MARK:
	case OP_EITHER:
	case OP_ANY:
		return !is_over(run_of(p, op));
	}
	return false;
}

/* All lines of the block that are not "may" are taken or given up. */
bool order_block_done(struct play *p, const struct block *b)
{
	for (size_t i = 0; i < b->n; i++)
		if (op_blocks(p, b->ops[i]))
			return false;
	return true;
}

/* Could this closed line still open? Not where a branch beside it won. */
bool order_reachable(const struct play *p, const struct op *op)
{
	for (const struct block *b = op->in; b->owner; b = b->owner->in) {
		const struct op *owner = b->owner;
		const struct oprun *r = &p->ops[owner->id];

		if (r->state == OPS_GIVEN_UP || r->state == OPS_SKIPPED)
			return false;
		if (owner->kind == OP_EITHER && r->branch >= 0 &&
		    &owner->either.branches[r->branch] != b)
			return false;
		if (owner->kind == OP_EITHER && r->branch < 0 && b->has_after &&
		    r->state == OPS_DONE)
			return false;
	}
	return p->stage <= STAGE_CLEANUP;
}

/* ---- skipping ----------------------------------------------------------- */

static void skip_block(struct play *p, const struct block *b);

static void skip_op(struct play *p, const struct op *op)
{
	struct oprun *r = run_of(p, op);

	if (op->kind == OP_EITHER)
		for (unsigned i = 0; i < op->either.n; i++)
			skip_block(p, &op->either.branches[i]);
	if (op->kind == OP_ANY)
		for (unsigned i = 0; i < op->any.n; i++)
			skip_block(p, &op->any.strands[i]);
	if (is_over(r))
		return;
	timer_stop(&p->eng->timers, &r->timer);
	r->state = OPS_SKIPPED;
}

static void skip_block(struct play *p, const struct block *b)
{
	for (size_t i = 0; i < b->n; i++)
		skip_op(p, b->ops[i]);
}

static void skip_for(struct play *p, const struct op *op, struct str why)
{
	struct event ev = play_event(p, EV_SKIP);

	ev.op = op->id;
	ev.text = why;
	play_emit(p, &ev);
	skip_op(p, op);
}

/* ---- giving up ------------------------------------------------------------
 */

/* Rule 12: a missing line ends the test unless it is only a should. */
static bool ends_test(const struct op *op)
{
	bool speaks = op->word != WORD_NONE || op->rules.n;

	return !speaks || op->level == LEVEL_MUST;
}

static void list_held(struct play *p, struct buf *out)
{
	for (struct msg *m = p->held; m; m = m->next)
		buf_addf(out, "\n  held: " STR_F " from the device to " STR_F,
			 STR_A(m->pkt->start), STR_A(m->party->decl->name));
	if (!p->held)
		buf_add_z(out, "\n  nothing else is waiting to be taken");
}

/* "F9 waited for this line": the sends that this line held up. */
static void list_waiting(struct play *p, const struct op *op, struct buf *out)
{
	for (size_t i = op->place + 1; i < op->in->n; i++) {
		const struct op *later = op->in->ops[i];

		if (later->kind != OP_SEND ||
		    run_of(p, later)->state != OPS_CLOSED)
			continue;
		buf_addf(out,
			 "\n  line %u (" STR_F ") waited for it: if the device"
			 " legally waits for that, write them as strands of"
			 " \"any order\"",
			 src_line(&later->at), STR_A(later->arrow));
		return;
	}
}

static struct str miss_got(struct play *p, unsigned status)
{
	if (status)
		return arena_strf(p->arena, "%u %s", status, "came instead");
	return STR("nothing");
}

void order_give_up(struct play *p, const struct op *op, unsigned status,
		   const char *why)
{
	struct oprun *r = run_of(p, op);
	struct event ev = play_event(p, EV_MISS);
	buf_auto text = { 0 };

	timer_stop(&p->eng->timers, &r->timer);
	r->state = OPS_GIVEN_UP;
	buf_add_z(&text, why);
	list_held(p, &text);
	list_waiting(p, op, &text);
	ev.op = op->id;
	ev.status = status;
	ev.wanted = op->arrow;
	ev.got = miss_got(p, status);
	ev.text = buf_str(&text);
	if (r->request)
		ev.name = r->request->pkt->method;
	play_emit(p, &ev);
	if (!ends_test(op))
		return;
	p->missing = op;
	end_stop(p, "a line did not come");
}

static bool in_undecided(struct play *p, const struct op *op)
{
	for (const struct block *b = op->in; b->owner; b = b->owner->in)
		if (b->owner->kind == OP_EITHER &&
		    run_of(p, b->owner)->branch < 0)
			return true;
	return false;
}

/* A final response took the chance of this line away: at once (rule 3), or,
 * in an undecided either, when no alternative is left. */
void order_settled(struct play *p, const struct op *op, unsigned status)
{
	struct oprun *r = run_of(p, op);

	if (op->word == WORD_MAY) {
		r->state = OPS_SKIPPED;
		return;
	}
	if (!in_undecided(p, op)) {
		order_give_up(p, op, status, "another final response came");
		return;
	}
	r->state = OPS_SKIPPED;
	for (const struct block *b = op->in; b->owner; b = b->owner->in)
		run_of(p, b->owner)->settled = status;
}

static void on_missing(struct timer *t, void *ctx)
{
	struct oprun *r = ctx;
	struct play *p = r->play;

	(void)t;
	order_give_up(p, r->op, 0, "nothing came in time");
	order_pump(p);
}

/* ---- opening lines ---------------------------------------------------------
 */

static ns_t longer(ns_t a, ns_t b)
{
	return a > b ? a : b;
}

/* Rule 6: when a line that has not come is missing. */
static ns_t missing_at(struct play *p, const struct op *op)
{
	const struct expect *x = &op->line.expect;
	const struct oprun *r = &p->ops[op->id];
	ns_t limit = MISSING_AFTER_S * NS_S, from = play_now(p);

	if (x->match.kind == MSG_RESPONSE) {
		limit = FINAL_AFTER_T1 * p->eng->opts.t1;
		if (r->request)
			from = r->request->t;
	}
	limit = longer(limit, x->within.set ? x->within.hi : 0);
	limit = longer(limit, x->window.set ? x->window.hi + NS_S : 0);
	return from + play_slack(p, limit);
}

static void open_op(struct play *p, const struct op *op)
{
	struct oprun *r = run_of(p, op);
	struct event ev = play_event(p, EV_OPEN);

	r->state = OPS_OPEN;
	r->opened = p->last_send_t;
	ev.op = op->id;
	play_emit(p, &ev);
}

static void open_expect(struct play *p, const struct op *op)
{
	struct oprun *r = run_of(p, op);

	open_op(p, op);
	if (op->line.expect.match.kind == MSG_RESPONSE)
		r->request = match_request(p, op, &op->line.expect.match);
	if (op->word == WORD_MAY || in_undecided(p, op))
		return;
	timer_set(&p->eng->timers, &r->timer, p->begun + missing_at(p, op),
		  on_missing, r);
}

static void on_guard_over(struct timer *t, void *ctx)
{
	struct oprun *r = ctx;

	(void)t;
	r->state = OPS_DONE;
	order_pump(r->play);
}

static void open_guard(struct play *p, const struct op *op)
{
	struct oprun *r = run_of(p, op);

	open_op(p, op);
	if (op->guard.lasts)
		timer_set(&p->eng->timers, &r->timer,
			  p->begun + play_now(p) + op->guard.lasts,
			  on_guard_over, r);
}

/* Requests of one dialog and responses to one request come as written. */
static bool same_stream(struct play *p, const struct op *a, const struct op *b)
{
	const struct match *ma = &a->line.expect.match;
	const struct match *mb = &b->line.expect.match;

	if (ma->kind != mb->kind || a->party != b->party)
		return false;
	if (ma->kind == MSG_RESPONSE) {
		struct msg *request = match_request(p, b, mb);

		return request && run_of(p, a)->request == request;
	}
	return ma->kind == MSG_REQUEST && mb->on &&
	       (ma->on == mb->on || ma->as == mb->on);
}

static bool must_wait(struct play *p, const struct op *op)
{
	for (size_t i = 0; i < op->place; i++) {
		const struct op *above = op->in->ops[i];

		if (above->kind == OP_EXPECT && above->word != WORD_MAY &&
		    run_of(p, above)->state == OPS_OPEN &&
		    same_stream(p, above, op))
			return true;
	}
	return false;
}

/* ---- either
 * ------------------------------------------------------------------ */

static void choose(struct play *p, const struct op *either, unsigned branch)
{
	struct oprun *r = run_of(p, either);
	struct event ev = play_event(p, EV_BRANCH);

	assert(r->branch < 0);
	r->branch = (int)branch;
	timer_stop(&p->eng->timers, &r->timer);
	for (unsigned i = 0; i < either->either.n; i++)
		if (i != branch)
			skip_block(p, &either->either.branches[i]);
	ev.op = either->id;
	ev.check = branch;
	ev.name = either->either.branches[branch].verdict;
	ev.text = either->either.branches[branch].title;
	play_emit(p, &ev);
	if (str_is(ev.name, "skip") || str_is(ev.name, "inconclusive"))
		end_stop(p, "the branch ends the test");
}

void order_decide(struct play *p, const struct op *op)
{
	for (const struct block *b = op->in; b->owner; b = b->owner->in) {
		const struct op *owner = b->owner;

		if (owner->kind == OP_EITHER && run_of(p, owner)->branch < 0)
			choose(p, owner,
			       (unsigned)(b - owner->either.branches));
	}
}

typedef void decider_fn(struct play *p, const struct op *op, void *ctx);

static bool each_decider(struct play *p, const struct block *b, decider_fn *fn,
			 void *ctx);

/* The first lines of a block: those whose message decides for it. */
static bool decider(struct play *p, const struct op *op, decider_fn *fn,
		    void *ctx)
{
	switch (op->kind) {
	case OP_EXPECT:
		fn(p, op, ctx);
		return op->word != WORD_MAY;
	case OP_EITHER:
		for (unsigned i = 0; i < op->either.n; i++)
			each_decider(p, &op->either.branches[i], fn, ctx);
		return true;
	case OP_ANY:
		for (unsigned i = 0; i < op->any.n; i++)
			each_decider(p, &op->any.strands[i], fn, ctx);
		return true;
	case OP_WATCH:
	case OP_GUARD:
	case OP_CHECK:
	case OP_LET:
		return false; /* pass over to the first line proper */
	case OP_SEND:
	case OP_JOIN:
	case OP_WAIT:
	case OP_TRIGGER:
	case OP_WIRE:
	case OP_MARK:
		return true; /* only time can choose this branch */
	}
	return true;
}

static bool each_decider(struct play *p, const struct block *b, decider_fn *fn,
			 void *ctx)
{
	for (size_t i = 0; i < b->n; i++)
		if (decider(p, b->ops[i], fn, ctx))
			return true;
	return false;
}

struct strongest {
	const struct op *op;
	unsigned status;
	ns_t limit;
	bool waiting; /* some decider is still open */
};

static int strength(const struct op *op)
{
	bool speaks = op->word != WORD_NONE || op->rules.n;

	return speaks ? 1 + (int)op->level : 0;
}

static void find_strongest(struct play *p, const struct op *op, void *ctx)
{
	struct strongest *s = ctx;

	s->limit = longer(s->limit, missing_at(p, op));
	s->waiting |= run_of(p, op)->state == OPS_OPEN;
	if (!s->op || strength(op) > strength(s->op))
		s->op = op;
}

static void strongest_of(struct play *p, const struct op *either,
			 struct strongest *s)
{
	for (unsigned i = 0; i < either->either.n; i++)
		each_decider(p, &either->either.branches[i], find_strongest, s);
}

static void either_missing(struct play *p, const struct op *either,
			   unsigned status, const char *why)
{
	struct strongest s = { 0 };
	struct oprun *r = run_of(p, either);

	strongest_of(p, either, &s);
	timer_stop(&p->eng->timers, &r->timer);
	for (unsigned i = 0; i < either->either.n; i++)
		skip_block(p, &either->either.branches[i]);
	r->state = OPS_GIVEN_UP;
	order_give_up(p, s.op ? s.op : either, status, why);
}

static int after_branch(const struct op *either)
{
	for (unsigned i = 0; i < either->either.n; i++)
		if (either->either.branches[i].has_after)
			return (int)i;
	return -1;
}

static void on_either_time(struct timer *t, void *ctx)
{
	struct oprun *r = ctx;
	struct play *p = r->play;
	int after = after_branch(r->op);

	(void)t;
	if (after >= 0) {
		choose(p, r->op, (unsigned)after);
		p->last_send_t = play_now(p);
	} else {
		either_missing(p, r->op, 0,
			       "none of the alternatives came in time");
	}
	order_pump(p);
}

static void open_decider(struct play *p, const struct op *op, void *ctx)
{
	bool *opened = ctx;

	if (run_of(p, op)->state != OPS_CLOSED || must_wait(p, op))
		return;
	open_expect(p, op);
	*opened = true;
}

static void open_either(struct play *p, const struct op *op)
{
	struct oprun *r = run_of(p, op);
	struct strongest s = { 0 };
	int after = after_branch(op);
	bool opened = false;

	open_op(p, op);
	r->branch = -1;
	for (unsigned i = 0; i < op->either.n; i++)
		if ((int)i != after)
			each_decider(p, &op->either.branches[i], open_decider,
				     &opened);
	strongest_of(p, op, &s);
	timer_set(&p->eng->timers, &r->timer,
		  p->begun + (after >= 0
				      ? play_now(p) +
						op->either.branches[after].after
				      : s.limit),
		  on_either_time, r);
}

/* A final response has settled every alternative: none can come any more. */
static bool either_lost(struct play *p, const struct op *op)
{
	struct strongest s = { 0 };

	if (after_branch(op) >= 0)
		return false;
	strongest_of(p, op, &s);
	return !s.waiting;
}

/* ---- joins and waits
 * ----------------------------------------------------------- */

/* Nothing more is owed to this watch. */
bool order_watch_content(const struct play *p, const struct op *op)
{
	const struct oprun *r = &p->ops[op->id];

	if (op->word == WORD_MAY || is_over(r))
		return true;
	if (op->line.until || op->line.until_label)
		return r->satisfied;
	return r->taken >= op->min;
}

static const struct op *join_waits_for(struct play *p, const struct op *op)
{
	for (unsigned i = 0; i < p->prog->nops; i++) {
		const struct op *w = p->prog->ops[i];

		if (w->label != op->join.label || w->kind != OP_WATCH)
			continue;
		if (p->ops[i].state == OPS_OPEN && !order_watch_content(p, w))
			return w;
	}
	return NULL;
}

/* "join N within 5s": later is a finding at the watch, not a miss. */
static void judge_lateness(struct play *p, const struct op *join)
{
	const struct limit *within = &join->join.within;
	struct labelrun *l = &p->labels[join->join.label->id];
	ns_t limit, took;
	struct event ev;

	if (!within->set || !l->msg || !l->run || l->run->op->kind != OP_WATCH)
		return;
	limit = play_slack(p, within->hi);
	took = l->msg->t - run_of(p, join)->opened;
	if (took <= limit)
		return;
	ev = play_event(p, EV_LATE);
	ev.op = l->run->op->id;
	ev.rec = l->msg->rec;
	ev.wanted = arena_strf(p->arena, "within %.3f s", (double)limit / 1e9);
	ev.got = arena_strf(p->arena, "after %.3f s", (double)took / 1e9);
	play_emit(p, &ev);
}

static void finish_sendlike(struct play *p, const struct op *op)
{
	struct oprun *r = run_of(p, op);

	timer_stop(&p->eng->timers, &r->timer);
	r->state = OPS_DONE;
	p->last_send = op;
	p->last_send_t = play_now(p);
}

static void finish_join(struct play *p, const struct op *op)
{
	for (unsigned i = 0; i < p->prog->nops; i++) {
		const struct op *w = p->prog->ops[i];

		if (w->kind == OP_WATCH && w->label == op->join.label)
			check_ends(p, w);
	}
	judge_lateness(p, op);
	finish_sendlike(p, op);
}

static void on_join_missing(struct timer *t, void *ctx)
{
	struct oprun *r = ctx;
	struct play *p = r->play;
	const struct op *w = join_waits_for(p, r->op);

	(void)t;
	assert(w);
	finish_sendlike(p, r->op);
	order_give_up(p, w, 0,
		      run_of(p, w)->taken
			      ? "what it waits for (\"until\") did not come"
			      : "nothing came in time");
	order_pump(p);
}

static void start_join(struct play *p, const struct op *op)
{
	struct oprun *r = run_of(p, op);
	const struct limit *within = &op->join.within;
	ns_t limit =
		longer(MISSING_AFTER_S * NS_S, within->set ? within->hi : 0);

	r->state = OPS_OPEN;
	r->opened = p->last_send_t;
	timer_set(&p->eng->timers, &r->timer,
		  p->begun + play_now(p) + play_slack(p, limit),
		  on_join_missing, r);
}

static void on_wait_over(struct timer *t, void *ctx)
{
	struct oprun *r = ctx;

	(void)t;
	finish_sendlike(r->play, r->op);
	order_pump(r->play);
}

static void start_wait(struct play *p, const struct op *op)
{
	struct oprun *r = run_of(p, op);
	ns_t span = op->wait.hi - op->wait.lo;
	ns_t wait = op->wait.lo;

	if (span > 0)
		wait += (ns_t)(play_random(p) % (uint64_t)span);
	r->state = OPS_OPEN;
	timer_set(&p->eng->timers, &r->timer, p->begun + play_now(p) + wait,
		  on_wait_over, r);
}

/* ---- what counts as a send
 * ------------------------------------------------------- */

static void start_wire(struct play *p, const struct op *op)
{
	enum wire_mode mode = str_is(op->wire.mode, "open")    ? WIRE_OPEN
			      : str_is(op->wire.mode, "stall") ? WIRE_STALL
							       : WIRE_REFUSE;
	struct fail why;

	if (!wire_set_mode(p->parties[op->party->id].port, mode, &why))
		play_problem(p, "%s", why.text);
	finish_sendlike(p, op);
}

static void start_mark(struct play *p, const struct op *op)
{
	finish_sendlike(p, op);
	if (op->label)
		take_label(p, op, NULL);
}

/* "trigger answer" is nothing where the device answers by itself; other
 * triggers need a device file that says how. */
static void start_trigger(struct play *p, const struct op *op)
{
	if (str_is(op->trigger.name, "answer") &&
	    !str_is(p->eng->opts.device->answers, "trigger")) {
		finish_sendlike(p, op);
		return;
	}
	order_give_up(p, op, 0, "the device file has no trigger of this name");
}

static void start_send(struct play *p, const struct op *op)
{
	struct str why = STR_NONE;

	if (send_op(p, op, &why))
		finish_sendlike(p, op);
	else
		skip_for(p, op, why);
}

static bool start(struct play *p, const struct op *op)
{
	switch (op->kind) {
	case OP_SEND:
		start_send(p, op);
		return true;
	case OP_JOIN:
		start_join(p, op);
		return true;
	case OP_WAIT:
		start_wait(p, op);
		return true;
	case OP_TRIGGER:
		start_trigger(p, op);
		return true;
	case OP_WIRE:
		start_wire(p, op);
		return true;
	case OP_MARK:
		start_mark(p, op);
		return true;
	case OP_EXPECT:
	case OP_WATCH:
	case OP_GUARD:
	case OP_CHECK:
	case OP_LET:
	case OP_EITHER:
	case OP_ANY:
		break;
	}
	return false;
}

/* ---- the walk
 * ------------------------------------------------------------------------ */

struct walk {
	struct play *p;
	bool gate;  /* every send above is made */
	bool clear; /* every line above that is not "may" is over */
	bool changed;
};

static bool walk_block(struct play *p, const struct block *b, bool clear);

static void walk_sendlike(struct walk *w, const struct op *op)
{
	struct oprun *r = run_of(w->p, op);

	if (r->state == OPS_CLOSED && w->gate && w->clear)
		w->changed |= start(w->p, op);
	if (op->kind == OP_JOIN && r->state == OPS_OPEN &&
	    !join_waits_for(w->p, op)) {
		finish_join(w->p, op);
		w->changed = true;
	}
	if (!is_over(r))
		w->gate = w->clear = false;
}

/* Rule 12: a line that needs a dialog or request that did not come. */
static bool lacks(struct play *p, const struct op *op, struct str *why)
{
	const struct match *m = &op->line.expect.match;

	if (m->on && !p->named[m->on->id]) {
		*why = arena_strf(p->arena,
				  "the dialog " STR_F " did not come about",
				  STR_A(m->on->name));
		return true;
	}
	if (m->to.label && !p->labels[m->to.label->id].msg) {
		*why = arena_strf(p->arena, STR_F " has not happened",
				  STR_A(m->to.label->name));
		return true;
	}
	if (m->kind == MSG_RESPONSE && !run_of(p, op)->request) {
		*why = STR("there is no request it could answer");
		return true;
	}
	return false;
}

static void walk_expect(struct walk *w, const struct op *op)
{
	struct oprun *r = run_of(w->p, op);
	struct str why;

	if (r->state == OPS_CLOSED && w->gate && !must_wait(w->p, op)) {
		open_expect(w->p, op);
		w->changed = true;
	}
	if (r->state == OPS_OPEN && w->clear && lacks(w->p, op, &why)) {
		skip_for(w->p, op, why);
		w->changed = true;
	}
	if (op->word != WORD_MAY && !is_over(r))
		w->clear = false;
}

static void walk_watcher(struct walk *w, const struct op *op)
{
	if (run_of(w->p, op)->state != OPS_CLOSED || !w->gate)
		return;
	if (op->kind == OP_GUARD)
		open_guard(w->p, op);
	else
		open_op(w->p, op);
	w->changed = true;
}

static void walk_check(struct walk *w, const struct op *op)
{
	struct oprun *r = run_of(w->p, op);

	if (r->state != OPS_CLOSED || !w->gate || !w->clear)
		return;
	if (op->kind == OP_CHECK && check_is_late_kind(&op->check))
		return; /* at the end */
	if (op->kind == OP_CHECK)
		check_alone(w->p, op);
	else
		check_let(w->p, &op->let, NULL, NULL);
	r->state = OPS_DONE;
	w->changed = true;
}

static void walk_either(struct walk *w, const struct op *op)
{
	struct oprun *r = run_of(w->p, op);

	if (r->state == OPS_CLOSED && w->gate) {
		open_either(w->p, op);
		w->changed = true;
	}
	if (r->state == OPS_OPEN && r->branch < 0 && either_lost(w->p, op)) {
		either_missing(w->p, op, r->settled,
			       "the final response fits no alternative");
		w->changed = true;
	}
	if (r->state == OPS_OPEN && r->branch >= 0) {
		const struct block *b = &op->either.branches[r->branch];

		w->changed |= walk_block(w->p, b, w->clear);
		if (order_block_done(w->p, b)) {
			r->state = OPS_DONE;
			w->changed = true;
		}
	}
	if (is_over(r))
		return;
	w->clear = false;
	if (op->either.sends)
		w->gate = false;
}

static void walk_any(struct walk *w, const struct op *op)
{
	struct oprun *r = run_of(w->p, op);
	bool done = true;

	if (r->state == OPS_CLOSED && w->gate) {
		open_op(w->p, op);
		w->changed = true;
	}
	if (r->state == OPS_OPEN) {
		for (unsigned i = 0; i < op->any.n; i++) {
			const struct block *b = &op->any.strands[i];

			w->changed |= walk_block(w->p, b, w->clear);
			done &= order_block_done(w->p, b);
		}
		if (done) {
			r->state = OPS_DONE;
			w->changed = true;
		}
	}
	if (is_over(r))
		return;
	w->clear = false;
	if (op->any.sends)
		w->gate = false;
}

static void walk_op(struct walk *w, const struct op *op)
{
	switch (op->kind) {
	case OP_SEND:
	case OP_JOIN:
	case OP_WAIT:
	case OP_TRIGGER:
	case OP_WIRE:
	case OP_MARK:
		walk_sendlike(w, op);
		break;
	case OP_EXPECT:
		walk_expect(w, op);
		break;
	case OP_WATCH:
	case OP_GUARD:
		walk_watcher(w, op);
		break;
	case OP_CHECK:
	case OP_LET:
		walk_check(w, op);
		break;
	case OP_EITHER:
		walk_either(w, op);
		break;
	case OP_ANY:
		walk_any(w, op);
		break;
	}
}

static bool walk_block(struct play *p, const struct block *b, bool clear)
{
	struct walk w = { .p = p, .gate = true, .clear = clear };
	enum stage stage = p->stage;

	for (size_t i = 0; i < b->n && p->stage == stage; i++)
		walk_op(&w, b->ops[i]);
	return w.changed;
}

static const struct block *block_of_stage(const struct play *p)
{
	switch (p->stage) {
	case STAGE_SETUP:
		return &p->prog->setup;
	case STAGE_TEST:
		return &p->prog->test;
	case STAGE_CLEANUP:
		return &p->prog->cleanup;
	case STAGE_REGISTER:
	case STAGE_LINGER:
	case STAGE_TEARDOWN:
	case STAGE_PROBE:
	case STAGE_OVER:
		break;
	}
	return NULL;
}

/* Callbacks may come back here: the outermost call does the work. */
void order_pump(struct play *p)
{
	const struct block *b;

	p->pump_again = true;
	if (p->pumping)
		return;
	p->pumping = true;
	while (p->pump_again && p->stage != STAGE_OVER) {
		p->pump_again = false;
		b = block_of_stage(p);
		if (b && walk_block(p, b, true))
			p->pump_again = true;
		if (take_held(p))
			p->pump_again = true;
		if (!p->pump_again)
			end_advance(p);
	}
	p->pumping = false;
}
