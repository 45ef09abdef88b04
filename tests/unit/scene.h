/* SPDX-License-Identifier: MIT */
/* scene: programs and traces made by hand, for the tests of the judge and the
 * reports. A line of the source text is what an op or a check was "written" on.
 */
#ifndef TESTS_SCENE_H
#define TESTS_SCENE_H

#include "play/judge.h"

#include <assert.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { SCENE_OPS = 64 };

struct scene {
	struct arena *a;
	struct src *src;
	struct prog *prog;
	struct trace tr;
	struct judge_opts opts;
	struct device device;
	struct result *r;
};

static inline struct scene *scene_new(const char *id, const char *text)
{
	struct arena *a = arena_new();
	struct scene *s = ARENA_NEW(a, struct scene);
	char path[200];

	snprintf(path, sizeof(path), "scenarios/%.*s.ladder",
		 (int)strcspn(id, "#"), id);
	s->a = a;
	s->src = src_new(a, path, str_from(text));
	s->prog = ARENA_NEW(a, struct prog);
	s->prog->arena = a;
	s->prog->id = arena_str(a, str_from(id));
	s->prog->file = str_from(s->src->path);
	s->prog->ops = ARENA_ARRAY(a, struct op *, SCENE_OPS);
	s->prog->parties = ARENA_ARRAY(a, struct party_decl, 16);
	s->tr.arena = a;
	s->opts.device = &s->device;
	s->opts.today = STR("2026-06-01");
	return s;
}

static inline void scene_free(struct scene *s)
{
	arena_free(s->a);
}

/* The whole of a line of the source, from 1. */
static inline struct loc scene_loc(struct scene *s, unsigned line)
{
	struct str text = str_trim(src_line_text(s->src, line));

	assert(text.len);
	return (struct loc){ s->src, (uint32_t)(text.p - s->src->text.p),
			     (uint32_t)text.len };
}

static inline struct rules scene_rules(struct scene *s, const char *ids)
{
	struct rules r = { 0 };
	struct str rest = str_from(ids), one;

	r.ids = ARENA_ARRAY(s->a, struct str, 8);
	while (rest.len) {
		str_cut(rest, ' ', &one, &rest);
		r.ids[r.n++] = one;
	}
	r.live = r.ids;
	r.nlive = r.n;
	return r;
}

static inline uint32_t scene_party(struct scene *s, const char *name)
{
	struct party_decl *p = &s->prog->parties[s->prog->nparties];

	p->id = s->prog->nparties++;
	p->name = str_from(name);
	return p->id;
}

static inline struct block *scene_phase(struct scene *s, enum phase phase)
{
	return phase == PHASE_SETUP  ? &s->prog->setup
	       : phase == PHASE_TEST ? &s->prog->test
				     : &s->prog->cleanup;
}

static inline struct op *scene_op_in(struct scene *s, struct block *b,
				     enum phase phase, enum op_kind kind,
				     const char *label, const char *arrow,
				     unsigned line)
{
	struct op *op = ARENA_NEW(s->a, struct op);
	struct label *l = ARENA_NEW(s->a, struct label);

	assert(s->prog->nops < SCENE_OPS);
	op->kind = kind;
	op->id = s->prog->nops;
	op->phase = phase;
	op->in = b;
	op->place = b->n;
	op->at = scene_loc(s, line);
	op->arrow = str_from(arrow);
	op->min = op->max = 1;
	op->level = LEVEL_MUST;
	l->name = str_from(label);
	op->label = *label ? l : NULL;
	s->prog->ops[s->prog->nops++] = op;
	*ARENA_PUSH(s->a, b->ops, b->n) = op;
	return op;
}

static inline struct op *scene_op(struct scene *s, enum phase phase,
				  enum op_kind kind, const char *label,
				  const char *arrow, unsigned line)
{
	return scene_op_in(s, scene_phase(s, phase), phase, kind, label, arrow,
			   line);
}

/* An expected line of the test with a word, a level and ids. */
static inline struct op *scene_line(struct scene *s, const char *label,
				    const char *arrow, enum word word,
				    enum level level, const char *ids)
{
	struct op *op = scene_op(s, PHASE_TEST, OP_EXPECT, label, arrow, 1);

	op->word = word;
	op->level = level;
	op->rules = scene_rules(s, ids);
	return op;
}

static inline struct check *scene_check(struct scene *s, struct op *op,
					unsigned line, enum word word,
					enum level level, const char *ids)
{
	struct expect *x = &op->line.expect;
	struct check *c;

	if (!x->checks)
		x->checks = ARENA_ARRAY(s->a, struct check, 16);
	c = &x->checks[x->nchecks++];
	c->word = word;
	c->level = level;
	c->negated = word == WORD_MUST_NOT || word == WORD_SHOULD_NOT;
	c->rules = scene_rules(s, ids);
	c->at = scene_loc(s, line);
	return c;
}

static inline struct op *scene_either(struct scene *s, unsigned n,
				      unsigned line)
{
	struct op *op = scene_op(s, PHASE_TEST, OP_EITHER, "", "", line);

	op->either.branches = ARENA_ARRAY(s->a, struct block, n);
	op->either.n = n;
	for (unsigned i = 0; i < n; i++)
		op->either.branches[i].owner = op;
	return op;
}

/* ---- events ---- */

static inline void scene_add(struct scene *s, struct event ev)
{
	assert(trace_add(&s->tr, &ev));
}

static inline void scene_event(struct scene *s, enum ev_kind kind, long ms,
			       const char *name, const char *text)
{
	struct event ev = event_of(kind, ms * NS_MS);

	ev.name = str_from(name);
	ev.text = str_from(text);
	scene_add(s, ev);
}

static inline uint32_t scene_rec(struct scene *s, long ms, uint32_t party,
				 bool out, struct str bytes)
{
	struct event ev = event_of(EV_REC, ms * NS_MS);

	ev.rec = ++s->tr.nrecs;
	ev.party = party;
	ev.out = out;
	ev.peer = STR("192.0.2.10:5060");
	ev.bytes = bytes;
	scene_add(s, ev);
	return ev.rec;
}

static inline void scene_about(struct scene *s, enum ev_kind kind, long ms,
			       const struct op *op, uint32_t rec)
{
	struct event ev = event_of(kind, ms * NS_MS);

	ev.op = op->id;
	ev.rec = rec;
	if (op->label)
		ev.name = op->label->name;
	else if (kind == EV_SENT || kind == EV_TAKE)
		ev.text = op->arrow;
	scene_add(s, ev);
}

static inline void scene_checked(struct scene *s, const struct op *op,
				 uint32_t check, uint32_t rec, bool ok,
				 const char *wanted, const char *got)
{
	struct event ev = event_of(EV_CHECK, 0);

	ev.op = op->id;
	ev.check = check;
	ev.rec = rec;
	ev.ok = ok;
	ev.wanted = str_from(wanted);
	ev.got = str_from(got);
	scene_add(s, ev);
}

static inline void scene_miss(struct scene *s, const struct op *op, long ms,
			      unsigned status, const char *method)
{
	struct event ev = event_of(EV_MISS, ms * NS_MS);

	ev.op = op->id;
	ev.status = status;
	ev.wanted = op->arrow;
	ev.got = status ? STR("another status") : STR("nothing");
	ev.text = STR("nothing came in time\n  nothing else is waiting");
	ev.name = str_from(method);
	scene_add(s, ev);
}

static inline void scene_monitor(struct scene *s, long ms, const char *name,
				 uint32_t rec, bool ok, enum level level)
{
	struct event ev = event_of(EV_MONITOR, ms * NS_MS);

	ev.name = str_from(name);
	ev.rec = rec;
	ev.ok = ok;
	ev.level = level;
	ev.rules = STR("rfc3261-12.2.1.1-a");
	ev.wanted = ok ? STR_NONE : STR("CSeq above 4");
	ev.got = ok ? STR_NONE : STR("4");
	scene_add(s, ev);
}

/* In brief comes to the same. */
static inline void judge_twice(const struct prog *prog, const struct trace *tr,
			       const struct judge_opts *opts, struct arena *a,
			       struct result **ret)
{
	struct judge_opts brief = *opts;
	struct result *short_one;

	*ret = judge(prog, tr, opts, a);
	brief.brief = true;
	short_one = judge(prog, tr, &brief, a);
	assert_int_equal(short_one->verdict, (*ret)->verdict);
	assert_true(str_eq(short_one->reason, (*ret)->reason));
	assert_true(str_eq(short_one->phase, (*ret)->phase));
	assert_int_equal(short_one->monitor_checks, (*ret)->monitor_checks);
	assert_int_equal(short_one->unexpected, (*ret)->unexpected);
}

static inline struct result *scene_judge(struct scene *s)
{
	judge_twice(s->prog, &s->tr, &s->opts, s->a, &s->r);
	return s->r;
}

/* The finding of this name; the test fails where there is none. */
static inline const struct finding *scene_find(const struct scene *s,
					       const char *what)
{
	for (size_t i = 0; i < s->r->n; i++)
		if (str_is(s->r->findings[i].what, what))
			return &s->r->findings[i];
	print_error("no finding \"%s\"; there are:\n", what);
	for (size_t i = 0; i < s->r->n; i++)
		print_error("  %s: " STR_F "\n", s->r->findings[i].kind,
			    STR_A(s->r->findings[i].what));
	fail();
	return NULL;
}

#define assert_str(s, z) assert_str_at((s), (z), __FILE__, __LINE__)
static inline void assert_str_at(struct str s, const char *z, const char *file,
				 int line)
{
	if (str_is(s, z))
		return;
	print_error("\"" STR_F "\" is not \"%s\"\n", STR_A(s), z);
	_fail(file, line);
}

#endif
