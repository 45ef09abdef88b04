/* SPDX-License-Identifier: MIT */
/* The ladder as one SVG file that needs nothing else: styles inside, colours
 * by the page's own (light or dark), every text harmless XML. */
#include "report/ladder.h"

#include "base/text.h"

enum {
	CHAR_W = 7, /* of the monospaced font, 12 px */
	ROW_H = 26,
	TOP = 64, /* head line and names */
	TIME_W = 66,
	MARGIN = 16,
	GAP_MIN = 96,
	NOTE_SHOWN = 160,
	NAME_SHOWN = 24,
	DEPTH_MAX = 16
};

struct picture {
	const struct ladder *l;
	struct buf *out;
	unsigned n; /* lifelines */
	unsigned x[LADDER_LANES_MAX + 1];
	unsigned width, height;
	unsigned frames[DEPTH_MAX]; /* y where each open frame began */
	unsigned depth;
};

static const char style[] =
	"<style>\n"
	"text{font:12px ui-monospace,monospace;fill:#1c1e21;white-space:pre}\n"
	".h{font-weight:bold}.m{text-anchor:middle}.e{text-anchor:end}\n"
	".q{fill:#6a737d}.ok{fill:#1a7f37}.bad{fill:#cf222e}.warn{fill:#9a6700}"
	"\n"
	".life{stroke:#c9ced4}.a{stroke:#1c1e21;stroke-width:1.3}\n"
	".d{stroke-dasharray:3 3}.p{fill:#1c1e21}.b{fill:#fff}\n"
	".f{fill:none;stroke:#8c959f;stroke-dasharray:6 3}\n"
	"@media "
	"(prefers-color-scheme:dark){text{fill:#e6e8ea}.q{fill:#9aa4ae}\n"
	".ok{fill:#3fb950}.bad{fill:#ff7b72}.warn{fill:#d29922}\n"
	".life{stroke:#3a4149}.a{stroke:#e6e8ea}.p{fill:#e6e8ea}\n"
	".b{fill:#0d1117}.f{stroke:#6e7681}}\n"
	"</style>\n";

/* ---- words ---- */

static struct str clip(struct str s, size_t columns)
{
	struct str rest = s;

	while (rest.len && columns--) {
		size_t one = text_utf8_len(rest);

		rest = str_tail(rest, one ? one : 1);
	}
	return (struct str){ s.p, s.len - rest.len };
}

static void add_words(struct picture *p, struct str s, size_t columns)
{
	buf_auto safe = { 0 };

	text_printable(&safe, str_sub(s, 0, 4 * columns));
	text_xml(p->out, clip(buf_str(&safe), columns));
}

static void add_text(struct picture *p, unsigned x, unsigned y,
		     const char *class, struct str s)
{
	if (!s.len)
		return;
	buf_addf(p->out, "<text x=\"%u\" y=\"%u\" class=\"%s\">", x, y, class);
	add_words(p, s, NOTE_SHOWN);
	buf_add_z(p->out, "</text>\n");
}

static void add_z(struct picture *p, unsigned x, unsigned y, const char *class,
		  const char *z)
{
	add_text(p, x, y, class, str_from(z));
}

/* ---- measuring ---- */

static unsigned columns_of(struct str s, unsigned most)
{
	buf_auto safe = { 0 };
	size_t width;

	text_printable(&safe, str_sub(s, 0, 4 * (size_t)most));
	width = text_width(buf_str(&safe));
	return width < most ? (unsigned)width : most;
}

static unsigned words_width(const struct ladder *l)
{
	unsigned widest = 0;

	for (size_t i = 0; i < l->n; i++) {
		const struct ladder_row *row = &l->rows[i];
		unsigned n = columns_of(row->label, NAME_SHOWN) +
			     columns_of(row->kind == LADDER_ARROW ? row->note
								  : row->text,
					NOTE_SHOWN) +
			     columns_of(row->ids, NOTE_SHOWN / 2) + 8;

		widest = n > widest ? n : widest;
	}
	return widest * CHAR_W;
}

static void measure(struct picture *p)
{
	const struct ladder *l = p->l;
	unsigned before = 0, at = MARGIN + (l->plan ? 0 : TIME_W) + 40;

	p->n = l->nlanes + 1;
	for (unsigned i = 0; i < p->n; i++) {
		unsigned name =
			i < l->nlanes ? columns_of(l->lanes[i], NAME_SHOWN) : 3;
		unsigned gap = (before + name) * CHAR_W / 2 + 16;

		if (i)
			at += gap > GAP_MIN ? gap : GAP_MIN;
		if (i && i == l->nlanes)
			at += GAP_MIN / 2;
		p->x[i] = at;
		before = name;
	}
	p->width = at + 24 + words_width(l) + MARGIN;
	if (p->width < 480)
		p->width = 480;
	p->height = TOP + (unsigned)(l->n + 2) * ROW_H;
}

/* ---- rows ---- */

static const char *mark_class(const char *mark)
{
	return strcmp(mark, "ok") == 0   ? "ok"
	       : strcmp(mark, "!!") == 0 ? "bad"
	       : *mark                   ? "warn"
					 : "q";
}

static void add_time(struct picture *p, unsigned y, ns_t t)
{
	buf_auto time = { 0 };

	if (p->l->plan)
		return;
	buf_addf(&time, "%+.3f", (double)t / 1e9);
	add_text(p, MARGIN + TIME_W - 12, y + 4, "e q", buf_str(&time));
}

/* Label, mark, note and ids, right of the device. */
static void add_beside(struct picture *p, unsigned y,
		       const struct ladder_row *row, struct str note)
{
	bool bad = *row->mark && strcmp(row->mark, "ok") != 0;
	unsigned x = p->x[p->n - 1] + 14;

	if (row->label.len) {
		add_text(p, x, y + 4, "h", clip(row->label, NAME_SHOWN));
		x += (columns_of(row->label, NAME_SHOWN) + 1) * CHAR_W;
	}
	if (*row->mark) {
		add_z(p, x, y + 4, mark_class(row->mark), row->mark);
		x += 3 * CHAR_W;
	}
	add_text(p, x, y + 4, bad ? mark_class(row->mark) : "q", note);
	if (note.len)
		x += (columns_of(note, NOTE_SHOWN) + 2) * CHAR_W;
	if (!bad)
		add_text(p, x, y + 4, "q", clip(row->ids, NOTE_SHOWN / 2));
}

/* The words of an arrow stand on it, before the device. */
static void add_arrow(struct picture *p, unsigned y,
		      const struct ladder_row *row)
{
	unsigned dut = p->x[p->n - 1], party = p->x[row->lane];
	unsigned tip = row->out ? dut : party,
		 back = row->out ? tip - 8 : tip + 8;
	unsigned mid = (p->x[p->n - 2] + dut) / 2;
	unsigned half = (columns_of(row->text, NAME_SHOWN) + 1) * CHAR_W / 2;

	add_time(p, y, row->t);
	buf_addf(p->out,
		 "<line class=\"a%s\" x1=\"%u\" y1=\"%u\" x2=\"%u\" "
		 "y2=\"%u\"/>\n<path class=\"p\" d=\"M%u %uL%u %uL%u %uz\"/>\n"
		 "<rect class=\"b\" x=\"%u\" y=\"%u\" width=\"%u\" "
		 "height=\"16\"/>\n",
		 row->dotted ? " d" : "", party, y, dut, y, tip, y, back, y - 4,
		 back, y + 4, mid - half, y - 8, 2 * half);
	add_text(p, mid, y + 4, "m", clip(row->text, NAME_SHOWN));
	add_beside(p, y, row, row->note);
}

static void add_phase(struct picture *p, unsigned y,
		      const struct ladder_row *row)
{
	unsigned dut = p->x[p->n - 1];

	buf_addf(p->out,
		 "<line class=\"life\" x1=\"%u\" y1=\"%u\" x2=\"%u\" "
		 "y2=\"%u\"/>\n",
		 MARGIN, y, dut, y);
	add_text(p, dut + 14, y + 4, "q", row->text);
}

static void close_frame(struct picture *p, unsigned y)
{
	unsigned top, inset;

	if (!p->depth)
		return;
	p->depth--;
	if (p->depth >= DEPTH_MAX)
		return;
	top = p->frames[p->depth];
	inset = 4 + 4 * p->depth;
	buf_addf(p->out,
		 "<rect class=\"f\" x=\"%u\" y=\"%u\" width=\"%u\" "
		 "height=\"%u\"/>\n",
		 inset, top, p->width - 2 * inset, y > top ? y - top : 1);
}

static void add_frame(struct picture *p, unsigned y,
		      const struct ladder_row *row)
{
	unsigned inset = 4 + 4 * (p->depth < DEPTH_MAX ? p->depth : DEPTH_MAX);

	switch (row->kind) {
	case LADDER_FRAME:
		if (p->depth < DEPTH_MAX)
			p->frames[p->depth] = y - ROW_H / 2;
		p->depth++;
		break;
	case LADDER_END:
		close_frame(p, y);
		return;
	case LADDER_OR:
		buf_addf(p->out,
			 "<line class=\"f\" x1=\"%u\" y1=\"%u\" x2=\"%u\" "
			 "y2=\"%u\"/>\n",
			 inset, y - ROW_H / 2, p->width - inset, y - ROW_H / 2);
		break;
	case LADDER_ARROW:
	case LADDER_PHASE:
	case LADDER_SAY:
		break;
	}
	add_text(p, inset + 6, y + 4, "h", row->text);
}

static void add_row(struct picture *p, unsigned y, const struct ladder_row *row)
{
	switch (row->kind) {
	case LADDER_ARROW:
		add_arrow(p, y, row);
		break;
	case LADDER_PHASE:
		add_phase(p, y, row);
		break;
	case LADDER_SAY:
		add_time(p, y, row->t);
		add_beside(p, y, row, row->text);
		break;
	case LADDER_FRAME:
	case LADDER_OR:
	case LADDER_END:
		add_frame(p, y, row);
		break;
	}
}

/* ---- the whole ---- */

static void add_head(struct picture *p)
{
	const struct ladder *l = p->l;
	buf_auto words = { 0 };

	buf_addf(&words, STR_F "  " STR_F STR_F "  " STR_F, STR_A(l->id),
		 STR_A(l->title), STR_A(l->verdict), STR_A(l->device));
	buf_addf(p->out,
		 "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" "
		 "viewBox=\"0 0 %u %u\" width=\"%u\" height=\"%u\">\n<title>",
		 p->width, p->height, p->width, p->height);
	add_words(p, str_trim(buf_str(&words)), NOTE_SHOWN);
	buf_add_z(p->out, "</title>\n");
	buf_add_z(p->out, style);
	buf_add_z(p->out, "<rect class=\"b\" width=\"100%\" "
			  "height=\"100%\"/>\n");
	add_text(p, MARGIN, 22, "h", str_trim(buf_str(&words)));
}

static void add_lifelines(struct picture *p)
{
	for (unsigned i = 0; i < p->n; i++) {
		add_text(p, p->x[i], 48, "m h",
			 i < p->l->nlanes ? clip(p->l->lanes[i], NAME_SHOWN)
					  : STR("dut"));
		buf_addf(p->out,
			 "<line class=\"life\" x1=\"%u\" y1=\"56\" x2=\"%u\" "
			 "y2=\"%u\"/>\n",
			 p->x[i], p->x[i], p->height - ROW_H);
	}
}

static void add_foot(struct picture *p)
{
	const struct ladder *l = p->l;
	buf_auto words = { 0 };

	if (l->left_out)
		buf_addf(&words, "not drawn: %zu rows   ", l->left_out);
	if (l->not_reached.len)
		buf_addf(&words, "not reached: " STR_F "   ",
			 STR_A(l->not_reached));
	if (!l->plan)
		buf_addf(&words,
			 "repeats absorbed: %u   automatic answers: %u   "
			 "monitors: %u checks, %u failed",
			 l->repeats, l->automatic, l->checks, l->checks_failed);
	add_text(p, MARGIN, p->height - 8, "q", buf_str(&words));
}

void ladder_svg(const struct ladder *l, struct buf *out)
{
	struct picture p = { .l = l, .out = out };
	unsigned y = TOP + ROW_H / 2;

	measure(&p);
	add_head(&p);
	add_lifelines(&p);
	for (size_t i = 0; i < l->n; i++, y += ROW_H)
		add_row(&p, y, &l->rows[i]);
	while (p.depth)
		close_frame(&p, y);
	add_foot(&p);
	buf_add_z(out, "</svg>\n");
}
