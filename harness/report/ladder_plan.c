/* SPDX-License-Identifier: MIT */
/* The model of a ladder that nobody has played yet: a program -> rows, in the
 * order written. What is expected and not owed is dotted, and so is a reply. */
#include "lang/lang.h"
#include "report/ladder_row.h"

struct plan {
	struct ladder *l;
	const struct prog *prog;
	bool checks;
};

static struct ladder_row *add_row(struct plan *p, enum ladder_kind kind,
				  struct str text)
{
	struct ladder_row *row;

	if (p->l->n >= LADDER_ROWS_MAX) {
		p->l->left_out++;
		return NULL;
	}
	row = ARENA_PUSH(p->l->arena, p->l->rows, p->l->n);
	*row = (struct ladder_row){ .kind = kind, .text = text, .mark = "" };
	return row;
}

static void put_rules(struct plan *p, struct ladder_row *row,
		      const struct rules *rules)
{
	buf_auto ids = { 0 };

	for (unsigned i = 0; i < rules->n; i++)
		buf_addf(&ids, "%s" STR_F, i ? " " : "", STR_A(rules->ids[i]));
	row->ids = arena_str(p->l->arena, buf_str(&ids));
	row->nids = rules->n;
}

/* One space where several stand outside quotes, and no ids: they have a place
 * of their own. */
static struct str squeezed(struct plan *p, struct str s)
{
	buf_auto out = { 0 };
	bool quoted = false;

	for (size_t i = 0; i < s.len; i++) {
		bool blank = s.p[i] == ' ' || s.p[i] == '\t';

		if (s.p[i] == '"')
			quoted = !quoted;
		if (!quoted && s.p[i] == '[' && i && s.p[i - 1] == ' ')
			break;
		if (quoted || !blank)
			buf_add_char(&out, s.p[i]);
		else if (out.len && out.p[out.len - 1] != ' ')
			buf_add_char(&out, ' ');
	}
	return arena_str(p->l->arena, str_trim(buf_str(&out)));
}

static struct ladder_row *say(struct plan *p, const struct op *op,
			      struct str text)
{
	struct ladder_row *row = add_row(p, LADDER_SAY, squeezed(p, text));

	if (row)
		row->label = op->label ? op->label->name : STR_NONE;
	return row;
}

/* ---- arrows ---- */

/* "dut -> alice again F2 on a1" -> "again F2", "on a1". */
static void cut_message(struct plan *p, struct str arrow, struct str *ret_text,
			struct str *ret_rest)
{
	struct str word, more, rest;

	for (unsigned i = 0; i < 3; i++)
		str_cut(arrow, ' ', &word, &arrow);
	str_cut(arrow, ' ', ret_text, ret_rest);
	if (!str_is(*ret_text, "again"))
		return;
	str_cut(*ret_rest, ' ', &more, &rest);
	*ret_text = arena_strf(p->l->arena, "again " STR_F, STR_A(more));
	*ret_rest = rest;
}

/* "3x", "0..3x", "2..x"; nothing where the line needs no number. */
static void add_count(struct buf *out, const struct op *op)
{
	const char *space = out->len ? " " : "";

	if (op->min > 1 && op->min == op->max)
		buf_addf(out, "%s%ux", space, op->min);
	else if (op->max > 1)
		buf_addf(out, "%s%u..%ux", space, op->min, op->max);
	else if (op->min > 1)
		buf_addf(out, "%s%u..x", space, op->min);
}

/* "watch", "may", "0..3x": what says how often a message is wanted. */
static struct str how_often(struct plan *p, const struct op *op)
{
	buf_auto out = { 0 };

	if (op->kind == OP_WATCH)
		buf_add_z(&out, "watch");
	if (op->word != WORD_NONE)
		buf_addf(&out, "%s%s", out.len ? " " : "",
			 level_written(op->word));
	add_count(&out, op);
	return arena_str(p->l->arena, buf_str(&out));
}

static struct ladder_row *put_arrow(struct plan *p, const struct op *op)
{
	struct ladder_row *row;
	struct str rest;

	if (op->party->id >= p->l->nlanes) {
		p->l->left_out++;
		return NULL;
	}
	row = add_row(p, LADDER_ARROW, STR_NONE);
	if (!row)
		return NULL;
	cut_message(p, op->arrow, &row->text, &rest);
	row->lane = op->party->id;
	row->label = op->label ? op->label->name : STR_NONE;
	row->note = ladder_row_join(p->l->arena, how_often(p, op), rest);
	put_rules(p, row, &op->rules);
	return row;
}

/* Headers as they are written under the line. */
static struct str edits_of(struct plan *p, const struct make *make)
{
	buf_auto out = { 0 };

	for (unsigned i = 0; i < make->nedits; i++)
		buf_addf(&out, "%s" STR_F, i ? ", " : "",
			 STR_A(loc_text(make->edits[i].at)));
	return arena_str(p->l->arena, buf_str(&out));
}

/* The short form of a line has no body. */
static struct str sdp_of(const struct make *make)
{
	switch (make->sdp) {
	case SDP_OFFER:
		return STR("sdp offer");
	case SDP_ANSWER:
		return STR("sdp answer");
	case SDP_HOLD:
		return STR("sdp hold");
	case SDP_RESUME:
		return STR("sdp resume");
	case SDP_DEFAULT:
	case SDP_NONE:
		break;
	}
	return STR_NONE;
}

static void put_send(struct plan *p, const struct op *op)
{
	const struct make *make = &op->send.make;
	struct ladder_row *row = put_arrow(p, op);

	if (!row)
		return;
	row->out = true;
	if (make->kind == MSG_RAW)
		row->note = STR("as written");
	row->note = ladder_row_join(p->l->arena, row->note, sdp_of(make));
	row->note = ladder_row_join(p->l->arena, row->note, edits_of(p, make));
}

static void put_reply(struct plan *p, const struct op *op)
{
	const struct expect *x = &op->line.expect;
	struct ladder_row *row;

	if (x->reply != REPLY_STATUS || op->party->id >= p->l->nlanes)
		return;
	row = add_row(p, LADDER_ARROW,
		      x->answer.status.n ? x->answer.status.parts[0].text
					 : STR_NONE);
	if (!row)
		return;
	if (!row->text.len)
		row->text = STR("reply");
	row->lane = op->party->id;
	row->out = row->dotted = true;
	row->note = edits_of(p, &x->answer);
}

static void put_check(struct plan *p, const struct check *c)
{
	struct ladder_row *row;

	if (!p->checks)
		return;
	row = add_row(p, LADDER_SAY, squeezed(p, loc_text(c->at)));
	if (!row)
		return;
	row->text = arena_strf(p->l->arena, "    " STR_F, STR_A(row->text));
	put_rules(p, row, &c->rules);
}

static void put_checks(struct plan *p, const struct op *op)
{
	const struct expect *x = &op->line.expect;

	for (unsigned i = 0; i < x->nchecks; i++)
		put_check(p, &x->checks[i]);
}

static void put_expect(struct plan *p, const struct op *op)
{
	struct ladder_row *row = put_arrow(p, op);

	if (row)
		row->dotted = op->kind == OP_WATCH || op->word == WORD_MAY ||
			      !op->min;
	put_checks(p, op);
	put_reply(p, op);
}

static void put_guard(struct plan *p, const struct op *op)
{
	struct ladder_row *row = say(p, op, op->arrow);

	if (!row)
		return;
	row->text = arena_strf(p->l->arena, "%s " STR_F,
			       level_written(op->word), STR_A(row->text));
	put_rules(p, row, &op->rules);
}

/* ---- blocks ---- */

static void put_block(struct plan *p, const struct block *b);

static struct str branch_text(struct plan *p, const struct block *b,
			      const char *word)
{
	buf_auto out = { 0 };

	buf_add_z(&out, word);
	if (b->has_after)
		buf_addf(&out, " after %gs", (double)b->after / 1e9);
	if (b->title.len)
		buf_addf(&out, " \"" STR_F "\"", STR_A(b->title));
	if (b->verdict.len)
		buf_addf(&out, "  verdict " STR_F, STR_A(b->verdict));
	return arena_str(p->l->arena, buf_str(&out));
}

static void put_parts(struct plan *p, const struct block *list, unsigned n,
		      bool strands)
{
	const char *first = strands ? "any order" : "either";
	const char *next = strands ? "and" : "or";
	struct ladder_row *row;

	for (unsigned i = 0; i < n; i++) {
		row = add_row(p, i ? LADDER_OR : LADDER_FRAME,
			      branch_text(p, &list[i], i ? next : first));
		if (row)
			row->strands = strands;
		put_block(p, &list[i]);
	}
	add_row(p, LADDER_END, STR("end"));
}

static void put_op(struct plan *p, const struct op *op)
{
	switch (op->kind) {
	case OP_SEND:
		put_send(p, op);
		break;
	case OP_EXPECT:
	case OP_WATCH:
		put_expect(p, op);
		break;
	case OP_GUARD:
		put_guard(p, op);
		break;
	case OP_CHECK:
		put_check(p, &op->check);
		break;
	case OP_LET:
		break;
	case OP_JOIN:
	case OP_WAIT:
	case OP_TRIGGER:
	case OP_WIRE:
	case OP_MARK:
		say(p, op, op->arrow);
		break;
	case OP_EITHER:
		put_parts(p, op->either.branches, op->either.n, false);
		break;
	case OP_ANY:
		put_parts(p, op->any.strands, op->any.n, true);
		break;
	}
}

static void put_block(struct plan *p, const struct block *b)
{
	for (size_t i = 0; i < b->n; i++)
		put_op(p, b->ops[i]);
}

static void put_phase(struct plan *p, const char *name, const struct block *b)
{
	if (!b->n)
		return;
	add_row(p, LADDER_PHASE, str_from(name));
	put_block(p, b);
}

struct ladder *ladder_plan(const struct prog *prog, bool checks,
			   struct arena *a)
{
	struct plan p = { .l = ARENA_NEW(a, struct ladder),
			  .prog = prog,
			  .checks = checks };
	struct ladder *l = p.l;

	l->arena = a;
	l->plan = true;
	l->id = prog->id;
	l->title = prog->title;
	for (unsigned i = 0; i < prog->nparties && i < LADDER_LANES_MAX; i++)
		*ARENA_PUSH(a, l->lanes, l->nlanes) = prog->parties[i].name;
	put_phase(&p, "setup", &prog->setup);
	put_phase(&p, "test", &prog->test);
	put_phase(&p, "cleanup", &prog->cleanup);
	return l;
}
