/* SPDX-License-Identifier: MIT */
/* Requirement x scenario x fault, from the catalogue, the scenarios and the
 * stubs' table of faults; nothing is played. */
#include <stdio.h>
#include <unistd.h>

#include "cli/coverage.h"
#include "cli/explain.h"
#include "report/table.h"

struct words { /* each once */
	struct str *list;
	size_t n;
};

struct row {
	const struct requirement *r;
	struct words scenarios, faults;
	bool monitor;
};

struct survey {
	const struct coverage_opts *opts;
	struct explain x;
	struct row *rows; /* one for each of the catalogue's */
	struct fault *faults;
	size_t nfaults;
	struct buf allowed; /* the file's text */
};

static bool has(const struct words *w, struct str word)
{
	for (size_t i = 0; i < w->n; i++)
		if (str_eq(w->list[i], word))
			return true;
	return false;
}

static void add(struct survey *s, struct words *w, struct str word)
{
	if (word.len && !str_is(word, "-") && !has(w, word))
		*ARENA_PUSH(s->x.all.arena, w->list, w->n) = word;
}

static struct row *row_of(struct survey *s, struct str id)
{
	const struct requirement *r = catalogue_find(&s->x.all.catalogue, id);

	return r ? &s->rows[r - s->x.all.catalogue.list] : NULL;
}

/* ---- who carries it ---- */

static struct str stem(struct str id)
{
	struct str head;

	str_cut(id, '#', &head, &(struct str){ 0 });
	return head;
}

static void on_line(void *ctx, const struct carrier *c)
{
	struct survey *s = ctx;

	for (unsigned i = 0; i < c->rules->n; i++) {
		struct row *row = row_of(s, c->rules->ids[i]);

		if (row)
			add(s, &row->scenarios, stem(c->prog->id));
	}
}

/* Monitors look at every message of every scenario. */
static void find_monitors(struct survey *s)
{
	for (size_t i = 0; i < s->x.all.catalogue.n; i++) {
		buf_auto out = { 0 };

		explain_monitors(&out, s->rows[i].r->id);
		s->rows[i].monitor = out.len > 0;
	}
}

/* ---- what proves it ---- */

/* Without the stubs' table a scenario's own word is taken for what it bites. */
static void take_bites(struct survey *s)
{
	for (size_t i = 0; i < s->x.all.progs.n; i++) {
		const struct prog *prog = s->x.all.progs.list[i];

		for (size_t k = 0; k < s->x.all.catalogue.n; k++)
			for (unsigned b = 0; b < prog->nbites; b++)
				if (has(&s->rows[k].scenarios, stem(prog->id)))
					add(s, &s->rows[k].faults,
					    prog->bites[b]);
	}
}

static void take_faults(struct survey *s)
{
	for (size_t i = 0; i < s->nfaults; i++) {
		struct str ids = s->faults[i].requirement, id;

		if (str_is(s->faults[i].scenario, "-"))
			continue;
		while (ids.len) {
			struct row *row;

			str_cut(ids, ' ', &id, &ids);
			row = row_of(s, id);
			if (row)
				add(s, &row->faults, s->faults[i].name);
		}
	}
}

static bool find_faults(struct survey *s, struct fail *why)
{
	const char *path = s->opts->faults;

	if (!path)
		path = arena_strf(s->x.all.arena, "%s/../stubs/faults.def",
				  s->x.all.env.root)
			       .p;
	if (!s->opts->faults && access(path, R_OK)) {
		take_bites(s);
		return true;
	}
	if (!coverage_faults(s->x.all.arena, path, &s->faults, &s->nfaults,
			     why))
		return false;
	take_faults(s);
	return true;
}

/* ---- the table ---- */

static bool is_covered(const struct row *row)
{
	return row->scenarios.n || row->monitor;
}

/* What the device may do cannot be broken, unless a fault shows that it can. */
static bool can_break(const struct row *row)
{
	return row->faults.n || row->r->level != LEVEL_NOTE;
}

static bool is_proven(const struct row *row)
{
	return is_covered(row) && row->faults.n;
}

/* Nothing is to be done for it. */
static bool is_complete(const struct row *row)
{
	return is_covered(row) && (is_proven(row) || !can_break(row));
}

static struct str joined(struct arena *a, const struct words *w,
			 const char *before)
{
	buf_auto out = { 0 };

	buf_add_z(&out, before);
	for (size_t i = 0; i < w->n; i++) {
		if (out.len)
			buf_add_char(&out, ' ');
		buf_add_str(&out, w->list[i]);
	}
	return arena_str(a, buf_str(&out));
}

static const char *state_of(const struct row *row)
{
	if (!row->r->testable)
		return "not testable";
	if (!is_covered(row))
		return "not covered";
	return row->faults.n ? "proven" : "covered";
}

static bool is_shown(const struct survey *s, const struct row *row)
{
	if (s->opts->tier && row->r->tier != s->opts->tier)
		return false;
	return !s->opts->missing || (row->r->testable && !is_complete(row));
}

struct counted {
	unsigned testable, covered, breakable, proven;
};

static struct counted count(const struct survey *s, unsigned tier)
{
	struct counted c = { 0 };

	for (size_t i = 0; i < s->x.all.catalogue.n; i++) {
		const struct row *row = &s->rows[i];

		if (row->r->tier != tier || !row->r->testable)
			continue;
		c.testable++;
		c.covered += is_covered(row);
		c.breakable += can_break(row);
		c.proven += is_proven(row);
	}
	return c;
}

static bool write_page(const struct survey *s, const struct table *t)
{
	struct counted first = count(s, 1);
	struct coverage_page page = { STR("The catalogue"), STR_NONE, t, 3, 0 };

	page.lead = arena_strf(t->arena,
			       "Of the first tier %u of %u testable "
			       "requirements are covered. Of %u that can be "
			       "broken %u are proven by a fault.",
			       first.covered, first.testable, first.breakable,
			       first.proven);
	return coverage_page_write(s->opts->html, &page);
}

/* False: there is no page. */
static bool print_table(struct survey *s)
{
	static const char *const names[] = { "requirement", "level",
					     "tier",        "state",
					     "scenarios",   "faults" };
	struct table t = { .arena = s->x.all.arena };
	buf_auto out = { 0 };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		table_column(&t, names[i]);
	for (size_t i = 0; i < s->x.all.catalogue.n; i++) {
		const struct row *row = &s->rows[i];
		struct str *cells;

		if (!is_shown(s, row))
			continue;
		cells = table_row(&t);
		cells[0] = row->r->id;
		cells[1] = str_from(explain_level(row->r->level, true));
		cells[2] = arena_strf(t.arena, "%u", row->r->tier);
		cells[3] = str_from(state_of(row));
		cells[4] = joined(t.arena, &row->scenarios,
				  row->monitor ? "(monitor)" : "");
		cells[5] = joined(t.arena, &row->faults, "");
	}
	table_write(&t, s->opts->format ? s->opts->format : "text", &out);
	print_text(stdout, &out);
	return !s->opts->html || write_page(s, &t);
}

/* ---- the verdict ---- */

/* Lines of the file: an id, and behind "#" why. */
static bool is_allowed(const struct survey *s, struct str id)
{
	struct str rest = buf_str(&s->allowed), line, word;

	while (rest.len) {
		str_cut(rest, '\n', &line, &rest);
		str_cut(line, '#', &word, &(struct str){ 0 });
		if (str_eq(str_trim(word), id))
			return true;
	}
	return false;
}

/* What keeps a requirement of the first tier from being done with; NULL:
 * nothing. Without a table of faults nothing can be proven. */
static const char *lack_of(const struct survey *s, const struct row *row,
			   bool allowed)
{
	if (row->r->tier != 1 || !row->r->testable || is_complete(row))
		return NULL;
	if (!is_covered(row))
		return allowed ? "not covered yet" : "no scenario carries it";
	if (!s->nfaults)
		return NULL;
	return allowed ? "not proven yet" : "no fault proves it";
}

/* What is missing, and what is excused and need not be any more. */
static unsigned say_missing(const struct survey *s)
{
	unsigned missing = 0;

	for (size_t i = 0; i < s->x.all.catalogue.n; i++) {
		const struct row *row = &s->rows[i];
		bool allowed = is_allowed(s, row->r->id);
		const char *lack = lack_of(s, row, allowed);

		if (lack)
			fprintf(stderr, "%s: " STR_F "  " STR_F "\n", lack,
				STR_A(row->r->id), STR_A(row->r->text));
		else if (allowed && is_covered(row))
			fprintf(stderr,
				"covered now, so no longer to be "
				"allowed: " STR_F "\n",
				STR_A(row->r->id));
		missing += lack && !allowed;
	}
	return missing;
}

static void say_sums(const struct survey *s)
{
	unsigned proven = 0;

	for (unsigned tier = 1; tier <= 3; tier++) {
		struct counted c = count(s, tier);

		if (c.testable)
			fprintf(stderr,
				"tier %u: %u of %u testable requirements "
				"covered, %u of %u that can be broken proven "
				"by a fault\n",
				tier, c.covered, c.testable, c.proven,
				c.breakable);
	}
	for (size_t i = 0; i < s->nfaults; i++)
		proven += !str_is(s->faults[i].scenario, "-");
	if (s->nfaults)
		fprintf(stderr, "%u of %zu faults have a scenario\n", proven,
			s->nfaults);
}

static void look(struct survey *s)
{
	struct selection *all = &s->x.all;

	s->rows = ARENA_ARRAY(all->arena, struct row, all->catalogue.n + 1);
	for (size_t i = 0; i < all->catalogue.n; i++)
		s->rows[i].r = &all->catalogue.list[i];
	for (size_t i = 0; i < all->progs.n; i++)
		explain_lines(all->progs.list[i], on_line, s);
	find_monitors(s);
}

static int survey(struct survey *s)
{
	struct fail why;

	if (s->opts->allow && !buf_read_file(&s->allowed, s->opts->allow)) {
		fail_errno(&why, "%s", s->opts->allow);
		return usage_error("coverage", why.text);
	}
	look(s);
	if (!find_faults(s, &why))
		return usage_error("coverage", why.text);
	if (!print_table(s))
		return EXIT_USAGE;
	fflush(stdout);
	say_sums(s);
	return say_missing(s) ? 1 : 0;
}

int coverage_catalogue(const struct coverage_opts *opts)
{
	struct survey s = { .opts = opts, .x = { .edition = opts->edition } };
	int status;

	explain_load(&s.x);
	status = survey(&s);
	buf_free(&s.allowed);
	arena_free(s.x.all.arena);
	return status;
}
