/* SPDX-License-Identifier: MIT */
/* The ladder as a Mermaid sequence diagram, for wikis and merge requests. */
#include "report/ladder.h"

#include "base/text.h"

/* Mermaid ends a statement at ";" and "#" begins an entity. */
static void add_words(struct buf *out, struct str s)
{
	buf_auto safe = { 0 };

	text_printable(&safe, s);
	for (size_t i = 0; i < safe.len; i++) {
		if (safe.p[i] == ';')
			buf_add_z(out, "#59;");
		else if (safe.p[i] == '#')
			buf_add_z(out, "#35;");
		else if (safe.p[i] == '<')
			buf_add_z(out, "#lt;");
		else if (safe.p[i] == '>')
			buf_add_z(out, "#gt;");
		else
			buf_add_char(out, safe.p[i]);
	}
}

static void add_tail(struct buf *out, const struct ladder_row *row, bool plan)
{
	add_words(out, str_trim(row->text));
	if (row->label.len) {
		buf_add_z(out, " (");
		add_words(out, row->label);
		buf_add_char(out, ')');
	}
	if (plan && row->note.len) {
		buf_add_z(out, "  ");
		add_words(out, row->note);
	}
	if (row->mark[0] == '!' || row->mark[0] == '?') {
		buf_addf(out, " %s ", row->mark);
		add_words(out, row->note);
	}
	buf_add_char(out, '\n');
}

/* The lanes are p0, p1 ...: names need not be identifiers. */
static void add_arrow(struct buf *out, const struct ladder_row *row, bool plan)
{
	const char *line = row->dotted ? "-->>" : "->>";

	if (row->out)
		buf_addf(out, "    p%u%sdut: ", row->lane, line);
	else
		buf_addf(out, "    dut%sp%u: ", line, row->lane);
	add_tail(out, row, plan);
}

/* "either", "or" and "and" are Mermaid's own words. */
static struct str condition_of(struct str text)
{
	static const char *const words[] = { "either", "or", "and" };
	struct str word, rest;

	str_cut(text, ' ', &word, &rest);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (str_is(word, words[i]))
			return rest;
	return text;
}

static void add_frame(struct buf *out, const struct ladder_row *row)
{
	if (row->kind == LADDER_END) {
		buf_add_z(out, "    end\n");
		return;
	}
	if (row->kind == LADDER_FRAME)
		buf_add_z(out, row->strands ? "    par " : "    alt ");
	else
		buf_add_z(out, row->strands ? "    and " : "    else ");
	add_words(out, condition_of(row->text));
	buf_add_char(out, '\n');
}

static void add_row(struct buf *out, const struct ladder *l,
		    const struct ladder_row *row)
{
	switch (row->kind) {
	case LADDER_ARROW:
		add_arrow(out, row, l->plan);
		break;
	case LADDER_PHASE:
	case LADDER_SAY:
		if (l->nlanes)
			buf_add_z(out, "    Note over p0,dut: ");
		else
			buf_add_z(out, "    Note over dut: ");
		add_tail(out, row, l->plan);
		break;
	case LADDER_FRAME:
	case LADDER_OR:
	case LADDER_END:
		add_frame(out, row);
		break;
	}
}

void ladder_mermaid(const struct ladder *l, struct buf *out)
{
	buf_add_z(out, "sequenceDiagram\n");
	for (unsigned i = 0; i < l->nlanes; i++) {
		buf_addf(out, "    participant p%u as ", i);
		add_words(out, l->lanes[i]);
		buf_add_char(out, '\n');
	}
	buf_add_z(out, "    participant dut\n");
	for (size_t i = 0; i < l->n; i++)
		add_row(out, l, &l->rows[i]);
}
