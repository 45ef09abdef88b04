/* SPDX-License-Identifier: MIT */
/* Requirement files: blocks of "key value" under "requirement ID". */
#include "lang/catalogue.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>

#include "lang/lines.h"

static bool level_from(struct str word, enum level *ret, bool *ret_in_force)
{
	*ret_in_force = !str_is(word, "none");
	*ret = LEVEL_NOTE;
	if (str_is(word, "must"))
		*ret = LEVEL_MUST;
	else if (str_is(word, "should"))
		*ret = LEVEL_SHOULD;
	else
		return str_is(word, "may") || str_is(word, "none");
	return true;
}

static void set_level(struct requirement *r, const struct text_line *l,
		      struct diags *ds)
{
	struct tok *last = &l->words[l->n - 1];
	enum level level;
	bool in_force;

	if (!level_from(last->text, &level, &in_force)) {
		diag_add(ds, DIAG_ERROR, "unknown-level", last->at,
			 "a level is must, should, may or none");
	} else if (l->n == 2) {
		r->level = level;
	} else if (r->nlevels < 3) {
		r->editions[r->nlevels] = l->words[1].text;
		r->levels[r->nlevels] = level;
		r->in_force[r->nlevels++] = in_force;
	}
}

static void set_field(struct requirement *r, const struct text_line *l,
		      struct diags *ds)
{
	struct str key = l->words[0].text, value = l->words[1].text;
	uint64_t n;

	if (str_is(key, "level"))
		set_level(r, l, ds);
	else if (str_is(key, "role"))
		r->role = value;
	else if (str_is(key, "section"))
		r->section = value;
	else if (str_is(key, "text"))
		r->text = value;
	else if (str_is(key, "observe"))
		r->observe = value;
	else if (str_is(key, "updated"))
		r->updated = value;
	else if (str_is(key, "tier") && str_to_u64(value, &n))
		r->tier = (unsigned)n;
	else if (str_is(key, "testable")) {
		r->testable = str_is(value, "yes");
		r->not_testable = l->n > 2 ? l->words[2].text : STR_NONE;
	} else {
		diag_add(ds, DIAG_ERROR, "unknown-keyword", l->words[0].at,
			 "a requirement has no \"" STR_F "\"", STR_A(key));
	}
}

static void read_file(struct catalogue *c, const char *path, struct diags *ds)
{
	struct lines f;

	if (!lines_read(c->arena, path, &f, ds))
		return;
	for (size_t i = 0; i < f.n; i++) {
		const struct text_line *l = &f.list[i];

		if (l->n < 2) {
			diag_add(ds, DIAG_ERROR, "no-value", l->at,
				 "a value is missing");
		} else if (str_is(l->words[0].text, "requirement")) {
			*ARENA_PUSH(c->arena, c->list, c->n) =
				(struct requirement){ .id = l->words[1].text,
						      .at = l->words[1].at };
		} else if (c->n) {
			set_field(&c->list[c->n - 1], l, ds);
		}
	}
}

static int by_id(const void *a, const void *b)
{
	return str_cmp(((const struct requirement *)a)->id,
		       ((const struct requirement *)b)->id);
}

bool catalogue_read(struct catalogue *c, const char *folder, struct diags *ds,
		    struct fail *why)
{
	size_t errors = ds->errors;
	DIR *dir = opendir(folder);
	struct dirent *entry;

	if (!dir)
		return fail_errno(why, "%s", folder);
	while ((entry = readdir(dir))) {
		struct str name = str_from(entry->d_name);

		if (str_ends(name, ".req"))
			read_file(c,
				  arena_strf(c->arena, "%s/%s", folder,
					     entry->d_name)
					  .p,
				  ds);
	}
	closedir(dir);
	if (c->n)
		qsort(c->list, c->n, sizeof(*c->list), by_id);
	return ds->errors == errors ||
	       fail_set(why, "%s: wrong requirement files", folder);
}

const struct requirement *catalogue_find(const struct catalogue *c,
					 struct str id)
{
	struct requirement key = { .id = id };

	return c->n ? bsearch(&key, c->list, c->n, sizeof(*c->list), by_id)
		    : NULL;
}

enum level requirement_level(const struct requirement *r, struct str edition,
			     bool *ret_in_force)
{
	for (unsigned i = 0; i < r->nlevels; i++) {
		if (str_eq(r->editions[i], edition)) {
			*ret_in_force = r->in_force[i];
			return r->levels[i];
		}
	}
	*ret_in_force = true;
	return r->level;
}
