/* SPDX-License-Identifier: MIT */
/* coverage: requirement x verdict of finished runs; with --catalogue,
 * requirement x scenario x fault without any run. */
#include "cli/coverage.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/explain.h"
#include "cli/recorded.h"
#include "report/table.h"

#define AT(field) offsetof(struct coverage_opts, field)

static const struct opt table[] = {
	{ 0, "catalogue", OPT_FLAG, AT(catalogue), NULL,
	  "what the scenarios cover, and which fault proves it" },
	{ 0, "format", OPT_WORD, AT(format), TABLE_FORMATS, "of the table" },
	{ 0, "html", OPT_TEXT, AT(html), "FILE", "one page, to be read" },
	{ 0, "tier", OPT_COUNT, AT(tier), "N", "only requirements of it" },
	{ 0, "missing", OPT_FLAG, AT(missing), NULL,
	  "only what is not covered, or not proven by a fault" },
	{ 0, "allow", OPT_TEXT, AT(allow), "FILE",
	  "ids that need no scenario or fault yet, a line each" },
	{ 0, "faults", OPT_TEXT, AT(faults), "FILE",
	  "the stubs' table (default: beside the scenarios)" },
	{ 0, "edition", OPT_WORD, AT(edition), EDITIONS,
	  "whose scenarios are looked at" },
	{ 'h', "help", OPT_FLAG, AT(help), NULL, "this text" },
	{ 0, NULL, OPT_FLAG, 0, NULL, NULL },
};

#define SUMS                                                                   \
	"MUST %u failed of %u exercised, SHOULD %u warned of %u, MAY %u seen"
#define SUMS_OF(t)                                                             \
	(t)->must_failed, (t)->must_exercised, (t)->should_warned,             \
		(t)->should_exercised, (t)->may_seen

struct said {
	struct str id;
	const struct requirement *r; /* NULL: not in the catalogue */
	const struct covered *c;     /* NULL: no line carries it */
};

struct coverage {
	const struct coverage_opts *opts;
	struct recorded rec;
	struct covered *list;
	size_t n;
	struct said *rows;
	size_t nrows;
};

/* In the edition that was run. */
static bool is_in_force(const struct coverage *v, const struct said *row)
{
	bool in_force = true;

	if (row->r)
		requirement_level(row->r, v->rec.run.edition, &in_force);
	return in_force;
}

static bool is_wanted(const struct coverage *v, const struct said *row)
{
	if (v->opts->tier && (!row->r || row->r->tier != v->opts->tier))
		return false;
	if (!v->opts->missing)
		return true;
	return row->c ? row->c->verdict == VERDICT_NONE : is_in_force(v, row);
}

static void add(struct coverage *v, struct str id, const struct requirement *r,
		const struct covered *c)
{
	struct said row = { id, r, c };

	if (is_wanted(v, &row))
		*ARENA_PUSH(v->rec.arena, v->rows, v->nrows) = row;
}

/* What nobody looks at comes last, what is worst first. */
static int weight(const struct said *row)
{
	static const int weights[] = {
		[VERDICT_ERROR] = 0,   [VERDICT_FAIL] = 1,
		[VERDICT_WARN] = 2,    [VERDICT_KNOWN] = 3,
		[VERDICT_PASS] = 5,    [VERDICT_INCONCLUSIVE] = 4,
		[VERDICT_SKIP] = 6,    [VERDICT_NONE] = 7,
		[VERDICT_NOT_RUN] = 8,
	};

	if (!row->c)
		return row->r && !row->r->testable ? 10 : 9;
	return weights[row->c->verdict];
}

static int by_weight(const void *x, const void *y)
{
	const struct said *a = x, *b = y;
	int d = weight(a) - weight(b);

	return d ? d : str_cmp(a->id, b->id);
}

static void gather(struct coverage *v)
{
	const struct catalogue *c = &v->rec.catalogue;

	v->n = coverage_of(&v->rec.run, v->rec.arena, &v->list);
	for (size_t i = 0; i < c->n; i++)
		add(v, c->list[i].id, &c->list[i],
		    coverage_find(v->list, v->n, c->list[i].id));
	for (size_t i = 0; i < v->n; i++)
		if (!catalogue_find(c, v->list[i].id))
			add(v, v->list[i].id, NULL, &v->list[i]);
	if (v->nrows)
		qsort(v->rows, v->nrows, sizeof(*v->rows), by_weight);
}

static struct str word_of(const struct said *row, bool in_force)
{
	if (!row->c && !in_force)
		return STR("not in force");
	if (!row->c && row->r && !row->r->testable)
		return STR("not testable");
	return str_from(coverage_word(row->c));
}

static void fill(struct coverage *v, struct str *cells, const struct said *row)
{
	bool in_force = true;
	enum level level = LEVEL_NOTE;

	if (row->r)
		level = requirement_level(row->r, v->rec.run.edition,
					  &in_force);
	cells[0] = row->id;
	cells[1] = row->r ? str_from(explain_level(level, in_force))
			  : STR("practice");
	cells[2] = word_of(row, in_force);
	if (row->c) {
		cells[3] = arena_strf(v->rec.arena, "%u", row->c->scenarios);
		cells[4] = row->c->by->id;
	}
	if (row->r)
		cells[5] = row->r->text;
}

/* A page of what was printed. */
bool coverage_page_write(const char *path, const struct coverage_page *page)
{
	buf_auto out = { .max = RECORDED_REPORT_MAX };

	coverage_html(page, &out);
	errno = EFBIG;
	if (!out.over && buf_write_file(&out, path))
		return true;
	fprintf(stderr, "sipladder coverage: %s: %s\n", path, strerror(errno));
	return false;
}

static bool write_page(struct coverage *v, const struct table *t)
{
	struct arena *a = v->rec.arena;
	struct tally sums;
	struct coverage_page page = { v->rec.run.device, STR_NONE, t, 2, 5 };

	tally_run(&v->rec.run, &sums);
	page.lead = arena_strf(a, SUMS, SUMS_OF(&sums));
	return coverage_page_write(v->opts->html, &page);
}

/* False: there is no page. */
static bool print_rows(struct coverage *v)
{
	static const char *const names[] = { "requirement", "level",
					     "verdict",     "scenarios",
					     "for one",     "says" };
	struct table t = { .arena = v->rec.arena };
	buf_auto out = { 0 };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		table_column(&t, names[i]);
	for (size_t i = 0; i < v->nrows; i++)
		fill(v, table_row(&t), &v->rows[i]);
	table_write(&t, v->opts->format ? v->opts->format : "text", &out);
	print_text(stdout, &out);
	return !v->opts->html || write_page(v, &t);
}

static void say_sums(const struct coverage *v)
{
	struct tally t;

	tally_run(&v->rec.run, &t);
	fflush(stdout);
	fprintf(stderr, SUMS "\n", SUMS_OF(&t));
}

static int coverage_run(const struct coverage_opts *opts,
			const char *const *where, unsigned n)
{
	struct coverage v = { .opts = opts };
	struct fail why;
	int status = 0;

	if (recorded_merge(&v.rec, where, n, &why)) {
		gather(&v);
		if (!print_rows(&v))
			status = EXIT_USAGE;
		say_sums(&v);
	} else {
		usage_error("coverage", why.text);
		status = EXIT_TEXT;
	}
	recorded_close(&v.rec);
	return status;
}

int cmd_coverage(int argc, char **argv)
{
	enum { WORDS_MAX = 4096 };
	struct coverage_opts o = { 0 };
	const char *args[WORDS_MAX];
	struct fail why;
	unsigned n;

	if (argc > WORDS_MAX)
		return usage_error("coverage", "too many words");
	if (!opts_read(table, argc, argv, &o, args, &n, &why))
		return usage_error("coverage", why.text);
	if (o.help)
		return usage_help("coverage RESULT.. | --catalogue", table);
	if (o.catalogue && n)
		return usage_error("coverage", "--catalogue looks at no "
					       "results");
	if (!o.catalogue && (o.faults || o.allow))
		return usage_error("coverage", "--faults and --allow go with "
					       "--catalogue");
	if (o.catalogue)
		return coverage_catalogue(&o);
	if (!n)
		return usage_error("coverage", "which run? a folder such as "
					       "out/last, or --catalogue");
	return coverage_run(&o, args, n);
}
