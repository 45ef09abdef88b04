/* SPDX-License-Identifier: MIT */
/* The values on which the editions of the standards differ; the levels of
 * requirements that do are in the catalogue. */
#include "lang/edition.h"

const char *const edition_names[EDITION_COUNT] = { "rfc3515", "rfc7647",
						   "interop" };

static const struct edition_value values[] = {
#define EDITION_VALUE(name, rfc3515, rfc7647, interop)                         \
	{ name, { rfc3515, rfc7647, interop } },
#include "lang/editions.def"
#undef EDITION_VALUE
};

const struct edition_value *edition_find(struct str name)
{
	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++)
		if (str_is(name, values[i].name))
			return &values[i];
	return NULL;
}

struct str edition_says(const struct edition_value *v, struct str edition)
{
	for (unsigned i = 0; i < EDITION_COUNT; i++)
		if (str_is(edition, edition_names[i]))
			return str_from(v->in[i]);
	return str_from(v->in[0]);
}
