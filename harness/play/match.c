/* SPDX-License-Identifier: MIT */
/* Does a message fit a line? Rule 3 asks it of open lines, watches, guards and
 * of lines that are still closed. */
#include "play/state.h"

static enum fit no(struct play *p, struct str *why, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static enum fit no(struct play *p, struct str *why, const char *fmt, ...)
{
	va_list ap;

	if (why) {
		va_start(ap, fmt);
		*why = arena_vstrf(p->arena, fmt, ap);
		va_end(ap);
	}
	return FIT_NO;
}

static bool finals_only(const struct match *m)
{
	for (unsigned i = 0; i < m->nstatuses; i++)
		if (m->statuses[i].lo < 200)
			return false;
	return true;
}

/* Two lines in different branches of one either never both come. */
static bool beside(const struct op *a, const struct op *b)
{
	for (const struct block *x = a->in; x->owner; x = x->owner->in) {
		for (const struct block *y = b->in; y->owner; y = y->owner->in)
			if (x->owner == y->owner)
				return x != y && x->owner->kind == OP_EITHER;
	}
	return false;
}

/* A line above has spoken for this request's final response. */
static bool is_claimed(struct play *p, const struct op *op,
		       const struct msg *request)
{
	for (unsigned i = 0; i < op->id; i++) {
		const struct op *above = p->prog->ops[i];
		const struct oprun *r = &p->ops[i];

		if (above->kind == OP_EXPECT && r->request == request &&
		    r->state != OPS_SKIPPED &&
		    above->line.expect.match.kind == MSG_RESPONSE &&
		    finals_only(&above->line.expect.match) &&
		    !beside(above, op))
			return true;
	}
	return false;
}

/* The request that a label speaks of: itself, or the one it answers. */
struct msg *match_labelled_request(struct play *p, const struct label *label)
{
	struct msg *m = p->labels[label->id].msg;

	if (m && m->repeat_of)
		m = m->repeat_of;
	return m && m->request ? m->request : m;
}

bool match_wants_final(const struct match *m)
{
	for (unsigned i = 0; i < m->nstatuses; i++)
		if (m->statuses[i].hi >= 200)
			return true;
	return m->kind == MSG_RESPONSE && m->status.n;
}

/* RFC 3261 13.2.2.4: another 2xx of an INVITE, from another branch, which
 * gets a name of its own. */
bool match_may_fork(const struct match *m, const struct msg *request)
{
	return m->as && str_is(request->pkt->method, "INVITE") &&
	       request->final < 300;
}

struct msg *match_request(struct play *p, const struct op *op,
			  const struct match *m)
{
	if (m->to.label)
		return match_labelled_request(p, m->to.label);
	for (size_t i = p->nlog; i-- > 0;) {
		struct msg *q = p->log[i];

		if (!q->out || q->pkt->kind != PKT_REQUEST || q->automatic ||
		    str_is(q->pkt->method, "ACK"))
			continue;
		if (q->party->decl != op->party)
			continue;
		if (m->to.method.len && !str_eq(q->pkt->method, m->to.method))
			continue;
		if (m->on && q->leg != p->named[m->on->id])
			continue;
		if (!m->to.method.len && is_claimed(p, op, q))
			continue;
		if (q->passed && !match_may_fork(m, q))
			continue;
		return q;
	}
	return NULL;
}

bool match_status(struct play *p, const struct match *m, unsigned status)
{
	if (m->status.n) {
		struct eval e = { .play = p, .arena = p->arena };
		struct str want = eval_tmpl(&e, &m->status), one;

		while (want.len) {
			uint64_t n;

			str_cut(want, '|', &one, &want);
			if (str_to_u64(one, &n) && n == status)
				return true;
		}
		return false;
	}
	for (unsigned i = 0; i < m->nstatuses; i++)
		if (status >= m->statuses[i].lo && status <= m->statuses[i].hi)
			return true;
	return false;
}

/* An INVITE, REFER, SUBSCRIBE ... line without "on" is about a new one: an
 * "INVITE" without a dialog is a call, not the re-INVITE of some other leg. */
static bool begins_dialog(const struct msg *msg)
{
	return !msg->leg || msg->leg->begun == msg;
}

static enum fit fits_dialog(struct play *p, const struct match *m,
			    const struct msg *msg, struct str *why)
{
	if (m->on) {
		const struct leg *leg = p->named[m->on->id];

		if (!leg)
			return why ? no(p, why,
					"the dialog " STR_F
					" does not exist yet",
					STR_A(m->on->name))
				   : FIT_MAYBE;
		if (msg->leg != leg)
			return no(p, why, "it is not in the dialog " STR_F,
				  STR_A(m->on->name));
		return FIT_YES;
	}
	if (m->as && (!begins_dialog(msg) || msg->leg == NULL))
		return no(p, why, "it is inside a dialog already");
	if (m->as && msg->leg->decl && msg->leg->decl != m->as)
		return no(p, why, "its dialog has another name");
	if (!m->as && str_is(m->method, "INVITE") && !begins_dialog(msg))
		return no(p, why,
			  "it is a re-INVITE, and the line names no "
			  "dialog");
	return FIT_YES;
}

/* The ACK to another 2xx of ours to the same INVITE, in another dialog. */
static bool is_anothers_ack(const struct play *p, const struct match *m,
			    const struct msg *msg)
{
	const struct msg *named = p->labels[m->to.label->id].msg;

	return str_is(msg->pkt->method, "ACK") && named->request && msg->leg &&
	       named->leg && msg_accepts(named) && named->leg != msg->leg;
}

/* "ACK for F2", "CANCEL for F1": which response or INVITE it belongs to. */
static enum fit fits_target(struct play *p, const struct match *m,
			    const struct msg *msg, struct str *why)
{
	struct msg *target;

	if (!m->to.label)
		return FIT_YES;
	target = match_labelled_request(p, m->to.label);
	if (!target)
		return why ? no(p, why, STR_F " has not happened yet",
				STR_A(m->to.label->name))
			   : FIT_MAYBE;
	if (msg->request != target || is_anothers_ack(p, m, msg))
		return no(p, why, "it is not for " STR_F,
			  STR_A(m->to.label->name));
	return FIT_YES;
}

static const char *article(struct str method)
{
	return method.len && strchr("AEIOU", method.p[0]) ? "an" : "a";
}

static enum fit fits_request(struct play *p, const struct match *m,
			     const struct msg *msg, struct str *why)
{
	enum fit dialog, target;

	if (msg->pkt->kind != PKT_REQUEST)
		return no(p, why, "it is a response");
	if (!str_eq(msg->pkt->method, m->method))
		return no(p, why, "it is %s " STR_F, article(msg->pkt->method),
			  STR_A(msg->pkt->method));
	dialog = fits_dialog(p, m, msg, why);
	if (dialog == FIT_NO)
		return FIT_NO;
	target = fits_target(p, m, msg, why);
	return target < dialog ? target : dialog;
}

/* "must not dut -> a 2xx for F1": of that request only. */
static enum fit fits_guard(struct play *p, const struct match *m,
			   const struct msg *msg)
{
	if (m->to.label)
		return match_labelled_request(p, m->to.label) == msg->request
			       ? FIT_YES
			       : FIT_NO;
	if (m->to.method.len &&
	    !str_eq(msg->request->pkt->method, m->to.method))
		return FIT_NO;
	return FIT_YES;
}

static enum fit fits_response(struct play *p, const struct op *op,
			      const struct match *m, const struct msg *msg,
			      struct str *why)
{
	const struct oprun *r = &p->ops[op->id];
	struct msg *request;

	if (msg->pkt->kind != PKT_RESPONSE)
		return no(p, why, "it is a request");
	if (!match_status(p, m, msg->pkt->status))
		return no(p, why, "its status is %u", msg->pkt->status);
	if (m->on && p->named[m->on->id] != msg->leg)
		return no(p, why, "it is not in the dialog " STR_F,
			  STR_A(m->on->name));
	if (m->as && msg->leg && msg->leg->decl && msg->leg->decl != m->as)
		return no(p, why, "its dialog has another name");
	if (op->kind == OP_GUARD)
		return fits_guard(p, m, msg);
	if (m->to.label && !p->labels[m->to.label->id].msg)
		return FIT_NO;
	if (r->state == OPS_CLOSED && m->to.label &&
	    match_labelled_request(p, m->to.label) != msg->request)
		return FIT_NO;
	if (r->state == OPS_CLOSED)
		return FIT_MAYBE; /* bound when it opens */
	request = r->request ? r->request : match_request(p, op, m);
	if (request != msg->request)
		return no(p, why, "it answers another request");
	return FIT_YES;
}

static enum fit fits_where(struct play *p, const struct match *m,
			   const struct msg *msg, struct str *why)
{
	struct eval e = { .play = p, .arena = p->arena, .self = msg };

	if (!m->where || eval_cond(&e, m->where, NULL, NULL))
		return FIT_YES;
	if (e.lacks.len && !why)
		return FIT_MAYBE;
	return no(p, why, "\"where " STR_F "\" does not hold",
		  STR_A(loc_text(m->where->at)));
}

static enum fit fits_kind(struct play *p, const struct op *op,
			  const struct match *m, const struct msg *msg,
			  struct str *why)
{
	switch (m->kind) {
	case MSG_REQUEST:
		return fits_request(p, m, msg, why);
	case MSG_RESPONSE:
		return fits_response(p, op, m, msg, why);
	case MSG_ANY:
		return FIT_YES;
	case MSG_AGAIN:
	case MSG_RAW:
		return no(p, why, "it is new, not a repeat");
	}
	return FIT_NO;
}

enum fit match_fits(struct play *p, const struct op *op, const struct match *m,
		    const struct msg *msg, struct str *why)
{
	enum fit kind, where;

	if (op->party != msg->party->decl)
		return no(p, why, "it came to " STR_F,
			  STR_A(msg->party->decl->name));
	kind = fits_kind(p, op, m, msg, why);
	if (kind == FIT_NO)
		return FIT_NO;
	where = fits_where(p, m, msg, why);
	return where < kind ? where : kind;
}
