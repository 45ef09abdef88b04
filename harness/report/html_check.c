/* SPDX-License-Identifier: MIT */
/* The checks of one scenario: what was broken, with wanted and got and the
 * rule's sentence; then what held. */
#include "report/html.h"
#include "report/point.h"

#include "base/text.h"

enum {
	SHOWN_MAX = 4000,  /* bytes of one value */
	DETAIL_OPEN = 1500 /* bytes that are not folded away */
};

struct checks {
	const struct result *r;
	const struct ladder *ladder;
	const struct report_opts *opts;
	struct buf *out;
};

static struct str sentence(const struct checks *c, struct str id)
{
	return c->opts->sentence ? c->opts->sentence(c->opts->ctx, id)
				 : STR_NONE;
}

/* How many findings before this one stand on the same line. */
static unsigned nth_of_line(const struct result *r, size_t at)
{
	unsigned n = 1;

	for (size_t i = 0; i < at; i++)
		n += r->findings[i].line == r->findings[at].line &&
		     strcmp(r->findings[i].kind, r->findings[at].kind) == 0;
	return n;
}

/* "refer/x:17", "refer/x:monitor.2": by its line, so that it stays the same
 * from run to run. */
static void add_anchor(const struct checks *c, size_t at)
{
	const struct finding *f = &c->r->findings[at];
	unsigned n = nth_of_line(c->r, at);

	html_anchor(c->out, c->r);
	if (f->line)
		buf_addf(c->out, ":%u", f->line);
	if (!f->line || strcmp(f->kind, "check") != 0)
		buf_addf(c->out, ":%s", f->kind);
	if (n > 1)
		buf_addf(c->out, ".%u", n);
}

static struct str base_name(struct str path)
{
	ptrdiff_t slash;

	while ((slash = str_find_char(path, '/')) >= 0)
		path = str_tail(path, (size_t)slash + 1);
	return path;
}

/* Where it is written, as a link to this check that can be copied. */
static void add_place(const struct checks *c, size_t at)
{
	const struct finding *f = &c->r->findings[at];

	buf_add_z(c->out, "<a class=\"nw quiet\" href=\"#");
	add_anchor(c, at);
	buf_add_z(c->out, "\">");
	if (f->file.len && f->line) {
		html_text(c->out, base_name(f->file));
		buf_addf(c->out, ":%u</a>", f->line);
	} else {
		buf_add_z(c->out, "link</a>");
	}
}

static void add_rules(const struct checks *c, const struct finding *f)
{
	struct str ids = f->reqs, id;

	while (ids.len) {
		struct str text;
		buf_auto said = { 0 };

		str_cut(ids, ' ', &id, &ids);
		text = sentence(c, id);
		buf_add_z(c->out, "<span class=\"s\"><code>");
		html_text(c->out, id);
		buf_add_z(c->out, "</code>");
		point_ruling(&said, f, id);
		html_text(c->out, buf_str(&said));
		buf_add_char(c->out, ' ');
		html_text(c->out, text);
		buf_add_z(c->out, "</span>");
	}
}

/* ---- what was broken ---- */

static void add_clipped(struct buf *out, struct str s)
{
	html_lines(out, str_sub(s, 0, SHOWN_MAX));
	if (s.len > SHOWN_MAX)
		buf_addf(out, " … (%zu bytes)", s.len);
}

/* got with what differs from wanted marked. */
static void add_got(struct buf *out, struct str wanted, struct str got)
{
	buf_auto w = { 0 }, g = { 0 };
	size_t at, n;

	text_printable(&w, wanted);
	text_printable(&g, got);
	if (!contrast_part(buf_str(&w), buf_str(&g), &at, &n)) {
		add_clipped(out, got);
		return;
	}
	html_text(out, str_sub(buf_str(&g), 0, at));
	buf_add_z(out, "<mark>");
	html_text(out, str_sub(buf_str(&g), at, n));
	buf_add_z(out, "</mark>");
	html_text(out, str_tail(buf_str(&g), at + n));
}

static void add_row(struct buf *out, const char *key, struct str value)
{
	if (!value.len)
		return;
	buf_addf(out, "<dt>%s</dt><dd class=\"mono\">", key);
	add_clipped(out, value);
	buf_add_z(out, "</dd>");
}

static void add_contrast(const struct checks *c, const struct finding *f)
{
	struct buf *out = c->out;

	buf_add_z(out, "<dl class=\"wg\">");
	add_row(out, "wanted", f->wanted);
	if (f->got.len) {
		buf_add_z(out, "<dt>got</dt><dd class=\"got mono\">");
		add_got(out, f->wanted, f->got);
		buf_add_z(out, "</dd>");
	}
	if (f->message.len && !str_eq(f->message, f->got))
		add_row(out, "came", f->message);
	buf_add_z(out, "</dl>");
}

/* The advice that "explain" gives on the code that came. */
static void add_code(struct buf *out, const struct finding *f)
{
	const struct status_info *info = point_status(f);

	if (!info)
		return;
	buf_addf(out, "<p class=\"rule\"><b>%u %s</b>: %s. %c%s.</p>",
		 info->status, info->phrase, info->meaning, *info->cure & ~0x20,
		 info->cure + 1);
}

static bool is_drawn(const struct ladder *l, uint32_t rec)
{
	for (size_t i = 0; l && i < l->n; i++)
		if (l->rows[i].kind == LADDER_ARROW && l->rows[i].rec == rec)
			return true;
	return false;
}

static void add_message_link(const struct checks *c, const struct finding *f)
{
	if (!f->rec || !is_drawn(c->ladder, f->rec))
		return;
	buf_add_z(c->out, " · <a class=\"nw\" href=\"#");
	html_anchor(c->out, c->r);
	buf_addf(c->out, ":m%u\">message %u</a>", f->rec, f->rec);
}

static void add_bad(const struct checks *c, size_t at)
{
	const struct finding *f = &c->r->findings[at];
	struct buf *out = c->out;

	buf_addf(out, "<div class=\"ck %s\" id=\"", html_class(f->verdict));
	add_anchor(c, at);
	buf_add_z(out, "\"><p class=\"what\">");
	html_text(out, f->what);
	buf_add_z(out, "</p><p class=\"quiet\">");
	html_pill(out, f->verdict);
	buf_addf(out, " %s", strcmp(f->kind, "line") == 0 ? "a message" : "");
	if (strcmp(f->kind, "line") != 0)
		buf_add_z(out, f->kind);
	if (f->reason.len) {
		buf_add_z(out, ", ");
		html_text(out, f->reason);
	}
	buf_add_z(out, " · ");
	add_place(c, at);
	add_message_link(c, f);
	buf_add_z(out, "</p>");
	if (f->wanted.len || f->got.len || f->message.len)
		add_contrast(c, f);
	buf_add_z(out, "<p class=\"rule\">");
	add_rules(c, f);
	buf_add_z(out, "</p>");
	add_code(out, f);
	if (f->detail.len) {
		buf_addf(out,
			 "<details class=\"fold\"%s><summary>details"
			 "</summary><pre>",
			 f->detail.len <= DETAIL_OPEN ? " open" : "");
		add_clipped(out, f->detail);
		buf_add_z(out, "</pre></details>");
	}
	buf_add_z(out, "</div>\n");
}

/* ---- what held, and what was not reached ---- */

static void add_table_row(const struct checks *c, size_t at)
{
	const struct finding *f = &c->r->findings[at];
	struct buf *out = c->out;

	buf_addf(out, "<tr class=\"%s\" id=\"", html_class(f->verdict));
	add_anchor(c, at);
	buf_addf(out, "\"><td class=\"mk\">%s</td><td>",
		 verdict_word(f->verdict));
	html_text(out, f->what);
	add_rules(c, f);
	buf_add_z(out, "</td><td class=\"s0 mono\">");
	html_text(out, str_sub(f->got, 0, 200));
	buf_add_z(out, "</td><td class=\"s0\">");
	add_place(c, at);
	buf_add_z(out, "</td></tr>\n");
}

static unsigned count(const struct result *r, bool bad)
{
	unsigned n = 0;

	for (size_t i = 0; i < r->n; i++)
		n += point_is(&r->findings[i]) &&
		     point_is_bad(&r->findings[i]) == bad;
	return n;
}

static void add_held(const struct checks *c, unsigned n)
{
	buf_addf(c->out,
		 "<details class=\"fold\"><summary>%u %s, with their rules"
		 "</summary>\n<table><thead><tr><th></th><th>line or check</th>"
		 "<th class=\"s0\">got</th><th class=\"s0\">where</th></tr>"
		 "</thead><tbody>",
		 n, n == 1 ? "check" : "checks");
	for (size_t i = 0; i < c->r->n; i++)
		if (point_is(&c->r->findings[i]) &&
		    !point_is_bad(&c->r->findings[i]))
			add_table_row(c, i);
	buf_add_z(c->out, "</tbody></table></details>\n");
}

void html_checks(const struct result *r, const struct ladder *l,
		 const struct report_opts *opts, struct buf *out)
{
	struct checks c = { r, l, opts, out };
	unsigned held = count(r, false);

	if (count(r, true)) {
		buf_add_z(out, "<h3>What is not well</h3>\n");
		for (size_t i = 0; i < r->n; i++)
			if (point_is_bad(&r->findings[i]))
				add_bad(&c, i);
	}
	if (!held && !r->monitor_checks)
		return;
	buf_addf(out, "<h3>%s</h3>\n",
		 count(r, true) ? "The other checks" : "What was checked");
	if (held)
		add_held(&c, held);
	if (r->monitor_checks)
		buf_addf(out,
			 "<p class=\"quiet\">Monitors looked at every message: "
			 "%u checks.</p>\n",
			 r->monitor_checks);
}
