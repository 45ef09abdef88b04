/* SPDX-License-Identifier: MIT */
/* The answer to 401 and 407 (rule 7; RFC 3261 22): a request of ours that is
 * challenged goes again with credentials, and what it was known by means the
 * new one. A challenge that a line waits for is the line's. */
#include "play/auth.h"

enum auth_mode auth_mode_of(const struct op *op)
{
	return op && op->kind == OP_SEND ? op->send.make.auth : AUTH_DEFAULT;
}

/* ---- once more, with credentials ---- */

static struct str with_branch(struct play *p, struct str via)
{
	struct str old = pkt_param(via, "branch", NULL);
	struct str fresh = play_token(p, "z9hG4bK");
	ptrdiff_t at = old.len ? str_find(via, old) : -1;

	if (at < 0)
		return arena_strf(p->arena, STR_F ";branch=" STR_F, STR_A(via),
				  STR_A(fresh));
	return arena_strf(p->arena, STR_F STR_F STR_F,
			  STR_A(str_sub(via, 0, (size_t)at)), STR_A(fresh),
			  STR_A(str_tail(via, (size_t)at + old.len)));
}

static uint32_t next_cseq(const struct msg *request)
{
	uint32_t n = request->pkt->cseq;

	if (request->leg && request->leg->d.arena &&
	    request->leg->d.local_cseq > n)
		n = request->leg->d.local_cseq;
	return n + 1;
}

static void copy_row(struct play *p, struct draft *d, const struct msg *request,
		     const struct line *row, bool *first_via)
{
	struct str canon = pkt_canonical(row->name);

	if (str_is(canon, "Via") && *first_via) {
		*first_via = false;
		draft_row(d, "Via", with_branch(p, row->value));
	} else if (str_is(canon, "CSeq")) {
		draft_rowf(d, "CSeq", "%u " STR_F, next_cseq(request),
			   STR_A(request->pkt->cseq_method));
	} else if (!str_is(canon, "Authorization") &&
		   !str_is(canon, "Proxy-Authorization") &&
		   !str_is(canon, "Content-Length")) {
		draft_add_whole(d, row->whole);
	}
}

/* "auth stale" is so once: what the device says to it is heeded. */
static struct str once_more(struct play *p, const struct msg *request)
{
	bool had = pkt_row(request->pkt, "Authorization", 0) ||
		   pkt_row(request->pkt, "Proxy-Authorization", 0);
	const struct op *op = had && auth_mode_of(request->op) == AUTH_STALE
				      ? NULL
				      : request->op;
	const struct pkt *pkt = request->pkt;
	bool first_via = true;
	struct draft d;

	draft_request(&d, p->arena, pkt->method, pkt->uri);
	for (unsigned i = 0; i < pkt->nlines; i++)
		copy_row(p, &d, request, &pkt->lines[i], &first_via);
	d.body = pkt->body;
	auth_add(p, &d, request->party, op);
	return send_written(p, &d);
}

/* ---- what it was known by ---- */

static void replace(struct msg **at, struct msg *old, struct msg *fresh)
{
	if (*at == old)
		*at = fresh;
}

static void replace_in_leg(struct leg *leg, struct msg *old, struct msg *fresh)
{
	replace(&leg->begun, old, fresh);
	replace(&leg->invite, old, fresh);
	replace(&leg->our_invite, old, fresh);
	if (leg->d.arena)
		dialog_on_sent(&leg->d, fresh->pkt);
}

static void replace_everywhere(struct play *p, struct msg *old,
			       struct msg *fresh)
{
	for (unsigned i = 0; i < p->prog->nlabels; i++)
		replace(&p->labels[i].msg, old, fresh);
	for (unsigned i = 0; i < p->prog->nops; i++) {
		struct oprun *r = &p->ops[i];

		replace(&r->first, old, fresh);
		replace(&r->last, old, fresh);
		replace(&r->request, old, fresh);
		for (unsigned k = 0; k < r->taken && r->all; k++)
			replace(&r->all[k], old, fresh);
	}
	for (unsigned i = 0; i <= p->prog->nparties; i++)
		replace(&p->parties[i].registration, old, fresh);
	replace(&p->probe, old, fresh);
	replace(&p->early_probe, old, fresh);
	if (old->leg)
		replace_in_leg(old->leg, old, fresh);
}

/* Sends it again, with what credentials there are; all that knew it knows the
 * new one. */
struct msg *auth_go_again(struct play *p, struct msg *request)
{
	struct msg *fresh =
		send_launch(p, request->party, request->leg,
			    once_more(p, request), &request->answer_to, NULL);

	fresh->op = request->op;
	fresh->automatic = request->automatic;
	fresh->conn = request->conn;
	fresh->home = request->home;
	fresh->tries = request->tries + 1;
	replace_everywhere(p, request, fresh);
	return fresh;
}

/* ---- a challenge ---- */

/* A line that names 401, 407 or 4xx wants to see it; "final" does not. None is
 * about a request that no line has made. */
bool auth_is_wanted(struct play *p, const struct msg *response)
{
	const struct op *op = take_would(p, response);
	const struct match *m;

	if (!response->request->op)
		return false;
	if (!op || (op->kind != OP_EXPECT && op->kind != OP_WATCH))
		return false;
	m = &op->line.expect.match;
	for (unsigned i = 0; i < m->nstatuses; i++)
		if (m->statuses[i].lo <= response->pkt->status &&
		    m->statuses[i].hi >= response->pkt->status &&
		    m->statuses[i].hi - m->statuses[i].lo < 100)
			return true;
	return m->kind == MSG_RESPONSE && !m->nstatuses;
}

/* A wrong password, or a device that refuses a right one? Where the device has
 * taken it before it is the device; else nothing can be said. */
static bool give_up(struct play *p, struct msg *request, unsigned status,
		    const struct refusal *r)
{
	struct str text;

	if (r->trusted || auth_mode_of(request->op) != AUTH_DEFAULT)
		return false;
	text = arena_strf(p->arena,
			  "user \"" STR_F "\" is refused in realm \"" STR_F
			  "\": is the password right?",
			  STR_A(r->user), STR_A(r->realm));
	large_home(request)->refused = text;
	if (p->stage == STAGE_REGISTER || p->stage > STAGE_CLEANUP)
		return false;
	end_give_up(p, arena_strf(p->arena,
				  STR_F " of " STR_F " was answered %u: " STR_F,
				  STR_A(request->pkt->method),
				  STR_A(request->party->decl->name), status,
				  STR_A(text)));
	return true;
}

static bool may_answer(struct play *p, const struct msg *response)
{
	const struct msg *request = response->request;
	const struct device_user *user = party_user(p, request->party);

	return p->stage != STAGE_OVER && user && user->secret.len &&
	       request->tries < AUTH_TRIES_MAX &&
	       auth_mode_of(request->op) != AUTH_NONE &&
	       !auth_is_wanted(p, response);
}

static void settle(struct msg *request, unsigned status)
{
	request->final = status;
	request->passed = true;
}

bool auth_answer(struct play *p, struct msg *response)
{
	struct msg *request = response->request;
	unsigned status = response->pkt->status;
	struct refusal refusal;

	if (status != 401 && status != 407) {
		credential_passed(p, response);
		return false;
	}
	if (!may_answer(p, response))
		return false;
	switch (credential_learn(p, request, response->pkt, &refusal)) {
	case LESSON_NONE:
		return false;
	case LESSON_REFUSED:
		if (!give_up(p, request, status, &refusal))
			return false;
		settle(request, status);
		return true;
	case LESSON_ANSWER:
		break;
	}
	settle(request, status);
	auth_go_again(p, request);
	return true;
}
