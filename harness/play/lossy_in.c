/* SPDX-License-Identifier: MIT */
/* drop, delay, duplicate, reorder: a network that is as bad as a line says, on
 * the way in. What is not at fault is not blamed: a copy that the network has
 * made is no repeat of the device's. */
#include "play/lossy.h"

/* ---- drop ---------------------------------------------------------------- */

/* The repeat of what was lost may pass. */
static struct lost *lost_before(const struct oprun *r, const struct pkt *pkt)
{
	for (struct lost *l = r->lost; l; l = l->next)
		if (str_eq(l->bytes, pkt->raw))
			return l;
	return NULL;
}

static bool loses(const struct oprun *r, const struct pkt *pkt)
{
	enum { LOST_MAX = 100 };
	const struct op *op = r->op;
	unsigned most = op->max ? op->max : LOST_MAX;

	return op->line.expect.way.drop && r->nlost < most &&
	       !lost_before(r, pkt);
}

static uint32_t note(struct play *p, const struct party *party,
		     const struct pkt *pkt, const struct wire_in *in,
		     const char *what)
{
	return play_record_event(
		p, party, false, (struct wire_to){ in->conn, &in->peer },
		pkt->raw,
		arena_strf(p->arena, "%s: " STR_F, what, STR_A(pkt->start)));
}

static void lose(struct play *p, struct oprun *r, struct party *party,
		 const struct pkt *pkt, const struct wire_in *in)
{
	struct lost *l = ARENA_NEW(p->arena, struct lost);

	l->bytes = pkt->raw;
	l->t = in->mono - p->begun;
	l->next = r->lost;
	r->lost = l;
	r->nlost++;
	note(p, party, pkt, in, "drop: as if lost");
}

/* A taken message counts its repeats from the copy that was lost. */
void lossy_count(struct play *p, const struct oprun *r, struct msg *m)
{
	const struct lost *l = lost_before(r, m->pkt);

	if (!l)
		return;
	m->first_t = l->t;
	arrive_count_repeat(p, m, m->t);
}

/* ---- delay, reorder, duplicate ------------------------------------------- */

static void take_put_off(struct put_off *o)
{
	struct play *p = o->play;

	if (!lossy_release(o) || p->stage == STAGE_OVER)
		return;
	p->doubling = o->doubled;
	arrive_pkt(p, o->party, o->pkt, o->rec, &o->in);
	p->doubling = false;
}

static void on_arrival(struct timer *t, void *ctx)
{
	struct put_off *o = ctx;

	(void)t;
	take_put_off(o);
	order_pump(o->play);
}

static struct put_off *hold_back(struct play *p, const struct op *op,
				 struct party *party, struct pkt *pkt,
				 const struct wire_in *in, ns_t delay)
{
	struct put_off *o = lossy_put_off(p, op, delay, on_arrival);

	o->party = party;
	o->pkt = pkt;
	o->in = *in;
	o->in.bytes = pkt->raw;
	return o;
}

static uint32_t record(struct play *p, const struct party *party,
		       const struct pkt *pkt, const struct wire_in *in)
{
	return play_record(p, party, false,
			   (struct wire_to){ in->conn, &in->peer }, pkt->raw,
			   in->mono - p->begun);
}

static void delay(struct play *p, const struct op *op, struct party *party,
		  struct pkt *pkt, const struct wire_in *in)
{
	const struct way *way = &op->line.expect.way;
	uint32_t rec = record(p, party, pkt, in);
	struct put_off *o;

	if (!rec)
		return; /* above the ceiling: counted, not kept */
	o = hold_back(p, op, party, pkt, in,
		      way->delay ? way->delay : p->eng->opts.t1);
	o->rec = rec;
	o->reordered = way->reorder;
}

/* It comes, and behind all that follows from it comes its copy. */
static void duplicate(struct play *p, const struct op *op, struct party *party,
		      struct pkt *pkt, const struct wire_in *in)
{
	uint32_t rec = record(p, party, pkt, in);
	struct put_off *o;

	if (!rec)
		return;
	arrive_pkt(p, party, pkt, rec, in);
	o = hold_back(p, op, party, pkt, in, 0);
	o->rec = note(p, party, pkt, in, "duplicate: comes twice");
	o->doubled = true;
}

/* "reorder" holds back one at a time: else nothing would overtake it. */
static bool is_held_back(const struct play *p, const struct op *op)
{
	for (const struct put_off *o = p->put_off; o; o = o->next)
		if (o->op == op && o->reordered && !o->over)
			return true;
	return false;
}

/* Another has come to this party: what was held back follows it. */
void lossy_let_follow(struct play *p, const struct party *party)
{
	for (struct put_off *o = p->put_off; o; o = o->next)
		if (!o->m && o->reordered && !o->over &&
		    o->party->decl == party->decl)
			take_put_off(o);
}

/* ---- what comes ---------------------------------------------------------- */

static bool is_lossy(const struct op *op)
{
	const struct way *way = &op->line.expect.way;

	return (op->kind == OP_EXPECT || op->kind == OP_WATCH) &&
	       (way->drop || way->delay || way->duplicate || way->reorder);
}

static bool has_lossy_line(const struct play *p)
{
	for (unsigned i = 0; i < p->prog->nops; i++)
		if (is_lossy(p->prog->ops[i]) && p->ops[i].state <= OPS_OPEN)
			return true;
	return false;
}

/* The lossy line that would take it; NULL: none. */
static const struct op *line_of(struct play *p, struct msg *m,
				struct party *party)
{
	struct leg fresh = { .party = party };
	const struct op *op = NULL;

	if (arrive_peek(p, m, &fresh))
		op = take_would(p, m);
	else if (m->repeat_of)
		op = take_would_again(p, m->repeat_of);
	return op && is_lossy(op) ? op : NULL;
}

/* Is this lost, put off or doubled by the line that would take it? Then it is
 * recorded, and true. */
bool lossy_arrives(struct play *p, struct party *party,
		   const struct wire_in *in)
{
	struct msg m = { .party = party, .peer = in->peer };
	const struct way *way;
	const struct op *op;

	if (!party->decl || p->stage > STAGE_LINGER || !has_lossy_line(p))
		return false;
	m.pkt = pkt_parse(p->arena, in->bytes);
	m.t = in->mono - p->begun;
	op = line_of(p, &m, party);
	if (!op)
		return false;
	way = &op->line.expect.way;
	if (loses(&p->ops[op->id], m.pkt))
		lose(p, &p->ops[op->id], party, m.pkt, in);
	else if (way->delay || (way->reorder && !is_held_back(p, op)))
		delay(p, op, party, m.pkt, in);
	else if (way->duplicate)
		duplicate(p, op, party, m.pkt, in);
	else
		return false;
	return true;
}
