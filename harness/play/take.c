/* SPDX-License-Identifier: MIT */
/* Who takes a message: rule 3. Open lines, open watches, top to bottom; held
 * where only a closed line could take it; then the automatic answers; what is
 * left is unexpected. Guards look at each on its arrival (rule 4). */
#include "play/inbox.h"

static const struct match *match_of(const struct op *op)
{
	return op->kind == OP_GUARD ? &op->guard.match : &op->line.expect.match;
}

static const struct op *find_open(struct play *p, enum op_kind kind,
				  const struct msg *m)
{
	for (unsigned i = 0; i < p->prog->nops; i++) {
		const struct op *op = p->prog->ops[i];

		if (op->kind == kind && p->ops[i].state == OPS_OPEN &&
		    match_fits(p, op, match_of(op), m, NULL) == FIT_YES)
			return op;
	}
	return NULL;
}

/* A line that is still closed, or open and waiting for a name it needs. */
static const struct op *find_later(struct play *p, const struct msg *m)
{
	for (unsigned i = 0; i < p->prog->nops; i++) {
		const struct op *op = p->prog->ops[i];
		enum op_state state = p->ops[i].state;

		if (op->kind != OP_EXPECT && op->kind != OP_WATCH)
			continue;
		if (state != OPS_CLOSED && state != OPS_OPEN)
			continue;
		if (op->phase == PHASE_CLEANUP && p->stage < STAGE_CLEANUP)
			continue;
		if (order_reachable(p, op) &&
		    match_fits(p, op, match_of(op), m, NULL) != FIT_NO)
			return op;
	}
	return NULL;
}

const struct op *take_would(struct play *p, const struct msg *m)
{
	const struct op *op = find_open(p, OP_EXPECT, m);

	if (!op)
		op = find_open(p, OP_WATCH, m);
	return op ? op : find_later(p, m);
}

/* ---- labels ------------------------------------------------------------ */

static void close_watchers_of(struct play *p, const struct label *label)
{
	for (unsigned i = 0; i < p->prog->nops; i++) {
		const struct op *op = p->prog->ops[i];
		struct oprun *r = &p->ops[i];

		if (op->kind == OP_GUARD && op->guard.until == label &&
		    r->state != OPS_SKIPPED)
			r->state = OPS_DONE;
		if (op->kind == OP_WATCH && op->line.until_label == label &&
		    r->state == OPS_OPEN) {
			r->satisfied = r->taken >= op->min;
			if (r->satisfied || op->word == WORD_MAY)
				r->state = OPS_DONE;
			check_ends(p, op);
		}
	}
}

/* The label has happened: m is its message; NULL for a "--". */
void take_label(struct play *p, const struct op *op, struct msg *m)
{
	struct labelrun *l;

	if (!op->label)
		return;
	l = &p->labels[op->label->id];
	l->happened = true;
	l->t = m ? m->t : play_now(p);
	l->msg = m;
	l->run = &p->ops[op->id];
	close_watchers_of(p, op->label);
}

/* ---- limits ----------------------------------------------------------------
 */

static ns_t limit_base(struct play *p, const struct op *op,
		       const struct limit *limit)
{
	if (!limit->of)
		return p->ops[op->id].opened;
	return p->labels[limit->of->id].t;
}

static void emit_limit(struct play *p, const struct op *op, struct msg *m,
		       struct str wanted, ns_t took)
{
	struct event ev = play_event(p, EV_LATE);

	ev.op = op->id;
	ev.rec = m->rec;
	ev.wanted = wanted;
	ev.got = arena_strf(p->arena, "after %.3f s", (double)took / 1e9);
	play_emit(p, &ev);
}

/* Rule 6: within is an upper limit and a check; at A..B is a window. */
static void check_limits(struct play *p, const struct op *op, struct msg *m)
{
	const struct expect *x = &op->line.expect;
	ns_t took;

	if (x->within.set) {
		ns_t limit = play_slack(p, x->within.hi);

		took = m->t - limit_base(p, op, &x->within);
		if (took > limit)
			emit_limit(p, op, m,
				   arena_strf(p->arena, "within %.3f s",
					      (double)limit / 1e9),
				   took);
	}
	if (x->window.set) {
		ns_t hi = play_slack(p, x->window.hi);

		took = m->t - limit_base(p, op, &x->window);
		if (took < x->window.lo || took > hi)
			emit_limit(p, op, m,
				   arena_strf(p->arena, "at %.3f..%.3f s",
					      (double)x->window.lo / 1e9,
					      (double)hi / 1e9),
				   took);
	}
}

static void check_after(struct play *p, const struct op *op, struct msg *m)
{
	const struct label *after = op->line.expect.after;
	struct event ev;

	if (!after)
		return;
	if (p->labels[after->id].happened && p->labels[after->id].t <= m->t)
		return;
	ev = play_event(p, EV_AFTER);
	ev.op = op->id;
	ev.rec = m->rec;
	ev.wanted = arena_strf(p->arena, "after " STR_F, STR_A(after->name));
	ev.got = STR("before it");
	play_emit(p, &ev);
}

/* ---- taking
 * ------------------------------------------------------------------- */

static void remember(struct play *p, struct oprun *r, struct msg *m)
{
	if (!r->first)
		r->first = m;
	r->last = m;
	*ARENA_PUSH(p->arena, r->all, r->taken) = m;
}

static void answer(struct play *p, const struct op *op, struct msg *m)
{
	const struct expect *x = &op->line.expect;

	if (m->pkt->kind != PKT_REQUEST || x->reply != REPLY_STATUS)
		return;
	send_reply(p, op, &x->answer, m);
}

static bool until_holds(struct play *p, const struct op *op,
			const struct msg *m)
{
	struct eval e = {
		.play = p, .arena = p->arena, .self = m, .line = &p->ops[op->id]
	};

	return op->line.until && eval_cond(&e, op->line.until, NULL, NULL);
}

/* It takes no more. What its "until" waits for can come no more, either. */
static void at_ceiling(struct play *p, const struct op *op)
{
	struct oprun *r = &p->ops[op->id];

	if (op->line.until && op->word != WORD_MAY) {
		order_give_up(p, op, 0,
			      "as many came as it takes, and its \"until\" "
			      "did not");
		return;
	}
	r->satisfied = true;
	r->state = OPS_DONE;
}

static void finish_watch(struct play *p, const struct op *op, struct msg *m)
{
	struct oprun *r = &p->ops[op->id];

	if (until_holds(p, op, m)) {
		r->satisfied = true;
		r->state = OPS_DONE;
		check_ends(p, op);
	} else if (op->max && r->taken >= op->max) {
		at_ceiling(p, op);
	}
}

static void finish_line(struct play *p, const struct op *op)
{
	struct oprun *r = &p->ops[op->id];

	if (r->taken >= op->min) /* the rest may come, or not */
		timer_stop(&p->eng->timers, &r->timer);
	if (op->max && r->taken >= op->max)
		r->state = OPS_DONE;
}

/* Its request waits for no final response any more. */
static void note_passed(struct msg *m)
{
	if (m->pkt->kind == PKT_RESPONSE && m->pkt->status >= 200 && m->request)
		m->request->passed = true;
}

static void take(struct play *p, const struct op *op, struct msg *m)
{
	struct oprun *r = &p->ops[op->id];
	const struct expect *x = &op->line.expect;

	m->op = op;
	note_passed(m);
	lossy_count(p, r, m);
	order_decide(p, op);
	remember(p, r, m);
	play_note_op(p, EV_TAKE, op, m);
	if (x->match.as && m->leg)
		leg_name(p, m->leg, x->match.as);
	check_after(p, op, m);
	take_label(p, op, m);
	check_limits(p, op, m);
	check_taken(p, op, m);
	answer(p, op, m);
	if (op->kind == OP_WATCH)
		finish_watch(p, op, m);
	else
		finish_line(p, op);
}

/* Does the line wait for the first final response to this request? */
static bool waits_for(struct play *p, const struct op *op,
		      const struct msg *request)
{
	const struct oprun *r = &p->ops[op->id];
	const struct match *m = &op->line.expect.match;

	if (r->state != OPS_OPEN || !request)
		return false;
	if (op->kind == OP_EXPECT)
		return m->kind == MSG_RESPONSE && r->request == request;
	return op->kind == OP_WATCH && m->kind == MSG_RESPONSE && op->min &&
	       op->word != WORD_MAY && !r->taken &&
	       match_request(p, op, m) == request;
}

/* A final response settles its request: an open line that wants another
 * status has failed at once, and so has a watch that is owed one. */
static void settle(struct play *p, struct msg *m)
{
	if (m->pkt->kind != PKT_RESPONSE || m->pkt->status < 200)
		return;
	for (unsigned i = 0; i < p->prog->nops; i++) {
		const struct op *op = p->prog->ops[i];

		if (!waits_for(p, op, m->request) ||
		    match_status(p, &op->line.expect.match, m->pkt->status))
			continue;
		order_settled(p, op, m->pkt->status);
	}
}

/* ---- guards
 * ---------------------------------------------------------------------- */

static bool break_guards(struct play *p, struct msg *m)
{
	bool broken = false;

	for (unsigned i = 0; i < p->prog->nops; i++) {
		const struct op *op = p->prog->ops[i];

		if (op->kind != OP_GUARD || p->ops[i].state != OPS_OPEN ||
		    m->sent < p->ops[i].opened ||
		    match_fits(p, op, &op->guard.match, m, NULL) != FIT_YES)
			continue;
		play_note_op(p, EV_GUARD, op, m);
		p->ops[i].taken++;
		broken = true;
	}
	return broken;
}

/* ---- nobody's
 * ------------------------------------------------------------------------ */

static void unexpected(struct play *p, struct msg *m)
{
	struct event ev = play_event(p, EV_UNEXPECTED);

	ev.rec = m->rec;
	ev.text = inbox_why_nobody(p, m);
	play_emit(p, &ev);
}

static void hold(struct play *p, struct msg *m)
{
	struct msg **end = &p->held;
	struct event ev = play_event(p, EV_EARLY);

	while (*end)
		end = &(*end)->next;
	*end = m;
	m->next = NULL;
	m->early = true;
	ev.rec = m->rec;
	play_emit(p, &ev);
}

/* Not a line's, not a watch's, not to be held. */
static void nobodys(struct play *p, struct msg *m, bool guard_broken)
{
	note_passed(m);
	if (m->pkt->kind == PKT_RESPONSE || str_is(m->pkt->method, "ACK"))
		return; /* only noted */
	if (auto_answer(p, m))
		return;
	if (!guard_broken && !m->elsewhere && !m->overtaken &&
	    !end_tolerates(p, m))
		unexpected(p, m);
	auto_unexpected(p, m);
}

void take_offer(struct play *p, struct msg *m)
{
	const struct op *op = find_open(p, OP_EXPECT, m);
	bool broken = false;

	if (op) {
		take(p, op, m);
		settle(p, m);
		return;
	}
	if (p->stage <= STAGE_LINGER && !m->elsewhere)
		broken = break_guards(p, m);
	op = find_open(p, OP_WATCH, m);
	if (op) {
		take(p, op, m);
		return;
	}
	settle(p, m);
	if (find_later(p, m))
		hold(p, m);
	else
		nobodys(p, m, broken);
}

/* Offers the held ones again; true if one was taken or let go. */
bool take_held(struct play *p)
{
	for (struct msg **at = &p->held; *at; at = &(*at)->next) {
		struct msg *m = *at;
		const struct op *op = find_open(p, OP_EXPECT, m);

		if (!op)
			op = find_open(p, OP_WATCH, m);
		if (!op && find_later(p, m))
			continue;
		*at = m->next;
		if (op) {
			take(p, op, m);
			settle(p, m);
		} else {
			nobodys(p, m, false);
		}
		return true;
	}
	return false;
}

/* "again F3": the repeat of a labelled message. */
static bool wants_repeat(struct play *p, const struct op *op,
			 const struct msg *m)
{
	const struct match *match = &op->line.expect.match;
	const struct msg *last;

	if (op->kind != OP_EXPECT || p->ops[op->id].state != OPS_OPEN ||
	    match->kind != MSG_AGAIN)
		return false;
	last = p->labels[match->again->id].msg;
	return last && (last == m || last->repeat_of == m);
}

const struct op *take_would_again(struct play *p, const struct msg *m)
{
	for (unsigned i = 0; i < p->prog->nops; i++)
		if (wants_repeat(p, p->prog->ops[i], m))
			return p->prog->ops[i];
	return NULL;
}

void take_again(struct play *p, struct msg *m, ns_t t, uint32_t rec)
{
	const struct op *op = take_would_again(p, m);
	struct msg *copy;

	if (!op)
		return;
	copy = ARENA_NEW(p->arena, struct msg);
	*copy = *m;
	copy->t = copy->first_t = t;
	copy->rec = rec;
	copy->repeat_of = m;
	copy->repeats = 0;
	copy->repeat_times = NULL;
	take(p, op, copy);
}
