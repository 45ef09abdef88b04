/* SPDX-License-Identifier: MIT */
/* A comparison as text and as a table: what changed, then the rest. */
#include "report/compare.h"
#include "report/table.h"

#include "base/text.h"

/* ---- heads ---- */

static void add_head(const struct compare *c, size_t i, struct buf *out)
{
	const struct run *run = c->runs[i];

	text_printable(out, c->names[i]);
	buf_add_z(out, ":  ");
	text_printable(out, run->device);
	if (run->device_version.len) {
		buf_add_char(out, ' ');
		text_printable(out, run->device_version);
	}
	buf_add_z(out, "  ");
	text_printable(out, run->started);
	buf_addf(out, "  %zu scenarios\n", run->n);
}

/* ---- a baseline ---- */

static size_t widest(const struct compare_part *part)
{
	size_t most = 0;

	for (size_t i = 0; i < part->n && part->rows[i].differs; i++)
		if (part->rows[i].name.len > most)
			most = part->rows[i].name.len;
	return most < 60 ? most : 60;
}

static struct str about(const struct compare_row *row,
			const struct report_opts *opts, bool rules)
{
	return rules && opts->sentence ? opts->sentence(opts->ctx, row->name)
				       : row->why;
}

static void add_change(const struct compare_row *row, size_t width,
		       struct str why, struct buf *out)
{
	size_t from = out->len, step;

	buf_add_z(out, "  ");
	text_printable(out, row->name);
	if (out->len - from < width + 2)
		buf_add_fill(out, ' ', width + 2 - (out->len - from));
	buf_add_z(out, "  ");
	step = out->len;
	compare_step(row, out);
	if (why.len) {
		buf_add_fill(out, ' ',
			     out->len - step < 16 ? 16 - (out->len - step) : 2);
		text_printable(out, str_sub(why, 0, 200));
	}
	buf_add_char(out, '\n');
}

static void add_changes(const struct compare_part *part,
			const struct report_opts *opts, bool rules, bool all,
			struct buf *out)
{
	size_t width = widest(part);
	enum change last = CHANGES;

	for (size_t i = 0; i < part->n; i++) {
		const struct compare_row *row = &part->rows[i];

		if (row->change == CHANGE_SAME && !all)
			break;
		if (row->change != last)
			buf_addf(out, "%s: %zu\n", compare_word(row->change),
				 part->counts[row->change]);
		last = row->change;
		if (row->change == CHANGE_GONE && !all)
			continue; /* it was not asked for */
		add_change(row, width, about(row, opts, rules), out);
	}
	if (!all || !part->counts[CHANGE_SAME])
		buf_addf(out, "%s: %zu\n", compare_word(CHANGE_SAME),
			 part->counts[CHANGE_SAME]);
}

/* ---- side by side ---- */

static struct str cell_word(const struct compare_cell *cell)
{
	return cell->there ? str_from(verdict_word(cell->verdict)) : STR("-");
}

static void add_matrix(const struct compare *c, const struct compare_part *part,
		       const char *name, bool all, struct buf *out)
{
	struct table t = { .arena = c->arena };

	table_column(&t, name);
	for (size_t i = 0; i < c->n; i++)
		t.names[t.columns++] = c->names[i];
	for (size_t i = 0; i < part->n; i++) {
		struct str *cells;

		if (!part->rows[i].differs && !all)
			continue;
		cells = table_row(&t);
		cells[0] = part->rows[i].name;
		for (size_t k = 0; k < c->n; k++)
			cells[k + 1] = cell_word(&part->rows[i].cells[k]);
	}
	if (t.n)
		table_write(&t, "text", out);
	else
		buf_addf(out, "%ss: ", name);
	buf_addf(out, "%zu of %zu differ\n", part->differing, part->n);
}

void compare_text(const struct compare *c, const struct report_opts *opts,
		  bool all, struct buf *out)
{
	for (size_t i = 0; i < c->n; i++)
		add_head(c, i, out);
	if (c->baseline) {
		buf_add_z(out, "\nscenarios\n");
		add_changes(&c->scenarios, opts, false, all, out);
		buf_add_z(out, "\nrequirements\n");
		add_changes(&c->rules, opts, true, all, out);
	} else {
		buf_add_char(out, '\n');
		add_matrix(c, &c->scenarios, "scenario", all, out);
		buf_add_char(out, '\n');
		add_matrix(c, &c->rules, "requirement", all, out);
	}
}

/* ---- for programs ---- */

static void add_rows(struct table *t, const struct compare *c,
		     const struct compare_part *part, const char *kind)
{
	for (size_t i = 0; i < part->n; i++) {
		const struct compare_row *row = &part->rows[i];
		struct str *cells = table_row(t);

		cells[0] = str_from(kind);
		cells[1] = row->name;
		cells[2] = c->baseline    ? str_from(compare_word(row->change))
			   : row->differs ? STR("differs")
					  : STR("the same");
		for (size_t k = 0; k < c->n; k++)
			cells[k + 3] = cell_word(&row->cells[k]);
	}
}

void compare_table(const struct compare *c, const char *format, struct buf *out)
{
	struct table t = { .arena = c->arena };

	table_column(&t, "kind");
	table_column(&t, "name");
	table_column(&t, "change");
	for (size_t i = 0; i < c->n; i++)
		t.names[t.columns++] = c->names[i];
	add_rows(&t, c, &c->scenarios, "scenario");
	add_rows(&t, c, &c->rules, "requirement");
	table_write(&t, format, out);
}
