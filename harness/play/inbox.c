/* SPDX-License-Identifier: MIT */
/* What came, which lines could have taken it, and why each did not: words for
 * people, written into the trace while the play still knows. Decides nothing.
 */
#include "play/inbox.h"

enum { SHOWN_MAX = 8 };

static bool takes_messages(const struct op *op)
{
	return op->kind == OP_EXPECT || op->kind == OP_WATCH;
}

static const char *may_word(const struct op *op)
{
	return op->word == WORD_MAY ? "may " : "";
}

static struct str party_name(const struct msg *m)
{
	return m->party->decl ? m->party->decl->name : STR("the probe");
}

/* ", +0.020 s; not this: its status is 180" */
static void add_reason(struct play *p, const struct op *op, const struct msg *m,
		       struct buf *out)
{
	struct str why = STR_NONE;

	buf_addf(out, " at " STR_F ", %+.3f s", STR_A(party_name(m)),
		 (double)m->t / 1e9);
	if (takes_messages(op) &&
	    match_fits(p, op, &op->line.expect.match, m, &why) == FIT_NO &&
	    why.len)
		buf_addf(out, "; not this one: " STR_F, STR_A(why));
}

static void add_held(struct play *p, const struct op *op, struct buf *out)
{
	unsigned n = 0;

	for (const struct msg *m = p->held; m && n < SHOWN_MAX; m = m->next) {
		buf_addf(out, "\n  held: " STR_F, STR_A(m->pkt->start));
		add_reason(p, op, m, out);
		n++;
	}
}

/* Of the kind that the line waits for: an answer to its request, or a request
 * that nobody took or that has its method. */
static bool is_alike(const struct play *p, const struct op *op,
		     const struct msg *m)
{
	const struct match *want = &op->line.expect.match;

	if (want->kind == MSG_RESPONSE)
		return m->pkt->kind == PKT_RESPONSE &&
		       m->request == p->ops[op->id].request;
	return m->pkt->kind == PKT_REQUEST && !str_is(m->pkt->method, "ACK") &&
	       (!m->op || str_eq(m->pkt->method, want->method));
}

/* Not ours, not this line's, not held, and to the line's own party. */
static bool is_other(const struct play *p, const struct op *op,
		     const struct msg *m)
{
	if (m->out || m->op == op || !m->party->decl ||
	    m->party->decl != op->party || m->t < p->ops[op->id].opened)
		return false;
	for (const struct msg *h = p->held; h; h = h->next)
		if (h == m)
			return false;
	return is_alike(p, op, m);
}

static void add_others(struct play *p, const struct op *op, struct buf *out)
{
	unsigned n = 0;

	for (size_t i = 0; i < p->nlog; i++) {
		const struct msg *m = p->log[i];

		if (!takes_messages(op) || !is_other(p, op, m))
			continue;
		if (n++ == SHOWN_MAX) {
			buf_add_z(out, "\n  and more");
			return;
		}
		buf_addf(out, "\n  came: " STR_F, STR_A(m->pkt->start));
		add_reason(p, op, m, out);
	}
}

/* The final response that took the chance away. */
static const struct msg *find_final(const struct play *p,
				    const struct msg *request, unsigned status)
{
	for (size_t i = p->nlog; request && i-- > 0;) {
		const struct msg *m = p->log[i];

		if (!m->out && m->pkt->kind == PKT_RESPONSE &&
		    m->request == request && m->pkt->status == status)
			return m;
	}
	return NULL;
}

/* The other lines that waited for an answer to this request. */
static void add_rivals(struct play *p, const struct op *op,
		       const struct msg *final, struct buf *out)
{
	for (unsigned i = 0; i < p->prog->nops; i++) {
		const struct op *other = p->prog->ops[i];
		const struct oprun *r = &p->ops[i];

		if (other == op || other->kind != OP_EXPECT || r->taken ||
		    r->request != final->request)
			continue;
		buf_addf(out,
			 "\n  line %u (%s" STR_F ") did not take it either",
			 src_line(&other->at), may_word(other),
			 STR_A(other->arrow));
	}
}

uint32_t inbox_describe(struct play *p, const struct op *op, unsigned status,
			struct buf *out)
{
	const struct msg *request = p->ops[op->id].request;
	const struct msg *final =
		status ? find_final(p, request, status) : NULL;
	size_t before = out->len;

	if (final) {
		add_rivals(p, op, final, out);
		return final->rec;
	}
	add_held(p, op, out);
	add_others(p, op, out);
	if (out->len == before)
		buf_add_z(out, "\n  nothing else is waiting to be taken");
	return EV_NONE;
}

static void add_line(struct buf *out, const struct op *op)
{
	buf_addf(out, "%sline %u ", out->len ? "\n" : "",
		 src_line(op->used.src ? &op->used : &op->at));
	buf_addf(out, "(%s" STR_F ") ", may_word(op), STR_A(op->arrow));
}

/* Lines that wait for such a message and were not open. */
static void add_unreached(struct play *p, const struct msg *m, struct buf *out)
{
	for (unsigned i = 0; i < p->prog->nops; i++) {
		const struct op *op = p->prog->ops[i];

		if (!takes_messages(op) ||
		    (p->ops[i].state != OPS_CLOSED &&
		     p->ops[i].state != OPS_SKIPPED) ||
		    op->party != m->party->decl ||
		    match_fits(p, op, &op->line.expect.match, m, NULL) ==
			    FIT_NO)
			continue;
		add_line(out, op);
		buf_add_z(out, "takes such a message, and was not open");
	}
}

struct str inbox_why_nobody(struct play *p, const struct msg *m)
{
	buf_auto out = { 0 };

	for (unsigned i = 0; i < p->prog->nops; i++) {
		const struct op *op = p->prog->ops[i];
		struct str why = STR_NONE;

		if (!takes_messages(op) || p->ops[i].state != OPS_OPEN ||
		    op->party != m->party->decl)
			continue;
		match_fits(p, op, &op->line.expect.match, m, &why);
		add_line(&out, op);
		buf_addf(&out, "was open: " STR_F, STR_A(why));
	}
	add_unreached(p, m, &out);
	if (!out.len)
		buf_addf(&out, "no line for " STR_F " was open",
			 STR_A(party_name(m)));
	return arena_str(p->arena, buf_str(&out));
}
