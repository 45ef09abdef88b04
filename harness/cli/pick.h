/* SPDX-License-Identifier: MIT */
/* pick: what "run" makes of the selected scenarios before they are played. */
#ifndef CLI_PICK_H
#define CLI_PICK_H

#include "base/clock.h"
#include "base/fail.h"
#include "lang/lang.h"

/* Reports and folders tell scenarios apart by their ids. False: why names two
 * files that have one. */
bool pick_names_differ(const struct progs *progs, struct fail *why);
/* "2/5": every fifth, from the second on. The same for all shards of a run,
 * whatever order they then play in. */
bool pick_shard(struct progs *progs, const char *shard, struct fail *why);
void pick_shuffle(struct progs *progs, uint64_t seed);
/* None may take longer than this, whatever it says itself. */
void pick_limit(struct progs *progs, ns_t longest);
/* On stdout: what would be played, in which order, and what not and why. */
void pick_print(const struct progs *progs);

#endif
