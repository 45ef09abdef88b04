/* SPDX-License-Identifier: MIT */
/* Two or more runs as one model: which verdict each gives of each scenario and
 * each rule, and with a baseline what that means. */
#include "report/compare.h"

#include <stdlib.h>

#include "report/merge.h"
#include "report/point.h"

/* Does the verdict say something about the device? */
static bool is_said(enum verdict v)
{
	return v == VERDICT_PASS || v == VERDICT_WARN || v == VERDICT_KNOWN ||
	       verdict_is_bad(v);
}

/* ---- rows from columns ---- */

struct entry {
	struct str name;
	size_t column;
	struct compare_cell cell;
};

struct entries {
	struct arena *arena;
	struct entry *list;
	size_t n;
};

static int by_name(const void *x, const void *y)
{
	const struct entry *a = x, *b = y;
	int c = str_cmp(a->name, b->name);

	return c ? c : a->column < b->column ? -1 : a->column > b->column;
}

static void add(struct entries *e, struct str name, size_t column,
		enum verdict v, const struct result *r)
{
	*ARENA_PUSH(e->arena, e->list, e->n) =
		(struct entry){ name, column, { true, v, r } };
}

/* A name that a column has twice keeps the worse. */
static void fill(struct compare_part *part, struct entries *e)
{
	struct compare_row *row = NULL;

	if (e->n)
		qsort(e->list, e->n, sizeof(*e->list), by_name);
	for (size_t i = 0; i < e->n; i++) {
		const struct entry *one = &e->list[i];
		struct compare_cell *cell;

		if (!row || !str_eq(row->name, one->name)) {
			row = ARENA_PUSH(e->arena, part->rows, part->n);
			memset(row, 0, sizeof(*row));
			row->name = one->name;
		}
		cell = &row->cells[one->column];
		if (!cell->there || one->cell.verdict > cell->verdict)
			*cell = one->cell;
	}
}

static void add_rules(struct entries *e, const struct run *run, size_t column)
{
	struct covered *list;
	size_t n = coverage_of(run, e->arena, &list);

	for (size_t i = 0; i < n; i++)
		add(e, list[i].id, column, list[i].verdict, list[i].by);
}

/* ---- what it means ---- */

static bool was_broken(const struct result *r, const struct finding *f)
{
	for (size_t i = 0; i < r->n; i++)
		if (verdict_is_bad(r->findings[i].verdict) &&
		    str_eq(r->findings[i].what, f->what))
			return true;
	return false;
}

/* The first check that fails now and did not before; before: NULL: none was
 * there. */
static const struct finding *newly_broken(const struct result *before,
					  const struct result *now)
{
	for (size_t i = 0; i < now->n; i++)
		if (verdict_is_bad(now->findings[i].verdict) &&
		    (!before || !was_broken(before, &now->findings[i])))
			return &now->findings[i];
	return NULL;
}

static enum change change_of(const struct compare_cell *a,
			     const struct compare_cell *b)
{
	if (!b->there)
		return CHANGE_GONE;
	if (verdict_is_bad(b->verdict))
		return a->there && verdict_is_bad(a->verdict) ? CHANGE_SAME
							      : CHANGE_WORSE;
	if (!a->there)
		return CHANGE_NEW;
	if (a->verdict == b->verdict)
		return CHANGE_SAME;
	if (b->verdict == VERDICT_INCONCLUSIVE ||
	    b->verdict == VERDICT_NOT_RUN || b->verdict == VERDICT_NONE)
		return is_said(a->verdict) ? CHANGE_LOST : CHANGE_OTHER;
	if (is_said(b->verdict) &&
	    (verdict_is_bad(a->verdict) || !is_said(a->verdict)))
		return CHANGE_BETTER;
	return CHANGE_OTHER;
}

static struct str words_of(struct arena *a, const struct finding *f)
{
	if (!f->got.len)
		return f->what;
	return arena_strf(a, STR_F "; got " STR_F, STR_A(f->what),
			  STR_A(str_sub(f->got, 0, 120)));
}

/* A scenario that failed before may fail of something else now. */
static void judge_scenario(struct arena *a, struct compare_row *row)
{
	const struct compare_cell *old = &row->cells[0], *now = &row->cells[1];
	const struct finding *f = NULL;

	row->change = change_of(old, now);
	if (now->there && verdict_is_bad(now->verdict))
		f = newly_broken(old->there ? old->r : NULL, now->r);
	if (f && row->change == CHANGE_SAME)
		row->change = CHANGE_WORSE;
	if (f)
		row->why = words_of(a, f);
	else if (now->there && row->change != CHANGE_SAME)
		row->why = now->r->reason;
}

static void judge_rows(struct compare *c, struct compare_part *part,
		       bool scenarios)
{
	for (size_t i = 0; i < part->n; i++) {
		struct compare_row *row = &part->rows[i];

		if (scenarios)
			judge_scenario(c->arena, row);
		else
			row->change = change_of(&row->cells[0], &row->cells[1]);
		part->counts[row->change]++;
		row->differs = row->change != CHANGE_SAME;
		part->differing += row->differs;
	}
}

/* What one column does not have is no difference: it was not asked. */
static void find_differences(const struct compare *c, struct compare_part *part)
{
	for (size_t i = 0; i < part->n; i++) {
		struct compare_row *row = &part->rows[i];
		const struct compare_cell *first = NULL;

		for (size_t k = 0; k < c->n; k++) {
			if (!row->cells[k].there)
				continue;
			if (!first)
				first = &row->cells[k];
			row->differs |= row->cells[k].verdict != first->verdict;
		}
		part->differing += row->differs;
	}
}

static int by_weight(const void *x, const void *y)
{
	const struct compare_row *a = x, *b = y;

	if (a->change != b->change)
		return a->change < b->change ? -1 : 1;
	if (a->differs != b->differs)
		return a->differs ? -1 : 1;
	return str_cmp(a->name, b->name);
}

static void judge(struct compare *c)
{
	struct compare_part *parts[] = { &c->scenarios, &c->rules };

	for (int i = 0; i < 2; i++) {
		if (c->baseline)
			judge_rows(c, parts[i], i == 0);
		else
			find_differences(c, parts[i]);
		if (parts[i]->n)
			qsort(parts[i]->rows, parts[i]->n,
			      sizeof(*parts[i]->rows), by_weight);
	}
}

/* ---- side by side ---- */

static bool add_columns(struct compare *c, struct run *run, struct fail *why)
{
	struct run **list;
	size_t n = merge_split(run, c->arena, &list);

	for (size_t i = 0; i < n; i++) {
		if (c->n == COMPARE_MAX)
			return fail_set(why, "more than %d devices",
					COMPARE_MAX);
		c->runs[c->n++] = list[i];
	}
	return true;
}

static bool is_taken(const struct compare *c, size_t before, struct str name)
{
	for (size_t i = 0; i < before; i++)
		if (str_eq(c->names[i], name))
			return true;
	return false;
}

/* Does another column of this device have another one? */
static bool differs(const struct compare *c, const struct run *run,
		    struct str (*of)(const struct run *))
{
	for (size_t i = 0; i < c->n; i++)
		if (str_eq(c->runs[i]->device, run->device) &&
		    !str_eq(of(c->runs[i]), of(run)))
			return true;
	return false;
}

static struct str version_of(const struct run *run)
{
	return run->device_version;
}

static struct str transport_of(const struct run *run)
{
	return run->transport;
}

static struct str edition_of(const struct run *run)
{
	return run->edition;
}

static struct str start_of(const struct run *run)
{
	return run->started;
}

static void add_part(struct buf *name, struct str part)
{
	if (part.len)
		buf_add_char(name, ' ');
	buf_add_str(name, part);
}

/* The device; where two are of one, with what tells them apart. */
static struct str column_name(const struct compare *c, const struct run *run)
{
	static struct str (*const parts[])(const struct run *) = {
		version_of, transport_of, edition_of, start_of
	};
	enum { PARTS = sizeof(parts) / sizeof(*parts) };
	buf_auto name = { 0 };
	bool told = false;

	buf_add_str(&name, run->device);
	for (int i = 0; i < PARTS; i++)
		if (!(told && parts[i] == start_of) &&
		    differs(c, run, parts[i])) {
			told = true;
			add_part(&name, parts[i](run));
		}
	return arena_str(c->arena, buf_str(&name));
}

static void name_columns(struct compare *c)
{
	for (size_t i = 0; i < c->n; i++) {
		struct str base = column_name(c, c->runs[i]), name = base;

		for (unsigned k = 2; is_taken(c, i, name); k++)
			name = arena_strf(c->arena, STR_F " (%u)", STR_A(base),
					  k);
		c->names[i] = name;
	}
}

struct compare *compare_runs(struct run *const *runs, size_t n, struct arena *a,
			     struct fail *why)
{
	struct compare *c = ARENA_NEW(a, struct compare);
	struct entries scenarios = { .arena = a }, rules = { .arena = a };

	c->arena = a;
	for (size_t i = 0; i < n; i++)
		if (!add_columns(c, runs[i], why))
			return NULL;
	if (c->n < 2) {
		fail_set(why, "there is one device only: nothing to compare");
		return NULL;
	}
	name_columns(c);
	for (size_t i = 0; i < c->n; i++) {
		for (size_t k = 0; k < c->runs[i]->n; k++) {
			const struct result *r = c->runs[i]->list[k];

			add(&scenarios, result_scenario(r), i, r->verdict, r);
		}
		add_rules(&rules, c->runs[i], i);
	}
	fill(&c->scenarios, &scenarios);
	fill(&c->rules, &rules);
	judge(c);
	return c;
}

/* ---- against a baseline ---- */

static bool has_device(const struct run *run, struct str device)
{
	for (size_t i = 0; i < run->nparts; i++)
		if (str_eq(run->parts[i]->device, device))
			return true;
	return !run->nparts && str_eq(run->device, device);
}

static bool has_several(const struct run *run)
{
	for (size_t i = 1; i < run->nparts; i++)
		if (!str_eq(run->parts[i]->device, run->parts[0]->device))
			return true;
	return false;
}

/* A copy of the run with what is of devices that other has. */
static struct run *only_of(struct arena *a, const struct run *run,
			   const struct run *other)
{
	struct run *ret = ARENA_NEW(a, struct run);

	*ret = *run;
	ret->list = NULL;
	ret->n = 0;
	for (size_t i = 0; i < run->n; i++)
		if (has_device(other, run_part(run, run->list[i])->device))
			*ARENA_PUSH(a, ret->list, ret->n) = run->list[i];
	return ret;
}

static void add_baseline(struct compare *c, struct entries *scenarios,
			 struct entries *rules, size_t column, bool several)
{
	const struct run *run = c->runs[column];

	for (size_t i = 0; i < run->n; i++) {
		const struct result *r = run->list[i];
		struct str name = result_scenario(r);

		if (several)
			name = arena_strf(c->arena, STR_F "@" STR_F,
					  STR_A(name),
					  STR_A(run_part(run, r)->device));
		add(scenarios, name, column, r->verdict, r);
	}
	add_rules(rules, run, column);
}

struct compare *compare_baseline(const struct run *old, const struct run *now,
				 struct arena *a)
{
	struct compare *c = ARENA_NEW(a, struct compare);
	struct entries scenarios = { .arena = a }, rules = { .arena = a };
	bool several = has_several(old) || has_several(now);

	c->arena = a;
	c->baseline = true;
	c->n = 2;
	c->runs[0] = several ? only_of(a, old, now) : old;
	c->runs[1] = now;
	c->names[0] = STR("before");
	c->names[1] = STR("now");
	for (size_t i = 0; i < 2; i++)
		add_baseline(c, &scenarios, &rules, i, several);
	fill(&c->scenarios, &scenarios);
	fill(&c->rules, &rules);
	judge(c);
	return c;
}

int compare_exit_code(const struct compare *c, bool allow_inconclusive)
{
	for (size_t i = 0; i < c->scenarios.n; i++)
		if (c->scenarios.rows[i].cells[1].there &&
		    c->scenarios.rows[i].cells[1].verdict == VERDICT_ERROR)
			return 5;
	if (c->scenarios.counts[CHANGE_WORSE])
		return 1;
	return c->scenarios.counts[CHANGE_LOST] && !allow_inconclusive ? 4 : 0;
}

const char *compare_word(enum change change)
{
	static const char *const words[] = {
		[CHANGE_WORSE] = "worse",   [CHANGE_LOST] = "no longer tested",
		[CHANGE_BETTER] = "better", [CHANGE_OTHER] = "otherwise",
		[CHANGE_NEW] = "new",       [CHANGE_GONE] = "gone",
		[CHANGE_SAME] = "the same",
	};

	return words[change];
}

void compare_step(const struct compare_row *row, struct buf *out)
{
	for (int i = 0; i < 2; i++)
		buf_addf(out, "%s%s", i ? " -> " : "",
			 row->cells[i].there
				 ? verdict_word(row->cells[i].verdict)
				 : "-");
}
