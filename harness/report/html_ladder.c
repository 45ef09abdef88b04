/* SPDX-License-Identifier: MIT */
/* The ladder on a page: each row a strip of SVG that folds out the message in
 * full. What the rows are is decided in ladder.c. */
#include "report/html.h"
#include "report/ladder_row.h"

#include "base/text.h"

enum {
	CHAR_W = 7, /* of the monospaced font, 12 px */
	ROW_H = 26,
	GAP_MIN = 92,
	LAST_GAP_MIN = 132, /* holds the words of an arrow */
	BESIDE_MIN = 320,   /* time and words */
	NAME_SHOWN = 20,
	NOTE_SHOWN = 200,
	MESSAGE_SHOWN = 16 << 10, /* bytes */
	MESSAGES_SHOWN = 1 << 20  /* bytes of one scenario */
};

struct strip {
	const struct ladder *l;
	const struct result *r;
	const struct trace *tr;
	struct buf *out;
	unsigned n; /* lifelines */
	unsigned x[LADDER_LANES_MAX + 1];
	unsigned width;
	size_t shown; /* bytes of messages so far */
};

static struct str lane(const struct strip *p, unsigned i)
{
	return i < p->l->nlanes ? p->l->lanes[i] : STR("dut");
}

static unsigned columns(struct str s)
{
	buf_auto safe = { 0 };
	size_t n;

	text_printable(&safe, str_sub(s, 0, 4 * NAME_SHOWN));
	n = text_width(buf_str(&safe));
	return n < NAME_SHOWN ? (unsigned)n : NAME_SHOWN;
}

static void add_clipped(struct buf *out, struct str s, size_t most)
{
	buf_auto safe = { 0 };
	struct str rest;
	size_t left = most;

	text_printable(&safe, str_sub(s, 0, 4 * most));
	rest = buf_str(&safe);
	while (rest.len && left--) {
		size_t one = text_utf8_len(rest);

		rest = str_tail(rest, one ? one : 1);
	}
	html_text(out, (struct str){ safe.p, safe.len - rest.len });
	if (rest.len)
		buf_add_z(out, "…");
}

static void measure(struct strip *p)
{
	unsigned at = 0, before = 0;

	p->n = p->l->nlanes + 1;
	for (unsigned i = 0; i < p->n; i++) {
		unsigned half = columns(lane(p, i)) * CHAR_W / 2 + 8;
		unsigned gap = before + half;
		unsigned least = i + 1 == p->n ? LAST_GAP_MIN : GAP_MIN;

		at += i ? (gap > least ? gap : least) : half;
		p->x[i] = at;
		before = half;
	}
	p->width = at + before;
}

/* ---- strips ---- */

static void begin_svg(struct strip *p)
{
	buf_addf(p->out,
		 "<svg width=\"%u\" height=\"%d\" aria-hidden=\"true\">",
		 p->width, ROW_H);
}

static void add_lifelines(struct strip *p)
{
	buf_add_z(p->out, "<path class=\"l\" d=\"");
	for (unsigned i = 0; i < p->n; i++)
		buf_addf(p->out, "M%u-99V199", p->x[i]);
	buf_add_z(p->out, "\"/>");
}

static void add_names(struct strip *p)
{
	buf_add_z(p->out, "<div class=\"row\"><span class=\"t\"></span>");
	begin_svg(p);
	for (unsigned i = 0; i < p->n; i++) {
		buf_addf(p->out, "<text class=\"n\" x=\"%u\" y=\"17\">",
			 p->x[i]);
		add_clipped(p->out, lane(p, i), NAME_SHOWN);
		buf_add_z(p->out, "</text>");
	}
	buf_add_z(p->out, "</svg></div>\n");
}

/* The words of an arrow stand on it, before the device. */
static void add_arrow(struct strip *p, const struct ladder_row *row)
{
	enum { Y = ROW_H / 2 };
	unsigned dut = p->x[p->n - 1], party = p->x[row->lane];
	unsigned tip = row->out ? dut : party;
	unsigned back = row->out ? tip - 8 : tip + 8;
	unsigned mid = (p->x[p->n - 2] + dut) / 2;
	unsigned half = (columns(row->text) + 1) * CHAR_W / 2;

	buf_addf(p->out,
		 "<path class=\"a%s\" d=\"M%u %dH%u\"/>"
		 "<path class=\"h\" d=\"M%u %dL%u %dV%dz\"/>"
		 "<path class=\"b\" d=\"M%u 4H%uV22H%uz\"/>"
		 "<text class=\"w\" x=\"%u\" y=\"17\">",
		 row->dotted ? " d" : "", party, Y, dut, tip, Y, back, Y - 4,
		 Y + 4, mid - half, mid + half, mid - half, mid);
	add_clipped(p->out, row->text, NAME_SHOWN);
	buf_add_z(p->out, "</text>");
}

/* For those who cannot see the arrow. */
static void add_spoken(struct strip *p, const struct ladder_row *row)
{
	buf_add_z(p->out, "<span class=\"vh\">");
	html_text(p->out, row->out ? lane(p, row->lane) : STR("dut"));
	buf_add_z(p->out, " to ");
	html_text(p->out, row->out ? STR("dut") : lane(p, row->lane));
	buf_add_z(p->out, ": ");
	html_text(p->out, row->text);
	buf_add_z(p->out, "</span>");
}

static void add_time(struct strip *p, ns_t t)
{
	buf_addf(p->out, "<span class=\"t\">%+.3f</span>", (double)t / 1e9);
}

static const char *mark_class(const char *mark)
{
	return strcmp(mark, "ok") == 0   ? "pass"
	       : strcmp(mark, "!!") == 0 ? "fail"
	       : strcmp(mark, "??") == 0 ? "inconclusive"
					 : "warn";
}

static bool is_bad(const struct ladder_row *row)
{
	return strcmp(row->mark, "!!") == 0;
}

static void add_beside(struct strip *p, const struct ladder_row *row,
		       struct str note)
{
	struct buf *out = p->out;

	buf_add_z(out, "<span class=\"bs\">");
	if (row->label.len) {
		buf_add_z(out, "<b>");
		add_clipped(out, row->label, NAME_SHOWN);
		buf_add_z(out, "</b> ");
	}
	if (*row->mark)
		buf_addf(out, "<span class=\"m %s\">%s</span> ",
			 mark_class(row->mark),
			 strcmp(row->mark, "ok") == 0 ? "✓" : row->mark);
	add_clipped(out, note, NOTE_SHOWN);
	if (row->ids.len && !is_bad(row)) {
		buf_add_z(out, "<span class=\"ids\">");
		add_clipped(out, row->ids, NOTE_SHOWN / 2);
		buf_add_z(out, "</span>");
	}
	buf_add_z(out, "</span>");
}

/* ---- messages ---- */

static const char *class_words(const struct event *ev)
{
	switch (ev->cls) {
	case REC_NEW:
		return ev->automatic ? ", by itself" : "";
	case REC_REPEAT:
		return ", a repeat";
	case REC_STRAY:
		return ", answers nothing";
	case REC_UNPARSABLE:
		return ", no SIP";
	case REC_KEEPALIVE:
	case REC_EVENT:
		break;
	}
	return "";
}

static void add_bytes(struct strip *p, struct str bytes)
{
	size_t most = p->shown < MESSAGES_SHOWN ? MESSAGE_SHOWN : 0;
	struct str part = str_sub(bytes, 0, most);
	struct str text = part;

	p->shown += part.len;
	if (part.len) {
		buf_add_z(p->out, "<pre>");
		while (str_ends(text, "\r\n"))
			text.len -= 2;
		html_lines(p->out, text);
		buf_add_z(p->out, "</pre>");
	}
	if (part.len < bytes.len)
		buf_addf(p->out,
			 "<p class=\"quiet\">%zu bytes more are in "
			 "messages.txt.</p>",
			 bytes.len - part.len);
}

static void add_message(struct strip *p, const struct ladder_row *row)
{
	const struct event *ev = trace_rec(p->tr, row->rec);

	if (!ev)
		return;
	buf_addf(p->out,
		 "<div class=\"msg\"><span class=\"quiet\">message %u, ",
		 row->rec);
	buf_add_z(p->out, row->out ? "to " : "from ");
	html_text(p->out, ev->peer);
	buf_addf(p->out, ", %zu bytes%s</span>", ev->bytes.len,
		 class_words(ev));
	add_bytes(p, ev->bytes);
	buf_add_z(p->out, "</div>");
}

static void add_arrow_row(struct strip *p, const struct ladder_row *row)
{
	buf_addf(p->out, "<details class=\"r%s%s\" id=\"",
		 is_bad(row) ? " bad" : "", row->dotted ? " auto" : "");
	html_anchor(p->out, p->r);
	buf_addf(p->out, ":m%u\"><summary>", row->rec);
	add_time(p, row->t);
	add_spoken(p, row);
	begin_svg(p);
	add_lifelines(p);
	add_arrow(p, row);
	buf_add_z(p->out, "</svg>");
	add_beside(p, row, row->note);
	buf_add_z(p->out, "</summary>");
	add_message(p, row);
	buf_add_z(p->out, "</details>\n");
}

static void add_other_row(struct strip *p, const struct ladder_row *row)
{
	bool phase = row->kind == LADDER_PHASE;

	buf_addf(p->out, "<div class=\"row%s%s\">", phase ? " ph" : "",
		 is_bad(row) ? " bad" : "");
	if (phase)
		buf_add_z(p->out, "<span class=\"t\"></span>");
	else
		add_time(p, row->t);
	begin_svg(p);
	add_lifelines(p);
	if (phase)
		buf_addf(p->out, "<path class=\"l d\" d=\"M0 %dH%u\"/>",
			 ROW_H / 2, p->width);
	buf_add_z(p->out, "</svg>");
	add_beside(p, row, row->text);
	buf_add_z(p->out, "</div>\n");
}

static void add_foot(struct strip *p)
{
	const struct ladder *l = p->l;

	buf_add_z(p->out, "<p class=\"quiet\">");
	if (l->left_out)
		buf_addf(p->out, "%zu rows are not drawn. ", l->left_out);
	if (l->not_reached.len) {
		buf_add_z(p->out, "Not reached: ");
		html_text(p->out, l->not_reached);
		buf_add_z(p->out, ". ");
	}
	buf_addf(p->out,
		 "Repeats absorbed: %u. Answered by itself: %u. Fold out a row "
		 "for its message.</p>\n",
		 l->repeats, l->automatic);
}

/* The folding rows come from a trace, so there are no frames of "either". */
void html_ladder(const struct ladder *l, const struct result *r,
		 const struct trace *tr, struct buf *out)
{
	struct strip p = { .l = l, .r = r, .tr = tr, .out = out };

	measure(&p);
	buf_addf(out,
		 "<h3>Ladder</h3>\n<div class=\"scroll\" tabindex=\"0\" "
		 "role=\"region\" aria-label=\"Ladder\"><div class=\"ladder\" "
		 "style=\"min-width:%upx\">\n",
		 p.width + BESIDE_MIN);
	add_names(&p);
	for (size_t i = 0; i < p.l->n; i++) {
		if (p.l->rows[i].kind == LADDER_ARROW)
			add_arrow_row(&p, &p.l->rows[i]);
		else
			add_other_row(&p, &p.l->rows[i]);
	}
	buf_add_z(out, "</div></div>\n");
	add_foot(&p);
}
