/* SPDX-License-Identifier: MIT */
/* A comparison as one self-contained page: what changed or differs, then all
 * of it, scenarios x devices and requirements x devices. */
#include "report/compare.h"
#include "report/html.h"

struct sheet {
	const struct compare *c;
	const struct report_opts *opts;
	struct buf *out;
};

/* ---- top ---- */

static void add_lead(const struct sheet *s)
{
	const struct compare *c = s->c;

	buf_add_z(s->out, "<p class=\"lead\">");
	if (!c->baseline)
		buf_addf(s->out,
			 "%zu of %zu scenarios and %zu of %zu requirements "
			 "came out differently.",
			 c->scenarios.differing, c->scenarios.n,
			 c->rules.differing, c->rules.n);
	else if (c->scenarios.counts[CHANGE_WORSE])
		buf_addf(s->out, "%zu scenario%s worse than before.",
			 c->scenarios.counts[CHANGE_WORSE],
			 c->scenarios.counts[CHANGE_WORSE] == 1 ? " is"
								: "s are");
	else
		buf_add_z(s->out, "Nothing is worse than before.");
	buf_add_z(s->out, "</p>\n");
}

static const char *change_class(enum change change)
{
	static const char *const names[] = {
		[CHANGE_WORSE] = "fail",   [CHANGE_LOST] = "inconclusive",
		[CHANGE_BETTER] = "pass",  [CHANGE_OTHER] = "warn",
		[CHANGE_NEW] = "known",    [CHANGE_GONE] = "skipped",
		[CHANGE_SAME] = "skipped",
	};

	return names[change];
}

static void add_sums(const struct sheet *s)
{
	buf_add_z(s->out, "<div class=\"sums\">\n");
	for (int i = 0; i < CHANGES; i++) {
		size_t n = s->c->scenarios.counts[i];

		if (n || i == CHANGE_WORSE || i == CHANGE_BETTER)
			buf_addf(s->out,
				 "<div class=\"sum %s\"><span>%s</span><b%s>"
				 "%zu</b><span>scenarios</span></div>\n",
				 change_class((enum change)i),
				 compare_word((enum change)i),
				 n ? " style=\"color:var(--c)\"" : "", n);
	}
	buf_add_z(s->out, "</div>\n");
}

static void add_cell(const struct sheet *s, struct str text)
{
	buf_add_z(s->out, "<td>");
	html_text(s->out, text);
	buf_add_z(s->out, "</td>");
}

static void add_columns(const struct sheet *s)
{
	buf_add_z(s->out,
		  "<h2 id=\"runs\">What is compared</h2>\n<div class=\"card "
		  "scroll\" tabindex=\"0\" role=\"region\" "
		  "aria-label=\"Runs\"><table><thead><tr><th></th><th>device"
		  "</th><th>its version</th><th>transport</th><th>edition</th>"
		  "<th>started</th><th>scenarios</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < s->c->n; i++) {
		const struct run *run = s->c->runs[i];

		buf_add_z(s->out, "<tr>");
		add_cell(s, s->c->names[i]);
		add_cell(s, run->device);
		add_cell(s, run->device_version);
		add_cell(s, run->transport);
		add_cell(s, run->edition);
		add_cell(s, run->started);
		buf_addf(s->out, "<td>%zu</td></tr>\n", run->n);
	}
	buf_add_z(s->out, "</tbody></table></div>\n");
}

/* ---- rows ---- */

static void add_name(const struct sheet *s, const struct compare_row *row,
		     bool rules)
{
	struct str text = rules && s->opts->sentence
				  ? s->opts->sentence(s->opts->ctx, row->name)
				  : row->why;

	buf_add_z(s->out, "<td>");
	html_text(s->out, row->name);
	if (text.len) {
		buf_add_z(s->out, "<span class=\"s\">");
		html_text(s->out, str_sub(text, 0, 300));
		buf_add_z(s->out, "</span>");
	}
	buf_add_z(s->out, "</td>");
}

static void add_row(const struct sheet *s, const struct compare_row *row,
		    bool rules)
{
	buf_add_z(s->out, "<tr>");
	add_name(s, row, rules);
	for (size_t i = 0; i < s->c->n; i++) {
		buf_add_z(s->out, "<td class=\"nw\">");
		if (row->cells[i].there)
			html_pill(s->out, row->cells[i].verdict);
		else
			buf_add_z(s->out, "<span class=\"quiet\">–</span>");
		buf_add_z(s->out, "</td>");
	}
	buf_add_z(s->out, "</tr>\n");
}

static void begin_table(const struct sheet *s, const char *name)
{
	buf_addf(s->out,
		 "<div class=\"card scroll\" tabindex=\"0\" role=\"region\" "
		 "aria-label=\"%s\"><table class=\"mx\"><thead><tr><th>%s</th>",
		 name, name);
	for (size_t i = 0; i < s->c->n; i++) {
		buf_add_z(s->out, "<th>");
		html_text(s->out, s->c->names[i]);
		buf_add_z(s->out, "</th>");
	}
	buf_add_z(s->out, "</tr></thead><tbody>\n");
}

static void end_table(const struct sheet *s)
{
	buf_add_z(s->out, "</tbody></table></div>\n");
}

/* From row i on, those that changed in one way; where the next one begins. */
static size_t add_change(const struct sheet *s, const struct compare_part *part,
			 size_t i, bool rules)
{
	enum change change = part->rows[i].change;

	if (s->c->baseline)
		buf_addf(s->out, "<h3>%s: %zu</h3>\n", compare_word(change),
			 part->counts[change]);
	begin_table(s, rules ? "requirement" : "scenario");
	for (; i < part->n && part->rows[i].change == change &&
	       part->rows[i].differs;
	     i++)
		add_row(s, &part->rows[i], rules);
	end_table(s);
	return i;
}

static void add_same(const struct sheet *s, const struct compare_part *part,
		     size_t from, bool rules)
{
	if (from == part->n)
		return;
	buf_addf(s->out, "<details class=\"fold\"><summary>%zu %s</summary>\n",
		 part->n - from,
		 s->c->baseline ? "the same as before" : "alike");
	begin_table(s, rules ? "requirement" : "scenario");
	for (size_t i = from; i < part->n; i++)
		add_row(s, &part->rows[i], rules);
	end_table(s);
	buf_add_z(s->out, "</details>\n");
}

static void add_part(const struct sheet *s, const struct compare_part *part,
		     bool rules)
{
	size_t i = 0;

	buf_addf(s->out, "<h2 id=\"%s\">%s</h2>\n",
		 rules ? "requirements" : "scenarios",
		 rules ? "Requirements" : "Scenarios");
	while (i < part->n && part->rows[i].differs)
		i = add_change(s, part, i, rules);
	if (!i)
		buf_add_z(s->out, "<p class=\"quiet\">No difference.</p>\n");
	add_same(s, part, i, rules);
}

void compare_html(const struct compare *c, const struct report_opts *opts,
		  struct buf *out)
{
	struct sheet s = { c, opts, out };

	html_begin(out, STR("sipladder compare"));
	buf_add_z(out, "<a class=\"skip\" href=\"#scenarios\">to the scenarios"
		       "</a>\n<main class=\"page\">\n<header><p class=\"quiet\""
		       ">sipladder compare</p>\n<h1>");
	for (size_t i = 0; i < c->n && !c->baseline; i++) {
		buf_add_z(out, i ? " · " : "");
		html_text(out, c->names[i]);
	}
	if (c->baseline)
		html_text(out, c->runs[1]->device);
	buf_add_z(out, "</h1>\n");
	add_lead(&s);
	if (c->baseline)
		add_sums(&s);
	buf_add_z(out, "</header>\n");
	add_part(&s, &c->scenarios, false);
	add_part(&s, &c->rules, true);
	add_columns(&s);
	buf_add_z(out, "</main>\n</body>\n</html>\n");
}
