/* SPDX-License-Identifier: MIT */
/* One table in four forms; what stands in it is made harmless for each. */
#include "report/table.h"

#include "base/text.h"

void table_column(struct table *t, const char *name)
{
	if (t->columns < TABLE_COLUMNS_MAX)
		t->names[t->columns++] = str_from(name);
}

struct str *table_row(struct table *t)
{
	t->rows = arena_grow(t->arena, t->rows, t->n, sizeof(*t->rows));
	memset(t->rows[t->n], 0, sizeof(*t->rows));
	return t->rows[t->n++];
}

/* ---- for people ---- */

static size_t width_of(struct str s)
{
	buf_auto safe = { 0 };

	text_printable(&safe, s);
	return text_width(buf_str(&safe));
}

/* On a terminal a long list of words is its beginning: "a b +12". */
static void add_cell(struct str s, struct buf *out)
{
	enum { CELL_MAX = 48 };
	struct str rest = s, word;
	unsigned left = 0;

	if (width_of(s) <= CELL_MAX) {
		text_printable(out, s);
		return;
	}
	while (rest.len) {
		str_cut(rest, ' ', &word, &rest);
		if (left || (out->len && out->len + word.len > CELL_MAX - 4))
			left++;
		else {
			buf_add_z(out, out->len ? " " : "");
			text_printable(out, word);
		}
	}
	if (left)
		buf_addf(out, " +%u", left);
}

static size_t cell_width(struct str s)
{
	buf_auto cell = { 0 };

	add_cell(s, &cell);
	return text_width(buf_str(&cell));
}

static size_t column_width(const struct table *t, unsigned column)
{
	size_t widest = width_of(t->names[column]);

	for (size_t i = 0; i < t->n; i++) {
		size_t n = cell_width(t->rows[i][column]);

		widest = n > widest ? n : widest;
	}
	return widest;
}

/* Nothing stands behind the last word of a line. */
static void text_line(const struct table *t, const struct str *row,
		      const size_t *widths, struct buf *out)
{
	size_t owed = 0;

	for (unsigned i = 0; i < t->columns; i++) {
		buf_auto cell = { 0 };

		if (row[i].len) {
			buf_add_fill(out, ' ', owed);
			add_cell(row[i], &cell);
			buf_add_str(out, buf_str(&cell));
			owed = widths[i] - text_width(buf_str(&cell)) + 2;
		} else {
			owed += widths[i] + 2;
		}
	}
	buf_add_char(out, '\n');
}

static void write_text(const struct table *t, struct buf *out)
{
	size_t widths[TABLE_COLUMNS_MAX];

	for (unsigned i = 0; i < t->columns; i++)
		widths[i] = column_width(t, i);
	text_line(t, t->names, widths, out);
	for (size_t i = 0; i < t->n; i++)
		text_line(t, t->rows[i], widths, out);
}

/* ---- Markdown ---- */

/* Before each byte of those in special stands mark. */
static void add_marked(struct str s, const char *special, char mark,
		       struct buf *out)
{
	buf_auto safe = { 0 };

	text_printable(&safe, s);
	for (size_t i = 0; i < safe.len; i++) {
		if (strchr(special, safe.p[i]))
			buf_add_char(out, mark);
		buf_add_char(out, safe.p[i]);
	}
}

static void md_line(const struct table *t, const struct str *row,
		    struct buf *out)
{
	for (unsigned i = 0; i < t->columns; i++) {
		buf_add_z(out, "| ");
		add_marked(row[i], "|<>*_`[]\\", '\\', out);
		buf_add_char(out, ' ');
	}
	buf_add_z(out, "|\n");
}

static void write_md(const struct table *t, struct buf *out)
{
	md_line(t, t->names, out);
	for (unsigned i = 0; i < t->columns; i++)
		buf_add_z(out, "|---");
	buf_add_z(out, "|\n");
	for (size_t i = 0; i < t->n; i++)
		md_line(t, t->rows[i], out);
}

/* ---- RFC 4180 ---- */

static void csv_line(const struct table *t, const struct str *row,
		     struct buf *out)
{
	for (unsigned i = 0; i < t->columns; i++) {
		buf_add_z(out, i ? ",\"" : "\"");
		add_marked(row[i], "\"", '"', out);
		buf_add_char(out, '"');
	}
	buf_add_z(out, "\r\n");
}

static void write_csv(const struct table *t, struct buf *out)
{
	csv_line(t, t->names, out);
	for (size_t i = 0; i < t->n; i++)
		csv_line(t, t->rows[i], out);
}

/* ---- JSON: an object a row ---- */

static void json_line(const struct table *t, const struct str *row,
		      struct buf *out)
{
	for (unsigned i = 0; i < t->columns; i++) {
		buf_add_z(out, i ? ",\"" : "{\"");
		text_json(out, t->names[i]);
		buf_add_z(out, "\":\"");
		text_json(out, row[i]);
		buf_add_char(out, '"');
	}
	buf_add_char(out, '}');
}

static void write_json(const struct table *t, struct buf *out)
{
	buf_add_char(out, '[');
	for (size_t i = 0; i < t->n; i++) {
		buf_add_z(out, i ? ",\n" : "\n");
		json_line(t, t->rows[i], out);
	}
	buf_add_z(out, "\n]\n");
}

void table_write(const struct table *t, const char *format, struct buf *out)
{
	static const struct {
		const char *name;
		void (*fn)(const struct table *t, struct buf *out);
	} rows[] = { { "text", write_text },
		     { "md", write_md },
		     { "csv", write_csv },
		     { "json", write_json } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (strcmp(rows[i].name, format) == 0)
			rows[i].fn(t, out);
}
