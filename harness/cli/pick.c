/* SPDX-License-Identifier: MIT */
/* Shards, order and limits of the scenarios of one run. */
#include "cli/pick.h"

#include <stdio.h>

#include "lang/prog.h"

bool pick_names_differ(const struct progs *progs, struct fail *why)
{
	for (size_t i = 0; i < progs->n; i++) {
		const struct prog *a = progs->list[i];

		for (size_t k = 0; k < i; k++) {
			const struct prog *b = progs->list[k];

			if (str_eq(a->id, b->id))
				return fail_set(why,
						STR_F
						" and " STR_F
						" would both be \"" STR_F
						"\" in reports: play them "
						"in two runs",
						STR_A(b->file), STR_A(a->file),
						STR_A(a->id));
		}
	}
	return true;
}

bool pick_shard(struct progs *progs, const char *shard, struct fail *why)
{
	struct str k, n;
	uint64_t part, parts;
	size_t kept = 0;

	if (!str_cut(str_from(shard), '/', &k, &n) || !str_to_u64(k, &part) ||
	    !str_to_u64(n, &parts) || !part || part > parts)
		return fail_set(why,
				"--shard takes K/N with K from 1 to N, not "
				"\"%.80s\"",
				shard);
	for (size_t i = 0; i < progs->n; i++)
		if (i % parts == part - 1)
			progs->list[kept++] = progs->list[i];
	progs->n = kept;
	return true;
}

/* splitmix64 */
static uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

void pick_shuffle(struct progs *progs, uint64_t seed)
{
	for (size_t i = progs->n; i > 1; i--) {
		size_t k = (size_t)(next_random(&seed) % i);
		struct prog *other = progs->list[k];

		progs->list[k] = progs->list[i - 1];
		progs->list[i - 1] = other;
	}
}

void pick_limit(struct progs *progs, ns_t longest)
{
	for (size_t i = 0; i < progs->n; i++)
		if (progs->list[i]->deadline > longest)
			progs->list[i]->deadline = longest;
}

void pick_print(const struct progs *progs)
{
	size_t n = 0;

	for (size_t i = 0; i < progs->n; i++) {
		const struct prog *prog = progs->list[i];

		n += prog->selected;
		if (prog->selected)
			printf("play  " STR_F "\n", STR_A(prog->id));
		else
			printf("skip  " STR_F "  " STR_F "\n", STR_A(prog->id),
			       STR_A(prog->why));
	}
	printf("%zu of %zu scenarios would be played\n", n, progs->n);
}
