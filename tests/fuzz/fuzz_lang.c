/* SPDX-License-Identifier: MIT */
/* Any bytes as a scenario, as a device file and as a requirement file: nothing
 * crashes, each diagnostic has a known code and a place inside its text, and
 * the time is bounded. */
#include "fuzz_lang.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "lang/codes.h"
#include "lang/lang.h"

enum { CPU_SECONDS_MAX = 10 }; /* sanitizers and a busy machine included */

static void check_diags(const struct diags *ds)
{
	buf_auto out = { 0 };

	assert(ds->n <= 2 * DIAGS_KEPT);
	for (size_t i = 0; i < ds->n; i++) {
		const struct diag *d = &ds->list[i];

		assert(d->level == DIAG_NOTE ||
		       lang_code_explain(str_from(d->code)));
		if (!d->at.src)
			fprintf(stderr, "no place: " STR_F "\n",
				STR_A(d->text));
		assert(d->at.src);
		assert(d->at.off <= d->at.src->text.len);
		assert(d->at.len <= d->at.src->text.len - d->at.off);
		assert(!d->above.src || d->above.off <= d->above.src->text.len);
	}
	diag_print(ds, &out);
	assert(!ds->n || out.len);
}

static void as_scenario(struct arena *a, struct str text)
{
	struct diags ds = { .arena = a };
	struct progs progs = { 0 };
	struct device device;
	struct fail why;
	struct lang_env env = { .arena = a,
				.root = ROOT "/tests/golden/examples",
				.device = &device,
				.transport = STR("udp") };

	assert(device_from_to(a, STR("udp:127.0.0.1:5060"), &device, &why));
	if (lang_load_text(&env, "x.ladder", text, &progs, &ds))
		assert(progs.n);
	else
		assert(ds.errors);
	check_diags(&ds);
}

static void as_device(struct arena *a, struct str text)
{
	struct diags ds = { .arena = a };
	struct device device;

	assert(device_read_text(a, "x.dut", text, &device, &ds) == !ds.errors);
	check_diags(&ds);
}

static void as_catalogue(struct arena *a, struct str text)
{
	struct catalogue c = { .arena = a };
	struct diags ds = { .arena = a };

	assert(catalogue_add_text(&c, "x.req", text, &ds) == !ds.errors);
	check_diags(&ds);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const readers[])(struct arena *,
				       struct str) = { as_scenario, as_device,
						       as_catalogue };
	struct str text = { (const char *)data, size };
	clock_t begun = clock();

	for (size_t i = 0; i < sizeof(readers) / sizeof(*readers); i++) {
		struct arena *a = arena_new();

		readers[i](a, text);
		arena_free(a);
	}
	assert(clock() - begun < CPU_SECONDS_MAX * CLOCKS_PER_SEC);
	return 0;
}
