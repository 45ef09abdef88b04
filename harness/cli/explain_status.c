/* SPDX-License-Identifier: MIT */
/* A response code: class, meaning, when one sees it, what to do about it. */
#include "cli/explain.h"

#include "sip/status.h"

static void put(struct explain *x, const char *key, const char *text)
{
	explain_put(&x->out, key,
		    arena_strf(x->arena, "%c%s.", *text & ~0x20, text + 1));
}

bool explain_status(struct explain *x, struct str word)
{
	const struct status_info *info;
	uint64_t n;

	if (word.len != 3 || !str_to_u64(word, &n))
		return false;
	info = status_info((unsigned)n);
	if (!info)
		return false;
	buf_addf(&x->out, "%u %s   (%s, %s)\n", info->status, info->phrase,
		 status_class(info->status), info->source);
	put(x, "means", info->meaning);
	put(x, "seen", info->when);
	put(x, "do", info->cure);
	return true;
}
