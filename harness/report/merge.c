/* SPDX-License-Identifier: MIT */
/* Shards, repeated shards and runs of other devices become one run.
 *
 * Two results are of the same thing where scenario, device, transport and
 * edition are the same. Then one that was played counts more than one that was
 * skipped or not run; of two that were played the worse one is told and the
 * other counted, as the plays of a --repeat are. The very same result, given
 * twice, counts once. */
#include "report/merge.h"

#include "base/buf.h"

#include <stdlib.h>

struct merging {
	struct run *ret;
	size_t *same; /* by part: the first part of the same thing */
	bool devices, transports, editions; /* which of them differ */
};

/* ---- what a run is made of ---- */

static void add_part(struct merging *m, struct run *part)
{
	*ARENA_PUSH(m->ret->arena, m->ret->parts, m->ret->nparts) = part;
}

/* Its head alone. */
static struct run *head_of(struct merging *m, const struct run *run)
{
	struct run *part = ARENA_NEW(m->ret->arena, struct run);

	*part = *run;
	part->list = NULL;
	part->n = 0;
	return part;
}

/* Number of the last part; results of run are of those behind the others. */
static void add_parts(struct merging *m, const struct run *run)
{
	unsigned before = (unsigned)m->ret->nparts;

	for (size_t i = 0; i < run->nparts; i++)
		add_part(m, run->parts[i]);
	if (!run->nparts)
		add_part(m, head_of(m, run));
	for (size_t i = 0; i < run->n; i++)
		run->list[i]->part =
			before + (run->list[i]->part ? run->list[i]->part : 1);
}

static bool is_same_thing(const struct run *a, const struct run *b)
{
	return str_eq(a->device, b->device) &&
	       str_eq(a->transport, b->transport) &&
	       str_eq(a->edition, b->edition);
}

static void compare_parts(struct merging *m)
{
	struct run *const *parts = m->ret->parts;

	m->same = ARENA_ARRAY(m->ret->arena, size_t, m->ret->nparts + 1);
	for (size_t i = 0; i < m->ret->nparts; i++) {
		size_t k = 0;

		while (!is_same_thing(parts[k], parts[i]))
			k++;
		m->same[i] = k;
		m->devices |= !str_eq(parts[i]->device, parts[0]->device);
		m->transports |=
			!str_eq(parts[i]->transport, parts[0]->transport);
		m->editions |= !str_eq(parts[i]->edition, parts[0]->edition);
	}
}

/* ---- names ---- */

/* What a folder or a shell minds is left out: "udp:[::1]:5060" */
static void add_word(struct buf *out, struct str s)
{
	buf_add_char(out, out->len ? '-' : '@');
	for (size_t i = 0; i < s.len; i++) {
		bool plain = (s.p[i] >= 'a' && s.p[i] <= 'z') ||
			     (s.p[i] >= 'A' && s.p[i] <= 'Z') ||
			     (s.p[i] >= '0' && s.p[i] <= '9') ||
			     s.p[i] == '.' || s.p[i] == '_';

		buf_add_char(out, plain ? s.p[i] : '-');
	}
}

static void name_result(const struct merging *m, struct result *r)
{
	const struct run *part = run_part(m->ret, r);
	struct str scenario = result_scenario(r);
	buf_auto tail = { 0 };

	if (m->devices)
		add_word(&tail, part->device);
	if (m->transports)
		add_word(&tail, part->transport);
	if (m->editions)
		add_word(&tail, part->edition);
	r->id = scenario;
	r->scenario = tail.len ? scenario : STR_NONE;
	if (tail.len)
		r->id = arena_strf(m->ret->arena, STR_F STR_F, STR_A(scenario),
				   STR_A(buf_str(&tail)));
}

/* ---- the same scenario twice ---- */

static bool was_played(const struct result *r)
{
	return r->verdict != VERDICT_SKIP && r->verdict != VERDICT_NOT_RUN &&
	       r->verdict != VERDICT_NONE;
}

static bool is_same_run(const struct run *a, const struct run *b)
{
	return str_eq(a->started, b->started) && str_eq(a->seed, b->seed) &&
	       str_eq(a->command, b->command) &&
	       str_eq(a->address, b->address) && a->planned == b->planned;
}

static bool is_same_result(const struct run *run, const struct result *a,
			   const struct result *b)
{
	return is_same_run(run_part(run, a), run_part(run, b)) &&
	       a->verdict == b->verdict && a->took == b->took && a->n == b->n;
}

/* A single play counts itself, as many plays do. */
static void count_itself(struct result *r)
{
	if (r->plays > 1)
		return;
	r->plays = 1;
	r->play = 1;
	memset(r->verdicts, 0, sizeof(r->verdicts));
	r->verdicts[r->verdict] = 1;
}

static void shift(struct result *r, unsigned by)
{
	r->play += by;
	for (unsigned i = 0; i < r->nothers; i++)
		r->others[i]->play += by;
}

/* The one of many plays, which lists no others of its own. */
static struct result *alone(struct merging *m, const struct result *r)
{
	struct result *one = ARENA_NEW(m->ret->arena, struct result);

	*one = *r;
	one->plays = 1;
	one->nothers = 0;
	return one;
}

static void take_others(struct merging *m, struct result *to,
			const struct result *from)
{
	if (from->verdict >= VERDICT_INCONCLUSIVE)
		*ARENA_PUSH(m->ret->arena, to->others, to->nothers) =
			alone(m, from);
	for (unsigned i = 0; i < from->nothers; i++)
		*ARENA_PUSH(m->ret->arena, to->others, to->nothers) =
			from->others[i];
}

/* The worse one with the plays of both. */
static struct result *both(struct merging *m, struct result *a,
			   struct result *b)
{
	struct result *worse = b->verdict > a->verdict ? b : a;
	struct result *other = worse == b ? a : b;

	count_itself(a);
	count_itself(b);
	shift(b, a->plays);
	take_others(m, worse, other);
	worse->plays += other->plays;
	for (int i = 0; i <= VERDICT_NOT_RUN; i++)
		worse->verdicts[i] += other->verdicts[i];
	return worse;
}

static struct result *one_of(struct merging *m, struct result *a,
			     struct result *b)
{
	if (is_same_result(m->ret, a, b))
		return a;
	if (was_played(a) && was_played(b))
		return both(m, a, b);
	if (was_played(a) != was_played(b))
		return was_played(a) ? a : b;
	return a->verdict == VERDICT_NOT_RUN ? b : a;
}

/* ---- all of them ---- */

struct entry {
	size_t thing; /* the first part of the same device and so on */
	size_t place; /* as given */
	struct result *r;
};

static int by_thing(const void *x, const void *y)
{
	const struct entry *a = x, *b = y;
	int c = str_cmp(result_scenario(a->r), result_scenario(b->r));

	if (a->thing != b->thing)
		return a->thing < b->thing ? -1 : 1;
	return c ? c : a->place < b->place ? -1 : 1;
}

static bool is_same_entry(const struct entry *a, const struct entry *b)
{
	return a->thing == b->thing &&
	       str_eq(result_scenario(a->r), result_scenario(b->r));
}

/* All results by device and name; what is there twice becomes one. */
static void gather(struct merging *m, struct run *const *list, size_t n)
{
	struct arena *a = m->ret->arena;
	struct entry *all = NULL;
	size_t many = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < list[i]->n; k++) {
			struct result *r = list[i]->list[k];
			struct entry e = { m->same[r->part - 1], many, r };

			*ARENA_PUSH(a, all, many) = e;
		}
	if (many)
		qsort(all, many, sizeof(*all), by_thing);
	for (size_t i = 0; i < many;) {
		struct result *r = all[i].r;
		size_t k = i + 1;

		while (k < many && is_same_entry(&all[i], &all[k]))
			r = one_of(m, r, all[k++].r);
		name_result(m, r);
		*ARENA_PUSH(a, m->ret->list, m->ret->n) = r;
		i = k;
	}
}

/* ---- the head ---- */

static bool has_part(const struct merging *m, size_t before, struct str device)
{
	for (size_t i = 0; i < before; i++)
		if (str_eq(m->ret->parts[i]->device, device))
			return true;
	return false;
}

/* "stub-phone, stub-pbx" */
static struct str devices(const struct merging *m)
{
	buf_auto out = { 0 };

	for (size_t i = 0; i < m->ret->nparts; i++) {
		struct str device = m->ret->parts[i]->device;

		if (has_part(m, i, device))
			continue;
		if (out.len)
			buf_add_z(&out, ", ");
		buf_add_str(&out, device);
	}
	return arena_str(m->ret->arena, buf_str(&out));
}

/* What all parts say alike; what they do not is said by each. */
static void keep_equal(struct str *ret, struct str part)
{
	if (!str_eq(*ret, part))
		*ret = STR_NONE;
}

static void add_head(struct run *ret, const struct run *part)
{
	keep_equal(&ret->address, part->address);
	keep_equal(&ret->device_version, part->device_version);
	keep_equal(&ret->version, part->version);
	keep_equal(&ret->transport, part->transport);
	keep_equal(&ret->edition, part->edition);
	keep_equal(&ret->seed, part->seed);
	keep_equal(&ret->slack, part->slack);
	keep_equal(&ret->command, part->command);
	if (str_cmp(part->started, ret->started) < 0)
		ret->started = part->started;
	ret->strict |= part->strict;
	ret->interrupted |= part->interrupted;
	ret->allow_inconclusive &= part->allow_inconclusive;
	if (!part->bail.len)
		ret->bail = STR_NONE; /* the others went on */
}

static void make_head(struct merging *m)
{
	struct run *ret = m->ret;
	struct run **parts = ret->parts;
	struct result **list = ret->list;
	size_t n = ret->n, nparts = ret->nparts;
	struct arena *a = ret->arena;

	*ret = *parts[0];
	ret->arena = a;
	ret->parts = parts;
	ret->nparts = nparts;
	ret->list = list;
	ret->n = ret->planned = n;
	for (size_t i = 1; i < nparts; i++)
		add_head(ret, parts[i]);
	ret->device = devices(m);
}

void merge_runs(struct run *const *list, size_t n, struct run *ret)
{
	struct merging m = { .ret = ret };

	for (size_t i = 0; i < n; i++)
		add_parts(&m, list[i]);
	if (!ret->nparts)
		return;
	compare_parts(&m);
	gather(&m, list, n);
	make_head(&m);
}

/* ---- and apart again ---- */

static struct run *split_of(struct arena *a, struct run **list, size_t n,
			    const struct run *part, size_t *ret_n)
{
	for (size_t i = 0; i < n; i++)
		if (is_same_thing(list[i], part))
			return list[i];
	list[n] = ARENA_NEW(a, struct run);
	*list[n] = *part;
	list[n]->arena = a;
	*ret_n = n + 1;
	return list[n];
}

size_t merge_split(struct run *run, struct arena *a, struct run ***ret)
{
	size_t n = 0;

	*ret = ARENA_ARRAY(a, struct run *, run->nparts + 1);
	if (!run->nparts) {
		(*ret)[0] = run;
		return 1;
	}
	for (size_t i = 0; i < run->n; i++) {
		struct run *of =
			split_of(a, *ret, n, run_part(run, run->list[i]), &n);

		*ARENA_PUSH(a, of->list, of->n) = run->list[i];
	}
	return n;
}
