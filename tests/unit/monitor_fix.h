/* SPDX-License-Identifier: MIT */
/* monitor_fix: a play made by hand, message by message, for the tests of the
 * monitors. */
#ifndef TESTS_MONITOR_FIX_H
#define TESTS_MONITOR_FIX_H

#include "play/state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct scene {
	struct clock clock;
	struct engine eng;
	struct play p;
	struct party_decl decl, other;
	struct party alice, bob;
	struct leg leg;
};

static inline int setup(void **state)
{
	static struct scene scene;
	struct scene *s = &scene;

	*s = (struct scene){ .clock = { .is_virtual = true } };
	s->eng.clock = &s->clock;
	s->eng.opts.t1 = 500 * NS_MS;
	s->eng.opts.slack = 1;
	s->p.eng = &s->eng;
	s->p.arena = s->p.trace.arena = arena_new();
	s->alice = (struct party){ .play = &s->p, .decl = &s->decl };
	s->bob = (struct party){ .play = &s->p, .decl = &s->other };
	s->leg.party = &s->alice;
	s->leg.invite_usage = true;
	*state = s;
	return 0;
}

static inline int teardown(void **state)
{
	struct scene *s = *state;

	arena_free(s->p.arena);
	return 0;
}

static inline struct msg *keep(struct scene *s, bool out, struct msg *request,
			       const char *text)
{
	struct msg *m = ARENA_NEW(s->p.arena, struct msg);

	m->pkt = pkt_parse(s->p.arena, str_from(text));
	m->out = out;
	m->request = request;
	m->party = &s->alice;
	m->leg = &s->leg;
	m->rec = (uint32_t)s->p.nlog + 1;
	m->t = play_now(&s->p);
	if (request && m->pkt->status) {
		if (m->pkt->status >= 200 && !request->final)
			request->final = m->pkt->status;
		if (out)
			request->last_response = m;
	}
	*ARENA_PUSH(s->p.arena, s->p.log, s->p.nlog) = m;
	return m;
}

/* The rows that every message has; %s: more of them, whole lines. */
#define ROWS(branch, cseq, more)                                               \
	"Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK" branch "\r\n"         \
	"Max-Forwards: 70\r\nFrom: <sip:a@127.0.0.1>;tag=f\r\n"                \
	"To: <sip:b@127.0.0.1>;tag=t\r\nCall-ID: c@h\r\nCSeq: " cseq           \
	"\r\n" more "Content-Length: 0\r\n\r\n"

#define REQUEST(method, branch, n, more)                                       \
	method " sip:b@127.0.0.1 SIP/2.0\r\n" ROWS(branch, n " " method, more)

#define RESPONSE(status, branch, cseq, more)                                   \
	"SIP/2.0 " status " Some Reason\r\n" ROWS(branch, cseq, more)

static inline struct msg *we_send(struct scene *s, const char *text)
{
	return keep(s, true, NULL, text);
}

static inline struct msg *they_send(struct scene *s, const char *text)
{
	struct msg *m = keep(s, false, NULL, text);

	monitor_message(&s->p, m);
	return m;
}

static inline struct msg *they_answer(struct scene *s, struct msg *request,
				      const char *text)
{
	struct msg *m = keep(s, false, request, text);

	monitor_message(&s->p, m);
	return m;
}

enum said { SAYS_NOTHING, HOLDS, BROKEN };

/* What this monitor has said last. */
static inline enum said says(const struct scene *s, const char *name)
{
	const struct trace *tr = &s->p.trace;

	for (size_t i = tr->n; i-- > 0;)
		if (tr->list[i].kind == EV_MONITOR &&
		    str_is(tr->list[i].name, name))
			return tr->list[i].ok ? HOLDS : BROKEN;
	return SAYS_NOTHING;
}

/* No monitor at all has condemned anything. */
static inline void assert_silent(const struct scene *s)
{
	const struct trace *tr = &s->p.trace;

	for (size_t i = 0; i < tr->n; i++)
		if (tr->list[i].kind == EV_MONITOR && !tr->list[i].ok)
			fail_msg("%.*s: wanted %.*s, got %.*s",
				 STR_A(tr->list[i].name),
				 STR_A(tr->list[i].wanted),
				 STR_A(tr->list[i].got));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
