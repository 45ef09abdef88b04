/* SPDX-License-Identifier: MIT */
/* run --baseline: failures that were there before do not fail the run. */
#include "cli/baseline.h"
#include "report/compare.h"

int baseline_status(const struct recorded *old, const struct run *run,
		    bool allow_inconclusive, FILE *out)
{
	struct arena *a = arena_new();
	struct compare *c = compare_baseline(&old->run, run, a);
	int status = compare_exit_code(c, allow_inconclusive);
	buf_auto text = { 0 };

	buf_add_z(&text, "\nsince the baseline\n");
	compare_text(c, &old->report, false, &text);
	fwrite(text.p, 1, text.len, out);
	arena_free(a);
	return status;
}
