/* SPDX-License-Identifier: MIT */
/* Responses that name what they answer: is that a request, whose is it, and
 * has it not been answered for good above? */
#include "lang/compile.h"

/* The message of a line; false: the line has none, or it is not known. */
static bool message_of(const struct op *op, enum msg_kind *ret_kind,
		       struct str *ret_method)
{
	bool sends = op->kind == OP_SEND;
	const struct make *make = &op->send.make;
	const struct match *match = &op->line.expect.match;

	if (!sends && op->kind != OP_EXPECT && op->kind != OP_WATCH)
		return false;
	*ret_kind = sends ? make->kind : match->kind;
	*ret_method = sends ? make->method : match->method;
	return true;
}

/* Can the other side answer this line? What is sent again, or raw, may be
 * anything. */
static bool asks(const struct op *op, bool sent)
{
	enum msg_kind kind;
	struct str method;

	if (!message_of(op, &kind, &method))
		return false;
	if (kind == MSG_REQUEST)
		return (op->kind == OP_SEND) == sent && !str_is(method, "ACK");
	return kind != MSG_RESPONSE;
}

/* Its response comes to the party that sent it, unless its Via says else. */
static bool comes_to(const struct op *op, const struct party_decl *party)
{
	const struct make *make = &op->send.make;

	if (op->party == party || make->kind != MSG_REQUEST)
		return true;
	for (unsigned i = 0; i < make->nedits; i++)
		if (!make->edits[i].name.len ||
		    str_is(pkt_canonical(make->edits[i].name), "Via"))
			return true;
	return false;
}

/* The label of what the response answers; NULL: it names none. */
static const struct label *answered(const struct op *op)
{
	const struct match *match = &op->line.expect.match;
	const struct make *make = &op->send.make;

	if (op->kind == OP_SEND)
		return make->kind == MSG_RESPONSE ? make->to.label : NULL;
	return match->kind == MSG_RESPONSE ? match->to.label : NULL;
}

static void no_request(struct compiler *c, const struct op *op,
		       const struct op *line)
{
	bool ours = op->kind == OP_SEND;

	if (say_at(c, CODE(NEVER_MET), op->at,
		   "there is nothing to answer: " STR_F " is no request of %s",
		   STR_A(line->label->name), ours ? "the device" : "ours"))
		diag_note(c->ds, line->at, "here");
}

static void others_request(struct compiler *c, const struct op *op,
			   const struct op *line)
{
	if (say_at(c, CODE(NEVER_MET), op->at,
		   STR_F " is sent by " STR_F
			 ", and its responses come to that party",
		   STR_A(line->label->name), STR_A(line->party->name)))
		diag_note(c->ds, line->at, "here");
}

static void check_request(struct compiler *c, const struct op *op,
			  const struct label *label)
{
	const struct op *line = NULL, *asking = NULL;

	for (unsigned i = 0; i < c->prog->nops; i++) {
		const struct op *l = c->prog->ops[i];

		if (l->label != label)
			continue;
		line = l;
		if (!asks(l, op->kind != OP_SEND))
			continue;
		asking = l;
		if (op->kind == OP_SEND || comes_to(l, op->party))
			return;
	}
	if (asking)
		others_request(c, op, asking);
	else if (line)
		no_request(c, op, line);
}

/* ---- answered above ---- */

static bool takes(const struct match *m, unsigned lo, unsigned hi)
{
	for (unsigned i = 0; i < m->nstatuses; i++)
		if (m->statuses[i].lo <= hi && m->statuses[i].hi >= lo)
			return true;
	return false;
}

/* Settles its request whatever it is; a challenge may be answered. */
static bool is_final(const struct op *op)
{
	const struct match *m = &op->line.expect.match;

	return op->kind == OP_EXPECT && op->word != WORD_MAY && op->min == 1 &&
	       op->max == 1 && m->kind == MSG_RESPONSE && m->nstatuses &&
	       !m->as && !takes(m, 100, 199) && !takes(m, 401, 401) &&
	       !takes(m, 407, 407);
}

/* Of several requests under one label each has responses of its own. */
static bool is_sent_once(const struct prog *p, const struct label *label)
{
	unsigned n = 0;

	for (unsigned i = 0; i < p->nops; i++)
		if (p->ops[i]->label == label)
			n += p->ops[i]->kind == OP_SEND ? p->ops[i]->send.times
							: 2;
	return n == 1;
}

static void check_settled(struct compiler *c, const struct op *op,
			  const struct label *label)
{
	const struct match *m = &op->line.expect.match;

	if (op->kind != OP_EXPECT || op->word == WORD_MAY || !op->min ||
	    m->as || !is_sent_once(c->prog, label))
		return;
	for (unsigned i = 0; i < op->id; i++) {
		const struct op *l = c->prog->ops[i];

		if (!is_final(l) || l->line.expect.match.to.label != label ||
		    !lint_above(l, op))
			continue;
		if (say_at(c, CODE(NEVER_MET), op->at,
			   STR_F " has its final response above, and no other "
				 "comes behind that",
			   STR_A(label->name)))
			diag_note(c->ds, l->at, "here");
		return;
	}
}

void lint_answer(struct compiler *c, const struct op *op)
{
	const struct label *label;

	if (op->kind != OP_SEND && op->kind != OP_EXPECT &&
	    op->kind != OP_WATCH)
		return;
	label = answered(op);
	if (!label)
		return;
	check_request(c, op, label);
	check_settled(c, op, label);
}
