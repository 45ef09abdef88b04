/* SPDX-License-Identifier: MIT */
/* Requests of ours without "on" go into the one dialog that is alive between
 * the party and the device; on no path may there be two. All paths are walked
 * at once, as the sets of dialogs alive on each. */
#include "lang/compile.h"

enum { DIALOGS_SEEN = 64, PATHS_MAX = 64 };

struct paths { /* each a set of dialogs, by bit */
	uint64_t alive[PATHS_MAX];
	unsigned n;
	bool lost; /* too many to follow: nothing is said */
};

struct walk {
	struct compiler *c;
	struct paths now;
};

static uint64_t bit(const struct dialog_decl *d)
{
	return d && d->id < DIALOGS_SEEN ? UINT64_C(1) << d->id : 0;
}

static void add_path(struct paths *p, uint64_t alive)
{
	for (unsigned i = 0; i < p->n; i++)
		if (p->alive[i] == alive)
			return;
	if (p->n == PATHS_MAX)
		p->lost = true;
	else
		p->alive[p->n++] = alive;
}

static void add_paths(struct paths *to, const struct paths *from)
{
	for (unsigned i = 0; i < from->n; i++)
		add_path(to, from->alive[i]);
	to->lost |= from->lost;
}

static void change(struct walk *w, uint64_t more, uint64_t dead)
{
	struct paths next = { .lost = w->now.lost };

	for (unsigned i = 0; i < w->now.n; i++)
		add_path(&next, (w->now.alive[i] | more) & ~dead);
	w->now = next;
}

/* ---- what a line does to them ---- */

/* Other requests may have a name and begin no dialog. */
static uint64_t born(struct str method, const struct dialog_decl *as)
{
	bool begins = !method.len || str_is(method, "INVITE") ||
		      str_is(method, "REFER") || str_is(method, "SUBSCRIBE");

	return begins ? bit(as) : 0;
}

static bool is_final_refusal(const struct match *m)
{
	for (unsigned i = 0; i < m->nstatuses; i++)
		if (m->statuses[i].lo < 300)
			return false;
	return m->nstatuses > 0;
}

/* The dialog that the labelled request began. */
static uint64_t begun_by(const struct walk *w, const struct label *label)
{
	const struct prog *p = w->c->prog;
	uint64_t set = 0;

	for (unsigned i = 0; label && i < p->nops; i++) {
		const struct op *op = p->ops[i];

		if (op->label != label)
			continue;
		if (op->kind == OP_SEND)
			set |= bit(op->send.make.as);
		else if (op->kind == OP_EXPECT)
			set |= bit(op->line.expect.match.as);
	}
	return set;
}

static uint64_t refused(const struct walk *w, const struct ref *to,
			const struct dialog_decl *on)
{
	return to->label ? begun_by(w, to->label) : bit(on);
}

static void after_send(struct walk *w, const struct make *make)
{
	uint64_t dead = 0;
	struct str status;

	if (make->kind == MSG_REQUEST && str_is(make->method, "BYE"))
		dead = bit(make->on);
	if (make->kind == MSG_RESPONSE &&
	    value_constant(&make->status, &status) && status.len == 3 &&
	    status.p[0] >= '3')
		dead = refused(w, &make->to, make->on);
	change(w, born(make->method, make->as), dead);
}

static void after_line(struct walk *w, const struct op *op)
{
	const struct expect *x = &op->line.expect;
	uint64_t dead = 0;

	if (op->word == WORD_MAY || !op->min)
		return;
	if (x->match.kind == MSG_REQUEST && str_is(x->match.method, "BYE"))
		dead = bit(x->match.on);
	if (x->match.kind == MSG_RESPONSE && is_final_refusal(&x->match))
		dead = refused(w, &x->match.to, x->match.on);
	change(w, born(x->match.method, x->match.as), dead);
	if (x->match.kind == MSG_REQUEST && x->reply == REPLY_STATUS)
		after_send(w, &x->answer);
}

/* ---- a line that names none ---- */

static bool needs_dialog(const struct make *make)
{
	return make->kind == MSG_REQUEST && !make->on && !make->as &&
	       !make->uri.n && !make->to.label &&
	       !str_is(make->method, "CANCEL") && !str_is(make->method, "ACK");
}

static void check_line(struct walk *w, const struct op *op, uint64_t alive)
{
	const struct prog *p = w->c->prog;
	const struct dialog_decl *list[2];
	unsigned n = 0;

	for (unsigned i = 0; i < p->ndialogs && i < DIALOGS_SEEN && n < 2; i++)
		if (alive & bit(p->dialogs[i]) && !p->dialogs[i]->paper &&
		    p->dialogs[i]->party == op->party)
			list[n++] = p->dialogs[i];
	if (n == 2 && say_at(w->c, CODE(AMBIGUOUS_DIALOG), op->at,
			     "two dialogs may be alive here: \"" STR_F
			     "\" and \"" STR_F "\"; say which: on " STR_F,
			     STR_A(list[0]->name), STR_A(list[1]->name),
			     STR_A(list[0]->name)))
		for (unsigned i = 0; i < 2; i++)
			diag_note(w->c->ds, list[i]->at, STR_F " begins here",
				  STR_A(list[i]->name));
}

static void send_line(struct walk *w, const struct op *op)
{
	for (unsigned i = 0; needs_dialog(&op->send.make) && i < w->now.n; i++)
		check_line(w, op, w->now.alive[i]);
	after_send(w, &op->send.make);
}

/* ---- all lines ---- */

static void walk_block(struct walk *w, const struct block *b);

static void walk_either(struct walk *w, const struct op *op)
{
	struct paths before = w->now, after = { .lost = w->now.lost };

	for (unsigned i = 0; i < op->either.n; i++) {
		const struct block *b = &op->either.branches[i];

		w->now = before;
		walk_block(w, b);
		if (!str_is(b->verdict, "skip") &&
		    !str_is(b->verdict, "inconclusive"))
			add_paths(&after, &w->now);
	}
	w->now = after;
}

static void walk_op(struct walk *w, const struct op *op)
{
	switch (op->kind) {
	case OP_SEND:
		send_line(w, op);
		break;
	case OP_EXPECT:
		after_line(w, op);
		break;
	case OP_EITHER:
		walk_either(w, op);
		break;
	case OP_ANY: /* strands: one after the other is one of the orders */
		for (unsigned i = 0; i < op->any.n; i++)
			walk_block(w, &op->any.strands[i]);
		break;
	case OP_WATCH:
	case OP_GUARD:
	case OP_CHECK:
	case OP_JOIN:
	case OP_WAIT:
	case OP_TRIGGER:
	case OP_WIRE:
	case OP_MARK:
	case OP_LET:
		break;
	}
}

static void walk_block(struct walk *w, const struct block *b)
{
	for (size_t i = 0; i < b->n && !w->now.lost; i++)
		walk_op(w, b->ops[i]);
}

void lint_dialogs(struct compiler *c)
{
	struct walk w = { .c = c, .now = { .n = 1 } };

	walk_block(&w, &c->prog->setup);
	walk_block(&w, &c->prog->test);
	walk_block(&w, &c->prog->cleanup);
}
