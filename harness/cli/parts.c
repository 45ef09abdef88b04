/* SPDX-License-Identifier: MIT */
/* Each part has addresses of its own: one that is not there leaves the others
 * as they are. */
#include "cli/parts.h"

#include <stdio.h>

#include "cli/bring_up.h"
#include "cli/contact.h"

/* ---- what was not played ---- */

static struct result *unplayed(const struct parts *p, const struct prog *prog,
			       bool stopped)
{
	if (!prog->selected)
		return judge_none(prog, VERDICT_SKIP, prog->why, p->s->arena);
	if (stopped)
		return judge_none(prog, VERDICT_NOT_RUN,
				  STR("the run was stopped"), p->s->arena);
	return judge_none(prog, VERDICT_INCONCLUSIVE, STR("network"),
			  p->s->arena);
}

/* Nothing ran; the reports of programs say so of each scenario. */
static void bail(struct parts *p)
{
	struct run *run = p->run;

	run->bail = arena_str(run->arena, str_from(p->m->list[0].why.text));
	for (unsigned i = 0; i < p->m->n; i++)
		for (size_t k = 0; k < p->m->list[i].progs.n; k++)
			*ARENA_PUSH(run->arena, run->list, run->n) =
				unplayed(p, p->m->list[i].progs.list[k],
					 bring_up_signal());
}

static void tell_unplayed(struct parts *p, const struct part *part,
			  bool stopped)
{
	const struct runner_opts *o = &p->runner;

	if (!stopped)
		fprintf(stderr, "sipladder run: " STR_F ": %s\n",
			STR_A(part->transport), part->why.text);
	for (size_t i = 0; i < part->progs.n; i++) {
		const struct prog *prog = part->progs.list[i];

		o->on_result(o->ctx, prog, unplayed(p, prog, stopped),
			     STR_NONE);
	}
}

/* ---- one part ---- */

static bool has_failure(const struct run *run)
{
	for (size_t i = 0; i < run->n; i++)
		if (run->list[i]->verdict >= VERDICT_FAIL)
			return true;
	return false;
}

/* Who was asked for stands in front of what became of it. */
static bool name_target(struct part *part, struct str address)
{
	const struct resolve_target *t = &part->targets.list[0];

	if (part->targets.n == 1 && t->by[0])
		fail_prepend(&part->why, STR_F " (SRV of %s)", STR_A(address),
			     t->by);
	else if (part->targets.n > 1)
		fail_prepend(&part->why, STR_F, STR_A(address));
	return false;
}

static bool play_part(struct parts *p, struct part *part, int *ret_signal)
{
	if (part->why.text[0])
		return false;
	if (!contact_first(&part->targets, &part->engine, &part->why))
		return name_target(part, p->s->device.address);
	part->why.text[0] = '\0';
	p->runner.engine = part->engine;
	if (runner_run(&p->runner, &part->progs, ret_signal, &part->why) !=
	    RUNNER_NO_DEVICE)
		return true;
	return name_target(part, p->s->device.address);
}

/* ---- all ---- */

static int play_all(struct parts *p)
{
	bool played[MATRIX_PARTS_MAX] = { 0 }, any = false, stopped = false;
	int sig = 0;

	for (unsigned i = 0; i < p->m->n && !stopped; i++) {
		played[i] = play_part(p, &p->m->list[i], &sig);
		any |= played[i];
		stopped = sig || bring_up_signal() ||
			  (p->runner.fail_fast && has_failure(p->run));
	}
	if (!any)
		bail(p);
	for (unsigned i = 0; i < p->m->n && any; i++)
		if (!played[i])
			tell_unplayed(p, &p->m->list[i],
				      !p->m->list[i].why.text[0]);
	return sig ? sig : bring_up_signal();
}

/* The first of which an address is known: there it is looked for. */
static struct part *first_known(struct matrix *m)
{
	for (unsigned i = 0; i < m->n; i++)
		if (!m->list[i].why.text[0])
			return &m->list[i];
	return NULL;
}

static void fail_all(struct matrix *m, const struct fail *why)
{
	for (unsigned i = 0; i < m->n; i++)
		m->list[i].why = *why;
}

int parts_play(struct parts *p)
{
	struct part *first = first_known(p->m);
	struct bring_up_opts up = { &p->s->device, p->dut, p->out,
				    first ? &first->engine : NULL };
	struct keeper keeper;
	struct fail why;
	int sig;

	if (!first) {
		bail(p);
		return bring_up_signal();
	}
	if (!bring_up(p->s->arena, &up, &keeper, &why)) {
		fail_all(p->m, &why);
	} else {
		for (unsigned i = 0; i < p->m->n; i++)
			p->m->list[i].engine.device_input = keeper.input;
		p->run->device_version = bring_up_version(p->s->arena, &up);
		if (bring_up_signal())
			fail_all(p->m, (fail_set(&why, "interrupted"), &why));
	}
	sig = play_all(p);
	bring_down(&up, &keeper);
	return sig;
}
