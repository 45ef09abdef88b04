/* SPDX-License-Identifier: MIT */
/* What a device file may say once, and may not deny again: of two lines that
 * disagree one would count in silence. */
#include "lang/device_reader.h"

/* Lines of which there is one; of address and user one with each name. */
static const char *const alone[] = { "device",     "edition",  "calls",
				     "answers",    "liveness", "domain",
				     "nameserver", "bind",     "start",
				     "version" };

static bool is_alone(const struct text_line *line)
{
	for (size_t i = 0; i < sizeof(alone) / sizeof(*alone); i++)
		if (line_begins(line, alone[i]))
			return true;
	return false;
}

/* "edition", "user alice", "address", "address core"; empty: any number. */
static struct str key_of(struct reader *r)
{
	const struct text_line *line = r->line;
	struct str word = line->toks[0].text;
	bool address = line_begins(line, "address");

	if (is_alone(line) || (address && line->n == 2))
		return word;
	if (line->n < 2 || (!address && !line_begins(line, "user")))
		return STR_NONE;
	return arena_strf(r->arena, STR_F " " STR_F, STR_A(word),
			  STR_A(line->toks[1].text));
}

void device_once(struct reader *r)
{
	struct device_said said = { key_of(r), r->line->at };

	if (!said.key.len)
		return;
	for (unsigned i = 0; i < r->nsaid; i++) {
		if (!str_eq(r->said[i].key, said.key))
			continue;
		wrong(r, CODE(DUPLICATE_LINE), said.at,
		      "\"" STR_F "\" stands twice", STR_A(said.key));
		diag_note(r->ds, r->said[i].at, "the first one");
		return;
	}
	*ARENA_PUSH(r->arena, r->said, r->nsaid) = said;
}

/* ---- claims ---- */

static const struct fact *find(const struct fact *list, unsigned n,
			       struct str name)
{
	for (unsigned i = 0; i < n; i++)
		if (str_eq(list[i].name, name))
			return &list[i];
	return NULL;
}

void device_agrees(struct reader *r, const struct fact *f, struct loc at,
		   bool lacks)
{
	const struct device *d = r->d;
	const struct fact *claimed = find(d->claims, d->nclaims, f->name);

	if (lacks ? claimed != NULL
		  : find(d->lacks, d->nlacks, f->name) != NULL)
		wrong(r, CODE(CONTRADICTION), at,
		      "\"" STR_F "\" is both claimed and lacked",
		      STR_A(f->name));
	else if (!lacks && claimed && !str_eq(claimed->value, f->value))
		wrong(r, CODE(CONTRADICTION), at,
		      "\"" STR_F "\" is claimed as " STR_F " already",
		      STR_A(f->name), STR_A(claimed->value));
}
