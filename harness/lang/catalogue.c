/* SPDX-License-Identifier: MIT */
/* Requirement files: "requirement ID" and lines of its own below it. */
#include "lang/catalogue.h"

#include "lang/lex.h"

#include <assert.h>
#include <dirent.h>
#include <stdlib.h>

enum { EDITIONS_MAX = 3 };

struct reader {
	struct catalogue *c;
	struct diags *ds;
	struct requirement *r; /* the one being read; NULL: none yet */
	const struct text_line *line;
};

typedef void key_fn(struct reader *r);

static void wrong(struct reader *r, unsigned i, const char *why)
{
	struct loc at = i < r->line->n ? r->line->toks[i].at : r->line->at;

	diag_add(r->ds, CODE(BAD_REQUIREMENT), at, "%s", why);
}

static struct str word(const struct reader *r, unsigned i)
{
	return i < r->line->n ? r->line->toks[i].text : STR_NONE;
}

/* "none" is not in force. */
static bool level_of_word(struct str s, enum level *ret, bool *ret_in_force)
{
	*ret_in_force = !str_is(s, "none");
	*ret = str_is(s, "must")     ? LEVEL_MUST
	       : str_is(s, "should") ? LEVEL_SHOULD
				     : LEVEL_NOTE;
	return *ret != LEVEL_NOTE || str_is(s, "may") || str_is(s, "none");
}

/* "level must", "level interop none" */
static void key_level(struct reader *r)
{
	struct requirement *q = r->r;
	unsigned last = r->line->n - 1;
	enum level level;
	bool in_force;

	if (!level_of_word(word(r, last), &level, &in_force)) {
		wrong(r, last, "a level is must, should, may or none");
	} else if (r->line->n == 2) {
		q->level = level;
	} else if (q->nlevels == EDITIONS_MAX) {
		wrong(r, 1, "more levels than there are editions");
	} else {
		q->editions[q->nlevels] = word(r, 1);
		q->levels[q->nlevels] = level;
		q->in_force[q->nlevels++] = in_force;
	}
}

/* All words of the line as they are written. */
static struct str rest(const struct reader *r)
{
	const struct text_line *l = r->line;

	return loc_text(loc_join(l->toks[1].at, l->toks[l->n - 1].at));
}

static void key_role(struct reader *r)
{
	r->r->role = rest(r);
}

static void key_section(struct reader *r)
{
	r->r->section = rest(r);
}

static void key_tier(struct reader *r)
{
	uint64_t n;

	if (!str_to_u64(word(r, 1), &n) || n > 9)
		wrong(r, 1, "a tier is a number");
	else
		r->r->tier = (unsigned)n;
}

static void key_testable(struct reader *r)
{
	r->r->testable = str_is(word(r, 1), "yes");
	r->r->not_testable = word(r, 2);
	if (!r->r->testable && (!str_is(word(r, 1), "no") || r->line->n < 3))
		wrong(r, 1, "testable yes, or: testable no \"why\"");
}

static void key_text(struct reader *r)
{
	r->r->text = word(r, 1);
}

static void key_observe(struct reader *r)
{
	r->r->observe = word(r, 1);
}

static void key_updated(struct reader *r)
{
	r->r->updated = word(r, 1);
}

static void key_alias(struct reader *r)
{
	r->r->alias = rest(r);
}

static const struct {
	const char *word;
	key_fn *read;
} keys[] = {
	{ "level", key_level },       { "role", key_role },
	{ "section", key_section },   { "tier", key_tier },
	{ "testable", key_testable }, { "text", key_text },
	{ "observe", key_observe },   { "updated", key_updated },
	{ "alias", key_alias },
};

enum { NKEYS = sizeof(keys) / sizeof(*keys) };

static void begin(struct reader *r)
{
	struct catalogue *c = r->c;

	r->r = ARENA_PUSH(c->arena, c->list, c->n);
	*r->r = (struct requirement){ .id = word(r, 1),
				      .level = LEVEL_MUST,
				      .testable = true,
				      .at = r->line->toks[1].at };
}

static void unknown_key(struct reader *r)
{
	struct str words[NKEYS], near;

	for (size_t i = 0; i < NKEYS; i++)
		words[i] = str_from(keys[i].word);
	near = diag_nearest(word(r, 0), words, NKEYS);
	diag_add(r->ds, CODE(BAD_REQUIREMENT), r->line->toks[0].at,
		 "a requirement has no \"" STR_F "\"%s" STR_F "%s",
		 STR_A(word(r, 0)), near.len ? ". Did you mean \"" : "",
		 STR_A(near), near.len ? "\"?" : "");
}

static void read_line(struct reader *r)
{
	if (r->line->n < 2) {
		wrong(r, 0, "a value is missing behind this");
		return;
	}
	if (line_begins(r->line, "requirement")) {
		begin(r);
		return;
	}
	if (!r->r) {
		wrong(r, 0, "a requirement begins: requirement ID");
		return;
	}
	for (size_t i = 0; i < NKEYS; i++)
		if (line_begins(r->line, keys[i].word)) {
			keys[i].read(r);
			return;
		}
	unknown_key(r);
}

static void read_src(struct catalogue *c, struct src *src, struct diags *ds)
{
	struct text_line line;
	struct reader r = { .c = c, .ds = ds, .line = &line };
	struct lex lx = { .arena = c->arena, .ds = ds, .line = 1, .src = src };

	while (src && lex_next(&lx, &line))
		read_line(&r);
}

void catalogue_read_file(struct catalogue *c, const char *path,
			 struct diags *ds)
{
	read_src(c, lex_read(c->arena, path, path, (struct loc){ 0 }, ds), ds);
}

bool catalogue_add_text(struct catalogue *c, const char *path, struct str text,
			struct diags *ds)
{
	size_t before = ds->errors;

	read_src(c, lex_accept(c->arena, path, text, ds), ds);
	return ds->errors == before;
}

static int by_id(const void *a, const void *b)
{
	return str_cmp(((const struct requirement *)a)->id,
		       ((const struct requirement *)b)->id);
}

static void find_twins(struct catalogue *c, struct diags *ds)
{
	for (size_t i = 1; i < c->n; i++)
		if (str_eq(c->list[i - 1].id, c->list[i].id)) {
			diag_add(ds, CODE(DUPLICATE_REQUIREMENT), c->list[i].at,
				 "\"" STR_F "\" stands here twice",
				 STR_A(c->list[i].id));
			diag_note(ds, c->list[i - 1].at, "here too");
		}
}

/* Reads every *.req of a folder into c->list, sorted by id. False, with why,
 * where the folder cannot be read or something in it is wrong. */
bool catalogue_read(struct catalogue *c, const char *folder, struct diags *ds,
		    struct fail *why)
{
	size_t before = ds->errors;
	DIR *dir = opendir(folder);
	const struct dirent *entry;

	assert(c->arena);
	if (!dir)
		return fail_errno(why, "%s", folder);
	while ((entry = readdir(dir)))
		if (str_ends(str_from(entry->d_name), ".req"))
			catalogue_read_file(c,
					    arena_strf(c->arena, "%s/%s",
						       folder, entry->d_name)
						    .p,
					    ds);
	closedir(dir);
	if (c->n)
		qsort(c->list, c->n, sizeof(*c->list), by_id);
	find_twins(c, ds);
	return ds->errors == before ||
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
	for (unsigned i = 0; i < r->nlevels; i++)
		if (str_eq(r->editions[i], edition)) {
			*ret_in_force = r->in_force[i];
			return r->levels[i];
		}
	*ret_in_force = true;
	return r->level;
}
