/* SPDX-License-Identifier: MIT */
/* A table of requirements as one self-contained page: a part for each word of
 * one column, what is well or needs no look folded. */
#include "report/coverage.h"
#include "report/html.h"

struct sheet {
	const struct coverage_page *page;
	const struct table *t;
	struct buf *out;
	unsigned parts; /* so far */
};

static struct str word_of(const struct sheet *s, size_t row)
{
	return s->t->rows[row][s->page->by];
}

static bool is_bad(struct str word)
{
	enum verdict v;

	return verdict_from_word(word, &v) && v >= VERDICT_WARN &&
	       v != VERDICT_NOT_RUN;
}

static bool was_told(const struct sheet *s, size_t row)
{
	for (size_t i = 0; i < row; i++)
		if (str_eq(word_of(s, i), word_of(s, row)))
			return true;
	return false;
}

static size_t count(const struct sheet *s, struct str word)
{
	size_t n = 0;

	for (size_t i = 0; i < s->t->n; i++)
		n += str_eq(word_of(s, i), word);
	return n;
}

static bool is_own_column(const struct sheet *s, unsigned column)
{
	return column != s->page->by && (!column || column != s->page->says);
}

static void add_row(const struct sheet *s, const struct str *row)
{
	buf_add_z(s->out, "<tr>");
	for (unsigned i = 0; i < s->t->columns; i++) {
		if (!is_own_column(s, i))
			continue;
		buf_add_z(s->out, "<td>");
		html_text(s->out, row[i]);
		if (!i && s->page->says && row[s->page->says].len) {
			buf_add_z(s->out, "<span class=\"s\">");
			html_text(s->out, row[s->page->says]);
			buf_add_z(s->out, "</span>");
		}
		buf_add_z(s->out, "</td>");
	}
	buf_add_z(s->out, "</tr>\n");
}

static void add_names(const struct sheet *s)
{
	buf_add_z(s->out, "<thead><tr>");
	for (unsigned i = 0; i < s->t->columns; i++) {
		if (!is_own_column(s, i))
			continue;
		buf_add_z(s->out, "<th>");
		html_text(s->out, s->t->names[i]);
		buf_add_z(s->out, "</th>");
	}
	buf_add_z(s->out, "</tr></thead><tbody>\n");
}

/* All rows that have the word of this one. */
static void add_part(struct sheet *s, size_t row)
{
	struct str word = word_of(s, row);
	enum verdict v;

	buf_addf(s->out, "<details class=\"sc %s\"%s><summary>",
		 verdict_from_word(word, &v) ? html_class(v) : "none",
		 !s->parts++ || is_bad(word) ? " open" : "");
	buf_add_z(s->out, "<span class=\"pill\">");
	html_text(s->out, word);
	buf_addf(s->out,
		 "</span><span class=\"id\">%zu</span></summary>\n"
		 "<div class=\"body scroll\" tabindex=\"0\" role=\"region\""
		 " aria-label=\"",
		 count(s, word));
	html_text(s->out, word);
	buf_add_z(s->out, "\"><table class=\"cv\">");
	add_names(s);
	for (size_t i = row; i < s->t->n; i++)
		if (str_eq(word_of(s, i), word))
			add_row(s, s->t->rows[i]);
	buf_add_z(s->out, "</tbody></table></div></details>\n");
}

/* A page that needs nothing else; every text of the table is made harmless. */
void coverage_html(const struct coverage_page *page, struct buf *out)
{
	struct sheet s = { .page = page, .t = page->table, .out = out };

	html_begin(out, STR("sipladder coverage"));
	buf_add_z(out, "<main class=\"page\">\n<header><p class=\"quiet\">"
		       "sipladder coverage</p>\n<h1>");
	html_text(out, page->title);
	buf_add_z(out, "</h1>\n<p class=\"lead\">");
	html_text(out, page->lead);
	buf_add_z(out, "</p></header>\n<div class=\"list\">\n");
	for (size_t i = 0; i < s.t->n; i++)
		if (!was_told(&s, i))
			add_part(&s, i);
	if (!s.t->n)
		buf_add_z(out, "<p class=\"quiet\">No requirement.</p>\n");
	buf_add_z(out, "</div>\n</main>\n</body>\n</html>\n");
}
