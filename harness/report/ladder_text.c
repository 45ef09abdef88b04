/* SPDX-License-Identifier: MIT */
/* The ladder in characters:
 *
 *         alice           bob            dut
 * +0.101   |               |--- REFER --->| F1     Refer-To: <sip:c@d>
 *
 * The device is the last lifeline. An arrow runs through the lifelines between
 * its ends; its words stand beside the device. */
#include "report/ladder.h"

#include <ctype.h>

#include "base/text.h"

enum {
	TIME_WIDTH = 9, /* " +0.101  " */
	PLAN_MARGIN = 6,
	GAP_MIN = 8,   /* between two lifelines */
	LAST_MIN = 16, /* before the device */
	NAME_MAX_SHOWN = 24,
	LABEL_SHOWN = 24,
	NOTE_SHOWN = 160
};

struct sheet {
	const struct ladder *l;
	struct buf *out;
	struct str names[LADDER_LANES_MAX +
			 1]; /* made harmless; the device's is the last */
	unsigned n;
	size_t gap[LADDER_LANES_MAX +
		   1];  /* columns from lifeline i to i + 1, both excluded */
	size_t label;   /* columns of the widest label */
	size_t time;    /* columns before the first lifeline */
	unsigned depth; /* of frames */
	struct arena *arena;
};

/* Made harmless and clipped to n code points. */
static struct str fit(struct arena *a, struct str s, size_t n)
{
	buf_auto out = { 0 };
	struct str rest;

	text_printable(&out, str_sub(s, 0, 4 * n));
	rest = buf_str(&out);
	for (size_t i = 0; i < n && rest.len; i++) {
		size_t one = text_utf8_len(rest);

		rest = str_tail(rest, one ? one : 1);
	}
	return arena_str(a, (struct str){ out.p, out.len - rest.len });
}

static size_t most(size_t a, size_t b)
{
	return a > b ? a : b;
}

/* ---- measuring ---- */

static size_t widest_text(const struct ladder *l)
{
	size_t width = l->widest;

	for (size_t i = 0; i < l->n; i++)
		if (l->rows[i].kind == LADDER_ARROW)
			width = most(width, text_width(l->rows[i].text));
	return width;
}

static size_t widest_label(const struct ladder *l)
{
	size_t width = 0;

	for (size_t i = 0; i < l->n; i++)
		width = most(width, text_width(l->rows[i].label));
	return width < LABEL_SHOWN ? width : LABEL_SHOWN;
}

static void measure(struct sheet *s)
{
	s->n = s->l->nlanes + 1;
	s->time = s->l->plan ? PLAN_MARGIN : TIME_WIDTH;
	for (unsigned i = 0; i < s->l->nlanes; i++)
		s->names[i] = fit(s->arena, s->l->lanes[i], NAME_MAX_SHOWN);
	s->names[s->l->nlanes] = STR("dut");
	for (unsigned i = 0; i + 1 < s->n; i++) {
		size_t names = text_width(s->names[i]) / 2 +
			       (text_width(s->names[i + 1]) + 1) / 2;

		s->gap[i] = most(GAP_MIN, names + 1);
	}
	if (s->n > 1)
		s->gap[s->n - 2] = most(most(s->gap[s->n - 2], LAST_MIN),
					widest_text(s->l) + 8);
	s->label = widest_label(s->l);
}

static size_t sheet_width(const struct sheet *s)
{
	size_t width = 0;

	for (unsigned i = 0; i + 1 < s->n; i++)
		width += 1 + s->gap[i];
	return width + 1;
}

/* ---- drawing ---- */

static void put_time(struct sheet *s, ns_t t)
{
	buf_auto time = { 0 };

	if (s->l->plan) {
		buf_add_fill(s->out, ' ', s->time);
		return;
	}
	buf_addf(&time, " %+.3f", (double)t / 1e9);
	buf_add_str(s->out, buf_str(&time));
	buf_add_fill(s->out, ' ',
		     time.len < TIME_WIDTH ? TIME_WIDTH - time.len : 1);
}

static void end_line(struct sheet *s)
{
	while (s->out->len && s->out->p[s->out->len - 1] == ' ')
		s->out->len--;
	buf_add_char(s->out, '\n');
}

static void put_names(struct sheet *s)
{
	size_t at = 0, lane = s->time;

	for (unsigned i = 0; i < s->n; i++) {
		size_t width = text_width(s->names[i]);
		size_t from = lane > width / 2 ? lane - width / 2 : 0;

		if (at < from) {
			buf_add_fill(s->out, ' ', from - at);
			at = from;
		}
		buf_add_str(s->out, s->names[i]);
		at += width;
		lane += 1 + (i + 1 < s->n ? s->gap[i] : 0);
	}
	end_line(s);
}

/* The gap before the device: "---- INVITE ---->" or "<---- 202 ------". */
static void put_last_gap(struct sheet *s, const struct ladder_row *row,
			 bool first)
{
	char c = row->dotted ? '.' : '-';
	size_t width = s->gap[s->n - 2], text = text_width(row->text) + 2;
	size_t left = (width - text) / 2, right = width - text - left;

	if (!row->out && first) {
		buf_add_char(s->out, '<');
		left--;
	}
	buf_add_fill(s->out, c, left);
	buf_add_char(s->out, ' ');
	buf_add_str(s->out, row->text);
	buf_add_char(s->out, ' ');
	buf_add_fill(s->out, c, right - (row->out ? 1 : 0));
	if (row->out)
		buf_add_char(s->out, '>');
}

static void put_gap(struct sheet *s, const struct ladder_row *row, unsigned i)
{
	char c = row->dotted ? '.' : '-';
	bool head = !row->out && i == row->lane;

	if (i < row->lane) {
		buf_add_fill(s->out, ' ', s->gap[i]);
	} else if (i + 2 == s->n) {
		put_last_gap(s, row, head);
	} else {
		if (head)
			buf_add_char(s->out, '<');
		buf_add_fill(s->out, c, s->gap[i] - (head ? 1 : 0));
	}
}

/* Label, mark and note, in columns of their own. */
static void put_words(struct sheet *s, const struct ladder_row *row,
		      struct str note)
{
	struct str shown = fit(s->arena, note, NOTE_SHOWN);
	struct str name = fit(s->arena, row->label, LABEL_SHOWN);
	size_t label = text_width(name);

	buf_add_char(s->out, ' ');
	buf_add_str(s->out, name);
	buf_add_fill(s->out, ' ', s->label > label ? s->label - label + 1 : 1);
	buf_addf(s->out, "%-2s  ", row->mark);
	buf_add_str(s->out, shown);
	end_line(s);
}

/* "sipfrag 100, active  rfc3515-2.4.4-a +3" */
static struct str with_ids(struct sheet *s, const struct ladder_row *row,
			   struct str note)
{
	enum { IDS_SHOWN = 2 };
	struct str ids = row->ids, one;
	bool bad = row->mark[0] && strcmp(row->mark, "ok") != 0;
	buf_auto out = { 0 };

	buf_add_str(&out, note);
	if (bad || !row->ids.len)
		return arena_str(s->arena, buf_str(&out));
	buf_add_z(&out, out.len ? " " : "");
	for (unsigned i = 0; i < IDS_SHOWN && ids.len; i++) {
		str_cut(ids, ' ', &one, &ids);
		buf_addf(&out, "%s" STR_F, out.len ? " " : "", STR_A(one));
	}
	if (row->nids > IDS_SHOWN)
		buf_addf(&out, " +%u", row->nids - IDS_SHOWN);
	return arena_str(s->arena, buf_str(&out));
}

static void put_arrow(struct sheet *s, const struct ladder_row *row)
{
	put_time(s, row->t);
	for (unsigned i = 0; i + 1 < s->n; i++) {
		buf_add_char(s->out, '|');
		put_gap(s, row, i);
	}
	buf_add_char(s->out, '|');
	put_words(s, row, with_ids(s, row, row->note));
}

static void put_say(struct sheet *s, const struct ladder_row *row)
{
	put_time(s, row->t);
	for (unsigned i = 0; i + 1 < s->n; i++) {
		buf_add_char(s->out, '|');
		buf_add_fill(s->out, ' ', s->gap[i]);
	}
	buf_add_char(s->out, '|');
	put_words(s, row, with_ids(s, row, row->text));
}

static void put_phase(struct sheet *s, const struct ladder_row *row)
{
	buf_add_char(s->out, ' ');
	buf_add_fill(s->out, '-', s->time - 1 + sheet_width(s));
	buf_add_char(s->out, ' ');
	text_printable(s->out, row->text);
	buf_add_char(s->out, '\n');
}

/* ".-- either "..." -----", "|-- or -----", "'-- end -----" */
static void put_frame(struct sheet *s, const struct ladder_row *row)
{
	size_t width = s->time + sheet_width(s), from = s->out->len, used;
	const char *edge = row->kind == LADDER_FRAME ? ".-- "
			   : row->kind == LADDER_OR  ? "|-- "
						     : "'-- ";

	s->depth -= row->kind != LADDER_FRAME && s->depth;
	buf_add_fill(s->out, ' ', 1 + 2 * (size_t)s->depth);
	buf_add_z(s->out, edge);
	buf_add_str(s->out, fit(s->arena, row->text, NOTE_SHOWN));
	buf_add_char(s->out, ' ');
	used = text_width(str_tail(buf_str(s->out), from));
	buf_add_fill(s->out, '-', used + 4 < width ? width - used : 4);
	buf_add_char(s->out, '\n');
	s->depth += row->kind != LADDER_END;
}

static void put_row(struct sheet *s, const struct ladder_row *row)
{
	switch (row->kind) {
	case LADDER_ARROW:
		put_arrow(s, row);
		break;
	case LADDER_PHASE:
		put_phase(s, row);
		break;
	case LADDER_SAY:
		put_say(s, row);
		break;
	case LADDER_FRAME:
	case LADDER_OR:
	case LADDER_END:
		put_frame(s, row);
		break;
	}
}

static void put_head(struct sheet *s)
{
	text_printable(s->out, s->l->id);
	buf_add_z(s->out, "   ");
	text_printable(s->out, s->l->title);
	for (size_t i = 0; i < s->l->verdict.len; i++)
		buf_add_char(s->out,
			     (char)toupper((unsigned char)s->l->verdict.p[i]));
	if (s->l->device.len) {
		buf_add_z(s->out, "   ");
		text_printable(s->out, s->l->device);
	}
	if (s->l->seed.len) {
		buf_add_z(s->out, "   seed ");
		text_printable(s->out, s->l->seed);
	}
	buf_add_char(s->out, '\n');
}

static void put_foot(struct sheet *s)
{
	const struct ladder *l = s->l;

	buf_add_fill(s->out, ' ', TIME_WIDTH);
	if (l->left_out)
		buf_addf(s->out, "not drawn: %zu rows      ", l->left_out);
	if (l->not_reached.len) {
		buf_add_z(s->out, "not reached: ");
		text_printable(s->out, l->not_reached);
		buf_add_z(s->out, "      ");
	}
	buf_addf(s->out,
		 "repeats absorbed: %u   automatic answers: %u   monitors: %u "
		 "checks, %u failed\n",
		 l->repeats, l->automatic, l->checks, l->checks_failed);
}

void ladder_rows(const struct ladder *l, bool names, struct buf *out)
{
	struct sheet s = { .l = l, .out = out, .arena = arena_new() };

	measure(&s);
	if (names)
		put_names(&s);
	for (size_t i = 0; i < l->n; i++)
		put_row(&s, &l->rows[i]);
	arena_free(s.arena);
}

void ladder_text(const struct ladder *l, struct buf *out)
{
	struct sheet s = { .l = l, .out = out };

	put_head(&s);
	ladder_rows(l, true, out);
	if (!l->plan || l->left_out)
		put_foot(&s);
}
